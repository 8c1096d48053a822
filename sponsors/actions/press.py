"""Press: asked for by anyone, approved once with one pass, declined, taken back.

Locks: the organization, the request (or the dates, then the request), what registration locks for
a ticket, and the Conference, whose version goes up when an organization on public pages is saved.
"""

from typing import Any

from django.utils import timezone

from registration.actions import AllowanceUsedUp, end_given, give_ticket
from registration.actions import SoldOut as NoPlaces
from registration.models import Ticket, TicketType
from scale import email as mail
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User
from scale.text import canonical_email

from ..models import (
    Contact,
    Coverage,
    Organization,
    PressCall,
    PressRequest,
    with_use,
)
from .rules import Refused, locked_organization

Status = PressRequest.Status


@retry
def set_press_call(conference: Conference, **facts: Any) -> PressCall:
    require_open(conference)
    return PressCall.objects.update_or_create(conference=conference, defaults=facts)[0]


@retry
def ask_as_press(conference: Conference, **facts: Any) -> PressRequest:
    """One request a person; who asks again gets the link again, and who withdrew is new again."""
    require_open(conference)
    # Whoever asks passes this row, so that two clicks see each other.
    call = PressCall.objects.select_for_update().filter(conference=conference).first()
    if call is None or call.state() != "open":
        raise Refused("Requests are not open.")
    address = canonical_email(facts["email"])
    rows = PressRequest.objects.select_for_update()
    found = rows.filter(conference=conference, email=address).first()
    again = found is not None and found.status != Status.WITHDRAWN
    if found is None:
        found = PressRequest.objects.create(conference=conference, **facts)
    elif not again:
        for name, value in facts.items():
            setattr(found, name, value)
        found.status, found.asked_at, found.wants_news = Status.NEW, timezone.now(), True
        found.decided_by, found.decided_at, found.words = None, None, ""
        found.save()
    mail.send(
        "press request",
        found.email,
        to_name=found.name,
        key=f"{found.pk}:{found.asked_at:%Y%m%d%H%M%S}:{timezone.now():%Y%m%d%H%M}",
        subject=f"Your press request for {conference.name}",
        template="sponsors/mail/press_received.txt",
        context={"conference": conference, "asked": found, "again": again, "call": call},
        conference=conference,
    )
    return found


@retry
def decide_press_request(
    asked: PressRequest,
    status: str,
    *,
    was: str,
    words: str,
    by: User,
    organization: Organization | None = None,
    pass_type: TicketType | None = None,
) -> PressRequest:
    """Approve, with a press pass, or decline, and write to them.

    `was` is the status that the one who decides saw. Who is approved stands as a press contact
    in `organization`, or in a new media outlet.
    """
    if organization and status == Status.APPROVED:
        organization = lock_outlet(organization)
    row = lock_press_request(asked.pk)
    if row.status != was:
        who = row.decided_by or "They themselves"
        raise Refused(f"This is “{row.get_status_display()}” already. {who} was quicker.")
    if status not in row.next_steps:
        raise Refused("This cannot be decided any more.")
    if not row.email:
        raise Refused("The data of this person was erased.")
    if status == Status.APPROVED:
        if pass_type is None or pass_type.conference_id != row.conference_id:
            raise Refused("Choose the pass.", "pass_type")
        row.ticket = press_pass(row, pass_type, by)
        row.organization = outlet_of(row, organization)
        row.contact = journalist(row, row.organization)
    decided(row, status, words, by)
    row.save(update_fields=["organization", "contact", "ticket"])
    return write_decision(row)


def decided(row: PressRequest, status: str, words: str, by: User | None) -> None:
    row.status, row.words = status, words
    row.decided_by, row.decided_at = by, timezone.now()
    row.save(update_fields=["status", "words", "decided_by", "decided_at"])


def write_decision(row: PressRequest) -> PressRequest:
    if not row.email:  # erased meanwhile
        return row
    subject, text = press_decision_mail(row)
    mail.send(
        "press decision",
        row.email,
        to_name=row.name,
        key=f"{row.pk}:{row.decided_at.isoformat() if row.decided_at else ''}",
        subject=subject,
        text=text,
        conference=row.conference,
    )
    return row


