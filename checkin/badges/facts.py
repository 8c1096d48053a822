"""What stands on one badge, as plain values."""

from dataclasses import dataclass

from registration.documents import fonts

from .models import Badge
from .models import new_badge_code as example_code

RIBBON_LOOKS = {"speaker": "#7a1fa2", "staff": "#1b5e20", "exhibitor": "#0b4f8a"}


@dataclass(frozen=True)
class BadgeFacts:
    code: str
    name: str
    edition: str
    accent: str
    ticket_type: str
    type_code: str
    pronouns: str = ""
    title: str = ""
    organization: str = ""
    ribbons: tuple[str, ...] = ()
    no_photos: bool = False
    conduct: str = ""


def facts_of(badge: Badge) -> BadgeFacts:
    """Of a badge that came with `Badge.objects.drawn()`."""
    return facts_of_ticket(badge.ticket, badge.code)


def facts_of_ticket(ticket, code: str) -> BadgeFacts:
    conference = ticket.conference
    return BadgeFacts(
        code=code,
        name=ticket.attendee_name,
        edition=conference.name,
        accent=conference.accent,
        ticket_type=ticket.ticket_type.name,
        type_code=ticket.ticket_type.code,
        pronouns=ticket.pronouns,
        title=ticket.title,
        organization=ticket.organization,
        ribbons=tuple(ribbon.role for ribbon in ticket.ribbons.all()),
        no_photos=ticket.no_photos,
        conduct=conference.conduct_phone or conference.conduct_email,
    )


def example(conference, *, name: str = "Marisol Quintero-Aßmann") -> BadgeFacts:
    """Somebody who does not exist, with all that a badge can show."""
    kind = conference.ticket_types.order_by("pk").first()
    return BadgeFacts(
        code="EXAMPLE" + example_code()[7:],
        name=name,
        edition=conference.name,
        accent=conference.accent,
        ticket_type=kind.name if kind else "Full access",
        type_code=kind.code if kind else "",
        pronouns="she/her",
        title="Telescope operator",
        organization="Northbeam Observatory",
        ribbons=("speaker", "staff"),
        no_photos=True,
        conduct=conference.conduct_phone or conference.conduct_email,
    )


def missing_scripts(facts: BadgeFacts) -> list[str]:
    """What this machine has no font for: the badge would show “…” in its place."""
    shown = " ".join([facts.name, facts.organization, facts.title, facts.pronouns])
    return sorted(fonts.missing_scripts(shown))
