"""Write what a plan says, in few statements however long the list is."""

from scale.db import write_back
from scale.models import Conference

from ..models import Contact, Organization, OtherName, Sponsorship, Tag
from ..models.organizations import name_key
from .planning import Draft, Plan

BATCH = 500


def write(plan: Plan) -> None:
    """Within the caller's transaction, which holds the edition's row."""
    add_organizations([draft for draft in plan.drafts if draft.pk is None])
    change_organizations([draft for draft in plan.drafts if draft.changes])
    write_tags(plan.drafts)
    write_names(plan.drafts)
    write_people(plan.drafts)


def add_organizations(drafts: list[Draft]) -> None:
    rows = Organization.objects.bulk_create(
        [
            Organization(
                name=draft.name,
                website=draft.values["website"],
                address=draft.values["address"],
                owner_id=draft.values["owner"],
                **kinds_of(draft),
            )
            for draft in drafts
        ],
        batch_size=BATCH,
    )
    for draft, row in zip(drafts, rows, strict=True):
        draft.pk, draft.changes = row.pk, set()


def kinds_of(draft: Draft) -> dict[str, bool]:
    kinds = draft.kinds or {Organization.Kind.COMPANY}
    return {f"is_{kind}": kind in kinds for kind in Organization.Kind.values}


def change_organizations(drafts: list[Draft]) -> None:
    by_pk = {draft.pk: draft for draft in drafts}
    rows = list(Organization.objects.select_for_update().filter(pk__in=by_pk).order_by("pk"))
    for row in rows:
        draft = by_pk[row.pk]
        for name in draft.changes:
            if name.startswith("is_"):
                setattr(row, name, True)
            else:
                setattr(row, "owner_id" if name == "owner" else name, draft.values[name])
    write_back(rows, ["website", "address", "owner", *kinds_of_all()])
    signed = Sponsorship.objects.filter(
        organization__in=[row.pk for row in rows], status__in=Sponsorship.SIGNED_STATES
    )
    Conference.objects.touch(set(signed.values_list("conference", flat=True)))


def kinds_of_all() -> list[str]:
    return [f"is_{kind}" for kind in Organization.Kind.values]


def write_tags(drafts: list[Draft]) -> None:
    wanted = {slug: name for draft in drafts for slug, name in draft.new_tags.items()}
    known = set(Tag.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    for slug in sorted(wanted.keys() - known):
        Tag.objects.get_or_create(slug=slug, defaults={"name": wanted[slug]})
    pks = dict(Tag.objects.filter(slug__in=wanted).values_list("slug", "pk"))
    through = Organization.tags.through
    through.objects.bulk_create(
        [
            through(organization_id=draft.pk, tag_id=pks[slug])
            for draft in drafts
            for slug in draft.new_tags
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def write_names(drafts: list[Draft]) -> None:
    """So that the same list asks no more."""
    OtherName.objects.bulk_create(
        [
            OtherName(organization_id=draft.pk, name=name, key=name_key(name))
            for draft in drafts
            for name in draft.also.values()
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def write_people(drafts: list[Draft]) -> None:
    fresh = [
        Contact(
            organization_id=draft.pk,
            name=one.name,
            email=one.email,
            phone=one.phone,
            **{f"is_{role}": True for role in one.roles},
        )
        for draft in drafts
        for one in draft.people
        if one.pk is None
    ]
    Contact.objects.bulk_create(fresh, batch_size=BATCH)
    changed = {one.pk: one for draft in drafts for one in draft.people if one.pk and one.changes}
    rows = list(Contact.objects.select_for_update().filter(pk__in=changed).order_by("pk"))
    for row in rows:
        one = changed[row.pk]
        for name in one.changes:
            setattr(row, name, True if name.startswith("is_") else getattr(one, name))
    roles = [f"is_{role}" for role in Contact.Role.values]
    write_back(rows, ["name", "email", "phone", *roles])
