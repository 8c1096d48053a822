"""The board: rooms × time of a day, with the plan's moves laid over. JSON in, JSON out."""

from django.http import Http404, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from cfp.access import committee_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..board import data as drawn
from ..board.verbs import do
from ..errors import Refused
from ..forms import BoardForm, PlanForm, PublishForm
from ..plans import working_plan
from .days import day_of

board_page = committee_page(lambda reach: reach.may_decide, Role.PROGRAM)


def plan_of(request, conference):
    """The open plan that the address names; without a name the working plan."""
    asked = request.GET.get("plan", "")
    if not asked:
        return working_plan(conference)
    if not (asked.isdecimal() and len(asked) < 18):
        raise Http404
    return get_object_or_404(conference.plans.filter(closed_at=None), pk=int(asked))


@require_GET
@board_page
def board(request, reach):
    conference = reach.conference
    plan, day = plan_of(request, conference), day_of(conference, request.GET.get("day", ""))
    context = {
        "conference": conference,
        "reach": reach,
        "plan": plan,
        "day": day,
        "days": conference.days(),
        "plans": conference.plans.filter(closed_at=None).order_by("-working_for", "pk"),
        "may_publish": reach.decides is None,
        "next_number": actions.next_number(conference),
        "form": PublishForm(),
        "plan_form": PlanForm(),
        "tracks": conference.tracks.all(),
        "kinds": conference.talk_kinds.all(),
        "equipment": conference.equipment.all(),
    }
    return render(request, "schedule/board.html", context)


@require_GET
@board_page
def data(request, reach):
    """Asked for every few seconds: mostly nothing has changed, and that is one short answer."""
    plan, day = (
        plan_of(request, reach.conference),
        day_of(reach.conference, request.GET.get("day", "")),
    )
    plan.conference = reach.conference
    seen = request.headers.get("If-None-Match")
    if seen and seen == drawn.etag(plan):
        return HttpResponseNotModified()
    found = drawn.data(plan, day, reach.user, reach.decides)
    response = JsonResponse(found)
    response["ETag"] = found["etag"]
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@board_page
def edit(request, reach):
    """Do one thing; the answer is what was `done` and the slots as they are then, or an `error`.

    What it means for conflicts and crowds everywhere else the board asks for afterwards:
    whoever moves a talk does not wait for that.
    """
    plan = plan_of(request, reach.conference)
    plan.conference = reach.conference
    form = BoardForm(request.POST, conference=reach.conference)
    if not form.is_valid():
        return JsonResponse({"error": form.says}, status=422)
    try:
        done, touched = do(plan, form, reach)
    except (Refused, EditionClosed) as error:
        return JsonResponse({"error": str(error)}, status=409)
    return JsonResponse({"done": done, "lines": drawn.places(plan, touched)})
