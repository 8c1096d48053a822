"""What devices at the door know of an edition's tickets: all once, and then what changed.

Every write of a followed row takes its place among the changes away (registration.Followed).
Here it gets the next one. A device that asks with the number of its last answer is told every
row with a later one. Rows of one transaction that is still open are passed over, not waited
for: they are told the next time.
"""

import datetime as dt
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef

from registration.models import AddOn, Order, OrderLine, RetiredCode, Ticket, code_key
from scale.db import retry
from scale.models import Conference

from . import marks
from .models import Badge, ChangeCounter, CheckIn, Station

FOLLOWED: Any = (CheckIn, Badge, Ticket, Order, OrderLine)
AT_ONCE = 5_000  # rows of each kind that get a number in one transaction
CHUNK = 500  # tickets that are read at once
STAFF = "staff"


@dataclass
class Changes:
    """The answer: `head` first, then `count` lines, each a dictionary."""

    head: dict
    count: int
    lines: Iterator[dict]


# --- numbers -----------------------------------------------------------------------------------


def number_changes() -> int:
    """Give every committed change its number; returns the last one.

    The first time that is every row there is, some thousands at a time.
    """
    full = True
    while full:
        number, models = unnumbered()
        if not models:
            return number
        number, full = give_numbers(models)
    return number


def unnumbered() -> tuple[int, list[Any]]:
    """The last number, and of what there are rows without one."""
    some = {model.__name__: Exists(model.objects.filter(change_no=None)) for model in FOLLOWED}
    row = ChangeCounter.objects.annotate(**some).values_list("number", *some).first()
    if row is None:
        ChangeCounter.objects.get_or_create(pk=1)
        return 0, list(FOLLOWED)
    return row[0], [model for model, new in zip(FOLLOWED, row[1:], strict=True) if new]


@retry
def give_numbers(models: list[Any]) -> tuple[int, bool]:
    """The next number to what is new; and whether that was too much for once.

    Rows that a transaction still holds are left. The counter's lock keeps two of us apart, so
    no row ever gets a number that was told before.
    """
    counter = ChangeCounter.objects.select_for_update().get()
    counter.number += 1
    full = False
    for model in models:
        pks = list(free_rows(model.objects.filter(change_no=None)).values_list("pk", flat=True))
        if pks:
            model.objects.filter(pk__in=pks).update(change_no=counter.number)
        full = full or len(pks) == AT_ONCE
    counter.save(update_fields=["number"])
    return counter.number, full


def free_rows(rows: Any) -> Any:
    skip = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=skip).order_by("pk")[:AT_ONCE]


# --- the answer --------------------------------------------------------------------------------


def changes(station: Station, cursor: str, now: dt.datetime) -> Changes:
    """All tickets of the station's edition, or those that changed after `cursor` was given."""
    conference = station.conference
    extras = {one.pk: one for one in AddOn.objects.filter(conference=conference)}
    number, kept = number_changes(), fingerprint(conference, extras)
    since = known_number(cursor, number, kept)
    if since is None:
        tickets = list(conference.tickets.order_by("pk").values_list("pk", flat=True))
    else:
        tickets = changed_since(conference, since)
    gone = list(old_codes(conference, None if since is None else tickets))
    head = {
        **about(station, extras),
        "now": now.isoformat(),
        "cursor": f"{number}-{kept}",
        "full": since is None,
        "count": len(tickets) + len(gone),
    }
    lines = itertools.chain(of_tickets(tickets, extras), gone)
    return Changes(head, head["count"], lines)


def fingerprint(conference: Conference, extras: dict[int, AddOn]) -> str:
    """Another one for another edition, and when names changed that stand in the lines."""
    names = sorted((pk, one.kind, one.name) for pk, one in extras.items())
    return hashlib.sha256(repr((conference.pk, names)).encode()).hexdigest()[:8]


def known_number(cursor: str, last: int, kept: str) -> int | None:
    """Where the device stands; None where it has to begin anew."""
    number, _, print_of = cursor.partition("-")
    if print_of != kept or not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    return int(number) if int(number) <= last else None


def changed_since(conference: Conference, since: int) -> list[int]:
    """Tickets with a change of their own, of their order, extras, badge or check-ins."""
    own = Ticket.objects.filter(change_no__gt=since)
    ways = [
        own.values_list("pk", "conference"),
        *(
            model.objects.filter(change_no__gt=since).values_list(path, f"{path}__conference")
            for model, path in ((CheckIn, "ticket"), (Badge, "ticket"), (OrderLine, "ticket"))
        ),
        Order.objects.filter(change_no__gt=since).values_list("tickets", "conference"),
    ]
    rows = ways[0].order_by().union(*(way.order_by() for way in ways[1:]))
    return sorted(pk for pk, edition in rows if pk and edition == conference.pk)


