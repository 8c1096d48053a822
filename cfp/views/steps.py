"""A talk in steps: each is saved by itself and leads on; the last shows it all and hands it in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from scale.editions import EditionClosed

from .. import actions
from ..errors import ChangedMeanwhile, Refused
from ..forms import ABSENCES, NeedsForm, ProfileForm, TalkForm, by_day, posted
from ..models import Calls, ReviewRules, Speaker, Talk
from ..standing import may_edit, standing
from ..steps import PAGES, after, missing, progress
from . import autosave
from .mine import own_talk

KEPT = "What you typed is still here, so that you can keep it."


@require_http_methods(["GET", "POST"])
@login_required
def talk_edit(request, code):
    talk = own_talk(request, code)
    calls = Calls(talk.conference)
    if request.method == "GET" and not may_edit(talk, calls):
        context = {"talk": talk, "standing": standing(talk, calls), "conference": talk.conference}
        return render(request, "cfp/talk_read.html", context)
    must = {"calls": calls, "user": request.user}
    return written(request, talk, "talk", calls, TalkForm(posted(request), instance=talk, **must))


@require_http_methods(["GET", "POST"])
@login_required
def needs(request, code):
    talk = own_talk(request, code)
    calls = Calls(talk.conference)
    if request.method == "GET" and not may_edit(talk, calls):
        return redirect("cfp:talk-edit", code)
    form = NeedsForm(posted(request), instance=talk, calls=calls)
    return written(request, talk, "needs", calls, form)


def written(request, talk, step, calls, form):
    """Save a step of the talk, or show it again with what is wrong."""
    context = context_of(talk, step, calls)  # first: a form changes its talk while it checks
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            saved = actions.edit_talk(request.user, talk, form.content(), seen=seen)
        except ChangedMeanwhile as error:
            form.show_changes(error)
        except (Refused, EditionClosed) as error:
            form.add_error(None, f"{error} {KEPT}")
        else:
            if autosave.is_wanted(request):
                return autosave.saved(saved, step, form)
            return go_on(request, saved, step)
    if autosave.is_wanted(request):
        return autosave.not_saved(form)
    return render(request, f"cfp/step_{step}.html", context | {"form": form})


def context_of(talk, step, calls):
    call = calls.counting(talk.conference, talk.track_id)
    return {
        "conference": talk.conference,
        "talk": talk,
        "title": talk.title,
        "step": step,
        "steps": progress(talk, calls),
        "is_draft": talk.status == Talk.Status.DRAFT,
        "call": call if call and call.state(calls.now) == "open" else None,
    }


def go_on(request, talk, step):
    """To the next step; with “Save” alone, back to the same."""
    if request.POST.get("do") == "next":
        return redirect(PAGES[after(step)], talk.code)
    is_draft = talk.status == Talk.Status.DRAFT
    said = "Saved as a draft. Only you see it until you submit it." if is_draft else "Saved."
    messages.success(request, said)
    return redirect(PAGES[step], talk.code)


@require_http_methods(["GET", "POST"])
@login_required
def you(request, code):
    """Who speaks, and when they cannot come: of the person, not of the talk."""
    talk = own_talk(request, code)
    calls = Calls(talk.conference)
    if request.method == "GET" and not may_edit(talk, calls):
        return redirect("cfp:profile")
    conference = talk.conference
    speaker = get_object_or_404(Speaker, user=request.user)
    context = context_of(talk, "you", calls)
    rows = by_day(speaker.absences.filter(conference=conference).order_by("starts_at"), conference)
    form = ProfileForm(posted(request), request.FILES or None, instance=speaker)
    absences = ABSENCES(posted(request), initial=rows, form_kwargs={"conference": conference})
    # Both are asked, so that every mistake is said at once.
    if request.method == "POST" and all([form.is_valid(), absences.is_valid()]):
        actions.save_profile(request.user, form.content(), form.new_photo())
        try:
            actions.set_absences(request.user, conference, absences.spans())
        except (Refused, EditionClosed) as error:
            messages.warning(request, str(error))
        return go_on(request, talk, "you")
    shown = {"form": form, "absences": absences, "speaker": Speaker.objects.get(pk=speaker.pk)}
    return render(request, "cfp/step_you.html", context | shown)


@require_http_methods(["GET", "POST"])
@login_required
def check(request, code):
    """All of it as the committee will read it; here a draft is handed in."""
    talk = own_talk(request, code)
    calls = Calls(talk.conference)
    failed = ""
    if request.method == "POST":
        try:
            was_draft = talk.status == Talk.Status.DRAFT
            saved = actions.submit_talk(request.user, talk, seen=request.POST.get("seen", ""))
        except ChangedMeanwhile as error:
            failed = f"{error} This is how it stands now: submit it if it is right."
            talk = own_talk(request, code)
        except (Refused, EditionClosed) as error:
            failed = str(error)
        else:
            if was_draft:
                messages.success(request, f"Submitted: “{saved.title}”. Thank you!")
            return redirect("cfp:my-talks")
    elif not may_edit(talk, calls):
        return redirect("cfp:talk-edit", code)
    prefetch_related_objects([talk], "equipment")
    context = context_of(talk, "check", calls) | {
        "mark": talk.content_mark(),
        "failed": failed,
        "missing": missing(talk, calls),
        "standing": standing(talk, calls),
        "answers": talk.answers.select_related("question"),
        "files": talk.files.all(),
        "rules": ReviewRules.objects.of(talk.conference),
    }
    return render(request, "cfp/step_check.html", context)


@require_GET
@login_required
def resume(request, code):
    """Where a draft goes on: the first step that lacks something, else the last."""
    talk = own_talk(request, code)
    calls = Calls(talk.conference)
    if not may_edit(talk, calls):
        return redirect("cfp:talk-edit", code)
    lacking = missing(talk, calls)
    return redirect(PAGES[lacking[0].step if lacking else "check"], code)
