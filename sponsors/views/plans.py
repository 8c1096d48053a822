"""Drawing the halls: plans, and the places on them."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import svg
from scale.auth import staff_page
from scale.editions import EditionClosed

from .. import actions
from ..forms import NewBoothsForm, PlanForm
from ..models import Booth, FloorPlan
from ..models.booths import in_order
from . import WRITERS, acted, rights_of
from .booths import with_booths


def find_plan(conference, pk):
    return get_object_or_404(FloorPlan, pk=pk, conference=conference)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def plan_new(request, conference):
    form = PlanForm(request.POST or None, request.FILES or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := acted(form, actions.add_plan, conference, **form.cleaned_data))
    ):
        messages.success(request, "Now draw the booths on it.")
        return redirect("sponsors:plan", conference.slug, made.pk)
    context = {"conference": conference, "form": form, **rights_of(request.user, conference)}
    return render(request, "sponsors/plan_new.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def plan(request, conference, pk):
    """The editor: POST adds booths."""
    row = find_plan(conference, pk)
    form = NewBoothsForm(request.POST or None, initial={"count": 1})
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := acted(form, actions.add_booths, row, **form.cleaned_data))
    ):
        numbers = (
            f"{made[0]}" if len(made) == 1 else f"Booths {made[0].number} to {made[-1].number}"
        )
        messages.success(request, f"{numbers}: on the plan.")
        return redirect("sponsors:plan", conference.slug, pk)
    return editor(request, conference, row, form)


def editor(request, conference, row, form, plan_form=None):
    found = in_order(Booth.objects.listed(conference).filter(plan=row))
    context = {
        "conference": conference,
        "plan": with_booths([row], found)[0],
        "form": form,
        "plan_form": plan_form or PlanForm(plan=row),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/plan.html", context)


@require_POST
@staff_page(*WRITERS)
def plan_change(request, conference, pk):
    row = find_plan(conference, pk)
    form = PlanForm(request.POST, request.FILES, plan=row)
    if form.is_valid():
        facts = form.cleaned_data
        if not facts["picture"]:
            facts = {"name": facts["name"]}
        if acted(form, actions.change_plan, row, **facts):
            messages.success(request, "Saved.")
            return redirect("sponsors:plan", conference.slug, pk)
    return editor(request, conference, row, NewBoothsForm(initial={"count": 1}), form)


@require_POST
@staff_page(*WRITERS)
def plan_remove(request, conference, pk):
    row = find_plan(conference, pk)
    try:
        actions.remove_plan(row)
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, str(error))
        return redirect("sponsors:plan", conference.slug, pk)
    messages.success(request, f"{row.name} is gone.")
    return redirect("sponsors:booths", conference.slug)


@require_GET
@staff_page(*WRITERS)
def plan_drawing(request, conference, pk):
    """For the committee, whether or not the edition is public yet."""
    response = drawing(find_plan(conference, pk))
    response["Cache-Control"] = "private, no-cache"
    return response


def drawing(row):
    """The picture, and nothing in it runs: for <img> alone."""
    try:
        picture = row.picture.open("rb") if row else None
    except FileNotFoundError:
        picture = None
    if picture is None:
        raise Http404
    kind = "image/svg+xml" if row.picture.name.endswith(".svg") else "image/png"
    response = FileResponse(picture, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = svg.POLICY
    return response
