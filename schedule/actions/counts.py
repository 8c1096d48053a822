"""Head counts come from phones in the rooms, without an account."""

import datetime as dt

from django.utils import timezone

from scale.db import retry
from scale.editions import require_open

from ..errors import Refused
from ..models import HeadCount, Room, Slot

EARLY = dt.timedelta(minutes=30)


@retry
def count_heads(
    room: Room, slot: Slot, people: int, *, expected: int | None, present: int | None, by: str = ""
) -> HeadCount:
    """Note how many people sit there; every count is kept, the last of a slot counts.

    `expected` and `present` are what the projection said and how many are in the house.
    Raises Refused before the slot is about to begin.
    """
    require_open(room.conference)
    now = timezone.now()
    if now < slot.starts_at - EARLY:
        raise Refused("That has not begun yet.")
    return HeadCount.objects.create(
        conference=room.conference,
        slot_uuid=slot.uuid,
        talk=slot.talk,
        room=room,
        people=people,
        expected=expected,
        present=present,
        counted_at=now,
        by=by,
    )
