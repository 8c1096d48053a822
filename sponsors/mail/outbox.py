"""What is written here: out through the ledger of sending, and a copy into the Sent folder.

The Message-ID of each carries the conversation's token, so that answers find their way back.
A copy is put into Sent once: the folder is asked for the Message-ID first, so that a worker that
died after it had put one there does no harm, nor a relay that keeps copies itself.
"""

import datetime as dt
import secrets
from collections.abc import Iterable
from email.utils import format_datetime, formataddr
from typing import Any

from django.conf import settings
from django.utils import timezone

from scale import email
from scale.db import again
from scale.models import OutgoingEmail, User
from scale.settings.mailbox import Mailbox as Account

from ..models import Conversation, Mail
from . import imap

KIND = "conversation"
FILES = 50  # copies of one run
FILE_WITHIN = dt.timedelta(days=30)
REFERENCES = 20


def account_for(address: str = "") -> Account | None:
    """The shared mailbox with this address, else the first; None without any."""
    accounts = settings.MAILBOXES
    return next((one for one in accounts if one.address == address), next(iter(accounts), None))


def new_message_id(thread: Conversation, account: Account) -> str:
    """Without its brackets, and short: a header of one line. The conversation is locked."""
    if not thread.mail_token:
        thread.mail_token = secrets.token_hex(16)
        thread.save(update_fields=["mail_token"])
    domain = account.address.rpartition("@")[2]
    return f"c.{thread.mail_token}.{secrets.token_hex(3)}@{domain}"


def sender_of(by: User, account: Account) -> str:
    return formataddr((by.name or settings.SITE_HOST, account.address))


def mail_of(row: OutgoingEmail) -> Mail | None:
    return Mail.objects.filter(outgoing=row).select_related("answers").first()


def headers(row: OutgoingEmail) -> dict[str, str]:
    """Of a mail that a person wrote: from the shared mailbox, in its thread."""
    mail = mail_of(row)
    if mail is None:  # erased meanwhile
        return {}
    found = {"From": mail.sender}
    if mail.answers and mail.answers.message_id:
        thread = [*mail.answers.refers_to.split(), mail.answers.message_id]
        thread = thread[:1] + thread[1:][1 - REFERENCES :]
        found["In-Reply-To"] = f"<{mail.answers.message_id}>"
        found["References"] = " ".join(f"<{one}>" for one in thread)
    return found


def files(row: OutgoingEmail) -> Iterable[tuple[str, str, bytes]]:
    mail = mail_of(row)
    for one in mail.attachments.exclude(file="") if mail else ():
        with one.file.open("rb") as content:
            yield one.name, one.content_type or "application/octet-stream", content.read()


def file_sent(server: imap.Server, account: Account) -> int:
    """Copies of what was sent from this address into its Sent folder; the mailbox is leased."""
    sent = Mail.objects.filter(
        filed_at=None,
        mailbox=account.address,
        outgoing__status=OutgoingEmail.Status.SENT,
        outgoing__sent_at__gt=timezone.now() - FILE_WITHIN,
    )
    filed = 0
    for mail in sent.select_related("outgoing").order_by("pk")[:FILES]:
        outgoing = mail.outgoing
        if outgoing and outgoing.sent_at and not server.has(account.sent, mail.message_id):
            server.append(account.sent, copy_of(outgoing, outgoing.sent_at), outgoing.sent_at)
            filed += 1
        note_filed(mail)
    return filed


def copy_of(outgoing: OutgoingEmail, sent_at: dt.datetime) -> bytes:
    message = email.build(outgoing)
    message.extra_headers["Date"] = format_datetime(sent_at)
    whole: Any = message.message()  # Django's own kind, which knows line ends
    return whole.as_bytes(linesep="\r\n")


@again
def note_filed(mail: Mail) -> None:
    Mail.objects.filter(pk=mail.pk).update(filed_at=timezone.now())
