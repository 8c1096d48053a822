"""How was it? Who may say so of a talk, and when; and whose words stay how long."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from cfp.models import Talk, TalkSpeaker
from registration.models import Ticket
from registration.privacy import tickets_of
from scale.models import Conference, User

from .models import Rating, Slot

DAYS = 30  # after the last day of the edition


@dataclass(frozen=True)
class Window:
    """From when until when a talk can be rated; None where it has no place."""

    opens_at: dt.datetime | None
    closes_at: dt.datetime
    is_cancelled: bool
    is_closed: bool

    @classmethod
    def of(cls, talk: Talk, slots: Iterable[Slot], conference: Conference) -> "Window":
        return cls(
            opens_at=min((slot.starts_at for slot in slots), default=None),
            closes_at=closes_at(conference),
            is_cancelled=talk.is_cancelled,
            is_closed=conference.is_closed,
        )

    def state(self, now: dt.datetime | None = None) -> str:
        """cancelled, unplaced, early, over or open"""
        now = now or timezone.now()
        if self.is_cancelled:
            return "cancelled"
        if self.is_closed or now >= self.closes_at:
            return "over"
        if self.opens_at is None:
            return "unplaced"
        return "open" if now >= self.opens_at else "early"

    @property
    def is_open(self) -> bool:
        return self.state() == "open"


def last_day(conference: Conference) -> dt.date:
    return conference.ends_on + dt.timedelta(days=DAYS)


def closes_at(conference: Conference) -> dt.datetime:
    return conference.day_bounds(last_day(conference))[1]


def is_over(conference: Conference) -> bool:
    return conference.is_closed or timezone.now() >= closes_at(conference)


def window(talk: Talk) -> Window:
    return Window.of(talk, Slot.objects.filter(talk=talk), talk.conference)


def begun(conference: Conference):
    """Talks of which something has taken place, and that were not cancelled."""
    slots = Slot.objects.filter(conference=conference, starts_at__lte=timezone.now())
    talks = Talk.objects.filter(conference=conference, pk__in=slots.values("talk"))
    return talks.exclude(status__in=Talk.OFF_STAGE)


def latest_first(talks):
    """By the last time that something of each has begun."""
    past = Slot.objects.filter(talk=OuterRef("pk"), starts_at__lte=timezone.now())
    latest = Subquery(past.order_by("-starts_at").values("starts_at")[:1])
    return talks.annotate(began_at=latest).order_by("-began_at", "title", "pk")


def tickets_in_hand(user: User, conference: Conference) -> list[Ticket]:
    """Always in the same order: who has two rates with the first."""
    held = Ticket.objects.admitting().held_by(user).filter(conference=conference)
    return list(held.select_related("order").order_by("pk")[:20])


def gives(talk: Talk, ticket: Ticket, user: User | None = None) -> bool:
    """Nobody rates a talk of their own."""
    own = Q(speaker__user=user) if user else Q()
    if ticket.user_id:
        own |= Q(speaker__user=ticket.user_id)
    if ticket.attendee_email:
        own |= Q(speaker__email=ticket.attendee_email)
        own |= Q(speaker__user__email=ticket.attendee_email)
    return bool(own) and TalkSpeaker.objects.filter(own, talk=talk).exists()


def show(email: str) -> list[str]:
    return [
        f"Rating of “{one.talk}”: {one.stars} of 5" + (f", “{one.comment}”" if one.comment else "")
        for one in _written_by(email)
    ]


def erase(email: str) -> int:
    """The words go, the stars stay: the mean is right without anybody's name."""
    found = [one.pk for one in _written_by(email)]
    return Rating.objects.filter(pk__in=found).update(comment="", holder="")


def _written_by(email: str) -> list[Rating]:
    held = Q(ticket__in=list(tickets_of(email).values_list("pk", flat=True)))
    held |= Q(ticket__user__email=email)
    rows = Rating.objects.filter(held).exclude(holder="").select_related("talk", "ticket")
    return [one for one in rows if one.is_of(one.ticket)]


def forget(conference: Conference) -> None:
    Rating.objects.filter(talk__conference=conference).update(comment="", holder="")
