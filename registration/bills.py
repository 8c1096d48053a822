"""What else is paid through the providers: floors above tell it here in `ready`.

A bill looks to a provider like an order: it has `code`, `billed_as`, `conference`, `currency`,
`buyer_email`, `total()` and `get_absolute_url()`, below which lie `paid/` and `card/`.
"""

from collections.abc import Callable

from .payments import Notice

Take = Callable[[str, Notice], bool]
TAKERS: list[Take] = []


def register(take: Take) -> None:
    """`take(provider, notice)` acts on a notice and says True, or False where it is not its own."""
    TAKERS.append(take)


def taken(provider: str, notice: Notice) -> bool:
    return any(take(provider, notice) for take in TAKERS)
