"""Free tickets of speakers and sponsors, as the site itself gives them."""

from cfp.models import SpeakerTicket
from registration.actions.allowances import CODE_LETTERS
from registration.models import CompAllowance, PromoCode
from sponsors.actions.passes import EXHIBITOR
from sponsors.models import Deliverable

from .dice import Dice

A_TALK = 4  # what the demo's call lets one talk give
NOT_USED = (0, 0, 0, 1, 2)


def give_to_speakers(till) -> None:
    """Whoever said yes has a ticket; of a talk that was cancelled later, too."""
    edition = till.edition
    given: dict[int, CompAllowance] = {}
    for speaker, talk in edition.confirmed.values():
        if talk.pk not in given:
            given[talk.pk] = edition.add(
                CompAllowance(
                    conference=edition.conference,
                    source=f"{SpeakerTicket.SOURCE}{talk.pk}",
                    size=A_TALK,
                )
            )
        given[talk.pk].given += 1
        ticket = till.give(
            speaker.name,
            speaker.address,
            SpeakerTicket.ROLE,
            f"Speaker: {talk.title}"[:120],
            user_id=speaker.user_id,
            organization=speaker.organization[:120],
            pronouns=speaker.pronouns,
            allowance_id=given[talk.pk].pk,
        )
        edition.add(SpeakerTicket(conference=edition.conference, speaker=speaker, ticket=ticket))


def passes(till, most: int) -> list[tuple[Deliverable, int]]:
    """How many passes of each signed deal are given, together not more than `most`."""
    if till.edition.phase == "open":
        return []
    promised = Deliverable.objects.passes().filter(
        deal__conference_id=till.edition.conference.pk, pass_type=till.edition.guest
    )
    given = []
    for row in promised.select_related("deal__organization", "deal__package").order_by("deal"):
        wanted = max(0, row.quantity - till.dice.choice(NOT_USED))
        if number := min(wanted, most):
            most -= number
            given.append((row, number))
    return given


def give_passes(till, given: list[tuple[Deliverable, int]]) -> None:
    for row, number in given:
        deal = row.deal
        allowance = till.edition.add(
            CompAllowance(
                conference=till.edition.conference,
                source=deal.source_of(row.pass_type_id),
                size=row.quantity,
                given=number,
            )
        )
        role = "exhibitor" if deal.package.name == "Exhibitor" else "sponsor"
        why = f"Pass of {deal.organization}"[:120]
        for _ in range(number):
            who = till.world.names.person()
            till.give(who.name, who.email, role, why, allowance_id=allowance.pk)
        if number < row.quantity:
            add_code(till, row, allowance, why)


def add_code(till, row: Deliverable, allowance: CompAllowance, why: str) -> None:
    """With which their people take what is left at the shop."""
    code = till.edition.add(
        PromoCode(
            conference=till.edition.conference,
            code=Dice("pass code", till.edition.conference.slug, row.pk).code(CODE_LETTERS),
            kind=PromoCode.Kind.FREE,
            note=why,
            role=EXHIBITOR,
            allowance=allowance,
        )
    )
    till.edition.world.writer.link(
        PromoCode.ticket_types, promocode_id=code.pk, tickettype_id=row.pass_type_id
    )
