from . import autosave, availability, calls, files, mine, reviews, talks, tickets

__all__ = ["autosave", "availability", "calls", "files", "mine", "reviews", "talks", "tickets"]
