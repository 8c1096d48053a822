"""Payment providers. A new one is a module here with a `provider`, named in PAYMENT_PROVIDERS."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest

from ..actions import record_payment
from ..models import Order, Payment


class NotGenuine(Exception):
    """A notification that the provider did not sign, or that cannot be read."""


@dataclass(frozen=True)
class Notice:
    """What a provider says came in; `reference` is its own name of the payment."""

    order_code: str
    reference: str
    amount: Decimal
    currency: str


class Provider(Protocol):
    """`form_hosts` are origins that the browser is sent to; the page's CSP allows them."""

    name: str
    label: str
    form_hosts: tuple[str, ...]

    def begin(self, order: Order, request: HttpRequest) -> str:
        """The address at which the buyer pays this order."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """What a notification says, its signature checked; NotGenuine otherwise."""


def enabled() -> list[Provider]:
    return [
        import_module(f"{__name__}.{name}").provider
        for name in settings.PAYMENT_PROVIDERS
        if name.isidentifier()
    ]


def find(name: str) -> Provider | None:
    """The provider of that name, if this site uses it."""
    return next((provider for provider in enabled() if provider.name == name), None)


def receive(provider: Provider, body: bytes, headers: Mapping[str, str]) -> Payment:
    """Act on a notification. Raises NotGenuine or PaymentRefused and changes nothing then."""
    notice = provider.read(body, headers)
    return record_payment(
        notice.order_code,
        provider=provider.name,
        reference=notice.reference,
        amount=notice.amount,
        currency=notice.currency,
    )
