from .mine import my_orders, my_ticket_qr
from .orders import order, order_page, ticket_qr
from .payments import demo_card, pay, payment_notice
from .shop import checkout, tickets
from .staff import staff_tickets

__all__ = [
    "checkout",
    "demo_card",
    "my_orders",
    "my_ticket_qr",
    "order",
    "order_page",
    "pay",
    "payment_notice",
    "staff_tickets",
    "ticket_qr",
    "tickets",
]
