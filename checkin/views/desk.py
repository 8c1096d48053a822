"""The desk station, a paired laptop: find somebody, let them in, correct what is on the badge."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration.actions import ChangedMeanwhile, PassedOn, correct_by_staff
from registration.models import Ticket
from scale import codes, throttle
from scale.forms import MadeIdField

from .. import actions, marks, verdicts
from ..actions.scanning import UNDO_TIME
from ..auth import door_page
from ..badges.lookup import looks_like_badge, printed_before
from ..desk import who
from ..desk.forms import DeskBadgeForm, ShiftForm
from ..desk.who import desk_page
from ..models import Badge, CheckIn, Scan, Station

# Each pause in the typing asks once.
MOST_QUESTIONS = 300


def page(request, sitting, template, status=200, **context):
    context |= {
        "sitting": sitting,
        "station": sitting.station,
        "conference": sitting.station.conference,
    }
    return render(request, f"checkin/desk/{template}.html", context, status=status)


def ticket_of(sitting, code):
    conference = sitting.station.conference
    rows = Ticket.objects.select_related("ticket_type", "order")
    found = get_object_or_404(rows, conference=conference, code=codes.clean_code(code))
    found.conference = conference
    return found


# --- finding ----------------------------------------------------------------------------------


@require_GET
@desk_page
def desk(request, sitting):
    """A whole code opens its ticket, also that of a badge; else everybody whom the words find."""
    words = request.GET.get("q", "")[:200]
    try:
        if words:
            throttle.hit("desk-search", str(sitting.station.pk), limit=MOST_QUESTIONS, seconds=60)
    except throttle.Throttled as error:
        return render(request, "429.html", {"error": error}, status=429)
    as_list = request.headers.get("HX-Request")
    if not as_list and (badge := badge_with(sitting, words)):
        return opened_by_badge(request, badge)
    found = Ticket.objects.find(sitting.station.conference, words)
    context = {"words": words.strip(), "found": found}
    if as_list:
        return page(request, sitting, "_found", **context)
    if len(found) == 1:
        return redirect("checkin:desk-ticket", found[0].code)
    drawer = actions.drawer_of(sitting.station)
    return page(request, sitting, "find", drawer=drawer, **context)


def badge_with(sitting, words):
    code = codes.clean_code(words)
    if not looks_like_badge(code):
        return None
    rows = Badge.objects.filter(ticket__conference=sitting.station.conference)
    return rows.select_related("ticket").filter(code=code).first()


def opened_by_badge(request, badge):
    if badge.status != Badge.Status.LIVE or badge.holder != badge.ticket.nonce:
        messages.warning(request, "This is an old badge: it no longer counts. Keep it here.")
    return redirect("checkin:desk-ticket", badge.ticket.code)


# --- the shift --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@door_page(Station.Kind.DESK)
def shift(request, station):
    """Initials and printer of whoever sits down; the next one types theirs."""
    then = request.GET.get("next", "")
    if not then.startswith("/door/desk/") or not url_has_allowed_host_and_scheme(then, None):
        then = reverse("checkin:desk")
    sitting = who.sitting_of(request, station)
    if request.method == "POST" and "end" in request.POST:
        who.end(request, station)
        return redirect("checkin:desk-shift")
    now = {"printer": sitting.printer, "volunteer": sitting.volunteer} if sitting else {}
    form = ShiftForm(request.POST or None, initial=now, conference=station.conference)
    if request.method == "POST" and form.is_valid():
        who.begin(request, station, **form.cleaned_data)
        return redirect(then)
    context = {
        "station": station,
        "conference": station.conference,
        "sitting": sitting,
        "form": form,
        "drawer": actions.drawer_of(station),
    }
    return render(request, "checkin/desk/shift.html", context)


# --- one ticket -------------------------------------------------------------------------------


@require_GET
@desk_page
def ticket(request, sitting, code):
    """All that a volunteer has to know and may do; after an act, what came of it."""
    found = ticket_of(sitting, code)
    marked = Ticket.objects.filter(pk=found.pk).annotate(**marks.of_tickets(OuterRef("pk"))).get()
    history = list(found.badges.select_related("station", "by").order_by("-pk"))
    before = printed_before(found)
    others = found.order.tickets.live().exclude(pk=found.pk) if found.order else []
    return page(
        request,
        sitting,
        "ticket",
        ticket=found,
        notes=marks.notes(marked, found),
        standing=found.standing(),
        screen=screen_of(request, sitting, found),
        refused=before if "printed" in request.GET else None,
        before=before,
        history=history,
        checkins=checkins_of(sitting, found),
        others=list(others[:20]) if others else [],
        owed=to_be_paid(found),
        scan_id=uuid.uuid4(),
    )


def screen_of(request, sitting, ticket):
    """The verdict of the scan that the address names, if it is this desk's of this ticket."""
    try:
        scan_id = MadeIdField(required=False).clean(request.GET.get("scan", ""))
    except ValidationError:
        return None
    rows = Scan.objects.told().filter(scan_id=scan_id, station=sitting.station, ticket=ticket)
    found = rows.first() if scan_id else None
    return verdicts.screen(found) if found else None


