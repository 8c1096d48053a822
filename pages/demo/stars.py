"""What visitors starred: many stars for few talks, a few for most."""

from schedule.models import Favourite, FavouriteList

from .talks import Staged
from .world import Edition

SHARE = 0.2  # of the tickets; the others look at the signs
MOST = 3_000  # lists, also of a large demo
STARS = (3, 14)
OWN = {"attendee": 8, "speaker": 5}  # of whom one can sign in as


def add_stars(edition: Edition, staged: list[Staged], tickets: int) -> None:
    """For the edition that is on; only its confirmed talks are in view long enough."""
    if edition.phase != "on":
        return
    dice = edition.dice("stars")
    talks = [one.talk for one in staged if one.talk.status == "confirmed"]
    liked = [(talk.expected_audience or 10) * dice.uniform(0.3, 1.7) for talk in talks]
    for name, count in OWN.items():
        add_list(edition, dice, dice.choices(talks, liked, k=count), user=edition.world.users[name])
    for _ in range(min(MOST, round(tickets * SHARE))):
        chosen = dice.choices(talks, liked, k=dice.randint(*STARS))
        add_list(edition, dice, chosen, browser=dice.hexadecimal(64))


def add_list(edition: Edition, dice, talks, **owner) -> None:
    made = edition.add(
        FavouriteList(
            conference=edition.conference,
            code=dice.code(8, edition.world.taken("favourite lists")),
            nonce=dice.hexadecimal(32),
            made_at=edition.world.now,
            **owner,
        )
    )
    for talk in {talk.pk: talk for talk in talks}.values():
        edition.add(Favourite(list=made, talk=talk))
