"""For chairs of tracks: talks that reviewers would rather see in theirs."""

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from scale.editions import EditionClosed

from .. import actions, blind
from ..access import program_page
from ..errors import Refused
from ..models import ReviewRules, Talk, TalkSpeaker, TrackSuggestion


def to_answer(reach):
    """Suggestions for the tracks that the person decides, without talks kept from them."""
    seen = Talk.objects.filter(conference=reach.conference).seen_by_committee()
    rows = TrackSuggestion.objects.filter(talk__in=seen)
    if reach.decides is not None:
        rows = rows.filter(track__in=reach.decides)
    return rows.exclude(talk__in=reach.kept_from).select_related(
        "talk__track", "track", "by", "answered_by"
    )


def waiting(reach):
    """Those that nobody has answered, of talks that can still move."""
    talks = Talk.objects.filter(conference=reach.conference).in_review()
    is_open = TrackSuggestion.Status.OPEN
    return to_answer(reach).filter(status=is_open, talk__in=talks.values("pk"))


def as_shown(reach, rows):
    """Where reviews are anonymous, who does not decide on the talk yet reads no names in it."""
    rows = list(rows)
    if ReviewRules.objects.of(reach.conference).is_anonymous:
        talks = [one.talk for one in rows if not reach.decides_on(one.talk)]
        links = TalkSpeaker.objects.select_related("speaker").order_by("position")
        prefetch_related_objects(talks, Prefetch("talk_speakers", links), "redaction")
        for talk in talks:
            blind.blind(talk)
    return rows


@require_GET
@program_page
def suggestions(request, reach):
    answered = to_answer(reach).exclude(answered_at=None).order_by("-answered_at", "-pk")
    context = {
        "conference": reach.conference,
        "reach": reach,
        "waiting": as_shown(reach, waiting(reach)),
        "answered": as_shown(reach, answered[:30]),
    }
    return render(request, "cfp/suggestions.html", context)


@require_POST
@program_page
def answer(request, reach, pk):
    suggestion = get_object_or_404(to_answer(reach), pk=pk)
    accept = request.POST.get("answer") == "accept"
    if not accept and request.POST.get("answer") != "reject":
        messages.error(request, "Take the talk or leave it where it is: nothing was chosen.")
        return redirect("cfp:suggestions", reach.conference.slug)
    try:
        actions.answer_suggestion(suggestion, accept=accept, by=request.user)
    except (Refused, EditionClosed) as error:
        messages.error(request, str(error))
    else:
        words = f"moved to {suggestion.track}" if accept else "stays where it is"
        [shown] = as_shown(reach, [to_answer(reach).get(pk=suggestion.pk)])
        messages.success(request, f"“{shown.talk}” {words}.")
    return redirect("cfp:suggestions", reach.conference.slug)
