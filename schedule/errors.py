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


class CannotRate(Refused):
    """Not this talk, not with this ticket, or not now."""


class RatedAlready(Refused):
    """One ticket rates a talk once; `earlier` is what it said."""

    def __init__(self, earlier) -> None:
        self.earlier = earlier
        super().__init__("You have rated this talk already.")


class PlanClosed(Refused):
    """The plan was thrown away."""

    def __init__(self) -> None:
        super().__init__("This plan was thrown away meanwhile.")


class PlaceTaken(Refused):
    """Somebody else has the place, or it is open no more; there may be others."""


class HasClaim(Refused):
    """One ticket, one BoF at a time."""

    def __init__(self) -> None:
        super().__init__("There is a BoF with this ticket already. Withdraw it to host another.")
