"""Booths for projects: the public form and link, and the committee's list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import codes, throttle
from scale.accounts import too_many
from scale.auth import edition_page, staff_page
from scale.text import render_markdown

from .. import actions
from ..forms import ApplicationForm, ApplicationSearchForm, BoothCallForm, DecisionForm
from ..models import BoothApplication, BoothCall
from . import WRITERS, acted, pressed, rights_of

LINES = 50
ASKS = {"limit": 20, "seconds": 3600}
MAILS = {"limit": 5, "seconds": 3600}
Status = BoothApplication.Status


def call_of(conference):
    return BoothCall.objects.filter(conference=conference).select_related("package").first()


@require_http_methods(["GET", "POST"])
@edition_page
def application_new(request, conference):
    """Whether an address has asked before is told to that address alone."""
    call = call_of(conference)
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            throttle.hit("booth application", throttle.client(request), **ASKS)
            throttle.hit("booth application mail", form.cleaned_data["email"], **MAILS)
        except throttle.Throttled as error:
            form.add_error(None, str(error))
        else:
            if acted(form, actions.apply_for_booth, conference, **form.facts):
                request.session["asked_for_booth"] = form.cleaned_data["email"]
                return redirect("sponsors:application-new", conference.slug)
    if call:
        call.conference = conference
    context = {
        "conference": conference,
        "call": call,
        "state": call.state() if call else "none",
        "introduction": render_markdown(call.introduction) if call else "",
        "form": form,
        "email": request.session.pop("asked_for_booth", ""),
    }
    return render(request, "sponsors/application_new.html", context)


def application_page(view):
    """For views at the link in the mail: the application in place of pk and secret."""

    def guarded(request, conference, pk, secret):
        rows = BoothApplication.objects.filter(conference=conference, pk=pk)
        found = rows.select_related("sponsorship").first()
        matches = codes.secret_matches("booth application", found.nonce if found else "", secret)
        if found is None or not matches:
            try:
                throttle.hit("application link", throttle.client(request), limit=30, seconds=900)
            except throttle.Throttled as error:
                return too_many(request, error)
            raise Http404
        found.conference = conference
        return view(request, found)

    return edition_page(guarded)


@require_GET
@application_page
def application_mine(request, application):
    booths = application.sponsorship.booths.all() if application.sponsorship else []
    context = {
        "conference": application.conference,
        "application": application,
        "booths": booths,
        "may_withdraw": Status.WITHDRAWN in application.MOVES[application.status]
        and not application.conference.is_closed,
    }
    return render(request, "sponsors/application_mine.html", context)


@require_POST
@application_page
def application_withdraw(request, application):
    if pressed(request, actions.withdraw_application, application):
        messages.success(request, "The application is withdrawn.")
    return redirect(application)


@require_GET
@staff_page(*WRITERS)
def applications(request, conference):
    form = ApplicationSearchForm(request.GET)
    rows = form.narrow(BoothApplication.objects.filter(conference=conference))
    numbers = BoothApplication.objects.numbers(conference)
    context = {
        "conference": conference,
        "form": form,
        "call": call_of(conference),
        "page": Paginator(rows, LINES).get_page(request.GET.get("page")),
        "bars": [(status, status.label, number) for status, number in numbers.items()],
        "total": sum(numbers.values()),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/applications.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def application(request, conference, pk):
    """One application; POST decides, or with `look` shows the mail that would go out."""
    rows = BoothApplication.objects.select_related("sponsorship__organization", "decided_by")
    row = get_object_or_404(rows, pk=pk, conference=conference)
    row.conference = conference
    form = DecisionForm(request.POST or None, application=row)
    shown = None
    if request.method == "POST" and form.is_valid():
        if "look" in request.POST:
            shown = mail_for(row, form.cleaned_data)
        elif acted(form, actions.decide_application, row, by=request.user, **form.cleaned_data):
            messages.success(request, f"Decided. The mail to {row.contact_name} is on its way.")
            return redirect("sponsors:applications", conference.slug)
    context = {
        "conference": conference,
        "application": row,
        "form": form,
        "mail": shown,
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/application.html", context)


def mail_for(row, decided):
    """(subject, text) as if it were decided so; nothing is saved."""
    before = row.status, row.words
    row.status, row.words = decided["status"], decided["words"]
    subject, text = actions.decision_mail(row)
    row.status, row.words = before
    # The link opens the application; it is for them alone.
    return subject, text.replace(row.secret, "…")


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def booth_call(request, conference):
    """When projects may ask, and what accepted ones get."""
    form = BoothCallForm(request.POST or None, conference=conference, call=call_of(conference))
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, actions.set_booth_call, conference, **form.facts)
    ):
        messages.success(request, "Saved.")
        return redirect("sponsors:applications", conference.slug)
    context = {"conference": conference, "form": form}
    return render(request, "sponsors/booth_call.html", context)
