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
from .groups import CannotRedeem, redeem
from .money import PaymentRefused, owe_back, record_payment
from .orders import RESERVED_FOR, BeingPaid, NotOnSale, NotOpen, fill_in, place_order, reserve
from .paying import (
    NotPayable,
    act_on,
    begin_payment,
    look_again,
    look_at_lapsed,
    note_fees,
    receive,
)
from .people import Attendee, Buyer
from .refunds import (
    CannotRefund,
    ask_for_refund,
    ask_for_refunds,
    left_of,
    refund_payment,
    send_refund,
)
from .reservations import AlreadyExtended, drop, extend
from .stock import SoldOut, UsedUp, count_again, expire_orders, give_back, take
from .tickets import correct_attendee

__all__ = [
    "RESERVED_FOR",
    "AllowanceUsedUp",
    "AlreadyExtended",
    "AnsweredAlready",
    "Attendee",
    "BeingPaid",
    "Buyer",
    "CannotCancel",
    "CannotRefund",
    "ChangedMeanwhile",
    "DrawerClosed",
    "NameTaken",
    "NotGiven",
    "CannotRedeem",
    "NotOnSale",
    "NotOpen",
    "NotPayable",
    "NotPossible",
    "PaymentRefused",
    "SoldOut",
    "UsedUp",
    "act_on",
    "add_note",
    "answer_choice",
    "ask_for_refund",
    "ask_for_refunds",
    "begin_payment",
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
    "drop",
    "expire_orders",
    "extend",
    "fill_in",
    "give_back",
    "give_in_kindness",
    "give_ticket",
    "hold_open",
    "left_of",
    "look_again",
    "look_at_lapsed",
    "make_free",
    "move_ticket",
    "note_fees",
    "open_drawer",
    "owe_back",
    "place_order",
    "price_after_move",
    "receive",
    "record_payment",
    "refund_payment",
    "redeem",
    "reserve",
    "sell",
    "send_again",
    "send_refund",
    "take",
    "take_money",
]