def press_decision_mail(asked: PressRequest) -> tuple[str, str]:
    """(subject, text) of the mail for the status and words of this row, saved or not."""
    conference = asked.conference
    call = PressCall.objects.filter(conference=conference).first()
    context = {"conference": conference, "asked": asked, "call": call}
    text = mail.render_text("sponsors/mail/press_decided.txt", context)
    return f"Your press request for {conference.name}", text


def lock_outlet(organization: Organization) -> Organization:
    found = Organization.objects.select_for_update().filter(pk=organization.pk).first()
    if found is None:
        raise Refused("This organization was joined with another one meanwhile.", "organization")
    return found


def outlet_of(row: PressRequest, organization: Organization | None) -> Organization:
    """The organization, which the caller has locked, a media outlet from now on; or a new one."""
    if organization is None:
        return Organization.objects.create(name=row.outlet, website=row.website, is_media=True)
    if not organization.is_media:
        organization.is_media = True
        organization.save(update_fields=["is_media"])
    return organization


def journalist(row: PressRequest, organization: Organization) -> Contact:
    """Their row among the contacts there; who was thought to have left is back."""
    found = organization.contacts.filter(email=row.email).order_by("-pk").first()
    if found is None:
        return Contact.objects.create(
            organization=organization, name=row.name, email=row.email, is_press=True
        )
    if not found.is_press or (found.left_on and not found.moved_to_id):
        found.is_press = True
        if not found.moved_to_id:
            found.left_on = None
        found.save(update_fields=["is_press", "left_on"])
    return found


def why_press(row: PressRequest) -> str:
    return f"Press: {row.outlet}"[:120]


def press_pass(row: PressRequest, pass_type: TicketType, by: User) -> Ticket:
    """One and no more, however often they are approved; who holds a ticket gets the ribbon."""
    try:
        return give_ticket(
            row.conference,
            pass_type,
            name=row.name,
            email=row.email,
            role=row.ROLE,
            why=why_press(row),
            source=row.source,
            limit=1,
            by=by,
        )
    except AllowanceUsedUp as error:
        raise Refused(
            "The pass of this request is given already: registration can help."
        ) from error
    except NoPlaces as error:
        raise Refused(f"“{pass_type}” is sold out: registration can help.", "pass_type") from error


@retry
def end_press_request(asked: PressRequest, *, words: str, by: User) -> tuple[PressRequest, bool]:
    """Take an approval back, with its pass, and write to them; whether the pass was used."""
    row = lock_press_request(asked.pk)
    if Status.ENDED not in row.MOVES[row.status]:
        raise Refused(f"This is “{row.get_status_display()}” and not approved.")
    was_used = end_press_pass(row, by)
    decided(row, Status.ENDED, words, by)
    return write_decision(row), was_used


def end_press_pass(row: PressRequest, by: User | None) -> bool:
    """Whether somebody had come in with it."""
    if row.ticket is None:
        return False
    [known] = with_use([row])
    end_given(row.ticket, role=row.ROLE, source=row.source, why=why_press(row), by=by)
    return known.came


@retry
def withdraw_press_request(asked: PressRequest) -> PressRequest:
    """By the journalist; who was approved gives the pass back."""
    row = lock_press_request(asked.pk)
    if Status.WITHDRAWN not in row.MOVES[row.status]:
        return row
    end_press_pass(row, None)
    row.status = Status.WITHDRAWN
    row.save(update_fields=["status"])
    return row


@retry
def want_news(asked: PressRequest, wants: bool) -> PressRequest:
    """Whether our announcements go to them; said by themselves."""
    row = lock_press_request(asked.pk)
    row.wants_news = wants
    row.save(update_fields=["wants_news"])
    return row


def lock_press_request(pk: int) -> PressRequest:
    row = PressRequest.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("This request is gone.")
    require_open(row.conference)
    return row


# --- what they published ----------------------------------------------------------------------


@retry
def add_coverage(
    conference: Conference, organization: Organization, *, by: User, **facts: Any
) -> Coverage:
    """An article of the outlet about the edition, also one that comes when the edition is closed.

    The same address again is the same one.
    """
    organization = locked_organization(organization.pk)
    rows = Coverage.objects.filter(organization=organization, conference=conference)
    if known := rows.filter(url=facts["url"]).first():
        return known
    return Coverage.objects.create(organization=organization, conference=conference, by=by, **facts)


@retry
def remove_coverage(row: Coverage) -> None:
    Coverage.objects.filter(pk=row.pk).delete()
