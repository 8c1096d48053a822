"""An edition with as many sponsors as wanted, each promised the same benefits, in every state."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from scale.models import Conference, Role, User
from sponsors.models import Benefit, Contact, Deliverable, Organization, Package, Sponsorship

from .client import Browser
from .visitors import staff

BENEFITS, TIERS = 12, 5


def edition(sponsors: int) -> Conference:
    """Made once a database."""
    slug = f"ready-{sponsors}"
    if found := Conference.objects.filter(slug=slug).first():
        return found
    first = timezone.now().date() + dt.timedelta(days=30)
    conference = Conference.objects.create(
        slug=slug, name=f"Ready {sponsors}", starts_on=first, ends_on=first + dt.timedelta(days=3)
    )
    tiers = [
        Package.objects.create(conference=conference, name=f"Tier {n}", position=n)
        for n in range(TIERS)
    ]
    benefits = [
        Benefit.objects.create(
            conference=conference,
            name=f"Benefit {n}",
            side=("them", "us")[n % 2],
            days_before=7 * n,
            position=n,
        )
        for n in range(BENEFITS)
    ]
    people = [
        User.objects.create_user(email=f"owner-{n}@{slug}.example.org", name=f"Owner {n}")
        for n in range(4)
    ]
    for n in range(sponsors):
        sign(conference, n, tiers[n % TIERS], benefits, people)
    return conference


def sign(conference, n, package, benefits, people):
    firm = Organization.objects.create(name=f"Sponsor {n} of {conference.slug}", is_company=True)
    Contact.objects.create(organization=firm, name="Pat", email=f"pat-{n}@example.org")
    owner, now = people[n % len(people)], timezone.now()
    deal = Sponsorship.objects.create(
        conference=conference,
        organization=firm,
        package=package,
        status="signed",
        signed_at=now,
        owner=owner,
    )
    rows = []
    for benefit in benefits:
        is_done = (n + benefit.position) % 3 == 0
        rows.append(
            Deliverable(
                deal=deal,
                benefit=benefit,
                owner=people[(n + benefit.position) % len(people)],
                due_on=benefit.due_day,
                status="done" if is_done else "open",
                done_at=now if is_done else None,
                **{name: getattr(benefit, name) for name in Benefit.TERMS},
            )
        )
    Deliverable.objects.bulk_create(rows)


def readiness(sponsors: int):
    """The whole board."""

    def act(port, n):
        conference = edition(sponsors)
        browser = Browser(port)
        browser.cookies[settings.SESSION_COOKIE_NAME] = staff(conference, Role.SPONSORSHIP)
        return lambda: browser.get(f"/staff/{conference.slug}/readiness/")[0] == 200

    return act
