"""Booths for projects: asked for by anyone, decided by the committee, once."""

from typing import Any

from django.utils import timezone

from scale import email as mail
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User
from scale.text import canonical_email

from ..models import (
    BoothApplication,
    BoothCall,
    Contact,
    Organization,
    Sponsorship,
)
from .deals import MOVED, promise, unpromise
from .rules import Refused, SoldOut, locked_organization

Status = BoothApplication.Status


@retry
def set_booth_call(conference: Conference, **facts: Any) -> BoothCall:
    require_open(conference)
    return BoothCall.objects.update_or_create(conference=conference, defaults=facts)[0]


@retry
def apply_for_booth(conference: Conference, **facts: Any) -> BoothApplication:
    """One application a project and address; who sends it again gets the link again."""
    require_open(conference)
    # Whoever asks passes this row, so that two clicks see each other.
    call = BoothCall.objects.select_for_update().filter(conference=conference).first()
    if call is None or call.state() != "open":
        raise Refused("Applications are not open.")
    address = canonical_email(facts["email"])
    known = BoothApplication.objects.filter(conference=conference, email=address)
    found = next(
        (one for one in known.exclude(status=Status.WITHDRAWN) if one.name == facts["name"]), None
    )
    if found is None:
        found = BoothApplication.objects.create(conference=conference, **facts)
    mail.send(
        "booth application",
        found.email,
        to_name=found.contact_name,
        key=f"{found.pk}:{timezone.now():%Y%m%d%H}",
        subject=f"Your booth application for {conference.name}",
        template="sponsors/mail/application_received.txt",
        context={"conference": conference, "application": found},
        conference=conference,
    )
    return found


@retry
def decide_application(
    application: BoothApplication,
    status: str,
    *,
    was: str,
    words: str,
    by: User,
    organization: Organization | None = None,
) -> BoothApplication:
    """Accept, put on the waiting list or decline, and write to them.

    `was` is the status that the one who decides saw. Who is accepted gets a signed deal in the
    call's package, as `organization` or as a new one.
    """
    row = lock_application(application.pk)
    if row.status != was:
        who = row.decided_by or "They themselves"
        raise Refused(f"This is “{row.get_status_display()}” already. {who} was quicker.")
    if status not in row.next_steps:
        raise Refused("This cannot be decided any more.")
    if status == Status.ACCEPTED:
        row.sponsorship = agreed(row, organization)
    row.status, row.words = status, words
    row.decided_by, row.decided_at = by, timezone.now()
    row.save(update_fields=["status", "words", "decided_by", "decided_at", "sponsorship"])
    subject, text = decision_mail(row)
    mail.send(
        "booth decision",
        row.email,
        to_name=row.contact_name,
        key=f"{row.pk}:{row.decided_at.isoformat()}",
        subject=subject,
        text=text,
        conference=row.conference,
    )
    return row


def decision_mail(application: BoothApplication) -> tuple[str, str]:
    """(subject, text) of the mail for the status and words of this row, saved or not."""
    conference = application.conference
    context = {"conference": conference, "application": application}
    text = mail.render_text("sponsors/mail/application_decided.txt", context)
    return f"Your booth application for {conference.name}", text


def agreed(application: BoothApplication, organization: Organization | None) -> Sponsorship:
    """The signed deal; its place is one of the package's, and none is given twice.

    What they wrote and the code of conduct that they accepted are its contract.
    """
    conference = application.conference
    call = BoothCall.objects.filter(conference=conference).select_related("package").first()
    if call is None:
        raise Refused("Say first which package accepted projects get.")
    if organization is None:
        organization = Organization.objects.create(
            name=application.name,
            website=application.website,
            is_project=True,
        )
    organization = locked_organization(organization.pk)
    if not organization.contacts.filter(email=application.email).exists():
        Contact.objects.create(
            organization=organization, name=application.contact_name, email=application.email
        )
    deal = Sponsorship.objects.filter(conference=conference, live_key=organization.pk).first()
    deal = deal and Sponsorship.objects.select_for_update().get(pk=deal.pk)
    if deal and (deal.is_signed or deal.package_id != call.package_id):
        raise Refused(
            f"{organization} has a deal ({deal.package}, {deal.get_status_display()}) already. "
            "Its booth belongs there.",
            "organization",
        )
    deal = deal or Sponsorship(
        organization=organization, conference=conference, package=call.package, amount=0
    )
    was_promised = deal.is_promised
    deal.status = Sponsorship.Status.SIGNED
    deal.signed_at = deal.moved_at = timezone.now()
    deal.signed_by = application.contact_name
    deal.save()
    try:
        if not was_promised:
            promise(deal)
    except SoldOut as error:
        raise Refused(f"{error} The waiting list is left.", "status") from error
    return deal


@retry
def withdraw_application(application: BoothApplication) -> BoothApplication:
    """By the project itself; an accepted one gives its booth and its place back."""
    row = lock_application(application.pk)
    if Status.WITHDRAWN not in row.MOVES[row.status]:
        return row
    if row.sponsorship_id:
        give_back(Sponsorship.objects.select_for_update().get(pk=row.sponsorship_id))
    row.status = Status.WITHDRAWN
    row.save(update_fields=["status"])
    return row


def give_back(deal: Sponsorship) -> None:
    if not deal.is_signed:
        return
    unpromise(deal)
    deal.status, deal.moved_at = Sponsorship.Status.LOST, timezone.now()
    deal.lost_why, deal.lost_words = Sponsorship.Why.OTHER, "They withdrew."
    deal.save(update_fields=MOVED)


def lock_application(pk: int) -> BoothApplication:
    row = BoothApplication.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("This application is gone.")
    require_open(row.conference)
    return row
