"""What a note has beside its words: files, and colleagues who are named in it."""

from collections.abc import Iterable

from django.conf import settings
from django.core.files.base import File
from django.utils import timezone

from scale import email as mail
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..models import Note, NoteFile, NoteMention, colleagues, named_in
from .rules import Refused


def keep_files(note: Note, files: Iterable[tuple[str, File]], by: User) -> None:
    """Put each (name, checked upload) beside the note; the caller holds its conversation."""
    for name, upload in files:
        upload.seek(0)  # the transaction may run a second time
        NoteFile.objects.create(note=note, file=upload, name=name, size=upload.size, by=by)


def tell_named(conference: Conference, note: Note, by: User) -> None:
    """A mail to each colleague whom the note names, once; nobody tells themself."""
    named = named_in(note.text, colleagues(conference))
    for user in named:
        if user.pk == by.pk:
            continue
        _, is_new = NoteMention.objects.get_or_create(note=note, user=user)
        if is_new:
            _mail_named(conference, note, user, by)


def _mail_named(conference: Conference, note: Note, user: User, by: User) -> None:
    mail.send(
        "named in a note",
        user.email,
        to_name=user.name,
        key=f"{note.pk}:{user.pk}",
        subject=f"{by} named you: {note.conversation}",
        template="sponsors/mail/named.txt",
        context={
            "conference": conference,
            "note": note,
            "user": user,
            "by": by,
            "site_url": settings.SITE_URL,
        },
        conference=conference,
    )


def see_mentions(user: User, notes: Iterable[int]) -> None:
    """The person has these notes before them."""
    unseen = NoteMention.objects.unseen(user).filter(note__in=list(notes))
    unseen.update(seen_at=timezone.now())


@retry
def remove_note_file(conference: Conference, file: NoteFile, by: User) -> int:
    """Whoever put it there takes it away; again is harmless."""
    require_open(conference)
    if file.by_id != by.pk:
        raise Refused("Only who attached a file takes it away.")
    if fault := file.note.conversation.why_not(by):
        raise Refused(fault)
    return NoteFile.objects.filter(pk=file.pk).remove()
