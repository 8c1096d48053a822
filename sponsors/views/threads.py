"""Reading conversations: the list, one with all that was said, its files; the daily mail."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.uploads import send_private

from .. import actions, timeline
from ..forms import ConversationsForm, DigestForm, NoteForm
from ..models import Conversation, Digest, FollowUp, Note, NoteFile, NoteMention, colleagues
from . import WRITERS, acted, pressed, rights_of, say_unnamed

LINES = 50


@require_GET
@staff_page(*WRITERS)
def conversations(request, conference):
    silent_days = Digest.of(request.user).silent_days
    form = ConversationsForm(request.GET, conference=conference, silent_days=silent_days)
    form.is_valid()  # what cannot be read is said beside its field and narrows nothing
    asked = form.cleaned_data
    rows = Conversation.objects.of_edition(conference).listed()
    rows = narrowed(rows, asked, request.user, conference.today(), silent_days)
    context = {
        "conference": conference,
        "form": form,
        "page": Paginator(ordered(rows, asked), LINES).get_page(request.GET.get("page")),
        "narrowed": any(asked.get(name) for name in ("q", "state", "who", "when")),
        "named": NoteMention.objects.unseen(request.user).count(),
        "today": conference.today(),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/conversations.html", context)


def narrowed(rows, asked, user, today, silent_days):
    if words := asked.get("q"):
        rows = rows.search(words)
    state, who, when = (asked.get(name) for name in ("state", "who", "when"))
    if not state:
        rows = rows.going_on()
    elif state != "all":
        rows = rows.filter(state=state)
    if who == "named":
        rows = rows.filter(pk__in=user.note_mentions.values("note__conversation"))
    elif who:
        rows = rows.filter(owner={"mine": user.pk, "none": None}.get(who, who))
    if when == "silent":
        rows = rows.silent_since(timezone.now() - dt.timedelta(days=silent_days))
    elif when:
        rows = rows.filter(**{"next_on__lt" if when == "overdue" else "next_on__lte": today})
    return rows


def ordered(rows, asked):
    if asked.get("sort") == "next":
        return rows.order_by(F("next_on").asc(nulls_last=True), "-latest_at", "-pk")
    if asked.get("sort") == "name":
        return rows.order_by("organization__name", "-latest_at", "-pk")
    return rows.order_by("-latest_at", "-pk")


@require_GET
@staff_page(*WRITERS)
def conversation(request, conference, pk):
    return show(request, conference, find(pk))


def find(pk):
    rows = Conversation.objects.select_related("organization", "owner", "conference")
    return get_object_or_404(rows, pk=pk)


def show(request, conference, thread, form=None):
    """All that was said in it; `form` is one that was sent and has errors."""
    rights = rights_of(request.user, conference)
    thread.may_write = rights["may_write"] and not thread.why_not(request.user)
    page = timeline.page_of(thread, request.GET.get("page"))
    actions.see_mentions(request.user, [one.pk for one in page if isinstance(one, Note)])
    if thread.may_write and form is None:
        form = note_form(conference, thread)
    steps = list(FollowUp.objects.filter(conversation=thread).select_related("owner"))
    context = {
        "conference": conference,
        "conversation": thread,
        "organization": thread.organization,
        "page": page,
        "open_steps": [step for step in steps if not step.done_at],
        "done_steps": [step for step in steps if step.done_at],
        "files": NoteFile.objects.filter(note__conversation=thread).select_related("note"),
        "note_form": form,
        "today": conference.today(),
        **rights,
    }
    return render(request, "sponsors/conversation.html", context)


def note_form(conference, thread, *args):
    return NoteForm(
        *args,
        action=reverse("sponsors:note-add", args=[conference.slug, thread.pk]),
        conference=conference,
        contacts=thread.organization.contacts.first_to_call(),
        conversations=None,
    )


@require_POST
@staff_page(*WRITERS)
def note_add(request, conference, pk):
    thread = find(pk)
    form = note_form(conference, thread, request.POST, request.FILES)
    facts = (conference, thread.organization, request.user)
    if form.is_valid() and (
        note := acted(form, actions.write_note, *facts, conversation=thread.pk, **form.cleaned_data)
    ):
        say_unnamed(request, conference, note)
        page = reverse("sponsors:conversation", args=[conference.slug, thread.pk])
        return redirect(f"{page}#note-{note.pk}")
    return show(request, conference, thread, form)


@require_GET
@staff_page(*WRITERS)
def naming(request, conference):
    """Who hears of a note that names them; the script asks when one begins to write."""
    people = [{"pk": one.pk, "name": str(one)} for one in colleagues(conference)]
    return JsonResponse({"people": people})


@require_GET
@staff_page(*WRITERS)
def note_file(request, conference, pk):
    row = get_object_or_404(NoteFile, pk=pk)
    if not row.file.storage.exists(row.file.name):
        raise Http404
    return send_private(row.file, row.name)


@require_POST
@staff_page(*WRITERS)
def note_file_remove(request, conference, pk):
    rows = NoteFile.objects.select_related("note__conversation__conference")
    row = get_object_or_404(rows, pk=pk)
    if pressed(request, actions.remove_note_file, conference, row, request.user):
        messages.success(request, f"“{row.name}” is taken away.")
    return redirect("sponsors:conversation", conference.slug, row.note.conversation_id)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def digest(request, conference):
    """What one wants of the daily mail: the person's own, so a closed edition is no matter."""
    form = DigestForm(request.POST or None, instance=Digest.of(request.user))
    if request.method == "POST" and form.is_valid():
        Digest.objects.update_or_create(user=request.user, defaults=form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("sponsors:conversations", conference.slug)
    context = {"conference": conference, "form": form, "title": "Your daily mail"}
    return render(request, "sponsors/form.html", context)
