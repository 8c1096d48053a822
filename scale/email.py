"""Every mail is a row first. Requests queue, workers send.

    queued → sending (with a lease) → sent
                                    → queued again   the server said “later”, or was away
                                    → failed         the server said no
                                    → in doubt       nobody knows: the worker died or the line broke

A row is taken by one conditional UPDATE, so two workers never send the same
mail. A worker that dies leaves its one row in `sending`; when the lease runs
out, whoever comes next marks it in doubt, and staff decide. Ticket mails are
instead sent again with the same Message-ID, which mail programs show once.
"""

import datetime as dt
import os
import secrets
import smtplib
from collections.abc import Iterable
from email.utils import formataddr, make_msgid
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from .codes import digest
from .models import Conference, EmailAttachment, OutgoingEmail
from .text import canonical_email, plain

log = structlog.get_logger()
Status = OutgoingEmail.Status
BACKOFF = [dt.timedelta(minutes=m) for m in (1, 5, 20, 60, 240)]


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
) -> OutgoingEmail:
    """Queue one mail in the running transaction; it leaves after commit.

    `kind` and `key` together name the mail: queued a second time it is the
    first row that comes back. Attachments are (name, content type, bytes).
    """
    dedupe_key = digest(f"{kind}:{key}")
    body = render_to_string(template, context or {}) if template else text or ""
    row = OutgoingEmail(
        conference=conference,
        dedupe_key=dedupe_key,
        message_id=make_msgid(domain=urlsplit(settings.SITE_URL).hostname),
        kind=kind,
        to_address=canonical_email(to),
        to_name=plain(to_name, 120),
        reply_to=reply_to,
        subject=plain(subject, 240),
        text=body.strip() + "\n",
        resend_if_in_doubt=resend_if_in_doubt,
        not_before=timezone.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            EmailAttachment.objects.bulk_create(
                EmailAttachment(email=row, name=name, content_type=mime, content=content)
                for name, mime, content in attachments
            )
    except IntegrityError:
        return OutgoingEmail.objects.get(dedupe_key=dedupe_key)
    transaction.on_commit(wake_worker)
    return row


def wake_worker() -> None:
    """Ask a worker to look now; without a broker the next beat finds the row anyway."""
    try:
        current_app.tasks["scale.tasks.send_queued_mail"].apply_async(retry=False, expires=10)
    except Exception as error:
        log.warning("mail_wake_failed", error=type(error).__name__)


def deliver_queued(limit: int = 1000) -> int:
    """Send what is due, one by one, oldest first; returns how many the server took.

    Safe to run in any number of processes at once, and to be killed at any moment.
    """
    settle_lapsed()
    sent = 0
    connection = None
    for _ in range(limit):
        row = take_next()
        if row is None:
            break
        if connection is None:
            connection = get_connection()
            try:
                connection.open()
            except OSError as error:  # smtplib's errors are OSErrors too
                put_back(row, f"no mail server: {error}")
                break
        if not send_row(row, connection):
            connection.close()
            connection = None
        sent += row.status == Status.SENT
    if connection is not None:
        connection.close()
    return sent


def settle_lapsed() -> None:
    """What a dead worker left behind is in doubt, or sent again where its sender chose so."""
    lapsed = OutgoingEmail.objects.lapsed(timezone.now())
    lapsed.filter(resend_if_in_doubt=True).update(status=Status.QUEUED, lease="")
    lapsed.filter(resend_if_in_doubt=False).update(
        status=Status.IN_DOUBT, lease="", last_error="The worker stopped while sending."
    )


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
            status=Status.SENDING,
            lease=lease,
            leased_until=now + dt.timedelta(seconds=settings.MAIL_LEASE_SECONDS),
        )
        if taken:
            return OutgoingEmail.objects.get(pk=pk)


def send_row(row: OutgoingEmail, connection: BaseEmailBackend) -> bool:
    """Hand one leased row to the server; False when the connection is used up."""
    try:
        message = build(row)
        message.connection = connection
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        refuse(row, code, reason)
    except smtplib.SMTPResponseException as error:
        refuse(row, error.smtp_code, error.smtp_error)
    except ValueError as error:  # an address or header that cannot be written
        finish(row, Status.FAILED, str(error))
    except (OSError, smtplib.SMTPException) as error:
        # Broken in the middle: the server may have it.
        if row.resend_if_in_doubt:
            put_back(row, f"broken off: {error}")
        else:
            finish(row, Status.IN_DOUBT, f"broken off: {error}")
    else:
        finish(row, Status.SENT)
        return True
    return False


def build(row: OutgoingEmail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=row.subject,
        body=row.text,
        to=[formataddr((row.to_name, row.to_address))],
        reply_to=[row.reply_to] if row.reply_to else None,
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"},
    )
    for attachment in row.attachments.all():
        message.attach(attachment.name, bytes(attachment.content), attachment.content_type)
    return message


def refuse(row: OutgoingEmail, code: int, reason: bytes | str) -> None:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    if 400 <= code < 500:
        put_back(row, f"{code} {words}")
    else:
        finish(row, Status.FAILED, f"{code} {words}")


def put_back(row: OutgoingEmail, why: str) -> None:
    """Try again later; after the last try it has failed."""
    if row.attempts >= len(BACKOFF):
        finish(row, Status.FAILED, why)
        return
    OutgoingEmail.objects.filter(pk=row.pk, lease=row.lease).update(
        status=Status.QUEUED,
        lease="",
        attempts=row.attempts + 1,
        not_before=timezone.now() + BACKOFF[row.attempts],
        last_error=why[:300],
    )


def finish(row: OutgoingEmail, status: str, error: str = "") -> None:
    """Note the end, unless the lease ran out and another has decided already."""
    row.status = status
    now = timezone.now()
    done = OutgoingEmail.objects.filter(pk=row.pk, lease=row.lease).update(
        status=status,
        lease="",
        attempts=row.attempts + 1,
        sent_at=now if status == Status.SENT else None,
        last_error=error[:300],
    )
    if not done:
        log.warning("mail_lease_lost", mail=row.pk, outcome=status)


@transaction.atomic
def decide(row: OutgoingEmail, again: bool) -> bool:
    """Staff's word on a mail that was maybe sent or failed: send again, or leave it."""
    return bool(
        OutgoingEmail.objects.filter(pk=row.pk, status__in=[Status.IN_DOUBT, Status.FAILED]).update(
            status=Status.QUEUED if again else Status.DROPPED,
            not_before=timezone.now(),
            attempts=0,
        )
    )


class FolderBackend(BaseEmailBackend):
    """Keeps each mail as one .eml file under var/mail/, for the demo and for development."""

    def send_messages(self, email_messages):
        folder = Path(settings.MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            stamp = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
            path = folder / f"{stamp}-{secrets.token_hex(4)}.eml"
            partial = path.with_suffix(".part")
            partial.write_bytes(message.message().as_bytes())
            os.replace(partial, path)
        return len(email_messages)
