"""A message becomes one Mail, in the conversation that it belongs to.

    our token in a Message-ID it answers → that conversation
    else a message it refers to, or that refers to it → the same conversation as that
    else the exact address of a contact of one organization → its conversation of that subject,
         or a new one
    else it waits to be sorted; nothing is guessed

Locks: the organization, then its conversation, then mails. Two readers that hold the same message
meet in its unique key.
"""

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from scale import text as text_
from scale.codes import digest
from scale.db import retry
from scale.models import Conference, OutgoingEmail

from ..models import (
    Contact,
    Conversation,
    IgnoredSender,
    Mail,
    MailAttachment,
    MailReference,
    Note,
    Organization,
)
from . import automatic
from .parse import File, Letter

Way, Status, State = Mail.Way, Mail.Status, Conversation.State
TOKEN = re.compile(r"c\.([0-9a-f]{32})\.[0-9a-z]+@")
ANSWER = re.compile(
    r"\s*((re|fwd?|aw|wg|sv|vs|tr|rv|antw)\s*(\[\d+\])?\s*:|\[[^\]]{1,40}\])\s*", re.I
)
KINDS = {automatic.AUTOMATIC: Status.AUTOMATIC, automatic.BOUNCE: Status.BOUNCE}
FUTURE = dt.timedelta(days=1)
THREADS = 200  # conversations of one organization that a subject is looked for in


def take_in(letter: Letter, *, from_sent: bool, received_at: dt.datetime) -> Mail | None:
    """Keep a message that is new; None where it is known already."""
    files: list[MailAttachment] = []
    try:
        return kept(letter, from_sent, received_at, files)
    except BaseException as error:
        for one in files:
            if one.file.name and getattr(one.file, "_committed", False):
                one.file.storage.delete(one.file.name)
        known = isinstance(error, IntegrityError) and Mail.objects.filter(key=letter.key).exists()
        if not known:
            raise
        return None


@retry
def kept(
    letter: Letter, from_sent: bool, received_at: dt.datetime, files: list[MailAttachment]
) -> Mail:
    mail = draft(letter, from_sent, received_at)
    mail.save(force_insert=True)
    thread = [digest(one) for one in letter.references]
    own = [digest(letter.message_id)] if letter.message_id else []
    MailReference.objects.bulk_create(
        MailReference(mail=mail, digest=one) for one in dict.fromkeys(own + thread)
    )
    files[:] = [kept_file(mail, one) for one in letter.files]
    MailAttachment.objects.bulk_create(files)
    if letter.bounce and not mail.is_ours:
        note_bounce(letter.bounce)
        thread += [digest(one) for one in letter.bounce.originals]
    place(mail, by_token(letter), own + thread)
    return mail


def draft(letter: Letter, from_sent: bool, received_at: dt.datetime) -> Mail:
    ours = our_addresses()
    is_ours = from_sent or letter.sender[1] in ours
    others = [one for one in letter.recipients if one[1] not in ours]
    name, address = (first_known(others) if is_ours else letter.sender) or ("", "")
    here = [one[1] for one in (letter.sender, *letter.recipients) if one[1] in ours]
    when = letter.sent_at
    if when is None or when > timezone.now() + FUTURE:
        when = received_at
    return Mail(
        key=letter.key,
        message_id=letter.message_id[:250],
        refers_to=" ".join(letter.references),
        way=Way.OUT if is_ours else Way.IN,
        status=KINDS.get(letter.kind, Status.TRIAGE),
        party_name=name[:120],
        party_address=address,
        sender=shown([letter.sender])[:250],
        recipients=shown(letter.recipients),
        subject=text_.plain(letter.subject, 250),
        text=letter.text,
        html=letter.html,
        is_cut=letter.is_cut,
        sent_at=when,
        mailbox=here[0] if here else "",
    )


def our_addresses() -> set[str]:
    return {account.address for account in settings.MAILBOXES}


def shown(people: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} <{address}>" if name else address for name, address in people)


