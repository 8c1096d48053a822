"""What they still owe, said on the days set, once for each day, however late the task runs."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from scale import email
from scale.db import retry
from scale.models import Conference

from ..mail import outbox
from ..models import Contact, Deliverable, Portal, Reminder, Sponsorship
from .promises import passes_given

Role = Contact.Role
# Who is asked for what; the primary contact for everything else, and where there is no such one.
ASKED = {
    Deliverable.Kind.LOGO: Role.MARKETING,
    Deliverable.Kind.ADVERT: Role.MARKETING,
    Deliverable.Kind.TEXT: Role.MARKETING,
    Deliverable.Kind.BOOTH: Role.LOGISTICS,
    Deliverable.Kind.PASSES: Role.LOGISTICS,
    Deliverable.Kind.BAG: Role.LOGISTICS,
}


def send_reminders(now: dt.datetime | None = None) -> int:
    """How many mails are on their way: one a person, with everything that is owed."""
    now = now or timezone.now()
    editions = Conference.objects.filter(closed_at=None, ends_on__gte=now.date())
    sent = 0
    for conference in editions.order_by("pk"):
        waiting = Deliverable.objects.of(conference).owed_by_them()  # type: ignore[attr-defined]
        deals = waiting.exclude(reminders="").exclude(due_on=None).values_list("deal", flat=True)
        for pk in sorted(set(deals)):
            sent += remind(pk, now)
    return sent


@retry
def remind(pk: int, now: dt.datetime) -> int:
    """One deal, under its lock: a second worker finds every day taken."""
    deal = Sponsorship.objects.select_for_update().get(pk=pk)
    today = deal.conference.today(now)
    owed = still_owed(deal)
    reached = {row: days for row in owed if (days := new_marks(row, today))}
    if not reached:
        return 0
    letters = by_person(deal, owed)
    link = link_of(deal)
    told = {row for rows in letters.values() for row in rows}
    sent = 0
    for person, rows in letters.items():
        if any(row in reached for row in rows):
            mail(deal, person, rows, today, link)
            sent += 1
    Reminder.objects.bulk_create(
        Reminder(deliverable=row, for_day=day, sent_at=now)
        for row, days in reached.items()
        if row in told
        for day in days
    )
    return sent


def still_owed(deal: Sponsorship) -> list[Deliverable]:
    """Open, theirs, and not given away meanwhile (passes)."""
    rows = Deliverable.objects.standing().owed_by_them().filter(deal=deal)  # type: ignore[attr-defined]
    found = []
    for row in rows.order_by("due_on", "position", "pk"):
        row.deal = deal
        if row.kind != Deliverable.Kind.PASSES or row.quantity > passes_given(row):
            found.append(row)
    return found


def new_marks(row: Deliverable, today: dt.date) -> list[dt.date]:
    """The days that came since somebody was last reminded of it; several count as one."""
    known = set(row.reminded.values_list("for_day", flat=True))
    return [day for day in dict.fromkeys(row.marks_reached(today)) if day not in known]


def by_person(deal: Sponsorship, rows: Iterable[Deliverable]) -> dict[Contact, list[Deliverable]]:
    """Whom to ask for what; nobody where no contact has an address."""
    contacts = list(deal.organization.contacts.dealing().exclude(email="").order_by("name", "pk"))
    found: dict[Contact, list[Deliverable]] = {}
    for row in rows:
        wanted = [ASKED.get(Deliverable.Kind(row.kind), Role.PRIMARY), Role.PRIMARY]
        person = next((one for role in wanted for one in contacts if role in one.roles), None)
        if person := person or next(iter(contacts), None):
            found.setdefault(person, []).append(row)
    return found


def link_of(deal: Sponsorship) -> str:
    """Of their own page, as it is now; nothing where nobody made one, or closed it."""
    portal = Portal.objects.live().filter(deal=deal).first()  # type: ignore[attr-defined]
    if portal is None:
        return ""
    portal.deal = deal
    return f"{settings.SITE_URL}{portal.get_absolute_url()}"


def mail(
    deal: Sponsorship, person: Contact, rows: list[Deliverable], today: dt.date, link: str
) -> None:
    conference = deal.conference
    account = outbox.account_for()
    answers_to = account.address if account else deal.owner and deal.owner.email
    things = "1 thing" if len(rows) == 1 else f"{len(rows)} things"
    email.send(
        "sponsor reminder",
        person.email,
        key=f"{deal.pk}:{person.pk}:{today:%Y-%m-%d}",
        subject=f"{conference.name}: {things} we need from {deal.organization}",
        template="sponsors/mail/reminder.txt",
        context={
            "deal": deal,
            "conference": conference,
            "person": person,
            "rows": [(row, row.late(today)) for row in rows],
            "link": link,
        },
        conference=conference,
        to_name=person.name,
        reply_to=answers_to or "",
    )
