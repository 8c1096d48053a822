"""A card page of our own, for the demo, the tests and the bench. No money moves.

It does what a real provider does: opens a session that names order and amount,
shows a page, and sends a signed notification to the same door as all others.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from ..models import Order, Payment
from . import GivenBack, NotGenuine, Notice, Paid, Provider, Session

SESSION_SALT = "registration.payments.demo.session"
NOTICE_SALT = "registration.payments.demo.notice"


class Demo(Provider):
    name = "demo"
    label = "demo card"

    def begin(
        self, order: Order, request: HttpRequest, *, key: str, closes_at: dt.datetime
    ) -> Session:
        session = signing.dumps(
            {
                "order": order.code,
                "reference": key,
                "amount": str(order.total()),
                "currency": order.currency,
                "closes_at": closes_at.timestamp(),
            },
            salt=SESSION_SALT,
        )
        page = f"{order.get_absolute_url()}card/?session={session}"
        return Session(url=page, reference=key, expires_at=closes_at)

    def read(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Notice]:
        try:
            said = signing.loads(body.decode("ascii"), salt=NOTICE_SALT)
            paid = Paid(
                order_code=str(said["order"]),
                reference=str(said["reference"]),
                amount=Decimal(said["amount"]),
                currency=str(said["currency"]),
                session=str(said["reference"]),
            )
        except (signing.BadSignature, UnicodeDecodeError) as error:
            raise NotGenuine("not signed by the demo provider") from error
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise NotGenuine("signed, but not a payment") from error
        return [paid]

    def refund(self, payment: Payment, amount: Decimal, reference: str, *, key: str) -> GivenBack:
        name = f"demo-{reference}"
        return GivenBack(payment.reference, name, amount, payment.currency, ours=reference)


def open_session(session: str) -> dict | None:
    """What `begin` put into the address of the card page; None when it is none of ours, or over."""
    try:
        said = signing.loads(session, salt=SESSION_SALT)
    except signing.BadSignature:
        return None
    return said if said["closes_at"] > timezone.now().timestamp() else None


def notification(session: dict) -> bytes:
    """The signed message that the money of a session came in."""
    return signing.dumps(session, salt=NOTICE_SALT).encode()


provider = Demo()
