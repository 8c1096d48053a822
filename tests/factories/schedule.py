"""Rooms, slots and plans; slots are made the only way there is: by publishing."""

import datetime as dt
import itertools
import secrets
from decimal import Decimal

from django.utils import timezone

from cfp.models import Talk
from scale import codes
from schedule.actions import Offer, offer_seats, plan_move, publish
from schedule.models import Favourite, FavouriteList, Kind, Plan, Room, Slot
from schedule.plans import working_plan
from tests.factories import cfp as make
from tests.factories import registration as reg

number = itertools.count(1)


def room(conference, **fields):
    n = next(number)
    return Room.objects.create(
        conference=conference,
        **{"name": f"Room {n}", "code": f"room-{n}", "capacity": 100, "position": n} | fields,
    )


def at(conference, hour, minute=0, day=0):
    """An instant on the clocks of the conference, `day` days after its first."""
    date = conference.starts_on + dt.timedelta(days=day)
    return dt.datetime.combine(date, dt.time(hour, minute), conference.zone).astimezone(dt.UTC)


def placement(room=None, *, starts_at, minutes=45, talk=None, **fields):
    return {
        "room_id": room.pk if room else None,
        "place": "",
        "starts_at": starts_at,
        "ends_at": starts_at + dt.timedelta(minutes=minutes),
        "talk_id": talk.pk if talk else None,
        "title": "",
        "kind": Kind.MAIN,
        "part": None,
    } | fields


def confirmed(conference, **fields):
    return make.talk(conference, **{"status": Talk.Status.CONFIRMED} | fields)


def slot(conference, *, room=None, talk=None, starts_at=None, **fields):
    """A public slot, published by a plan of its own."""
    if talk is None and "title" not in fields:
        talk = confirmed(conference)
    room = room or (None if fields.get("place") else globals()["room"](conference))
    starts_at = starts_at or at(conference, 10)
    plan = Plan.objects.create(conference=conference, name="Made for a test")
    move = plan_move(plan, placement(room, talk=talk, starts_at=starts_at, **fields))
    publish(plan, notify=False)
    return Slot.objects.get(uuid=move.slot_uuid)


def move(slot, plan=None, **changes):
    """A move of a slot in the working plan: keywords name what becomes different."""
    plan = plan or working_plan(slot.conference)
    if "starts_at" in changes and "ends_at" not in changes:
        changes["ends_at"] = changes["starts_at"] + (slot.ends_at - slot.starts_at)
    return plan_move(plan, slot.placement() | changes, slot=slot)


def favourites(conference, *talks, user=None, key=None):
    """A list of starred talks, of an account or of the browser with this key."""
    browser = None if user else codes.digest(key or secrets.token_hex(16))
    made = FavouriteList.objects.create(conference=conference, user=user, browser=browser)
    Favourite.objects.bulk_create(Favourite(list=made, talk=talk) for talk in talks)
    return made


def workshop(conference, *, room=None, starts_at=None, wanted=10, price=0, **fields):
    """A confirmed talk with seats on sale; placed in public where a room is given."""
    talk = confirmed(conference, **fields)
    if room:
        slot(conference, room=room, talk=talk, starts_at=starts_at)
    offer = Offer(wanted=wanted, name=talk.title[:80], price=Decimal(price))
    return offer_seats(talk, offer, by=None)


def ticket(conference, **fields):
    """Paid, of a type that is there already or made now."""
    kind = conference.ticket_types.first() or reg.ticket_type(conference)
    bought = reg.paid_order(conference, types=[kind], paid_at=timezone.now())
    ticket = bought.tickets.get()
    for name, value in {"attendee_email": f"{ticket.code.lower()}@example.org", **fields}.items():
        setattr(ticket, name, value)
    ticket.save()
    return ticket


def seat(workshop, ticket=None, **fields):
    """Somebody's ticket, paid, with a seat in the workshop, whose place counts as taken."""
    ticket = ticket or globals()["ticket"](workshop.talk.conference, **fields)
    reg.add_extra(ticket, workshop.add_on)
    return ticket
