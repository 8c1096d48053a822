"""Seats of workshops: offered by staff, and never more than the room holds.

Locks: the edition's open plans, the quotas of its workshops by id, then the edition. So
whoever changes rooms, times or seats takes turns; sales pass one quota alone.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cfp.models import Talk
from registration.actions import offer_free
from registration.models import AddOn, Quota, TicketType
from scale import money
from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, Conference, User

from ..errors import WrongSeats
from ..facts import Facts
from ..models import Placement, Plan, Slot, Workshop
from ..seats import room_for

NAME = 80


@dataclass(frozen=True)
class Offer:
    """What staff say of the seats of one talk. `wanted` may come to less in a small room."""

    wanted: int
    name: str
    price: Decimal = money.ZERO
    description: str = ""
    ticket_types: Iterable[TicketType] = ()
    on_sale_from: dt.datetime | None = None
    on_sale_until: dt.datetime | None = None
    is_hidden: bool = False


SAID = ("name", "price", "description", "on_sale_from", "on_sale_until", "is_hidden")


@retry
def offer_seats(talk: Talk, offer: Offer, *, by: User | None) -> Workshop:
    """Give the talk seats, or change what was said of them. Raises WrongSeats, EditionClosed."""
    conference = talk.conference
    require_open(conference)
    workshop = lock_workshops(conference.pk).get(talk.pk)
    Conference.objects.select_for_update().get(pk=conference.pk)
    slots = list(Slot.objects.filter(talk=talk).select_related("room"))
    most = room_for(slots, Facts(conference).rooms, conference)
    if workshop is None or workshop.wanted != offer.wanted:
        _judge(offer, most, slots, workshop.quota if workshop else None)
    if workshop is None:
        workshop = _make(talk, offer)
    else:
        workshop.wanted = offer.wanted
        workshop.save(update_fields=["wanted"])
    add_on = workshop.add_on
    for name in SAID:
        setattr(add_on, name, getattr(offer, name))
    add_on.save()
    add_on.ticket_types.set(offer.ticket_types)
    Quota.objects.filter(pk=workshop.quota_id).update(name=f"Seats: {add_on.name}"[:NAME])
    fit([workshop], {talk.pk: most})
    AuditEntry.objects.tell(add_on, f"offers {offer.wanted} seats", why="", by=by)
    return workshop


def _judge(offer: Offer, most: int | None, slots: list[Slot], quota: Quota | None) -> None:
    if most is not None and offer.wanted > most:
        where = " and ".join(sorted({slot.where for slot in slots}))
        raise WrongSeats(
            f"{where} has {most} seats. Offer at most {most}, or publish a larger room first."
        )
    if quota and offer.wanted < quota.taken:
        raise WrongSeats(f"{quota.taken} seats are taken already.")


def _make(talk: Talk, offer: Offer) -> Workshop:
    conference = talk.conference
    kind = AddOn.Kind.TUTORIAL
    add_on = AddOn.objects.create(conference=conference, kind=kind, name=offer.name)
    quota = Quota.objects.create(conference=conference, name=offer.name, size=offer.wanted)
    add_on.quotas.set([quota])
    return Workshop.objects.create(talk=talk, add_on=add_on, quota=quota, wanted=offer.wanted)


def lock_workshops(conference_id: int) -> dict[int, Workshop]:
    """Talk → its workshop, whose quota is locked and so as it is now.

    The plans' locks come first: no workshop is made while a plan is being published.
    """
    plans = Plan.objects.filter(conference=conference_id, closed_at=None)
    list(plans.select_for_update().order_by("pk").values_list("pk"))
    workshops = list(Workshop.objects.filter(talk__conference=conference_id))
    if not workshops:
        return {}
    quotas = Quota.objects.filter(pk__in=[one.quota_id for one in workshops])
    locked = {quota.pk: quota for quota in quotas.select_for_update().order_by("pk")}
    for one in workshops:
        one.quota = locked[one.quota_id]
    return {one.talk_id: one for one in workshops}


def fit(workshops: Iterable[Workshop], rooms: Mapping[int, int | None]) -> list[Workshop]:
    """Make the size of locked quotas what staff want, or what the rooms (talk → seats) hold.

    Where more are taken than that, no more are sold, and what comes back goes. Free seats
    are offered to who waits. Returns those in which more are taken than there is room for.
    """
    workshops = list(workshops)
    grown = []
    for one in workshops:
        most, quota = rooms.get(one.talk_id), one.quota
        goal = one.wanted if most is None else min(one.wanted, most)
        size = max(goal, quota.taken)
        if (size, size - goal) == (quota.size, quota.over):
            continue
        if size > quota.size:
            grown.append(quota.pk)
        Quota.objects.filter(pk=quota.pk).update(size=size, over=size - goal)
        quota.size, quota.over = size, size - goal
    if grown:
        offer_free(workshops[0].quota.conference, grown)
    return [one for one in workshops if one.quota.over]


@retry
def fit_rooms(conference: Conference) -> None:
    """`fit_all` for who is in no transaction yet."""
    fit_all(conference)


def fit_all(conference: Conference) -> None:
    """A room's seats have changed: so do those of the workshops in it.

    Raises WrongSeats where more are taken now than the room holds, and did not before.
    """
    workshops = lock_workshops(conference.pk)
    if not workshops:
        return
    Conference.objects.select_for_update().get(pk=conference.pk)
    before = {one.pk: one.quota.over for one in workshops.values()}
    slots = list(Slot.objects.filter(talk__in=list(workshops)).select_related("room", "talk"))
    rooms = rooms_of(slots, Facts(conference))
    for one in fit(workshops.values(), rooms):
        if one.quota.over > before[one.pk]:
            raise WrongSeats(
                too_small(one, [slot for slot in slots if slot.talk_id == one.talk_id])
            )
    Conference.objects.touch([conference.pk])


def too_small(workshop: Workshop, slots: list[Slot]) -> str:
    what, where = slots[0].what, " and ".join(sorted({slot.where for slot in slots}))
    return (
        f"{workshop.quota.taken} seats of “{what}” are taken, in {where}. "
        "Move the workshop to a larger room first."
    )


def rooms_of(placements: Iterable[Placement], facts: Facts) -> dict[int, int | None]:
    """Talk → the seats of the smallest room that it is placed in."""
    by_talk: dict[int, list[Placement]] = {}
    for one in placements:
        if one.talk_id:
            by_talk.setdefault(one.talk_id, []).append(one)
    return {
        talk: room_for(theirs, facts.rooms, facts.conference) for talk, theirs in by_talk.items()
    }
