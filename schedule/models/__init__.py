"""Rooms and times. `Slot` is the public truth; only publishing a `Plan` changes it."""

from .audience import ExpectedPeople, HeadCount
from .days import DayHours, PresenceHour, SlotTemplate
from .favourites import Favourite, FavouriteList, new_nonce
from .imports import ScheduleImport, import_path
from .plans import Move, Plan, PlanStep, SlotLock
from .releases import Change, Release
from .rooms import Room, RoomClosure, RoomSetup, Venue, Walk
from .slots import Kind, Placement, Slot
from .workshops import Workshop

__all__ = [
    "Change",
    "DayHours",
    "ExpectedPeople",
    "Favourite",
    "FavouriteList",
    "HeadCount",
    "Kind",
    "Move",
    "Placement",
    "Plan",
    "PlanStep",
    "PresenceHour",
    "Release",
    "Room",
    "RoomClosure",
    "RoomSetup",
    "ScheduleImport",
    "Slot",
    "SlotLock",
    "SlotTemplate",
    "Venue",
    "Walk",
    "Workshop",
    "import_path",
    "new_nonce",
]
