"""What the door does: pair a device, decide on scans, take an admission back."""

from .deciding import UNKNOWN_LIMIT, UNKNOWN_TIME, Attempt, ScanIdTaken, TooManyUnknown, take
from .scanning import CannotUndo, admit, undo, why_it_stays
from .staff import AlreadyIn, let_in, settle, take_out
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
    "PAIRING_LETTERS",
    "UNKNOWN_LIMIT",
    "UNKNOWN_TIME",
    "AlreadyIn",
    "Attempt",
    "CannotUndo",
    "NameTaken",
    "NotWaiting",
    "ScanIdTaken",
    "TooManyUnknown",
    "admit",
    "let_in",
    "open_pairing",
    "pair",
    "revoke",
    "save_station",
    "settle",
    "take",
    "take_out",
    "undo",
    "why_it_stays",
]
