from .audit import AuditEntry
from .conference import Conference, PublicFact
from .email import EmailAttachment, OutgoingEmail
from .throttle import Throttle
from .user import Role, StaffRole, User

__all__ = [
    "AuditEntry",
    "Conference",
    "EmailAttachment",
    "OutgoingEmail",
    "PublicFact",
    "Role",
    "StaffRole",
    "Throttle",
    "User",
]
