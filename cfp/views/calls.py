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
from ..forms import ConfirmForm, ProfileForm, TalkForm, posted
from ..models import AccessCode, Calls, Speaker, Talk
from . import autosave


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
        "now": calls.now,
    }
    return render(request, "cfp/call.html", context)


@require_http_methods(["GET", "POST"])
@edition_page
@login_required
def submit(request, conference):
    """A new talk, and the speaker's profile with the first one."""
    calls = Calls(conference)
    typed = request.POST.get("access") or request.GET.get("code") or ""
    access = access_code(request, conference, typed)
    takes = access or calls.is_open(conference) or calls.open_tracks(conference)
    if request.method == "GET" and not takes:
        return call_page(request, conference, calls)
    submitting = request.POST.get("do") == "submit"
    form = TalkForm(
        posted(request),
        instance=Talk(conference=conference),
        calls=calls,
        user=request.user,
        submitting=submitting,
        access=access,
    )
    profile = profile_form(request)
    # Both are asked, so that every mistake is said at once.
    if request.method == "POST" and all([form.is_valid(), profile is None or profile.is_valid()]):
        act = actions.submit_talk if submitting else actions.save_draft
        try:
            talk = act(
                request.user,
                conference,
                form.content(),
                code=form.cleaned_data["once"],
                profile=profile.cleaned_data if profile else None,
                access=access,
            )
        except (Refused, EditionClosed) as error:
            form.add_error(None, f"{error} What you typed is still here, so that you can keep it.")
        else:
            is_script = autosave.is_wanted(request)
            return autosave.saved(talk) if is_script else after_saving(request, talk)
    if autosave.is_wanted(request):
        return autosave.not_saved(form, profile)
    context = {
        "conference": conference,
        "form": form,
        "profile": profile,
        "call": calls.counting(conference),
        "access": access,
    }
    return render(request, "cfp/submit.html", context)


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


def profile_form(request):
    """Asked on the first submission; filled in where a profile waits to be claimed."""
    user = request.user
    if Speaker.objects.filter(user=user).exists():
        return None
    waiting = Speaker.objects.claimable_by(user).order_by("pk").first()
    return ProfileForm(posted(request), instance=waiting or Speaker(name=user.name))


def after_saving(request, talk):
    if talk.status == Talk.Status.DRAFT:
        messages.success(request, "Saved as a draft. Only you see it until you submit it.")
        return redirect("cfp:talk-edit", talk.code)
    messages.success(request, f"Submitted: “{talk.title}”. Thank you!")
    return redirect("cfp:my-talks")


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
