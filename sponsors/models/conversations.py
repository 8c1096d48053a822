"""What was said, and what to do next."""

from django.db import models
from django.db.models import Case, F, Max, Q, When
from django.db.models.functions import Coalesce

from scale import text
from scale.models import Conference, Role, User

COMMITTEE = (Role.SPONSORSHIP, Role.COMMUNITY)


class ConversationQuerySet(models.QuerySet):
    def latest_first(self):
        """What is not done before what is, each by its newest note."""
        return self.annotate(
            latest_at=Coalesce(Max("notes__written_at"), F("created_at")),
        ).order_by(
            Case(When(state=Conversation.State.DONE, then=1), default=0), "-latest_at", "-pk"
        )


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
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["note", "call", "meeting", "mail_in", "mail_out"]),
                name="note_kind_known",
            ),
        ]

    def __str__(self):
        return text.plain(self.text, 60)


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
