from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from cfp.models import Call, Track
from registration.models import TicketType
from scale import cache
from scale.auth import staff_gate, staff_page
from scale.models import Conference
from schedule.grid import TALLEST, most_rows
from schedule.models import Room, Slot
from schedule.outputs import announced
from schedule.views.public import latest_release
from sponsors.models import Sponsorship
from sponsors.models.booths import exhibitors

from .home import asked_of, cards_for

NEXT_SHOWN = 4
ANNOUNCED_SHOWN = 6


@require_safe
def root(request):
    """The current edition's front page; before there is any, a word to who set this up."""
    current = Conference.objects.current()
    if current is None:
        return render(request, "pages/empty.html")
    return front(request, slug=current.slug)


@require_safe
@cache.public(seconds=60)
def front(request, conference):
    now = timezone.now()
    calls = Call.objects.filter(conference=conference, track=None)
    upcoming = Slot.objects.shown(conference).filter(talk__isnull=False, ends_at__gt=now)
    upcoming = list(upcoming.defer("talk__description", "talk__notes")[:NEXT_SHOWN])
    release, moved = latest_release(conference)
    for slot in upcoming:
        slot.talk.conference, slot.moved_in = conference, moved.get(slot.uuid)
    context = {
        "conference": conference,
        "is_on": conference.is_on(now),
        "is_over": conference.is_over(now),
        "call": next((call for call in calls if call.state(now) == "open"), None),
        "types": TicketType.objects.on_offer(conference),
        "sponsorships": Sponsorship.objects.public(conference),
        "upcoming": upcoming,
        "facts": {
            "talks": Slot.objects.filter(conference=conference, talk__isnull=False)
            .values("talk")
            .distinct()
            .count(),
            "rooms": Room.objects.filter(conference=conference).count(),
        },
        "announced": known_talks(conference),
        "release": release,
        "now": now,
    }
    return render(request, "pages/front.html", context)


def known_talks(conference):
    """Some of what is announced and has no place yet, and whether there is more."""
    talks = list(announced(conference)[: ANNOUNCED_SHOWN + 1])
    for talk in talks:
        talk.conference = conference
    return {"talks": talks[:ANNOUNCED_SHOWN], "more": len(talks) > ANNOUNCED_SHOWN}


@require_safe
@cache.public()
def edition_css(request, conference):
    """Accent, tracks' colours, rows and columns of the schedule: what no inline style may say.

    And whether there are exhibitors for the menu to lead to, which no page has to ask then.
    """
    tracks = Track.objects.filter(conference=conference).values_list("pk", "colour")
    rooms = Room.objects.filter(conference=conference).count()
    context = {
        "conference": conference,
        "has_exhibitors": exhibitors(conference).exists(),
        "tracks": tracks,
        "columns": range(1, rooms + 2),
        "rows": range(1, most_rows(conference) + 2),
        "steps": range(1, TALLEST + 1),
    }
    return render(request, "pages/edition.css", context, content_type="text/css")


@require_GET
def staff(request):
    """The staff home of the edition at hand, or a choice of the editions one has a role in."""
    if blocked := staff_gate(request):
        return blocked
    mine = Conference.objects.all()
    if not request.user.is_superuser:
        mine = mine.filter(staff_roles__user=request.user).distinct()
    current = Conference.objects.current()
    if current in mine:
        return redirect("pages:staff-home", current.slug)
    if len(mine) == 1:
        return redirect("pages:staff-home", mine[0].slug)
    return render(request, "pages/staff_editions.html", {"editions": mine})


@require_GET
@staff_page()
def staff_home(request, conference):
    """What needs you today, for each of your roles; sentences with one link each."""
    mine = Conference.objects.all()
    if not request.user.is_superuser:
        mine = mine.filter(staff_roles__user=request.user).distinct()
    context = {
        "conference": conference,
        "cards": cards_for(request.user, conference),
        "asked": asked_of(request.user, conference),
        "editions": mine.exclude(pk=conference.pk),
    }
    return render(request, "pages/staff_home.html", context)


@login_required
def after_login(request):
    """Staff to their work, everyone else to their tickets."""
    if request.user.is_staff:
        return redirect("pages:staff")
    return redirect("registration:my-orders")
