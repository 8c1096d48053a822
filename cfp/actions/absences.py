"""When speakers cannot be there."""

import datetime as dt
from collections.abc import Sequence

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..errors import NotEditable
from ..models import Speaker, SpeakerAvailability


@retry
def set_absences(
    user: User, conference: Conference, spans: Sequence[tuple[dt.datetime, dt.datetime]]
) -> None:
    """These and no others; the profile's lock lets the last of two windows win as a whole."""
    require_open(conference)
    speaker = Speaker.objects.select_for_update().filter(user=user).first()
    if speaker is None:
        raise NotEditable("You have no speaker profile yet.")
    rows = speaker.absences.filter(conference=conference)
    if set(rows.values_list("starts_at", "ends_at")) == set(spans):
        return
    rows.delete()
    SpeakerAvailability.objects.bulk_create(
        SpeakerAvailability(speaker=speaker, conference=conference, starts_at=start, ends_at=end)
        for start, end in sorted(set(spans))
    )
