"""Versions of the schedule: what each changed, how any was, what differs, and the way back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..models import Change, Release
from .plans import redirect_to_board


@require_GET
@staff_page(Role.PROGRAM, Role.CREW)
def releases(request, conference):
    rows = Release.objects.filter(conference=conference).select_related("by")
    rows = rows.annotate(size=Count("changes")).order_by("-number")
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    last = actions.next_number(conference) - 1
    context = {"conference": conference, "page": page, "last": last, "before": max(last - 1, 0)}
    return render(request, "schedule/releases.html", context)


@require_GET
@staff_page(Role.PROGRAM, Role.CREW)
def release(request, conference, number):
    """What one release changed, in words."""
    found = get_object_or_404(Release, conference=conference, number=number)
    changes = Change.objects.filter(release=found).select_related(
        "room", "talk", "before", "before__room"
    )
    page = Paginator(changes.order_by("starts_at", "pk"), 100).get_page(request.GET.get("page"))
    last = actions.next_number(conference) - 1
    context = {
        "conference": conference,
        "release": found,
        "page": page,
        "last": last,
        "may_revert": request.user.has_role(conference, Role.PROGRAM) and number < last,
    }
    return render(request, "schedule/release.html", context)


@require_GET
@staff_page(Role.PROGRAM, Role.CREW)
def rebuilt(request, conference, number):
    """The whole schedule as the release left it; titles are today's."""
    found = get_object_or_404(Release, conference=conference, number=number)
    rows = sorted(actions.schedule_at(conference, number), key=lambda row: (row.starts_at, row.pk))
    page = Paginator(rows, 200).get_page(request.GET.get("page"))
    context = {"conference": conference, "release": found, "page": page}
    return render(request, "schedule/rebuilt.html", context)


@require_GET
@staff_page(Role.PROGRAM, Role.CREW)
def compare(request, conference):
    """What differs between any two releases; release 0 is the empty schedule."""
    last = actions.next_number(conference) - 1
    one, other = (
        number_of(request, name, default, last)
        for name, default in (("from", max(last - 1, 0)), ("to", last))
    )
    found = actions.differences(conference, one, other)
    context = {
        "conference": conference,
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
