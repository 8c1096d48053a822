"""Places: taken and given back by one conditional UPDATE for each quota.

Locks are taken in this order: orders, quotas by pk, promo codes by pk, the Conference,
allowances of free tickets by pk.
Rows are inserted after that, because an inserted order holds its Conference shared.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least
from django.utils import timezone

from scale.db import retry
from scale.models import Conference

from ..models import (
    FEW_LEFT,
    AddOn,
    Order,
    OrderLine,
    PromoCode,
    Quota,
    Ticket,
    TicketType,
    WaitlistEntry,
)
from ..models.orders import OrderLineQuerySet, OrderQuerySet
from .allowances import AllowanceUsedUp, count, count_back
from .offers import make_offer, next_in_line, waited_for

log = structlog.get_logger()
BATCH = 200
CLOSED = ("soon", "closed")
# What is done about places once they are free for good: `seats` serves tickets that wait.
WHEN_FREE: list[Callable[[list[int]], None]] = []


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


def places_of(things: Iterable[TicketType | AddOn]) -> Counter[int]:
    """Quota pk → how many places these things take."""
    return Counter(quota.pk for thing in things for quota in thing.quotas.all())


def take(
    conference: Conference,
    wanted: Counter[int],
    *,
    uses: Counter[int] | None = None,
    free_lapsed: bool = True,
) -> None:
    """Take places (quota pk → how many) and uses of codes (promo code pk → how many).

    All of them in the running transaction, or SoldOut or UsedUp. `free_lapsed` also
    gives back what reservations that ran out still hold of them.
    """
    places, codes = Counter(wanted), Counter(uses or {})
    run_out = _lock_run_out(_holders(wanted, codes)) if free_lapsed else []
    if run_out:
        lines = OrderLine.objects.filter(order__in=run_out)
        freed = lines.places()
        codes.subtract(lines.uses())
        if waited_for(freed) or Quota.objects.filter(pk__in=list(freed), over__gt=0).exists():
            lock_quotas({*wanted, *freed})
            give_back(conference, freed)  # to who waits; what they leave is for the taker
        else:
            places.subtract(freed)
    settle(conference, places, codes)
    if run_out:
        _expire(run_out)


def lock_quotas(quota_ids: Iterable[int]) -> None:
    """In pk order, for who changes them more than once or joins who waits for them."""
    list(Quota.objects.filter(pk__in=list(quota_ids)).select_for_update().order_by("pk"))


def _holders(quotas: Iterable[int], codes: Iterable[int] = ()) -> OrderQuerySet:
    """Orders with something that takes from one of these quotas or codes."""
    some = Q(ticket_type__quotas__in=list(quotas)) | Q(add_on__quotas__in=list(quotas))
    if codes:
        some |= Q(promo_code__in=list(codes))
    return Order.objects.filter(pk__in=OrderLine.objects.filter(some).values("order"))


def give_back(
    conference: Conference, places: Counter[int], uses: Counter[int] | None = None
) -> None:
    """Give places and uses of codes back in the running transaction."""
    back, codes = Counter[int](), Counter[int]()
    back.subtract(places)
    codes.subtract(uses or {})
    settle(conference, back, codes)


def settle(conference: Conference, change: Counter[int], uses: Counter[int] | None = None) -> None:
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
    freed = [quota_id for quota_id, n in change.items() if n < 0]
    served = _serve(freed) if freed else []
    _tell_free(freed)
    for promo_id, n in sorted((uses or {}).items()):
        if n > 0:
            _use(promo_id, n)
        elif n < 0:
            PromoCode.objects.filter(pk=promo_id, uses__gte=-n).update(uses=F("uses") + n)
    if words_changed or served:
        Conference.objects.touch([conference.pk])
    _count_passes(uses or Counter())
    for entry, ticket_type in served:
        make_offer(entry, ticket_type, timezone.now())


def _count_passes(uses: Counter[int]) -> None:
    """A use of a code of somebody's allowance is one of the free tickets that they give."""
    used = {pk: n for pk, n in uses.items() if n}
    if not used:
        return
    codes = PromoCode.objects.filter(pk__in=used, allowance__isnull=False)
    for promo in codes.select_related("allowance").order_by("allowance", "pk"):
        n, allowance = used[promo.pk], promo.allowance_id or 0
        try:
            count(allowance, n) if n > 0 else count_back([allowance] * -n)
        except AllowanceUsedUp as error:
            raise UsedUp(promo, promo.left() or 0) from error


def offer_free(conference: Conference, quota_ids: Iterable[int]) -> int:
    """Offer what is free to those who wait for it, in the running transaction; how many got one.

    For places that come about otherwise than by `give_back`: a quota made larger,
    someone joining the list. The lock makes who frees a place meanwhile see us.
    """
    lock_quotas(quota_ids)
    served = _serve(quota_ids)
    _tell_free(list(quota_ids))
    if served:
        Conference.objects.touch([conference.pk])
    for entry, ticket_type in served:
        make_offer(entry, ticket_type, timezone.now())
    return len(served)


def _tell_free(quota_ids: list[int]) -> None:
    for act in WHEN_FREE if quota_ids else ():
        transaction.on_commit(partial(act, quota_ids), robust=True)


