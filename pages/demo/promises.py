"""What the packages promise, and how far each promise of a signed deal is."""

import datetime as dt
from decimal import Decimal

from sponsors.models import Benefit, BenefitConflict, Deliverable, PackageBenefit, Sponsorship

from .dice import Dice
from .names import Names
from .words import words
from .world import Edition

Status = Deliverable.Status
# Of what is due by now, and of what is due later.
DUE = {Status.DONE: 80, Status.ARRIVED: 8, Status.WAIVED: 3, Status.OPEN: 9}
LATER = {Status.DONE: 22, Status.ARRIVED: 10, Status.OPEN: 68}
TERMS = ("kind", "side", "name", "description", "wanted", "min_pixels", "reminders")

Offer = dict[str, list[tuple[Benefit, int]]]


def add_benefits(edition: Edition, packages: dict) -> Offer:
    """{name of a package: [(benefit, how many)]}."""
    material, found = words().sponsors, {}
    offer: Offer = {name: [] for name in packages}
    for position, said in enumerate(material["benefits"]):
        benefit = edition.add(benefit_of(edition, said, position))
        found[benefit.name] = benefit
        for name, quantity in amounts(said, material["packages"]).items():
            offer[name].append((benefit, quantity))
            edition.add(PackageBenefit(package=packages[name], benefit=benefit, quantity=quantity))
    for one, other in material["conflicts"]:
        first, second = sorted((found[one], found[other]), key=lambda row: row.pk)
        edition.add(BenefitConflict(benefit=first, other=second))
    return offer


def benefit_of(edition: Edition, said: dict, position: int) -> Benefit:
    width, height = said.get("page", (None, None))
    price, size = said.get("price"), said.get("size")
    scale = max(1, edition.world.size.organizations / 150)
    return Benefit(
        conference=edition.conference,
        **{name: said[name] for name in TERMS if name in said},
        page_width=width,
        page_height=height,
        pass_type=edition.guest if said["kind"] == "passes" else None,
        days_before=said.get("days_before"),
        price=None if price is None else Decimal(price).quantize(Decimal("0.01")),
        size=None if size is None else round(size * scale),
        position=position,
    )


def amounts(said: dict, packs: list[dict]) -> dict[str, int]:
    if said["kind"] == "passes":
        return {pack["name"]: pack["passes"] for pack in packs}
    return said.get("packages", {})


def promise(edition: Edition, deal: Sponsorship, offer: Offer) -> None:
    """The promises of a signed deal, some kept and some late."""
    dice = edition.dice(f"promises-{deal.pk}")
    for benefit, quantity in offer[deal.package.name]:
        if benefit.size is not None and benefit.taken + quantity > benefit.size:
            continue
        benefit.taken += quantity
        row = Deliverable(
            deal=deal,
            benefit=benefit,
            quantity=quantity,
            owner=deal.owner,
            due_on=benefit.due_day,
            **{name: getattr(benefit, name) for name in Benefit.TERMS},
        )
        bring_forward(edition, row, dice)
        prove(edition, row, dice)
        edition.add(row)


def bring_forward(edition: Edition, row: Deliverable, dice: Dice) -> None:
    """How far it is; passes are given in the shop, and say so themselves."""
    if row.kind == Deliverable.Kind.PASSES:
        return
    today = edition.conference.today(edition.world.now)
    is_due = row.due_on is not None and row.due_on <= today
    row.status = Status.DONE if edition.phase == "over" else dice.weighted(DUE if is_due else LATER)
    sent = row.wanted in (Deliverable.Wanted.TEXT, Deliverable.Wanted.NAMES)
    if row.status == Status.ARRIVED and not sent:
        row.status = Status.DONE
    last = min(edition.world.now, edition.moment(0, 9))
    at = max(last - dt.timedelta(days=dice.randrange(1, 30)), row.deal.signed_at)
    if row.due_on == edition.conference.starts_on:
        at = last
    if row.status == Status.DONE:
        row.done_at = at
    if row.status in (Status.DONE, Status.ARRIVED) and row.side == Deliverable.Side.THEM:
        row.arrived_at = at
    if row.arrived_at and sent:
        row.text = said_by(row, dice)
    if row.status == Status.WAIVED:
        row.why = dice.choice(words().sponsors["waived"])


def prove(edition: Edition, row: Deliverable, dice: Dice) -> None:
    """Of what we did, most has words that show it, some a picture elsewhere too."""
    known = words().sponsors["proofs"].get(row.name)
    if not known or row.status != Status.DONE or not dice.chance(0.8):
        return
    row.proof_words = dice.choice(known)
    if edition.phase == "over" and dice.chance(0.3):
        place = f"{edition.slug}/{row.deal.organization.code.lower()}"
        row.proof_link = f"https://pictures.example.org/{place}/{row.benefit_id}"


def said_by(row: Deliverable, dice: Dice) -> str:
    if row.wanted == Deliverable.Wanted.NAMES:
        names = Names(dice)
        return "\n".join(names.person().name for _ in range(row.quantity))
    about = dice.choice(words().sponsors["about_them"])
    return about.format(name=row.deal.organization.name)
