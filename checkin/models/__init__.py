"""The door: stations, what they may admit to, and every attempt."""

from ..badges.models import Badge, BadgeLayout, PrinterReport, PrintJob
from ..kiosk.models import KioskVisit
from ..leads.models import Lead
from .checkins import ChangeCounter, CheckIn
from .lists import CheckInList
from .scans import Scan
from .stations import Station

__all__ = [
    "Badge",
    "BadgeLayout",
    "ChangeCounter",
    "CheckIn",
    "CheckInList",
    "KioskVisit",
    "Lead",
    "PrintJob",
    "PrinterReport",
    "Scan",
    "Station",
]
