"""Birds of a feather as others read them: which places there are, and who hosts what."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from registration.models import Ticket
from registration.privacy import GONE
from scale.models import Conference
from scale.time import local

from .models import BofClaim, Slot

HEAVY = ("talk__description", "talk__notes")
OPEN, ASKED, TAKEN, OVER = "open", "asked", "taken", "over"


@dataclass(frozen=True)
class Place:
    """A place for a BoF; what has begun can be claimed no more."""

    slot: Slot
    state: str

    @property
    def is_open(self) -> bool:
        return self.state == OPEN


def places(conference: Conference) -> list[Place]:
    """All of the edition, by time; the same few statements however many there are."""
    slots = Slot.objects.shown(conference).for_bofs(conference).defer(*HEAVY)
    asked = set(BofClaim.objects.of(conference).live().values_list("slot_uuid", flat=True))
    now = timezone.now()
    return [Place(slot, _state(slot, asked, now)) for slot in slots]


def _state(slot: Slot, asked: set, now: dt.datetime) -> str:
    if slot.talk_id:
        return TAKEN
    if slot.starts_at <= now:
        return OVER
    return ASKED if slot.uuid in asked else OPEN


def by_day(found: Iterable[Place], conference: Conference) -> list[tuple[dt.date, list[Place]]]:
    days = groupby(found, lambda one: local(one.slot.starts_at, conference).date())
    return [(day, list(ones)) for day, ones in days]


def why_it_stays(ticket: Ticket) -> str:
    """A sentence for who would pass on the ticket with which they host something."""
    if BofClaim.objects.filter(live_ticket=ticket.pk).exists():
        return "You host a BoF with this ticket. Withdraw it first, then the ticket is free to go."
    return ""


def link_of(ticket: Ticket) -> tuple[str, str, str] | None:
    """For the ticket's page: where to ask for a place, and to see what became of it."""
    conference = ticket.conference
    if not Slot.objects.for_bofs(conference).exists():
        return None
    address = reverse("schedule:ticket-bof", args=[conference.slug, ticket.code, ticket.secret])
    return address, "Host a BoF", "An informal meeting in the evening: ask for a place, see yours."


# --- one person's data -------------------------------------------------------------------------


def _of_person(email: str):
    of_ticket = Q(ticket__attendee_email=email) | Q(ticket__user__email=email)
    return BofClaim.objects.filter(Q(email=email) | Q(user__email=email) | of_ticket)


def show(email: str) -> list[str]:
    claims = _of_person(email).select_related("conference", "talk").distinct()
    return [f"BoF “{one.what}”, {one.conference}: {one.get_status_display()}" for one in claims]


def erase(email: str) -> int:
    """The words of whoever asked go, and who waits for an answer waits no more.

    The floor of the tickets has forgotten the person by now: their claims are known by that.
    """
    forgotten = BofClaim.objects.filter(ticket__attendee_name=GONE).exclude(email="")
    found = {
        *_of_person(email).values_list("pk", flat=True),
        *forgotten.values_list("pk", flat=True),
    }
    claims = BofClaim.objects.filter(pk__in=found)
    Conference.objects.touch(set(claims.asked().values_list("conference", flat=True)))
    claims.asked().update(status=BofClaim.Status.WITHDRAWN, decided_at=timezone.now())
    return _blank(claims)


def forget(conference: Conference) -> None:
    _blank(BofClaim.objects.of(conference))


def _blank(claims) -> int:
    gone = {"name": "(erased)", "email": "", "title": "(erased)", "abstract": "", "answer": ""}
    return claims.update(**gone, user=None)
