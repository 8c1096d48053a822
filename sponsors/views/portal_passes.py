"""What a sponsor does about passes on their own page: name people, or a code for the shop."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from .. import actions
from ..forms import HolderForm
from ..passes import with_passes
from . import acted, pressed
from .portal import many_form, one_form, portal_page, show


def own_kind(portal, pk):
    with_passes([portal.deal])
    line = next((one for one in portal.deal.passes if one.kind.pk == pk), None)
    if line is None:
        raise Http404
    return line


@require_POST
@portal_page
def give_pass(request, portal, pk):
    line = own_kind(portal, pk)
    form = one_form(portal, line.kind, request.POST)
    if form.is_valid() and (
        ticket := acted(
            form, actions.give_pass, portal.deal_id, by=None, kind=line.kind, **form.cleaned_data
        )
    ):
        actions.tell(portal.deal, f"named ticket {ticket.code}")
        messages.success(request, f"{ticket.attendee_name} hears of it by mail.")
        return redirect(portal)
    return show(request, portal, **{f"one {pk}": form})


@require_POST
@portal_page
def give_passes(request, portal, pk):
    line = own_kind(portal, pk)
    form = many_form(portal, line, request.POST, request.FILES)
    if form.is_valid() and (
        given := acted(
            form,
            actions.give_passes,
            portal.deal_id,
            form.cleaned_data["persons"],
            kind=line.kind,
        )
    ):
        actions.tell(portal.deal, f"named {len(given)} tickets")
        who = "1 person hears" if len(given) == 1 else f"{len(given)} people hear"
        messages.success(request, f"{who} of it by mail.")
        return redirect(portal)
    return show(request, portal, **{f"many {pk}": form})


@require_POST
@portal_page
def replace(request, portal, ticket):
    with_passes([portal.deal])
    held = next((one for one in portal.deal.given if one.code == ticket), None)
    if held is None:
        raise Http404
    form = HolderForm(request.POST, action=portal.url("portal-replace", ticket), key=held.pk)
    if form.is_valid() and (
        passed := acted(form, actions.replace_pass, portal.deal_id, ticket, **form.cleaned_data)
    ):
        actions.tell(portal.deal, f"put another person on ticket {passed.code}")
        messages.success(request, f"The pass is {passed.attendee_name}’s now.")
        return redirect(portal)
    return show(request, portal, **{f"replace {held.pk}": form})


@require_POST
@portal_page
def pass_code(request, portal, pk):
    """Make the code with which their people take such passes at the shop; another; or none."""
    kind = own_kind(portal, pk).kind
    act = request.POST.get("act")
    if act not in ("open", "anew", "close"):
        raise BadRequest
    if act == "close":
        if pressed(request, actions.close_passes, portal.deal_id, kind):
            actions.tell(portal.deal, f"ended the code for {kind}")
            messages.success(request, "The code gives no passes any more. Who took one keeps it.")
    elif code := pressed(request, actions.open_passes, portal.deal_id, kind, anew=act == "anew"):
        actions.tell(portal.deal, f"made the code {code} for {kind}")
        messages.success(request, f"Tell your people the code {code}.")
    return redirect(f"{portal.get_absolute_url()}#passes-{kind.pk}")
