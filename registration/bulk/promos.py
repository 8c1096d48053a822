"""Promo codes by the dozen, such as one for each user group."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from scale.codes import clean_code
from scale.models import Conference, User

from ..models import PromoCode
from .attendees import type_named
from .reading import Column, Refused, Sheet

COLUMNS = (
    Column("code", "the code people type", ("promo code", "promo"), is_required=True),
    Column("kind", "percent, amount, fixed or free", ("type of discount",), is_required=True),
    Column("value", "percent, or an amount of money", ("discount",)),
    Column("tickets at most", "how many tickets it is good for; empty: any number", ("limit",)),
    Column("from", "first day, such as 2027-01-15", ("starts",)),
    Column("until", "last day", ("ends",)),
    Column("types", "codes or names of ticket types, with “;” between; empty: all", ("tickets",)),
    Column("note", "for whom it is"),
)


def add(conference: Conference, row: Mapping[str, str], options: Mapping, by: User) -> bool:
    """Make one code; False when the edition has it already, which is left as it is."""
    code = clean_code(row.get("code", ""))[:40]
    if not code:
        raise Refused("A code has letters or digits.")
    if PromoCode.objects.filter(conference=conference, code=code).exists():
        return False
    words = row.get("types", "").replace("|", ";").split(";")
    kinds = [type_named(conference, one.strip()) for one in words if one.strip()]
    made = PromoCode(
        conference=conference,
        code=code,
        kind=row.get("kind", "").strip().lower(),
        value=number(row.get("value", "")),
        max_uses=whole(row.get("tickets at most", "")),
        starts_at=midnight(conference, row.get("from", "")),
        ends_at=midnight(conference, row.get("until", ""), after=True),
        note=row.get("note", "")[:120],
    )
    made.full_clean()
    made.save()
    made.ticket_types.set(kinds)
    return True


def number(words: str) -> Decimal:
    """12.50 of “12.50”, “$12.50”, “40 %” or nothing."""
    bare = words.strip(" %$€£")
    try:
        found = Decimal(bare or "0")
    except InvalidOperation:
        raise Refused(f"“{words}” is no number.") from None
    if not found.is_finite():
        raise Refused(f"“{words}” is no number.")
    return found


def whole(words: str) -> int | None:
    if not words:
        return None
    if not words.isascii() or not words.isdigit() or len(words) > 9:
        raise Refused(f"“{words}” is no number of tickets.")
    return int(words)


def midnight(conference: Conference, words: str, *, after: bool = False) -> dt.datetime | None:
    """The instant a day begins in the edition's zone, or `after` it."""
    if not words:
        return None
    try:
        day = dt.date.fromisoformat(words)
        return conference.day_bounds(day)[after].astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Refused(f"“{words}” is no day such as 2027-01-15.") from None


PROMO_CODES = Sheet(
    name="promo-codes",
    label="Promo codes",
    says="One line a code. A code that the edition has already is left as it is.",
    columns=COLUMNS,
    add=add,
)
