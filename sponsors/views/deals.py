from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.models import Role

from .. import actions
from ..forms import SponsorshipForm
from ..models import Package, Sponsorship
from . import WRITERS, acted, pressed, rights_of
from .organizations import find, pass_form, show, sign_form

Status = Sponsorship.Status


@require_GET
@staff_page(*WRITERS, Role.FINANCE)
def pipeline(request, conference):
    """How many deals are how far, their sums for those who may know, and what is left to sell."""
    figures = Sponsorship.objects.by_status(conference)
    rows = [
        {"status": status, "number": figures[status][0], "sum": figures[status][1]}
        for status in Status
    ]
    signed = [row for row in rows if row["status"] in Sponsorship.SIGNED_STATES]
    context = {
        "conference": conference,
        "rows": rows,
        "number": sum(row["number"] for row in rows),
        "signed_number": sum(row["number"] for row in signed),
        "signed_sum": sum(row["sum"] for row in signed),
        "packages": Package.objects.filter(conference=conference),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/pipeline.html", context)


def find_deal(conference, pk):
    deals = Sponsorship.objects.select_related("organization", "package", "owner")
    return get_object_or_404(deals, pk=pk, conference=conference)


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def deal_new(request, conference, pk):
    row = find(pk)
    form = SponsorshipForm(
        request.POST or None,
        instance=Sponsorship(organization=row, conference=conference),
        conference=conference,
        initial={"owner": request.user, "amount": ""},
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, actions.start_sponsorship, conference, row, **form.cleaned_data)
    ):
        return redirect("sponsors:organization", conference.slug, pk)
    return deal_form(request, conference, row, form, "New deal")


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def deal_edit(request, conference, pk):
    deal = find_deal(conference, pk)
    form = SponsorshipForm(request.POST or None, instance=deal, conference=conference)
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, actions.change_sponsorship, pk, **form.cleaned_data)
    ):
        return redirect("sponsors:organization", conference.slug, deal.organization_id)
    return deal_form(request, conference, deal.organization, form, "Deal")


def deal_form(request, conference, organization, form, title):
    context = {
        "conference": conference,
        "organization": organization,
        "form": form,
        "title": f"{title} for {conference}",
        "packages": form.fields["package"].queryset,
    }
    return render(request, "sponsors/deal_form.html", context)


@require_POST
@staff_page(Role.SPONSORSHIP)
def sign(request, conference, pk):
    deal = find_deal(conference, pk)
    if deal.is_signed:  # clicked twice
        return redirect("sponsors:organization", conference.slug, deal.organization_id)
    form = sign_form(conference, deal, request.POST)
    if form.is_valid() and acted(form, actions.sign_sponsorship, pk, **form.cleaned_data):
        messages.success(
            request, f"Signed. {deal.organization} is on the public pages of {conference} now."
        )
        return redirect("sponsors:organization", conference.slug, deal.organization_id)
    return show(request, conference, deal.organization, sign_form=form)


@require_POST
@staff_page(Role.SPONSORSHIP)
def move(request, conference, pk):
    deal = find_deal(conference, pk)
    status = request.POST.get("status")
    if status not in Status.values:
        raise BadRequest
    pressed(request, actions.move_sponsorship, pk, status)
    return redirect("sponsors:organization", conference.slug, deal.organization_id)


@require_POST
@staff_page(Role.SPONSORSHIP)
def give_pass(request, conference, pk):
    deal = find_deal(conference, pk)
    form = pass_form(conference, deal, request.POST)
    if form.is_valid() and (
        ticket := acted(form, actions.give_pass, pk, by=request.user, **form.cleaned_data)
    ):
        ticket.refresh_from_db(fields=["allowance"])
        if ticket.allowance and ticket.allowance.source == deal.source:
            says = f"{ticket.attendee_name} has a pass; it is on its way by mail."
        else:
            says = (
                f"{ticket.attendee_name} holds a ticket already: a ribbon is on it, no pass used."
            )
        messages.success(request, says)
        return redirect("sponsors:organization", conference.slug, deal.organization_id)
    return show(request, conference, deal.organization, pass_form=form)
