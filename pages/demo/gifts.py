"""Free tickets of speakers and sponsors, as the site itself gives them."""

from cfp.models import SpeakerTicket
from registration.models import CompAllowance
from sponsors.models import Sponsorship

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


def passes(till, most: int) -> list[tuple[Sponsorship, int]]:
    """How many passes of each signed deal are given, together not more than `most`."""
    if till.edition.phase == "open":
        return []
    signed = Sponsorship.objects.filter(
        conference_id=till.edition.conference.pk, status__in=Sponsorship.SIGNED_STATES
    )
    given = []
    for deal in signed.select_related("organization", "package").order_by("pk"):
        wanted = max(0, deal.package.passes - till.dice.choice(NOT_USED))
        if number := min(wanted, most):
            most -= number
            given.append((deal, number))
    return given


def give_passes(till, given: list[tuple[Sponsorship, int]]) -> None:
    for deal, number in given:
        allowance = till.edition.add(
            CompAllowance(
                conference=till.edition.conference,
                source=deal.source,
                size=deal.package.passes,
                given=number,
            )
        )
        role = "exhibitor" if deal.package.name == "Exhibitor" else "sponsor"
        why = f"Pass of {deal.organization}"[:120]
        for _ in range(number):
            who = till.world.names.person()
            till.give(who.name, who.email, role, why, allowance_id=allowance.pk)
