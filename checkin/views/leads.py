"""What an exhibitor's phone opens: the scanner of badges, its contacts, with and without script."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import refuse_other_sites

from .. import queue as door_queue
from ..auth import door_page
from ..leads import actions, queue, sheets
from ..leads.forms import NoteForm, ScanBadgeForm
from ..models import Lead, Station
from . import browser

A_PAGE = 50
EXHIBITOR = Station.Kind.EXHIBITOR
NOTHING = "This person gives exhibitors nothing, or the code was mistyped."
SLOW = "Too many unknown codes came from this phone. Badges that count still work."
TAKEN = "This id was used for another badge."


def scanner(request, station, form=None, status=200, said=""):
    """The page of /door/: it holds nothing of anybody, so that a phone may keep it."""
    context = {
        "station": station,
        "conference": station.conference,
        "form": form or ScanBadgeForm(initial={"lead_id": uuid.uuid4()}),
        "said": said,
        "scripts": browser.LEADS,
        "version": browser.version(),
    }
    return render(request, "checkin/leads_scan.html", context, status=status)


@require_POST
@door_page(EXHIBITOR)
def scan(request, station):
    """For a browser without script."""
    form = ScanBadgeForm(request.POST)
    if not form.is_valid():
        return scanner(request, station, form.with_new_id(), HTTPStatus.BAD_REQUEST)
    try:
        lead = actions.scan_badge(station, at=timezone.now(), **form.cleaned_data)
    except actions.NothingGiven:
        return scanner(request, station, said=f"Nothing is given. {NOTHING}")
    except actions.IdTaken:
        form.add_error("code", "This page had been used for another badge. Please send it again.")
        return scanner(request, station, form.with_new_id(), HTTPStatus.CONFLICT)
    except actions.TooManyUnknown:
        form.add_error("code", SLOW)
        return scanner(request, station, form.with_new_id(), HTTPStatus.TOO_MANY_REQUESTS)
    return redirect("checkin:lead", lead.lead_id)


@require_GET
@door_page(EXHIBITOR)
def leads(request, station):
    """Whom the exhibitor's phones have scanned; the scanner shows this page's list too."""
    words = " ".join(request.GET.get("q", "").split())[:100]
    only = request.GET.get("only") == "here"
    rows = Lead.objects.of_station(station).select_related("station")
    if only:
        rows = rows.filter(station=station)
    if words:
        rows = rows.search(words)
    page = Paginator(rows.order_by("-scanned_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    for lead in page:
        lead.form = NoteForm(initial={"note": lead.note, "was": lead.note}, auto_id=False)
    context = {
        "station": station,
        "conference": station.conference,
        "page": page,
        "words": words,
        "only": only,
    }
    return render(request, "checkin/leads.html", context)


@require_http_methods(["GET", "POST"])
@door_page(EXHIBITOR)
def lead(request, station, lead):
    found = get_object_or_404(Lead.objects.of_station(station), lead_id=lead)
    initial = {"note": found.note, "was": found.note}
    form = NoteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {name: queue.lines(value) for name, value in form.cleaned_data.items()}
        try:
            actions.write_note(station, found.lead_id, **said)
        except actions.NoLead as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "The note is saved.")
        return redirect("checkin:leads")
    context = {"station": station, "conference": station.conference, "lead": found, "form": form}
    return render(request, "checkin/lead.html", context)


@require_GET
@door_page(EXHIBITOR)
def leads_file(request, station):
    name = f"{station.conference.slug}-contacts"
    return sheets.csv(Lead.objects.of_station(station), station.conference, name)


# --- the queue of the page with script -----------------------------------------------------------


@csrf_exempt
@require_POST
@door_page(EXHIBITOR)
def send(request, station):
    """Scans, then notes; one that cannot be taken stands in nobody's way."""
    refuse_other_sites(request)
    now = timezone.now()
    try:
        if request.content_type != "application/json":
            raise door_queue.Unreadable("This is no JSON.")
        sent = queue.read(request.body, station, now)
    except door_queue.Unreadable as error:
        return JsonResponse({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)
    station.note_report(sent.device.version, sent.device.queued)
    answers = [answer(entry, taken, station, sent.device.clock) for entry in sent.scans]
    noted = [answer(entry, written, station, None) for entry in sent.notes]
    return JsonResponse({"now": now.isoformat(), "answers": answers, "noted": noted})


def answer(entry, take, station, clock):
    """The entry's own id with the lead, with words that nothing is given, or with an error."""
    said = {"id": door_queue.entry_id(entry)}
    try:
        return said | {"lead": queue.line(take(entry, station, clock))}
    except door_queue.Refused as error:
        return said | {"error": str(error), "why": error.why}
    except actions.NothingGiven:
        return said | {"lead": None, "words": NOTHING}
    except actions.NoLead as error:
        return said | {"lead": None, "words": str(error)}
    except actions.IdTaken:
        return said | {"error": TAKEN, "why": "taken"}
    except actions.TooManyUnknown:
        return said | {"error": SLOW, "why": "slow"}


def taken(entry, station, clock):
    return actions.scan_badge(station, **queue.scan_of(entry, clock))


def written(entry, station, clock):
    lead_id, was, note = queue.note_of(entry)
    return actions.write_note(station, lead_id, was=was, note=note)
