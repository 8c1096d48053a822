"""The registry of everything public that shows schedule facts.

Each app names its outputs in `AppConfig.ready`; the drift test walks them all,
and a public page that shows a talk without standing here makes it fail.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .models import Conference


@dataclass(frozen=True)
class Output:
    """`paths` yields every address of the output for an edition.

    `reader` names how a test reads facts back from it: html, ics, signs and so on.
    What is not `is_public` is shown to staff, or to who has a secret link.
    """

    name: str
    reader: str
    paths: Callable[[Conference], Iterable[str]]
    is_public: bool = True


REGISTERED: dict[str, Output] = {}


def register(
    name: str,
    reader: str,
    paths: Callable[[Conference], Iterable[str]],
    *,
    is_public: bool = True,
) -> None:
    REGISTERED[name] = Output(name, reader, paths, is_public)
