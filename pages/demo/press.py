"""Journalists who ask in all states, what is announced to them, and what they wrote."""

import datetime as dt

from registration.models import CompAllowance
from sponsors.models import Announcement, Contact, Coverage, PressCall, PressRequest

from .dice import Dice
from .names import Names, Person, ascii_word
from .partners import add_organization
from .words import words
from .world import Edition, World

Status = PressRequest.Status
DOES = ("reporter", "photographer", "host of the podcast", "editor", "camera", "writes and films")
COVERING = (
    "A report on free software in public libraries, with two or three short interviews.",
    "The keynote and how people talk about it in the hallway afterwards.",
    "Our series on repairing old computers: we would like to film at the booths on Saturday.",
    "Daily news from the hall, and a longer piece on the kids’ track.",
    "An episode on running a conference by volunteers. We record in the press room.",
    "Security talks for our readers who run small networks.",
)
WISHES = (
    "Friday and Saturday, with a camera and a tripod.",
    "All days. A quiet corner to record in would help.",
    "Saturday only.",
    "",
)
DECLINED = "We could find nothing that you published. Tickets of the hall are in the shop."
ENDED = "The last announcement stood on your page a day before its embargo ended."
OTHERS = {
    "over": (Status.DECLINED, Status.ENDED, Status.WITHDRAWN),
    "on": (Status.NEW, Status.NEW, Status.DECLINED, Status.ENDED, Status.WITHDRAWN),
    "open": (Status.NEW, Status.NEW, Status.NEW, Status.DECLINED),
}
STORIES = (
    "Four days of penguins: what we saw at {name}",
    "“It is run by volunteers, all of it”: a morning at {name}",
    "The hallway track of {name}, in pictures",
)
OUTLETS = (
    *("Oatstow Gazette", "Willet Valley Courier", "Lichen Street Radio", "Mothlight Podcast"),
    "Second Kettle Zine",
)
NEWS = (
    (
        "The schedule of {name} is out",
        "Talks, workshops and the kids’ track of **{name}** have their rooms and times.\n\n"
        "- every talk has a page of its own, with slides when they are there\n"
        "- the schedule is there as a calendar, too\n\n"
        "Pictures of earlier years are free to use; write to us for large ones.",
    ),
    (
        "A new home for the hands-on lab",
        "The hands-on lab moves into the largest room of the house. Everyone with a ticket of any "
        "kind can come in, take a soldering iron and leave with something that blinks.\n\n"
        "> We had people queueing in the corridor. This year they can sit down.\n\n"
        "The lab opens with the exhibit hall.",
    ),
)


def add_outlets(world: World) -> None:
    """Media that come year after year, and are no sponsors."""
    dice, names = world.dice("outlets"), {"media": iter(OUTLETS)}
    world.outlets = [add_organization(world, dice, "media", names) for _ in OUTLETS]


def add_press(edition: Edition) -> None:
    conference, dice = edition.conference, edition.dice("press")
    edition.add(
        PressCall(
            conference=conference,
            pass_type=edition.guest,
            opens_at=edition.moment(-150, 0),
            closes_at=edition.moment(2, 23),
            contact="press@demo.example",
            introduction="A pass is for people who report on the conference. Show us something "
            "that you published; students’ papers and first podcasts count.",
        )
    )
    for n, status in enumerate(OTHERS[edition.phase]):
        ask(edition, dice, Names(dice).person(), status, outlet_of(dice, n))
    add_news(edition)
    add_stories(edition, dice)


def outlet_of(dice: Dice, n: int) -> tuple[str, str]:
    """(name, website) of one that is not among the organizations."""
    stem = words().sponsors["stems"][(n * 7) % len(words().sponsors["stems"])]
    name = f"{stem} {dice.choice(words().sponsors['media_tails'])}"
    return name, f"https://{''.join(ascii_word(part) for part in name.split())}.example/"


def ask(
    edition: Edition, dice: Dice, person: Person, status: str, outlet: tuple[str, str]
) -> PressRequest:
    latest = min(edition.world.now, edition.moment(-20, 12))
    asked_at = latest - dt.timedelta(minutes=dice.randrange(60, 60 * 24 * 30))
    is_decided = status not in (Status.NEW, Status.WITHDRAWN)
    name, website = outlet
    year = edition.conference.starts_on.year - 1
    return edition.add(
        PressRequest(
            conference=edition.conference,
            nonce=dice.code(12),
            outlet=name,
            website=website,
            name=person.name,
            email=person.email,
            role=dice.choice(DOES),
            covering=dice.choice(COVERING),
            links=f"{website}{year}/the-long-night-of-free-software",
            wishes=dice.choice(WISHES),
            keeps_embargo=dice.chance(0.6),
            status=status,
            asked_at=asked_at,
            decided_at=min(latest, asked_at + dt.timedelta(hours=26)) if is_decided else None,
            decided_by=edition.world.users["press"] if is_decided else None,
            words={Status.DECLINED: DECLINED, Status.ENDED: ENDED}.get(status, ""),
        )
    )


def give_press_pass(till, n: int) -> None:
    """A journalist of one of the media whom we know, approved and with the pass."""
    edition, known = till.edition, till.world.outlets
    dice, who = edition.dice(f"journalist {n}"), till.world.names.person()
    outlet = known[n % len(known)]
    row = ask(edition, dice, who, Status.APPROVED, (outlet.name, outlet.website))
    row.keeps_embargo = n % 3 != 2
    row.organization_id = outlet.pk
    contact = Contact(organization_id=outlet.pk, name=who.name, email=who.email, is_press=True)
    row.contact_id = edition.add(contact).pk
    allowance = edition.add(
        CompAllowance(conference=edition.conference, source=row.source, size=1, given=1)
    )
    why = f"Press: {outlet.name}"[:120]
    row.ticket_id = till.give(
        who.name, who.email, PressRequest.ROLE, why, allowance_id=allowance.pk
    ).pk


def add_news(edition: Edition) -> None:
    """One that everyone may read, and one under embargo where the edition is not over."""
    name, now = edition.conference.name, edition.world.now
    days = {"over": (-40, -9), "on": (-40, 2), "open": (-112, -60)}[edition.phase]
    for (title, text), day in zip(NEWS, days, strict=True):
        until = edition.moment(day, 10)
        sent_at = min(now, until) - dt.timedelta(hours=20)
        edition.add(
            Announcement(
                conference=edition.conference,
                code=edition.dice(f"news {title}").code(6, edition.world.taken("announcements")),
                title=title.format(name=name),
                text=text.format(name=name),
                embargo_until=until,
                status=Announcement.Status.SENT,
                by=edition.world.users["press"],
                written_at=sent_at - dt.timedelta(hours=3),
                sent_at=sent_at,
                told_at=until if until <= now else None,
            )
        )


def add_stories(edition: Edition, dice: Dice) -> None:
    if edition.phase == "open":
        return
    name, first = edition.conference.name, edition.conference.starts_on
    for n, outlet in enumerate(edition.world.outlets[:4]):
        edition.add(
            Coverage(
                organization_id=outlet.pk,
                conference=edition.conference,
                url=f"{outlet.website}{first.year}/{edition.slug}",
                title=STORIES[n % len(STORIES)].format(name=name),
                published_on=first + dt.timedelta(days=dice.randrange(0, 2)),
                by=edition.world.users["press"],
            )
        )
