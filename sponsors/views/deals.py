from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..forms import LostForm, PassForm, SponsorshipForm
from ..models import ContractTerms, Sponsorship
from ..passes import with_passes
from . import acted, rights_of
from .organizations import find, sign_form
from .pipeline import board

Status = Sponsorship.Status


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


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def sign(request, conference, pk):
    deal = find_deal(conference, pk)
    if deal.is_signed:  # clicked twice
        return redirect("sponsors:organization", conference.slug, deal.organization_id)
    contract = deal.contracts.live().first()
    if request.method == "GET":
        return sign_page(request, conference, deal, sign_form(conference, deal, contract))
    form = sign_form(conference, deal, contract, request.POST, request.FILES)
    if form.is_valid() and signed(form, pk, request.user):
        messages.success(
            request, f"Signed. {deal.organization} is on the public pages of {conference} now."
        )
        return redirect("sponsors:organization", conference.slug, deal.organization_id)
    return sign_page(request, conference, deal, form)


def signed(form, pk, by):
    """Keep the paper first: it stays kept when the signature is refused."""
    paper = form.cleaned_data.get("contract")
    if paper:
        if not acted(form, actions.upload_contract, pk, paper, paper.name, by=by):
            return None
        del form.fields["contract"]
    return acted(form, actions.sign_sponsorship, pk, signed_by=form.cleaned_data["signed_by"])


def sign_page(request, conference, deal, form):
    context = {
        "conference": conference,
        "deal": deal,
        "organization": deal.organization,
        "sign_form": form,
        "contract": deal.contracts.live().select_related("terms").first(),
        "terms": ContractTerms.objects.of(conference),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/deal_sign.html", context)


@require_POST
@staff_page(Role.SPONSORSHIP)
def move(request, conference, pk):
    """From the organization's page, or from the board, which gets itself anew in the answer.

    Lost and signed have pages that ask what is missing.
    """
    deal = find_deal(conference, pk)
    status = request.POST.get("status")
    if status not in Status.values:
        raise BadRequest
    seen = request.GET.get("expected", "")
    if status == Status.LOST:
        path = reverse("sponsors:lost", args=[conference.slug, pk])
        return redirect(f"{path}?{urlencode({'expected': seen})}")
    wrong, told = None, []
    try:
        told = actions.move_sponsorship(pk, status, expected=seen).told
    except (EditionClosed, actions.Refused) as error:
        wrong = str(error)
    if request.headers.get("X-Board"):
        says = wrong or f"{deal.organization} is in “{Status(status).label}” now."
        context = {**board(request, conference), "said": says, "wrong": wrong}
        return render(request, "sponsors/_board.html", context, status=409 if wrong else 200)
    if wrong:
        messages.error(request, wrong)
    say_what_is_used(request, told)
    if "board" in request.GET:
        return redirect("sponsors:pipeline", conference.slug)
    return redirect("sponsors:organization", conference.slug, deal.organization_id)


def say_what_is_used(request, told):
    for words in told:
        messages.warning(request, f"Used already, and still there: {words}.")


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def lost(request, conference, pk):
    """Asks why; and says beforehand what of the promises is used already."""
    deal = find_deal(conference, pk)
    form = LostForm(request.POST or None, initial={"expected": request.GET.get("expected", "")})
    if request.method == "POST" and form.is_valid():
        done = acted(form, actions.move_sponsorship, pk, Status.LOST, **form.cleaned_data)
        if done:
            messages.success(request, f"{deal.organization} is lost. You can try again any time.")
            say_what_is_used(request, done.told)
            return redirect("sponsors:organization", conference.slug, deal.organization_id)
    context = {
        "conference": conference,
        "organization": deal.organization,
        "form": form,
        "used": actions.used_of(deal) if deal.is_promised else [],
        "promised": deal.is_promised,
    }
    return render(request, "sponsors/deal_lost.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def give_pass(request, conference, pk):
    deal = find_deal(conference, pk)
    with_passes([deal])
    kinds = [line.kind for line in deal.passes]
    form = PassForm(request.POST if request.method == "POST" else None, action="", kinds=kinds)
    if form.is_valid() and (
        ticket := acted(form, actions.give_pass, pk, by=request.user, **form.cleaned_data)
    ):
        ticket.refresh_from_db(fields=["allowance"])
        if ticket.allowance and ticket.allowance.source.startswith(deal.source_of("")):
            says = f"{ticket.attendee_name} has a pass; it is on its way by mail."
        else:
            says = (
                f"{ticket.attendee_name} holds a ticket already: a ribbon is on it, no pass used."
            )
        messages.success(request, says)
        return redirect("sponsors:organization", conference.slug, deal.organization_id)
    context = {
        "conference": conference,
        "organization": deal.organization,
        "form": form,
        "title": "Give a pass",
    }
    return render(request, "sponsors/form.html", context)
