"""Selling: take places, make orders, receive money, give places back."""

from .cancel import CannotCancel, cancel_order, cancel_tickets
from .check import check_ledger
from .choices import AnsweredAlready, answer_choice
from .comps import AllowanceUsedUp, NotGiven, cancel_comp, give_ticket
from .desk import (
    ChangedMeanwhile,
    NotPossible,
    add_note,
    correct_buyer,
    correct_by_staff,
    end_extra,
    give_in_kindness,
    make_free,
    move_ticket,
    price_after_move,
    sell,
    send_again,
    take_money,
)
from .drawers import DrawerClosed, NameTaken, close_drawer, hold_open, open_drawer
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
from .tickets import correct_attendee

__all__ = [
    "AllowanceUsedUp",
    "AlreadyExtended",
    "AnsweredAlready",
    "Attendee",
    "Buyer",
    "CannotCancel",
    "ChangedMeanwhile",
    "DrawerClosed",
    "NameTaken",
    "NotGiven",
    "NotOnSale",
    "NotOpen",
    "NotPossible",
    "PaymentRefused",
    "RESERVED_FOR",
    "SoldOut",
    "UsedUp",
    "add_note",
    "answer_choice",
    "cancel_comp",
    "cancel_order",
    "cancel_tickets",
    "check_ledger",
    "close_drawer",
    "correct_attendee",
    "correct_buyer",
    "correct_by_staff",
    "count_again",
    "end_extra",
    "expire_orders",
    "extend",
    "fill_in",
    "give_back",
    "give_in_kindness",
    "give_ticket",
    "hold_open",
    "make_free",
    "move_ticket",
    "open_drawer",
    "owe_back",
    "place_order",
    "price_after_move",
    "record_payment",
    "reserve",
    "sell",
    "send_again",
    "take",
    "take_money",
]
