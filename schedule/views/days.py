"""The day that an address names."""

import datetime as dt

from django.http import Http404

NEAR = dt.timedelta(days=30)  # slots may lie a little outside of the edition's days


def day_of(conference, given: str) -> dt.date:
    """Without a name today while the conference is on, else its first day; 404 for far days."""
    if not given:
        return conference.today() if conference.is_on() else conference.starts_on
    try:
        day = dt.date.fromisoformat(given)
    except ValueError:
        raise Http404 from None
    if not conference.starts_on - NEAR <= day <= conference.ends_on + NEAR:
        raise Http404
    return day
