"""Where a talk stands in public: in words for the mails of the floor below, and whether it may."""

from cfp.errors import Refused
from cfp.models import Talk
from scale.models import Conference
from scale.time import local

from .conflicts import touching
from .facts import Facts
from .models import Slot
from .plans import hard_conflicts_of, overlay


def of(talk: Talk) -> list[str]:
    slots = Slot.objects.filter(talk=talk).select_related("room").order_by("starts_at", "pk")
    return [f"{slot.where}, {local(slot.starts_at, talk.conference):%A %H:%M}" for slot in slots]


def require_free(talk: Talk) -> None:
    """Raises Refused where a room or a speaker of the talk is needed twice. Locks the edition."""
    theirs = set(Slot.objects.filter(talk=talk).values_list("uuid", flat=True))
    if not theirs:
        return
    # As publishing does, so that nobody fills the place at the same time.
    conference = Conference.objects.select_for_update().get(pk=talk.conference_id)
    lines = overlay(Slot.objects.filter(conference=conference), [])
    for conflict in touching(hard_conflicts_of(Facts(conference), lines, {}), theirs):
        raise Refused(f"{conflict.title}: {conflict.says} Free its place on the schedule first.")
