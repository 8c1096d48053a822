"""Rules that were broken. Each message is a sentence for the person who tried."""

from .conflicts import Conflict


class Refused(Exception):
    """What every rule of this app raises."""


class Blocked(Refused):
    """Hard conflicts stand in the way; a chair may override them with a reason."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        self.conflicts = conflicts
        super().__init__(" ".join(conflict.says for conflict in conflicts))


class WrongSeats(Refused):
    """More seats than the room holds, or fewer than are taken: said beside their number."""


class StaleMoves(Refused):
    """Slots changed since these moves were made; staff confirm or drop them first."""

    def __init__(self, moves) -> None:
        self.moves = moves
        super().__init__("Some slots were changed by someone else meanwhile.")


class ChangedMeanwhile(Refused):
    """Somebody else moved the same slots since the page was drawn; `slots` are their uuids."""

    def __init__(self, slots, says="Somebody else changed this meanwhile. Nothing was saved."):
        self.slots = slots
        super().__init__(says)


class SlotLocked(Refused):
    """A slot is locked in place; whoever wants to move it takes the lock off first."""

    def __init__(self, lock) -> None:
        self.lock = lock
        why = f": {lock.why}" if lock.why else ""
        super().__init__(f"That is locked in place{why}. Unlock it first.")


class PlanClosed(Refused):
    """The plan was thrown away."""

    def __init__(self) -> None:
        super().__init__("This plan was thrown away meanwhile.")
