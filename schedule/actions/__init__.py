"""The verbs: edit a plan, publish it, look at releases, keep plans."""

from ..errors import (
    Blocked,
    ChangedMeanwhile,
    PlanClosed,
    Refused,
    SlotLocked,
    StaleMoves,
    WrongSeats,
)
from .counts import count_heads
from .now import change_now
from .planning import (
    Edit,
    change_plan,
    edit_plan,
    expect_people,
    lock_slot,
    note_move,
    plan_move,
    plan_removal,
    redo,
    undo,
    unlock_slot,
)
from .plans import copy_plan, make_plan, rename_plan, throw_plan_away
from .publishing import apply_plan, next_number, publish
from .releases import (
    cancelled_still_shown,
    differences,
    plan_release,
    schedule_at,
)
from .rooms import save_room
from .seats import Offer, fit_all, fit_rooms, lock_workshops, offer_seats

__all__ = [
    "Blocked",
    "ChangedMeanwhile",
    "Edit",
    "Offer",
    "PlanClosed",
    "Refused",
    "SlotLocked",
    "StaleMoves",
    "WrongSeats",
    "apply_plan",
    "cancelled_still_shown",
    "change_now",
    "change_plan",
    "copy_plan",
    "count_heads",
    "differences",
    "edit_plan",
    "expect_people",
    "fit_all",
    "fit_rooms",
    "lock_slot",
    "lock_workshops",
    "make_plan",
    "next_number",
    "note_move",
    "offer_seats",
    "plan_move",
    "plan_release",
    "plan_removal",
    "publish",
    "redo",
    "rename_plan",
    "save_room",
    "schedule_at",
    "throw_plan_away",
    "undo",
    "unlock_slot",
]
