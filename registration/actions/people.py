"""Who buys and who comes, as forms and imports know them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scale.models import User
from scale.text import canonical_email

from ..models import SHARED, AddOn, Consent, Question, TicketType


def shares(wanted: Iterable[str]) -> dict[str, bool]:
    """The ticket's ticks, for these names of SHARED."""
    chosen = set(wanted)
    return {f"shares_{name}": name in chosen for name in SHARED}


@dataclass(frozen=True)
class Buyer:
    name: str
    email: str
    user: User | None = None
    organization: str = ""
    address: str = ""


@dataclass(frozen=True)
class Attendee:
    """Whom one ticket is for, and what was chosen for them; without a name the place stays open."""

    ticket_type: TicketType
    name: str
    email: str = ""
    title: str = ""
    organization: str = ""
    pronouns: str = ""
    postcode: str = ""
    no_photos: bool = False
    consent: str = Consent.LOGISTICS
    is_minor: bool = False
    guardian_name: str = ""
    guardian_phone: str = ""
    accessibility_needs: str = ""
    # What exhibitors may have, and the phone for it.
    shares: Sequence[str] = ()
    phone: str = ""
    add_ons: Sequence[AddOn] = ()
    answers: Mapping[Question, str] = field(default_factory=dict)

    def badge_facts(self, now: dt.datetime) -> dict[str, object]:
        same = (
            *("title", "organization", "pronouns", "postcode", "no_photos", "is_minor"),
            *("guardian_name", "guardian_phone", "accessibility_needs", "phone"),
        )
        minor = self.is_minor
        no_offers = minor and self.consent == Consent.OFFERS
        return {
            "attendee_name": self.name,
            "attendee_email": canonical_email(self.email),
            "consent": Consent.ANNOUNCEMENTS if no_offers else self.consent,
            "guardian_agreed_at": now if minor and self.guardian_name else None,
            **{name: getattr(self, name) for name in same},
            **shares(() if minor else self.shares),
        }
