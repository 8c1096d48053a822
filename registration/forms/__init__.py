from .attendee import Asks, AttendeeForm, GroupForm, PlainTextField
from .choice import Choice, price_with, read_choice, short_of, unavailable
from .details import BuyerForm, DetailsForm
from .holder import CorrectForm, GiveBackForm, JoinForm, LetterForm, PassOnForm
from .sharing import SharingForm
from .upgrade import ConfirmUpgradeForm, Upgrade

__all__ = [
    "Asks",
    "ConfirmUpgradeForm",
    "CorrectForm",
    "GiveBackForm",
    "JoinForm",
    "LetterForm",
    "PassOnForm",
    "SharingForm",
    "Upgrade",
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
