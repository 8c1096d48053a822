"""For the organisers of a track: the dates and the questions of its call."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from scale.editions import EditionClosed

from .. import actions
from ..access import program_page
from ..errors import Refused
from ..forms.fields import posted
from ..forms.partners import tracks_of
from ..forms.track_calls import QuestionForm, TrackCallForm
from ..models import CallQuestion, Calls


def find(reach, name):
    return get_object_or_404(tracks_of(reach).select_related("conference"), code=name)


def own_call(track):
    """The call of the track alone that counts now, or None."""
    calls = Calls(track.conference).of_tracks(track.conference)
    return next((one for one in calls if one.track_id == track.pk), None)


@require_http_methods(["GET", "POST"])
@program_page
def track_call(request, reach, name):
    track = find(reach, name)
    call = own_call(track)
    if call is None:
        raise Http404
    form = TrackCallForm(posted(request), instance=call)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_call(call, form.content())
        except EditionClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The call is saved.")
            return redirect("cfp:track-edit", reach.conference.slug, track.code)
    context = {"conference": reach.conference, "reach": reach, "track": track, "form": form}
    return render(request, "cfp/track_call.html", context)


@require_http_methods(["GET", "POST"])
@program_page
def questions(request, reach, name):
    """What talks of the track are asked; a new question is added below."""
    track = find(reach, name)
    form = QuestionForm(posted(request), instance=CallQuestion(conference=reach.conference))
    if request.method == "POST" and form.is_valid() and saved(form, track):
        messages.success(request, "The question is asked from now on.")
        return redirect("cfp:track-questions", reach.conference.slug, track.code)
    rows = CallQuestion.objects.filter(conference=reach.conference)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "track": track,
        "form": form,
        "own": rows.of_track(track),
        "others": rows.also_in(track),
    }
    return render(request, "cfp/track_questions.html", context)


@require_http_methods(["GET", "POST"])
@program_page
def question(request, reach, name, pk):
    """One of the track's own: changed, or removed while nobody has answered."""
    track = find(reach, name)
    rows = CallQuestion.objects.filter(conference=reach.conference).of_track(track)
    row = get_object_or_404(rows, pk=pk)
    removes = request.POST.get("step") == "remove"
    form = QuestionForm(None if removes else posted(request), instance=row)
    error = remove(track, row) if removes else ""
    if removes and not error:
        messages.success(request, "The question is removed.")
        return redirect("cfp:track-questions", reach.conference.slug, track.code)
    if form.is_bound and form.is_valid() and saved(form, track, row):
        messages.success(request, "The question is saved.")
        return redirect("cfp:track-questions", reach.conference.slug, track.code)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "track": track,
        "form": form,
        "error": error,
        "answers": row.answers.count(),
    }
    return render(request, "cfp/track_question.html", context)


def saved(form, track, row=None):
    try:
        return actions.save_question(track, form.content(), row)
    except (Refused, EditionClosed) as error:
        form.add_error(None, str(error))
    return None


def remove(track, row):
    """Why not, or nothing."""
    try:
        actions.remove_question(track, row)
    except (Refused, EditionClosed) as error:
        return str(error)
    return ""
