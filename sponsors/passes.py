"""Which free passes a deal has, by kind, and who holds them."""

from dataclasses import dataclass, field

from django.db.models import Q

from registration.models import PromoCode, Ticket, TicketType

from .models import Deliverable


@dataclass
class Passes:
    """Those of one kind that one deal has."""

    kind: TicketType
    limit: int = 0
    given: list[Ticket] = field(default_factory=list)

    @property
    def left(self):
        return max(0, self.limit - len(self.given))


def with_passes(deals):
    """`passes` and `given` for each of these deals, in two statements."""
    known = {}
    for deal in deals:
        deal.passes, deal.given = [], []
        known[str(deal.pk)] = deal
    if not known:
        return
    promised = Deliverable.objects.passes().filter(deal__in=deals)
    for row in promised.select_related("pass_type").order_by("position", "name", "pk"):
        kinds = known[str(row.deal_id)].passes
        line = next((one for one in kinds if one.kind == row.pass_type), None)
        if line is None:
            line = Passes(row.pass_type)
            kinds.append(line)
        line.limit += row.quantity
    for ticket in tickets_of(deals):
        _, pk, kind = ticket.allowance.source.split(":")
        deal = known[pk]
        deal.given.append(ticket)
        for line in deal.passes:
            if str(line.kind.pk) == kind:
                line.given.append(ticket)


def tickets_of(deals):
    """The tickets that these deals have given; one being taken at the shop has no name yet."""
    sources = Q(pk__in=[])
    for deal in deals:
        sources |= Q(allowance__source__startswith=f"sponsorship:{deal.pk}:")
    tickets = Ticket.objects.holding().filter(
        sources, conference__in={deal.conference_id for deal in deals}
    )
    shown = tickets.select_related("allowance", "order__promo_code")
    return shown.order_by("attendee_name", "pk")


def codes_of(deal):
    """{id of the ticket type: the code that is in use for such passes}."""
    found = PromoCode.objects.filter(
        conference=deal.conference_id,
        is_active=True,
        allowance__source__startswith=deal.source_of(""),
    )
    return {
        kind.pk: code
        for code in found.prefetch_related("ticket_types")
        for kind in code.ticket_types.all()
    }
