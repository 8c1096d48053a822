"""Mail of the shared mailbox: sorted by people, and written."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from scale import codes, email
from scale import text as text_
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..mail import outbox, parse, place
from ..models import (
    Contact,
    Conversation,
    IgnoredSender,
    Mail,
    MailReference,
    Organization,
)
from .conversations import own_conversation
from .organizations import kept_contact
from .rules import REPLAY, Refused, locked_organization

Status = Mail.Status


@retry
def attach_mail(
    conference: Conference,
    pk: int,
    by: User,
    *,
    conversation: int | None = None,
    organization: int | None = None,
) -> Mail:
    """Put a mail into a conversation, or into a new one with the organization."""
    require_open(conference)
    if conversation is not None:
        thread = own_conversation(conversation, by)
        mail = held(pk)
    else:
        found = locked_organization(organization or 0)
        mail = held(pk)
        thread = place.begun(found, mail)
        thread.conference, thread.owner = conference, by
        thread.save(update_fields=["conference", "owner"])
    if mail.conversation_id == thread.pk:
        return mail
    if mail.conversation and (fault := mail.conversation.why_not(by)):
        raise Refused(fault)
    contacts = Contact.objects.filter(
        email=mail.party_address, organization=thread.organization_id
    ).exclude(email="")
    digests = [one.digest for one in mail.references.all()]
    place.attach(mail, thread, list(contacts), digests)
    return mail


def held(pk: int) -> Mail:
    """The mail, locked until the end of the transaction."""
    mail = Mail.objects.select_for_update().filter(pk=pk).first()
    if mail is None:
        raise Refused("This mail is gone.")
    return mail


@retry
def add_contact_of_mail(
    conference: Conference, pk: int, *, organization: str, **facts: Any
) -> Contact:
    """Whoever wrote it becomes a contact, at an organization known or new by its name.

    What waits of that address finds its place.
    """
    require_open(conference)
    # Whoever adds an organization passes this row, so that two clicks see each other.
    Conference.objects.select_for_update().get(pk=conference.pk)
    named = list(Organization.objects.filter(name__iexact=organization)[:2])
    if len(named) > 1:
        raise Refused(
            "Several organizations have this name: add the contact on its page.", "organization"
        )
    place_of_work = (
        named[0] if named else Organization.objects.create(name=organization, is_company=True)
    )
    contact = kept_contact(Contact(organization=place_of_work), **facts)
    mail = held(pk)
    place.place_waiting(contact.email)
    if mail.conversation and mail.conversation.organization_id == place_of_work.pk:
        Mail.objects.filter(pk=mail.pk).update(contact=contact)
    return contact


@retry
def ignore_sender(conference: Conference, pk: int, by: User) -> IgnoredSender:
    """Nobody has to sort this address's mail, what waits of it included."""
    require_open(conference)
    mail = Mail.objects.filter(pk=pk).first()
    if mail is None:
        raise Refused("This mail is gone.")
    address = mail.party_address
    if not address or mail.is_ours:
        raise Refused("There is no sender to ignore.")
    if Contact.objects.filter(email=address).exists():
        raise Refused("This is the address of a contact: attach the mail instead.")
    row, _ = IgnoredSender.objects.get_or_create(
        address_digest=codes.digest(address), defaults={"address": address, "by": by}
    )
    waiting = Mail.objects.filter(party_address=address, status=Status.TRIAGE, way=Mail.Way.IN)
    waiting.update(status=Status.IGNORED)
    return row


@retry
def listen_again(conference: Conference, pk: int) -> str:
    """The sender's mail is to be sorted again, what came meanwhile too; their address."""
    require_open(conference)
    row = IgnoredSender.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("This sender is not ignored any more.")
    address = row.address
    row.delete()
    Mail.objects.filter(party_address=address, status=Status.IGNORED).update(status=Status.TRIAGE)
    place.place_waiting(address)
    return address


@retry
def write_mail(
    conference: Conference,
    organization: Organization,
    by: User,
    *,
    contact: int,
    subject: str,
    text: str,
    conversation: int | None = None,
    answers: Mail | None = None,
    files: Iterable[tuple[str, str, bytes]] = (),
) -> Mail:
    """A mail to a contact, in a conversation or as the first word of a new one."""
    require_open(conference)
    account = outbox.account_for(answers.mailbox if answers else "")
    if account is None:
        raise Refused("No shared mailbox is set up: nothing can be written from here.")
    organization = locked_organization(organization.pk)
    to = Contact.objects.filter(pk=contact, organization=organization).exclude(email="").first()
    if to is None:
        raise Refused("This person has no e-mail address.", "contact")
    if earlier := sent_before(by, to.email, subject, text):
        return earlier
    if conversation is None:
        thread = Conversation.objects.create(
            organization=organization,
            conference=conference,
            subject=text_.plain(subject, 200),
            owner=by,
        )
    else:
        thread = own_conversation(conversation, by, organization=organization)
    mail = new_mail(thread, account, by, to, subject, text, answers)
    keep_files(mail, files)
    mail.outgoing = email.send(
        outbox.KIND,
        to.email,
        key=mail.message_id,
        message_id=f"<{mail.message_id}>",
        subject=subject,
        text=text,
        to_name=to.name,
    )
    mail.save(update_fields=["outgoing"])
    place.turn(thread, mail)
    return mail


def sent_before(by: User, address: str, subject: str, text: str) -> Mail | None:
    """The mail that a second click would send again."""
    earlier = Mail.objects.filter(written_by=by, taken_at__gt=timezone.now() - REPLAY)
    for mail in earlier.filter(party_address=address):
        if (mail.subject, mail.text) == (text_.plain(subject, 250), text):
            return mail
    return None


def new_mail(thread, account, by: User, to: Contact, subject: str, text: str, answers) -> Mail:
    message_id = outbox.new_message_id(thread, account)
    mail = Mail.objects.create(
        key=parse.key_of(message_id, account.address),
        message_id=message_id,
        refers_to=f"{answers.refers_to} {answers.message_id}".strip() if answers else "",
        way=Mail.Way.OUT,
        status=Status.ATTACHED,
        conversation=thread,
        contact=to,
        party_name=to.name,
        party_address=to.email,
        sender=outbox.sender_of(by, account),
        recipients=place.shown([(to.name, to.email)]),
        subject=text_.plain(subject, 250),
        text=text,
        sent_at=timezone.now(),
        written_by=by,
        answers=answers,
        mailbox=account.address,
    )
    ids = dict.fromkeys([message_id, *mail.refers_to.split()])
    MailReference.objects.bulk_create(
        MailReference(mail=mail, digest=codes.digest(one)) for one in ids
    )
    return mail


def keep_files(mail: Mail, files: Iterable[tuple[str, str, bytes]]) -> None:
    for name, kind, content in files:
        ending = PurePosixPath(name).suffix.lower()
        stored = ContentFile(content, name=f"{codes.new_code(24)}{ending}")
        mail.attachments.create(name=name, content_type=kind, size=len(content), file=stored)
