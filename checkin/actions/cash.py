"""The cash that a desk holds: its drawer, and what is taken into it without an account."""

from dataclasses import dataclass
from decimal import Decimal

from registration import actions as registration
from registration.models import CashDrawer, Order, Payment
from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, Conference, User

from ..models import Station


@dataclass(frozen=True)
class Sitting:
    """A volunteer at a desk; as a text it is what is kept with whatever they do."""

    station: Station
    volunteer: str
    printer: Station | None = None

    def __str__(self) -> str:
        return f"{self.station}, {self.volunteer}"


class CannotHold(Exception):
    """Why a station does not get a drawer; its text is for people."""


@retry
def open_station_drawer(sitting: Sitting, *, opening_float: Decimal) -> CashDrawer:
    """The volunteer opens one named after the desk; a second click finds the first one's."""
    locked = _lock(sitting.station)
    if open_now := locked.open_drawer:
        return open_now
    drawer = registration.new_drawer(
        locked.conference,
        name=locked.name[:40],
        volunteer=sitting.volunteer,
        opening_float=opening_float,
        by=None,
    )
    _put(locked, drawer)
    AuditEntry.objects.tell(drawer, "opened at the desk", why=str(sitting), by=None)
    return drawer


@retry
def give_drawer(station: Station, drawer: CashDrawer | None, *, by: User) -> Station:
    """Staff say which open drawer a desk sells from; None takes it away. Counting is theirs."""
    locked = _lock(station)
    if drawer is not None:
        if locked.kind != Station.Kind.DESK:
            raise CannotHold("Only a station of the kind “desk” takes cash.")
        held = registration.hold_open(drawer)
        if held.conference_id != locked.conference_id:
            raise CannotHold("The drawer is another edition's.")
        if Station.objects.filter(drawer=held).exclude(pk=locked.pk).exists():
            raise CannotHold("Another desk sells from this drawer.")
    _put(locked, drawer)
    AuditEntry.objects.tell(locked, "cash drawer", why=str(drawer or "none"), by=by)
    return locked


def _lock(station: Station) -> Station:
    """The edition first: all who open, give or take a drawer pass its lock."""
    Conference.objects.select_for_update().get(pk=station.conference_id)
    require_open(station.conference)
    locked = Station.objects.select_for_update().get(pk=station.pk)
    locked.conference = station.conference
    return locked


def _put(station: Station, drawer: CashDrawer | None) -> None:
    station.drawer = drawer
    station.save(update_fields=["drawer"])


def take_cash(order: Order, sitting: Sitting, *, seen: str, token: str, given: Decimal) -> Payment:
    """Banknotes for an order, into the desk's drawer. The same form again changes nothing."""
    drawer = drawer_of(sitting.station)
    if drawer is None:
        raise CannotHold("Open the cash drawer first.")
    return registration.take_money(
        order,
        provider="cash",
        drawer=drawer,
        by=None,
        token=token,
        seen=seen,
        note=f"{sitting}, given {given}"[:120],
    )


def drawer_of(station: Station) -> CashDrawer | None:
    """The open drawer of a desk as it is now."""
    return CashDrawer.objects.filter(station=station, closed_at=None).first()
