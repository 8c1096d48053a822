"""Slides and other files of a talk."""

from django.core.files.base import File

from scale.db import retry
from scale.editions import require_open
from scale.models import User

from ..errors import NotEditable, TooManyFiles
from ..models import Calls, Talk, TalkFile
from ..standing import may_add_files


@retry
def add_file(talk: Talk, upload: File, name: str, *, by: User, is_slides: bool = False) -> TalkFile:
    """The talk's lock keeps two uploads from both being the last that fits."""
    locked = _own(talk, by)
    if locked.files.count() >= TalkFile.MOST:
        raise TooManyFiles(f"A talk can have {TalkFile.MOST} files. Take one away first.")
    return TalkFile.objects.create(
        talk=locked, file=upload, name=name, size=upload.size or 0, is_slides=is_slides, by=by
    )


@retry
def remove_file(talk: Talk, pk: int, *, by: User) -> None:
    _own(talk, by).files.filter(pk=pk).remove()


def _own(talk: Talk, user: User) -> Talk:
    locked = Talk.objects.select_for_update().get(pk=talk.pk)
    require_open(locked.conference)
    if not Talk.objects.of(user).filter(pk=talk.pk).exists():
        raise NotEditable("This talk is not yours any more.")
    if not may_add_files(locked, Calls(locked.conference)):
        raise NotEditable("The files of this talk cannot be changed now.")
    return locked
