"""The sponsorship committee's pages over a year's deals."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from scale.models import Conference, Role, User
from sponsors.models import Conversation, FollowUp, Organization, Package, Sponsorship

from .client import Browser
from .visitors import staff


def edition(deals: int) -> Conference:
    """An edition with so many deals in all columns; made once a database."""
    slug = f"deals-{deals}"
    if found := Conference.objects.filter(slug=slug).first():
        return found
    first = timezone.now().date() + dt.timedelta(days=200)
    conference = Conference.objects.create(
        slug=slug, name=f"Deals {deals}", starts_on=first, ends_on=first + dt.timedelta(days=3)
    )
    owners = [
        User.objects.create(email=f"owner-{n}@{slug}.example.org", name=f"Owner {n}")
        for n in range(8)
    ]
    packages = [
        Package.objects.create(conference=conference, name=f"Package {n}", price=1000 * n)
        for n in range(8)
    ]
    firms = Organization.objects.bulk_create(
        Organization(name=f"Firm {n} of {slug}", owner=owners[n % 8], is_company=True)
        for n in range(deals)
    )
    Sponsorship.objects.bulk_create(
        a_deal(conference, firm, packages[n % 8], owners[n % 8], n) for n, firm in enumerate(firms)
    )
    threads = Conversation.objects.bulk_create(
        Conversation(organization=firm, conference=conference, subject="Booth") for firm in firms
    )
    FollowUp.objects.bulk_create(
        FollowUp(conversation=thread, owner=owners[n % 8], due_on=first, what="Ask again")
        for n, thread in enumerate(threads)
    )
    return conference


def a_deal(conference, firm, package, owner, n):
    status = Sponsorship.Status.values[n % 7]
    is_signed = status in Sponsorship.SIGNED_STATES
    return Sponsorship(
        conference=conference,
        organization=firm,
        package=package,
        owner=owner,
        amount=package.price,
        status=status,
        signed_at=timezone.now() if is_signed else None,
        lost_why="price" if status == Sponsorship.Status.LOST else "",
    )


def board(deals):
    def act(port, n):
        conference = edition(deals)
        browser = Browser(port)
        browser.cookies[settings.SESSION_COOKIE_NAME] = staff(conference, Role.SPONSORSHIP)
        return lambda: browser.get(f"/staff/{conference.slug}/pipeline/")[0] == 200

    return act
