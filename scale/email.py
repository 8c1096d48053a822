"""Every mail is a row first. Requests queue, workers send.

    queued → sending (with a lease) → sent
                                    → queued again   the server said “later”, or was away
                                    → failed         the server said no
                                    → in doubt       nobody knows: the worker died or the line broke

A row is taken by one conditional UPDATE, so two workers never send the same
mail. A worker that dies leaves its one row in `sending`; when the lease runs
out, whoever comes next marks it in doubt, and staff decide. Ticket mails are
instead sent again with the same Message-ID, which mail programs show once.
Workers meet in the index of what is due, so each statement is run again when
it loses a deadlock; otherwise a worker would leave a sent mail in doubt.

The lease outlives every time-out of one sending (`settings.MAIL_LEASE_SECONDS`),
so a worker that is alive never loses it.
"""

import datetime as dt
import secrets
import smtplib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from email.utils import formataddr, make_msgid
from typing import Any
from urllib.parse import urlsplit

import structlog
from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.template import Context, engines
from django.utils import timezone
from kombu.exceptions import OperationalError

from .codes import digest
from .db import again, retry
from .models import Conference, EmailAttachment, OutgoingEmail
from .models.email import OutgoingEmailQuerySet
from .text import canonical_email, plain, printable

log = structlog.get_logger()
ACCOUNT = "account"  # sign-in codes and the like: their text is forgotten once sent
Status = OutgoingEmail.Status
# kind → what renders further files when such a mail leaves: they cost a request nothing.
RENDERED: dict[str, Callable[[OutgoingEmail], Iterable[tuple[str, str, bytes]]]] = {}
# kind → the headers of a mail that a person wrote.
WRITTEN: dict[str, Callable[[OutgoingEmail], dict[str, str]]] = {}
TRIES = 20  # 1, 2, 4 … 240, 240 minutes apart: two days in all
LONGEST_WAIT = 240
BROKER_PAUSE = 30  # seconds
ASK_AFTER = 0.2
_broker_back_at = 0.0
_asking = threading.Lock()


