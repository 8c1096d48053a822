"""Boxes of cash: opened with a float, counted when they are closed; a closed one takes nothing."""

from decimal import Decimal

import structlog
from django.utils import timezone

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..models import CashDrawer

log = structlog.get_logger()


class DrawerClosed(Exception):
    """The drawer was counted already: nothing goes in or out any more."""

    def __init__(self, drawer: CashDrawer) -> None:
        super().__init__(f"The drawer “{drawer}” is closed. Open another one.")


class NameTaken(Exception):
    """An open drawer has this name already: two with one name cannot be told apart."""


@retry
def open_drawer(
    conference: Conference, *, name: str, volunteer: str, opening_float: Decimal, by: User
) -> CashDrawer:
    return new_drawer(
        conference, name=name, volunteer=volunteer, opening_float=opening_float, by=by
    )


def new_drawer(
    conference: Conference, *, name: str, volunteer: str, opening_float: Decimal, by: User | None
) -> CashDrawer:
    """In the caller's transaction. Without `by` the volunteer opened it at a paired station."""
    locked = Conference.objects.select_for_update().get(pk=conference.pk)
    require_open(locked)
    if CashDrawer.objects.open_in(locked).filter(name=name).exists():
        raise NameTaken(f"There is an open drawer “{name}” already.")
    drawer = CashDrawer.objects.create(
        conference=locked, name=name, volunteer=volunteer, opening_float=opening_float, opened_by=by
    )
    log.info("drawer_opened", drawer=drawer.pk, by=by and by.pk)
    return drawer


@retry
def close_drawer(drawer: CashDrawer, *, closing_count: Decimal, note: str, by: User) -> CashDrawer:
    """Keep what was counted. Whoever is selling from it now is first, or is told."""
    locked = hold_open(drawer)
    require_open(locked.conference)
    locked.closing_count, locked.note = closing_count, note
    locked.closed_at, locked.closed_by = timezone.now(), by
    locked.save(update_fields=["closing_count", "note", "closed_at", "closed_by"])
    log.info("drawer_closed", drawer=locked.pk, by=by.pk, difference=str(locked.difference()))
    return locked


def hold_open(drawer: CashDrawer) -> CashDrawer:
    """Lock it until the running transaction ends, or raise DrawerClosed.

    Whoever writes a payment or a refund of a drawer calls this, after the lock of the order.
    """
    locked = CashDrawer.objects.select_for_update().get(pk=drawer.pk)
    if locked.closed_at:
        raise DrawerClosed(locked)
    return locked
