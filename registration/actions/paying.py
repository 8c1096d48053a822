"""How a payment begins, and what a provider's notices do. No provider is called in a transaction.

page asked for → the provider's page is open → paid
                                             → under way (days) → paid, or failed
                                             → closed unpaid
"""

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from scale import email, money
from scale.db import retry

from .. import bills, payments
from ..models import Order, Payment, PaymentSession
from ..payments import Away, Declined, GivenBack, Notice, Paid, Provider, Session, Underway, Unpaid
from .money import PaymentRefused, record_payment
from .refunds import record_given_back

log = structlog.get_logger()
PAGE_OPEN = dt.timedelta(minutes=35)  # Stripe wants 30 or more; clocks differ
STILL_USABLE = dt.timedelta(minutes=1)
DEBIT_TAKES = dt.timedelta(days=7)
AFTER_A_FAILURE = dt.timedelta(days=1)
ASKED_FOR = dt.timedelta(days=3)


class NotPayable(Exception):
    """The order cannot be paid in this way now; says why."""


def begin_payment(order: Order, provider: Provider, request: HttpRequest) -> str:
    """The address where the buyer pays; the places are kept as long as that page is open.

    Raises NotPayable, Away or Declined, and the order is as before.
    """
    for last_try in (False, True):
        page, is_new, earlier = _page_for(order.code, provider)
        if earlier:
            give_up(earlier, provider)
        if page.url:
            return page.url
        try:
            opened = provider.begin(page.order, request, key=page.key, closes_at=page.expires_at)
        except Away as error:
            if error.key_is_spent:
                close_page(page)
            raise
        except Declined:
            # A key from an earlier try may be too old by now, or stand for other words.
            close_page(page)
            if is_new or last_try:
                raise
            continue
        return _opened(page, provider, opened)
    raise AssertionError("unreachable")


@retry
def _page_for(code: str, provider: Provider) -> tuple[PaymentSession, bool, PaymentSession | None]:
    """The open page of the order, or a new row for one; whether it is new, in place of which."""
    now = timezone.now()
    order = Order.objects.lock(code)
    if order is None or order.status != Order.Status.PENDING or order.has_run_out(now):
        raise NotPayable("This order cannot be paid any more.")
    if order.is_cart:
        raise NotPayable("Please say first who the tickets are for.")
    if order.conference.is_closed:
        raise NotPayable("The conference is over; nothing is sold any more.")
    order = Order.objects.select_related("conference").prefetch_related("lines").get(pk=order.pk)
    total = order.total()
    if total <= money.ZERO:
        raise NotPayable("There is nothing to pay.")
    earlier = order.payment_sessions.open().filter(provider=provider.name).first()
    if earlier and earlier.still_asks_for(total, order.currency, now + STILL_USABLE):
        earlier.order = order
        return earlier, False, None
    if earlier:
        close_page(earlier)
    page = PaymentSession.objects.create(
        order=order,
        provider=provider.name,
        amount=total,
        currency=order.currency,
        expires_at=now + PAGE_OPEN,
    )
    return page, True, earlier


def _opened(page: PaymentSession, provider: Provider, opened: Session) -> str:
    address = _keep(page, provider, opened)
    if address is None:
        page.reference = opened.reference
        give_up(page, provider)
        raise NotPayable("The order changed meanwhile. Please look at it and try again.")
    return address


@retry
def _keep(page: PaymentSession, provider: Provider, opened: Session) -> str | None:
    """Write down the page and keep the places until it closes; None if the order is not open."""
    order = Order.objects.lock(page.order.code)
    row = PaymentSession.objects.get(pk=page.pk)
    if order is None or order.status != Order.Status.PENDING or row.closed_at:
        return None
    if order.total() != row.amount:
        return None
    row.url, row.reference, row.expires_at = opened.url, opened.reference, opened.expires_at
    row.save(update_fields=["url", "reference", "expires_at"])
    if order.expires_at is None or order.expires_at < opened.expires_at:
        order.expires_at = opened.expires_at
    if provider.waits_for_days:
        last = opened.expires_at - dt.timedelta(seconds=1)
        order.due_on = last.astimezone(order.conference.zone).date()
    order.save(update_fields=["expires_at", "due_on"])
    return row.url


class Page(Protocol):
    """A PaymentSession, or what a floor above opens at a provider for its bills."""

    pk: Any
    provider: Any
    reference: Any


def close_page(page: Page) -> None:
    """Nothing more is expected of this page. Its address may open something: it goes."""
    rows = type(page)._default_manager.filter(pk=page.pk)  # type: ignore[attr-defined]
    rows.update(closed_at=timezone.now(), url="")


