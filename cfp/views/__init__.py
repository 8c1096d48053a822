from . import calls, mine, partners, reviews, talks, tickets

__all__ = ["calls", "mine", "partners", "reviews", "talks", "tickets"]
