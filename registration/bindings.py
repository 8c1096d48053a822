"""Why a ticket must stay with its holder: floors above know, and tell it here in `ready`."""

from collections.abc import Callable

from .models import Ticket

BINDINGS: list[Callable[[Ticket], str]] = []


def register(why_bound: Callable[[Ticket], str]) -> None:
    """`why_bound(ticket)` is a sentence for the holder, empty when nothing binds it."""
    BINDINGS.append(why_bound)


def why_bound(ticket: Ticket) -> str:
    """The caller holds the ticket's lock, so the answer stays true."""
    return next((why for ask in BINDINGS if (why := ask(ticket))), "")
