"""What a mail is when it leaves: its head, its text, and the files that are rendered then."""

from collections.abc import Callable, Iterable
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, engines

from ..models import OutgoingEmail
from ..text import plain, printable

# kind → what renders further files when such a mail leaves: they cost a request nothing.
RENDERED: dict[str, Callable[[OutgoingEmail], Iterable[tuple[str, str, bytes]]]] = {}
# kind → the headers of a mail that a person wrote.
WRITTEN: dict[str, Callable[[OutgoingEmail], dict[str, str]]] = {}


def head(text: str, limit: int) -> str:
    """One line that may stand in the head of a mail."""
    return printable(plain(text, limit))


def render_text(template: str, context: dict) -> str:
    """Plain text from a template: nothing is escaped, “O’Neil & Sons” stays as it is."""
    found: Any = engines["django"].get_template(template)
    context = {"site_url": settings.SITE_URL, **context}
    return found.template.render(Context(context, autoescape=False))


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
