"""Rules that were broken. Each message is a sentence for the person who tried."""


class Refused(Exception):
    """What every rule of this app raises."""


class IllegalMove(Refused):
    """This status cannot follow that one."""


class CallClosed(Refused):
    """The call that counts for the talk takes nothing now."""

    def __init__(self, call) -> None:
        self.call = call
        super().__init__(call.says() if call else "There is no call for this.")


class CodeUsedUp(Refused):
    """An access code lets so many talks in and no more."""

    def __init__(self) -> None:
        super().__init__("This access code is used up.")


class InvitationUsed(Refused):
    """An invitation is answered once."""


class Incomplete(Refused):
    """What is handed in must have what the committee needs."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(f"Something is still missing: {'; '.join(words)}.")


class NotEditable(Refused):
    """The talk is past the point where its speakers change it."""


class TooManyFiles(Refused):
    """Every talk has room for some files only."""


class ChangedMeanwhile(Refused):
    """Someone else saved the talk since its form was opened; `differs` names the fields."""

    def __init__(self, talk, differs: list[str], by) -> None:
        self.talk, self.differs = talk, differs
        super().__init__(f"{by or 'Somebody else'} changed this talk while you wrote.")


class OwnTalk(Refused):
    """Nobody judges a talk of their own."""

    def __init__(self) -> None:
        super().__init__("This is a talk of your own; others judge it.")


class NotTheirs(Refused):
    """Nobody judges what they cannot judge fairly."""


class Conflicted(NotTheirs):
    """Nobody judges a talk with which they have declared a conflict of interest."""

    def __init__(self) -> None:
        super().__init__("You have a conflict of interest with this talk; others judge it.")


class QuestionInUse(Refused):
    """What somebody has answered stays asked."""


class SuggestedAlready(Refused):
    """Somebody has suggested the same track for the talk."""


class AnsweredMeanwhile(Refused):
    """The suggestion was answered, or fell away, since the page was opened."""


class NotInReview(Refused):
    """The committee has decided; opinions come too late."""


class DecidedMeanwhile(Refused):
    """Someone else changed the talk since the page was opened."""
