"""What is sold, who holds it, and the money."""

from .addons import AddOn, by_choice
from .followed import Followed, FollowedQuerySet
from .ledger import CashDrawer, LedgerCheck, Payment, Refund
from .offer import FEW_LEFT, MOST_AT_ONCE, Lapsed, Quota, TicketPrice, TicketType
from .orders import Order, OrderLine, new_order_code
from .promos import CompAllowance, GroupCode, PromoCode
from .questions import Answer, Question
from .requests import (
    OFFERED_FOR,
    CancellationRequest,
    CompChoice,
    OrderNote,
    VisaRequest,
    WaitlistEntry,
)
from .rules import Asked, SaleRules, Terms
from .sessions import PaymentSession
from .tickets import (
    SHARED,
    Consent,
    RetiredCode,
    Ribbon,
    Ticket,
    code_key,
    new_nonce,
    new_ticket_code,
)

__all__ = [
    "FEW_LEFT",
    "MOST_AT_ONCE",
    "OFFERED_FOR",
    "SHARED",
    "AddOn",
    "Answer",
    "Asked",
    "CancellationRequest",
    "CashDrawer",
    "CompAllowance",
    "CompChoice",
    "Consent",
    "Followed",
    "FollowedQuerySet",
    "GroupCode",
    "LedgerCheck",
    "Lapsed",
    "Order",
    "OrderLine",
    "OrderNote",
    "Payment",
    "PaymentSession",
    "PromoCode",
    "Question",
    "Quota",
    "Refund",
    "RetiredCode",
    "Ribbon",
    "SaleRules",
    "Terms",
    "Ticket",
    "TicketPrice",
    "TicketType",
    "VisaRequest",
    "WaitlistEntry",
    "by_choice",
    "code_key",
    "new_nonce",
    "new_order_code",
    "new_ticket_code",
]
