"""For the committee: the plans of the hall, and who gets which booth."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.editions import EditionClosed

from .. import actions
from ..documents import signs
from ..forms import BoothForm, GiveForm, SwapForm
from ..models import Booth, FloorPlan
from ..models.booths import in_order, waiting_for_booths
from . import WRITERS, acted, pressed, rights_of

LISTED = 60


@require_GET
@staff_page(*WRITERS)
def booths(request, conference):
    """Every plan with its booths; with `deal`, a free one is chosen for that exhibitor."""
    found = in_order(Booth.objects.listed(conference))
    words = request.GET.get("q", "").strip()[:100]
    waiting = waiting_for_booths(conference)
    placing = one_waiting(waiting, request.GET.get("deal"))
    form = give_form(conference, initial={"deal": placing}) if not conference.is_closed else None
    return overview(request, conference, found, words, waiting, placing, form)


def one_waiting(waiting, typed):
    pk = number_in(typed)
    return waiting.filter(pk=pk).first() if pk else None


def number_in(typed):
    """The key in an address or a hidden field; None for anything else."""
    typed = typed or ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 18 else None


def overview(request, conference, found, words, waiting, placing, form):
    if words:
        waiting = waiting.filter(organization__name__icontains=words)
    taken = sum(booth.sponsorship_id is not None for booth in found)
    context = {
        "conference": conference,
        "plans": with_booths(FloorPlan.objects.filter(conference=conference), found),
        "booths": found,
        "taken": taken,
        "free": len(found) - taken,
        "waiting": waiting[:LISTED],
        "waiting_number": waiting.count(),
        "words": words,
        "placing": placing,
        "give_form": form,
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/booths.html", context)


def with_booths(plans, found):
    """The plans, each with its own of the booths that were read already."""
    plans = list(plans)
    for plan in plans:
        plan.places = [booth for booth in found if booth.plan_id == plan.pk]
    return plans


def give_form(conference, *args, **kwargs):
    return GiveForm(
        *args,
        free=Booth.objects.filter(conference=conference).free(),
        waiting=waiting_for_booths(conference),
        action=reverse("sponsors:booth-give", args=[conference.slug]),
        **kwargs,
    )


@require_POST
@staff_page(*WRITERS)
def booth_give(request, conference):
    form = give_form(conference, request.POST)
    if form.is_valid() and (
        booth := acted(
            form, actions.give_booth, form.cleaned_data["booth"], form.cleaned_data["deal"]
        )
    ):
        messages.success(request, f"{booth.organization} has booth {booth.number} now.")
        return redirect("sponsors:booths", conference.slug)
    found = in_order(Booth.objects.listed(conference))
    return overview(request, conference, found, "", waiting_for_booths(conference), None, form)


def find_booth(conference, pk):
    return get_object_or_404(Booth.objects.listed(conference), pk=pk)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def booth(request, conference, pk):
    """One booth: its facts and place, and who has it."""
    row = find_booth(conference, pk)
    form = BoothForm(request.POST or None, booth=row)
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, actions.change_booth, row, **form.cleaned_data)
    ):
        messages.success(request, "Saved.")
        return redirect("sponsors:booth", conference.slug, pk)
    return one_booth(request, conference, row, form)


def one_booth(request, conference, row, form=None, **forms):
    others = Booth.objects.listed(conference)
    mine = [one for one in others if one.plan_id == row.plan_id]
    context = {
        "conference": conference,
        "booth": row,
        "plan": with_booths([row.plan], mine)[0],
        "form": form or BoothForm(booth=row),
        **rights_of(request.user, conference),
    }
    if row.sponsorship_id:
        context["swap_form"] = swap_form(conference, row, others)
    elif not conference.is_closed:
        context["give_form"] = give_form(conference, initial={"booth": row.pk})
    return render(request, "sponsors/booth.html", context | forms)


def swap_form(conference, row, others, *args):
    action = reverse("sponsors:booth-swap", args=[conference.slug, row.pk])
    return SwapForm(*args, booth=row, others=others, action=action)


@require_POST
@staff_page(*WRITERS)
def booth_swap(request, conference, pk):
    row = find_booth(conference, pk)
    form = swap_form(conference, row, Booth.objects.listed(conference), request.POST)
    if form.is_valid() and acted(form, actions.swap_booths, row, form.cleaned_data["other"]):
        messages.success(
            request, f"Exchanged: {row.number} and {form.cleaned_data['other'].number}."
        )
        return redirect("sponsors:booths", conference.slug)
    return one_booth(request, conference, row, swap_form=form)


@require_POST
@staff_page(*WRITERS)
def booth_free(request, conference, pk):
    """`deal` names who had it on the page, so that nobody loses one by a late click."""
    row = find_booth(conference, pk)
    had = number_in(request.POST.get("deal")) or row.sponsorship_id
    if pressed(request, actions.free_booth, row, had):
        messages.success(request, f"Booth {row.number} is free.")
    return redirect("sponsors:booth", conference.slug, pk)


@require_POST
@staff_page(*WRITERS)
def booth_remove(request, conference, pk):
    row = find_booth(conference, pk)
    try:
        actions.remove_booth(row)
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, str(error))
        return redirect("sponsors:booth", conference.slug, pk)
    messages.success(request, f"Booth {row.number} is gone from the plan.")
    return redirect("sponsors:plan", conference.slug, row.plan_id)


@require_GET
@staff_page(*WRITERS)
def booth_list(request, conference):
    """To print: by number, or by who has them."""
    found = in_order(Booth.objects.listed(conference))
    by_name = request.GET.get("by") == "name"
    if by_name:
        found = sorted(
            (one for one in found if one.organization),
            key=lambda one: one.organization.name.casefold(),
        )
    context = {"conference": conference, "booths": found, "by_name": by_name}
    return render(request, "sponsors/booth_list.html", context)


@require_GET
@staff_page(*WRITERS)
def booth_signs(request, conference):
    """A sheet for each booth that somebody has."""
    taken = Booth.objects.listed(conference).exclude(sponsorship=None)
    body = signs.draw(conference, in_order(taken), request.build_absolute_uri)
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{conference.slug}-booth-signs.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
