"""What is sold, and who holds it."""

from .offer import FEW_LEFT, MOST_AT_ONCE, Quota, TicketPrice, TicketType
from .orders import (
    Order,
    OrderLine,
    Payment,
    Refund,
    Ticket,
    new_nonce,
    new_order_code,
    new_ticket_code,
)

__all__ = [
    "FEW_LEFT",
    "MOST_AT_ONCE",
    "Order",
    "OrderLine",
    "Payment",
    "Quota",
    "Refund",
    "Ticket",
    "TicketPrice",
    "TicketType",
    "new_nonce",
    "new_order_code",
    "new_ticket_code",
]
