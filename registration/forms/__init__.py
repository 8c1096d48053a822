from .checkout import AttendeeForm, BuyerForm, CheckoutForm, PlainTextField
from .choice import Choice, read_choice, unavailable

__all__ = [
    "AttendeeForm",
    "BuyerForm",
    "CheckoutForm",
    "Choice",
    "PlainTextField",
    "read_choice",
    "unavailable",
]
