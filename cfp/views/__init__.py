from . import (
    assignments,
    autosave,
    availability,
    calls,
    changes,
    files,
    mine,
    reviews,
    speakers,
    suggestions,
    talks,
    tickets,
)

__all__ = [
    "assignments",
    "autosave",
    "availability",
    "calls",
    "changes",
    "files",
    "mine",
    "reviews",
    "speakers",
    "suggestions",
    "talks",
    "tickets",
]
