"""Stripe Checkout: the buyer pays on a page of Stripe's, whose signed webhooks tell us of it.

A PaymentIntent's id names the payment. Keys come from the environment.
"""

import datetime as dt
import functools
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import stripe
import structlog
from django.conf import settings
from django.http import HttpRequest

from scale import money

from ..models import Order, Payment
from . import (
    Away,
    Declined,
    GivenBack,
    NotGenuine,
    Notice,
    Paid,
    Provider,
    Session,
    Underway,
    Unpaid,
)

log = structlog.get_logger()
stripe.enable_telemetry = False
T = TypeVar("T")
Said = Mapping[str, Any]

TIMEOUT = (3, 5)  # seconds to connect, and for an answer
# While another request with the same key is under way (a double click), Stripe says 409.
PAUSES = (0.2, 0.4, 0.8, 1.6, 3.2)
# Their smallest unit is not a hundredth. ISK and UGX are sent with two decimals all the same.
DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}
PAGE_EVENTS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}
REFUND_EVENTS = {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}


class Stripe(Provider):
    name = "stripe"
    label = "card"
    knows_fees = True

    @property
    def form_hosts(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("https://checkout.stripe.com", *filter(None, [settings.STRIPE_API_BASE]))

    def begin(
        self, order: Order, request: HttpRequest, *, key: str, closes_at: dt.datetime
    ) -> Session:
        what = page_of(order, closes_at)
        made = ask(
            lambda: client().v1.checkout.sessions.create(what, {"idempotency_key": key})  # type: ignore[arg-type]
        )
        return Session(
            url=made["url"],
            reference=made["id"],
            expires_at=dt.datetime.fromtimestamp(made["expires_at"], dt.UTC),
        )

    def read(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Notice]:
        try:
            event = stripe.Webhook.construct_event(
                body, headers.get("Stripe-Signature"), settings.STRIPE_WEBHOOK_SECRET
            ).to_dict()
        except stripe.SignatureVerificationError as error:
            raise NotGenuine("not signed by Stripe, or too long ago") from error
        except (ValueError, AttributeError, TypeError) as error:
            raise NotGenuine("not an event") from error
        try:
            return notices(event["type"], event["data"]["object"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotGenuine(f"an event that lacks {type(error).__name__}") from error

    def look(self, reference: str) -> Sequence[Notice]:
        return page_notices(ask(lambda: client().v1.checkout.sessions.retrieve(reference)))

    def close(self, reference: str) -> None:
        ask(lambda: client().v1.checkout.sessions.expire(reference))

    def refund(self, payment: Payment, amount: Decimal, reference: str, *, key: str) -> GivenBack:
        """Stripe forgets keys after a day, so what was sent already is looked for by our name."""
        for one in refunds_of(payment_intent=payment.reference):
            if one.ours == reference and not one.problem:
                return one
        what = {
            "payment_intent": payment.reference,
            "amount": minor(amount, payment.currency),
            "metadata": {"refund": reference, "order": payment.order.code},
        }
        return given_back(
            ask(lambda: client().v1.refunds.create(what, {"idempotency_key": key}))  # type: ignore[arg-type]
        )

    def fee(self, payment: Payment) -> Decimal | None:
        """Known minutes to an hour after the payment; in the currency of the charge."""
        expand = {"expand": ["latest_charge.balance_transaction"]}
        intent = ask(
            lambda: client().v1.payment_intents.retrieve(payment.reference, expand)  # type: ignore[arg-type]
        )
        settled = (intent.get("latest_charge") or {}).get("balance_transaction")
        if not settled:
            return None
        fee = major(settled["fee"], settled["currency"].upper())
        return money.cents(fee / Decimal(str(settled.get("exchange_rate") or 1)))


def minor(amount: Decimal, currency: str) -> int:
    """In the currency's smallest unit: 3.28 USD is 328, 500 JPY is 500."""
    units = amount.scaleb(DECIMALS.get(currency, 2))
    if units != units.to_integral_value():
        raise Declined(f"{amount} {currency} cannot be paid by card: {currency} has no such coins.")
    return int(units)


def major(units: int, currency: str) -> Decimal:
    if not isinstance(units, int):
        raise TypeError("an amount is a whole number of the smallest unit")
    exact = Decimal(units).scaleb(-DECIMALS.get(currency, 2))
    if exact != money.cents(exact):
        raise ValueError("finer than we keep money")
    return money.cents(exact)


@functools.lru_cache
def client_for(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else {},
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
        max_network_retries=0,
    )


def client() -> stripe.StripeClient:
    return client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


def ask(call: Callable[[], Any]) -> dict[str, Any]:
    """Stripe's answer as plain values; Away or Declined where there is none."""
    for pause in (*PAUSES, None):
        try:
            return call().to_dict()
        except stripe.APIConnectionError as error:
            raise away("no_answer", error) from error
        except stripe.StripeError as error:
            if error.http_status == 409 and pause:
                time.sleep(pause)
                continue
            if error.http_status in (409, 429) or (error.http_status or 500) >= 500:
                raise away("no_clear_answer", error) from error
            log.warning("stripe_declined", **codes_of(error))
            raise Declined(error.user_message or "Stripe said no without a reason.") from error
    raise AssertionError("unreachable")


def away(event: str, error: stripe.StripeError) -> Away:
    """Stripe keeps the result of a key, that of a 5xx too."""
    log.warning(f"stripe_{event}", **codes_of(error))
    return Away(event, key_is_spent=(error.http_status or 0) >= 500)


def codes_of(error: stripe.StripeError) -> dict[str, Any]:
    """For the log: no sentence, which may quote what was sent."""
    return {
        "error": type(error).__name__,
        "status": error.http_status,
        "code": error.code,
        "stripe_request": error.request_id,
    }


def page_of(order: Order, closes_at: dt.datetime) -> dict[str, Any]:
    """What a Checkout Session of the order is made of: one line of exactly its total."""
    ours = {"order": order.code, "conference": order.conference.slug}
    name = f"{order.conference.name}, {order.billed_as}"
    address = f"{settings.SITE_URL}{order.get_absolute_url()}"
    price = {
        "currency": order.currency.lower(),
        "unit_amount": minor(order.total(), order.currency),
        "product_data": {"name": name},
    }
    what = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "client_reference_id": order.code,
        "metadata": ours,
        "payment_intent_data": {"metadata": ours, "description": name},
        "success_url": f"{address}paid/",
        "cancel_url": address,
        "expires_at": int(closes_at.timestamp()),
        # The buyer is charged in our currency, to the cent.
        "adaptive_pricing": {"enabled": False},
    }
    if order.buyer_email:
        what["customer_email"] = order.buyer_email
    return what


def notices(event: str, said: Said) -> Sequence[Notice]:
    """What an event means to us; of what we do not know, nothing."""
    if event in PAGE_EVENTS:
        return page_notices(said, failed=event.endswith("failed"))
    if event == "charge.refunded":
        return charge_notices(said)
    if event in REFUND_EVENTS:
        return [given_back(said)]
    return []


def page_notices(page: Said, *, failed: bool = False) -> Sequence[Notice]:
    """The page itself says what became of it, in whatever order its events arrive."""
    if page["mode"] != "payment":
        return []
    if page["payment_status"] == "paid":
        currency = page["currency"].upper()
        return [
            Paid(
                order_code=page["client_reference_id"] or "",
                reference=page["payment_intent"],
                amount=major(page["amount_total"], currency),
                currency=currency,
                session=page["id"],
            )
        ]
    if failed or page["status"] == "expired":
        return [Unpaid(page["id"], failed=failed)]
    return [Underway(page["id"])] if page["status"] == "complete" else []


def charge_notices(charge: Said) -> Sequence[Notice]:
    """Since 2022 a charge no longer lists its refunds, so they are asked for."""
    of_order = (charge.get("metadata") or {}).get("order", "")
    return refunds_of(charge=charge["id"], of_order=of_order)


def refunds_of(*, of_order: str = "", **where: str) -> list[GivenBack]:
    """Every refund of a charge or payment that Stripe knows."""
    listed = ask(lambda: client().v1.refunds.list({**where, "limit": 100}))  # type: ignore[arg-type]
    return [given_back(one, of_order=of_order) for one in listed["data"]]


def given_back(refund: Said, *, of_order: str = "") -> GivenBack:
    currency, ours = refund["currency"].upper(), refund.get("metadata") or {}
    problem = ""
    if refund["status"] in ("failed", "canceled"):
        why = refund.get("failure_reason") or refund["status"]
        problem = f"Stripe could not send it: {why.replace('_', ' ')}."
    return GivenBack(
        payment=refund["payment_intent"] or "",
        reference=refund["id"],
        amount=major(refund["amount"], currency),
        currency=currency,
        ours=ours.get("refund", ""),
        problem=problem,
        of_order=of_order or ours.get("order", ""),
    )


provider = Stripe()
