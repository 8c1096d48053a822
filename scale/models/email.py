from django.db import models
from django.db.models import Q


class OutgoingEmailQuerySet(models.QuerySet):
    def due(self, now):
        return self.filter(status=OutgoingEmail.Status.QUEUED, not_before__lte=now)

    def lapsed(self, now):
        """Taken by a worker that never reported back: maybe sent."""
        return self.filter(status=OutgoingEmail.Status.SENDING, leased_until__lt=now)

    def in_doubt(self):
        return self.filter(status=OutgoingEmail.Status.IN_DOUBT)

    def undecided(self):
        """Maybe sent, or not sent: staff say whether to send again."""
        return self.filter(status__in=[OutgoingEmail.Status.IN_DOUBT, OutgoingEmail.Status.FAILED])

    def about(self, codes):
        """What was sent about these orders and tickets, newest first; without the texts."""
        return self.filter(about__in=list(codes)).defer("text").order_by("-pk")

    def forget(self):
        """Delete these mails for good; the database does it, whatever their number."""
        EmailAttachment.objects.filter(email__in=self.order_by()).delete()
        return self.order_by()._raw_delete(self.db)


class OutgoingEmail(models.Model):
    """One mail, written before anything is sent; see `scale.email` for its life."""

    class Status(models.TextChoices):
        QUEUED = "queued", "waiting"
        SENDING = "sending", "being sent"
        SENT = "sent", "sent"
        FAILED = "failed", "not sent"
        IN_DOUBT = "in_doubt", "maybe sent"
        DROPPED = "dropped", "given up"

    conference = models.ForeignKey(
        "scale.Conference", models.CASCADE, null=True, blank=True, related_name="emails"
    )
    dedupe_key = models.CharField(max_length=64, unique=True, editable=False)
    message_id = models.CharField(max_length=190, unique=True, editable=False)
    kind = models.CharField(max_length=40, db_index=True)
    # The public code of what it tells of (an order, a ticket): so that staff find it again.
    about = models.CharField(max_length=40, blank=True, db_index=True)
    to_address = models.EmailField(max_length=190, db_index=True)
    to_name = models.CharField(max_length=120, blank=True)
    reply_to = models.EmailField(max_length=190, blank=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    status = models.CharField(max_length=8, choices=Status, default=Status.QUEUED)
    resend_if_in_doubt = models.BooleanField(
        default=False, help_text="Send again with the same Message-ID rather than ask staff."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    lease = models.CharField(max_length=32, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    queued_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = "mail"
        ordering = ["-queued_at"]
        indexes = [models.Index(fields=["status", "not_before"], name="email_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status__in=["queued", "sending", "sent", "failed", "in_doubt", "dropped"]
                ),
                name="email_status_known",
            ),
        ]

    def __str__(self):
        return f"{self.subject} ({self.get_status_display()})"


class EmailAttachment(models.Model):
    email = models.ForeignKey(OutgoingEmail, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=120)
    content = models.BinaryField()
    content_id = models.CharField(max_length=60, blank=True)

    def __str__(self):
        return self.name
