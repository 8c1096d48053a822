"""How many of each extra to order: shirts by size, places of tutorials."""

from collections.abc import Iterator, Sequence

from django.db.models import Count, Q, QuerySet

from scale.models import Conference

from ..models import AddOn
from .tables import Table, Wanted


def select(conference: Conference, wanted: Wanted) -> QuerySet:
    """Extras with the numbers `sold` (paid) and `waiting` (reserved)."""
    live = Q(lines__status="live", lines__credits=None)
    rows = AddOn.objects.filter(conference=conference).prefetch_related("quotas")
    return rows.annotate(
        sold=Count("lines", filter=live & Q(lines__order__status="paid")),
        waiting=Count("lines", filter=live & Q(lines__order__status="pending")),
    )


def rows(conference: Conference, add_ons: QuerySet) -> Iterator[Sequence]:
    for one in add_ons:
        left = one.left()
        yield [
            *(one.get_kind_display(), one.choice, one.name, one.price, one.sold, one.waiting),
            "" if left is None else left,
        ]


SHIRTS = Table(
    name="extras",
    label="Shirts and other extras",
    says="How many of each size and kind were sold and are left.",
    filters=(),
    select=select,
    columns=lambda conference: ("Kind", "Choice", "Name", "Price", "Sold", "Reserved", "Left"),
    rows=rows,
)
