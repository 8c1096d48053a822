"""Slides and other files of a talk; they leave only through views that check who asks."""

import secrets

from django.db import models, transaction

from scale.models import User

from .talk import Talk


def private_path(talk_file, name):
    """Where it is kept tells nothing of what it is."""
    return f"talk-files/{secrets.token_hex(16)}"


class TalkFileQuerySet(models.QuerySet):
    def remove(self):
        """The rows now, the files themselves when that is certain."""
        names = dict(self.values_list("pk", "file"))
        storage = TalkFile._meta.get_field("file").storage
        TalkFile.objects.filter(pk__in=list(names)).delete()

        def forget():
            for name in names.values():
                storage.delete(name)

        transaction.on_commit(forget)
        return len(names)


class TalkFile(models.Model):
    MOST = 10  # a talk

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="files")
    file = models.FileField(upload_to=private_path)
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    is_slides = models.BooleanField("these are the slides", default=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = TalkFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name
