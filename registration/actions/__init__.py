"""Selling: take places, make orders, receive money, give places back."""

from .cancel import CannotCancel, cancel_order, cancel_tickets
from .money import PaymentRefused, owe_back, record_payment
from .orders import (
    RESERVED_FOR,
    AlreadyExtended,
    Attendee,
    Buyer,
    NotOnSale,
    NotOpen,
    extend,
    fill_in,
    place_order,
    reserve,
)
from .stock import SoldOut, UsedUp, count_again, expire_orders, give_back, take
from .tickets import correct_attendee, give_ticket

__all__ = [
    "RESERVED_FOR",
    "AlreadyExtended",
    "Attendee",
    "Buyer",
    "CannotCancel",
    "NotOnSale",
    "NotOpen",
    "PaymentRefused",
    "SoldOut",
    "UsedUp",
    "cancel_order",
    "cancel_tickets",
    "correct_attendee",
    "count_again",
    "expire_orders",
    "extend",
    "fill_in",
    "give_back",
    "give_ticket",
    "owe_back",
    "place_order",
    "record_payment",
    "reserve",
    "take",
]
