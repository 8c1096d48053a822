"""Whether a machine wrote a message: automatic replies (RFC 3834), lists, bounces (RFC 3464)."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from email.utils import parseaddr
from typing import Any

from scale import text

from . import charsets

PERSON, AUTOMATIC, BOUNCE = "person", "auto", "bounce"
MACHINES = re.compile(r"(mailer-daemon|postmaster|mail-daemon|mailerdaemon|no-?reply-bounces?)@")
# Subjects of absence notes from programs that set no header for them.
ABSENT = re.compile(
    r"(automatic reply|auto(matic)?[ -]?(reply|response)|out of (the )?office"
    r"|automatische antwort|abwesenheitsnotiz|réponse automatique|respuesta automática)\b",
    re.IGNORECASE,
)
ONE_ID = re.compile(r"<([^<>\s]{1,900})>")


@dataclass
class Bounce:
    """Which of our mails (Message-IDs) did not reach whom, and whether that is final."""

    recipients: list[str] = field(default_factory=list)
    originals: list[str] = field(default_factory=list)
    is_final: bool = False
    why: str = ""


def judged(message: Message, sender: str) -> tuple[str, Bounce | None]:
    """(PERSON, AUTOMATIC or BOUNCE, what a bounce says)."""
    if report := delivery_report(message):
        return BOUNCE, report
    returns_to = charsets.header(message, "return-path")
    if MACHINES.match(sender) or (returns_to == "<>" and not sender):
        return BOUNCE, None
    if is_automatic(message, returns_to):
        return AUTOMATIC, None
    return PERSON, None


def is_automatic(message: Message, returns_to: str) -> bool:
    submitted = charsets.header(message, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if charsets.header(message, "precedence").lower() in ("bulk", "junk", "auto_reply"):
        return True
    marks = ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply")
    if any(charsets.header(message, name) for name in marks):
        return True
    return returns_to == "<>" or bool(ABSENT.match(charsets.header(message, "subject")))


def delivery_report(message: Message) -> Bounce | None:
    """What a delivery status says; None where it is none."""
    if message.get_content_type() != "multipart/report":
        return None
    found, reported = Bounce(), False
    for part in parts_of(message):
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            reported = True
            read_status(part, found)
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            found.originals += original_ids(part)
    return found if reported else None


def parts_of(message: Message) -> list[Message]:
    inside: Any = message.get_payload()
    return inside if isinstance(inside, list) else []


def read_status(part: Message, found: Bounce) -> None:
    """Each block after the first is one recipient: action, status and the server's words."""
    for block in parts_of(part):
        action = charsets.header(block, "action").lower()
        status = charsets.header(block, "status")
        kind, _, address = charsets.header(block, "final-recipient").partition(";")
        if "rfc822" not in kind.lower() or not address:
            continue
        with suppress(Exception):
            address = text.canonical_email(parseaddr(address)[1])
        if action == "failed" and status.startswith("5"):
            found.is_final = True
            found.recipients.append(address[:190])
            said = charsets.header(block, "diagnostic-code").partition(";")[2].strip()
            found.why = found.why or text.plain(said or status, 200)


def original_ids(part: Message) -> list[str]:
    """The Message-ID of the mail that came back, whole or its headers."""
    if inside := parts_of(part):
        found = [value for one in inside for value in charsets.raw(one, "message-id")]
    else:
        content = part.get_payload(decode=True)
        lines = content.decode("ascii", "replace") if isinstance(content, bytes) else ""
        found = re.findall(r"^message-id:\s*(.+)$", lines, re.IGNORECASE | re.MULTILINE)
    return [one for value in found for one in ONE_ID.findall(value)]
