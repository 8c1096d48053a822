"""What people ask for and staff or time decide: a place, a way out, a letter; and staff's notes."""

import datetime as dt

from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils import timezone

from scale import codes
from scale.models import Conference, User

from .addons import AddOn
from .offer import TicketType
from .orders import Order
from .tickets import Ticket, new_nonce

OFFERED_FOR = dt.timedelta(hours=24)


class WaitlistEntryQuerySet(models.QuerySet):
    def next_for(self, quota_ids):
        """Who waits longest for a type that needs one of these quotas."""
        waiting = self.filter(status=WaitlistEntry.Status.WAITING)
        return waiting.filter(ticket_type__quotas__in=list(quota_ids)).order_by("pk").distinct()

    def open(self):
        return self.filter(status__in=[WaitlistEntry.Status.WAITING, WaitlistEntry.Status.OFFERED])


class WaitlistEntry(models.Model):
    """A wish for a sold-out type, or a ticket's for a seat. An offer is an `order`, for 24 hours.

    Who waits for a type is a name and an address; who waits for a seat is who holds the ticket.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting"
        OFFERED = "offered", "has an offer"
        TAKEN = "taken", "took the place"
        LAPSED = "lapsed", "let the offer lapse"
        LEFT = "left", "left the list"
        PASSED = "passed", "could not be given it"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="waitlist")
    ticket_type = models.ForeignKey(
        TicketType, models.CASCADE, null=True, blank=True, related_name="waitlist"
    )
    add_on = models.ForeignKey(
        AddOn, models.CASCADE, null=True, blank=True, related_name="waitlist"
    )
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, null=True, blank=True, related_name="waitlist"
    )
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=190, blank=True, db_index=True)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    joined_at = models.DateTimeField(auto_now_add=True)
    order = models.OneToOneField(
        Order, models.PROTECT, null=True, blank=True, related_name="waitlist_entry"
    )
    # An address waits once for a type.
    live_email = models.GeneratedField(
        expression=Case(When(status__in=["waiting", "offered"], then=F("email"))),
        output_field=models.CharField(max_length=190, null=True),
        db_persist=True,
    )
    # A ticket waits once for an extra.
    live_ticket = models.GeneratedField(
        expression=Case(When(status__in=["waiting", "offered"], then=F("ticket_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    objects = WaitlistEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "waiting list"
        ordering = ["pk"]
        indexes = [models.Index(fields=["ticket_type", "status"], name="waitlist_next")]
        constraints = [
            models.UniqueConstraint(fields=["ticket_type", "live_email"], name="waits_once"),
            models.UniqueConstraint(fields=["add_on", "live_ticket"], name="ticket_waits_once"),
            models.CheckConstraint(
                condition=Q(ticket_type__isnull=False, add_on=None, ticket=None)
                | Q(ticket_type=None, add_on__isnull=False, ticket__isnull=False),
                name="waits_for_one_thing",
            ),
        ]

    def __str__(self):
        return f"{self.who} for {self.thing}"

    def get_absolute_url(self):
        return reverse("registration:waiting", args=[self.conference.slug, self.pk, self.secret])

    @property
    def secret(self):
        return codes.secret("waitlist", self.nonce)

    @property
    def thing(self):
        return self.ticket_type or self.add_on

    @property
    def who(self):
        return self.ticket.attendee_name if self.ticket else self.name

    def place_in_line(self):
        """1 for who is next."""
        waiting = WaitlistEntry.objects.filter(status=WaitlistEntry.Status.WAITING, pk__lte=self.pk)
        same = {"ticket_type": self.ticket_type_id, "add_on": self.add_on_id}
        return waiting.filter(**same).count()


class CancellationRequest(models.Model):
    """A buyer's wish to give tickets back; staff grant or refuse it."""

    class Status(models.TextChoices):
        OPEN = "open", "waits for an answer"
        GRANTED = "granted", "granted"
        REFUSED = "refused", "refused"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="cancellation_requests")
    why = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=7, choices=Status, default=Status.OPEN)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=500, blank=True)
    open_ticket = models.GeneratedField(
        expression=Case(When(status="open", then=F("ticket_id"))),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["open_ticket"], name="one_open_cancellation_request"),
        ]

    def __str__(self):
        return f"{self.ticket}: {self.get_status_display()}"


class VisaRequestQuerySet(models.QuerySet["VisaRequest"]):
    def to_forget(self, now, kept):
        """Pks of those whose passport data nobody needs: answered `kept` ago, or edition over."""
        held = self.filter(erased_at=None).select_related("ticket__conference")
        over = Q(ticket__conference__ends_on__lt=(now - dt.timedelta(days=1)).date())
        found = held.filter(
            ~Q(status=VisaRequest.Status.OPEN) & (Q(answered_at__lte=now - kept) | over)
            # One that nobody answered goes some time after the edition.
            | Q(ticket__conference__ends_on__lt=now.date() - kept)
        )
        return [one.pk for one in found]


class VisaRequest(models.Model):
    """A wish for an invitation letter. What stands in the passport is erased afterwards."""

    class Status(models.TextChoices):
        OPEN = "open", "waits for an answer"
        APPROVED = "approved", "approved"
        REFUSED = "refused", "refused"

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="visa_request")
    full_name = models.CharField("name as in the passport", max_length=160, blank=True)
    nationality = models.CharField(max_length=80, blank=True)
    passport_number = models.CharField(max_length=40, blank=True)
    born_on = models.DateField("date of birth", null=True, blank=True)
    address = models.TextField(max_length=500, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=500, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = VisaRequestQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Letter for {self.ticket}"

    def forget(self):
        """Erase what stands in the passport; that there was a request stays known."""
        self.full_name = self.nationality = self.passport_number = self.address = ""
        self.born_on, self.erased_at = None, timezone.now()


class CompChoice(models.Model):
    """Who had bought a ticket and then got a free one says what becomes of the bought one.

    As long as nobody has answered, the bought ticket holds its place in the
    allowance, and `role` stands as a ribbon on its badge.
    """

    class Answer(models.TextChoices):
        OPEN = "open", "not answered"
        REFUND = "refund", "send the money back"
        PASS_ON = "pass_on", "pass the bought one on"
        NOTHING = "nothing", "leave it as it is"

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="comp_choice")
    role = models.SlugField(max_length=20)
    # What the free one would be; None: the same as the bought one.
    ticket_type = models.ForeignKey(
        TicketType, models.PROTECT, null=True, blank=True, related_name="+"
    )
    why = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=7, choices=Answer, default=Answer.OPEN)
    offered_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=["open", "refund", "pass_on", "nothing"]),
                name="comp_choice_known",
            ),
        ]

    def __str__(self):
        return f"{self.ticket}: {self.get_answer_display()}"

    def get_absolute_url(self):
        ticket = self.ticket
        secret = codes.secret("comp choice", ticket.nonce)
        return reverse(
            "registration:comp-choice", args=[ticket.conference.slug, ticket.code, secret]
        )

    def is_open(self):
        """Whether its holder can still decide."""
        ticket = self.ticket
        is_paid = ticket.order is not None and ticket.order.status == Order.Status.PAID
        live = ticket.status == Ticket.Status.LIVE and not ticket.conference.is_closed
        return self.answer == self.Answer.OPEN and is_paid and live


class OrderNote(models.Model):
    """What staff want each other to know about an order; buyers never see it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="notes")
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.text[:60]
