"""For who decides: every talk of the edition or of one's track, and one talk with everything."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from scale.editions import EditionClosed

from .. import actions
from ..access import program_page
from ..errors import Refused
from ..forms import CancelForm, DecisionForm, Filter, PutBackForm, RenameForm
from ..models import Decision, Talk

Status = Talk.Status
STATUS = [("", "Every status"), *[pair for pair in Status.choices if pair[0] != Status.DRAFT]]
SORT = [
    ("", "Newest first"),
    ("score", "Best score first"),
    ("few", "Fewest reviews first"),
    ("title", "By title"),
]
ORDERS = {
    "": [F("submitted_at").desc(nulls_last=True), "-pk"],
    "score": [F("mean").desc(nulls_last=True), "-opinions", "pk"],
    "few": ["opinions", "pk"],
    "title": ["title", "pk"],
}


@require_GET
@program_page
def talks(request, reach):
    conference = reach.conference
    filters = Filter(request.GET, conference=conference, status=STATUS, sort=SORT)
    chosen = filters.chosen()
    rows = reach.to_decide()
    counts = rows.order_by().values_list("status").annotate(Count("pk"))
    counted = {Status(status): number for status, number in counts}
    if chosen["q"]:
        rows = rows.search(chosen["q"])
    if chosen.get("track"):
        rows = rows.filter(track__code=chosen["track"])
    if chosen["status"]:
        rows = rows.filter(status=chosen["status"])
    rows = rows.with_scores(hidden=reach.own).with_speakers()
    rows = rows.select_related("track", "kind").order_by(*ORDERS[chosen["sort"]])
    context = {
        "conference": conference,
        "reach": reach,
        "filters": filters,
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "counts": [(status, counted[status]) for status in Status if status in counted],
        "total": sum(counted.values()),
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
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
    is_own = talk.pk in reach.own
    verdicts = [v for v in Decision.Verdict if talk.can_become(actions.BECOMES[v])]
    opinions = (
        []
        if is_own
        else talk.reviews.select_related("reviewer")
        .prefetch_related("tags")
        .order_by("-score", "pk")
    )
    scores = [one.score for one in opinions if one.score is not None]
    context = {
        "conference": reach.conference,
        "reach": reach,
        "talk": talk,
        "people": talk.talk_speakers.select_related("speaker", "speaker__user"),
        "things": talk.equipment.all(),
        "answers": talk.answers.select_related("question"),
        "files": [] if is_own else talk.files.all(),
        "is_own": is_own,
        "reviews": opinions,
        "mean": sum(scores) / len(scores) if scores else None,
        "decisions": [] if is_own else talk.decisions.select_related("by"),
        "verdicts": verdicts,
        "decision_form": DecisionForm(initial={"seen": talk.status}),
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
        silent = [link.speaker.name for link in unreachable(talk)]
        if decision and silent:
            people = ", ".join(silent)
            messages.warning(request, f"No address is known for {people}: please tell them.")
        return "Decided. The speakers get a mail." if decision else "That is decided already."

    return act(request, reach, talk, "decision_form", DecisionForm(request.POST), verb)


def unreachable(talk):
    links = talk.talk_speakers.select_related("speaker", "speaker__user")
    return [link for link in links if not link.speaker.address]


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
