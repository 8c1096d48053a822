"""For chairs of tracks: talks that reviewers would rather see in theirs."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from scale.editions import EditionClosed

from .. import actions
from ..access import program_page
from ..errors import Refused
from ..models import Talk, TrackSuggestion


def to_answer(reach):
    """Suggestions for the tracks that the person decides, without talks that are kept from them."""
    rows = TrackSuggestion.objects.filter(talk__conference=reach.conference)
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


@require_GET
@program_page
def suggestions(request, reach):
    answered = to_answer(reach).exclude(answered_at=None).order_by("-answered_at", "-pk")
    context = {
        "conference": reach.conference,
        "reach": reach,
        "waiting": waiting(reach),
        "answered": answered[:30],
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
        messages.success(request, f"“{suggestion.talk}” {words}.")
    return redirect("cfp:suggestions", reach.conference.slug)
