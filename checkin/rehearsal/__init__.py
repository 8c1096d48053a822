"""A morning at the door, played against a running server in an edition of its own."""

from .cast import Cast, gather, send_home, send_home_earlier
from .device import Device
from .morning import Morning, Report, Script

__all__ = [
    "Cast",
    "Device",
    "Morning",
    "Report",
    "Script",
    "gather",
    "send_home",
    "send_home_earlier",
]
