from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.models import Role

from .. import actions
from ..forms import BenefitForm, ConflictForm, QuantitiesForm
from ..models import Benefit, BenefitConflict, Package, PackageBenefit
from . import acted, pressed, rights_of


@require_GET
@staff_page(Role.SPONSORSHIP)
def catalogue(request, conference):
    return show(request, conference)


def show(request, conference, **forms):
    """Packages × benefits; `forms` are those that were sent and have errors."""
    packages = list(Package.objects.filter(conference=conference))
    benefits = list(Benefit.objects.listed(conference).select_related("conference", "pass_type"))
    conflicts = BenefitConflict.objects.filter(benefit__conference=conference)
    form = forms.get("quantities") or quantities_form(conference, packages, benefits)
    context = {
        "conference": conference,
        "packages": packages,
        "benefits": [
            (one, [form[f"q-{package.pk}-{one.pk}"] for package in packages]) for one in benefits
        ],
        "quantities": form,
        "conflicts": conflicts.select_related("benefit", "other", "package").order_by("pk"),
        **rights_of(request.user, conference),
    }
    if context["may_deal"] and benefits:
        context["conflict_form"] = forms.get("conflict_form") or conflict_form(conference)
    return render(request, "sponsors/catalogue.html", context)


def quantities_form(conference, packages, benefits, *args):
    pairs = PackageBenefit.objects.filter(package__conference=conference)
    known = {(p, b): n for p, b, n in pairs.values_list("package", "benefit", "quantity")}
    return QuantitiesForm(*args, packages=packages, benefits=benefits, known=known)


def conflict_form(conference, *args):
    action = reverse("sponsors:conflict-new", args=[conference.slug])
    return ConflictForm(*args, conference=conference, action=action)


@require_POST
@staff_page(Role.SPONSORSHIP)
def quantities(request, conference):
    packages = list(Package.objects.filter(conference=conference))
    benefits = list(Benefit.objects.listed(conference))
    form = quantities_form(conference, packages, benefits, request.POST)
    if form.is_valid():
        before = len(form.errors)
        acted(form, actions.set_quantities, conference, form.wanted())
        if len(form.errors) == before:
            messages.success(request, "Saved. Signed deals keep what they were promised.")
            return redirect("sponsors:catalogue", conference.slug)
    return show(request, conference, quantities=form)


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def benefit_new(request, conference):
    return edit(request, conference, Benefit(conference=conference), "New benefit")


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def benefit_edit(request, conference, pk):
    row = get_object_or_404(Benefit, pk=pk, conference=conference)
    return edit(request, conference, row, "Benefit")


def edit(request, conference, row, title):
    form = BenefitForm(request.POST or None, instance=row, conference=conference)
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, actions.save_benefit, conference, row, **form.cleaned_data)
    ):
        messages.success(request, f"“{row.name}” is saved.")
        return redirect("sponsors:catalogue", conference.slug)
    context = {
        **{"conference": conference, "form": form, "title": title, "benefit": row},
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/benefit_form.html", context)


@require_POST
@staff_page(Role.SPONSORSHIP)
def benefit_remove(request, conference, pk):
    row = get_object_or_404(Benefit, pk=pk, conference=conference)
    pressed(request, actions.remove_benefit, conference, row)
    return redirect("sponsors:catalogue", conference.slug)


@require_POST
@staff_page(Role.SPONSORSHIP)
def conflict_new(request, conference):
    form = conflict_form(conference, request.POST)
    if form.is_valid() and acted(
        form,
        actions.add_conflict,
        conference,
        form.cleaned_data["benefit"],
        other=form.cleaned_data["other"],
    ):
        return redirect("sponsors:catalogue", conference.slug)
    return show(request, conference, conflict_form=form)


@require_POST
@staff_page(Role.SPONSORSHIP)
def conflict_remove(request, conference, pk):
    get_object_or_404(BenefitConflict, pk=pk, benefit__conference=conference)
    pressed(request, actions.remove_conflict, conference, pk)
    return redirect("sponsors:catalogue", conference.slug)
