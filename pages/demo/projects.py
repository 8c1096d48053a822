"""Projects that ask for a booth, in all states."""

import datetime as dt

from sponsors.models import BoothApplication, BoothCall, Package, Sponsorship

from .dice import Dice
from .names import Names, ascii_word
from .words import words
from .world import Edition

Status = BoothApplication.Status
ASKING = {"over": 0, "on": 5, "open": 8}  # beside those that were accepted
ABOUT = (
    "We write free software for public libraries and would like to show it at work.",
    "A group of volunteers who repair old laptops and give them to schools.",
    "Open maps of trails and water, made by those who walk there.",
    "We teach soldering to children; bring a badge and we make it blink.",
    "A federated radio archive. Last year people queued for the demo.",
)
NEEDS = ("One outlet", "Power and wired internet", "", "", "A wall for a poster")


def add_projects(edition: Edition) -> None:
    dice = edition.dice("projects")
    conference = edition.conference
    package = Package.objects.filter(conference=conference, name="Community").first()
    if package is None:
        return
    opens, closes = (
        edition.moment(-150, 0),
        edition.moment(-30 if edition.phase != "open" else -14, 23),
    )
    edition.add(
        BoothCall(
            conference=conference,
            package=package,
            opens_at=opens,
            closes_at=closes,
            introduction="Tables are for projects that the community runs. Somebody should be "
            "there whenever the hall is open.",
        )
    )
    for deal in Sponsorship.objects.public(conference).filter(package=package):
        asked = ask(edition, dice, deal.organization.name, Status.ACCEPTED)
        asked.sponsorship, asked.website = deal, deal.organization.website
    states = [Status.WAITLISTED, Status.DECLINED, Status.WITHDRAWN, Status.NEW]
    heads = dice.sample(words().sponsors["stems"], ASKING[edition.phase])
    for n, head in enumerate(heads):
        name = f"{head} {dice.choice(words().sponsors['project_tails'])}"
        open_still = edition.phase == "open" and n >= len(states)
        ask(edition, dice, name, Status.NEW if open_still else states[n % len(states)])


def ask(edition: Edition, dice: Dice, name: str, status: str) -> BoothApplication:
    person = Names(dice).person()
    host = "".join(ascii_word(part) for part in name.split())
    latest = min(edition.world.now, edition.moment(-35, 12))
    asked_at = latest - dt.timedelta(minutes=dice.randrange(60, 60 * 24 * 40))
    is_decided = status in (Status.ACCEPTED, Status.WAITLISTED, Status.DECLINED)
    return edition.add(
        BoothApplication(
            conference=edition.conference,
            nonce=dice.code(12),
            name=name,
            website=f"https://{host}.example/",
            about=dice.choice(ABOUT),
            needs=dice.choice(NEEDS),
            contact_name=person.name,
            email=f"{ascii_word(person.given) or 'hello'}@{host}.example",
            status=status,
            asked_at=asked_at,
            decided_at=asked_at + dt.timedelta(hours=20) if is_decided else None,
            decided_by=edition.world.users["sponsorship"] if is_decided else None,
        )
    )
