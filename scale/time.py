"""Instants are aware and in UTC; people read them in the conference's zone."""

import datetime as dt


def local(instant: dt.datetime, conference) -> dt.datetime:
    """The instant on the clocks of the conference."""
    return instant.astimezone(conference.zone)


def from_wall(naive: dt.datetime, conference, near: dt.datetime | None = None) -> dt.datetime:
    """The instant that the venue's clocks show as `naive`.

    A time that the clocks skip raises ValueError, as does the edge of all calendars. One that
    they show twice is the first, or that on the same side of the change as `near`: what it was
    before somebody edited it.
    """
    if near:
        naive = naive.replace(fold=local(near, conference).fold)
    aware = naive.replace(tzinfo=conference.zone)
    try:
        instant = aware.astimezone(dt.UTC)
        shown = local(instant, conference)
    except OverflowError as error:  # the last night of the year 9999
        raise ValueError(f"{naive:%Y-%m-%d} is too far away") from error
    if shown.replace(tzinfo=None) != naive.replace(fold=0):
        raise ValueError(f"{naive:%Y-%m-%d %H:%M} does not exist in {conference.time_zone}")
    return instant


def rfc3339(instant: dt.datetime, conference) -> str:
    """With the conference's offset and a colon in it: 2027-03-05T10:00:00-08:00."""
    return local(instant, conference).isoformat(timespec="seconds")


def clock(instant: dt.datetime, conference) -> str:
    """01:30, or “01:30 PDT” in an hour that the clocks show twice."""
    here = local(instant, conference)
    other = here.replace(fold=1 - here.fold)
    shown = f"{here:%H:%M}"
    return shown if other.utcoffset() == here.utcoffset() else f"{shown} {here.tzname()}"
