from .attendee import Asks, AttendeeForm, GroupForm, PlainTextField
from .choice import Choice, price_with, read_choice, short_of, unavailable
from .details import BuyerForm, DetailsForm

__all__ = [
    "Asks",
    "AttendeeForm",
    "BuyerForm",
    "Choice",
    "DetailsForm",
    "GroupForm",
    "PlainTextField",
    "price_with",
    "read_choice",
    "short_of",
    "unavailable",
]
