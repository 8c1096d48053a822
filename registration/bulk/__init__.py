"""Files of lines from other systems: checked first, then added; run again, they add nothing."""

from .attendees import ATTENDEES
from .groups import GROUP_CODES
from .promos import PROMO_CODES
from .reading import MOST_LINES, Column, NotReadable, Result, Sheet

SHEETS: dict[str, Sheet] = {sheet.name: sheet for sheet in (ATTENDEES, PROMO_CODES, GROUP_CODES)}

__all__ = ["MOST_LINES", "SHEETS", "Column", "NotReadable", "Result", "Sheet"]
