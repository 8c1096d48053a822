from django.conf import settings
from django.utils.functional import SimpleLazyObject

from .models import Conference

OWN = ("/my/", "/account/")


def site(request):
    """What every template may ask."""
    found = {"demo": settings.DEMO, "site_url": settings.SITE_URL}
    if request.path.startswith(OWN):  # these belong to no edition, and lead back to one
        found["current_edition"] = SimpleLazyObject(Conference.objects.current)
    return found
