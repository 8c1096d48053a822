"""Payment providers: one module each, whose `provider` is named in PAYMENT_PROVIDERS.

A provider only talks: to the buyer's browser and to its own server. What its
notices do to our rows is for `registration.actions`, which never calls a
provider inside a transaction.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module

from django.conf import settings
from django.http import HttpRequest

from ..models import Order, Payment

ALWAYS = ("cash", "cheque", "invoice")  # staff write such money down on every site


class NotGenuine(Exception):
    """A notification that the provider did not sign, or that cannot be read."""


class Away(Exception):
    """No clear answer: nobody knows whether it was done. Asking again with the same key is safe.

    `key_is_spent`: the provider would only repeat this answer; ask again with another key.
    """

    def __init__(self, why: str, *, key_is_spent: bool = False) -> None:
        self.key_is_spent = key_is_spent
        super().__init__(why)


class Declined(Exception):
    """The provider said no, in this sentence; nothing was done."""


@dataclass(frozen=True)
class Session:
    """Where the buyer pays, the provider's name of that page, and when it closes."""

    url: str
    reference: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class Paid:
    """Money came in; `reference` is the provider's name of the payment, `session` of the page."""

    order_code: str
    reference: str
    amount: Decimal
    currency: str
    session: str = ""


@dataclass(frozen=True)
class Underway:
    """The buyer did what they can; the money takes days (a bank debit)."""

    session: str


@dataclass(frozen=True)
class Unpaid:
    """No money will come of this page: it closed, or `failed` after the buyer had paid."""

    session: str
    failed: bool = False


@dataclass(frozen=True)
class GivenBack:
    """A refund as the provider knows it; `ours` is the reference we gave it, if it was us."""

    payment: str
    reference: str
    amount: Decimal
    currency: str
    ours: str = ""
    problem: str = ""
    of_order: str = ""


Notice = Paid | Underway | Unpaid | GivenBack


class Provider:
    """The defaults are those of one that says little.

    `form_hosts` are origins that the browser is sent to; the page's CSP allows them.
    """

    name: str
    label: str
    form_hosts: tuple[str, ...] = ()
    by_hand = False  # staff take the money and hand it back, and write both down
    waits_for_days = False  # the order stays open until a date, not for minutes
    knows_fees = False

    def offers(self, order: Order) -> bool:
        """Whether the buyer may choose it for this order."""
        return True

    def begin(
        self, order: Order, request: HttpRequest, *, key: str, closes_at: dt.datetime
    ) -> Session:
        """Open a page on which this order is paid; the same key opens the same page.

        Raises Away or Declined.
        """
        raise Declined(f"{self.label} is not paid online.")

    def read(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Notice]:
        """What a notification says, its signature checked; NotGenuine or Away otherwise."""
        raise NotGenuine(f"{self.name} sends no notifications")

    def look(self, reference: str) -> Sequence[Notice]:
        """What became of a page, asked by us; Away or Declined otherwise."""
        return ()

    def close(self, reference: str) -> None:
        """Nobody shall pay on this page any more; Away or Declined otherwise."""

    def refund(self, payment: Payment, amount: Decimal, reference: str, *, key: str) -> GivenBack:
        """Send money back, once for each `reference`; Away or Declined otherwise."""
        raise Declined(f"Money that came by {self.label} is sent back by hand.")

    def fee(self, payment: Payment) -> Decimal | None:
        """What the provider kept of a payment, once it is known; Away or Declined otherwise."""
        return None


def find(name: str) -> Provider | None:
    """The provider of that name, if this site uses it."""
    if name not in (*settings.PAYMENT_PROVIDERS, *ALWAYS):
        return None
    return import_module(f"{__name__}.{name}").provider


def is_by_hand(name: str) -> bool:
    provider = find(name)
    return provider is not None and provider.by_hand


def label_of(name: str) -> str:
    """What people call a way of paying, also one that the site no longer uses."""
    provider = find(name)
    return provider.label if provider else name


def enabled() -> list[Provider]:
    """Those that the site lists, in its order."""
    return [
        import_module(f"{__name__}.{name}").provider
        for name in settings.PAYMENT_PROVIDERS
        if name.isidentifier()
    ]


def offered(order: Order) -> list[Provider]:
    """How a buyer may pay this order."""
    return [provider for provider in enabled() if provider.offers(order)]
