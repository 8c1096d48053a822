"""What the door does: pair a device, decide on scans, take an admission back."""

from .cash import CannotHold, Sitting, drawer_of, give_drawer, open_station_drawer, take_cash
from .deciding import UNKNOWN_LIMIT, UNKNOWN_TIME, Attempt, ScanIdTaken, TooManyUnknown, take
from .lists import InUse, remove_list, save_list, why_in_use
from .paper import enter_from_paper
from .scanning import CannotUndo, admit, undo, who_came, why_it_stays, with_a_badge
from .staff import AlreadyIn, close_leftovers, let_in, open_leftovers, settle, take_out
from .stations import (
    PAIRING_LETTERS,
    NameTaken,
    NotWaiting,
    open_pairing,
    pair,
    revoke,
    save_station,
)

__all__ = [
    "AlreadyIn",
    "Attempt",
    "CannotHold",
    "CannotUndo",
    "InUse",
    "NameTaken",
    "NotWaiting",
    "PAIRING_LETTERS",
    "ScanIdTaken",
    "Sitting",
    "TooManyUnknown",
    "UNKNOWN_LIMIT",
    "UNKNOWN_TIME",
    "admit",
    "close_leftovers",
    "drawer_of",
    "enter_from_paper",
    "give_drawer",
    "with_a_badge",
    "let_in",
    "open_leftovers",
    "open_pairing",
    "open_station_drawer",
    "pair",
    "remove_list",
    "revoke",
    "save_list",
    "save_station",
    "settle",
    "take",
    "take_cash",
    "take_out",
    "undo",
    "who_came",
    "why_in_use",
    "why_it_stays",
]
