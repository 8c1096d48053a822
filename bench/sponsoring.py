"""A thousand organizations, five thousand contacts, fifty thousand notes and mails; and a list."""

import datetime as dt
import itertools
import random

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from scale.models import Conference, Role, User
from sponsors import imports
from sponsors.models import (
    Contact,
    Conversation,
    FollowUp,
    Note,
    Organization,
    OrganizationImport,
)

from .client import Browser
from .visitors import staff

ORGANIZATIONS, PEOPLE, THREADS, NOTES = 1_000, 5, 10, 5  # each of the former has so many
LINES = 10_000
HEADS = ("Harbor", "Loom", "Penguin", "Copper", "Granite", "Willow", "Falcon", "Meadow", "Summit")
TAILS = ("Systems", "Databases", "Foundation", "Networks", "Labs", "Press", "Robotics", "Cloud")
TEXT = "They will ask their board and come back to us with an answer about the booth. " * 3


def edition() -> Conference:
    """Made once a database."""
    if found := Conference.objects.filter(slug="crm").first():
        return found
    first = timezone.now().date() + dt.timedelta(days=100)
    conference = Conference.objects.create(
        slug="crm", name="Crm 1", starts_on=first, ends_on=first + dt.timedelta(days=3)
    )
    owner = User.objects.create(email="crm@bench.example.org", name="Bench")
    dice = random.Random(1)  # nosec B311
    rows = Organization.objects.bulk_create(
        Organization(
            name=f"{dice.choice(HEADS)} {dice.choice(TAILS)} {n}",
            website=f"https://firm{n}.example/",
            is_company=True,
            owner=owner,
        )
        for n in range(ORGANIZATIONS)
    )
    people = Contact.objects.bulk_create(
        Contact(
            organization=row,
            name=f"Person {n} of {row.name}",
            email=f"p{n}@firm{row.pk}.example",
            is_primary=not n,
        )
        for row in rows
        for n in range(PEOPLE)
    )
    talk_with(conference, rows, people, owner)
    return conference


def talk_with(conference, rows, people, owner):
    threads = Conversation.objects.bulk_create(
        [
            Conversation(
                organization=row, conference=conference, subject=f"Subject {n}", owner=owner
            )
            for row in rows
            for n in range(THREADS)
        ],
        batch_size=2_000,
    )
    of_row = {person.organization_id: person for person in people}
    Note.objects.bulk_create(
        [
            Note(
                conversation=thread,
                kind=("mail_in", "mail_out", "note")[n % 3],
                contact=of_row[thread.organization_id],
                author=owner,
                text=TEXT,
            )
            for thread in threads
            for n in range(NOTES)
        ],
        batch_size=2_000,
    )
    FollowUp.objects.bulk_create(
        FollowUp(conversation=thread, owner=owner, due_on=conference.starts_on, what="Ask again")
        for thread in threads[::3]
    )


def signed_in(port, role=Role.SPONSORSHIP):
    browser = Browser(port)
    browser.cookies[settings.SESSION_COOKIE_NAME] = staff(edition(), role)
    return browser


def organization_page():
    """Another organization each time."""

    def act(port, n):
        browser = signed_in(port)
        rows = Organization.objects.filter(website__contains="//firm").order_by("pk")
        pks = itertools.cycle(rows.values_list("pk", flat=True)[n::8])
        return lambda: browser.get(f"/staff/crm/organizations/{next(pks)}/")[0] == 200

    return act


def search():
    """What the script asks while somebody types “harbor data 12”."""

    def act(port, n):
        browser = signed_in(port)
        typed = itertools.cycle(
            ["har", "harbor", "harbor+data", "harbor+data+1", "p3%40firm12", "person+2+wil"]
        )
        headers = {"X-Part": "list"}
        path = "/staff/crm/organizations/?q={}"
        return lambda: browser.request("GET", path.format(next(typed)), headers=headers)[0] == 200

    return act


def bring_in(conference):
    """Ten thousand lines, half of them of organizations that are known: tried, then for real."""
    conference = edition()
    by = User.objects.get(email="crm@bench.example.org")
    known = list(Organization.objects.filter(website__contains="//firm").order_by("pk"))
    lines = ["Company,Web,Tags,Contact,E-mail,Phone"]
    for n in range(LINES // 2):
        row = known[n % len(known)]
        lines.append(f"{row.name},{row.website},asked,New {n},new{n}@list.example,+1 555 {n}")
        lines.append(f"Fresh number {n},fresh{n}.example,listed,Ada {n},ada@fresh{n}.example,")
    upload = SimpleUploadedFile("list.csv", "\n".join(lines).encode())

    def work():
        run = imports.ask(conference, upload, by)
        assert imports.name_columns(run, run.mapping, run.encoding)  # nosec B101
        imports.work(run.pk)
        run.refresh_from_db()
        assert imports.apply(run, {}, for_real=True)  # nosec B101
        imports.work(run.pk)
        run.refresh_from_db()
        assert run.status == OrganizationImport.Status.DONE, run.error  # nosec B101
        return LINES

    return work


TASKS = {"organization-import": bring_in}
