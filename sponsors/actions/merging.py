"""Two rows that are one: everything that points at the one that goes points at the other then.

Locks: organizations by pk, contacts by pk, what points at them, and last the Conference.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models.fields.files import FieldFile

from scale.db import retry
from scale.editions import require_open
from scale.models import AuditEntry, Conference, User

from ..models import (
    Apart,
    Contact,
    MergedOrganization,
    Organization,
    OtherName,
    Sponsorship,
    Tag,
)
from ..models.organizations import name_key
from .rules import Refused

FACTS = ("name", "website", "address", "owner", "logo")
PERSON = ("name", "email", "phone")
# Handled by themselves: tags and pairs may not stand twice.
BY_HAND = (Apart, Organization.tags.through, Tag)


@dataclass
class Preview:
    """What a merge would do; `faults` say why it cannot be."""

    keep: models.Model
    lose: models.Model
    moves: list[tuple[str, int]] = field(default_factory=list)
    # (field, words, of the one that stays, of the one that goes), where both say something else
    conflicts: list[tuple[str, str, Any, Any]] = field(default_factory=list)
    filled: list[tuple[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    people: list[tuple[Contact, Contact]] = field(default_factory=list)


def preview_organizations(keep: Organization, lose: Organization) -> Preview:
    found = preview(keep, lose, FACTS)
    found.people = same_people(keep, lose)
    found.faults = deals_in_the_way(keep, lose)
    return found


def preview_contacts(keep: Contact, lose: Contact) -> Preview:
    found = preview(keep, lose, PERSON)
    found.faults = ways_in_the_way(keep, lose)
    return found


def preview(keep, lose, names) -> Preview:
    found = Preview(keep, lose)
    for relation in pointing_at(type(lose)):
        rows = relation.related_model._base_manager.filter(**{relation.field.name: lose})
        if number := rows.count():
            words = relation.related_model._meta
            what = words.verbose_name if number == 1 else words.verbose_name_plural
            found.moves.append((str(what), number))
    for name in names:
        ours, theirs = getattr(keep, name), getattr(lose, name)
        words = str(type(keep)._meta.get_field(name).verbose_name)
        if theirs and not ours:
            found.filled.append((words, theirs))
        elif theirs and ours != theirs:
            found.conflicts.append((name, words, ours, theirs))
    return found


def pointing_at(model) -> Iterator[Any]:
    """Foreign keys of any table, of floors above too, that name a row of the model."""
    for relation in model._meta.get_fields(include_hidden=True):
        is_key = (relation.one_to_many or relation.one_to_one) and relation.auto_created
        if is_key and not relation.concrete and relation.related_model not in BY_HAND:
            yield relation


def deals_in_the_way(keep: Organization, lose: Organization) -> list[str]:
    live = Sponsorship.objects.exclude(live_key=None).select_related("conference")
    ours = {deal.conference_id for deal in live.filter(organization=keep)}
    return [
        f"Both have a deal in {deal.conference}. One of them must be lost first."
        for deal in live.filter(organization=lose).order_by("conference__starts_on")
        if deal.conference_id in ours
    ]


def ways_in_the_way(keep: Contact, lose: Contact) -> list[str]:
    faults = []
    if keep.organization_id != lose.organization_id:
        faults.append("They are at two organizations. Use “Moved” for who went to another one.")
    if lose.moved_to_id:
        faults.append(f"This row says where {lose} went. Keep it and join the other one to it.")
    if Contact.objects.filter(moved_to__in=[keep, lose]).count() > 1:
        faults.append("Both came from another organization; only one way can be kept.")
    return faults


def same_people(keep: Organization, lose: Organization) -> list[tuple[Contact, Contact]]:
    """(of the one that stays, of the one that goes), who have one address."""
    ours = {one.email: one for one in keep.contacts.exclude(email="").order_by("-pk")}
    return [
        (ours[one.email], one)
        for one in lose.contacts.exclude(email="").order_by("pk")
        if one.email in ours
    ]


@retry
def merge_organizations(
    conference: Conference, keep: int, lose: int, by: User, *, taken: Iterable[str] = ()
) -> Organization:
    """One organization of two. `taken` names the facts that come from the one that goes."""
    require_open(conference)
    rows = Organization.objects.select_for_update().order_by("pk").in_bulk([keep, lose])
    if keep == lose:
        raise Refused("This is one and the same organization.")
    if keep in rows and MergedOrganization.objects.filter(old_pk=lose, organization=keep).exists():
        return rows[keep]  # clicked twice
    if len(rows) < 2:
        raise Refused("One of them is gone meanwhile.")
    kept, lost = rows[keep], rows[lose]
    if faults := deals_in_the_way(kept, lost):
        raise Refused(faults[0])
    for ours, theirs in same_people(kept, lost):
        if not theirs.moved_to_id and not came_from_both(ours, theirs):
            join_contacts(ours, theirs, ())
    move_pairs(kept, lost)
    kept.tags.add(*lost.tags.all())
    repoint(kept, lost)
    Conference.objects.touch(kept.shown_in())  # now with the deals of the one that goes
    old_name = kept.name
    take_facts(kept, lost, FACTS, taken)
    for kind in Organization.Kind.values:
        setattr(kept, f"is_{kind}", getattr(kept, f"is_{kind}") or getattr(lost, f"is_{kind}"))
    lost.delete()
    kept.save()
    remember(kept, lose, {old_name, lost.name})
    AuditEntry.objects.hand_over(Organization, lose, keep)
    AuditEntry.objects.tell(kept, "joined with", why=f"{lost.name} ({lose})", by=by)
    return kept


def remember(kept: Organization, lose: int, names: set[str]) -> None:
    """Links to the one that went lead here, and lists that name it mean this one."""
    MergedOrganization.objects.create(old_pk=lose, organization=kept)
    for name in sorted(names - {kept.name}):
        OtherName.objects.update_or_create(
            key=name_key(name), defaults={"name": name, "organization": kept}
        )


def take_facts(kept, lost, names, taken) -> None:
    """Fill what is empty, replace what was chosen; a logo that nobody shows any more goes."""
    for name in names:
        ours, theirs = getattr(kept, name), getattr(lost, name)
        wins = theirs and (not ours or name in taken)
        if isinstance(theirs, FieldFile):
            delete_later(ours if wins else theirs)
            theirs = theirs.name
        if wins:
            setattr(kept, name, theirs)


def delete_later(file: FieldFile) -> None:
    storage, name = file.storage, file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def repoint(kept: models.Model, lost: models.Model) -> None:
    for relation in pointing_at(type(lost)):
        name = relation.field.name
        rows = relation.related_model._base_manager.filter(**{name: lost})
        try:
            with transaction.atomic():
                rows.update(**{name: kept})
        except IntegrityError as error:
            what = relation.related_model._meta.verbose_name
            raise Refused(f"Both have a {what}, and there can be only one.") from error


def move_pairs(kept: Organization, lost: Organization) -> None:
    """Who is not the one that goes is not the one that stays either."""
    pairs = Apart.objects.filter(models.Q(first=lost) | models.Q(second=lost))
    others = {other for pair in pairs for other in (pair.first_id, pair.second_id)}
    pairs.delete()
    for other in others - {kept.pk, lost.pk}:
        first, second = sorted([other, kept.pk])
        Apart.objects.get_or_create(first_id=first, second_id=second)


@retry
def merge_contacts(
    conference: Conference, keep: int, lose: int, by: User, *, taken: Iterable[str] = ()
) -> Contact:
    """One contact of two of the same organization."""
    require_open(conference)
    if keep == lose:
        raise Refused("This is one and the same person.")
    wanted = Contact.objects.filter(pk__in=[keep, lose]).values("organization")
    list(Organization.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    rows = Contact.objects.select_for_update().order_by("pk").in_bulk([keep, lose])
    if len(rows) < 2:
        raise Refused("One of them is gone meanwhile.")
    kept, lost = rows[keep], rows[lose]
    if faults := ways_in_the_way(kept, lost):
        raise Refused(faults[0])
    join_contacts(kept, lost, taken)
    AuditEntry.objects.tell(kept, "joined with", why=f"contact {lose}", by=by)
    return kept


def came_from_both(ours: Contact, theirs: Contact) -> bool:
    return Contact.objects.filter(moved_to__in=[ours, theirs]).count() > 1


def join_contacts(kept: Contact, lost: Contact, taken: Iterable[str]) -> None:
    repoint(kept, lost)
    pk = lost.pk
    take_facts(kept, lost, PERSON, taken)
    for role in Contact.Role.values:
        setattr(kept, f"is_{role}", getattr(kept, f"is_{role}") or getattr(lost, f"is_{role}"))
    if not lost.left_on and not kept.moved_to_id:
        kept.left_on = None  # one of the two rows knows them to be there
    kept.user = kept.user or lost.user
    lost.delete()
    kept.save()
    AuditEntry.objects.hand_over(Contact, pk, kept.pk)


@retry
def tell_apart(conference: Conference, one: int, other: int) -> None:
    """Somebody has looked: these are two organizations."""
    require_open(conference)
    first, second = sorted([one, other])
    rows = Organization.objects.select_for_update().order_by("pk").in_bulk([first, second])
    if len(rows) < 2:
        raise Refused("One of them is gone meanwhile.")
    Apart.objects.get_or_create(first_id=first, second_id=second)
