"""What a kiosk says to who cannot go on there. To them, not about them."""

from ..badges.lookup import printed_words
from ..models import Scan
from ..verdicts import HELP_DESK, LINES

Verdict = Scan.Verdict
DESK = "The help desk will sort it out."
TITLES = {
    Verdict.NOT_PAID: "This ticket is not paid yet",
    Verdict.CANCELLED: "This ticket no longer counts",
    Verdict.NOT_HERE: "This ticket is for something else",
    Verdict.NOT_TODAY: "This ticket is not good just now",
    Verdict.PASSED_ON: "This code is no longer good",
    Verdict.OLD_BADGE: "This is an old badge",
    Verdict.HELP_DESK: "Nobody is named on this ticket yet",
    Verdict.UNKNOWN: "We do not know this code",
}
SAYS = {
    Verdict.NOT_PAID: "Pay at the help desk, and your badge is printed there.",
    Verdict.CANCELLED: "It was cancelled. The help desk can tell you more.",
    Verdict.PASSED_ON: "The ticket was passed on. Its new holder got another code by mail.",
    Verdict.OLD_BADGE: "It was printed again. Only the newest one is good.",
    Verdict.HELP_DESK: "The help desk writes your name on it and prints your badge.",
    Verdict.UNKNOWN: "Is it from another conference? Try the QR code of the mail with your "
    "ticket, or look yourself up.",
}


def stop(
    title: str, says: str = DESK, *, look: str = "stop", sign: str = "→", why: str = ""
) -> dict:
    """`why` is for the scan that is kept of it, where the door itself would not refuse."""
    return {"title": title, "says": says, "look": look, "sign": sign, "why": why}


def of_scan(scan: Scan) -> dict:
    """Of an attempt that did not let in; it came with `Scan.objects.told()`."""
    says = SAYS.get(scan.verdict) or sentence(LINES[scan.verdict](scan))
    sign = "?" if scan.verdict == Verdict.UNKNOWN else "→"
    return stop(TITLES[scan.verdict], says, sign=sign)


def sentence(parts: list[str]) -> str:
    told = ", ".join(part for part in parts if part != HELP_DESK)
    return f"{told[:1].upper()}{told[1:]}. {DESK}"


def printed(badge) -> dict:
    """“Badge already printed (09:14, desk 3)”: there is never a second without a person."""
    says = sentence([printed_words(badge)])
    lost = f"{says[: -len(DESK)]}Lost it? Ask the help desk."
    return stop("You have a badge already", lost, why="badge already printed")


GOOD_BADGE = stop(
    "Your badge is good",
    "You need nothing here. Show it at the door. For changes scan the QR code of your ticket.",
    look="in",
    sign="✓",
)
MINOR = stop(
    "Please go to the help desk together",
    "For everyone under 18 a guardian signs there. Then the badge is printed.",
    why="under 18: a guardian signs",
)
CANNOT_PRINT = stop("Your badge cannot be printed here")
NO_CODE = stop(
    "That is no code of a ticket",
    "A code is made of letters and digits. It is in the mail with your ticket, or look yourself "
    "up.",
    sign="?",
)
SLOW = stop(
    "Too many unknown codes",
    "This kiosk takes a break from codes it does not know. Good tickets still work.",
)
TIME_OVER = stop(
    "The time to pay is over",
    "Nothing was charged and the places are free again. You can start again.",
)
