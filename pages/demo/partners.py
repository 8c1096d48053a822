"""Sponsors and exhibitors: organizations, people there, what was said, and the deals."""

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal

from cfp.models import Speaker
from scale.codes import digest
from sponsors.models import (
    Contact,
    Contract,
    ContractTerms,
    Conversation,
    FollowUp,
    Note,
    NoteMention,
    Organization,
    Package,
    Portal,
    Sponsorship,
    Tag,
)
from sponsors.models.organizations import tag_slug

from .dice import Dice
from .logos import draw_logo
from .names import Names, ascii_word
from .promises import add_benefits, promise
from .talks import Staged
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
VOICES = 6  # of sponsors
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
    add_tags(world)
    add_moves(world)


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
            code=world.dice("code of", name).code(6, world.taken("organizations")),
            name=name,
            **{f"is_{kind}": True},
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
                **{f"is_{role}": True},
            )
        )
    return organization


def add_tags(world: World) -> None:
    """The committee's own words; and here and there a company that is a project or paper too."""
    dice, names = world.dice("tags"), words().sponsors["tags"]
    tags = [world.writer.add(Tag(name=name, slug=tag_slug(name))) for name in names]
    for organization, _ in world.organizations:
        if dice.chance(0.06):
            organization.is_project = True
        elif dice.chance(0.03):
            organization.is_media = True
        for tag in dice.sample(tags, dice.weighted({0: 4, 1: 4, 2: 2})):
            world.writer.link(Organization.tags, organization_id=organization.pk, tag_id=tag.pk)


