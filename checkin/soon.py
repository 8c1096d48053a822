"""Who speaks in the next two hours and has not come through the entry yet."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.db.models import Q

from cfp.models import Speaker, SpeakerTicket, Talk
from registration.models import Ticket
from schedule.models import Slot

from .models import CheckIn, CheckInList

AHEAD, LATE = dt.timedelta(hours=2), dt.timedelta(minutes=15)


@dataclass
class Person:
    """A speaker and the tickets that are theirs: by link, account, or a proven address."""

    speaker: Speaker
    tickets: list[Ticket] = field(default_factory=list)
    is_in: bool = False

    @property
    def ticket(self):
        return self.tickets[0] if self.tickets else None


@dataclass
class Turn:
    slot: Slot
    people: list[Person]

    @property
    def missing(self):
        return [person for person in self.people if not person.is_in]

    @property
    def phones(self):
        """The talk's number for the day, else those on the tickets of who is missing."""
        own = [self.slot.talk.day_phone]
        found = own if own[0] else [p.ticket.phone for p in self.missing if p.ticket]
        return list(dict.fromkeys(phone for phone in found if phone))


def turns(conference, now):
    """Talks from a quarter of an hour ago on whose speakers are not all in, in seven statements."""
    begun = Slot.objects.shown(conference).filter(
        starts_at__gte=now - LATE, starts_at__lt=now + AHEAD, talk__isnull=False
    )
    slots = list(begun.exclude(talk__status=Talk.Status.CANCELLED))
    speakers = {one.pk: one for slot in slots for one in slot.talk.speakers()}
    people = with_tickets(conference, list(speakers.values()))
    inside = came(conference, now, [held for one in people.values() for held in one.tickets])
    for person in people.values():
        person.is_in = any(held.pk in inside for held in person.tickets)
    found = [Turn(slot, [people[one.pk] for one in slot.talk.speakers()]) for slot in slots]
    return [turn for turn in found if turn.missing]


def with_tickets(conference, speakers):
    people = {speaker.pk: Person(speaker) for speaker in speakers}
    users = {speaker.user_id: speaker.pk for speaker in speakers if speaker.user_id}
    addresses = {speaker.email: speaker.pk for speaker in speakers if speaker.email}
    proven = EmailAddress.objects.filter(user__in=users, verified=True)
    addresses |= {email: users[user] for email, user in proven.values_list("email", "user")}
    linked = defaultdict(list)
    given = SpeakerTicket.objects.held().filter(conference=conference, speaker__in=people)
    for ticket, speaker in given.values_list("ticket", "speaker"):
        linked[ticket].append(speaker)
    theirs = Q(pk__in=linked) | Q(user__in=users) | Q(attendee_email__in=addresses)
    for held in Ticket.objects.admitting().filter(theirs, conference=conference).order_by("pk"):
        owners = {
            *linked.get(held.pk, ()),
            users.get(held.user_id),
            addresses.get(held.attendee_email),
        }
        for owner in owners - {None}:
            people[owner].tickets.append(held)
    return people


def came(conference, now, tickets):
    """The tickets that let somebody in; on lists once a day, today."""
    today = conference.today(now)
    rows = CheckIn.objects.live().filter(
        Q(day=None) | Q(day=today),
        checkin_list__kind=CheckInList.Kind.ENTRY,
        ticket__in=tickets,
    )
    return set(rows.values_list("ticket", flat=True))
