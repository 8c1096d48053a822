"""Versions of the schedule: what each changed, how any was, what differs, and the way back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from cfp.access import committee_page
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..models import Change, Release
from .plans import redirect_to_board

# Who moves talks, in whichever track, and who works by what became of it.
versions_page = committee_page(
    lambda reach: reach.may_decide or reach.user.has_role(reach.conference, Role.CREW),
    *(Role.PROGRAM, Role.CREW),
)


@require_GET
@versions_page
def releases(request, reach):
    conference = reach.conference
    rows = Release.objects.filter(conference=conference).select_related("by")
    rows = rows.annotate(size=Count("changes")).order_by("-number")
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    last = actions.next_number(conference) - 1
    context = {"conference": conference, "reach": reach, "page": page, "last": last}
    return render(request, "schedule/releases.html", context)


@require_GET
@versions_page
def release(request, reach, number):
    """What one release changed, in words."""
    conference = reach.conference
    found = get_object_or_404(Release, conference=conference, number=number)
    changes = Change.objects.filter(release=found).select_related(
        "room", "talk", "before", "before__room"
    )
    page = Paginator(changes.order_by("starts_at", "pk"), 100).get_page(request.GET.get("page"))
    last = actions.next_number(conference) - 1
    context = {
        "conference": conference,
        "reach": reach,
        "release": found,
        "page": page,
        "last": last,
        "may_revert": reach.decides is None and number < last,
    }
    return render(request, "schedule/release.html", context)


@require_GET
@versions_page
def rebuilt(request, reach, number):
    """The whole schedule as the release left it; titles are today's."""
    conference = reach.conference
    found = get_object_or_404(Release, conference=conference, number=number)
    rows = sorted(actions.schedule_at(conference, number), key=lambda row: (row.starts_at, row.pk))
    page = Paginator(rows, 200).get_page(request.GET.get("page"))
    context = {"conference": conference, "reach": reach, "release": found, "page": page}
    return render(request, "schedule/rebuilt.html", context)


@require_GET
@versions_page
def compare(request, reach):
    """What differs between any two releases; release 0 is the empty schedule."""
    conference = reach.conference
    last = actions.next_number(conference) - 1
    one, other = (
        number_of(request, name, default, last)
        for name, default in (("from", max(last - 1, 0)), ("to", last))
    )
    found = actions.differences(conference, one, other)
    context = {
        "conference": conference,
        "reach": reach,
        "one": one,
        "other": other,
        "numbers": range(last + 1),
        "page": Paginator(found, 200).get_page(request.GET.get("page")),
    }
    return render(request, "schedule/releases_compare.html", context)


def number_of(request, name, default, last):
    typed = request.GET.get(name, str(default))
    if not (typed.isdecimal() and len(typed) < 9 and int(typed) <= last):
        raise Http404
    return int(typed)


@require_POST
@staff_page(Role.PROGRAM)
def revert(request, conference, number):
    """The way back is a plan like any other: looked at, then published."""
    get_object_or_404(Release, conference=conference, number=number)
    try:
        plan = actions.plan_release(conference, number, by=request.user)
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, str(error))
        return redirect("schedule:release", conference.slug, number)
    return redirect_to_board(conference, plan)
