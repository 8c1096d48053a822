"""Who had a signed deal in an earlier edition, and how it went: ask them again."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from scale.auth import staff_page
from scale.models import Conference, Role

from .. import actions
from ..forms import AskAgainForm, EarlierForm
from ..models import Package, Sponsorship
from ..passes import with_passes
from . import acted, rights_of


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def ask_again(request, conference):
    editions = earlier_editions(conference)
    choose = EarlierForm(request.GET, editions=editions)
    choose.is_valid()
    slug = choose.cleaned_data.get("since")
    old = next((one for one in editions if one.slug == slug), editions[0] if editions else None)
    deals = with_how_it_went(conference, old) if old else []
    to_ask = [deal for deal in deals if not deal.here]
    missing = [deal for deal in to_ask if not deal.same_package]
    form = AskAgainForm(request.POST or None, conference=conference, deals=deals, missing=missing)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = acted(
            form,
            actions.ask_again,
            conference,
            said["chosen"],
            otherwise=said["otherwise"],
            by=request.user,
        )
        if made is not None:
            says = f"{len(made)} lead{'' if len(made) == 1 else 's'} made."
            messages.success(request, says if made else "All of them have a deal here already.")
            return redirect("sponsors:pipeline", conference.slug)
    context = {
        "conference": conference,
        "old": old,
        "editions": editions,
        "choose": choose if choose.is_bound and editions else None,
        "deals": deals,
        "to_ask": to_ask,
        "missing": missing,
        "form": form,
        "ticked": set(request.POST.getlist("chosen")) if form.is_bound else None,
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/ask_again.html", context)


def earlier_editions(conference):
    """Those with signed deals, the latest first."""
    signed = Sponsorship.objects.filter(status__in=Sponsorship.SIGNED_STATES)
    rows = Conference.objects.filter(
        Q(pk__in=signed.values("conference")), starts_on__lt=conference.starts_on
    ).exclude(pk=conference.pk)
    return list(rows.order_by("-starts_on", "-pk"))


def with_how_it_went(conference, old):
    """The old edition's signed deals: passes used, whether they are asked, the package here.

    Those who are not asked yet come first.
    """
    deals = list(Sponsorship.objects.before(old))
    with_passes(deals)
    here = dict(
        Sponsorship.objects.filter(conference=conference)
        .order_by("pk")
        .values_list("organization", "status")
    )
    names = dict(Package.objects.filter(conference=conference).values_list("name", "price"))
    for deal in deals:
        status = here.get(deal.organization_id)
        deal.here = Sponsorship.Status(status).label if status else ""
        deal.same_package = deal.package.name in names
        deal.price_here = names.get(deal.package.name)
    return sorted(deals, key=lambda deal: bool(deal.here))
