"""Keys for programs that read the API."""

import datetime as dt
import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone

from scale import codes
from scale.models import User


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self):
        return self.filter(revoked_at=None, user__is_active=True)

    def given(self, secret: str) -> "ApiToken | None":
        """The living token that this text is."""
        rows = self.live().select_related("user")
        return rows.filter(digest=codes.digest(secret)).first()


class ApiToken(models.Model):
    """Lets a program read as its owner does; the text itself is shown once and not kept."""

    class Scope(models.TextChoices):
        PUBLIC = "public", "what the public reads, also before an edition is public"
        COMMITTEE = "committee", "submissions and reviews too, as far as I see them"

    PREFIX = "scale_"

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    label = models.CharField("what it is for", max_length=80)
    scope = models.CharField("what it reads", max_length=9, choices=Scope, default=Scope.PUBLIC)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    used_on = models.DateField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope__in=["public", "committee"]), name="api_token_scope_known"
            ),
        ]

    def __str__(self):
        return self.label

    @classmethod
    def make(cls, user: User, label: str, scope: str) -> tuple["ApiToken", str]:
        """The row, and the text that opens the API: the only time that anyone sees it."""
        secret = cls.PREFIX + secrets.token_urlsafe(32)
        row = cls.objects.create(user=user, label=label, scope=scope, digest=codes.digest(secret))
        return row, secret

    def revoke(self) -> None:
        """For good, at once."""
        rows = ApiToken.objects.filter(pk=self.pk, revoked_at=None)
        rows.update(revoked_at=timezone.now())

    def note_use(self, today: dt.date) -> None:
        """One write a day tells whether anything still uses it."""
        if self.used_on != today:
            ApiToken.objects.filter(pk=self.pk).update(used_on=today)
