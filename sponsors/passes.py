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
    if not deals:
        return
    promised = promised_by(deals).select_related("pass_type").order_by("position", "name", "pk")
    tickets = tickets_of(deals).select_related("allowance", "order__promo_code", "comp_choice")
    hand_out(
        deals,
        [(row.deal_id, row.pass_type, row.quantity) for row in promised],
        [(one.allowance.source, one) for one in tickets.order_by("attendee_name", "pk")],
    )


def hand_out(deals, promised, held):
    """`promised` is [(deal's pk, kind, how many)], `held` is [(source of the pass, ticket)]."""
    known = {}
    for deal in deals:
        deal.passes, deal.given = [], []
        known[str(deal.pk)] = deal
    for pk, kind, quantity in promised:
        kinds = known[str(pk)].passes
        line = next((one for one in kinds if one.kind == kind), None)
        if line is None:
            line = Passes(kind)
            kinds.append(line)
        line.limit += quantity
    for source, ticket in held:
        _, pk, kind_pk = source.split(":")
        deal = known[pk]
        deal.given.append(ticket)
        for line in deal.passes:
            if str(line.kind.pk) == kind_pk:
                line.given.append(ticket)


def promised_by(deals):
    return Deliverable.objects.passes().filter(deal__in=deals)


def tickets_of(deals):
    """The tickets that these deals have given; one being taken at the shop has no name yet."""
    sources = Q(pk__in=[])
    for deal in deals:
        sources |= Q(allowance__source__startswith=f"sponsorship:{deal.pk}:")
    editions = {deal.conference_id for deal in deals}
    return Ticket.objects.holding().filter(sources, conference__in=editions)


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
