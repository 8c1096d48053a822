"""The papers of a deal, and the terms that can be accepted with a click."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from scale.auth import staff_page
from scale.models import Role
from scale.uploads import send_private

from .. import actions
from ..forms import ContractForm, TermsForm
from ..models import Contract, ContractTerms, Sponsorship
from . import acted, rights_of


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def contract(request, conference, pk):
    """What binds the deal and what did before; another paper can take its place."""
    deal = get_object_or_404(
        Sponsorship.objects.select_related("organization", "package"), pk=pk, conference=conference
    )
    action = reverse("sponsors:contract", args=[conference.slug, pk])
    form = ContractForm(request.POST or None, request.FILES or None, action=action)
    if request.method == "POST" and form.is_valid():
        paper = form.cleaned_data["contract"]
        if acted(form, actions.upload_contract, pk, paper, paper.name, by=request.user):
            messages.success(request, "The contract is kept.")
            return redirect("sponsors:contract", conference.slug, pk)
    context = {
        "conference": conference,
        "organization": deal.organization,
        "deal": deal,
        "form": form,
        "contracts": deal.contracts.select_related("terms", "package", "uploaded_by"),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/contract.html", context)


@require_GET
@staff_page(Role.SPONSORSHIP)
def contract_file(request, conference, pk):
    papers = Contract.objects.exclude(file="")
    paper = get_object_or_404(papers, pk=pk, deal__conference=conference)
    if not paper.file.storage.exists(paper.file.name):
        raise Http404
    return send_private(paper.file, paper.file_name)


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def terms(request, conference):
    latest = ContractTerms.objects.filter(conference=conference).first()
    form = TermsForm(request.POST or None, initial={"text": latest.text if latest else ""})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if acted(form, actions.write_terms, conference, text, by=request.user) or not form.errors:
            messages.success(request, "Saved. Whoever accepts from now on accepts this.")
            return redirect("sponsors:terms", conference.slug)
    context = {
        "conference": conference,
        "form": form,
        "latest": latest,
        "accepted": Contract.objects.filter(terms__conference=conference).live().count(),
    }
    return render(request, "sponsors/terms.html", context)
