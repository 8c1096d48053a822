"""How many free tickets a source gave: by name (`comps`), and by a code that is typed at the shop.

Both take from one count, by one conditional UPDATE, last of all locks.
"""

from collections import Counter
from collections.abc import Iterable

from django.db.models import F, Value
from django.db.models.functions import Greatest, Least

from scale.codes import new_code
from scale.models import Conference

from ..models import CompAllowance, PromoCode, TicketType

CODE_LETTERS = 10


class AllowanceUsedUp(Exception):
    """The source has given as many free tickets as it may."""

    def __init__(self, source: str, limit: int) -> None:
        self.source, self.limit = source, limit
        tickets = "free ticket is" if limit == 1 else "free tickets are"
        super().__init__(f"All {limit} {tickets} given already.")


def count(pk: int, n: int) -> None:
    """So many more are given, all or none; raises AllowanceUsedUp."""
    row = CompAllowance.objects.filter(pk=pk)
    if not row.filter(size__gte=F("given") + n).update(given=F("given") + n):
        found = row.get()
        raise AllowanceUsedUp(found.source, found.size)


def count_back(allowances: Iterable[int | None]) -> None:
    """Whoever ends live tickets names their allowances, last of all: as many can be given again."""
    for pk, n in sorted(Counter(pk for pk in allowances if pk).items()):
        # What was given beyond what is promised goes as it comes back, and is never free.
        gone = Least(F("over"), n)
        CompAllowance.objects.filter(pk=pk, given__gte=n).update(
            given=F("given") - n, size=F("size") - gone, over=F("over") - gone
        )


def set_limit(conference: Conference, source: str, limit: int) -> CompAllowance:
    """What the source may give from now on; what it gave beyond that stays until it comes back."""
    row, _ = CompAllowance.objects.get_or_create(
        conference=conference, source=source, defaults={"size": limit}
    )
    size = Greatest(Value(limit), F("given"))
    CompAllowance.objects.filter(pk=row.pk).update(size=size, over=size - limit)
    row.refresh_from_db(fields=["size", "given", "over"])
    return row


def open_pass_code(
    allowance: CompAllowance, ticket_type: TicketType, *, note: str, role: str, anew: bool = False
) -> PromoCode:
    """The code with which people take the source's free tickets at the shop, one at a time.

    The one in use, if there is one; `anew` ends that. `role` stands as a ribbon on the badges.
    `allowance` comes from `set_limit` in the same transaction: two who open one for the same
    source pass its lock one by one.
    """
    used = PromoCode.objects.filter(allowance=allowance, is_active=True)
    if not anew and (found := used.first()):
        return found
    close_pass_codes(used)
    code = PromoCode.objects.create(
        conference=allowance.conference,
        code=new_code(CODE_LETTERS),
        kind=PromoCode.Kind.FREE,
        note=note[:120],
        role=role,
        allowance=allowance,
    )
    code.ticket_types.add(ticket_type)
    return code


def close_pass_codes(codes: Iterable[PromoCode]) -> int:
    """Nobody takes a ticket with them any more; those that were taken stay. How many ended."""
    ended = 0
    for code in codes:
        code.is_active = False
        code.save(update_fields=["is_active"])
        ended += 1
    return ended
