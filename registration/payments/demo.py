"""A card page of our own, for the demo, the tests and the bench. No money moves.

It does what a real provider does: opens a session that names order and amount,
shows a page, and sends a signed notification to the same door as all others.
"""

import secrets
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse

from ..models import Order
from . import NotGenuine, Notice

SESSION_SALT = "registration.payments.demo.session"
NOTICE_SALT = "registration.payments.demo.notice"
SESSION_SECONDS = 24 * 3600


class Demo:
    name = "demo"
    label = "Demo card"
    form_hosts: tuple[str, ...] = ()

    def begin(self, order: Order, request: HttpRequest) -> str:
        session = signing.dumps(
            {
                "order": order.code,
                "reference": secrets.token_hex(16),
                "amount": str(order.total()),
                "currency": order.currency,
            },
            salt=SESSION_SALT,
        )
        args = [order.conference.slug, order.code, order.secret]
        return f"{reverse('registration:demo-card', args=args)}?session={session}"

    def read(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        try:
            said = signing.loads(body.decode("ascii"), salt=NOTICE_SALT)
            return Notice(
                order_code=str(said["order"]),
                reference=str(said["reference"]),
                amount=Decimal(said["amount"]),
                currency=str(said["currency"]),
            )
        except (signing.BadSignature, UnicodeDecodeError) as error:
            raise NotGenuine("not signed by the demo provider") from error
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise NotGenuine("signed, but not a payment") from error


def open_session(session: str) -> dict | None:
    """What `begin` put into the address of the card page; None when it is none of ours."""
    try:
        return signing.loads(session, salt=SESSION_SALT, max_age=SESSION_SECONDS)
    except signing.BadSignature:
        return None


def notification(session: dict) -> bytes:
    """The signed message that the money of a session came in."""
    return signing.dumps(session, salt=NOTICE_SALT).encode()


provider = Demo()
