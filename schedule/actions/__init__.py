"""The verbs: edit a plan, publish it, look at releases, keep plans."""

from ..errors import (
    Blocked,
    CannotRate,
    ChangedMeanwhile,
    HasClaim,
    PlaceTaken,
    PlanClosed,
    RatedAlready,
    Refused,
    SlotLocked,
    StaleMoves,
    WrongSeats,
)
from .bofs import (
    approve_claim,
    claim_place,
    close_place,
    decline_claim,
    open_places,
    withdraw_claim,
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
from .ratings import hide_rating, rate_talk
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
    "CannotRate",
    "ChangedMeanwhile",
    "Edit",
    "HasClaim",
    "Offer",
    "PlaceTaken",
    "PlanClosed",
    "RatedAlready",
    "Refused",
    "SlotLocked",
    "StaleMoves",
    "WrongSeats",
    "apply_plan",
    "approve_claim",
    "cancelled_still_shown",
    "change_now",
    "change_plan",
    "claim_place",
    "close_place",
    "copy_plan",
    "count_heads",
    "decline_claim",
    "differences",
    "edit_plan",
    "expect_people",
    "fit_all",
    "fit_rooms",
    "hide_rating",
    "lock_slot",
    "lock_workshops",
    "make_plan",
    "next_number",
    "note_move",
    "offer_seats",
    "open_places",
    "plan_move",
    "plan_release",
    "plan_removal",
    "publish",
    "rate_talk",
    "redo",
    "rename_plan",
    "save_room",
    "schedule_at",
    "throw_plan_away",
    "undo",
    "unlock_slot",
    "withdraw_claim",
]
