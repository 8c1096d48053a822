"""Mail with sponsors: what the shared mailboxes hold, and what was written here."""

import re

from django.db import models
from django.db.models import Q

from scale import text
from scale.codes import digest
from scale.models import OutgoingEmail, User

from .conversations import Conversation
from .organizations import Contact

QUOTED = re.compile(
    r"^(>|On .{5,200} wrote:\s*$|Am .{5,200} schrieb .{0,200}:\s*$"
    r"|-{3,} ?Original Message|_{20,}\s*$)",
    re.MULTILINE,
)
ADDRESS = 190  # characters of an address at most


class Mailbox(models.Model):
    """A shared account that is read every minute, by one worker at a time (the lease)."""

    name = models.CharField(max_length=190, unique=True)
    lease = models.CharField(max_length=32, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    first_at = models.DateTimeField("read since", auto_now_add=True)
    last_good_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self):
        return self.name


class MailFolder(models.Model):
    """How far one folder was taken in: a UID means something under its UIDVALIDITY alone."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=120)
    # Names are case-sensitive there and not in our collation.
    name_digest = models.CharField(max_length=64, editable=False)
    uidvalidity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0, help_text="Not yet taken in.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "name_digest"], name="one_row_a_mail_folder"
            ),
        ]

    def __str__(self):
        return f"{self.name} of {self.mailbox}"


class MailQuerySet(models.QuerySet):
    def in_thread(self):
        """What conversations show, oldest first: without what only one mail's page needs."""
        return (
            self.select_related("contact", "written_by", "outgoing")
            .defer("html", "outgoing__text")
            .prefetch_related("attachments")
            .order_by("sent_at", "pk")
        )

    def listed(self):
        files = MailAttachment.objects.filter(mail=models.OuterRef("pk"))
        shown = self.select_related("conversation__organization", "contact").defer("html")
        return shown.annotate(has_files=models.Exists(files))

    def in_box(self, box):
        """One of the lists: a status, or `all`. What lost its conversation waits again."""
        lost = Q(status=Mail.Status.ATTACHED, conversation=None)
        if box == "triage":
            return self.filter(Q(status=Mail.Status.TRIAGE) | lost)
        if box == "attached":
            return self.filter(status=Mail.Status.ATTACHED, conversation__isnull=False)
        return self if box == "all" else self.filter(status=box)

    def search(self, words):
        return self.filter(
            Q(subject__icontains=words)
            | Q(party_address__icontains=words)
            | Q(party_name__icontains=words)
        )

    def related(self, digests):
        """Mails that name one of these Message-IDs as their own or refer to it."""
        return self.filter(references__digest__in=digests)


class Mail(models.Model):
    """One message, however many copies of it lie in mailboxes."""

    class Way(models.TextChoices):
        IN = "in", "from them"
        OUT = "out", "to them"

    class Status(models.TextChoices):
        TRIAGE = "triage", "to be sorted"
        ATTACHED = "attached", "in a conversation"
        IGNORED = "ignored", "ignored"
        AUTOMATIC = "auto", "automatic reply"
        BOUNCE = "bounce", "could not be delivered"

    # The same Message-ID from the same sender is the same message.
    key = models.CharField(max_length=64, unique=True, editable=False)
    message_id = models.CharField(max_length=250, blank=True)
    refers_to = models.TextField(blank=True, help_text="Message-IDs of its thread.")
    way = models.CharField(max_length=3, choices=Way)
    status = models.CharField(max_length=8, choices=Status, default=Status.TRIAGE)
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    # Whom it came from or, of ours, went to: the side that is not us.
    party_name = models.CharField(max_length=120, blank=True)
    party_address = models.CharField(max_length=ADDRESS, blank=True, db_index=True)
    sender = models.CharField(max_length=250, blank=True)
    recipients = models.TextField(blank=True)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    is_cut = models.BooleanField(
        default=False, help_text="Too large: only its beginning is here, the rest in the mailbox."
    )
    sent_at = models.DateTimeField(db_index=True)
    taken_at = models.DateTimeField(auto_now_add=True)
    # Of a mail written here: its row in the ledger of sending, and who wrote it.
    outgoing = models.OneToOneField(
        OutgoingEmail, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    answers = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="answered_by"
    )
    mailbox = models.CharField(max_length=ADDRESS, blank=True, help_text="Our address in it.")
    filed_at = models.DateTimeField("put into Sent", null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["status", "sent_at"], name="mail_to_sort")]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=["in", "out"]), name="mail_way_known"),
            models.CheckConstraint(
                condition=Q(status__in=["triage", "attached", "ignored", "auto", "bounce"]),
                name="mail_status_known",
            ),
        ]

    def __str__(self):
        return self.subject or "(no subject)"

    @property
    def at(self):
        """What the entries of a conversation are ordered by."""
        return self.sent_at

    @property
    def said(self):
        """Its words without what it quotes below them."""
        quoted = QUOTED.search(self.text)
        return (self.text[: quoted.start()].strip() if quoted else "") or self.text

    @property
    def is_ours(self):
        return self.way == Mail.Way.OUT

    @property
    def is_waiting(self):
        """Nobody has said yet where it belongs."""
        sorts = (Mail.Status.TRIAGE, Mail.Status.ATTACHED)
        return self.status in sorts and self.conversation_id is None

    @property
    def domain(self):
        return self.party_address.rpartition("@")[2]


class MailReference(models.Model):
    """A Message-ID that a mail has or refers to: what threads are found by."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="references")
    digest = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mail", "digest"], name="refers_once"),
        ]

    def __str__(self):
        return self.digest


class MailAttachment(models.Model):
    """A file that came or went with a mail; without the file where it was not taken, and why."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="mail/", blank=True)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField(default=0)
    refused = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(refused="") & ~Q(file="")) | (~Q(refused="") & Q(file="")),
                name="attachment_is_here_or_refused",
            ),
        ]

    def __str__(self):
        return self.name


class IgnoredSender(models.Model):
    """An address whose mail nobody has to sort."""

    address = models.CharField(max_length=ADDRESS)
    # Collations think some different addresses the same.
    address_digest = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["address"]

    def __str__(self):
        return self.address

    def save(self, *args, **kwargs):
        self.address = text.canonical_email(self.address)[:ADDRESS]
        self.address_digest = digest(self.address)
        super().save(*args, **kwargs)
