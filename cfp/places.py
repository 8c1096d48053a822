"""Where talks stand in public. The floor above places them, and says so when it is asked."""

from collections.abc import Callable

from .models import Talk

TELLERS: list[Callable[[Talk], list[str]]] = []
TURNS: list[Callable[[Talk], None]] = []
CHECKS: list[Callable[[Talk], None]] = []


def register(
    tell: Callable[[Talk], list[str]],
    turned: Callable[[Talk], None],
    require_free: Callable[[Talk], None],
) -> None:
    """`tell` gives a line for people for each place of a talk: “Ballroom B, Friday 10:00”.

    `turned` hears of a talk that does not take place, or does after all. `require_free` raises
    Refused where the talk or one of its speakers would stand in the way of another.
    """
    TELLERS.append(tell)
    TURNS.append(turned)
    CHECKS.append(require_free)


def require_free(talk: Talk) -> None:
    """Last in a transaction that has written what brings a talk or a speaker to its places."""
    for check in CHECKS:
        check(talk)


def turned(talk: Talk) -> None:
    """Inside the transaction that has written the new status."""
    for hear in TURNS:
        hear(talk)


def of(talk: Talk) -> list[str]:
    return [line for tell in TELLERS for line in tell(talk)]
