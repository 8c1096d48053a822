"""What no schedule may say, told by looking at every pair: none of it is the product's own code."""

import itertools

from cfp.models import Talk, TalkSpeaker
from schedule.models import Room, Slot


def double_booked(conference, placements=None):
    """Pairs that share a room (or a part of one) or a speaker; of the public slots, or of these.

    Cancelled talks are in nobody's way, and one talk may be in two rooms at once.
    """
    if placements is None:
        placements = Slot.objects.filter(conference=conference)
    off = set(Talk.objects.filter(status__in=Talk.OFF_STAGE).values_list("pk", flat=True))
    speakers, spaces = speakers_of_talks(), spaces_of_rooms(conference)
    found = []
    for one, other in itertools.combinations([p for p in placements if p.talk_id not in off], 2):
        if one.ends_at <= other.starts_at or other.ends_at <= one.starts_at:
            continue
        if spaces.get(one.room_id, set()) & spaces.get(other.room_id, set()):
            found.append(("room", one.what, other.what))
        if one.talk_id != other.talk_id and speakers(one.talk_id) & speakers(other.talk_id):
            found.append(("speaker", one.what, other.what))
    return found


def speakers_of_talks():
    links = list(TalkSpeaker.objects.values_list("talk", "speaker"))
    return lambda talk: {speaker for its, speaker in links if its == talk}


def spaces_of_rooms(conference):
    """Room → itself and its parts, two deep: what may not be used twice at a time."""
    parts = set(Room.parts.through.objects.values_list("from_room", "to_room"))
    found = {}
    for pk in Room.objects.filter(conference=conference).values_list("pk", flat=True):
        near = {pk, *(part for whole, part in parts if whole == pk)}
        found[pk] = near | {part for whole, part in parts if whole in near}
    return found


def placed(rows):
    """{slot uuid: placement} of slots or of what a release was rebuilt as."""
    return {getattr(row, "slot_uuid", None) or row.uuid: row.placement() for row in rows}
