"""A sponsor's own page for one deal, behind a secret link."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse

from registration.models.tickets import verified_addresses
from scale import codes
from scale.models import User

from .deals import Sponsorship


def new_portal_code():
    return codes.new_code(10)


def new_nonce():
    return secrets.token_hex(16)


class PortalQuerySet(models.QuerySet):
    def live(self):
        return self.filter(revoked_at=None)

    def open_to(self, user):
        """Of organizations of which the user is a contact, by a proven address."""
        mine = Q(deal__organization__contacts__email__in=verified_addresses(user))
        rows = self.live().filter(mine | Q(deal__organization__contacts__user=user)).distinct()
        return rows.select_related("deal__organization", "deal__conference", "deal__package")


class Portal(models.Model):
    """The link is derived from `nonce`; a new one makes every earlier link dead."""

    deal = models.OneToOneField(Sponsorship, models.CASCADE, related_name="portal")
    code = models.CharField(max_length=16, unique=True, default=new_portal_code, editable=False)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PortalQuerySet.as_manager()

    def __str__(self):
        return f"Page of {self.deal}"

    def get_absolute_url(self):
        return self.url("portal")

    @property
    def secret(self):
        return codes.secret("portal", self.nonce)

    def url(self, name, *args):
        start = [self.deal.conference.slug, self.code, self.secret]
        return reverse(f"sponsors:{name}", args=[*start, *args])
