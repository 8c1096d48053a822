"""Workers take rows one by one, hand them to the mail server, and note what became of each."""

import datetime as dt
import secrets
import smtplib
from contextlib import suppress

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone

from ..db import again
from ..models import OutgoingEmail
from .message import build

log = structlog.get_logger()
ACCOUNT = "account"  # sign-in codes and the like: their text is forgotten once sent
Status = OutgoingEmail.Status
TRIES = 20  # 1, 2, 4 … 240, 240 minutes apart: two days in all
LONGEST_WAIT = 240


def deliver_queued(limit: int = 1000) -> int:
    """Send what is due, one by one, oldest first; returns how many the server took.

    Safe to run in any number of processes at once, and to be killed at any moment.
    """
    settle_lapsed()
    sent = 0
    server = None
    for _ in range(limit):
        row = take_next()
        if row is None:
            break
        if server is None:
            server = get_connection()
            try:
                server.open()
            except OSError as error:  # smtplib's errors are OSErrors too
                put_back(row, f"no mail server: {error}")
                break
            renew(row)
        if not send_row(row, server):
            hang_up(server)
            server = None
        sent += row.status == Status.SENT
    if server is not None:
        hang_up(server)
    return sent


def hang_up(server: BaseEmailBackend) -> None:
    with suppress(OSError):  # it may be gone already
        server.close()


@again
def settle_lapsed() -> None:
    """What a dead worker left behind is in doubt, or sent again where its sender chose so.

    A row in doubt keeps its lease: if the worker was only slow, `finish` still ends the doubt.
    """
    now = timezone.now()
    # Found first without a lock: an UPDATE that walks the index would stop every other worker.
    found = list(OutgoingEmail.objects.lapsed(now).values_list("pk", flat=True)[:1000])
    if not found:
        return
    lapsed = OutgoingEmail.objects.lapsed(now).filter(pk__in=found)
    lapsed.filter(resend_if_in_doubt=True, attempts__lt=TRIES).update(
        status=Status.QUEUED, lease="", attempts=F("attempts") + 1
    )
    lapsed.update(status=Status.IN_DOUBT, last_error="The worker stopped while sending.")


@again
def take_next() -> OutgoingEmail | None:
    """Lease the next row that is due; no two callers get the same."""
    while True:
        now = timezone.now()
        pk = (
            OutgoingEmail.objects.due(now)
            .order_by("not_before", "pk")
            .values_list("pk", flat=True)
            .first()
        )
        if pk is None:
            return None
        lease = secrets.token_hex(16)
        taken = OutgoingEmail.objects.filter(pk=pk, status=Status.QUEUED).update(
            status=Status.SENDING, lease=lease, leased_until=lease_end(now)
        )
        if taken:
            return OutgoingEmail.objects.get(pk=pk)


def lease_end(now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(seconds=settings.MAIL_LEASE_SECONDS)


@again
def renew(row: OutgoingEmail) -> None:
    """Reaching the server took its own time; the lease is for the sending."""
    OutgoingEmail.objects.filter(pk=row.pk, lease=row.lease).update(
        leased_until=lease_end(timezone.now())
    )


def send_row(row: OutgoingEmail, server: BaseEmailBackend) -> bool:
    """Hand one leased row to the server; False when the connection is used up."""
    try:
        message = build(row)
        message.message()
    except Exception as error:  # whatever cannot be written as a mail must not stop the others
        finish(row, Status.FAILED, f"cannot be written as a mail: {error}")
        return True
    try:
        taken = server.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        refuse(row, *next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        if 400 <= error.smtp_code < 600:
            refuse(row, error.smtp_code, error.smtp_error)
        else:  # an answer that means nothing
            break_off(row, error, getattr(server, "may_have_it", True))
    except smtplib.SMTPNotSupportedError as error:
        finish(row, Status.FAILED, str(error))
    except OSError as error:
        break_off(row, error, getattr(server, "may_have_it", True))
    else:
        finish(row, Status.SENT if taken else Status.FAILED, "" if taken else "no address")
        return True
    return False


def refuse(row: OutgoingEmail, code: int, reason: bytes | str) -> None:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    if 400 <= code < 500:
        put_back(row, f"{code} {words}")
    else:
        finish(row, Status.FAILED, f"{code} {words}")


def break_off(row: OutgoingEmail, error: OSError, may_have_it: bool) -> None:
    """The line broke; whether the server has the mail depends on how far it had come."""
    if not may_have_it or (row.resend_if_in_doubt and row.attempts < TRIES):
        put_back(row, f"broken off: {error}")
    else:
        finish(row, Status.IN_DOUBT, f"broken off: {error}")


@again
def put_back(row: OutgoingEmail, why: str) -> None:
    """Try again later; after the last try it has failed."""
    if row.attempts >= TRIES:
        finish(row, Status.FAILED, why)
        return
    wait = dt.timedelta(minutes=min(2**row.attempts, LONGEST_WAIT))
    OutgoingEmail.objects.filter(pk=row.pk, lease=row.lease).update(
        status=Status.QUEUED,
        lease="",
        attempts=row.attempts + 1,
        not_before=timezone.now() + wait,
        last_error=why[:300],
    )


@again
def finish(row: OutgoingEmail, status: str, error: str = "") -> None:
    """Note the end, unless the lease ran out and another has decided already."""
    row.status = status
    now = timezone.now()
    secret = row.kind == ACCOUNT and status == Status.SENT
    forgotten = {"text": "(a code or link that was good for a short time)"} if secret else {}
    done = OutgoingEmail.objects.filter(pk=row.pk, lease=row.lease).update(
        status=status,
        lease="",
        attempts=row.attempts + 1,
        sent_at=now if status == Status.SENT else None,
        last_error=error[:300],
        **forgotten,
    )
    if not done:
        log.warning("mail_lease_lost", mail=row.pk, outcome=status)
