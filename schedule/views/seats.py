"""Workshops with seats: what staff offer, and who sits in them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cfp.models import Talk
from registration.actions import seats_held
from registration.exports.files import csv_lines
from registration.models import WaitlistEntry
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions, documents
from ..facts import Facts
from ..forms import SeatsForm
from ..models import Slot, Workshop
from ..seats import room_for
from .days import day_of

A_PAGE = 50
CANDIDATES = 12
WAITING = Q(add_on__waitlist__status=WaitlistEntry.Status.WAITING)


def workshops_of(conference):
    """With what every list of them prints: talk, seats, places and how many wait."""
    slots = Slot.objects.select_related("room").order_by("starts_at")
    return (
        Workshop.objects.of(conference)
        .select_related("talk", "add_on", "quota")
        .defer("talk__abstract", "talk__description", "talk__notes")
        .prefetch_related(Prefetch("talk__slot_set", slots, to_attr="slots_here"))
        .annotate(waiting=Count("add_on__waitlist", filter=WAITING))
        .order_by("talk__title", "pk")
    )


@require_GET
@staff_page(Role.PROGRAM, Role.REGISTRATION)
def workshops(request, conference):
    """Every workshop with seats, and talks that could have some."""
    search = request.GET.get("q", "").strip()[:100]
    rows = workshops_of(conference)
    others = Talk.objects.filter(conference=conference, workshop=None).placeable()
    if search:
        rows, others = (
            rows.filter(talk__title__icontains=search),
            others.filter(title__icontains=search),
        )
    else:
        others = others.order_by("-minutes", "title")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    rooms = Facts(conference).rooms
    for one in page:
        one.talk.conference = one.add_on.conference = conference
        one.holds = room_for(one.talk.slots_here, rooms, conference)
    context = {
        "conference": conference,
        "page": page,
        "search": search,
        "others": others.select_related("kind").only("code", "title", "minutes", "kind__name")[
            :CANDIDATES
        ],
        "may_edit": request.user.has_role(conference, Role.PROGRAM),
    }
    return render(request, "schedule/workshops.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.PROGRAM)
def workshop(request, conference, code):
    """Give a talk seats, or change what was said of them."""
    talks = Talk.objects.filter(conference=conference)
    talk = get_object_or_404(talks, code=code)
    talk.conference = conference
    rows = workshops_of(conference).prefetch_related("add_on__ticket_types")
    found = rows.filter(talk=talk).first()
    if found is None:
        get_object_or_404(talks.placeable(), pk=talk.pk)
    form = SeatsForm(request.POST or None, talk=talk, workshop=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.offer_seats(talk, form.offer(), by=request.user)
        except actions.WrongSeats as error:
            form.add_error("wanted", str(error))
        except EditionClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The seats are saved.")
            return redirect("schedule:workshops", conference.slug)
    slots = list(Slot.objects.filter(talk=talk).select_related("room").order_by("starts_at"))
    context = {
        "conference": conference,
        "talk": talk,
        "workshop": found,
        "slots": slots,
        "holds": room_for(slots, Facts(conference).rooms, conference),
        "form": form,
    }
    return render(request, "schedule/workshop.html", context)


MONITORS = staff_page(Role.CREW, Role.PROGRAM, Role.REGISTRATION)


def seats_facts(conference, code):
    """What the list of one workshop says, on screen, on paper and in a spreadsheet."""
    workshop = get_object_or_404(workshops_of(conference), talk__code=code)
    workshop.talk.conference = workshop.add_on.conference = conference
    return {
        "conference": conference,
        "workshop": workshop,
        "slots": workshop.talk.slots_here,
        "people": [line.ticket for line in seats_held([workshop.add_on_id])],
        "version": actions.next_number(conference) - 1,
        "printed_at": timezone.now(),
    }


@require_GET
@MONITORS
def crew_workshops(request, conference):
    """The lists of one day, for the room monitors."""
    day = day_of(conference, request.GET.get("day"))
    begins, ends = conference.day_bounds(day)
    here = Slot.objects.filter(
        starts_at__gte=begins, starts_at__lt=ends, talk__workshop__isnull=False
    )
    rows = workshops_of(conference).filter(talk__in=here.values("talk"))
    rows = sorted(rows, key=lambda one: [slot.starts_at for slot in one.talk.slots_here])
    context = {
        "conference": conference,
        "day": day,
        "days": conference.days(),
        "rows": rows,
        "version": actions.next_number(conference) - 1,
    }
    return render(request, "schedule/crew_workshops.html", context)


@require_GET
@MONITORS
def seat_list(request, conference, code):
    """Names with a box to tick on paper."""
    return render(request, "schedule/seat_list.html", seats_facts(conference, code))


@require_GET
@MONITORS
def seat_file(request, conference, code, kind):
    if kind not in ("csv", "pdf"):
        raise Http404
    facts = seats_facts(conference, code)
    if kind == "pdf":
        response = HttpResponse(documents.seat_sheet(**facts), content_type="application/pdf")
    else:
        rows = [(one.attendee_name, one.organization, one.code) for one in facts["people"]]
        lines = csv_lines(("Name", "Organization", "Ticket"), rows)
        response = HttpResponse(b"".join(lines), content_type="text/csv; charset=utf-8")
    name = f"{conference.slug}-seats-{facts['workshop'].talk.code}.{kind}"
    how = "inline" if kind == "pdf" else "attachment"
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
