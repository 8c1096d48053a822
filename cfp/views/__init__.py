from . import assignments, calls, mine, reviews, suggestions, talks, tickets

__all__ = ["assignments", "calls", "mine", "reviews", "suggestions", "talks", "tickets"]
