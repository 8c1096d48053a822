"""What was said and written in conversations: notes and mails as one line of entries."""

from django.core.paginator import Page, Paginator
from django.db.models import F, Prefetch, Value, Window
from django.db.models.functions import RowNumber

from .models import Conversation, Mail, Note, NoteMention

ENTRIES = 4  # of each conversation on a page of several
A_PAGE = 20


def notes():
    return Note.objects.select_related("author", "contact").prefetch_related("files")


def mails():
    return Mail.objects.exclude(status=Mail.Status.IGNORED).in_thread()


def page_of(thread: Conversation, typed: str | None) -> Page:
    """The newest entries first; each page reads its own rows only."""
    said = Note.objects.filter(conversation=thread).order_by()
    written = Mail.objects.filter(conversation=thread).exclude(status=Mail.Status.IGNORED)
    keys = said.annotate(is_mail=Value(0)).values_list("written_at", "is_mail", "pk")
    other = written.order_by().annotate(is_mail=Value(1)).values_list("sent_at", "is_mail", "pk")
    both = keys.union(other, all=True).order_by("-written_at", "-pk")
    page = Paginator(both, A_PAGE).get_page(typed)
    named = Prefetch("mentions", NoteMention.objects.select_related("user"))
    by_kind = (
        notes().prefetch_related(named).in_bulk([pk for _, mail, pk in page if not mail]),
        mails().in_bulk([pk for _, mail, pk in page if mail]),
    )
    page.object_list = [by_kind[mail][pk] for _, mail, pk in page]
    return page


def with_entries(rows):
    """The newest notes and mails of each, and only those are read."""
    said = newest(notes(), rows, "written_at")
    written = newest(mails(), rows, "sent_at")
    for row in rows:
        both = [*said[row.pk], *written[row.pk]]
        both.sort(key=lambda one: (one.at, one.pk), reverse=True)
        row.latest, row.has_more = both[:ENTRIES], len(both) > ENTRIES


def newest(entries, rows, at):
    """{conversation: its latest ones and one more}, by one pass over an index."""
    place = Window(
        RowNumber(), partition_by="conversation_id", order_by=[F(at).desc(), F("pk").desc()]
    )
    found = {row.pk: [] for row in rows}
    there = entries.model.objects.filter(conversation__in=list(found)).order_by()
    latest = there.annotate(place=place).filter(place__lte=ENTRIES + 1).values("pk")
    for one in entries.filter(pk__in=latest):
        found[one.conversation_id].append(one)
    return found