def send(
    kind: str,
    to: str,
    *,
    key: str,
    subject: str,
    template: str | None = None,
    context: dict | None = None,
    text: str | None = None,
    conference: Conference | None = None,
    to_name: str = "",
    reply_to: str = "",
    attachments: Iterable[tuple[str, str, bytes]] = (),
    resend_if_in_doubt: bool = False,
    about: str = "",
    message_id: str = "",
) -> OutgoingEmail:
    """Queue one mail in the running transaction; it leaves after commit.

    `kind` and `key` together name the mail: queued a second time it is the
    first row that comes back. Attachments are (name, content type, bytes).
    `about` is the public code of the order or ticket that it tells of; `message_id` one that
    the sender made, where answers have to find their way.
    """
    body = render_text(template, context or {}) if template else text or ""
    row = draft(
        kind,
        to,
        key=key,
        subject=subject,
        text=body,
        conference=conference,
        to_name=to_name,
        reply_to=reply_to,
        resend_if_in_doubt=resend_if_in_doubt,
        about=about,
        message_id=message_id,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            EmailAttachment.objects.bulk_create(
                EmailAttachment(email=row, name=head(name, 120), content_type=mime, content=content)
                for name, mime, content in attachments
            )
    except IntegrityError:
        return OutgoingEmail.objects.get(dedupe_key=row.dedupe_key)
    wake_after_commit()
    return row


def send_all(rows: Sequence[OutgoingEmail]) -> None:
    """Queue many drafts without attachments in few statements; those queued before stay.

    The caller holds the lock that nobody passes who would queue the same at once.
    """
    keys = [row.dedupe_key for row in rows]
    found = OutgoingEmail.objects.filter(dedupe_key__in=keys)
    known = set(found.values_list("dedupe_key", flat=True))
    new = [row for row in rows if row.dedupe_key not in known]
    OutgoingEmail.objects.bulk_create(new, batch_size=500)
    if new:
        wake_after_commit()


def not_yet(kind: str, keys: Iterable[str]) -> set[str]:
    """Those of the keys under which no mail of the kind was queued so far."""
    hashed = {digest(f"{kind}:{key}"): key for key in keys}
    found = OutgoingEmail.objects.filter(dedupe_key__in=hashed)
    known = set(found.values_list("dedupe_key", flat=True))
    return {key for name, key in hashed.items() if name not in known}


def drop_queued(kind: str, keys: Iterable[str]) -> int:
    """Of these mails, those that have not left will not; how many."""
    hashed = [digest(f"{kind}:{key}") for key in keys]
    waiting = OutgoingEmail.objects.filter(dedupe_key__in=hashed, status=Status.QUEUED)
    return waiting.update(status=Status.DROPPED)


def draft(
    kind: str, to: str, *, key: str, subject: str, text: str, to_name="", message_id="", **fields
):
    """The row of a mail, not yet queued."""
    return OutgoingEmail(
        dedupe_key=digest(f"{kind}:{key}"),
        message_id=message_id or make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
        kind=kind,
        to_address=canonical_email(to),
        to_name=head(to_name, 120),
        subject=head(subject, 240),
        text=printable(text).strip() + "\n",
        not_before=timezone.now(),
        **fields,
    )


def wake_after_commit() -> None:
    if not any(waiting[1] is wake_worker for waiting in connection.run_on_commit):
        transaction.on_commit(wake_worker)


def head(text: str, limit: int) -> str:
    """One line that may stand in the head of a mail."""
    return printable(plain(text, limit))


def render_text(template: str, context: dict) -> str:
    """Plain text from a template: nothing is escaped, “O’Neil & Sons” stays as it is."""
    found: Any = engines["django"].get_template(template)
    context = {"site_url": settings.SITE_URL, **context}
    return found.template.render(Context(context, autoescape=False))


def wake_worker() -> None:
    """Ask a worker to look now; the next beat finds the row anyway.

    A broker that is away must not keep a visitor waiting, so a thread asks,
    and after a failure nobody asks for a while.
    """
    if settings.CELERY_TASK_ALWAYS_EAGER:
        ask_worker()
    elif time.monotonic() >= _broker_back_at and _asking.acquire(blocking=False):
        threading.Thread(target=ask_soon, name="wake worker").start()


def ask_soon() -> None:
    """Once for all that is committed in a moment: asking costs as much as a small page."""
    time.sleep(ASK_AFTER)
    _asking.release()  # first, so that who commits from now on asks again
    ask_worker()


def ask_worker() -> None:
    global _broker_back_at
    try:
        current_app.tasks["scale.tasks.send_queued_mail"].apply_async(retry=False, expires=10)
    except (OperationalError, OSError) as error:
        _broker_back_at = time.monotonic() + BROKER_PAUSE
        log.warning("mail_wake_failed", error=type(error).__name__)


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


def attach_rendered(
    kind: str, render: Callable[[OutgoingEmail], Iterable[tuple[str, str, bytes]]]
) -> None:
    """Mails of this kind carry files (name, content type, bytes) made from the rows of that moment.

    `render` finds what they are about in `row.about`, and gives none when it is gone.
    """
    RENDERED[kind] = render


def written_by_people(kind: str, headers: Callable[[OutgoingEmail], dict[str, str]]) -> None:
    """Mails of this kind come from a person: with these headers (From, In-Reply-To …) and without
    the one that says a program wrote them."""
    WRITTEN[kind] = headers


def by_a_program(row: OutgoingEmail) -> dict[str, str]:
    return {"Auto-Submitted": "auto-generated"}


def nothing(row: OutgoingEmail) -> Iterable[tuple[str, str, bytes]]:
    return ()


def build(row: OutgoingEmail) -> EmailMultiAlternatives:
    headers = WRITTEN.get(row.kind, by_a_program)(row)
    message = EmailMultiAlternatives(
        subject=row.subject,
        body=row.text,
        from_email=headers.pop("From", None),
        to=[formataddr((row.to_name, row.to_address))],
        reply_to=[row.reply_to] if row.reply_to else None,
        headers={"Message-ID": row.message_id, **headers},
    )
    for attachment in row.attachments.all():
        message.attach(attachment.name, bytes(attachment.content), attachment.content_type)
    for name, mime, content in RENDERED.get(row.kind, nothing)(row):
        message.attach(head(name, 120), content, mime)
    return message


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


@retry
def decide(rows: OutgoingEmailQuerySet, again: bool) -> int:
    """Staff's word on mails that were maybe sent or failed: send again, or leave them."""
    count = rows.undecided().update(
        status=Status.QUEUED if again else Status.DROPPED,
        not_before=timezone.now(),
        attempts=0,
        lease="",
    )
    if count and again:
        transaction.on_commit(wake_worker)
    return count
