"""What needs a look, each with its remedy beside it."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from scale.auth import staff_page

from .. import actions
from ..forms.fields import committee
from ..forms.upkeep import OwnerForm, StepForm
from ..models import Conversation, Organization
from ..upkeep import findings
from . import WRITERS, pressed, rights_of

SHOWN = 30


@require_GET
@staff_page(*WRITERS)
def upkeep(request, conference):
    groups = [
        {"check": check, "number": len(found), "rows": found[:SHOWN]}
        for check, found in findings(conference)
    ]
    context = {
        "conference": conference,
        "groups": groups,
        "number": sum(group["number"] for group in groups),
        "committee": committee(conference),
        "today": conference.today(),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/upkeep.html", context)


@require_POST
@staff_page(*WRITERS)
def fix(request, conference, remedy):
    """One remedy of one finding; what was typed wrongly is said above the list."""
    if remedy not in REMEDIES:
        raise BadRequest
    where = REMEDIES[remedy](request, conference)
    return redirect(f"{reverse('sponsors:upkeep', args=[conference.slug])}#{where}")


def asked_for(model, request, name="pk"):
    """The row that the button names."""
    typed = request.POST.get(name, "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else 0
    return get_object_or_404(model, pk=number)


def set_owner(request, conference):
    row = asked_for(Organization, request)
    form = OwnerForm(request.POST, conference=conference)
    if form.is_valid():
        pressed(request, actions.change, conference, row, **form.cleaned_data)
    return say_faults(request, form, "owner")


def set_step(request, conference):
    thread = asked_for(Conversation, request)
    form = StepForm(request.POST, conference=conference)
    if form.is_valid():
        pressed(
            *(request, actions.add_follow_up, conference, thread, request.user),
            owner=request.user,
            **form.cleaned_data,
        )
    return say_faults(request, form, "step")


def end(request, conference):
    thread = asked_for(Conversation, request)
    state = Conversation.State.DONE
    pressed(request, actions.change_conversation, conference, thread, request.user, state=state)
    return "step"


def apart(request, conference):
    one, other = asked_for(Organization, request), asked_for(Organization, request, "other")
    if one == other:
        raise BadRequest
    pressed(request, actions.tell_apart, conference, one.pk, other.pk)
    return "duplicates"


def say_faults(request, form, where):
    for name, found in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, f"{label}: {' '.join(found)}")
    return where


REMEDIES = {"owner": set_owner, "step": set_step, "done": end, "apart": apart}
