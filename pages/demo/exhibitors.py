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
EXHIBITORS, MOST = 5, 60
NOTES = (
    *("", "", "", "Asked for a demo", "Wants the slides of our talk", "Looks for a job"),
    *("Uses our product since 2019, send the new price list", "Call after the conference"),
    *("Student, gave stickers", "Migrates to Kubernetes this summer", "Speaks for the whole team"),
)


def add_exhibitors(edition: Edition) -> None:
    dice = edition.dice("exhibitors")
    let_have(edition, dice)
    if edition.phase != "over":
        firms = Organization.objects.in_edition(edition.conference).order_by("pk")
        for firm in firms.of_kind("company")[:EXHIBITORS]:
            phones = add_phones(edition, firm, dice)
            if edition.phase == "on":
                meet(edition, firm, phones, dice)
    edition.world.writer.flush()


def let_have(edition: Edition, dice: Dice) -> None:
    """What people ticked; nobody under 18 did."""
    if edition.phase == "over":
        return
    grown = Ticket.objects.filter(
        conference=edition.conference.pk, is_minor=False, ticket_type__for_minors=False
    ).exclude(attendee_name="")
    changed = []
    for ticket in grown.order_by("pk").iterator():
        if not dice.chance(AGREE):
            continue
        for name in SHARED:
            setattr(ticket, f"shares_{name}", dice.chance(TICKS[name]))
        if ticket.shares_phone:
            ticket.phone = f"+1 626 555 {dice.randrange(10_000):04}"
        changed.append(ticket)
    fields = [*(f"shares_{name}" for name in SHARED), "phone"]
    Ticket.objects.bulk_update(changed, fields, batch_size=500)


def add_phones(edition: Edition, firm: Organization, dice: Dice) -> list[Station]:
    """Their credentials are known to nobody: pair them again to try them."""
    was_used = edition.phase == "on"
    return [
        edition.add(
            Station(
                conference=edition.conference,
                name=f"{firm.name[:50]}, phone {n}",
                kind=Station.Kind.EXHIBITOR,
                organization=firm,
                credential_hash=dice.hexadecimal(64) if was_used else None,
                paired_at=edition.moment(0, 9) if was_used else None,
                last_seen_at=edition.world.now - dt.timedelta(minutes=n) if was_used else None,
            )
        )
        for n in range(1, dice.choice((2, 3)))
    ]


def meet(edition: Edition, firm: Organization, phones: list[Station], dice: Dice) -> None:
    """Some of who came in, since the expo opened."""
    edition.world.writer.flush()
    live = Badge.objects.filter(status="live", ticket__conference=edition.conference.pk)
    agreed = [
        one for one in live.select_related("ticket__order").order_by("pk") if one.ticket.shared()
    ]
    opened = edition.moment(0, 10)
    # Not after their phones were seen last.
    minutes = max(1, int((edition.world.now - opened).total_seconds() // 60) - 1)
    for badge in dice.sample(agreed, min(len(agreed), dice.randrange(12, MOST))):
        edition.add(
            Lead(
                lead_id=uuid.UUID(int=dice.getrandbits(128), version=4),
                exhibitor=firm,
                ticket=badge.ticket,
                holder=badge.ticket.nonce,
                person=person_of(badge.ticket),
                station=dice.choice(phones),
                scanned_at=opened + dt.timedelta(minutes=dice.randrange(minutes)),
                note=dice.choice(NOTES),
                **badge.ticket.shared(),
            )
        )
