"""What a ticket and its extras cost: one function for the shop, the desk and every upgrade."""

from collections.abc import Sequence
from decimal import Decimal

from scale import money

from .models import AddOn, PromoCode


def price_ticket(
    ticket_price: Decimal, add_ons: Sequence[AddOn], promo: PromoCode | None
) -> tuple[Decimal, list[Decimal]]:
    """The ticket's own price and that of each extra, each rounded half-even to the cent.

    `promo` is given only if it covers the ticket's type. An extra that replaces
    the ticket's price leaves nothing to pay for the ticket itself.
    """
    replaced = any(one.replaces_ticket_price for one in add_ons)
    own = money.ZERO if replaced else ticket_price
    if promo is None:
        return own, [one.price for one in add_ons]
    extras = [promo.off_extra(one.price) if one.is_discountable else one.price for one in add_ons]
    return promo.off_ticket(own), extras
