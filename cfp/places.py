"""Where talks stand in public. The floor above places them, and says so when it is asked."""

from collections.abc import Callable

from .models import Talk

TELLERS: list[Callable[[Talk], list[str]]] = []


def register(tell: Callable[[Talk], list[str]]) -> None:
    """`tell` gives a line for people for each place of a talk: “Ballroom B, Friday 10:00”."""
    if tell not in TELLERS:
        TELLERS.append(tell)


def of(talk: Talk) -> list[str]:
    return [line for tell in TELLERS for line in tell(talk)]
