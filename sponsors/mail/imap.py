"""What a mail server is asked. Folders are opened for reading alone: nothing in them changes."""

import datetime as dt
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser

from django.utils import timezone
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from scale.settings.mailbox import Mailbox as Account

from . import charsets, parse

TIMEOUT = 30  # seconds for each answer
WHOLE = 16_000_000  # bytes: a larger message is read from its beginning alone
BEGINNING = 1_000_000
TOGETHER = 4_000_000  # bytes asked for at once
# What a server, or the line to it, can do to us.
FAULTS = (OSError, imaplib.IMAP4.error, ImapToolsError)
UID = re.compile(rb"\bUID (\d+)")
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


@dataclass(frozen=True)
class Head:
    """What is asked of every message before any is fetched."""

    uid: int
    size: int
    received_at: dt.datetime
    key: str  # empty where the message itself must tell


@contextmanager
def connected(account: Account) -> Iterator["Server"]:
    box = opened(account)
    try:
        box.login(account.user, account.password, initial_folder=None)
        yield Server(box)
    finally:
        with suppress(*FAULTS):  # it may be gone already
            box.logout()


def opened(account: Account) -> BaseMailBox:
    """Where nothing is said of certificates, imaplib takes every one: so it is said."""
    if account.scheme == "imap":
        return MailBoxUnencrypted(account.host, account.port, timeout=TIMEOUT)
    kind = MailBox if account.scheme == "imaps" else MailBoxStartTls
    trusted = ssl.create_default_context(cafile=account.ca or None)
    return kind(account.host, account.port, timeout=TIMEOUT, ssl_context=trusted)


class Server:
    def __init__(self, box: BaseMailBox) -> None:
        self.box = box

    def look(self, folder: str) -> int:
        """Open a folder for reading; its UIDVALIDITY."""
        self.box.folder.set(folder, readonly=True)
        validity = self.box.client.response("UIDVALIDITY")[1][0]
        if not validity:
            raise imaplib.IMAP4.error(f"no UIDVALIDITY for {folder}")
        return int(validity)

    def uids_after(self, last: int) -> list[int]:
        # “n:*” always names the newest message too, however small its UID.
        found = self.box.uids(f"UID {last + 1}:*", charset=None)
        return sorted(uid for uid in map(int, found) if uid > last)

    def heads(self, uids: Sequence[int]) -> list[Head]:
        asked = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM)])"
        return [head(meta, content) for meta, content in self.fetched(uids, asked)]

    def messages(self, heads: Sequence[Head]) -> Iterator[tuple[Head, bytes, bool]]:
        """(head, bytes, whether they are only the beginning); few at once, large ones alone."""
        by_uid = {one.uid: one for one in heads}
        for group in groups(heads):
            is_cut = group[0].size > WHOLE
            part = f"<0.{BEGINNING}>" if is_cut else ""
            asked = f"(UID BODY.PEEK[]{part})"
            for meta, content in self.fetched([one.uid for one in group], asked):
                if (found := UID.search(meta)) and int(found[1]) in by_uid:
                    yield by_uid[int(found[1])], content, is_cut

    def fetched(self, uids: Sequence[int], asked: str) -> Iterator[tuple[bytes, bytes]]:
        """(what stands around a message's literal, the literal), each let go when it is taken."""
        status, data = self.box.client.uid("FETCH", ",".join(map(str, uids)), asked)
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH: {status}")
        data.reverse()
        while data:
            piece = data.pop()
            if isinstance(piece, tuple):
                after = data[-1] if data and isinstance(data[-1], bytes) else b""
                yield piece[0] + b" " + after, piece[1]

    def has(self, folder: str, message_id: str) -> bool:
        self.box.folder.set(folder, readonly=True)
        quoted = message_id.replace("\\", "\\\\").replace('"', '\\"')
        return bool(self.box.uids(f'HEADER Message-ID "{quoted}"', charset=None))

    def append(self, folder: str, message: bytes, when: dt.datetime) -> None:
        self.box.append(message, folder, dt=when, flag_set=["\\Seen"])


def head(meta: bytes, content: bytes) -> Head:
    uid, size = UID.search(meta), SIZE.search(meta)
    if not (uid and size):
        raise imaplib.IMAP4.error("an answer without UID or size")
    fields = BytesHeaderParser().parsebytes(content)
    own = parse.ids(charsets.raw(fields, "message-id"))
    sender = next(iter(parse.people(fields, "from")), ("", ""))
    return Head(
        int(uid[1]), int(size[1]), received(meta), parse.key_of(own[0] if own else "", sender[1])
    )


def received(meta: bytes) -> dt.datetime:
    stamp = imaplib.Internaldate2tuple(meta)
    if stamp is None:
        return timezone.now()
    return dt.datetime(*stamp[:6]).astimezone(dt.UTC)  # noqa: DTZ001  (imaplib gives local time)


def groups(heads: Sequence[Head]) -> Iterator[list[Head]]:
    """As many as fit together; one that is read from its beginning stands alone."""
    group: list[Head] = []
    size = 0
    for one in heads:
        if group and (size + one.size > TOGETHER or one.size > WHOLE):
            yield group
            group, size = [], 0
        group.append(one)
        size += one.size
    if group:
        yield group
