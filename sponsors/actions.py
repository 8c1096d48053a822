"""What the committee does: note what was said, agree on a deal, sign it or take it back.

Everything here refuses with `Refused` or `EditionClosed`, whose text is for people.
A form that is sent twice (a double click, a reloaded page) does its work once.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from registration.actions import AllowanceUsedUp, give_ticket
from registration.actions import SoldOut as NoPlaces
from registration.models import Ticket
from scale import text as text_
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from .models import Contact, Conversation, FollowUp, Note, Organization, Package, Sponsorship

Status = Sponsorship.Status
R = TypeVar("R", bound=models.Model)
E = TypeVar("E", Note, FollowUp)
# The same thing from the same person within this time was sent twice, not said twice.
REPLAY = dt.timedelta(minutes=1)


class Refused(Exception):
    """A rule stands against it; the text says which, `field` names what to change in a form."""

    def __init__(self, says: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(says)


class SoldOut(Refused):
    """Every place of the package is signed for."""


# --- organizations and people ----------------------------------------------------------------


@retry
def add_organization(
    conference: Conference, *, same_name_too: bool = False, **facts: Any
) -> Organization:
    """A new organization; one whose name is known already must be meant (`same_name_too`)."""
    require_open(conference)
    # Whoever adds one passes this row, so that two clicks see each other.
    Conference.objects.select_for_update().get(pk=conference.pk)
    known = Organization.objects.filter(name__iexact=facts["name"]).order_by("-pk").first()
    if known and known.name == facts["name"] and timezone.now() - known.created_at < REPLAY:
        return known
    if known and not same_name_too:
        raise Refused(f"There is an organization named “{known}” already.", "name")
    return Organization.objects.create(**facts)


@retry
def change(conference: Conference, organization: Organization, **facts: Any) -> Organization:
    """New values for some fields of an organization."""
    require_open(conference)
    row = Organization.objects.select_for_update().filter(pk=organization.pk).first()
    return rewrite(row, facts)


def rewrite(row: R | None, facts: dict[str, Any]) -> R:
    """These values for a locked row; None is one that was deleted meanwhile."""
    if row is None:
        raise Refused("This was deleted meanwhile.")
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))
    return row


@retry
def set_logo(
    conference: Conference, organization: Organization, picture: ContentFile | None
) -> Organization:
    """Put the cleaned picture in place of the old logo, or take that away."""
    require_open(conference)
    row = Organization.objects.select_for_update().get(pk=organization.pk)
    old, storage = row.logo.name, row.logo.storage
    if picture is None:
        row.logo = ""
    else:
        row.logo.save(picture.name or "logo.png", picture, save=False)
    row.save(update_fields=["logo"])
    if old:
        transaction.on_commit(lambda: storage.delete(old))
    return row


@retry
def save_contact(conference: Conference, contact: Contact, **facts: Any) -> Contact:
    """Add a person or correct what is known of them; an address stands once an organization."""
    require_open(conference)
    Organization.objects.select_for_update().get(pk=contact.organization_id)
    others = Contact.objects.filter(organization=contact.organization_id).exclude(pk=contact.pk)
    address = text_.canonical_email(facts["email"])
    for other in others:
        if contact.pk is None and all(
            getattr(other, name) == value for name, value in (facts | {"email": address}).items()
        ):
            return other
        if address and other.email == address:
            raise Refused(f"{other.name} has this e-mail address already.", "email")
    for name, value in facts.items():
        setattr(contact, name, value)
    contact.save()
    return contact


# --- conversations ---------------------------------------------------------------------------


@retry
def write_note(
    conference: Conference,
    organization: Organization,
    by: User,
    *,
    text: str,
    kind: str = Note.Kind.NOTE,
    contact: int | None = None,
    conversation: int | None = None,
    subject: str = "",
    state: str = "",
    follow_up_on: dt.date | None = None,
    follow_up: str = "",
) -> Note:
    """Note what was said, in a conversation or as the first word of a new one.

    `state` is where the conversation stands now; empty leaves it as it is.
    """
    require_open(conference)
    Organization.objects.select_for_update().get(pk=organization.pk)
    if earlier := sent_before(organization, by, kind, text):
        return earlier
    if conversation is None:
        thread = Conversation.objects.create(
            organization=organization,
            conference=conference,
            subject=text_.plain(subject or text, 200 if subject else 60),
            state=state or Conversation.State.OPEN,
            owner=by,
        )
    else:
        thread = own_conversation(conversation, by, field="conversation", organization=organization)
        if state and state != thread.state:
            thread.state = state
            thread.save(update_fields=["state"])
    if follow_up_on:
        thread.follow_ups.create(owner=by, due_on=follow_up_on, what=follow_up or "Ask again")
    return thread.notes.create(author=by, kind=kind, text=text, contact_id=contact)


def own_conversation(pk: int, by: User, *, field: str | None = None, **known: Any) -> Conversation:
    """The conversation, held until the end of the transaction, if they may write in it."""
    thread = Conversation.objects.select_for_update().filter(pk=pk, **known).first()
    if thread is None:
        raise Refused("This conversation is gone.", field)
    if fault := thread.why_not(by):
        raise Refused(fault, field)
    return thread


def sent_before(organization: Organization, by: User, kind: str, text: str) -> Note | None:
    """The note that a second click would write again."""
    latest = Note.objects.filter(conversation__organization=organization, author=by).first()
    if (
        latest
        and (latest.kind, latest.text) == (kind, text)
        and timezone.now() - latest.written_at < REPLAY
    ):
        return latest
    return None


@retry
def change_conversation(
    conference: Conference, conversation: Conversation, by: User, **facts: Any
) -> Conversation:
    """New values for some of its fields."""
    require_open(conference)
    return rewrite(own_conversation(conversation.pk, by), facts)


@retry
def change_entry(conference: Conference, row: E, by: User, **facts: Any) -> E:
    """New values for some fields of a note or follow-up."""
    require_open(conference)
    own_conversation(row.conversation_id, by)
    return rewrite(type(row).objects.select_for_update().filter(pk=row.pk).first(), facts)


@retry
def add_follow_up(
    conference: Conference,
    conversation: Conversation,
    by: User,
    *,
    owner: User,
    due_on: dt.date,
    what: str,
) -> FollowUp:
    require_open(conference)
    conversation = own_conversation(conversation.pk, by)
    known = conversation.follow_ups.filter(owner=owner, due_on=due_on, done_at=None)
    for one in known:
        if one.what == what:
            return one
    return conversation.follow_ups.create(owner=owner, due_on=due_on, what=what)


# --- deals -----------------------------------------------------------------------------------


@retry
def start_sponsorship(
    conference: Conference,
    organization: Organization,
    *,
    package: Package,
    amount: Decimal,
    owner: User | None = None,
) -> Sponsorship:
    """Begin a deal of this edition, as a lead."""
    require_open(conference)
    if package.conference_id != conference.pk:
        raise Refused(f"{package} is a package of another edition.", "package")
    Organization.objects.select_for_update().get(pk=organization.pk)
    live = Sponsorship.objects.filter(conference=conference, live_key=organization.pk)
    if live.exists():
        raise Refused(f"{organization} has a deal in this edition already.")
    return Sponsorship.objects.create(
        conference=conference,
        organization=organization,
        package=package,
        amount=amount,
        owner=owner,
    )


@retry
def change_sponsorship(
    pk: int, *, package: Package, amount: Decimal, owner: User | None
) -> Sponsorship:
    """Correct a deal. What was signed for stays: the package moves only before that."""
    deal = locked(pk)
    if package.conference_id != deal.conference_id:
        raise Refused(f"{package} is a package of another edition.", "package")
    if deal.is_signed and package.pk != deal.package_id:
        raise Refused(
            f"This deal is signed for {deal.package}. Take the signature back first, "
            "then choose another package.",
            "package",
        )
    deal.package, deal.amount, deal.owner = package, amount, owner
    deal.save(update_fields=["package", "amount", "owner"])
    return deal


@retry
def sign_sponsorship(pk: int, *, signed_by: str) -> Sponsorship:
    """Sign: takes one of the package's places, and they are on the public pages at once."""
    deal = locked(pk)
    move(deal, Status.SIGNED)
    take_place(deal.package)
    deal.signed_at, deal.signed_by = timezone.now(), signed_by
    deal.save(update_fields=["status", "signed_at", "signed_by"])
    return deal


