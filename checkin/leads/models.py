"""What was handed over when an exhibitor scanned a badge."""

import uuid

from django.db import models
from django.db.models import F, Q

from registration.models import SHARED, Ticket
from registration.privacy import address_of
from scale.codes import digest
from sponsors.models import Organization

NOTE_LETTERS = 2000
EMPTY = {**dict.fromkeys(SHARED, ""), "note": ""}


def person_of(ticket):
    """What stands for whoever holds the ticket now, also after it is passed on."""
    address = address_of(ticket)
    return digest(address) if address else ""


class LeadQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not taken back."""
        return self.filter(taken_back_at=None)

    def of_edition(self, conference):
        return self.filter(ticket__conference=conference)

    def of_station(self, station):
        """What the station's exhibitor has, from whichever of its phones."""
        rows = self.standing().of_edition(station.conference)
        return rows.filter(exhibitor=station.organization_id)

    def given_by(self, ticket):
        """What the ticket's holder gave, not whoever had the ticket before."""
        return self.filter(ticket=ticket, holder=ticket.nonce)

    def of_person(self, email, tickets):
        """By the address, also where it was not handed over, and by the person's tickets."""
        own = Q(ticket__in=tickets, holder=F("ticket__nonce"))
        return self.filter(own | Q(person=digest(email)) | Q(email=email))

    def search(self, words):
        found = Q(note__icontains=words)
        for name in SHARED:
            found |= Q(**{f"{name}__icontains": words})
        return self.filter(found)


class Lead(models.Model):
    """One person's details with one exhibitor: what was ticked when the badge was scanned last.

    Later ticks add to it only with another scan; what is unticked goes at once. Taken back, it is
    empty.
    """

    # Made by the phone that scanned first.
    lead_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    exhibitor = models.ForeignKey(Organization, models.PROTECT, related_name="leads")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="leads")
    # The ticket's nonce then: whoever a ticket is passed on to has another.
    holder = models.CharField(max_length=32, editable=False)
    # Their address as a digest: it finds what they gave once the ticket is somebody else's.
    person = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    station = models.ForeignKey("checkin.Station", models.PROTECT, related_name="leads")
    name = models.CharField(max_length=120, blank=True)
    organization = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=190, blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True)
    note = models.TextField(max_length=NOTE_LETTERS, blank=True)
    # Corrected by the error of the phone's clock.
    scanned_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["exhibitor", "scanned_at"], name="lead_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["exhibitor", "ticket", "holder"], name="one_lead"),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | Q(**EMPTY), name="taken_back_is_empty"
            ),
        ]

    def __str__(self):
        return f"lead {self.lead_id}"

    def given(self):
        """{name: value} of what was handed over."""
        values = {name: getattr(self, name) for name in SHARED}
        return {name: value for name, value in values.items() if value}
