"""What was said and written in conversations: notes and mails as one line of entries."""

from django.core.paginator import Page, Paginator
from django.db.models import F, Prefetch, Value, Window
from django.db.models.functions import RowNumber

from scale.prepared import Prepared

from .models import Conversation, Mail, Note, NoteMention

CONVERSATIONS = 6  # on a page of several
ENTRIES = 3  # of each of them there
A_PAGE = 20


def notes():
    return Note.objects.select_related("author", "contact")


def mails():
    return Mail.objects.exclude(status=Mail.Status.IGNORED).in_thread()


def page_of(thread: Conversation, typed: str | None) -> Page:
    """The newest entries first with their `papers`; each page reads its own rows only."""
    said = Note.objects.filter(conversation=thread).order_by()
    written = Mail.objects.filter(conversation=thread).exclude(status=Mail.Status.IGNORED)
    keys = said.annotate(is_mail=Value(0)).values_list("written_at", "is_mail", "pk")
    other = written.order_by().annotate(is_mail=Value(1)).values_list("sent_at", "is_mail", "pk")
    both = keys.union(other, all=True).order_by("-written_at", "-pk")
    page = Paginator(both, A_PAGE).get_page(typed)
    named = Prefetch("mentions", NoteMention.objects.select_related("user"))
    by_kind = (
        notes().prefetch_related(named, "files").in_bulk([pk for _, mail, pk in page if not mail]),
        mails().in_bulk([pk for _, mail, pk in page if mail]),
    )
    page.object_list = [by_kind[mail][pk] for _, mail, pk in page]
    for entry in page.object_list:
        entry.papers = entry.attachments.all() if isinstance(entry, Mail) else entry.files.all()
    return page


def with_entries(rows):
    """The newest notes and mails of at most CONVERSATIONS, and only those are read."""
    pks = [row.pk for row in rows]
    pks += [-1] * (CONVERSATIONS - len(pks))  # nobody has this number
    given = dict(zip(PLACES, pks, strict=True))
    said = {pk: [] for pk in pks}
    for one in (*NOTES.instances(**given), *MAILS.instances(**given)):
        said[one.conversation_id].append(one)
    for row in rows:
        both = sorted(said[row.pk], key=lambda one: (one.at, one.pk), reverse=True)
        row.latest, row.has_more = both[:ENTRIES], len(both) > ENTRIES


def newest(entries, pks, at):
    """Of each conversation the latest ones and one more, by one pass over an index."""
    place = Window(
        RowNumber(), partition_by="conversation_id", order_by=[F(at).desc(), F("pk").desc()]
    )
    there = entries.model.objects.filter(conversation__in=pks).order_by()
    latest = there.annotate(place=place).filter(place__lte=ENTRIES + 1).values("pk")
    return entries.filter(pk__in=latest)


PLACES = {f"c{n}": (Conversation._meta.pk, 2**62 + n) for n in range(CONVERSATIONS)}
NOTES = Prepared(lambda **pks: newest(notes(), pks.values(), "written_at"), **PLACES)
MAILS = Prepared(lambda **pks: newest(mails(), pks.values(), "sent_at"), **PLACES)
