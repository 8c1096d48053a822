"""What every verb here shares: how a rule refuses, and how a row gets new values."""

import datetime as dt
from typing import Any, TypeVar

from django.db import models

from scale.editions import require_open

from ..models import Organization, Sponsorship

R = TypeVar("R", bound=models.Model)
# The same thing from the same person within this time was sent twice, not said twice.
REPLAY = dt.timedelta(minutes=1)


class Refused(Exception):
    """A rule stands against it; the text says which, `field` names what to change in a form."""

    def __init__(self, says: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(says)


class SoldOut(Refused):
    """Every place of the package is signed for."""


def rewrite(row: R | None, facts: dict[str, Any]) -> R:
    """These values for a locked row; None is one that was deleted meanwhile."""
    if row is None:
        raise Refused("This was deleted meanwhile.")
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))
    return row


def locked_organization(pk: int) -> Organization:
    """The organization, held like a deal; where it was joined with another one, that one."""
    row = Organization.objects.lock(pk)
    if row is None:
        raise Refused("This organization was deleted meanwhile.")
    return row


def locked(pk: int) -> Sponsorship:
    """The deal, held until the end of the transaction, of an edition that is open."""
    deal = Sponsorship.objects.select_for_update().get(pk=pk)
    require_open(deal.conference)
    return deal
