"""For who decides: every talk of the edition or of one's track, and one talk with everything."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from scale.editions import EditionClosed
from scale.models import OutgoingEmail

from .. import actions
from ..access import program_page
from ..budgets import uses
from ..errors import Refused
from ..forms import (
    BulkForm,
    CancelForm,
    DecisionForm,
    PutBackForm,
    RenameForm,
    SavedViewForm,
)
from ..models import Decision, Notice, SavedView, SpeakerMailCopy, Talk
from ..selection import Selection

Status = Talk.Status


@require_GET
@program_page
def talks(request, reach):
    return talks_page(request, reach)


def talks_page(request, reach, **forms):
    """The table; `forms` came back with errors, and the filters stand in the address."""
    selection = Selection(reach, request.GET)
    counts = reach.to_decide().order_by().values_list("status").annotate(Count("pk"))
    counted = {Status(status): number for status, number in counts}
    page = Paginator(selection.ids(), 50).get_page(request.GET.get("page"))
    context = {
        "conference": reach.conference,
        "reach": reach,
        "filters": selection.filters,
        "chosen": selection.chosen,
        "query": selection.query,
        "headings": selection.headings,
        "is_filtered": selection.is_filtered,
        "counts": [(status, counted[status]) for status in Status if status in counted],
        "total": sum(counted.values()),
        "page": page,
        "rows": selection.rows(page.object_list),
        "uses": uses(reach),
        "views": SavedView.objects.filter(user=request.user, conference=reach.conference),
        "ticked": request.POST.getlist("talk"),
        "bulk_form": BulkForm(reach=reach),
        "view_form": SavedViewForm(),
        **forms,
    }
    return render(request, "cfp/talks.html", context)


def find(reach, code):
    rows = reach.to_decide().select_related("conference", "track", "kind")
    return get_object_or_404(rows, code=code)


@require_GET
@program_page
def talk(request, reach, code):
    return talk_page(request, reach, find(reach, code))


def talk_page(request, reach, talk, **forms):
    """Everything about the talk and what can be done with it; `forms` came back with errors."""
    is_kept_away = talk.pk in reach.kept_from
    verdicts = [v for v in Decision.Verdict if talk.can_become(Decision.BECOMES[v])]
    opinions = (
        []
        if is_kept_away
        else talk.reviews.select_related("reviewer")
        .prefetch_related("tags")
        .order_by("-score", "pk")
    )
    scores = [one.score for one in opinions if one.score is not None]
    decisions = [] if is_kept_away else list(talk.decisions.select_related("by"))
    pending = next((one for one in decisions if one.released_at is None), None)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "talk": talk,
        "people": talk.talk_speakers.select_related("speaker", "speaker__user"),
        "things": talk.equipment.all(),
        "tags": talk.tags.all(),
        "answers": talk.answers.select_related("question"),
        "files": [] if is_kept_away else talk.files.all(),
        "is_kept_away": is_kept_away,
        "is_own": talk.pk in reach.own,
        "is_colleagues": not is_kept_away and talk.pk in reach.barred,
        "reviews": opinions,
        "mean": sum(scores) / len(scores) if scores else None,
        "decisions": decisions,
        "pending": pending,
        "stands": actions.stands(talk, pending),
        "mails": mails_about(talk),
        "verdicts": verdicts,
        "decision_form": DecisionForm(),
        "cancel_form": CancelForm() if talk.can_become(Status.CANCELLED) else None,
        "rename_form": RenameForm(initial={"title": talk.title}),
        "put_back_form": PutBackForm(talk=talk),
        **forms,
    }
    return render(request, "cfp/talk.html", context)


def act(request, reach, talk, name, form, verb):
    """Run the verb with what the form holds, or show the page again with what is wrong."""
    if not form.is_valid():
        return talk_page(request, reach, talk, **{name: form})
    try:
        done = verb(**form.cleaned_data)
    except (Refused, EditionClosed) as error:
        form.add_error(None, str(error))
        talk.refresh_from_db()
        return talk_page(request, reach, talk, **{name: form})
    if done:
        messages.success(request, done)
    return redirect("cfp:talk", reach.conference.slug, talk.code)


@require_POST
@program_page
def decide(request, reach, code):
    talk = find(reach, code)

    def verb(verdict, why, seen):
        decision = actions.decide_talk(talk, verdict, by=request.user, why=why, seen=seen)
        if decision is None:
            return "That is decided already."
        return "Decided. The speakers get a mail when the decisions are released."

    return act(request, reach, talk, "decision_form", DecisionForm(request.POST), verb)


def mails_about(talk):
    """What its speakers were told by mail, newest first, also in mails about several talks."""
    # Looked up first: with subqueries beside an “or” the database would read every mail.
    told = Notice.objects.filter(decision__talk=talk), SpeakerMailCopy.objects.filter(talk=talk)
    keys = {key for rows in told for key in rows.values_list("mail_key", flat=True) if key}
    about = OutgoingEmail.objects.filter(about=talk.code, conference=talk.conference)
    return (
        (about | OutgoingEmail.objects.filter(dedupe_key__in=keys))
        .defer("text")
        .order_by("-pk")[:20]
    )


@require_POST
@program_page
def step_aside(request, reach, code):
    """A conflict of interest: from now on the talk is decided by others."""
    talk = find(reach, code)
    try:
        actions.declare_conflict(talk, request.user)
    except EditionClosed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Noted. The others decide on this talk.")
    return redirect("cfp:talk", reach.conference.slug, talk.code)


@require_POST
@program_page
def cancel(request, reach, code):
    talk = find(reach, code)

    def verb(reason):
        actions.cancel_talk(talk, by=request.user, reason=reason)
        return "The talk is cancelled. The speakers get a mail; the schedule shows it as cancelled."

    return act(request, reach, talk, "cancel_form", CancelForm(request.POST), verb)


@require_POST
@program_page
def rename(request, reach, code):
    talk = find(reach, code)

    def verb(title):
        actions.rename_talk(talk, title)
        return "Renamed, everywhere at once."

    return act(request, reach, talk, "rename_form", RenameForm(request.POST), verb)


@require_POST
@program_page
def put_back(request, reach, code):
    talk = find(reach, code)

    def verb(status):
        actions.put_back(talk, status, by=request.user)
        return "Changed. Nobody was sent a mail about it, except a ticket to who got one."

    return act(request, reach, talk, "put_back_form", PutBackForm(request.POST, talk=talk), verb)
