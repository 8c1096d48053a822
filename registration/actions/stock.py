"""Places: taken and given back by one conditional UPDATE for each quota.

Locks are taken in this order: orders, quotas by pk, the Conference, promo codes.
Rows are inserted after that, because an inserted order holds its Conference shared.
"""

from collections import Counter
from collections.abc import Iterable

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from scale.db import retry
from scale.models import Conference

from ..models import FEW_LEFT, Order, OrderLine, PromoCode, Quota, Ticket
from ..models.orders import OrderLineQuerySet, OrderQuerySet

log = structlog.get_logger()
BATCH = 200


class SoldOut(Exception):
    """A quota has fewer places left than were asked for."""

    def __init__(self, quota_id: int, left: int) -> None:
        self.quota_id, self.left = quota_id, left
        super().__init__(f"{left} left")


class UsedUp(Exception):
    """A promo code is good for fewer tickets than asked for."""

    def __init__(self, promo: PromoCode, left: int) -> None:
        self.promo, self.left = promo, left
        super().__init__(f"The code {promo.code} is good for {left} more.")


def take_uses(promo: PromoCode, n: int) -> None:
    """Count `n` tickets on a code, or raise UsedUp; after the quotas, in the same transaction."""
    uses = F("uses") + n
    one = PromoCode.objects.filter(pk=promo.pk)
    if not one.filter(Q(max_uses=None) | Q(max_uses__gte=uses)).update(uses=uses):
        now = one.get()
        raise UsedUp(promo, max(0, (now.max_uses or 0) - now.uses))


def give_uses(uses: Counter[int]) -> None:
    """Give uses of codes back (promo code pk → how many)."""
    for pk, n in sorted(uses.items()):
        PromoCode.objects.filter(pk=pk, uses__gte=n).update(uses=F("uses") - n)


def take(conference: Conference, wanted: Counter[int], *, free_lapsed: bool = True) -> None:
    """Take places (quota pk → how many) in the running transaction; all of them, or SoldOut.

    `free_lapsed` first gives back what reservations that ran out still hold.
    """
    change = Counter(wanted)
    run_out = _lock_run_out(_holders(wanted)) if free_lapsed else []
    if run_out:
        change.subtract(OrderLine.objects.filter(order__in=run_out).places())
    settle(conference, change)
    if run_out:
        _expire(run_out)


def _holders(quotas: Iterable[int]) -> OrderQuerySet:
    """Orders with something that takes from one of these quotas."""
    lines = OrderLine.objects.filter(
        Q(ticket_type__quotas__in=list(quotas)) | Q(add_on__quotas__in=list(quotas))
    )
    return Order.objects.filter(pk__in=lines.values("order"))


def give_back(conference: Conference, places: Counter[int]) -> None:
    """Give places back (quota pk → how many) in the running transaction."""
    settle(conference, Counter({quota: -n for quota, n in places.items()}))


def settle(conference: Conference, change: Counter[int]) -> None:
    """Take and give back at once, in pk order so that no two sales wait for each other.

    Pages say how many are left only when few are, so only then are they made new:
    the Conference is one row that every sale would have to queue for.
    """
    words_changed = False
    for quota_id, n in sorted(change.items()):
        if n > 0:
            words_changed |= _take(quota_id, n)
        elif n < 0:
            words_changed |= _give(quota_id, -n)
    if words_changed:
        Conference.objects.touch([conference.pk])


def _take(quota_id: int, n: int) -> bool:
    """Whether pages now say something else."""
    quota = Quota.objects.filter(pk=quota_id)
    taken = F("taken") + n
    if quota.filter(size__gt=taken + FEW_LEFT).update(taken=taken):
        return False
    if quota.filter(size__gte=taken).update(taken=taken):
        return True
    raise SoldOut(quota_id, max(0, quota.get().left))


def _give(quota_id: int, n: int) -> bool:
    """Whether pages now say something else."""
    quota = Quota.objects.filter(pk=quota_id)
    enough, taken = quota.filter(taken__gte=n), F("taken") - n
    if enough.filter(size__gt=F("taken") + FEW_LEFT).update(taken=taken):
        return False
    if not enough.update(taken=taken):
        log.error("quota_gave_back_too_much", quota=quota_id, places=n)
        quota.update(taken=0)
    return True


@transaction.atomic
def count_again(conference: Conference, quota_ids: Iterable[int]) -> None:
    """After a type began or ceased to take from quotas: count who holds their places.

    Raises SoldOut when more are held than fit.
    """
    locked = Quota.objects.filter(pk__in=list(quota_ids)).select_for_update().order_by("pk")
    for quota in list(locked):
        held = held_places(quota)
        if held > quota.size:
            raise SoldOut(quota.pk, quota.size)
        Quota.objects.filter(pk=quota.pk).update(taken=held)
    Conference.objects.touch([conference.pk])


def held_places(quota: Quota) -> int:
    """Who really holds places of the quota: lines of orders, and tickets given without one."""
    lines = OrderLine.objects.holding()
    given = Ticket.objects.given().filter(ticket_type__quotas=quota).count()
    return (
        lines.filter(ticket_type__quotas=quota).count()
        + lines.filter(add_on__quotas=quota).count()
        + given
    )


def _lock_run_out(orders: OrderQuerySet) -> list[int]:
    """Lock those that ran out, in pk order; their pks, for the caller to give back and expire."""
    now = timezone.now()
    found = list(orders.expired(now).order_by("pk").distinct().values_list("pk", flat=True)[:BATCH])
    if not found:
        return []
    # By pk alone: what is searched by time as well is locked by way of the index of times,
    # the other way round than by those who change a time.
    rows = Order.objects.filter(pk__in=found).select_for_update().order_by("pk")
    return [order.pk for order in rows if order.status == "pending" and order.has_run_out(now)]


def _expire(orders: list[int]) -> None:
    """Mark locked orders as run out; their places are given back already."""
    Order.objects.filter(pk__in=orders).update(status=Order.Status.EXPIRED)
    lapse(OrderLine.objects.filter(order__in=orders))


def lapse(lines: OrderLineQuerySet) -> None:
    """Unpaid lines hold nothing any more; the caller has given their places back.

    Codes come after quotas: give the places back first.
    """
    uses = lines.uses()
    lines.update(status=OrderLine.Status.LAPSED)
    give_uses(uses)


def expire_orders() -> None:
    """Free whatever has run out, everywhere. Nothing depends on when this runs."""
    editions = Order.objects.expired(timezone.now()).values_list("conference", flat=True)
    for conference_id in sorted(set(editions.order_by())):
        while _expire_some(conference_id):
            pass


@retry
def _expire_some(conference_id: int) -> bool:
    conference = Conference.objects.get(pk=conference_id)
    orders = Order.objects.filter(conference=conference)
    if run_out := _lock_run_out(orders):
        give_back(conference, OrderLine.objects.filter(order__in=run_out).places())
        _expire(run_out)
    return orders.expired(timezone.now()).exists()
