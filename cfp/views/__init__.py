from . import calls, mine, reviews, talks

__all__ = ["calls", "mine", "reviews", "talks"]
