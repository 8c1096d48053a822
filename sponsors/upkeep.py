"""What in the committee's data needs a look; the page and `manage.py crm_check` ask the same."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from scale.models import Conference

from .likeness import Likeness
from .models import Apart, Contact, Conversation, FollowUp, Note, Organization, Sponsorship

SILENT = dt.timedelta(days=90)


@dataclass(frozen=True)
class Finding:
    """One thing, and the rows that its remedy is about."""

    organization: Organization
    says: str
    other: Organization | None = None
    conversation: Conversation | None = None
    contact: Contact | None = None


@dataclass(frozen=True)
class Check:
    name: str
    label: str
    why: str
    find: Callable[[Conference], list[Finding]]


CHECKS: dict[str, Check] = {}


def register(name: str, label: str, why: str, find: Callable[[Conference], list[Finding]]) -> None:
    CHECKS[name] = Check(name, label, why, find)


def findings(conference: Conference) -> Iterator[tuple[Check, list[Finding]]]:
    for check in CHECKS.values():
        yield check, check.find(conference)


def duplicates(conference: Conference) -> list[Finding]:
    rows = {row.pk: row for row in Organization.objects.order_by("pk")}
    apart = set(Apart.objects.values_list("first", "second"))
    known, found, emails = Likeness(), [], present_addresses()
    for pk, row in rows.items():
        for other, why in known.find(row.name, row.website, emails[pk]).items():
            if (other, pk) not in apart:
                found.append(Finding(rows[other], f"{why} as {row}", other=row))
        known.add(pk, row.name, row.website, emails[pk])
    return sorted(found, key=lambda one: (str(one.organization).casefold(), one.organization.pk))


def like(row: Organization) -> list[tuple[Organization, str]]:
    """What may be the same one as this, surest first."""
    known, emails = Likeness(), present_addresses()
    rows = Organization.objects.exclude(pk=row.pk).in_bulk()
    for pk, other in rows.items():
        known.add(pk, other.name, other.website, emails[pk])
    found = known.find(row.name, row.website, emails[row.pk])
    return sorted(((rows[pk], why) for pk, why in found.items()), key=lambda pair: pair[1])[:10]


def present_addresses() -> dict[int, list[str]]:
    """{organization: addresses of who is there}; who moved is known to be at two."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Contact.objects.present().exclude(email="").order_by()
    for pk, email in rows.values_list("organization", "email"):
        found[pk].append(email)
    return found


def without_owner(conference: Conference) -> list[Finding]:
    rows = Organization.objects.filter(owner=None).order_by("name", "pk")
    return [Finding(row, "nobody looks after it") for row in rows]


def without_next_step(conference: Conference) -> list[Finding]:
    """Conversations and deals that go on, and no day is set to go on with them."""
    steps = FollowUp.objects.filter(done_at=None)
    threads = going_on(conference).exclude(
        Exists(steps.filter(conversation=OuterRef("pk"))),
    )
    found = [Finding(one.organization, f"“{one}”", conversation=one) for one in threads]
    talked = {one.organization.pk for one in found}
    deals = Sponsorship.objects.open(conference).exclude(
        Exists(steps.filter(conversation__organization=OuterRef("organization")))
    )
    for deal in deals.select_related("organization").order_by("organization__name", "pk"):
        if deal.organization_id not in talked:
            found.append(Finding(deal.organization, f"a deal: {deal.get_status_display()}"))
    return found


def silent(conference: Conference) -> list[Finding]:
    """Nothing was said for three months in what is not done."""
    newest = Note.objects.filter(conversation=OuterRef("pk")).order_by("-written_at")
    latest = Coalesce(Subquery(newest.values("written_at")[:1]), "created_at")
    rows = going_on(conference).annotate(latest_at=latest)
    rows = rows.filter(latest_at__lt=timezone.now() - SILENT).order_by("latest_at", "pk")
    return [
        Finding(
            one.organization,
            f"“{one}”, nothing since {one.latest_at.astimezone(conference.zone):%-d %B %Y}",
            conversation=one,
        )
        for one in rows
    ]


def going_on(conference: Conference):
    """What this edition's committee may write in and has not ended."""
    mine = Q(conference=conference) | Q(conference=None)
    rows = Conversation.objects.filter(mine).exclude(state=Conversation.State.DONE)
    return rows.select_related("organization").order_by("organization__name", "pk")


def bounced(conference: Conference) -> list[Finding]:
    """Addresses that mail came back from."""
    rows = Contact.objects.present().bounced().select_related("organization")
    return [
        Finding(one.organization, f"{one}: {one.email}", contact=one)
        for one in rows.order_by("organization__name", "pk")
    ]


register(
    *("duplicates", "May be the same organization twice"),
    *("Join them, or say that they are two; then nobody asks again.", duplicates),
)
register(
    *("owner", "Nobody looks after them"),
    *("Who looks after one is asked first, and reminded.", without_owner),
)
register(
    *("step", "No next step"),
    *("Set a day to ask again, or say that it is done.", without_next_step),
)
register(
    *("bounced", "Mail comes back from them"),
    *("Correct the address, or say that the person has left.", bounced),
)
register(
    *("silent", "Silent for three months"),
    *("Ask again on a day, or say that it is done.", silent),
)
