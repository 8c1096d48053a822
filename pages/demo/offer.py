"""What goes with the tickets: extras with their stock, questions, codes, rules and terms."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from registration.models import AddOn, PromoCode, Question, Quota, SaleRules, Terms, TicketType

from .dice import Dice
from .words import words
from .world import Edition


@dataclass
class Extra:
    """One row for sale, and the places it draws from."""

    row: AddOn
    quota: Quota

    def is_left(self, besides: int = 0) -> bool:
        """Whether there is one beyond those sold, and those that the same order wants."""
        return self.quota.taken + besides < self.quota.size


@dataclass
class Offer:
    """`extras`: of each kind of extra the choices, with their weights."""

    extras: list[tuple[float, dict[int, float], list[Extra]]] = field(default_factory=list)
    questions: list[tuple[Question, dict]] = field(default_factory=list)
    promos: list[tuple[PromoCode, dict]] = field(default_factory=list)
    terms: dict[str, list[Terms]] = field(default_factory=dict)

    def choose(self, code: str, dice: Dice, wanted: Counter[int]) -> list[Extra]:
        """What somebody with such a ticket adds; only those with full access buy more.

        `wanted` counts, by pk, what others of the same order have chosen.
        """
        if code != "full":
            return []
        chosen = []
        for share, weights, extras in self.extras:
            if dice.chance(share):
                one = extras[dice.weighted(weights)]
                if one.is_left(wanted[one.row.pk]):
                    chosen.append(one)
        return chosen

    def promo(self, codes: list[str], dice: Dice, *, free: bool) -> PromoCode | None:
        """A code for one order in ten, if it covers some ticket and is not used up."""
        roll = dice.random()
        for row, told in self.promos:
            if roll < told["share"]:
                covered = sum(code in told["types"] for code in codes)
                enough = row.max_uses is None or row.uses + covered <= row.max_uses
                ok = covered and enough and (free or row.kind != PromoCode.Kind.FREE)
                return row if ok else None
            roll -= told["share"]
        return None

    def covers(self, promo: PromoCode | None, code: str) -> bool:
        return any(row is promo and code in told["types"] for row, told in self.promos)

    def accepted(self, kind: str, at: dt.datetime) -> Terms:
        """The version in force when somebody bought."""
        versions = self.terms[kind]
        return next((one for one in reversed(versions) if one.written_at <= at), versions[0])


def add_offer(edition: Edition, types: dict[str, TicketType], tickets: int) -> Offer:
    offer = Offer()
    for told in words().sale["extras"]:
        add_extras(edition, offer, told, types, tickets)
    add_questions(edition, offer)
    add_promos(edition, offer, types, tickets)
    add_rules(edition)
    add_terms(edition, offer)
    return offer


def add_extras(edition: Edition, offer: Offer, told: dict, types: dict, tickets: int) -> None:
    """A shirt has a row and a stock for each size."""
    writer, rows = edition.world.writer, []
    sizes = told.get("sizes") or {"": 1}
    weights = Counter(sizes)
    for size, weight in sizes.items():
        name = f"Size {size}" if size else told["name"]
        stock = told.get("stock", told["share"] * 0.8 * weight / weights.total())
        quota = edition.add(
            Quota(
                conference=edition.conference,
                name=f"{told['choice']} {size}" if size else name,
                size=max(3, round(tickets * stock)),
            )
        )
        row = edition.add(
            AddOn(
                conference=edition.conference,
                kind=told["kind"],
                choice=told.get("choice", ""),
                name=name,
                description=told["description"],
                price=Decimal(told["price"]),
                is_discountable=told["kind"] != "shirt",
                position=sum(len(found) for _, _, found in offer.extras) + len(rows),
            )
        )
        writer.link(AddOn.quotas, addon_id=row.pk, quota_id=quota.pk)
        writer.link(AddOn.ticket_types, addon_id=row.pk, tickettype_id=types["full"].pk)
        rows.append(Extra(row, quota))
    offer.extras.append((told["share"], dict(enumerate(sizes.values())), rows))


def add_questions(edition: Edition, offer: Offer) -> None:
    for position, told in enumerate(words().sale["questions"]):
        row = edition.add(
            Question(
                conference=edition.conference,
                text=told["text"],
                help_text=told.get("help_text", ""),
                kind=told["kind"],
                choices="\n".join(told.get("choices", [])),
                is_required=told.get("is_required", False),
                position=position,
            )
        )
        offer.questions.append((row, told))
        for _, _, extras in offer.extras:
            for extra in extras:
                if extra.row.kind == told.get("with"):
                    edition.world.writer.link(
                        Question.add_ons, question_id=row.pk, addon_id=extra.row.pk
                    )


def add_promos(edition: Edition, offer: Offer, types: dict, tickets: int) -> None:
    for told in words().sale["promos"]:
        share = told.get("max_share")
        row = edition.add(
            PromoCode(
                conference=edition.conference,
                code=told["code"],
                note=told["note"],
                kind=told["kind"],
                value=Decimal(told["value"]),
                ends_at=edition.moment(-1, 18),
                max_uses=max(3, round(tickets * share)) if share else None,
            )
        )
        offer.promos.append((row, told))
        for code in told["types"]:
            edition.world.writer.link(
                PromoCode.ticket_types, promocode_id=row.pk, tickettype_id=types[code].pk
            )


def add_rules(edition: Edition) -> None:
    told, first = words().sale["words"], edition.conference.starts_on
    rules = edition.add(
        SaleRules(
            conference=edition.conference,
            ask_title="optional",
            ask_postcode="optional",
            cancel_until=first - dt.timedelta(days=21),
            offers_visa_letters=True,
            exhibitors_scan=True,
            seller=told["seller"],
            letter_text=told["letter_text"],
            letter_signer=told["letter_signer"],
        )
    )
    edition.world.writer.link(
        SaleRules.accessibility_readers,
        salerules_id=rules.pk,
        user_id=edition.world.users["registration"].pk,
    )


def add_terms(edition: Edition, offer: Offer) -> None:
    """The code of conduct was written anew while tickets were sold."""
    told = words().sale["words"]
    opened, now = edition.moment(-160, 9), edition.world.now
    for kind, number, text, at in (
        ("conduct", 1, told["conduct_before"], opened),
        ("refund", 1, told["refund"], opened),
        ("conduct", 2, told["conduct"], edition.moment(-90, 12)),
    ):
        if number == 1 or at <= now:
            offer.terms.setdefault(kind, []).append(
                edition.add(
                    Terms(
                        conference=edition.conference,
                        kind=kind,
                        number=number,
                        text=text,
                        written_at=min(at, now - dt.timedelta(days=40)),
                    )
                )
            )
