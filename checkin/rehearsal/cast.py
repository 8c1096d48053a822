"""Who comes to a rehearsal: an edition that nobody else sees, its tickets and its stations."""

import datetime as dt
import random
import secrets
from dataclasses import dataclass, field

from auditlog.context import disable_auditlog
from django.db import transaction
from django.utils import timezone

from registration.models import Order, Ticket, TicketType
from scale.models import Conference, Role, StaffRole

from .. import actions
from ..models import CheckIn, CheckInList, Scan, Station

SLUG = "rehearsal-"
# Of a hundred people, how many come with what the door cannot let in.
UNPAID, CANCELLED, UNNAMED = 1, 1, 2
PLAYING = dt.timedelta(minutes=2)  # a rehearsal is on if a station was seen since then
WATCHING = [Role.CHAIR, Role.REGISTRATION, Role.DOOR]


@dataclass
class Cast:
    conference: Conference
    entry: CheckInList
    codes: list[str]  # of everybody's ticket, in the order in which they come
    welcome: set[str]  # those of them that may come in
    # With the credentials of their devices.
    doors: list[tuple[Station, str]] = field(default_factory=list)


def gather(people: int, stations: int, *, seed: int = 1) -> Cast:
    """Make the edition; `people` tickets and `stations` paired door phones."""
    today = timezone.now().date()
    with disable_auditlog():
        cast = build(people, stations, today, random.Random(seed))  # nosec B311
        cast.doors = [
            actions.pair(actions.open_pairing(door))
            for door in Station.objects.filter(conference=cast.conference).order_by("pk")
        ]
    return cast


@transaction.atomic
def build(people, stations, today, dice):
    conference = Conference.objects.create(
        slug=SLUG + secrets.token_hex(4),
        name="Rehearsal",
        time_zone="UTC",
        starts_on=today,
        # It may be played over midnight.
        ends_on=today + dt.timedelta(days=1),
        is_public=False,
    )
    let_staff_watch(conference)
    entry = CheckInList.objects.create(conference=conference, name="Entry")
    codes, welcome = sell(conference, people, dice)
    for n in range(stations):
        Station.objects.create(conference=conference, name=f"Door {n + 1}", checkin_list=entry)
    return Cast(conference, entry, codes, welcome)


def let_staff_watch(conference):
    """The live page of the rehearsal is for those who will have the real one."""
    now = Conference.objects.current()
    roles = StaffRole.objects.filter(conference=now, role__in=WATCHING)
    StaffRole.objects.bulk_create(
        StaffRole(user_id=user, conference=conference, role=role)
        for user, role in roles.values_list("user", "role").distinct()
    )


def sell(conference, people, dice):
    types = [
        TicketType.objects.create(conference=conference, name=name, code=name.lower())
        for name in ("Full", "Expo")
    ]
    unpaid = Order.objects.create(conference=conference, currency=conference.currency)
    tickets = []
    for n in range(people):
        lot = dice.randrange(100)
        ticket = Ticket(
            conference=conference,
            ticket_type=dice.choices(types, [7, 3])[0],
            attendee_name=f"Rehearsal {n + 1:05}",
            why_free="rehearsal",
        )
        if lot < UNPAID:
            ticket.order = unpaid
        elif lot < UNPAID + CANCELLED:
            ticket.status = Ticket.Status.CANCELLED
        elif lot < UNPAID + CANCELLED + UNNAMED:
            ticket.attendee_name = ""
        tickets.append(ticket)
    Ticket.objects.bulk_create(tickets, batch_size=1000)
    welcome = {
        one.code
        for one in tickets
        if one.status == Ticket.Status.LIVE and not one.order_id and one.attendee_name
    }
    return [one.code for one in tickets], welcome


def send_home(conference: Conference) -> None:
    """Remove the edition with all that was made in it. Only a rehearsal's: others raise."""
    if not conference.slug.startswith(SLUG) or conference.is_public:
        raise ValueError(f"{conference.slug} is no rehearsal.")
    with transaction.atomic(), disable_auditlog():
        scans = Scan.objects.filter(checkin_list__conference=conference)
        scans.update(conflict_with=None)
        scans.delete()
        CheckIn.objects.filter(checkin_list__conference=conference).delete()
        conference.stations.all().delete()
        conference.checkin_lists.all().delete()
        Ticket.objects.filter(conference=conference).delete()
        Order.objects.filter(conference=conference).delete()
        TicketType.objects.filter(conference=conference).delete()
        conference.delete()


def send_home_earlier() -> int:
    """Remove rehearsals that were kept or cut off, not one that is on; returns how many."""
    playing = Station.objects.filter(last_seen_at__gte=timezone.now() - PLAYING)
    left = Conference.objects.filter(slug__startswith=SLUG, is_public=False)
    found = list(left.exclude(pk__in=playing.values("conference")))
    for conference in found:
        send_home(conference)
    return len(found)
