"""What is entered or handed out, and who qualifies for it."""

from django.db import models
from django.db.models import F, Q

from registration.models import AddOn, OrderLine, Ticket, TicketType
from scale.models import Conference


class CheckInList(models.Model):
    """What is entered or handed out: the door, a tutorial, T-shirts, the party.

    A ticket qualifies by its type or by one of its extras; if neither is named, every one does.
    """

    class Kind(models.TextChoices):
        ENTRY = "entry", "entry"
        SHIRT = "shirt", "T-shirt"
        TUTORIAL = "tutorial", "tutorial"
        PARTY = "party", "party"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="checkin_lists")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ENTRY)
    ticket_types = models.ManyToManyField(TicketType, blank=True, related_name="checkin_lists")
    add_ons = models.ManyToManyField(
        AddOn, verbose_name="extras", blank=True, related_name="checkin_lists"
    )
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    once_a_day = models.BooleanField(
        default=False, help_text="Each day's first scan counts; otherwise once in all."
    )
    # From then on everybody qualifies, as long as there is more than was given out.
    leftovers_open_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "check-in list"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")) | Q(opens_at=None) | Q(closes_at=None),
                name="list_closes_after_opening",
                violation_error_message="It closes before it opens.",
            ),
        ]

    def __str__(self):
        return self.name

    def tickets(self):
        """Those that it may admit: paid or given, of one of its types or with one of its extras."""
        rows = Ticket.objects.admitting().filter(conference=self.conference_id)
        types = list(self.ticket_types.values_list("pk", flat=True))
        extras = list(self.add_ons.values_list("pk", flat=True))
        if not types and not extras:
            return rows
        held = OrderLine.objects.in_force().filter(add_on__in=extras)
        return rows.filter(Q(ticket_type__in=types) | Q(pk__in=held.values("ticket")))

    def is_open(self, now):
        return (self.opens_at is None or now >= self.opens_at) and (
            self.closes_at is None or now < self.closes_at
        )

    def gives_leftovers(self, at):
        return self.leftovers_open_at is not None and at >= self.leftovers_open_at

    def left(self):
        """What nobody has taken of what was ordered, whoever took the rest; exact under its lock.

        More than was ordered may be gone: staff let in whom they want.
        """
        taken = self.checkins.live()
        return max(0, self.tickets().count() - taken.values("ticket").distinct().count())

    def day(self, conference, now):
        """The day that an admission counts for; None where once in all is the rule."""
        return conference.today(now) if self.once_a_day else None
