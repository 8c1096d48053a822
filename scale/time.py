"""Instants are aware and in UTC; people read them in the conference's zone."""

import datetime as dt


def local(instant: dt.datetime, conference) -> dt.datetime:
    """The instant on the clocks of the conference."""
    return instant.astimezone(conference.zone)


def from_wall(naive: dt.datetime, conference) -> dt.datetime:
    """The instant that the venue's clocks show as `naive`.

    A time that the clocks skip raises ValueError; one that they show twice is the first.
    """
    aware = naive.replace(tzinfo=conference.zone)
    instant = aware.astimezone(dt.UTC)
    if instant.astimezone(conference.zone).replace(tzinfo=None) != naive.replace(fold=0):
        raise ValueError(f"{naive:%Y-%m-%d %H:%M} does not exist in {conference.time_zone}")
    return instant


def rfc3339(instant: dt.datetime, conference) -> str:
    """With the conference's offset and a colon in it: 2027-03-05T10:00:00-08:00."""
    return local(instant, conference).isoformat(timespec="seconds")