def about(station: Station, extras: dict[int, AddOn]) -> dict:
    conference = station.conference
    lists = conference.checkin_lists.prefetch_related("ticket_types", "add_ons")
    return {
        "edition": conference.slug,
        "name": conference.name,
        "zone": str(conference.zone),
        "starts": conference.starts_on,
        "ends": conference.ends_on,
        "conduct": conference.conduct_phone,
        "station": {"name": station.name, "kind": station.kind, "list": station.checkin_list_id},
        "lists": [
            {
                "pk": one.pk,
                "name": one.name,
                "kind": one.kind,
                "once_a_day": one.once_a_day,
                "opens": one.opens_at,
                "closes": one.closes_at,
                "types": [kind.pk for kind in one.ticket_types.all()],
                "add_ons": [extra.pk for extra in one.add_ons.all()],
                "leftovers": one.leftovers_open_at,
            }
            for one in lists
        ],
        "types": {
            kind.pk: {"name": kind.name, "from": kind.admits_from, "until": kind.admits_until}
            for kind in conference.ticket_types.all()
        },
        "add_ons": {
            pk: {"name": f"{one.choice} {one.name}".strip(), "kind": one.kind}
            for pk, one in extras.items()
        },
    }


# --- lines -------------------------------------------------------------------------------------


def of_tickets(tickets: list[int], extras: dict[int, AddOn]) -> Iterator[dict]:
    """One line for each, read a few hundred at a time."""
    for n in range(0, len(tickets), CHUNK):
        pks = tickets[n : n + CHUNK]
        inside = checkins_of(pks)
        for row in shown(Ticket.objects.filter(pk__in=pks)).order_by("pk"):
            yield line(row, extras, inside.get(row["pk"]))


def shown(tickets: Any) -> Any:
    """As dictionaries with what a line tells: no address, no phone number."""
    held = marks.of_tickets(OuterRef("pk"))
    badge = Badge.objects.filter(live_ticket=OuterRef("pk"), holder=OuterRef("nonce"))
    return tickets.annotate(
        order_code=F("order__code"),
        order_status=F("order__status"),
        badge=badge.values("code")[:1],
        **held,
    ).values(
        *("pk", "code_key", "attendee_name", "status", "ticket_type", "is_minor"),
        *("guardian_name", "order_code", "order_status", "badge", "ribbon_roles", "extra_lines"),
    )


def checkins_of(tickets: list[int]) -> dict[int, dict]:
    """{ticket: {list: [when, where]}} of what stands; of several days the last."""
    found: dict[int, dict] = defaultdict(dict)
    rows = CheckIn.objects.live().filter(ticket__in=tickets).order_by("at")
    for ticket, one, at, place in rows.values_list("ticket", "checkin_list", "at", "station__name"):
        found[ticket][one] = [at.isoformat(), place or STAFF]
    return found


def line(row: dict, extras: dict[int, AddOn], inside: dict | None) -> dict:
    """What a device has no use for is left out: an empty text, no badge, nowhere in."""
    own = marks.extra_numbers(row["extra_lines"])
    told = {
        "h": row["code_key"],
        "n": row["attendee_name"],
        "o": row["order_code"],
        "t": row["ticket_type"],
        "s": standing(row),
        "b": code_key(row["badge"]) if row["badge"] else None,
        "m": [
            *(["minor"] if row["is_minor"] or row["guardian_name"] else []),
            *(
                f"shirt:{extras[pk].name}"
                for pk in own
                if pk in extras and extras[pk].kind == AddOn.Kind.SHIRT
            ),
            *marks.roles(row["ribbon_roles"]),
        ],
        "a": own,
        "in": inside,
    }
    return {name: value for name, value in told.items() if value}


def standing(row: dict) -> str:
    if Ticket.Status.CANCELLED in (row["status"], row["order_status"]):
        return "cancelled"
    return "ok" if row["order_status"] in (None, Order.Status.PAID) else "unpaid"


def old_codes(conference: Conference, tickets: list[int] | None) -> Iterator[dict]:
    """Codes that tickets had before they were passed on, and badges that no longer count."""
    retired = RetiredCode.objects.filter(ticket__conference=conference)
    badges = Badge.objects.filter(ticket__conference=conference)
    if tickets is not None:
        retired, badges = retired.filter(ticket__in=tickets), badges.filter(ticket__in=tickets)
    for code, at in retired.values_list("code", "retired_at"):
        yield {"h": code_key(code), "s": "moved", "at": at.isoformat()}
    for code, at in badges.exclude(status="live", holder=F("ticket__nonce")).values_list(
        "code", "voided_at"
    ):
        yield {"h": code_key(code), "s": "old", "at": at.isoformat() if at else None}


def found_lines(conference: Conference, tickets: list[Ticket]) -> list[dict]:
    """Of tickets that somebody looked up, in their order, with the name of the type."""
    pks, names = [one.pk for one in tickets], {one.pk: one.ticket_type.name for one in tickets}
    extras = {one.pk: one for one in AddOn.objects.filter(conference=conference)}
    lines = dict(zip(sorted(pks), of_tickets(sorted(pks), extras), strict=True))
    return [{**lines[pk], "t": names[pk]} for pk in pks]
