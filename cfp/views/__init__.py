from . import autosave, availability, calls, files, mine, reviews, speakers, talks, tickets

__all__ = [
    "autosave",
    "availability",
    "calls",
    "files",
    "mine",
    "reviews",
    "speakers",
    "talks",
    "tickets",
]
