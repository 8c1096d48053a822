"""What the door shows for a scan: one whole screen, the same for the page and for the phone."""

from django.utils.formats import date_format

from scale.time import local

from . import marks
from .models import Scan

HELP_DESK = "send to the help desk"
# verdict: (how the screen looks, its icon)
LOOKS = {
    Scan.Verdict.ADMITTED: ("in", "✓"),
    Scan.Verdict.ALREADY: ("already", "↺"),
    Scan.Verdict.HELP_DESK: ("already", "→"),
    Scan.Verdict.UNKNOWN: ("stop", "?"),
}
STOP = ("stop", "✕")


def screen(scan: Scan) -> dict:
    """Words and looks of a scan that came with `Scan.objects.told()`."""
    undone = scan.verdict == Scan.Verdict.ADMITTED and scan.checkin and scan.checkin.undone_at
    look, sign = ("undone", "↩") if undone else LOOKS.get(scan.verdict, STOP)
    ticket = None if shows_others(scan) else scan.ticket
    return {
        "scan": str(scan.scan_id),
        "verdict": "undone" if undone else scan.verdict,
        "look": look,
        "sign": sign,
        "words": "Undone, not in" if undone else scan.get_verdict_display(),
        "name": ticket.attendee_name if ticket else "",
        "says": " · ".join(undone_line(scan) if undone else LINES[scan.verdict](scan)),
        "type": ticket.ticket_type.name if ticket else "",
        "notes": marks.notes(scan, ticket) if ticket else [],
        "conduct": scan.checkin_list.conference.conduct_phone,
        "can_undo": look == "in",
    }


def shows_others(scan):
    """Who holds a ticket that was passed on is nothing for who shows its old code or badge."""
    return bool(scan.retired_id or is_of_another(scan))


def is_of_another(scan):
    return scan.verdict == Scan.Verdict.OLD_BADGE and (
        scan.badge is None or scan.badge.holder != scan.ticket.nonce
    )


def undone_line(scan):
    return [scan.ticket.ticket_type.name, "scan again to let them in"]


def admitted(scan):
    why = [f"let in by staff: {scan.why}"] if scan.why else []
    return [scan.ticket.ticket_type.name, *marks.notes(scan, scan.ticket), *why]


def already(scan):
    """“09:14 at Door 1”, with the day when it was another one."""
    if scan.checkin is None:  # its device had known of one
        return [HELP_DESK]
    return [f"{clock(scan.checkin.at, scan)} {scan.checkin.place}", HELP_DESK]


def clock(at, scan):
    """The conference's time, with the day when it was another one than the scan's."""
    conference = scan.checkin_list.conference
    same_day = conference.today(at) == conference.today(scan.scanned_at)
    wall = local(at, conference).replace(tzinfo=None)
    return date_format(wall, "H:i" if same_day else "D j F, H:i")


def not_paid(scan):
    return [scan.ticket.ticket_type.name, "the order is not paid", HELP_DESK]


def cancelled(scan):
    return [scan.ticket.ticket_type.name, "this ticket no longer counts", HELP_DESK]


def not_here(scan):
    by_device = scan.said == Scan.Verdict.NOT_HERE  # it knows of no leftovers
    if scan.checkin_list.gives_leftovers(scan.scanned_at) and not by_device:
        return [scan.ticket.ticket_type.name, "nothing is left to give out"]
    return [scan.ticket.ticket_type.name, f"does not include {scan.checkin_list}", HELP_DESK]


def not_today(scan):
    conference, kind, opens = (
        scan.checkin_list.conference,
        scan.ticket.ticket_type,
        scan.checkin_list.opens_at,
    )
    if not kind.admits_on(conference.today(scan.scanned_at)):
        return [kind.name, f"good {days(kind)}", HELP_DESK]
    if opens and scan.scanned_at < opens:
        clock = date_format(local(opens, conference).replace(tzinfo=None), "D j F, H:i")
        return [kind.name, f"{scan.checkin_list} opens {clock}"]
    return [kind.name, f"{scan.checkin_list} has closed", HELP_DESK]


def days(kind):
    """“on Fri 5 March”, “from …”, “until …”, “Fri 5 March to Sat 6 March”."""
    first, last = kind.admits_from, kind.admits_until
    if first == last:
        return f"on {date_format(first, 'D j F')}"
    if first and last:
        return f"{date_format(first, 'D j F')} to {date_format(last, 'D j F')}"
    return f"from {date_format(first, 'D j F')}" if first else f"until {date_format(last, 'D j F')}"


def passed_on(scan):
    if scan.retired is None:
        return [HELP_DESK]
    at = local(scan.retired.retired_at, scan.checkin_list.conference).replace(tzinfo=None)
    return [f"to somebody else on {date_format(at, 'D j F, H:i')}", HELP_DESK]


def old_badge(scan):
    """“reprinted 14:02”: whoever has the new one is somebody else, or lost this one."""
    if is_of_another(scan):
        return ["the ticket was passed on" if scan.badge else "reprinted", HELP_DESK]
    if scan.badge.voided_at is None:
        return ["it no longer counts", HELP_DESK]
    return [f"reprinted {clock(scan.badge.voided_at, scan)}", HELP_DESK]


def help_desk(scan):
    return [scan.ticket.ticket_type.name, scan.why or "there is no name on it yet", HELP_DESK]


def unknown(scan):
    return [f"not a ticket of {scan.checkin_list.conference}", "try once more", HELP_DESK]


LINES = {
    Scan.Verdict.ADMITTED: admitted,
    Scan.Verdict.ALREADY: already,
    Scan.Verdict.NOT_PAID: not_paid,
    Scan.Verdict.CANCELLED: cancelled,
    Scan.Verdict.NOT_HERE: not_here,
    Scan.Verdict.NOT_TODAY: not_today,
    Scan.Verdict.PASSED_ON: passed_on,
    Scan.Verdict.OLD_BADGE: old_badge,
    Scan.Verdict.HELP_DESK: help_desk,
    Scan.Verdict.UNKNOWN: unknown,
}
