"""T-shirts by size: ordered, given, left."""

from dataclasses import dataclass

from django.db.models import Count

from registration.models import AddOn, OrderLine, Ticket

from .models import CheckIn, CheckInList


@dataclass(frozen=True)
class Size:
    name: str
    ordered: int
    given: int

    @property
    def left(self):
        return max(0, self.ordered - self.given)


@dataclass(frozen=True)
class Shirts:
    """`others` got one that somebody else had ordered: of which size is written nowhere."""

    sizes: list[Size]
    others: int

    @property
    def ordered(self):
        return sum(size.ordered for size in self.sizes)

    @property
    def given(self):
        return sum(size.given for size in self.sizes) + self.others

    @property
    def left(self):
        return max(0, self.ordered - self.given)


def shirts(conference):
    """In four statements. A shirt counts as given when its owner was on any T-shirt list.

    Whoever gets one by their type of ticket, such as the crew, takes none that was ordered.
    """
    lines = OrderLine.objects.in_force().filter(
        add_on__conference=conference,
        add_on__kind=AddOn.Kind.SHIRT,
        ticket__status=Ticket.Status.LIVE,
    )
    taken = CheckIn.objects.live().filter(
        checkin_list__conference=conference, checkin_list__kind=CheckInList.Kind.SHIRT
    )
    ordered = by_add_on(lines)
    given = by_add_on(lines.filter(ticket__in=taken.values("ticket")))
    sizes = [
        Size(f"{one.choice} {one.name}".strip(), ordered[one.pk], given.get(one.pk, 0))
        for one in AddOn.objects.filter(conference=conference, kind=AddOn.Kind.SHIRT)
        if one.pk in ordered
    ]
    by_type = CheckInList.ticket_types.through.objects.filter(
        checkinlist__conference=conference, checkinlist__kind=CheckInList.Kind.SHIRT
    )
    others = (
        taken.filter(checkin_list__add_ons__isnull=False)
        .exclude(ticket__in=lines.values("ticket"))
        .exclude(ticket__ticket_type__in=by_type.values("tickettype"))
    )
    people = others.values("ticket").distinct().count()
    return Shirts(sizes, people if sizes else 0)


def by_add_on(lines):
    rows = lines.values_list("add_on").annotate(tickets=Count("ticket", distinct=True))
    return dict(rows.order_by())
