"""Who has a seat in a workshop is told when it moves, or does not take place."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from registration import seats
from registration.actions import seats_held
from registration.models import Ticket
from scale import email

from ..facts import Facts
from ..models import Placement, Release, Workshop
from ..plans import Placed


@dataclass(frozen=True)
class Spot:
    """Where and when, as it was or will be: the rows themselves change meanwhile."""

    where: str
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class SeatMove:
    """What a release does to one slot of a workshop; None where it was not or will not be."""

    workshop: Workshop
    title: str
    before: Spot | None
    after: Spot | None


def seat_moves(
    lines: Iterable[Placed], workshops: Mapping[int, Workshop], facts: Facts
) -> list[SeatMove]:
    """Of the lines that a release is about to change, those of workshops."""
    found = []
    for line in lines if workshops else ():
        now, then = line.now, None if line.goes_away else line.shown
        talks = {one.talk_id or 0 for one in (now, then) if one}
        for talk in talks & set(workshops):
            before, after = (_spot(one, talk, facts) for one in (now, then))
            if before != after:
                title = facts.talks[talk].title
                found.append(SeatMove(workshops[talk], title, before, after))
    return found


def _spot(placement: Placement | None, talk: int, facts: Facts) -> Spot | None:
    if placement is None or placement.talk_id != talk:
        return None
    room = facts.rooms.get(placement.room_id or 0)
    where = room.name if room else placement.place
    return Spot(where, placement.starts_at, placement.ends_at)


def tell_holders(release: Release, moves: list[SeatMove]) -> None:
    """One mail to each ticket with a seat in what moved; a fixed number of statements."""
    by_add_on: dict[int, list[SeatMove]] = {}
    for move in moves:
        by_add_on.setdefault(move.workshop.add_on_id, []).append(move)
    if not by_add_on:
        return
    told: dict[int, tuple[Ticket, list[SeatMove]]] = {}
    for line in seats_held(by_add_on):
        _, theirs = told.setdefault(line.ticket_id, (line.ticket, []))
        theirs += by_add_on[line.add_on_id]
    clashes = _clashes(told)
    drafts = [
        _draft(release, ticket, theirs, clashes.get(pk, []))
        for pk, (ticket, theirs) in told.items()
        if _address(ticket)
    ]
    email.send_all(drafts)


def _clashes(tickets: Iterable[int]) -> dict[int, list[tuple]]:
    """Ticket → pairs of its seats that are at the same time now."""
    held: dict[int, list] = {}
    for line in seats_held(None, tickets):
        held.setdefault(line.ticket_id, []).append(line.add_on)
    sessions = seats.sessions({one.pk: one for ones in held.values() for one in ones}.values())
    found = {}
    for ticket, add_ons in held.items():
        found[ticket] = seats.clashes(add_ons, sessions)
    return found


def _draft(release: Release, ticket: Ticket, moves: list[SeatMove], clashes: list[tuple]):
    conference = release.conference
    ticket.conference = conference
    return email.draft(
        "seats",
        _address(ticket),
        key=f"{conference.pk}:{release.number}:{ticket.pk}",
        about=ticket.code,
        subject=f"{conference}: your workshop has changed (version {release.number})",
        text=email.render_text(
            "schedule/mail/seats.txt",
            {
                "conference": conference,
                "ticket": ticket,
                "moves": moves,
                "clashes": clashes,
                "release": release,
                "link": settings.SITE_URL + ticket.get_absolute_url(),
            },
        ),
        conference=conference,
        to_name=ticket.attendee_name,
    )


def _address(ticket: Ticket) -> str:
    return ticket.attendee_email or (ticket.order.buyer_email if ticket.order else "")
