"""Reading the shared mailboxes: each minute, one reader a mailbox, on from where it stood.

Where a folder stands is its UIDVALIDITY and the last UID taken in. Both are written after each
batch, so a reader that is killed repeats a part of one batch, and what is known is not taken twice.
When the UIDVALIDITY changes everything is looked at again: the heads tell what is known.
"""

import datetime as dt
import secrets
import time
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import DataError
from django.db.models import Q
from django.utils import timezone

from scale.codes import digest
from scale.db import again
from scale.health import Finding, words
from scale.settings.mailbox import Mailbox as Account

from ..models import Mail, Mailbox, MailFolder
from . import imap, outbox, parse, place

log = structlog.get_logger()
BATCH = 100
SECONDS = 40  # of one run; what is left is for the next
LEASE = dt.timedelta(minutes=5)
LATE = dt.timedelta(minutes=15)


class LeaseLost(Exception):
    """Another reader has taken over."""


def run(seconds: float = SECONDS) -> int:
    """Take in what is new in every mailbox; how many messages that were."""
    end = time.monotonic() + seconds
    return sum(read(account, end) for account in settings.MAILBOXES)


def read(account: Account, end: float) -> int:
    """One mailbox; 0 where somebody else reads it just now."""
    row = leased(account)
    if row is None:
        return 0
    taken = 0
    try:
        with imap.connected(account) as server:
            outbox.file_sent(server, account)
            for name in account.folders:
                taken += take_folder(server, row, name, end, from_sent=name == account.sent)
    except imap.FAULTS as error:
        log.warning("mailbox_not_read", error=type(error).__name__)
        release(row, last_error=f"{type(error).__name__}: {error}"[:200])
    except LeaseLost:
        log.warning("mailbox_lease_lost")
    except BaseException:
        release(row, last_error="a fault of ours, see the log")
        raise
    else:
        release(row, last_error="", last_good_at=timezone.now())
    return taken


@again
def leased(account: Account) -> Mailbox | None:
    row, _ = Mailbox.objects.get_or_create(name=account.name)
    now = timezone.now()
    free = Mailbox.objects.filter(Q(lease="") | Q(leased_until__lt=now), pk=row.pk)
    row.lease = secrets.token_hex(16)
    return row if free.update(lease=row.lease, leased_until=now + LEASE) else None


@again
def renew(row: Mailbox) -> None:
    held = Mailbox.objects.filter(pk=row.pk, lease=row.lease)
    if not held.update(leased_until=timezone.now() + LEASE):
        raise LeaseLost


@again
def release(row: Mailbox, **facts: object) -> None:
    Mailbox.objects.filter(pk=row.pk, lease=row.lease).update(lease="", leased_until=None, **facts)


def take_folder(
    server: imap.Server, mailbox: Mailbox, name: str, end: float, *, from_sent: bool
) -> int:
    """Batch after batch until nothing is new or the time is over; how many were new.

    One batch is always taken: a slow server keeps nothing waiting for ever.
    """
    folder, _ = MailFolder.objects.get_or_create(
        mailbox=mailbox, name_digest=digest(name), defaults={"name": name}
    )
    validity = server.look(name)
    if folder.uidvalidity != validity:
        stand(folder, uidvalidity=validity, last_uid=0)
    uids, taken = server.uids_after(folder.last_uid), 0
    stand(folder, waiting=len(uids))
    while uids:
        renew(mailbox)
        batch, uids = uids[:BATCH], uids[BATCH:]
        taken += take_batch(server, batch, from_sent=from_sent)
        stand(folder, last_uid=batch[-1], waiting=len(uids))
        if time.monotonic() > end:
            break
    return taken


@again
def stand(folder: MailFolder, **facts: int) -> None:
    for name, value in facts.items():
        setattr(folder, name, value)
    folder.save(update_fields=list(facts))


def take_batch(server: imap.Server, uids: Sequence[int], *, from_sent: bool) -> int:
    heads = server.heads(uids)
    keys = [head.key for head in heads if head.key]
    known = set(Mail.objects.filter(key__in=keys).values_list("key", flat=True))
    taken = 0
    for head, content, is_cut in server.messages([one for one in heads if one.key not in known]):
        taken += take(content, is_cut, from_sent, head.received_at)
    return taken


def take(content: bytes, is_cut: bool, from_sent: bool, received_at: dt.datetime) -> bool:
    facts = {"from_sent": from_sent, "received_at": received_at}
    try:
        return place.take_in(parse.letter(content, is_cut=is_cut), **facts) is not None
    except (DataError, ValueError) as error:  # nothing that one message holds may stop the others
        log.error("mail_taken_in_part", error=type(error).__name__)
        return place.take_in(parse.headers_alone(content), **facts) is not None


def health() -> Finding:
    """Whether every mailbox was read lately, how long ago, and what waits in it."""
    if not settings.MAILBOXES:
        return Finding(True, "no shared mailbox is set up")
    names = {account.name for account in settings.MAILBOXES}
    rows = Mailbox.objects.filter(name__in=names).prefetch_related("folders")
    found = {row.name: row for row in rows}
    if missing := names - found.keys():
        return Finding(False, f"{len(missing)} of {len(names)} mailboxes not read yet")
    oldest = min(found.values(), key=lambda row: row.last_good_at or row.first_at)
    age = timezone.now() - (oldest.last_good_at or oldest.first_at)
    waiting = sum(folder.waiting for row in found.values() for folder in row.folders.all())
    says = f"read {words(age)} ago" if oldest.last_good_at else f"not read for {words(age)}"
    says += f", {waiting} messages not yet taken in" if waiting else ""
    says += f" ({oldest.last_error})" if oldest.last_error else ""
    return Finding(age < LATE, f"the shared mailbox was {says}")
