"""For who decides: which reviewer looks at which talk, and how far they are."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration.bulk import MOST_LINES, NotReadable
from registration.bulk.reading import run
from registration.forms.reports import BulkForm
from registration.views.bulk import form_with
from scale.editions import EditionClosed, require_open
from scale.models import User

from .. import actions, blind
from ..access import program_page
from ..errors import Refused
from ..forms import AssignForm, RedactForm, SpreadForm, posted
from ..lines import ASSIGNMENTS, Desk
from ..models import ReviewRules
from ..panel import panel
from ..progress import concerns, standing_of


@require_GET
@program_page
def assignments(request, reach):
    return assignments_page(request, reach)


def assignments_page(request, reach, **forms):
    """How everybody is doing, and what can be done; `forms` came back with errors."""
    rules = ReviewRules.objects.of(reach.conference)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "rules": rules,
        "standing": standing_of(reach, rules),
        "spread_form": spread_form(None, reach, rules),
        "assign_form": assign_form(None, reach),
        **forms,
    }
    return render(request, "cfp/assignments.html", context)


def tracks_of(reach):
    rows = reach.conference.tracks.all()
    return rows if reach.decides is None else rows.filter(pk__in=reach.decides)


def spread_form(data, reach, rules):
    return SpreadForm(data, tracks=tracks_of(reach), initial={"k": rules.reviews_a_talk})


def assign_form(data, reach):
    people = [one for one in panel(reach.conference) if concerns(reach, one)]
    return AssignForm(
        data, people=people, tracks=tracks_of(reach), rows=reach.to_decide().select_related("track")
    )


@require_POST
@program_page
def spread(request, reach):
    """Give every talk its reviewers, as evenly as can be."""
    form = spread_form(request.POST, reach, ReviewRules.objects.of(reach.conference))
    if form.is_valid():
        rows, track = reach.to_decide(), form.cleaned_data["track"]
        rows = rows.filter(track=track) if track else rows
        try:
            done = actions.spread_reviews(
                reach.conference, rows, form.cleaned_data["k"], by=request.user
            )
        except EditionClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Assignments made: {done.made}.")
            if done.short:
                messages.warning(
                    request, f"Talks for which there are too few reviewers: {done.short}."
                )
            return redirect("cfp:assignments", reach.conference.slug)
    return assignments_page(request, reach, spread_form=form)


@require_POST
@program_page
def assign(request, reach):
    """Ask one person, by hand."""
    form = assign_form(request.POST, reach)
    if form.is_valid():
        try:
            made, refused = actions.assign_talks(
                reach.conference, form.panelist(), form.wanted(), by=request.user
            )
        except EditionClosed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{form.panelist().user} has {made} more to review.")
            for why in refused[:10]:
                messages.warning(request, f"Not given: {why}")
            return redirect("cfp:assignments", reach.conference.slug)
    return assignments_page(request, reach, assign_form=form)


@require_POST
@program_page
def take_back(request, reach, pk):
    """Somebody has no time: what they have not begun can be given to others."""
    asked = User.objects.filter(assignments__talk__in=reach.to_decide().values("pk"))
    user = get_object_or_404(asked.distinct(), pk=pk)
    try:
        number = actions.take_back_assignments(reach.conference, user, reach.to_decide())
        messages.success(request, f"Taken back from {user}: {number}.")
    except EditionClosed as error:
        messages.error(request, str(error))
    return redirect("cfp:assignments", reach.conference.slug)


@require_http_methods(["GET", "POST"])
@program_page
def lines(request, reach):
    """Check first: the lines come back in the text field, with a button that adds them."""
    form = BulkForm(posted(request), request.FILES or None, sheet=ASSIGNMENTS)
    result, adds = None, request.POST.get("step") == "add"
    if request.method == "POST" and form.is_valid():
        try:
            require_open(reach.conference)
            options = {"desk": Desk(reach)}
            text = form.cleaned_data["lines"]
            result = run(
                ASSIGNMENTS, reach.conference, text, options, by=request.user, dry=not adds
            )
        except (NotReadable, EditionClosed) as error:
            form.add_error(None, str(error))
        if result and adds and not result.problems:
            messages.success(request, f"{result.added} added, {result.known} were there already.")
            return redirect("cfp:assignments", reach.conference.slug)
        form = form_with(form, ASSIGNMENTS)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "sheet": ASSIGNMENTS,
        "form": form,
        "result": result,
        "was_added": adds,
        "most": MOST_LINES,
    }
    return render(request, "cfp/assign_lines.html", context)


@require_http_methods(["GET", "POST"])
@program_page
def redact(request, reach, code):
    """Mark what would tell reviewers who speaks; the page shows the talk as they see it."""
    rows = reach.to_decide().select_related("conference", "track", "kind", "redaction")
    talk = get_object_or_404(rows.with_speakers(), code=code)
    marked = getattr(talk, "redaction", None)
    form = RedactForm(posted(request), initial={"words": marked.words if marked else ""})
    if request.method == "POST" and form.is_valid():
        try:
            actions.redact_talk(talk, form.cleaned_data["words"], by=request.user)
        except (Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved. Below is what reviewers see.")
            return redirect("cfp:redact", reach.conference.slug, talk.code)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "rules": ReviewRules.objects.of(reach.conference),
        "form": form,
        "title": talk.title,
        "talk": blind.blind(talk),
    }
    return render(request, "cfp/redact.html", context)
