"""Organizations and the people there."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from scale import text as text_
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..models import Contact, Organization, OrganizationFile, Tag
from ..models.organizations import tag_slug
from .rules import REPLAY, Refused, locked_organization, rewrite


@retry
def add_organization(
    conference: Conference, *, same_name_too: bool = False, tags: Iterable[str] = (), **facts: Any
) -> Organization:
    """A new organization, a company where nothing else is said.

    One whose name is known already must be meant (`same_name_too`).
    """
    require_open(conference)
    # Whoever adds one passes this row, so that two clicks see each other.
    Conference.objects.select_for_update().get(pk=conference.pk)
    known = Organization.objects.filter(name__iexact=facts["name"]).order_by("-pk").first()
    if known and known.name == facts["name"] and timezone.now() - known.created_at < REPLAY:
        return known
    if known and not same_name_too:
        raise Refused(f"There is an organization named “{known}” already.", "name")
    if not any(facts.get(f"is_{kind}") for kind in Organization.Kind.values):
        facts["is_company"] = True
    row = Organization.objects.create(**facts)
    set_tags(row, tags)
    return row


@retry
def change(
    conference: Conference,
    organization: Organization,
    *,
    tags: Iterable[str] | None = None,
    **facts: Any,
) -> Organization:
    """New values for some fields of an organization; None leaves its tags."""
    require_open(conference)
    row = locked_organization(organization.pk)
    if row.pk != organization.pk:
        raise Refused(f"This was joined with “{row}” meanwhile: look at its page first.")
    rewrite(row, facts)
    if tags is not None:
        set_tags(row, tags)
    return row


def set_tags(row: Organization, names: Iterable[str]) -> None:
    """These and no others; a tag that nobody has used yet is made."""
    wanted = {tag_slug(name): name for name in names}
    row.tags.set(
        Tag.objects.get_or_create(slug=slug, defaults={"name": name})[0]
        for slug, name in sorted(wanted.items())
    )


@retry
def set_logo(
    conference: Conference, organization: Organization, picture: ContentFile | None
) -> Organization:
    """Put the cleaned picture in place of the old logo, or take that away."""
    require_open(conference)
    row = locked_organization(organization.pk)
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
def add_file(
    conference: Conference, organization: Organization, upload: UploadedFile, by: User
) -> OrganizationFile:
    """Keep a checked document; the form has seen to its name."""
    require_open(conference)
    organization = locked_organization(organization.pk)
    upload.seek(0)  # a second try after a deadlock reads it again
    name = upload.name or "file"
    row = OrganizationFile(organization=organization, name=name, by=by)
    row.file.save(name, upload, save=False)
    row.save()
    return row


@retry
def remove_file(conference: Conference, row: OrganizationFile) -> None:
    require_open(conference)
    storage, name = row.file.storage, row.file.name or ""
    row.delete()
    transaction.on_commit(lambda: storage.delete(name))


@retry
def save_contact(conference: Conference, contact: Contact, **facts: Any) -> Contact:
    """Add a person or correct what is known of them; an address stands once an organization."""
    require_open(conference)
    return kept_contact(contact, **facts)


def kept_contact(contact: Contact, **facts: Any) -> Contact:
    """Part of what holds the transaction; see `save_contact`."""
    contact.organization = locked_organization(contact.organization_id)
    if contact.pk and not Contact.objects.filter(pk=contact.pk).exists():
        raise Refused("This person was deleted or joined with another one meanwhile.")
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


@retry
def move_contact(
    conference: Conference,
    contact: Contact,
    organization: Organization,
    *,
    left_on: dt.date,
    **facts: Any,
) -> Contact:
    """They work for another organization now; who is known there under the address is that one."""
    require_open(conference)
    both = sorted({contact.organization_id, organization.pk})
    if len(list(Organization.objects.select_for_update().filter(pk__in=both).order_by("pk"))) < 2:
        raise Refused("They are at this organization already.", "organization")
    old = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if old is None:
        raise Refused("This was deleted meanwhile.")
    if old.moved_to is not None:
        if old.moved_to.organization_id == organization.pk:  # clicked twice
            return old.moved_to
        raise Refused(f"{old} went to {old.moved_to.organization} already.", "organization")
    if left_on > conference.today():
        raise Refused("This day has not come yet.", "left_on")
    there = known_there(old, organization, facts)
    old.left_on, old.moved_to = left_on, there
    old.save(update_fields=["left_on", "moved_to"])
    return there


def known_there(old: Contact, organization: Organization, facts: dict[str, Any]) -> Contact:
    """The person's row at the other organization, made where there is none."""
    address = text_.canonical_email(facts.get("email", ""))
    found = Contact.objects.filter(organization=organization, email=address).first()
    if not address or found is None:
        return Contact.objects.create(
            organization=organization, name=old.name, user=old.user, **facts
        )
    if Contact.objects.filter(moved_to=found).exists() or found.pk in {c.pk for c in old.way()}:
        raise Refused(f"{found} there has come from elsewhere; look at both first.", "email")
    return found
