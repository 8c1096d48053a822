"""What the table of talks changes: one thing in many talks, or everything in one row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scale import codes
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..errors import Conflicted, DecidedMeanwhile, IllegalMove, NotTheirs, OwnTalk
from ..models import Decision, ReviewTag, Talk, TalkKind, Track
from .committee import open_talk
from .decisions import decide, lock_talks, stands

MOVED_AWAY = "it was moved into a track that is not yours."


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
    within: frozenset[int] | None = None,
    track: Track | None = None,
    kind: TalkKind | None = None,
    add_tag: ReviewTag | None = None,
    drop_tag: ReviewTag | None = None,
    verdict: str = "",
    why: str = "",
) -> Changed:
    """What is not given stays; a decision that one talk forbids does not hold up the others.

    `within` are the tracks that the person decides on, None for all: a talk that was moved
    to another one meanwhile is left alone.
    """
    require_open(conference)
    own = set(Talk.objects.own(by).values_list("pk", flat=True))
    kept = set(Talk.objects.kept_from(by).values_list("pk", flat=True))
    changed, refused = 0, []
    for talk in lock_talks(talks).filter(conference=conference).prefetch_related("tags"):
        if within is not None and talk.track_id not in within:
            refused.append(f"{talk}: {MOVED_AWAY}")
            continue
        tags = {tag.pk for tag in talk.tags.all()}
        wanted = (tags | _ids(add_tag)) - _ids(drop_tag)
        is_new = _write(talk, track, kind, wanted - tags, tags - wanted)
        decision = None
        if verdict and talk.pk in kept:
            refused.append(f"{talk}: {OwnTalk() if talk.pk in own else Conflicted()}")
        elif verdict:
            try:
                decision = decide(talk, Decision.Verdict(verdict), by=by, why=why)
            except IllegalMove as error:
                refused.append(f"{talk}: {error}")
        changed += bool(is_new or decision)
    return Changed(changed, tuple(refused))


@retry
def classify_talk(
    talk: Talk,
    *,
    by: User,
    seen: str,
    within: frozenset[int] | None = None,
    track: Track | None = None,
    kind: TalkKind | None = None,
    tags: Iterable[ReviewTag] = (),
    verdict: str | None = None,
    why: str = "",
) -> bool:
    """The talk has this track and kind, these tags and this held decision; False: as before.

    An empty verdict takes a held decision back, None leaves it. `seen` is `row_mark` of what
    the person looked at: when it is something else by now nothing changes.
    """
    locked = open_talk(talk)
    if within is not None and locked.track_id not in within:
        raise NotTheirs(f"Nothing was changed: {MOVED_AWAY}")
    is_kept_away = Talk.objects.kept_from(by).filter(pk=locked.pk).exists()
    pending = None if is_kept_away else Decision.objects.pending().filter(talk=locked).first()
    now = sorted(locked.tags.values_list("pk", flat=True))
    if seen != row_mark(locked, now, pending):
        raise DecidedMeanwhile("Somebody else changed this talk meanwhile; nothing of yours is in.")
    wanted = {tag.pk for tag in tags}
    is_new = _write(locked, track, kind, wanted - set(now), set(now) - wanted)
    if verdict is None or is_kept_away:
        return is_new
    if verdict:
        held = decide(locked, Decision.Verdict(verdict), by=by, why=why)
        return is_new or held is not None
    if pending:
        pending.delete()
    return is_new or pending is not None


def row_mark(talk: Talk, tags: Sequence[int], pending: Decision | None) -> str:
    """A digest of what a row says; `tags` are ids in order."""
    how = stands(talk, pending)
    return codes.digest(f"{talk.track_id} {talk.kind_id} {list(tags)} {how}")


def _ids(tag: ReviewTag | None) -> set[int]:
    return {tag.pk} if tag else set()


def _write(talk, track, kind, add: set[int], drop: set[int]) -> bool:
    """Whether anything became different in the talk, which the caller has locked."""
    fields = {"track": track, "kind": kind}
    new = {n: row for n, row in fields.items() if row and getattr(talk, f"{n}_id") != row.pk}
    if new:
        for name, row in new.items():
            setattr(talk, name, row)
        talk.save(update_fields=[*new, "changed_at"])
    if add:
        talk.tags.add(*add)
    if drop:
        talk.tags.remove(*drop)
    return bool(new or add or drop)
