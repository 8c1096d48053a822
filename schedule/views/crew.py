"""For who runs the rooms: sheets, who speaks next, and head counts."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from registration import qr
from scale import throttle
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Conference, Role

from .. import actions, crew, documents
from ..audience import presence
from ..forms import CountForm
from ..models import Room, Slot
from .days import day_of


def version_of(conference):
    return actions.next_number(conference) - 1


def count_link(conference, room):
    path = reverse("schedule:count", args=[conference.slug, room.code, room.count_secret])
    return settings.SITE_URL + path


@require_GET
@staff_page(Role.CREW, Role.PROGRAM)
def rooms(request, conference):
    """Every sheet there is, and what is missing in the rooms of the day."""
    day = day_of(conference, request.GET.get("day"))
    lines = crew.duties(conference, day)
    by_room = {}
    for duty in lines:
        by_room.setdefault(duty.slot.room_id, []).append(duty)
    context = {
        "conference": conference,
        "day": day,
        "days": conference.days(),
        "rooms": [
            (room, by_room.get(room.pk, [])) for room in Room.objects.filter(conference=conference)
        ],
        "missing": [duty for duty in lines if duty.missing and not duty.is_cancelled],
        "version": version_of(conference),
    }
    return render(request, "schedule/crew.html", context)


def sheet_facts(request, conference, code, day):
    room = get_object_or_404(Room.objects.select_related("venue"), conference=conference, code=code)
    return room, day_of(conference, day)


@require_GET
@staff_page(Role.CREW, Role.PROGRAM)
def sheet(request, conference, code, day):
    room, date = sheet_facts(request, conference, code, day)
    since, version = request.GET.get("since", ""), version_of(conference)
    changes = None
    if since:
        if not (since.isdecimal() and len(since) < 9 and int(since) <= version):
            raise Http404
        changes = crew.changes_since(conference, int(since), date, room)
    context = {
        "conference": conference,
        "room": room,
        "day": date,
        "days": conference.days(),
        "duties": crew.duties(conference, date, room),
        "version": version,
        "since": since,
        "versions": range(1, version),
        "changes": changes,
        "qr": mark_safe(qr.svg(count_link(conference, room)).decode()),  # our own drawing  # nosec
    }
    return render(request, "schedule/crew_sheet.html", context)


@require_GET
@staff_page(Role.CREW, Role.PROGRAM)
def sheet_pdf(request, conference, code, day):
    room, date = sheet_facts(request, conference, code, day)
    body = documents.crew_sheet(
        conference,
        room,
        date,
        crew.duties(conference, date, room),
        version=version_of(conference),
        link=count_link(conference, room),
    )
    response = HttpResponse(body, content_type="application/pdf")
    name = f"{conference.slug}-{room.code}-{date}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@staff_page(Role.CREW, Role.PROGRAM)
def speakers(request, conference):
    """Who speaks next and where, with phone and slides: for the speakers' desk."""
    day = day_of(conference, request.GET.get("day"))
    lines = [duty for duty in crew.duties(conference, day) if duty.slot.talk]
    things = sorted({thing for duty in lines for thing, _ in duty.needs})
    wanted = request.GET.get("needs", "")
    if wanted:
        lines = [duty for duty in lines if wanted in [thing for thing, _ in duty.needs]]
    context = {
        "conference": conference,
        "day": day,
        "days": conference.days(),
        "duties": lines,
        "things": things,
        "wanted": wanted,
        "version": version_of(conference),
    }
    return render(request, "schedule/crew_speakers.html", context)


@require_GET
@staff_page(Role.CREW, Role.PROGRAM)
def counts(request, conference):
    """Counted against expected, and how good the projection was over the edition."""
    rows = sorted(crew.last_counts(conference).values(), key=lambda row: -row.pk)
    pairs = [(row.expected, row.people) for row in rows if row.expected is not None]
    context = {"conference": conference, "rows": rows, "error": crew.error_of(pairs)}
    return render(request, "schedule/head_counts.html", context)


@require_http_methods(["GET", "POST"])
def count(request, slug, code, secret):
    """The room's list on a phone: who has the secret of a printed sheet may count."""
    conference = get_object_or_404(Conference, slug=slug)
    room = get_object_or_404(Room, conference=conference, code=code)
    if not room.counts_with(secret):
        raise Http404
    room.conference = conference
    day = day_of(conference, request.GET.get("day"))
    duties = crew.duties(conference, day, room)
    lines = [duty for duty in duties if not duty.is_cancelled]
    form = CountForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and save_count(request, room, lines, form):
        return redirect(request.get_full_path())
    context = {"conference": conference, "room": room, "day": day, "duties": duties, "form": form}
    response = render(request, "schedule/count.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def save_count(request, room, lines, form):
    """Whether it was saved; else the form says why not."""
    said = form.cleaned_data
    duty = next((one for one in lines if one.slot.uuid == said["slot"]), None)
    if duty is None:
        form.add_error(None, "That is not in this room any more.")
        return False
    slot: Slot = duty.slot
    try:
        throttle.hit("head count", str(room.pk), limit=60, seconds=60)
        actions.count_heads(
            room,
            slot,
            said["people"],
            expected=duty.expected.people if duty.expected else None,
            present=presence(room.conference)(slot.starts_at),
            by=said["by"],
        )
    except (actions.Refused, EditionClosed, throttle.Throttled) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, f"{said['people']} people in “{slot.what}”. Thank you!")
    return True
