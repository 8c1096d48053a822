"""What ticket holders thought of a talk."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from cfp.models import Talk
from registration.models import Ticket
from scale.models import User


class RatingQuerySet(models.QuerySet):
    def heard(self):
        """Without what the committee keeps from the speakers."""
        return self.filter(is_hidden=False)

    def in_words(self):
        return self.exclude(comment="")


class Rating(models.Model):
    """One ticket's stars for a talk, once. Nothing public shows it, so it makes no page old.

    Whose ticket it was is for nobody to read: it keeps a second one out, and finds the words of
    who wants them erased. The audit trail would name the account, so it does not follow this.
    """

    LONGEST = 1000  # of a comment

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="ratings")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="ratings")
    # `Ticket.holder_key` of who wrote it: after the ticket is passed on the words are not theirs.
    holder = models.CharField(max_length=20, blank=True)
    stars = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(max_length=LONGEST, blank=True)
    is_hidden = models.BooleanField("kept from the speakers", default=False)
    hidden_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["talk", "ticket"], name="rated_once"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="stars_1_to_5"),
        ]

    def __str__(self):
        return f"{self.stars} of 5 for {self.talk_id}"

    def is_of(self, ticket):
        """Whether who holds the ticket now wrote it."""
        return self.ticket_id == ticket.pk and self.holder == ticket.holder_key()
