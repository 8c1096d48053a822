"""What was said, and what to do next."""

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce, Greatest

from scale import text
from scale.models import Conference, Role, User

COMMITTEE = (Role.SPONSORSHIP, Role.COMMUNITY)


def of_newest(entries, at, column):
    """From the newest of these notes or mails of a conversation: one look into an index."""
    own = entries.filter(conversation=OuterRef("pk")).order_by(f"-{at}", "-pk")
    return Subquery(own.values(column)[:1])


class ConversationQuerySet(models.QuerySet):
    def of_edition(self, conference):
        """Those of the edition and those of none."""
        return self.filter(Q(conference=conference) | Q(conference=None))

    def dated(self):
        """With the time of the newest note or mail."""
        return self.annotate(
            note_at=of_newest(Note.objects, "written_at", "written_at"),
            mail_at=of_newest(self.mails(), "sent_at", "sent_at"),
            latest_at=Coalesce(
                # A Greatest of nothing and something is nothing on MariaDB and SQLite.
                Greatest(Coalesce("note_at", "mail_at"), Coalesce("mail_at", "note_at")),
                "created_at",
            ),
        )

    def mails(self):
        """Those that stand in conversations; the model is below this one."""
        mail = Conversation._meta.get_field("mails").related_model
        return mail._default_manager.filter(status="attached")

    def listed(self):
        """With the time and the words of the newest note or mail, and the next thing to do."""
        steps = FollowUp.objects.filter(conversation=OuterRef("pk"), done_at=None)
        by_mail = When(Q(note_at=None) | Q(mail_at__gt=F("note_at")), then=F("mail_said"))
        return (
            self.dated()
            .select_related("organization", "owner", "conference")
            .annotate(
                note_said=of_newest(Note.objects, "written_at", "text"),
                mail_said=of_newest(self.mails(), "sent_at", "text"),
                latest=Case(by_mail, default=F("note_said")),
                next_on=Subquery(steps.order_by("due_on").values("due_on")[:1]),
            )
        )

    def going_on(self):
        return self.exclude(state=Conversation.State.DONE)

    def silent_since(self, moment):
        """Of those `listed` that are not done: nobody said a word since."""
        return self.going_on().filter(latest_at__lt=moment)

    def search(self, words):
        """By subject, organization, or what was said and written."""
        said = Note.objects.filter(text__icontains=words).values("conversation")
        written = self.mails().filter(text__icontains=words).values("conversation")
        named = Q(subject__icontains=words) | Q(organization__name__icontains=words)
        return self.filter(named | Q(pk__in=said) | Q(pk__in=written))

    def latest_first(self):
        """What is not done before what is, each by its newest note or mail."""
        done_last = Case(When(state=Conversation.State.DONE, then=1), default=0)
        return self.dated().order_by(done_last, "-latest_at", "-pk")


class Conversation(models.Model):
    """A thread of dealings with one organization."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        WAITING_FOR_THEM = "them", "waiting for them"
        WAITING_FOR_US = "us", "waiting for us"
        DONE = "done", "done"

    organization = models.ForeignKey(
        "sponsors.Organization", models.CASCADE, related_name="conversations"
    )
    conference = models.ForeignKey(
        Conference, models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # Stands in the Message-ID of what we write, so that answers find their way back.
    mail_token = models.CharField(max_length=32, unique=True, null=True, editable=False)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "them", "us", "done"]),
                name="conversation_state_known",
            ),
        ]

    def __str__(self):
        return self.subject

    def why_not(self, user):
        """What stands against the user's writing in it; empty where nothing does.

        It belongs to the committee of its edition; one of no edition, to every committee.
        """
        edition = self.conference
        if edition and edition.is_closed:
            return f"{edition} is closed and can only be read."
        if edition and not user.has_role(edition, *COMMITTEE):
            return f"You have no say in {edition}, to which this conversation belongs."
        return ""


class Note(models.Model):
    """One entry of a conversation."""

    class Kind(models.TextChoices):
        NOTE = "note", "note"
        CALL = "call", "call"
        MEETING = "meeting", "meeting"
        MAIL_IN = "mail_in", "mail from them"
        MAIL_OUT = "mail_out", "mail to them"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NOTE)
    contact = models.ForeignKey("sponsors.Contact", models.SET_NULL, null=True, blank=True)
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="notes")
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["conversation", "written_at"], name="note_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["note", "call", "meeting", "mail_in", "mail_out"]),
                name="note_kind_known",
            ),
        ]

    def __str__(self):
        return text.plain(self.text, 60)

    @property
    def at(self):
        """What the entries of a conversation are ordered by."""
        return self.written_at


class FollowUpQuerySet(models.QuerySet):
    def due(self, user, today):
        """What the user should have done by the end of `today`, oldest first."""
        return (
            self.filter(owner=user, done_at=None, due_on__lte=today)
            .select_related("conversation__organization")
            .order_by("due_on", "pk")
        )


class FollowUp(models.Model):
    """What to do next in a conversation, by whom and when."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="follow_ups")
    owner = models.ForeignKey(User, models.CASCADE, related_name="follow_ups")
    due_on = models.DateField(db_index=True)
    what = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.what
