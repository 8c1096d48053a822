"""A speaker's own pages, across editions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import uploads
from scale.editions import EditionClosed
from scale.models import Conference

from .. import actions
from ..errors import Refused
from ..forms import LeaveForm, ProfileForm, posted
from ..letters import confirm_path
from ..models import Calls, Review, Speaker, Talk
from ..standing import standing, urgency


@require_GET
@login_required
def my_talks(request):
    user = request.user
    talks = Talk.objects.of(user).select_related("conference", "track", "kind", "access")
    calls = Calls(*{talk.conference for talk in talks})
    waiting = Speaker.objects.claimable_by(user).order_by("pk").first()
    ordered = sorted(talks, key=urgency)
    feedback = Review.objects.with_feedback(ordered)
    committees = Conference.objects.filter(tracks__roles__user=user, closed_at=None)
    context = {
        "standings": [(standing(talk, calls), confirm_path(talk)) for talk in ordered],
        "with_feedback": set(feedback.told().values_list("talk", flat=True)),
        "waiting": waiting,
        "committees": committees.distinct(),
        "open_calls": open_calls(calls.now),
    }
    return render(request, "cfp/my_talks.html", context)


def open_calls(now):
    """Editions whose call takes submissions now."""
    shown = Conference.objects.filter(
        is_public=True, closed_at=None, calls__opens_at__lte=now, calls__closes_at__gt=now
    )
    return shown.distinct().order_by("starts_on")


@require_POST
@login_required
def claim(request):
    """“Yes, that is me”: take over the profile that waits under a proven address."""
    if speaker := actions.claim_speaker(request.user):
        messages.success(request, f"It is yours now. Your profile is “{speaker.name}”.")
    return redirect("cfp:my-talks")


def own_talk(request, code):
    """The talk, or nothing at all where it is somebody else's."""
    rows = Talk.objects.of(request.user).select_related("conference", "track", "kind", "access")
    return get_object_or_404(rows.with_speakers(), code=code)


@require_GET
@login_required
def feedback(request, code):
    """What reviewers wrote for the speakers: no scores, no names, and no order that tells."""
    talk = own_talk(request, code)
    texts = Review.objects.with_feedback([talk]).told().order_by("feedback")
    said = list(texts.values_list("feedback", flat=True))
    if not said:
        raise Http404
    context = {"conference": talk.conference, "talk": talk, "said": said}
    return render(request, "cfp/feedback.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def withdraw(request, code):
    """Asked once more, because it cannot be taken back here."""
    talk = own_talk(request, code)
    form = LeaveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_talk(talk, reason=form.cleaned_data["reason"])
        except (Refused, EditionClosed) as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, f"“{talk.title}” is withdrawn.")
        return redirect("cfp:my-talks")
    context = {"conference": talk.conference, "talk": talk, "form": form}
    return render(request, "cfp/withdraw.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def profile(request):
    user = request.user
    speaker = (
        Speaker.objects.filter(user=user).first()
        or Speaker.objects.claimable_by(user).order_by("pk").first()
        or Speaker(name=user.name)
    )
    form = ProfileForm(posted(request), request.FILES or None, instance=speaker)
    if request.method == "POST" and form.is_valid():
        actions.save_profile(user, form.content(), form.new_photo())
        messages.success(request, "Your profile is saved.")
        return redirect("cfp:profile")
    return render(request, "cfp/profile.html", {"form": form, "speaker": speaker})


@require_GET
@login_required
def photo(request):
    """One's own picture, also while no talk of one's own is public yet."""
    speaker = get_object_or_404(Speaker, user=request.user)
    if not speaker.photo or not speaker.photo.storage.exists(speaker.photo.name):
        raise Http404
    return uploads.send_private(speaker.photo, "photo.png")
