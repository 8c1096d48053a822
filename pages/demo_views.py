"""Sign in as one of the demo's people, with one click. Outside DEMO nothing is here."""

from django.conf import settings
from django.contrib.auth import login
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from scale.models import Conference, User
from scale.views.public import demo_only

from .demo.people import DEMO_PEOPLE, PASSWORD


@demo_only
@never_cache
@require_http_methods(["GET", "POST"])
def dev_login(request):
    """A button for each person; only these addresses, whatever is posted."""
    addresses = [person.email for person in DEMO_PEOPLE]
    there = User.objects.filter(is_active=True, email__in=addresses)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    onwards = wanted if is_ours(request, wanted) else ""
    if request.method == "POST":
        user = get_object_or_404(there, email=request.POST.get("who", "")[:190])
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect(onwards or "pages:after-login")
    emails = set(there.values_list("email", flat=True))
    context = {
        "people": [person for person in DEMO_PEOPLE if person.email in emails],
        "password": PASSWORD,
        "next": onwards,
        "editions": Conference.objects.filter(is_public=True).order_by("starts_on"),
    }
    return render(request, "pages/dev_login.html", context)


def is_ours(request, address):
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