@retry
def move_sponsorship(pk: int, status: str) -> Sponsorship:
    """Every other step. A deal that is no longer signed gives its place back."""
    deal = locked(pk)
    was_signed = deal.is_signed
    move(deal, status)
    if was_signed and not deal.is_signed:
        Package.objects.filter(pk=deal.package_id, taken__gte=1).update(taken=F("taken") - 1)
        deal.signed_at, deal.signed_by = None, ""
    elif deal.is_signed and not was_signed:
        raise Refused("Say who signed for them.")
    try:
        with transaction.atomic():
            deal.save(update_fields=["status", "signed_at", "signed_by"])
    except IntegrityError as error:  # a lost deal that would live again beside another
        raise Refused(f"{deal.organization} has another deal in this edition by now.") from error
    return deal


@retry
def give_pass(pk: int, *, name: str, email: str, role: str, by: User) -> Ticket:
    """One of the free passes that a signed deal has; who holds a ticket gets the ribbon alone."""
    deal = locked(pk)
    ticket_type, limit = deal.package.pass_type, deal.package.passes
    if not deal.is_signed:
        raise Refused("Passes are given when the deal is signed.")
    if ticket_type is None:
        raise Refused(f"{deal.package} has no free passes.")
    try:
        return give_ticket(
            deal.conference,
            ticket_type,
            name=name,
            email=email,
            role=role,
            why=f"Pass of {deal.organization}"[:120],
            source=deal.source,
            limit=limit,
            by=by,
        )
    except AllowanceUsedUp as error:
        raise Refused(f"All {limit} passes are given already.", "name") from error
    except NoPlaces as error:
        raise Refused(f"“{ticket_type}” is sold out: registration can help.", "name") from error


def locked(pk: int) -> Sponsorship:
    """The deal, held until the end of the transaction, of an edition that is open."""
    deal = Sponsorship.objects.select_for_update().get(pk=pk)
    require_open(deal.conference)
    return deal


def move(deal: Sponsorship, status: str) -> None:
    if deal.status == status:
        raise Refused(f"This deal is “{deal.get_status_display()}” already.")
    try:
        deal.move_to(status)
    except ValueError as error:
        raise Refused(str(error)) from error


def take_place(package: Package) -> None:
    """One place of the package, by one conditional UPDATE, so that none is sold twice."""
    free = Package.objects.filter(Q(size=None) | Q(taken__lt=F("size")), pk=package.pk)
    if not free.update(taken=F("taken") + 1):
        raise SoldOut(f"{package} is sold out: all {package.size} are signed.")
