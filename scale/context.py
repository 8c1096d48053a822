from django.conf import settings


def site(request):
    """What every template may ask."""
    return {"demo": settings.DEMO, "site_url": settings.SITE_URL}
