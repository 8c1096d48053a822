"""Exhibitors who scan badges: who lets them have what, their phones, and whom they met."""

import datetime as dt
import uuid

from checkin.leads.models import person_of
from checkin.models import Badge, Lead, Station
from registration.models import SHARED, Ticket
from sponsors.models import Organization

from .dice import Dice
from .world import Edition

AGREE = 0.45
# How often who agrees ticks which.
TICKS = {"name": 0.95, "organization": 0.7, "email": 0.8, "phone": 0.12}
TICKED = [*(f"shares_{name}" for name in SHARED), "phone"]
EXHIBITORS, MOST = 5, 60
MET = 150  # of the edition that is over
OPEN = 8 * 60  # minutes of a day
NOTES = (
    *("", "", "", "Asked for a demo", "Wants the slides of our talk", "Looks for a job"),
    *("Uses our product since 2019, send the new price list", "Call after the conference"),
    *("Student, gave stickers", "Migrates to Kubernetes this summer", "Speaks for the whole team"),
)


def add_exhibitors(edition: Edition) -> None:
    dice = edition.dice("exhibitors")
    edition.world.writer.flush()
    came = let_have(edition, dice)
    firms = Organization.objects.in_edition(edition.conference).order_by("pk")
    for firm in firms.of_kind("company")[:EXHIBITORS]:
        phones = add_phones(edition, firm, dice)
        if edition.phase != "open":
            meet(edition, firm, phones, came, dice)
    edition.world.writer.flush()


def let_have(edition: Edition, dice: Dice) -> list[int]:
    """What people ticked; nobody under 18 did. Returns the tickets of whom exhibitors can meet."""
    came, tickets, share = list(badges_of(edition)), grown(edition).order_by("pk"), AGREE
    if edition.phase == "over":  # those alone who were met
        came = dice.sample(came, min(len(came), MET))
        tickets, share = tickets.filter(pk__in=came), 1
    changed = [tick(one, dice) for one in tickets.iterator() if dice.chance(share)]
    Ticket.objects.bulk_update(changed, TICKED, batch_size=500)
    ticked = {one.pk for one in changed if one.shared()}
    return [pk for pk in came if pk in ticked]


def grown(edition: Edition):
    return Ticket.objects.filter(
        conference=edition.conference.pk, is_minor=False, ticket_type__for_minors=False
    ).exclude(attendee_name="")


def badges_of(edition: Edition):
    """The tickets of who came and has a badge."""
    live = Badge.objects.filter(status="live", ticket__in=grown(edition).values("pk"))
    return live.order_by("pk").values_list("ticket", flat=True)


def tick(ticket: Ticket, dice: Dice) -> Ticket:
    for name in SHARED:
        setattr(ticket, f"shares_{name}", dice.chance(TICKS[name]))
    if ticket.shares_phone:
        ticket.phone = f"+1 626 555 {dice.randrange(10_000):04}"
    return ticket


def add_phones(edition: Edition, firm: Organization, dice: Dice) -> list[Station]:
    """Their credentials are known to nobody: pair them again to try them."""
    was_used = edition.phase != "open"
    last = min(edition.world.now, edition.moment(len(edition.conference.days()) - 1, 18, 30))
    return [
        edition.add(
            Station(
                conference=edition.conference,
                name=f"{firm.name[:50]}, phone {n}",
                kind=Station.Kind.EXHIBITOR,
                organization=firm,
                credential_hash=dice.hexadecimal(64) if was_used else None,
                paired_at=edition.moment(0, 9) if was_used else None,
                last_seen_at=last - dt.timedelta(minutes=n) if was_used else None,
            )
        )
        for n in range(1, dice.choice((2, 3)))
    ]


def meet(edition: Edition, firm: Organization, phones, came: list[int], dice: Dice) -> None:
    """Some of who came in, while the expo was open."""
    met = Ticket.objects.select_related("order").in_bulk(
        dice.sample(came, min(len(came), dice.randrange(12, MOST)))
    )
    days = [day for day in range(len(edition.conference.days())) if opened(edition, day)]
    for ticket in met.values():
        day = dice.choice(days)
        edition.add(
            Lead(
                lead_id=uuid.UUID(int=dice.getrandbits(128), version=4),
                exhibitor=firm,
                ticket=ticket,
                holder=ticket.nonce,
                person=person_of(ticket),
                station=dice.choice(phones),
                scanned_at=edition.moment(day, 10)
                + dt.timedelta(minutes=dice.randrange(opened(edition, day))),
                note=dice.choice(NOTES),
                **ticket.shared(),
            )
        )


def opened(edition: Edition, day: int) -> int:
    """How many minutes the expo was open on a day; not after their phones were seen last."""
    since = (edition.world.now - edition.moment(day, 10)).total_seconds() // 60 - 1
    return max(0, min(OPEN, int(since)))
