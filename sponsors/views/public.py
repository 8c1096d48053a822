from django.db.models import Prefetch
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scale import cache

from ..models import Deliverable, Organization, Sponsorship

WEEK = 7 * 24 * 3600


@require_safe
@cache.public()
def sponsors(request, conference):
    context = {
        "conference": conference,
        "sponsorships": Sponsorship.objects.public(conference).prefetch_related(
            Prefetch("deliverables", Deliverable.objects.public_texts(), to_attr="texts")
        ),
    }
    return render(request, "sponsors/sponsors.html", context)


@require_safe
def logo(request, name):
    """A sponsor's logo. Uploads are private; a signed deal in a public edition opens this one.

    Every upload gets a name of its own, so what is at a name never changes.
    """
    organization = Organization.objects.with_public_logo(f"logos/{name}").first()
    try:
        picture = organization.logo.open("rb") if organization else None
    except FileNotFoundError:
        picture = None
    if picture is None:
        raise Http404
    response = FileResponse(picture, content_type="image/png")
    response["Cache-Control"] = f"public, max-age={WEEK}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
