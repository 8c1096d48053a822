from . import (
    autosave,
    availability,
    calls,
    changes,
    files,
    mine,
    reviews,
    speakers,
    talks,
    tickets,
)

__all__ = [
    "autosave",
    "availability",
    "calls",
    "changes",
    "files",
    "mine",
    "reviews",
    "speakers",
    "talks",
    "tickets",
]
