from django.core.exceptions import BadRequest, PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from scale.auth import staff_page

from .. import actions
from ..forms import ConversationForm, FollowUpForm, NoteEditForm
from ..models import Conversation, FollowUp, Note
from . import WRITERS, acted, pressed, say_unnamed
from .organizations import find, note_form, show


@require_POST
@staff_page(*WRITERS)
def note_new(request, conference, pk):
    row = find(pk)
    form = note_form(
        conference,
        row,
        row.contacts.first_to_call(),
        row.conversations.latest_first(),
        request.POST,
        request.FILES,
    )
    if form.is_valid() and (
        note := acted(form, actions.write_note, conference, row, request.user, **form.cleaned_data)
    ):
        say_unnamed(request, conference, note)
        return to_conversation(conference, note.conversation)
    return show(request, conference, row, note_form=form)


def to_conversation(conference, conversation, request=None):
    """On the organization's page; on its own where the button stands there."""
    if request and "own" in request.POST:
        return redirect("sponsors:conversation", conference.slug, conversation.pk)
    page = reverse("sponsors:organization", args=[conference.slug, conversation.organization_id])
    return redirect(f"{page}#conversation-{conversation.pk}")


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def note_edit(request, conference, pk):
    """One's own words can be corrected; nobody else's."""
    notes = Note.objects.select_related("conversation__organization")
    note = get_object_or_404(notes, pk=pk)
    if note.author_id != request.user.pk:
        raise PermissionDenied
    form = NoteEditForm(request.POST or None, instance=note)
    verb = actions.correct_note
    return edit(request, conference, form, verb, note.conversation, title="Note")


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def conversation_edit(request, conference, pk):
    conversation = get_object_or_404(
        Conversation.objects.select_related("organization", "owner"), pk=pk
    )
    form = ConversationForm(request.POST or None, instance=conversation, conference=conference)
    verb = actions.change_conversation
    return edit(request, conference, form, verb, conversation, title="Conversation")


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def follow_up_edit(request, conference, pk):
    steps = FollowUp.objects.select_related("conversation__organization", "owner")
    step = get_object_or_404(steps, pk=pk)
    form = FollowUpForm(request.POST or None, instance=step, conference=conference)
    verb = actions.change_entry
    return edit(request, conference, form, verb, step.conversation, title="Follow-up")


def edit(request, conference, form, verb, conversation, *, title):
    """Correct the form's row and go back to where it stands."""
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, verb, conference, form.instance, request.user, **form.cleaned_data)
    ):
        return to_conversation(conference, conversation)
    context = {
        "conference": conference,
        "organization": conversation.organization,
        "form": form,
        "title": title,
    }
    return render(request, "sponsors/form.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def follow_up_new(request, conference, pk):
    conversation = get_object_or_404(Conversation.objects.select_related("organization"), pk=pk)
    form = FollowUpForm(
        request.POST or None, conference=conference, initial={"owner": request.user}
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(
            form,
            actions.add_follow_up,
            conference,
            conversation,
            request.user,
            **form.cleaned_data,
        )
    ):
        return to_conversation(conference, conversation)
    context = {
        "conference": conference,
        "organization": conversation.organization,
        "form": form,
        "title": f"Follow up “{conversation}”",
    }
    return render(request, "sponsors/form.html", context)


@require_POST
@staff_page(*WRITERS)
def follow_up_done(request, conference, pk):
    """Done, or with `undone` not yet after all."""
    step = get_object_or_404(FollowUp.objects.select_related("conversation"), pk=pk)
    done_at = None if "undone" in request.POST else timezone.now()
    pressed(request, actions.change_entry, conference, step, request.user, done_at=done_at)
    return to_conversation(conference, step.conversation, request)


@require_POST
@staff_page(*WRITERS)
def conversation_state(request, conference, pk):
    conversation = get_object_or_404(Conversation, pk=pk)
    state = request.POST.get("state")
    if state not in Conversation.State.values:
        raise BadRequest
    pressed(
        request, actions.change_conversation, conference, conversation, request.user, state=state
    )
    return to_conversation(conference, conversation, request)
