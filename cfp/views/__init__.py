from . import calls, mine, reviews, talks, tickets

__all__ = ["calls", "mine", "reviews", "talks", "tickets"]
