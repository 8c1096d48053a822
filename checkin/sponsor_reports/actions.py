"""The report goes to whom we speak with at the sponsor, by the link of their own page."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from scale import email
from scale.codes import digest
from scale.db import retry
from scale.editions import EditionClosed
from scale.models import Conference, OutgoingEmail, User
from sponsors.actions import Refused
from sponsors.actions.rules import locked
from sponsors.models import Contact, Portal, Sponsorship

from .facts import report

KIND = "sponsor report"


@retry
def send_report(
    pk: int, *, by: User | None, now: dt.datetime | None = None, again: bool = True
) -> OutgoingEmail:
    """One mail a day at most, to the primary contact; makes their page where they have none.

    Without `again` it is sent to nobody who had it: asked anew under the deal's lock.
    """
    now = now or timezone.now()
    deal = locked(pk)
    if not again and not waiting(deal.conference).filter(pk=pk).exists():
        raise Refused(f"{deal.organization} has had it.")
    if not deal.is_promised:
        raise Refused(f"{deal.organization} was promised nothing: there is nothing to report.")
    if not deal.conference.is_over(now):
        raise Refused(f"{deal.conference} is not over yet.")
    person = contact_of(deal)
    if person is None:
        raise Refused(f"Nobody at {deal.organization} has an e-mail address here: add one first.")
    portal, _ = Portal.objects.get_or_create(deal=deal, defaults={"made_at": now, "made_by": by})
    if portal.revoked_at:
        raise Refused(f"The page of {deal.organization} is closed: open it with a new link first.")
    portal.deal = deal
    conference = deal.conference
    return email.send(
        KIND,
        person.email,
        key=f"{digest(portal.nonce)[:16]}:{person.email}:{conference.today(now)}",
        subject=f"{deal.organization} at {conference}: your report",
        template="checkin/mail/sponsor_report.txt",
        context={
            "deal": deal,
            "conference": conference,
            "person": person,
            "report": report(deal, now),
            "url": settings.SITE_URL + address_of(portal),
        },
        conference=conference,
        to_name=person.name,
        reply_to=deal.owner.email if deal.owner else "",
        about=portal.code,
    )


def address_of(portal: Portal) -> str:
    """The report behind the sponsor's own link."""
    link = [portal.deal.conference.slug, portal.code, portal.secret]
    return reverse("checkin:portal-report", args=link)


def contact_of(deal: Sponsorship) -> Contact | None:
    """The primary contact, else whoever is there and has an address."""
    people = deal.organization.contacts.dealing().exclude(email="")
    return people.first_to_call().first()


def waiting(conference: Conference):
    """The deals whose sponsors have not had the report."""
    had = OutgoingEmail.objects.filter(conference=conference, kind=KIND).values("about")
    deals = Sponsorship.objects.public(conference)  # type: ignore[attr-defined]
    return deals.exclude(portal__code__in=had).order_by("pk")


def can_have(conference: Conference):
    """Of these, whom it would reach: who has an address, and a page that was not closed."""
    people = Contact.objects.dealing().exclude(email="").values("organization")
    reached = waiting(conference).filter(organization__in=people)
    return reached.filter(portal__revoked_at=None)


def send_reports(conference: Conference, *, by: User | None) -> int:
    """To everyone who has not had it; each in a transaction of its own, so it can be begun anew."""
    sent = 0
    for pk in can_have(conference).values_list("pk", flat=True):
        try:
            send_report(pk, by=by, again=False)
        except (Refused, EditionClosed):
            continue
        sent += 1
    return sent
