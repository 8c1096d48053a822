"""Hand over what was ticked when a badge is scanned, keep the exhibitor's note, take it back."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Q
from django.utils import timezone

from registration import actions as registration
from registration.models import SHARED, SaleRules, Ticket
from scale import throttle
from scale.db import retry
from scale.editions import require_open

from ..badges.lookup import looks_like_badge
from ..badges.models import Badge
from ..models import Station
from .models import EMPTY, NOTE_LETTERS, Lead, person_of

UNKNOWN_LIMIT, UNKNOWN_SECONDS = 60, 300


class NothingGiven(Exception):
    """There is nothing to hand over, and no word about why."""


class TooManyUnknown(Exception):
    """This exhibitor's phone sent so many unknown codes that it looks like guessing."""


class IdTaken(Exception):
    """The id belongs to the lead of another badge or of another exhibitor."""


class NoLead(Exception):
    """The exhibitor has no such lead, or has it no longer."""


def scan_badge(
    station: Station, code: str, *, lead_id: uuid.UUID, at: dt.datetime, note: str = ""
) -> Lead:
    """What the badge's owner ticked, as a lead of the station's exhibitor; again is harmless.

    `code` is clean; only that of a badge that counts gives anything. Raises NothingGiven,
    TooManyUnknown and IdTaken.
    """
    require_open(station.conference)
    ticket = _whose(station, code)
    if ticket is None:
        try:
            throttle.hit("lead", str(station.pk), limit=UNKNOWN_LIMIT, seconds=UNKNOWN_SECONDS)
        except throttle.Throttled as error:
            raise TooManyUnknown from error
        raise NothingGiven
    return _hand_over(station, ticket, code, lead_id=lead_id, at=at, note=note)


def _whose(station: Station, code: str) -> int | None:
    """The ticket of a badge of this edition, whether or not it still counts."""
    if not looks_like_badge(code):
        return None
    badges = Badge.objects.filter(code=code, ticket__conference=station.conference_id)
    return badges.values_list("ticket", flat=True).first()


@retry
def _hand_over(
    station: Station, pk: int, code: str, *, lead_id: uuid.UUID, at: dt.datetime, note: str
) -> Lead:
    """Under the ticket's lock, which whoever ticks, takes back and passes on holds too."""
    Ticket.objects.select_for_update().values_list("pk").get(pk=pk)
    rows = Ticket.objects.admitting().select_related("ticket_type", "order")
    ticket = rows.filter(pk=pk).first()
    if ticket is None or not _counts(ticket, code):
        raise NothingGiven
    own = Q(exhibitor=station.organization_id, ticket=pk, holder=ticket.nonce)
    known = list(Lead.objects.filter(own | Q(lead_id=lead_id)))
    held = next((one for one in known if _is_of(one, station, ticket)), None)
    if held and held.lead_id == lead_id and not held.taken_back_at:
        return held
    shared = {} if ticket.is_for_minor else ticket.shared()
    if not shared or (held and held.taken_back_at):
        raise NothingGiven
    if any(one.lead_id == lead_id for one in known):
        raise IdTaken
    if held is None:
        return Lead.objects.create(
            lead_id=lead_id,
            exhibitor_id=station.organization_id,
            ticket=ticket,
            holder=ticket.nonce,
            person=person_of(ticket),
            station=station,
            scanned_at=at,
            note=note[:NOTE_LETTERS],
            **shared,
        )
    return _again(held, person_of(ticket), at, shared, note)


def _counts(ticket, code):
    """Whether the badge is the one that counts, and exhibitors scan at all in this edition."""
    live = Badge.objects.filter(code=code, live_ticket=ticket.pk, holder=ticket.nonce)
    scans = SaleRules.objects.filter(conference=ticket.conference_id, exhibitors_scan=True)
    return live.exists() and scans.exists()


def _is_of(lead, station, ticket):
    return (lead.exhibitor_id, lead.ticket_id, lead.holder) == (
        station.organization_id,
        ticket.pk,
        ticket.nonce,
    )


def _again(lead, person, at, shared, note):
    """Another scan hands over what is ticked now; notes of several phones stand together."""
    lead.person = person
    lead.note = merged(lead.note, "", note)
    lead.scanned_at = max(lead.scanned_at, at)
    for name in SHARED:
        setattr(lead, name, shared.get(name, ""))
    lead.save(update_fields=["person", "note", "scanned_at", *SHARED])
    return lead


def merged(now: str, was: str, new: str) -> str:
    """The note after somebody made `new` of what they saw as `was`.

    If another phone wrote meanwhile, both stay. What is there already is not added again.
    """
    if now in (was, new):
        return new[:NOTE_LETTERS]
    added = new[len(was) :].strip() if new.startswith(was) else new
    return now if added in now else f"{now}\n{added}"[:NOTE_LETTERS]


@retry
def write_note(station: Station, lead_id: uuid.UUID, *, was: str, note: str) -> Lead:
    """Raises NoLead."""
    require_open(station.conference)
    rows = Lead.objects.of_station(station).filter(lead_id=lead_id)
    pk = rows.values_list("pk", flat=True).first()
    lead = Lead.objects.select_for_update().filter(pk=pk).first()
    if lead is None or lead.taken_back_at:
        raise NoLead("This contact is not on your list any more.")
    lead.note = merged(lead.note, was, note)
    lead.save(update_fields=["note"])
    return lead


@retry
def share(ticket: Ticket, wanted: Collection[str], *, phone: str) -> Ticket:
    """Exhibitors get these of SHARED from now on; those who have anything else have it no longer.

    Raises what registration's does.
    """
    ticket = registration.share(ticket, wanted, phone=phone)
    leads = Lead.objects.given_by(ticket).standing()
    leads.update(**{name: "" for name in SHARED if name not in ticket.shares()})
    leads.filter(**dict.fromkeys(SHARED, "")).delete()
    return ticket


@retry
def take_back(ticket: Ticket, lead_id: uuid.UUID) -> bool:
    """Empty what the holder gave to one exhibitor, who gets nothing more; whether it was given.

    Also after the edition is closed: it is theirs.
    """
    Ticket.objects.select_for_update().values_list("pk").get(pk=ticket.pk)
    rows = Lead.objects.given_by(ticket).standing().filter(lead_id=lead_id)
    return bool(rows.update(**EMPTY, taken_back_at=timezone.now()))


@retry
def allow_again(ticket: Ticket, lead_id: uuid.UUID) -> bool:
    """The exhibitor may scan the badge again; it gets nothing until then."""
    Ticket.objects.select_for_update().values_list("pk").get(pk=ticket.pk)
    rows = Lead.objects.given_by(ticket).exclude(taken_back_at=None).filter(lead_id=lead_id)
    return bool(rows.delete()[0])
