"""One change for many talks of the table at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..errors import IllegalMove
from ..models import Decision, Talk, TalkKind, Track
from .decisions import decide, lock_talks


@dataclass(frozen=True)
class Changed:
    """How many talks are others now, and for which a decision was refused, with the reason."""

    number: int
    refused: tuple[str, ...]


@retry
def change_talks(
    conference: Conference,
    talks: Iterable[int],
    *,
    by: User,
    track: Track | None = None,
    kind: TalkKind | None = None,
    verdict: str = "",
    why: str = "",
) -> Changed:
    """What is not given stays; a decision that one talk forbids does not hold up the others."""
    require_open(conference)
    own = set(Talk.objects.own(by).values_list("pk", flat=True))
    changed, refused = 0, []
    for talk in lock_talks(talks).filter(conference=conference):
        fields = {"track": track, "kind": kind}
        new = {n: row for n, row in fields.items() if row and getattr(talk, f"{n}_id") != row.pk}
        if new:
            for name, row in new.items():
                setattr(talk, name, row)
            talk.save(update_fields=[*new, "changed_at"])
        decision = None
        if verdict and talk.pk in own:
            refused.append(f"{talk}: this is a talk of your own; others judge it.")
        elif verdict:
            try:
                decision = decide(talk, Decision.Verdict(verdict), by=by, why=why)
            except IllegalMove as error:
                refused.append(f"{talk}: {error}")
        changed += bool(new or decision)
    return Changed(changed, tuple(refused))
