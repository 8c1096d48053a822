"""Files that belong to a note: contracts that came by mail, floor plans, photos of a whiteboard."""

import secrets

from django.db import models, transaction

from scale.models import User

from .conversations import Note


def kept_at(note_file, name):
    """Where it is kept tells nothing of what it is."""
    return f"note-files/{secrets.token_hex(16)}"


class NoteFileQuerySet(models.QuerySet):
    def remove(self):
        """The rows now, the files themselves when that is certain."""
        names = dict(self.values_list("pk", "file"))
        storage = NoteFile._meta.get_field("file").storage
        NoteFile.objects.filter(pk__in=list(names)).delete()

        def forget():
            for name in names.values():
                storage.delete(name)

        transaction.on_commit(forget)
        return len(names)


class NoteFile(models.Model):
    MOST = 10  # a note

    note = models.ForeignKey(Note, models.CASCADE, related_name="files")
    file = models.FileField(upload_to=kept_at)
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = NoteFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name
