"""Who stands in the hall and where, for everyone and for programs."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from scale import cache

from .. import feeds
from ..models import Booth, FloorPlan, Organization, Sponsorship
from ..models.booths import exhibitors as exhibiting
from ..models.booths import in_order
from ..talks import talks_of
from .booths import with_booths
from .plans import drawing

WEEK = 7 * 24 * 3600


@require_safe
@cache.public()
def exhibitors(request, conference):
    deals = sorted(
        exhibiting(conference).prefetch_related("booths"),
        key=lambda deal: (deal.organization.name.casefold(), deal.pk),
    )
    context = {
        "conference": conference,
        "deals": deals,
        "has_map": FloorPlan.objects.filter(conference=conference).exists(),
    }
    return render(request, "sponsors/exhibitors.html", context)


@require_safe
@cache.public()
def hall(request, conference):
    """The map: every plan, and beside it the same as a list."""
    found = in_order(Booth.objects.listed(conference))
    plans = with_booths(FloorPlan.objects.filter(conference=conference), found)
    for plan in plans:
        for booth in plan.places:
            if booth.organization:
                booth.link = address_of(conference, booth.organization)
    context = {"conference": conference, "plans": plans}
    return render(request, "sponsors/hall.html", context)


def address_of(conference, organization):
    return reverse("sponsors:exhibitor", args=[conference.slug, organization.named_code])


@require_safe
@cache.public(seconds=5 * 60)
def exhibitor(request, conference, code):
    """A sponsor's or exhibitor's own page. Whose people they are is told some minutes later."""
    organization = get_object_or_404(Organization, code=code.partition("-")[0])
    deals = Sponsorship.objects.public(conference).prefetch_related("booths__plan")
    deal = get_object_or_404(deals, organization=organization)
    talks = list(talks_of(deal).confirmed().with_speakers())
    for talk in talks:
        talk.conference = conference
    context = {
        "conference": conference,
        "deal": deal,
        "organization": organization,
        "texts": list(deal.deliverables.public_texts()),
        "talks": talks,
        "booths": in_order(deal.booths.all()),
    }
    return render(request, "sponsors/exhibitor.html", context)


@require_safe
def plan_picture(request, name):
    """A plan of an edition that anyone may see. What is at a name never changes."""
    plan = FloorPlan.objects.filter(picture=f"plans/{name}", conference__is_public=True).first()
    if plan is None:
        raise Http404
    response = drawing(plan)
    response["Cache-Control"] = f"public, max-age={WEEK}, immutable"
    return response


def answer(body, kind):
    response = HttpResponse(body, content_type=kind)
    # Apps and pages of other sites may read what everyone may read.
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@cache.public()
def sponsors_json(request, conference):
    deals = Sponsorship.objects.public(conference).prefetch_related("booths")
    return answer(feeds.as_json(conference, "sponsors", deals), "application/json")


@require_safe
@cache.public()
def exhibitors_json(request, conference):
    deals = exhibiting(conference).prefetch_related("booths")
    return answer(feeds.as_json(conference, "exhibitors", deals), "application/json")


@require_safe
@cache.public()
def rss(request, conference):
    deals = Sponsorship.objects.public(conference).prefetch_related("booths")
    return answer(feeds.as_rss(conference, deals), "application/rss+xml; charset=utf-8")
