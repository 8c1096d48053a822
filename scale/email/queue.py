"""Mails that wait to be sent: queued once for each kind and key, dropped, or sent again."""

from collections.abc import Iterable, Sequence
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from ..codes import digest
from ..db import retry
from ..models import Conference, EmailAttachment, OutgoingEmail
from ..models.email import OutgoingEmailQuerySet
from ..text import canonical_email, printable
from . import waking
from .message import head, render_text

Status = OutgoingEmail.Status


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
    waking.wake_after_commit()
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
        waking.wake_after_commit()


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
        transaction.on_commit(waking.wake_worker)
    return count
