"""What the committee wrote to speakers in its own words, and who got it."""

from django.db import models

from scale import codes
from scale.models import Conference, User

from .talk import Speaker, Talk


def new_mail_code():
    return codes.new_code(10)


class SpeakerMailQuerySet(models.QuerySet):
    def about(self, talks):
        """Those of which a copy went out about one of the talks."""
        return self.filter(pk__in=SpeakerMailCopy.objects.filter(talk__in=talks).values("mail"))


class SpeakerMail(models.Model):
    """One text to the speakers of some talks; its code makes that it is sent once."""

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="speaker_mails")
    code = models.CharField(max_length=12, unique=True, default=new_mail_code, editable=False)
    subject = models.CharField(max_length=150)
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = SpeakerMailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.subject


class SpeakerMailCopy(models.Model):
    """One speaker was written to about one talk, in the mail with this key; empty: no address."""

    mail = models.ForeignKey(SpeakerMail, models.CASCADE, related_name="copies")
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="+")
    talk = models.ForeignKey(Talk, models.CASCADE, related_name="+")
    mail_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    class Meta:
        ordering = ["speaker__name", "talk__title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mail", "speaker", "talk"], name="speaker_mailed_once_about_a_talk"
            ),
        ]

    def __str__(self):
        return f"{self.speaker}: {self.mail}"
