"""Stars on talks: what people want to see."""

import secrets

from django.db import models
from django.db.models import Q

from cfp.models import Talk
from scale import codes
from scale.models import Conference, User


def new_nonce():
    return secrets.token_hex(16)


class FavouriteList(models.Model):
    """One visitor's own schedule of an edition: of an account, or of a browser without one.

    A browser is known by the SHA-256 of a random key that it keeps; nobody else knows whose it is.
    """

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="favourite_lists")
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="favourite_lists"
    )
    browser = models.CharField(max_length=64, null=True, blank=True)
    # The link of the private calendar: a new nonce makes every earlier one dead.
    code = models.CharField(max_length=12, unique=True, default=codes.new_code)
    nonce = models.CharField(max_length=32, default=new_nonce)
    made_at = models.DateTimeField(auto_now_add=True)

    MOST = 400  # talks on one list

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conference", "user"], name="one_list_a_user"),
            models.UniqueConstraint(fields=["conference", "browser"], name="one_list_a_browser"),
            models.CheckConstraint(
                condition=Q(user=None, browser__isnull=False) | Q(user__isnull=False, browser=None),
                name="list_has_one_owner",
            ),
        ]

    def __str__(self):
        return f"Own schedule {self.code}"

    @property
    def secret(self):
        return codes.secret("favourites", self.nonce)

    def opens_with(self, secret):
        return codes.secret_matches("favourites", self.nonce, secret)


class FavouriteQuerySet(models.QuerySet):
    def counts(self, conference):
        """{talk id: how many have starred it}; talks that nobody starred are missing."""
        rows = self.filter(list__conference=conference).order_by().values_list("talk")
        return dict(rows.annotate(models.Count("pk")))


class Favourite(models.Model):
    """A star on a talk. Nothing public shows it, so it makes no page old."""

    list = models.ForeignKey(FavouriteList, models.CASCADE, related_name="favourites")
    talk = models.ForeignKey(Talk, models.CASCADE, related_name="favourites")

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "talk"], name="favourite_once"),
        ]

    def __str__(self):
        return f"★ {self.talk_id}"
