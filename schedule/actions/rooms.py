"""Rooms and their maps."""

from typing import Literal

from django.core.files.base import ContentFile
from django.db import transaction

from ..models import Room


@transaction.atomic
def save_room(room: Room, map: ContentFile | Literal[False] | None = None) -> None:
    """`map` is a clean picture, False to take the old one away, None to leave it."""
    old = Room.objects.select_for_update().get(pk=room.pk).map.name if room.pk else ""
    if map is not None:
        room.map = map or ""
    room.save()
    # The room of the next edition began with the same picture.
    if map is not None and old and not Room.objects.filter(map=old).exists():
        storage = room.map.storage
        transaction.on_commit(lambda: storage.delete(old))
