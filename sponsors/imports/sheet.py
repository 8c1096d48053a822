"""All organizations and who is there, in the columns that come in again."""

from collections.abc import Iterator

from django.db.models import Prefetch

from ..models import Contact, Organization

AT_ONCE = 500


def rows() -> Iterator[list[str]]:
    """A line each contact; an organization without any has one too."""
    found = Organization.objects.select_related("owner").order_by("name", "pk")
    found = found.prefetch_related(
        "tags", Prefetch("contacts", Contact.objects.present().first_to_call())
    )
    for one in found.iterator(chunk_size=AT_ONCE):
        facts = [
            one.name,
            ", ".join(one.kinds),
            one.website,
            one.address,
            ", ".join(tag.name for tag in one.tags.all()),
            one.owner.email if one.owner else "",
        ]
        people = one.contacts.all()
        for person in people:
            yield [*facts, person.name, person.email, person.phone, person.role_words]
        if not people:
            yield [*facts, "", "", "", ""]
