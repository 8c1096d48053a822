"""Birds of a feather: evenings with places that are open, asked for, and taken."""

import datetime as dt

from cfp.models import SpeakerTicket
from registration.models import Ticket
from schedule.models import BofClaim, Kind

from .history import Story
from .shop import Shop
from .world import Edition

DAY = dt.timedelta(days=1)
TOMORROW = 2  # evenings from now on, as days after the first
WISHES = (
    (
        "Homelabs: show us your rack",
        "Bring pictures of whatever hums in your closet, and the power bill. We compare quiet fans,"
        " cheap disks and what finally broke.",
        35,
    ),
    (
        "Maintaining alone",
        "For people who are the only maintainer of something that others depend on. No slides:"
        " how do you say no, and how do you take a holiday?",
        20,
    ),
)
DECLINED = (
    "Our new monitoring product",
    "A tour of what our company has built, with vouchers for everybody who comes.",
    "BoFs are for people who want to talk with each other, not for products: for those the expo"
    " hall has booths.",
)


def add_bofs(edition: Edition, shop: Shop, stories: list[Story]) -> None:
    """What is on the schedule was asked for once; the demo's attendee waits for an answer."""
    if edition.phase == "open":
        return
    places = [story for story in stories if story.line.kind == Kind.BOF]
    # The tickets of speakers are there once they are written.
    edition.world.writer.flush()
    rows = SpeakerTicket.objects.filter(conference=edition.conference)
    tickets = {row.speaker_id: row.ticket for row in rows.select_related("ticket")}
    for story in places:
        if story.line.staged and not story.line.staged.talk.is_cancelled:
            host = story.line.staged.speakers[0]
            if ticket := tickets.pop(host.pk, None):
                approve(edition, story, ticket)
    if edition.phase == "on":
        ask(edition, shop, [story for story in places if story.line.staged is None])


def approve(edition: Edition, story: Story, ticket: Ticket) -> None:
    talk, host = story.line.staged.talk, story.line.staged.speakers[0]
    asked_at = edition.moment(-40, 10) + edition.dice(f"bof {talk.pk}").randrange(20) * DAY
    edition.add(
        BofClaim(
            **words_of(story, ticket, talk.title[:120], talk.abstract, talk.expected_audience),
            conference=edition.conference,
            name=host.name[:120],
            user_id=host.user_id,
            talk=talk,
            status=BofClaim.Status.APPROVED,
            by=edition.world.users["program"],
            asked_at=asked_at,
            decided_at=asked_at + DAY,
        )
    )


def ask(edition: Edition, shop: Shop, open_places: list[Story]) -> None:
    """Two people wait for an answer, and one got a no."""
    world = edition.world
    own = world.users["attendee"].pk
    paid = [one for one in shop.named if one.order_id and one.attendee_email]
    mine = [one for one in paid if one.user_id == own][:1]
    takers = [*mine, *(one for one in paid if one.user_id != own)]
    coming = [one for one in open_places if one.line.spot.day >= TOMORROW]
    for story, ticket, wish in zip(coming, takers, WISHES, strict=False):
        edition.add(
            BofClaim(
                **words_of(story, ticket, *wish),
                conference=edition.conference,
                name=ticket.attendee_name,
                user_id=ticket.user_id,
                asked_at=world.now - dt.timedelta(hours=5),
            )
        )
    title, abstract, answer = DECLINED
    for story, ticket in zip(coming[2:3], takers[2:3], strict=False):
        edition.add(
            BofClaim(
                **words_of(story, ticket, title, abstract, 60),
                conference=edition.conference,
                name=ticket.attendee_name,
                status=BofClaim.Status.DECLINED,
                answer=answer,
                by=world.users["program"],
                asked_at=world.now - 2 * DAY,
                decided_at=world.now - DAY,
            )
        )


def words_of(story: Story, ticket: Ticket, title: str, abstract: str, expected: int | None) -> dict:
    return {
        "slot_uuid": story.uuid,
        "ticket": ticket,
        "email": ticket.attendee_email,
        "title": title,
        "abstract": abstract,
        "expected": expected or 20,
    }
