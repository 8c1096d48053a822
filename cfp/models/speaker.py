"""A person's public profile."""

from allauth.account.models import EmailAddress
from django.db import models

from scale import codes, text
from scale.models import PublicFact, User


def verified_addresses(user):
    """The addresses that are proven to be the user's."""
    return EmailAddress.objects.filter(user=user, verified=True).values("email")


def new_speaker_code():
    return codes.new_code(6)


class SpeakerQuerySet(models.QuerySet):
    def claimable_by(self, user):
        """Profiles that nobody has claimed, under an address that is proven to be the user's."""
        return self.filter(user=None, email__in=verified_addresses(user))

    def known_as(self, code):
        """By its code, or by that of a profile that is part of it now."""
        return self.filter(code=code).first() or self.filter(aliases__code=code).first()

    def at(self, email):
        """The profile of who is proven to have this address, else the one kept under it."""
        proven = EmailAddress.objects.filter(email=email, verified=True).values("user")
        return self.filter(user__in=proven).first() or self.filter(email=email).first()


class Speaker(PublicFact):
    """A person's public profile, once for all editions; `user` is empty until claimed.

    `email` is how staff reach them before that; it is never shown in public.
    """

    code = models.CharField(max_length=12, unique=True, default=new_speaker_code, editable=False)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="speaker"
    )
    email = models.EmailField("e-mail", max_length=190, null=True, blank=True, unique=True)
    name = models.CharField(max_length=200)
    pronouns = models.CharField(max_length=40, blank=True)
    organization = models.CharField(max_length=160, blank=True)
    biography = models.TextField(blank=True, help_text="Markdown.")
    website = models.URLField(blank=True)
    photo = models.ImageField(upload_to="speakers/", blank=True)

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def clean(self):
        self.email = text.canonical_email(self.email) if self.email else None

    def save(self, *args, **kwargs):
        self.email = text.canonical_email(self.email) if self.email else None
        super().save(*args, **kwargs)

    def shown_in(self):
        links = self.talk_speakers.select_related("talk")
        return list({link.talk.conference_id for link in links if link.talk.is_public})

    @property
    def address(self):
        """Where mail to the speaker goes; empty when nobody knows."""
        return self.user.email if self.user else self.email or ""

    @property
    def named_code(self):
        """The last part of the speaker's address: the code, and words for people."""
        return f"{self.code}-{text.slug(self.name)}".rstrip("-")


class SpeakerAlias(models.Model):
    """The code of a profile that went into another one of the same person: old links lead on."""

    code = models.CharField(max_length=12, unique=True, editable=False)
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="aliases")

    class Meta:
        verbose_name_plural = "speaker aliases"

    def __str__(self):
        return self.code
