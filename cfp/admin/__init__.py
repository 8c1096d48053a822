"""Plain tables for staff; what has rules and mails is done on pages of its own."""

from . import calls, reviews, speakers, talks

__all__ = ["calls", "reviews", "speakers", "talks"]
