"""What a device at the door opens: pairing and scanning, with and without JavaScript."""

import uuid

from csp.constants import SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.contrib import messages
from django.core.cache import cache
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import codes, throttle
from scale.editions import EditionClosed

from .. import actions, queue, verdicts
from ..auth import door_page, give_credential, wants_json
from ..forms import PairingForm, ScanForm, UndoForm
from ..models import CheckIn, Station
from . import browser, kiosk, leads

COUNT_SECONDS = 5
NOT_WAITING = "No station waits for this code. It works once, for 10 minutes: ask for a new one."
# Of one address, which is a whole venue where all its phones share one: a code every second. With
# 40 stations waiting at once, 600 guesses among 2^50 codes find one with odds of 1 to 47 thousand
# million; going on like that for a year, of 1 to 890 thousand.
PAIRING_TRIES = {"limit": 600, "seconds": 600}
# The page with the camera runs its QR reader as WebAssembly; no other page may.
camera_page = csp_update({"script-src": [SELF, WASM_UNSAFE_EVAL]})


@require_GET
@camera_page
@door_page(*Station.SCANNING, Station.Kind.KIOSK, Station.Kind.EXHIBITOR)
def door(request, station):
    if station.kind == Station.Kind.KIOSK:
        return kiosk.welcome(request, station)
    if station.kind == Station.Kind.EXHIBITOR:
        return leads.scanner(request, station)
    # Without JavaScript the volunteer's name travels with the link back to this page.
    kept = request.GET.get("volunteer", "")[:40]
    form = ScanForm(initial={"scan_id": uuid.uuid4(), "volunteer": kept})
    return scanner(request, station, form)


def scanner(request, station, form, status=200):
    context = {
        "station": station,
        "conference": station.conference,
        "form": form,
        "inside": count_inside(station),
        "scripts": browser.SCRIPTS,
        "version": browser.version(),
    }
    return render(request, "checkin/door.html", context, status=status)


def count_inside(station):
    """How many are in, at most COUNT_SECONDS old: every phone asks again and again."""
    day = station.checkin_list.day(station.conference, timezone.now())
    return cache.get_or_set(
        f"door:{station.checkin_list_id}:{day}",
        lambda: CheckIn.objects.inside(station.checkin_list, day).count(),
        COUNT_SECONDS,
    )


@require_GET
@door_page()
def state(request, station):
    """A sign of life: how many are in, and what the device says of itself."""
    queued = request.GET.get("queued", "")
    station.note_report(
        queue.text(request.GET["version"], 40) if "version" in request.GET else None,
        queue.count(int(queued)) if queued.isdecimal() and len(queued) < 12 else None,
    )
    said = {"now": timezone.now().isoformat()}
    if station.checkin_list:
        said["inside"] = count_inside(station)
    return JsonResponse(said)


@require_POST
@camera_page
@door_page(*Station.SCANNING)
def scan(request, station):
    form = ScanForm(request.POST)
    if not form.is_valid():
        return refused(request, station, form, status=400)
    try:
        found = actions.admit(station, **form.cleaned_data)
    except actions.ScanIdTaken:
        form.add_error("code", "This page had been used for another ticket. Please send it again.")
        return refused(request, station, form, status=409)
    except actions.TooManyUnknown:
        form.add_error(
            "code", "Too many unknown codes at this door. Good tickets still work; ask for help."
        )
        return refused(request, station, form, status=429)
    answer = verdicts.screen(found)
    if wants_json(request):
        return JsonResponse(answer)
    context = {"station": station, "conference": station.conference, "screen": answer}
    return render(request, "checkin/verdict.html", {**context, "volunteer": found.volunteer})


def refused(request, station, form, status):
    if wants_json(request):
        says = [error for errors in form.errors.values() for error in errors]
        return JsonResponse({"error": " ".join(says)}, status=status)
    return scanner(request, station, form.with_new_id(), status)


@require_POST
@door_page(*Station.SCANNING)
def undo(request, station):
    form = UndoForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.CannotUndo("There is no admission to undo here.")
        found = actions.undo(station, form.cleaned_data["scan_id"])
    except actions.CannotUndo as error:
        if wants_json(request):
            return JsonResponse({"error": str(error)}, status=409)
        messages.error(request, str(error))
        return redirect("checkin:door")
    if wants_json(request):
        return JsonResponse(verdicts.screen(found))
    messages.success(request, f"Undone: {found.ticket.attendee_name} is not in.")
    return redirect("checkin:door")


def device_word(station):
    """What a station of its kind usually is, in the words of the pairing pages."""
    hand = (Station.Kind.PHONE, Station.Kind.COUNTER, Station.Kind.EXHIBITOR)
    return "phone" if station.kind in hand else "device"


# --- pairing ---------------------------------------------------------------------------------


def waiting_station(request, code):
    """The station that waits for this code, or None. Only an address’s wrong codes stay counted."""
    throttle.hit("pair", throttle.client(request), **PAIRING_TRIES)
    found = Station.objects.waiting(code, timezone.now()).select_related("conference").first()
    if found is None or found.conference.is_closed:
        return None
    throttle.give_back("pair", throttle.client(request))
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@camera_page
def pair_by_hand(request):
    form = PairingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("checkin:pair", form.cleaned_data["code"])
    return render(request, "checkin/pair_by_hand.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
@camera_page
def pair(request, secret):
    """GET asks and never pairs: messengers open links to show a preview of them."""
    code = codes.clean_code(secret)
    try:
        found = waiting_station(request, code)
    except throttle.Throttled as error:
        return render(request, "429.html", {"error": error}, status=429)
    if found and request.method == "POST":
        try:
            _, credential = actions.pair(code)
        except (actions.NotWaiting, EditionClosed):
            found = None
        else:
            to = "checkin:desk" if found.kind == Station.Kind.DESK else "checkin:door"
            response = redirect(to)
            give_credential(request, response, credential)
            return response
    if found is None:
        form = PairingForm({"code": secret})
        if form.is_valid():
            form.add_error("code", NOT_WAITING)
        return render(request, "checkin/pair_by_hand.html", {"form": form}, status=404)
    context = {"station": found, "conference": found.conference, "device": device_word(found)}
    return render(request, "checkin/pair.html", context)