def add_moves(world: World) -> None:
    """People who were at one of them and are at another now."""
    dice, names = world.dice("moves"), Names(world.dice("moves", "names"))
    firms = [organization for organization, _ in world.organizations]
    for old in firms[:: max(3, len(firms) // 6)]:
        new, person = dice.choice([one for one in firms if one is not old]), names.person()
        local = ascii_word(person.given) or "office"
        there = world.writer.add(
            Contact(
                organization=new,
                name=person.name,
                email=f"{local}.{old.pk}@{new.website.split('/')[2]}",
                is_marketing=True,
            )
        )
        world.writer.add(
            Contact(
                organization=old,
                name=person.name,
                email=f"{local}.{old.pk}@{old.website.split('/')[2]}",
                is_marketing=True,
                left_on=world.now.date() - dt.timedelta(days=dice.randrange(30, 300)),
                moved_to=there,
            )
        )


def add_deals(edition: Edition) -> None:
    """Packages and who has which; `taken` is exactly what is signed."""
    world, dice = edition.world, edition.dice("deals")
    packages, terms = add_packages(edition), add_terms(edition)
    benefits = add_benefits(edition, packages)
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
        amount = (package.price * discount).quantize(Decimal("0.01"))
        deal = edition.add(
            Sponsorship(
                organization=organization,
                conference=edition.conference,
                package=package,
                status=status,
                amount=amount,
                owner=organization.owner,
                signed_at=signed_at,
                signed_by=signed_by,
                **how_it_went(edition, dice, status, amount),
            )
        )
        if is_signed:
            accept(edition, deal, terms)
            promise(edition, deal, benefits)
        if status not in (Status.LEAD, Status.ASKED, Status.LOST):
            add_page(edition, deal)
        if dice.chance(0.6):
            add_conversation(edition, organization, status, dice)


def add_voices(edition: Edition, staged: list[Staged]) -> None:
    """Some who speak work for a sponsor, whose pages and report then have the talk."""
    if edition.phase == "open":
        return
    edition.world.writer.flush()
    firms = Organization.objects.in_edition(edition.conference).of_kind("company").order_by("pk")
    known = set(Contact.objects.values_list("email", flat=True))  # nobody works for two
    kept = [one for one in staged if one.speakers and not one.talk.is_cancelled]
    kept = [one for one in kept if one.speakers[0].email not in known]
    for firm, one in zip(firms[:VOICES], kept[:: max(1, len(kept) // VOICES)], strict=False):
        person = one.speakers[0]
        Speaker.objects.filter(pk=person.pk).update(organization=firm.name)
        edition.add(Contact(organization=firm, name=person.name, email=person.email))


def how_it_went(edition: Edition, dice: Dice, status: str, amount: Decimal) -> dict:
    """Why it was lost, what they give in kind, what to know next time, since when it is so."""
    material, found = words().sponsors, {}
    last = min(edition.world.now, edition.moment(-15, 12))
    found["moved_at"] = last - dt.timedelta(days=dice.randrange(0, 40))
    if status == Status.LOST:
        found["lost_why"] = dice.choice(["price", "budget", "silence", "fit", "time"])
    elif amount and dice.chance(0.12):
        found["in_kind_what"] = dice.choice(material["gifts"])
        found["in_kind_value"] = (amount / 5).quantize(Decimal("0.01"))
    if edition.phase != "open" and dice.chance(0.5):
        found["outcome"] = dice.choice(material["outcomes"])
    return found


def add_terms(edition: Edition) -> ContractTerms:
    text = words().sponsors["terms"].format(name=edition.conference.name)
    terms = ContractTerms(conference=edition.conference, number=1, text=text, sha256=digest(text))
    terms.written_by = edition.world.users["sponsorship"]
    terms.written_at = min(edition.world.now, edition.moment(-150, 12)) - dt.timedelta(days=90)
    return edition.add(terms)


def accept(edition: Edition, deal: Sponsorship, terms: ContractTerms) -> None:
    """The click that the signature rests on."""
    edition.add(
        Contract(
            deal=deal,
            package=deal.package,
            amount=deal.amount,
            in_kind_value=deal.in_kind_value,
            in_kind_what=deal.in_kind_what,
            terms=terms,
            accepted_name=deal.signed_by,
            at=deal.signed_at,
        )
    )


def add_page(edition: Edition, deal: Sponsorship) -> None:
    """Their own page, behind a secret link that staff see."""
    dice = edition.dice(f"page of {deal.pk}")
    page = Portal(deal=deal, code=dice.code(10), nonce=dice.hexadecimal(32))
    page.made_at, page.made_by = deal.moved_at, edition.world.users["sponsorship"]
    edition.add(page)


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
    at = at_work(edition, last - dt.timedelta(days=dice.randrange(5, 60)), dice)
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
    unsaid = {kind: list(material[f"notes_{kind}"]) for kind in NOTE_KINDS}
    for _ in range(dice.randrange(1, 5)):
        kind = dice.weighted(NOTE_KINDS)
        left = unsaid[kind]
        if at > last or not left:
            break
        edition.add(
            Note(
                conversation=thread,
                kind=kind,
                author=organization.owner,
                text=left.pop(dice.randrange(len(left))),
                written_at=at,
            )
        )
        at = at_work(edition, at + dt.timedelta(days=dice.randrange(1, 9)), dice)
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
        ask_colleague(edition, thread)


def at_work(edition: Edition, at: dt.datetime, dice: Dice) -> dt.datetime:
    """On the day of that moment, when people write to each other."""
    day = edition.conference.today(at) - edition.conference.starts_on
    return edition.moment(day.days, dice.randrange(9, 18), dice.randrange(60))


def ask_colleague(edition: Edition, thread: Conversation) -> None:
    """Now and then somebody is named in a note."""
    world, dice = edition.world, edition.dice(f"asked in {thread.pk}")
    user = world.users["sponsorship"]
    if thread.owner == user or not dice.chance(0.25):
        return
    text = dice.choice(words().sponsors["asked"]).format(name=user.get_short_name())
    at = at_work(edition, world.now - dt.timedelta(days=dice.randrange(1, 4)), dice)
    note = Note(conversation=thread, author=thread.owner, text=text, written_at=at)
    edition.add(NoteMention(note=edition.add(note), user=user))
