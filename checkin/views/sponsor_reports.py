"""The report of the show: for the committee, all of them and each; for the sponsor, its own."""

from functools import partial

import structlog
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from scale.auth import staff_page
from scale.models import OutgoingEmail, Role
from scale.text import slug
from sponsors.models import COMMITTEE, Contact, Deliverable, Portal, Sponsorship
from sponsors.views import pressed, rights_of
from sponsors.views.portal import portal_page

from ..sponsor_reports import actions, paper
from ..sponsor_reports.facts import report
from ..sponsor_reports.forms import ReportsForm
from ..tasks import send_sponsor_reports

log = structlog.get_logger()
A_PAGE = 50


@require_GET
@staff_page(*COMMITTEE)
def reports(request, conference):
    """Every sponsor of the edition: what was kept, and who has had the report."""
    form = ReportsForm(request.GET)
    form.is_valid()
    rows = narrowed(conference, form)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    for deal, facts in zip(page, facts_of(conference, page), strict=True):
        deal.kept, deal.owed, deal.person, deal.mail = facts
    every = Sponsorship.objects.public(conference).count()
    left = actions.waiting(conference).count()
    can = actions.can_have(conference).count()
    context = {
        "conference": conference,
        "form": form,
        "page": page,
        "narrowed": any(form.value(name) for name in ("q", "show")),
        "is_over": conference.is_over(),
        "sums": {"all": every, "sent": every - left, "can": can, "cannot": left - can},
        "is_going": "going" in request.GET and can > 0,
        **rights_of(request.user, conference),
    }
    return render(request, "checkin/sponsor_reports.html", context)


def narrowed(conference, form):
    rows = Sponsorship.objects.public(conference)
    if words := form.value("q"):
        rows = rows.filter(organization__name__icontains=words)
    if shown := form.value("show"):
        waits = Q(pk__in=actions.waiting(conference).order_by().values("pk"))
        rows = rows.filter(waits if shown == "waiting" else ~waits)
    if form.value("sort") == "name":
        rows = rows.order_by("organization__name", "pk")
    return rows.select_related("organization", "package", "portal")


def facts_of(conference, deals):
    """For each: promises kept, promised, who gets the mail, the last one; in three statements."""
    side, status, kind = Deliverable.Side, Deliverable.Status, Deliverable.Kind
    promised = Deliverable.objects.standing().filter(deal__in=list(deals), side=side.US)
    done = Q(status=status.DONE) | Q(kind=kind.PASSES)
    counts = promised.exclude(status=status.WAIVED).order_by().values_list("deal")
    kept = {
        pk: numbers
        for pk, *numbers in counts.annotate(kept=Count("pk", filter=done), owed=Count("pk"))
    }
    firms = [deal.organization_id for deal in deals]
    people = Contact.objects.present().exclude(email="").filter(organization__in=firms)
    first = {}
    for person in people.first_to_call():
        first.setdefault(person.organization_id, person)
    codes = {deal.pk: deal.portal.code for deal in deals if hasattr(deal, "portal")}
    mails = OutgoingEmail.objects.about(codes.values()).filter(kind=actions.KIND)
    sent = {mail.about: mail for mail in reversed(mails)}
    return [
        (
            *kept.get(deal.pk, (0, 0)),
            first.get(deal.organization_id),
            sent.get(codes.get(deal.pk, "")),
        )
        for deal in deals
    ]


def find(conference, pk):
    deals = Sponsorship.objects.public(conference).select_related("conference", "owner", "portal")
    return get_object_or_404(deals, pk=pk)


@never_cache
@require_GET
@staff_page(*COMMITTEE)
def one(request, conference, pk):
    deal = find(conference, pk)
    *_, person, mail = facts_of(conference, [deal])[0]
    context = {
        "conference": conference,
        "deal": deal,
        "report": report(deal),
        "person": person,
        "mail": mail,
        "is_over": conference.is_over(),
        **rights_of(request.user, conference),
    }
    return render(request, "checkin/sponsor_report.html", context)


@require_GET
@staff_page(*COMMITTEE)
def pdf(request, conference, pk):
    deal = find(conference, pk)
    log.info("exported", table="sponsor report", kind="pdf", deal=pk, by=request.user.pk)
    return sheets(deal)


def sheets(deal):
    response = HttpResponse(paper.draw(report(deal)), content_type="application/pdf")
    name = f"{deal.conference.slug}-{slug(deal.organization.name) or 'sponsor'}-report.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@staff_page(Role.SPONSORSHIP)
def send(request, conference, pk):
    """To one; once a day, so that a second press sends nothing."""
    find(conference, pk)
    if mail := pressed(request, actions.send_report, pk, by=request.user):
        messages.success(request, f"On its way to {mail.to_address}.")
    return redirect("checkin:sponsor-report", conference.slug, pk)


@require_POST
@staff_page(Role.SPONSORSHIP)
def send_all(request, conference):
    """A worker does it; the list shows how far it is."""
    path = reverse("checkin:sponsor-reports", args=[conference.slug])
    if conference.is_closed or not conference.is_over():
        messages.error(request, "Reports can be sent between the last day and the closing.")
        return redirect(path)
    transaction.on_commit(partial(send_sponsor_reports.delay, conference.pk, request.user.pk))
    return redirect(f"{path}?going=1")


# --- behind the sponsor's own link -------------------------------------------------------------


def own_report(view):
    """For the sponsor: after the last day, and only while its deal stands."""

    @require_GET
    @portal_page
    def guarded(request, portal):
        if not portal.deal.is_promised or not portal.deal.conference.is_over():
            raise Http404
        return view(request, portal)

    return guarded


@own_report
def own(request, portal):
    context = {
        "conference": portal.deal.conference,
        "portal": portal,
        "deal": portal.deal,
        "report": report(portal.deal),
    }
    return render(request, "checkin/portal_report.html", context)


@own_report
def own_pdf(request, portal: Portal):
    return sheets(portal.deal)
