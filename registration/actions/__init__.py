"""Selling: take places, make orders, receive money, give places back."""

from .money import PaymentRefused, record_payment
from .orders import (
    Attendee,
    Buyer,
    CannotCancel,
    NotOnSale,
    cancel_order,
    place_order,
)
from .stock import SoldOut, count_again, expire_orders, give_back, take
from .tickets import correct_attendee, give_ticket

__all__ = [
    "Attendee",
    "Buyer",
    "CannotCancel",
    "NotOnSale",
    "PaymentRefused",
    "SoldOut",
    "cancel_order",
    "correct_attendee",
    "count_again",
    "expire_orders",
    "give_back",
    "give_ticket",
    "place_order",
    "record_payment",
    "take",
]
