"""Lists of organizations and contacts: tried first, then brought in; the same list again adds
nothing."""

from .reading import NotReadable
from .runs import apply, ask, name_columns, retry_stuck, work

__all__ = ["NotReadable", "apply", "ask", "name_columns", "retry_stuck", "work"]