def first_known(people: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Of those a mail of ours went to: a contact before whoever stands first."""
    if len(people) > 1:
        addresses = [address for _, address in people]
        known = set(Contact.objects.filter(email__in=addresses).values_list("email", flat=True))
        people = [one for one in people if one[1] in known] or people
    return people[0] if people else None


def kept_file(mail: Mail, file: File) -> MailAttachment:
    row = MailAttachment(
        mail=mail,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        refused=file.refused,
    )
    if file.content is not None:
        # A name of its own: nothing that came with a mail names a file on our disk.
        ending = PurePosixPath(file.name).suffix.lower()
        row.file = ContentFile(file.content, name=f"{secrets.token_hex(16)}{ending}")
    return row


def note_bounce(bounce: automatic.Bounce) -> None:
    """A contact whom a mail of ours did not reach, for good. Only what we sent counts."""
    if not (bounce.is_final and bounce.originals):
        return
    sent = Mail.objects.filter(way=Way.OUT).filter(
        references__digest__in=[digest(one) for one in bounce.originals]
    )
    to = " ".join(sent.values_list("recipients", flat=True)).lower()
    queued = OutgoingEmail.objects.filter(message_id__in=[f"<{one}>" for one in bounce.originals])
    reached_for = set(queued.values_list("to_address", flat=True))
    for address in bounce.recipients:
        if address in reached_for or (address and address in to):
            Contact.objects.filter(email=address).update(
                bounced_address=address, bounced_at=timezone.now(), bounce_why=bounce.why
            )


def by_token(letter: Letter) -> Conversation | None:
    """The conversation whose secret token stands in what this answers."""
    originals = letter.bounce.originals if letter.bounce else []
    ids = [*letter.references, letter.message_id, *originals]
    tokens = [found[1] for one in ids if (found := TOKEN.match(one))]
    if not tokens:
        return None
    return Conversation.objects.filter(mail_token__in=tokens).select_related("conference").first()


def by_reference(mail: Mail, digests: Sequence[str]) -> Conversation | None:
    """The conversation of the newest mail of the same thread."""
    near = MailReference.objects.filter(digest__in=digests, mail__conversation__isnull=False)
    pks = near.exclude(mail=mail).order_by("-mail__sent_at").values_list("mail__conversation")[:1]
    # Mostly there is none, and asking for one number costs little.
    found = pks.first()
    threads = Conversation.objects.select_related("conference", "organization")
    return threads.filter(pk=found[0]).first() if found else None


def place(mail: Mail, thread: Conversation | None, digests: Sequence[str]) -> bool:
    """Put a new mail, or one that waits, where it belongs; False where nobody can tell."""
    thread = thread or (by_reference(mail, digests) if digests else None)
    contacts = list(Contact.objects.filter(email=mail.party_address).exclude(email=""))
    if mail.status in (Status.AUTOMATIC, Status.BOUNCE):  # shown in a thread, never one of its own
        if thread:
            Mail.objects.filter(pk=mail.pk).update(conversation=thread)
        return bool(thread)
    if thread is None and not mail.is_ours and is_ignored(mail.party_address):
        Mail.objects.filter(pk=mail.pk).update(status=Status.IGNORED)
        return False
    organizations = {one.organization_id for one in contacts}
    if thread is not None:
        thread = going_on(thread, mail)
    elif len(organizations) == 1:
        thread = thread_with(organizations.pop(), mail, digests)
    else:
        return False
    attach(mail, thread, contacts, digests)
    return True


def is_ignored(address: str) -> bool:
    return IgnoredSender.objects.filter(address_digest=digest(address)).exists()


def going_on(thread: Conversation, mail: Mail) -> Conversation:
    """The conversation; what goes on after its edition was closed is one of the present edition."""
    if not (thread.conference and thread.conference.is_closed):
        return thread
    return same_subject(thread.organization, mail) or begun(thread.organization, mail)


def thread_with(organization_id: int, mail: Mail, digests: Sequence[str]) -> Conversation:
    """The organization's conversation that goes on with this mail, begun if there is none."""
    # Whoever begins a conversation passes this row: two mails of one thread see each other.
    organization = Organization.objects.lock(organization_id)
    if digests and (thread := by_reference(mail, digests)):
        return going_on(thread, mail)
    return same_subject(organization, mail) or begun(organization, mail)


def same_subject(organization: Organization, mail: Mail) -> Conversation | None:
    wanted = bare(mail.subject)
    threads = organization.conversations.exclude(state=State.DONE).filter(
        Q(conference=None) | Q(conference__closed_at=None)
    )
    for thread in threads.order_by("-pk")[:THREADS] if wanted else ():
        if bare(thread.subject) == wanted:
            return thread
    return None


def bare(subject: str) -> str:
    """A subject without “Re:”, “Fwd:” and the marks of lists."""
    while found := ANSWER.match(subject):
        subject = subject[found.end() :]
    return text_.plain(subject, 200).casefold()


def begun(organization: Organization, mail: Mail) -> Conversation:
    edition = Conference.objects.current()
    subject = mail.subject
    while found := ANSWER.match(subject):
        subject = subject[found.end() :]
    return Conversation.objects.create(
        organization=organization,
        conference=None if edition is None or edition.is_closed else edition,
        subject=text_.plain(subject, 200) or text_.plain(mail.text, 60) or "Mail without a subject",
        owner=organization.owner,
    )


def attach(
    mail: Mail, thread: Conversation, contacts: Sequence[Contact], digests: Sequence[str]
) -> None:
    """Into the conversation, and with it what waits of the same thread."""
    contact = next((one for one in contacts if one.organization_id == thread.organization_id), None)
    mail.conversation, mail.contact, mail.status = thread, contact, Status.ATTACHED
    mail.save(update_fields=["conversation", "contact", "status"])
    if contact and contact.bounces and not mail.is_ours:  # they write from there: it works
        Contact.objects.filter(pk=contact.pk).update(bounced_address="", bounced_at=None)
    if digests:
        waiting = Mail.objects.filter(status=Status.TRIAGE).related(digests)
        pks = list(waiting.values_list("pk", flat=True)[:200])
        if pks:
            Mail.objects.filter(pk__in=pks, status=Status.TRIAGE).update(
                conversation=thread, status=Status.ATTACHED
            )
    turn(thread, mail)


def turn(thread: Conversation, mail: Mail) -> None:
    """Whoever wrote last waits for the other; what was said since then counts more.

    Heads of mails know whole seconds only.
    """
    state = State.WAITING_FOR_THEM if mail.is_ours else State.WAITING_FOR_US
    since = mail.sent_at + dt.timedelta(seconds=1)
    later = Mail.objects.filter(conversation=thread, status=Status.ATTACHED, sent_at__gte=since)
    said = Note.objects.filter(conversation=thread, written_at__gte=since)
    if thread.state != state and not later.exists() and not said.exists():
        Conversation.objects.filter(pk=thread.pk).update(state=state)


def place_waiting(address: str) -> int:
    """Place what waits of an address that is a contact's now; how many found their place."""
    waiting = Mail.objects.filter(status=Status.TRIAGE, party_address=address)
    placed = 0
    for mail in waiting.order_by("sent_at").prefetch_related("references")[:500]:
        placed += place(mail, None, [one.digest for one in mail.references.all()])
    return placed
