"""Other ways in: invited talks, partners' programmes, and the pages of their tracks."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from registration.bulk import MOST_LINES, NotReadable
from registration.bulk.reading import run
from scale.editions import EditionClosed, require_open

from .. import actions
from ..access import program_page
from ..forms.fields import posted
from ..forms.partners import EnterTalkForm, TalkFileForm, TrackPageForm, tracks_of
from ..models import CallQuestion, Calls, Talk, Track, TrackRole
from ..sheets import TALKS
from .track_calls import own_call

WEEK = 7 * 24 * 3600


@require_http_methods(["GET", "POST"])
@program_page
def enter(request, reach):
    """A keynote or a partner's talk: accepted from the start."""
    form = EnterTalkForm(posted(request), reach=reach)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            talk = actions.invite_talk(
                reach.conference,
                form.content(),
                form.people(),
                by=request.user,
                code=said["once"],
                mail=said["mail"],
            )
        except EditionClosed as error:
            form.add_error(None, str(error))
        else:
            told = "The speakers are asked by mail to confirm." if said["mail"] else ""
            messages.success(request, f"“{talk.title}” is accepted. {told}".strip())
            return redirect("cfp:talk", reach.conference.slug, talk.code)
    context = {"conference": reach.conference, "reach": reach, "form": form}
    return render(request, "cfp/enter.html", context)


@require_http_methods(["GET", "POST"])
@program_page
def enter_file(request, reach):
    """Check first: the lines come back in the text field, with a button that adds them."""
    form = TalkFileForm(posted(request), request.FILES or None, reach=reach)
    result = None
    adds = request.POST.get("step") == "add"
    if request.method == "POST" and form.is_valid():
        result = work(form, reach, dry=not adds)
        if result and adds and not result.problems:
            messages.success(request, f"{result.added} added, {result.known} were there already.")
            return redirect("cfp:enter-file", reach.conference.slug)
        form = form_with(form, reach)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "sheet": TALKS,
        "form": form,
        "result": result,
        "was_added": adds,
        "most": MOST_LINES,
    }
    return render(request, "cfp/enter_file.html", context)


def work(form, reach, *, dry):
    """The result, or None with the reason said in the form."""
    lines = form.cleaned_data["lines"]
    try:
        require_open(reach.conference)
        return run(TALKS, reach.conference, lines, form.options(), by=reach.user, dry=dry)
    except (NotReadable, EditionClosed) as error:
        form.add_error(None, str(error))
    return None


def form_with(form, reach):
    """The same form with the file's lines in the text field: a browser forgets a file."""
    data = form.data.copy()
    data["text"] = form.cleaned_data.get("lines", data.get("text", ""))
    again = TalkFileForm(data, reach=reach)
    again.full_clean()
    for error in form.non_field_errors():
        again.add_error(None, error)
    return again


@require_GET
@program_page
def tracks(request, reach):
    """The tracks that the person looks after: their pages, calls and organisers."""
    chairs = TrackRole.objects.filter(role=TrackRole.Role.CHAIR).select_related("user")
    rows = (
        tracks_of(reach)
        .annotate(talks_here=Count("talks", filter=~Q(talks__status=Talk.Status.DRAFT)))
        .prefetch_related(Prefetch("roles", chairs.order_by("user__name"), to_attr="chairs"))
    )
    calls = Calls(reach.conference)
    own = {call.track_id: call.says(calls.now) for call in calls.of_tracks(reach.conference)}
    context = {
        "conference": reach.conference,
        "reach": reach,
        "rows": [(track, own.get(track.pk)) for track in rows],
    }
    return render(request, "cfp/tracks.html", context)


@require_http_methods(["GET", "POST"])
@program_page
def track_edit(request, reach, name):
    track = get_object_or_404(tracks_of(reach).select_related("conference"), code=name)
    title = track.name
    form = TrackPageForm(posted(request), request.FILES or None, instance=track)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_track(track, form.content(), form.new_logo())
        except EditionClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The track’s page is saved.")
            return redirect("cfp:track-edit", reach.conference.slug, track.code)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "track": track,
        "title": title,
        "form": form,
        "organisers": track.organisers(),
        "call": own_call(track),
        "questions": CallQuestion.objects.filter(conference=reach.conference)
        .of_track(track)
        .count(),
    }
    return render(request, "cfp/track_edit.html", context)


@require_safe
def logo(request, name):
    """A track's logo, once the public reads of it. Every upload gets a name of its own."""
    tracks = Track.objects.shown().filter(conference__is_public=True)
    track = tracks.filter(logo=f"tracks/{name}").first()
    try:
        picture = track.logo.open("rb") if track else None
    except FileNotFoundError:
        picture = None
    if picture is None:
        raise Http404
    response = FileResponse(picture, content_type="image/png")
    response["Cache-Control"] = f"public, max-age={WEEK}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
