"""Sponsors and exhibitors: organizations, people there, what was said, and the deals."""

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal

from sponsors.models import (
    Contact,
    Conversation,
    FollowUp,
    Note,
    Organization,
    Package,
    Sponsorship,
)

from .dice import Dice
from .logos import draw_logo
from .names import Names, ascii_word
from .words import words
from .world import Edition, World

Status = Sponsorship.Status
# How the deals of an edition stand.
STATES = {
    "over": {Status.PAID: 1},
    "on": {Status.PAID: 88, Status.SIGNED: 12},
    "open": {
        Status.LEAD: 30,
        Status.ASKED: 20,
        Status.INTERESTED: 16,
        Status.CONTRACT: 8,
        Status.SIGNED: 12,
        Status.PAID: 6,
        Status.LOST: 8,
    },
}
COMING_AGAIN = {"over": 0.8, "on": 1.0, "open": 0.7}
WITH_LOGO = 12
NOTE_KINDS = {"call": 3, "mail_in": 3, "mail_out": 3, "meeting": 1}


def add_organizations(world: World) -> None:
    """Companies, projects and media; the first few have a logo."""
    dice, material = world.dice("organizations"), words().sponsors
    shares = {pack["name"]: pack for pack in material["packages"]}
    total = sum(pack["share"] for pack in shares.values())
    names = invented_names(dice, material)
    for pack in shares.values():
        for _ in range(max(1, round(world.size.organizations * pack["share"] / total))):
            if len(world.organizations) == world.size.organizations:
                break
            kind = pack.get("kind", "company")
            world.organizations.append((add_organization(world, dice, kind, names), pack["name"]))
    while len(world.organizations) < world.size.organizations:
        world.organizations.append((add_organization(world, dice, "company", names), "Exhibitor"))


def invented_names(dice: Dice, material: dict) -> dict[str, Iterator[str]]:
    """Names that do not repeat, by kind; every head comes up before one does again."""
    heads = [stem + ending for stem in material["stems"] for ending in material["endings"]]
    dice.shuffle(heads)
    line = itertools.cycle(heads)
    used: set[str] = set()

    def composed(tails):
        while True:
            name = f"{next(line)} {dice.choice(tails)}".strip()
            if name not in used:
                used.add(name)
                yield name

    return {
        "company": composed([*[""] * len(material["tails"]), *material["tails"]]),
        "project": composed(material["project_tails"]),
        "media": composed(material["media_tails"]),
    }


def add_organization(world: World, dice: Dice, kind: str, names: dict) -> Organization:
    material = words().sponsors
    name = next(names[kind])
    host = "".join(ascii_word(part) for part in name.split())
    organization = world.writer.add(
        Organization(
            name=name,
            kind=kind,
            website=f"https://{host}.example/",
            address=f"{dice.randrange(10, 990)} {dice.choice(material['streets'])}\n"
            f"{dice.choice(material['towns'])}",
            owner=dice.choice([world.users["sponsorship"], *world.committee[:3]]),
            created_at=world.now - dt.timedelta(days=dice.randrange(420, 2_000)),
        )
    )
    if len(world.organizations) < WITH_LOGO:
        organization.logo = draw_logo(name, dice)
    names_here = Names(dice)
    roles = ["primary", *dice.sample(["billing", "logistics", "marketing"], dice.randrange(3))]
    for role in roles:
        person = names_here.person()
        world.contacts.setdefault(organization.pk, person.name)
        local = ascii_word(person.given) or "office"
        world.writer.add(
            Contact(
                organization=organization,
                name=person.name,
                email=f"{local}.{role}@{host}.example",
                phone=names_here.phone() if dice.chance(0.5) else "",
                role=role,
            )
        )
    return organization


def add_deals(edition: Edition) -> None:
    """Packages and who has which; `taken` is exactly what is signed."""
    world, dice = edition.world, edition.dice("deals")
    packages = add_packages(edition)
    for organization, name in world.organizations:
        if not dice.chance(COMING_AGAIN[edition.phase]):
            continue
        package = packages[name]
        status = dice.weighted(STATES[edition.phase])
        is_signed = status in Sponsorship.SIGNED_STATES
        if is_signed and package.left == 0:
            status, is_signed = Status.LOST, False
        package.taken += is_signed
        discount = Decimal("0.9") if dice.chance(0.1) else Decimal(1)
        signed_at = deal_date(edition, dice) if is_signed else None
        signed_by = world.contacts[organization.pk] if is_signed else ""
        edition.add(
            Sponsorship(
                organization=organization,
                conference=edition.conference,
                package=package,
                status=status,
                amount=(package.price * discount).quantize(Decimal("0.01")),
                owner=organization.owner,
                signed_at=signed_at,
                signed_by=signed_by,
            )
        )
        if dice.chance(0.6):
            add_conversation(edition, organization, status, dice)


def add_packages(edition: Edition) -> dict[str, Package]:
    material = words().sponsors["packages"]
    scale = max(1, edition.world.size.organizations / 150)
    return {
        pack["name"]: edition.add(
            Package(
                conference=edition.conference,
                name=pack["name"],
                price=Decimal(pack["price"]).quantize(Decimal("0.01")),
                size=round(pack["size"] * scale) if "size" in pack else None,
                position=position,
                passes=pack["passes"],
                pass_type=edition.guest,
            )
        )
        for position, pack in enumerate(material)
    }


def deal_date(edition: Edition, dice: Dice) -> dt.datetime:
    latest = min(edition.world.now, edition.moment(-20, 12))
    return latest - dt.timedelta(minutes=dice.randrange(60, 60 * 24 * 60))


def add_conversation(edition: Edition, organization, status: str, dice: Dice) -> None:
    world, material = edition.world, words().sponsors
    done = status in (Status.PAID, Status.LOST)
    last = min(edition.world.now, edition.moment(-15, 16))
    at = last - dt.timedelta(days=dice.randrange(5, 60), minutes=dice.randrange(900))
    subject = dice.choice(material["subjects"]).format(year=edition.conference.starts_on.year)
    thread = edition.add(
        Conversation(
            organization=organization,
            conference=edition.conference,
            subject=subject,
            state="done" if done else dice.choice(("open", "them", "us")),
            owner=organization.owner,
            created_at=at,
        )
    )
    for _ in range(dice.randrange(1, 5)):
        kind = dice.weighted(NOTE_KINDS)
        edition.add(
            Note(
                conversation=thread,
                kind=kind,
                author=organization.owner,
                text=dice.choice(material[f"notes_{kind}"]),
                written_at=at,
            )
        )
        at = min(last, at + dt.timedelta(hours=dice.randrange(3, 200)))
    if not done and edition.phase == "open":
        today = edition.conference.today(world.now)
        edition.add(
            FollowUp(
                conversation=thread,
                owner=organization.owner,
                due_on=today + dt.timedelta(days=dice.randrange(-3, 21)),
                what=dice.choice(material["follow_ups"]),
            )
        )
