"""Where a talk stands, in the words of the people who gave it in."""

from dataclasses import dataclass

from .models import Calls, Talk
from .models.call import in_words

Status = Talk.Status
# status: (colour, sign, word for its speakers)
SIGNS = {
    Status.DRAFT: ("info", "✎", "Draft"),
    Status.SUBMITTED: ("info", "●", "Submitted"),
    Status.WAITLISTED: ("warn", "◐", "On the waiting list"),
    Status.ACCEPTED: ("warn", "!", "Accepted: please confirm"),
    Status.CONFIRMED: ("good", "✓", "Confirmed"),
    Status.REJECTED: ("", "–", "Not accepted"),
    Status.DECLINED: ("", "–", "You declined"),
    Status.WITHDRAWN: ("", "–", "You withdrew it"),
    Status.CANCELLED: ("bad", "✕", "Cancelled"),
}


@dataclass(frozen=True)
class Standing:
    """One talk on “My talks”: how it stands, what is next, and what can be done."""

    talk: Talk
    colour: str
    sign: str
    words: str
    next: str
    may_edit: bool
    may_ask: bool
    may_add_files: bool
    may_withdraw: bool
    may_confirm: bool


def urgency(talk: Talk) -> tuple:
    """Newest edition first, and in it what waits for the speaker."""
    waits: list[str] = [Status.ACCEPTED, Status.DRAFT]
    rank = waits.index(talk.status) if talk.status in waits else len(waits)
    return -talk.conference.starts_on.toordinal(), talk.conference_id, rank, talk.title


def standing(talk: Talk, calls: Calls) -> Standing:
    colour, sign, words = SIGNS[Status(talk.status)]
    is_over = talk.conference.is_closed
    return Standing(
        talk=talk,
        colour=colour,
        sign=sign,
        words=words,
        next=what_is_next(talk, calls),
        may_edit=may_edit(talk, calls),
        may_ask=may_ask(talk, calls),
        may_add_files=may_add_files(talk, calls),
        may_withdraw=not is_over and talk.can_become(Status.WITHDRAWN),
        may_confirm=not is_over and talk.status == Status.ACCEPTED,
    )


def may_edit(talk: Talk, calls: Calls) -> bool:
    is_editable = talk.status in Talk.EDITABLE and not talk.conference.is_closed
    return is_editable and calls.takes(talk.conference, talk.track, talk.access_now())


def may_ask(talk: Talk, calls: Calls) -> bool:
    """When its text cannot be changed by the form of the call, changes are asked for."""
    can_change = talk.status in Talk.EDITABLE - {Status.DRAFT}
    return can_change and not talk.conference.is_closed and not may_edit(talk, calls)


def may_add_files(talk: Talk, calls: Calls) -> bool:
    """While its text may be changed; slides also later, when it is on stage."""
    if talk.conference.is_closed:
        return False
    return talk.status in Talk.ON_STAGE or may_edit(talk, calls)


def until_the_code_ends(talk: Talk) -> str:
    begins = "Only you see it. Submit it" if talk.status == Status.DRAFT else "You can change it"
    ends_at = talk.access and talk.access.ends_at
    if ends_at:
        return f"{begins} until {in_words(ends_at, talk.conference)}: you have an access code."
    return f"{begins} soon: you have an access code, and the committee is waiting."


def what_is_next(talk: Talk, calls: Calls) -> str:
    conference = talk.conference
    call = calls.counting(conference, talk.track_id)
    is_open = calls.is_open(conference, talk.track_id)
    if may_edit(talk, calls) and not is_open:
        return until_the_code_ends(talk)
    if conference.is_closed and not talk.is_cancelled:
        return f"{conference} is over."
    match talk.status:
        case Status.DRAFT:
            if is_open and call:
                return f"Only you see it. Submit it until {call.closes}."
            said = call.says(calls.now) if call else "There is no call for it."
            return f"Only you see it. {said} It was not submitted."
        case Status.SUBMITTED:
            if is_open and call:
                return f"You can change it until {call.closes}. Then the committee decides."
            return "The committee reads and decides; you get a mail."
        case Status.WAITLISTED:
            return "Nothing to do: you get a mail when a place becomes free."
        case Status.ACCEPTED:
            return "Tell us whether you will be there. Until then we cannot count on the talk."
        case Status.CONFIRMED:
            return f"See you at {conference}. If you cannot come after all, withdraw it here."
        case Status.REJECTED:
            return "There were more good talks than rooms. Thank you for offering it."
        case Status.CANCELLED:
            return talk.reason or "The schedule shows it as cancelled."
    return "The committee knows. If that was a mistake, write to them."
