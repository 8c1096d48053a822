"""Why a ticket must stay with its holder: floors above know, and tell it here in `ready`."""

from collections.abc import Callable, Sequence

from .models import Ticket

BINDINGS: list[Callable[[Ticket], str]] = []
PRINTED: list[Callable[[Sequence[Ticket]], set[int]]] = []
USED: list[Callable[[Sequence[Ticket]], set[int]]] = []


def register(why_bound: Callable[[Ticket], str]) -> None:
    """`why_bound(ticket)` is a sentence for the holder, empty when nothing binds it."""
    BINDINGS.append(why_bound)


def why_bound(ticket: Ticket) -> str:
    """The caller holds the ticket's lock, so the answer stays true."""
    return next((why for ask in BINDINGS if (why := ask(ticket))), "")


def register_printed(printed_of: Callable[[Sequence[Ticket]], set[int]]) -> None:
    """`printed_of(tickets)`: pks of those whose holder's badge came out of a printer."""
    PRINTED.append(printed_of)


def printed(tickets: Sequence[Ticket]) -> set[int]:
    """For one that is to change hands, ask under its lock."""
    return {pk for printed_of in PRINTED for pk in printed_of(tickets)}


def register_used(used_of: Callable[[Sequence[Ticket]], set[int]]) -> None:
    """`used_of(tickets)`: pks of those with which somebody came in."""
    USED.append(used_of)


def used(tickets: Sequence[Ticket]) -> set[int]:
    return {pk for used_of in USED for pk in used_of(tickets)} if tickets else set()
