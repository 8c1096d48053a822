"""Plain tables for staff, by noun."""

from . import contracts, conversations, deals, organizations

__all__ = ["contracts", "conversations", "deals", "organizations"]
from . import catalogue

__all__ = ["catalogue", "conversations", "deals", "organizations"]
from . import invoices

__all__ = ["conversations", "deals", "invoices", "organizations"]
from . import mail

__all__ = ["conversations", "deals", "mail", "organizations"]
from . import applications, booths

__all__ = ["applications", "booths", "conversations", "deals", "organizations"]
