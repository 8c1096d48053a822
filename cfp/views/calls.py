"""The public side: the call, submitting a talk, and the answer to an acceptance."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from scale import codes, throttle
from scale.auth import edition_page
from scale.cache import public
from scale.editions import EditionClosed

from .. import actions
from ..errors import Refused
from ..forms import ConfirmForm, TalkForm, posted
from ..models import AccessCode, Calls, Talk
from ..steps import nothing_yet
from . import autosave, steps


@require_GET
@public(seconds=60)
def call(request, conference):
    return call_page(request, conference, Calls(conference))


def call_page(request, conference, calls):
    main = calls.counting(conference)
    own = [call for call in calls.of_tracks(conference) if not call.track.is_hidden]
    everything = [call for call in [main, *own] if call]
    context = {
        "conference": conference,
        "main": main,
        "own": [(call, call.state(calls.now)) for call in own],
        "state": main.state(calls.now) if main else "",
        "is_open": any(call.state(calls.now) == "open" for call in everything),
        "tracks": conference.tracks.shown(),
        "kinds": conference.talk_kinds.filter(is_offered=True),
        "takes_codes": bool(main or calls.of_tracks(conference)),
        "now": calls.now,
    }
    return render(request, "cfp/call.html", context)


@require_http_methods(["GET", "POST"])
@edition_page
@login_required
def submit(request, conference):
    """The first step of a new talk; saved once, it is a draft."""
    calls = Calls(conference)
    typed = request.POST.get("access") or request.GET.get("code") or ""
    access = access_code(request, conference, typed)
    takes = access or calls.is_open(conference) or calls.open_tracks(conference)
    if request.method == "GET" and not takes:
        return call_page(request, conference, calls)
    talk = Talk(conference=conference)
    form = TalkForm(posted(request), instance=talk, calls=calls, user=request.user, access=access)
    if request.method == "POST" and form.is_valid():
        once = form.cleaned_data["once"]
        try:
            saved = actions.save_draft(
                request.user, conference, form.content(), code=once, access=access
            )
        except (Refused, EditionClosed) as error:
            form.add_error(None, f"{error} {steps.KEPT}")
        else:
            if autosave.is_wanted(request):
                return autosave.saved(saved, "talk", form)
            return steps.go_on(request, saved, "talk")
    if autosave.is_wanted(request):
        return autosave.not_saved(form)
    context = {
        "conference": conference,
        "form": form,
        "step": "talk",
        "steps": nothing_yet(),
        "is_draft": True,
        "call": calls.counting(conference) if calls.is_open(conference) else None,
        "access": access,
    }
    return render(request, "cfp/step_talk.html", context)


def access_code(request, conference, typed):
    """The code that was typed or is in the link; what is none is said, and guessing slowed down."""
    if not typed:
        return None
    who = str(request.user.pk)
    try:
        throttle.check("access code", who, limit=20)
        access = AccessCode.objects.find(conference, typed)
        if access is None:
            throttle.hit("access code", who, limit=20, seconds=3600)
            messages.warning(request, "There is no such access code, or its time is over.")
    except throttle.Throttled as error:
        messages.warning(request, str(error))
        return None
    if access and request.method == "GET" and access.is_used_up:
        messages.warning(request, "This access code is used up.")
        return None
    return access


@require_http_methods(["GET", "POST"])
def confirm(request, slug, code, secret):
    """Yes or no to an acceptance, by the link in the mail; without signing in."""
    rows = Talk.objects.select_related("conference", "track", "kind").with_speakers()
    talk = get_object_or_404(rows, conference__slug=slug, code=code)
    if not codes.secret_matches("confirm", talk.code, secret):
        raise Http404
    form = ConfirmForm(posted(request), talk=talk)
    verb = {"confirm": actions.confirm_talk, "decline": actions.decline_talk}.get(
        request.POST.get("do", "")
    )
    if request.method == "POST" and form.is_valid():
        try:
            if verb is actions.confirm_talk:
                verb(talk, **form.yes())
            elif verb:
                verb(talk, reason=form.cleaned_data["reason"])
        except (Refused, EditionClosed) as error:
            messages.warning(request, str(error))
        return redirect("cfp:confirm", slug, code, secret)
    context = {"conference": talk.conference, "talk": talk, "form": form}
    return render(request, "cfp/confirm.html", context)