def _serve(quota_ids: Iterable[int]) -> list[tuple[WaitlistEntry, TicketType]]:
    """Take what is free in these quotas for those who wait, longest first.

    Only the conditional UPDATE says what is free: who frees a place of another
    quota of the same type holds that quota's lock, so one of the two sees both.
    """
    now = timezone.now()
    types = {one.pk: one for one in waited_for(quota_ids) if one.state(now) not in CLOSED}
    served = []
    while entry := next_in_line(list(types.values())):
        ticket_type = types[entry.ticket_type_id or 0]
        if _take_one(ticket_type):
            entry.status = WaitlistEntry.Status.OFFERED
            entry.save(update_fields=["status"])
            served.append((entry, ticket_type))
        else:
            del types[ticket_type.pk]
    return served


def _take_one(ticket_type: TicketType) -> bool:
    """One place in every quota of the type, or none."""
    had: list[int] = []
    for quota_id in sorted(quota.pk for quota in ticket_type.quotas.all()):
        try:
            _take(quota_id, 1)
        except SoldOut:
            for taken in had:
                _give(taken, 1)
            return False
        had.append(quota_id)
    return True


def _use(promo_id: int, n: int) -> None:
    uses = F("uses") + n
    one = PromoCode.objects.filter(pk=promo_id)
    if not one.filter(Q(max_uses=None) | Q(max_uses__gte=uses)).update(uses=uses):
        promo = one.get()
        raise UsedUp(promo, promo.left() or 0)


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
    # What was sold beyond what there is goes as it comes back, and is never free.
    gone = Least(F("over"), n)
    if not enough.update(taken=taken, size=F("size") - gone, over=F("over") - gone):
        log.error("quota_gave_back_too_much", quota=quota_id, places=n)
        quota.update(taken=0)
    return True


def leave_to_waiting(extras: Iterable[AddOn], ticket: Ticket | None = None) -> None:
    """Raise SoldOut where tickets wait for one of the extras: what is free of it is theirs.

    The caller has taken its places in this transaction. Whoever joins the list locks them
    before, so either the caller sees them wait, or they came too late. What has no quota (any
    more) is never scarce, so whoever waited for it once holds nobody up.
    """
    tutorials = (one for one in extras if one.kind == AddOn.Kind.TUTORIAL)
    wanted = {one.pk: quotas[0] for one in tutorials if (quotas := list(one.quotas.all()))}
    if not wanted:
        return
    waiting = WaitlistEntry.objects.filter(
        add_on__in=list(wanted), status=WaitlistEntry.Status.WAITING
    )
    # An offer to the ticket itself is no longer waiting.
    first = waiting.exclude(ticket=ticket).values_list("add_on", flat=True).first()
    if first is not None:
        raise SoldOut(wanted[first].pk, 0)


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
    shared = lines.sharing().filter(ticket_type__quotas=quota).count()
    return (
        lines.filter(ticket_type__quotas=quota).count()
        + lines.filter(add_on__quotas=quota).count()
        + given
        - shared
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
    """Mark locked orders as run out; what they held is given back already."""
    Order.objects.filter(pk__in=orders).update(status=Order.Status.EXPIRED)
    offered = WaitlistEntry.objects.filter(status=WaitlistEntry.Status.OFFERED)
    offered.filter(order__in=orders).update(status=WaitlistEntry.Status.LAPSED)
    OrderLine.objects.filter(order__in=orders).update(status=OrderLine.Status.LAPSED)


def _free(conference: Conference, orders: OrderQuerySet) -> None:
    if run_out := _lock_run_out(orders):
        lines = OrderLine.objects.filter(order__in=run_out)
        give_back(conference, lines.places(), lines.uses())
        _expire(run_out)


def expire_upgrades(ticket: Ticket) -> None:
    """Let go of upgrades of the ticket that ran out; the caller holds the lock of its order."""
    _free(ticket.conference, Order.objects.filter(upgrades=ticket))


def lapse(conference: Conference, lines: OrderLineQuerySet) -> None:
    """Unpaid lines of a locked order hold nothing any more: places and uses are free."""
    give_back(conference, lines.places(), lines.uses())
    lines.update(status=OrderLine.Status.LAPSED)


def expire_orders() -> None:
    """Free whatever has run out, everywhere. Nothing depends on when this runs."""
    editions = Order.objects.expired(timezone.now()).values_list("conference", flat=True)
    for conference_id in sorted(set(editions.order_by())):
        expire_orders_of(conference_id)


def expire_orders_of(conference_id: int) -> None:
    while _expire_some(conference_id):
        pass


@retry
def free_places(quota_ids: Iterable[int]) -> None:
    """Free what has run out in these quotas and offer it to who waits, whatever the caller does.

    Who is told “sold out” rolls back what it did itself.
    """
    conference = Conference.objects.filter(quotas__in=list(quota_ids)).first()
    if conference:
        _free(conference, _holders(quota_ids))


@retry
def _expire_some(conference_id: int) -> bool:
    conference = Conference.objects.get(pk=conference_id)
    orders = Order.objects.filter(conference=conference)
    _free(conference, orders)
    return orders.expired(timezone.now()).exists()
