"""What else a ticket's page leads to: floors above offer it, and tell it here in `ready`."""

from collections.abc import Callable

from .models import Ticket

Way = tuple[str, str, str]  # address, words, what it is
OFFERS: list[Callable[[Ticket], Way | None]] = []


def register(offer: Callable[[Ticket], Way | None]) -> None:
    """`offer(ticket)`: for a valid ticket of an edition that is not over; None: nothing."""
    OFFERS.append(offer)


def of_ticket(ticket: Ticket) -> list[Way]:
    if ticket.conference.is_closed:
        return []
    return [way for offer in OFFERS if (way := offer(ticket))]