def checkins_of(sitting, ticket):
    """Where it is in; `undo` is the scan that this desk may still take back."""
    rows = CheckIn.objects.live().filter(ticket=ticket).select_related("station", "checkin_list")
    rows = list(rows.order_by("-at"))
    since = timezone.now() - UNDO_TIME
    fresh = [one.pk for one in rows if one.station == sitting.station and one.at > since]
    own = Scan.objects.filter(checkin__in=fresh, verdict=Scan.Verdict.ADMITTED)
    scans = dict(own.filter(station=sitting.station).values_list("checkin", "scan_id"))
    for one in rows:
        one.undo = scans.get(one.pk)
    return rows


def to_be_paid(ticket):
    """The order that waits for money: the ticket's own, or one that upgrades it."""
    if ticket.order and ticket.standing() == "waiting":
        return ticket.order
    return ticket.upgrade_orders.filter(status="pending").first()


@require_POST
@desk_page
def let_in(request, sitting, code):
    """Decided like a scan at the door, and written down like one."""
    found = ticket_of(sitting, code)
    try:
        scan_id = MadeIdField().clean(request.POST.get("scan_id", ""))
        actions.admit(sitting.station, found.code, scan_id=scan_id, volunteer=sitting.volunteer)
    except (ValidationError, actions.ScanIdTaken):
        messages.error(request, "This page had been used already. Please try again.")
        return redirect("checkin:desk-ticket", found.code)
    address = reverse("checkin:desk-ticket", args=[found.code])
    return redirect(f"{address}?scan={scan_id}")


@require_POST
@desk_page
def undo(request, sitting, code):
    found = ticket_of(sitting, code)
    try:
        scan_id = MadeIdField().clean(request.POST.get("scan_id", ""))
        if not Scan.objects.filter(scan_id=scan_id, ticket=found).exists():
            raise ValidationError("Of somebody else.")
        actions.undo(sitting.station, scan_id)
    except ValidationError:
        messages.error(request, "There is no admission to undo here.")
    except actions.CannotUndo as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Undone: {found.attendee_name} is not in.")
    return redirect("checkin:desk-ticket", found.code)


@require_http_methods(["GET", "POST"])
@desk_page
def correct(request, sitting, code):
    """By registration's form and action; the trail tells the desk and the initials."""
    found = ticket_of(sitting, code)
    form = DeskBadgeForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        why = ": ".join(filter(None, [str(sitting), form.cleaned_data["why"]]))
        try:
            changed = correct_by_staff(
                found, form.facts(), why=why, by=None, seen=form.cleaned_data["seen"]
            )
        except (ChangedMeanwhile, PassedOn) as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, corrected_words(found, changed))
        return redirect("checkin:desk-ticket", found.code)
    return page(request, sitting, "correct", ticket=found, form=form)


def corrected_words(ticket, changed):
    if not changed:
        return "Nothing was different, so nothing was changed."
    before = printed_before(ticket)
    if before and before.is_out:
        return "Corrected. The badge that is out still says the old: print it again."
    return "Corrected. The code stays the same."
