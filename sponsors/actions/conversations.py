"""What was said, and what to do next."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.files.base import File
from django.utils import timezone

from scale import text as text_
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference, User

from ..models import Conversation, FollowUp, Note, Organization
from .notes import keep_files, tell_named
from .rules import REPLAY, Refused, locked_organization, rewrite

E = TypeVar("E", Note, FollowUp)


@retry
def write_note(
    conference: Conference,
    organization: Organization,
    by: User,
    *,
    text: str,
    kind: str = Note.Kind.NOTE,
    contact: int | None = None,
    conversation: int | None = None,
    subject: str = "",
    state: str = "",
    follow_up_on: dt.date | None = None,
    follow_up: str = "",
    files: Sequence[tuple[str, File]] = (),
) -> Note:
    """Note what was said, in a conversation or as the first word of a new one.

    Whoever is named in it with an @ hears of it.

    `state` is where the conversation stands now; empty leaves it as it is.
    """
    require_open(conference)
    organization = locked_organization(organization.pk)
    if contact and not organization.contacts.filter(pk=contact).exists():
        raise Refused("This person was deleted or joined with another one meanwhile.", "contact")
    if earlier := sent_before(organization, by, kind, text):
        return earlier
    if conversation is None:
        thread = Conversation.objects.create(
            organization=organization,
            conference=conference,
            subject=text_.plain(subject or text, 200 if subject else 60),
            state=state or Conversation.State.OPEN,
            owner=by,
        )
    else:
        thread = own_conversation(conversation, by, field="conversation", organization=organization)
        if state and state != thread.state:
            thread.state = state
            thread.save(update_fields=["state"])
    if follow_up_on:
        thread.follow_ups.create(owner=by, due_on=follow_up_on, what=follow_up or "Ask again")
    note = thread.notes.create(author=by, kind=kind, text=text, contact_id=contact)
    keep_files(note, files, by)
    tell_named(conference, note, by)
    return note


@retry
def correct_note(conference: Conference, note: Note, by: User, **facts: Any) -> Note:
    """New words for one's own note; whoever is named only now hears of it now."""
    require_open(conference)
    own_conversation(note.conversation_id, by)
    locked = Note.objects.select_for_update().filter(pk=note.pk).first()
    corrected = rewrite(locked, facts)
    tell_named(conference, corrected, by)
    return corrected


def own_conversation(pk: int, by: User, *, field: str | None = None, **known: Any) -> Conversation:
    """The conversation, held until the end of the transaction, if they may write in it."""
    thread = Conversation.objects.select_for_update().filter(pk=pk, **known).first()
    if thread is None:
        raise Refused("This conversation is gone.", field)
    if fault := thread.why_not(by):
        raise Refused(fault, field)
    return thread


def sent_before(organization: Organization, by: User, kind: str, text: str) -> Note | None:
    """The note that a second click would write again."""
    latest = Note.objects.filter(conversation__organization=organization, author=by).first()
    if (
        latest
        and (latest.kind, latest.text) == (kind, text)
        and timezone.now() - latest.written_at < REPLAY
    ):
        return latest
    return None


@retry
def change_conversation(
    conference: Conference, conversation: Conversation, by: User, **facts: Any
) -> Conversation:
    """New values for some of its fields."""
    require_open(conference)
    return rewrite(own_conversation(conversation.pk, by), facts)


@retry
def change_entry(conference: Conference, row: E, by: User, **facts: Any) -> E:
    """New values for some fields of a note or follow-up."""
    require_open(conference)
    own_conversation(row.conversation_id, by)
    return rewrite(type(row).objects.select_for_update().filter(pk=row.pk).first(), facts)


@retry
def add_follow_up(
    conference: Conference,
    conversation: Conversation,
    by: User,
    *,
    owner: User,
    due_on: dt.date,
    what: str,
) -> FollowUp:
    require_open(conference)
    conversation = own_conversation(conversation.pk, by)
    known = conversation.follow_ups.filter(owner=owner, due_on=due_on, done_at=None)
    for one in known:
        if one.what == what:
            return one
    return conversation.follow_ups.create(owner=owner, due_on=due_on, what=what)