def give_up(page: Page, provider: Provider) -> None:
    """Nobody shall pay on this page; if somebody did, that is not lost."""
    close_page(page)
    if page.reference:
        with suppress(Away):
            try:
                provider.close(page.reference)
            except Declined:
                look_at(page)


def receive(provider: Provider, body: bytes, headers: Mapping[str, str]) -> None:
    """Act on a notification, or raise NotGenuine, PaymentRefused or Away and change nothing."""
    for notice in provider.read(body, headers):
        act_on(provider.name, notice)


def act_on(provider: str, notice: Notice) -> None:
    """What a provider says becomes true here. Notices may come twice and in any order."""
    if bills.taken(provider, notice):
        return
    match notice:
        case Paid():
            record_payment(
                notice.order_code,
                provider=provider,
                reference=notice.reference,
                amount=notice.amount,
                currency=notice.currency,
            )
            if page := PaymentSession.objects.named(provider, notice.session):
                close_page(page)
        case Underway():
            _wait_for_debit(provider, notice.session)
        case Unpaid():
            _came_to_nothing(provider, notice)
        case GivenBack():
            record_given_back(provider, notice)


@retry
def _wait_for_debit(provider: str, session: str) -> None:
    """The buyer's bank takes days: keep the places that long."""
    page = PaymentSession.objects.select_related("order").filter(provider=provider).open()
    found = page.named(provider, session)
    order = Order.objects.lock(found.order.code) if found else None
    if order is None or order.status != Order.Status.PENDING:
        return
    now = timezone.now()
    until = max(order.expires_at or now, now + DEBIT_TAKES)
    PaymentSession.objects.filter(pk=found.pk, finished_at=None).update(
        finished_at=now, expires_at=until
    )
    order.expires_at = until
    order.save(update_fields=["expires_at"])


@retry
def _came_to_nothing(provider: str, notice: Unpaid) -> None:
    """The page closed unpaid. A debit that failed leaves the buyer a day to pay otherwise."""
    page = PaymentSession.objects.select_related("order").filter(provider=provider).open()
    found = page.named(provider, notice.session)
    order = Order.objects.lock(found.order.code) if found else None
    if order is None:
        return
    close_page(found)
    if notice.failed and order.status == Order.Status.PENDING:
        order.expires_at = timezone.now() + AFTER_A_FAILURE
        order.save(update_fields=["expires_at"])
        _mail_failure(order, found)


def _mail_failure(order: Order, page: PaymentSession) -> None:
    email.send(
        "payment failed",
        order.buyer_email,
        to_name=order.buyer_name,
        key=page.key,
        subject=f"Your payment for {order.conference.name} did not come through",
        template="registration/mail/payment_failed.txt",
        context={
            "conference": order.conference,
            "order": order,
            "places": order.tickets.live().count(),
            "site_url": settings.SITE_URL,
        },
        conference=order.conference,
        about=order.code,
    )


def look_again(order: Order) -> None:
    """Ask the providers themselves what became of the order's open pages."""
    for page in order.payment_sessions.open().exclude(reference=None):
        look_at(page)


def look_at(page: Page) -> None:
    """Like a notification that we fetch. Whoever does not answer is asked another time."""
    provider = payments.find(page.provider)
    if provider is None:
        return
    try:
        for notice in provider.look(page.reference or ""):
            act_on(page.provider, notice)
    except Away:
        return
    except Declined:
        close_page(page)
    except PaymentRefused as error:
        log.warning("payment_refused", provider=page.provider, why=str(error))


def look_at_lapsed(now: dt.datetime | None = None) -> None:
    """Pages whose time is over without a word (a notification may have been lost), and
    pages of orders that were paid otherwise or cancelled."""
    now = now or timezone.now()
    for page in PaymentSession.objects.needless().order_by("pk")[:50]:
        if provider := payments.find(page.provider):
            give_up(page, provider)
    for page in PaymentSession.objects.lapsed(now).order_by("expires_at")[:50]:
        look_at(page)
        if page.expires_at < now - ASKED_FOR:
            close_page(page)


def note_fees(now: dt.datetime | None = None) -> None:
    """Ask what providers kept of payments of the last days, which they know minutes later."""
    now = now or timezone.now()
    asked = [provider.name for provider in payments.enabled() if provider.knows_fees]
    fresh = Payment.objects.filter(provider__in=asked, fee=None, received_at__gt=now - ASKED_FOR)
    for payment in fresh.order_by("-pk")[:50]:
        provider = payments.find(payment.provider)
        try:
            fee = provider.fee(payment) if provider else None
        except (Away, Declined):
            continue
        if fee is not None:
            Payment.objects.filter(pk=payment.pk, fee=None).update(fee=fee)
