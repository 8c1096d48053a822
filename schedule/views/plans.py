"""Plans by name: made, copied, compared with what is public, published, thrown away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..conflicts import touching
from ..forms import PlanForm, PublishForm
from ..plans import State, working_plan
from .board import board_page


@require_http_methods(["GET", "POST"])
@staff_page(Role.PROGRAM)
def plans(request, conference):
    """The open plans, and a form for another one."""
    working_plan(conference)  # it is always there
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_plan(conference, form.cleaned_data["name"], by=request.user)
        except (actions.Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            return redirect_to_board(conference, made)
    rows = conference.plans.filter(closed_at=None).select_related("created_by")
    rows = rows.annotate(size=Count("moves")).order_by("-working_for", "pk")
    context = {"conference": conference, "plans": rows, "form": form}
    return render(request, "schedule/plans.html", context)


def redirect_to_board(conference, plan):
    response = redirect("schedule:board", conference.slug)
    response["Location"] += f"?plan={plan.pk}"
    return response


def find(conference, pk):
    plan = get_object_or_404(conference.plans.filter(closed_at=None), pk=pk)
    plan.conference = conference
    return plan


@require_GET
@board_page
def compare(request, reach, pk):
    """What is different from the public schedule, in words; and publishing it."""
    return compare_page(request, reach, find(reach.conference, pk))


def compare_page(request, reach, plan, **more):
    state = State.with_names(plan)
    drafts = [line for line in state.lines if line.move]
    touched = {line.uuid for line in drafts}
    found = touching(state.conflicts, touched)
    context = {
        "conference": plan.conference,
        "reach": reach,
        "plan": plan,
        "drafts": drafts,
        "stale": sum(line.move.is_stale for line in drafts),
        "hard": [one for one in found if one.is_hard],
        "soft": [one for one in found if not one.is_hard],
        "moves_seats": any(line.shown.talk_id in state.facts.house.sold for line in drafts),
        "may_publish": reach.decides is None,
        "may_override": reach.user.has_role(plan.conference, Role.CHAIR),
        "next_number": actions.next_number(plan.conference),
        "form": PublishForm(),
        "plan_form": PlanForm(initial={"name": f"Copy of {plan.name}"[:80]}),
        **more,
    }
    return render(request, "schedule/compare.html", context)


@require_POST
@board_page
def publish(request, reach, pk):
    """All moves of the plan, or those that are ticked."""
    conference = reach.conference
    if reach.decides is not None:
        raise PermissionDenied  # a track's chair proposes, program publishes
    plan = find(conference, pk)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return compare_page(request, reach, plan, form=form)
    reason = form.cleaned_data["override_reason"].strip()
    if reason and not request.user.has_role(conference, Role.CHAIR):
        raise PermissionDenied
    chosen = None
    if "chosen" in request.POST:
        ticked = [pk for pk in request.POST.getlist("move") if pk.isdecimal() and len(pk) < 18]
        chosen = plan.moves.filter(pk__in=ticked)
    try:
        release = actions.publish(
            plan,
            by=request.user,
            notify=form.cleaned_data["notify"],
            notify_holders=form.cleaned_data["notify_holders"],
            override_reason=reason,
            moves=chosen,
        )
    except (actions.Refused, EditionClosed) as error:
        form.add_error(None, f"{error} Nothing was published.")
        return compare_page(request, reach, plan, form=form)
    if release:
        messages.success(request, f"Version {release.number} is public now.")
    else:
        messages.info(request, "There was nothing to publish.")
    return redirect("schedule:compare", conference.slug, plan.pk)


@require_POST
@staff_page(Role.PROGRAM)
def change(request, conference, pk):
    """Copy the plan, give it another name, or throw it away."""
    plan, what = find(conference, pk), request.POST.get("what")
    form = PlanForm(request.POST)
    if what not in ("copy", "rename", "throw away"):
        raise Http404
    if what != "throw away" and not form.is_valid():
        messages.error(request, "Give it a name of at most 80 letters.")
        return redirect("schedule:compare", conference.slug, plan.pk)
    try:
        if what == "copy":
            plan = actions.copy_plan(plan, form.cleaned_data["name"], by=request.user)
            return redirect_to_board(conference, plan)
        if what == "rename":
            actions.rename_plan(plan, form.cleaned_data["name"])
            return redirect("schedule:compare", conference.slug, plan.pk)
        actions.throw_plan_away(plan)
        messages.success(request, f"“{plan.name}” is thrown away. The public schedule stays.")
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, str(error))
    return redirect("schedule:plans", conference.slug)
