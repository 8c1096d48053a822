"""A code for the free passes of a deal: its people type it at the shop and name themselves.

Passes taken so and passes named on the sponsor's page come from one count.
"""

from registration.actions import close_pass_codes, open_pass_code, set_limit
from registration.models import CompAllowance, PromoCode, TicketType
from scale.db import retry

from ..models import Sponsorship
from ..passes import codes_of
from .passes import EXHIBITOR, pass_kinds, which, why_given
from .rules import locked


@retry
def open_passes(pk: int, kind: TicketType, *, anew: bool = False) -> PromoCode:
    """The code for this kind of pass; `anew` makes another, and the one before takes nothing."""
    deal = locked(pk)
    ticket_type, limit = which(deal, kind)
    allowance = set_limit(deal.conference, deal.source_of(ticket_type.pk), limit)
    return open_pass_code(allowance, ticket_type, note=why_given(deal), role=EXHIBITOR, anew=anew)


@retry
def close_passes(pk: int, kind: TicketType) -> bool:
    """Nobody takes a pass with it any more; whoever has taken one keeps it."""
    deal = locked(pk)
    code = codes_of(deal).get(kind.pk)
    return code is not None and close_pass_codes([code]) > 0


def fit(deal: Sponsorship) -> dict[str, int]:
    """After its promises changed: what the codes give is what is promised now, and no more.

    Runs last in the transaction of who holds the deal's lock, as it locks the counts.
    {source: how many passes are given beyond what is promised}.
    """
    found = CompAllowance.objects.filter(
        conference=deal.conference_id, source__startswith=deal.source_of("")
    )
    counts = list(found.order_by("pk"))
    if not counts:
        return {}
    limits = {deal.source_of(kind.pk): limit for kind, limit in pass_kinds(deal).items()}
    fitted = (set_limit(deal.conference, one.source, limits.get(one.source, 0)) for one in counts)
    return {row.source: row.over for row in fitted}
