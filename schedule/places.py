"""Where a talk stands in public, in words, for mails that the floor below writes."""

from cfp.models import Talk
from scale.time import local

from .models import Slot


def of(talk: Talk) -> list[str]:
    slots = Slot.objects.filter(talk=talk).select_related("room").order_by("starts_at", "pk")
    return [f"{slot.where}, {local(slot.starts_at, talk.conference):%A %H:%M}" for slot in slots]
