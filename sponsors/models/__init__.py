"""Organizations, the people there, what was said, and what was promised."""

from .conversations import COMMITTEE, Conversation, FollowUp, Note
from .deals import Package, Sponsorship
from .organizations import Contact, Organization

__all__ = [
    "COMMITTEE",
    "Contact",
    "Conversation",
    "FollowUp",
    "Note",
    "Organization",
    "Package",
    "Sponsorship",
]
