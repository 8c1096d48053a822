"""One ticket, behind its holder's secret link: it shows nothing else of its order."""

import functools
import re

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import codes, throttle
from scale.accounts import too_many
from scale.auth import edition_page
from scale.editions import EditionClosed

from .. import actions, bindings, calendar, qr, workshops
from ..documents import letter
from ..documents import ticket as ticket_sheet
from ..forms import ConfirmUpgradeForm, CorrectForm, GiveBackForm, LetterForm, PassOnForm, Upgrade
from ..models import Order, SaleRules, Ticket, VisaRequest, WaitlistEntry
from .orders import as_file

AGAIN = {"limit": 3, "seconds": 3600}


def ticket_page(view):
    """For views at a ticket's link: the Ticket in place of code and secret.

    A wrong secret is told like a wrong code, and like one that was passed on;
    only wrong ones are counted, as at an order's link.
    """

    @functools.wraps(view)
    def guarded(request, conference, code, secret, **kwargs):
        found = Ticket.objects.filter(conference=conference, code=code)
        ticket = found.select_related("order__promo_code", "ticket_type").first()
        matches = codes.secret_matches("ticket", ticket.nonce if ticket else "", secret)
        if ticket is None or not matches:
            try:
                throttle.hit("ticket link", throttle.client(request), limit=30, seconds=900)
            except throttle.Throttled as error:
                return too_many(request, error)
            raise Http404
        ticket.conference = ticket.ticket_type.conference = conference
        return view(request, ticket, **kwargs)

    return edition_page(guarded)


def in_force(view):
    """For what only a valid ticket has; else back to the page that says why."""

    @functools.wraps(view)
    def guarded(request, ticket, **kwargs):
        return view(request, ticket, **kwargs) if admits(ticket) else redirect(ticket)

    return guarded


def admits(ticket):
    paid = ticket.order is None or ticket.order.status == Order.Status.PAID
    return ticket.status == Ticket.Status.LIVE and paid


def context_of(ticket, **more):
    return {"conference": ticket.conference, "ticket": ticket, **more}


@require_GET
@ticket_page
def ticket(request, ticket):
    look_for_seats(ticket)
    rules = SaleRules.objects.of(ticket.conference)
    lines = [line for line in actions.lines_in_force(ticket) if line.add_on_id]
    offered = workshops.of_ticket(ticket, lines)
    seats = {seat.add_on.pk for seat in offered.held}
    context = context_of(
        ticket,
        rules=rules,
        admits=admits(ticket),
        lines=[line for line in lines if line.add_on_id not in seats],
        workshops=offered,
        bound=bindings.why_bound(ticket),
        asked=ticket.cancellation_requests.order_by("-pk").first(),
        letter=VisaRequest.objects.filter(ticket=ticket).first(),
        waiting=ticket.upgrade_orders.filter(status=Order.Status.PENDING).first(),
    )
    return render(request, "registration/ticket.html", context)


def look_for_seats(ticket):
    """Who looks frees what has run out, so that a seat waits for no clock."""
    waiting = ticket.waitlist.filter(status=WaitlistEntry.Status.WAITING)
    quotas = [pk for pk in waiting.values_list("add_on__quotas", flat=True) if pk]
    if quotas and not ticket.conference.is_closed:
        actions.free_places(quotas)
        actions.serve_seats(quotas)


@require_GET
@ticket_page
@in_force
def holder_qr(request, ticket):
    return HttpResponse(qr.svg(ticket.code), content_type="image/svg+xml")


@require_GET
@ticket_page
@in_force
def ticket_pdf(request, ticket):
    found = Ticket.objects.select_related("conference", "ticket_type", "order")
    full = found.prefetch_related("lines__add_on", "lines__order").get(pk=ticket.pk)
    return as_file(ticket_sheet.pdf(full), "application/pdf", f"ticket-{ticket.code}.pdf")


@require_GET
@ticket_page
@in_force
def ticket_calendar(request, ticket):
    name = f"{ticket.conference.slug}.ics"
    return as_file(calendar.entry(ticket), "text/calendar; charset=utf-8", name)


@require_http_methods(["GET", "POST"])
@ticket_page
@in_force
def correct(request, ticket):
    rules = SaleRules.objects.of(ticket.conference)
    if not rules.may_correct():
        messages.error(request, "The last day for corrections is over. Please tell the desk.")
        return redirect(ticket)
    form = CorrectForm(request.POST or None, instance=ticket, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_attendee(form.corrected())
        except actions.PassedOn as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Saved. Your code is what it was.")
        return redirect(ticket)
    return render(request, "registration/ticket_correct.html", context_of(ticket, form=form))


@require_POST
@ticket_page
@in_force
def send_again(request, ticket):
    try:
        throttle.hit("ticket again", ticket.code, **AGAIN)
    except throttle.Throttled as error:
        messages.error(request, f"It was sent a moment ago. {error}")
        return redirect(ticket)
    if actions.mail_again(ticket, key=f"{timezone.now():%Y%m%d%H%M}"):
        messages.success(request, "The mail is on its way.")
    else:
        messages.error(request, "There is no e-mail address on the ticket yet. Please add one.")
    return redirect(ticket)


@require_http_methods(["GET", "POST"])
@ticket_page
@in_force
def pass_on(request, ticket):
    form = PassOnForm(request.POST or None, ticket=ticket)
    if request.method == "POST" and form.is_valid():
        try:
            passed = actions.pass_on(ticket, **form.cleaned_data)
        except (actions.CannotPassOn, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            request.session["passed_on"] = [passed.attendee_name, passed.attendee_email]
            return redirect("registration:passed-on", ticket.conference.slug)
    rules = SaleRules.objects.of(ticket.conference)
    context = context_of(
        ticket, form=form, rules=rules, open=rules.may_pass_on() and ticket.order_id
    )
    context["bound"] = bindings.why_bound(ticket)
    return render(request, "registration/ticket_pass_on.html", context)


@require_GET
@edition_page
def passed_on(request, conference):
    """The old link is dead by now, so the page stands by itself."""
    name, email = request.session.pop("passed_on", None) or ("", "")
    if not name:
        return redirect("registration:tickets", conference.slug)
    context = {"conference": conference, "name": name, "email": email}
    return render(request, "registration/passed_on.html", context)


@require_http_methods(["GET", "POST"])
@ticket_page
@in_force
def upgrade(request, ticket):
    """Choosing is a GET, so that it can be looked at; POST of the same address does it."""
    asked = Upgrade(ticket, request.GET)
    form = ConfirmUpgradeForm(request.POST or None)
    problem = asked.problem
    if request.method == "POST" and form.is_valid() and not problem:
        try:
            order, _ = actions.upgrade_ticket(
                ticket, asked.chosen_type, asked.chosen, **form.cleaned_data, user=account(request)
            )
        except (actions.CannotUpgrade, actions.NotOnSale, EditionClosed) as error:
            problem = str(error)
        except actions.SoldOut:
            problem = "What you chose was sold out a moment ago."
        else:
            if order.status == Order.Status.PAID:
                messages.success(request, "Done. Your code is what it was.")
                return redirect(ticket)
            return redirect(order)
    context = context_of(
        ticket,
        upgrade=asked,
        problem=problem,
        form=ConfirmUpgradeForm.showing(asked.cost),
        waiting=ticket.upgrade_orders.filter(status=Order.Status.PENDING).first(),
        closed=ticket.conference.is_closed,
    )
    return render(request, "registration/ticket_upgrade.html", context)


def account(request):
    return request.user if request.user.is_authenticated else None


@require_http_methods(["GET", "POST"])
@ticket_page
@in_force
def give_back(request, ticket):
    form = GiveBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_to_cancel(ticket, why=form.cleaned_data["why"])
        except (actions.CannotAsk, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "We have your wish. You get an answer by mail.")
            return redirect(ticket)
    rules = SaleRules.objects.of(ticket.conference)
    context = context_of(
        ticket,
        form=form,
        open=rules.may_ask_to_cancel() and ticket.order_id,
        bound=bindings.why_bound(ticket),
        asked=ticket.cancellation_requests.filter(open_ticket=ticket.pk).first(),
        terms=ticket.order.refund_terms if ticket.order else None,
    )
    return render(request, "registration/ticket_give_back.html", context)


@require_POST
@ticket_page
def keep(request, ticket):
    try:
        if actions.withdraw_cancellation(ticket):
            messages.success(request, "You keep your ticket; your wish is taken back.")
        else:
            messages.info(request, "There was nothing to take back any more.")
    except EditionClosed as error:
        messages.error(request, str(error))
    return redirect(ticket)


@require_http_methods(["GET", "POST"])
@ticket_page
@in_force
def ask_letter(request, ticket):
    rules = SaleRules.objects.of(ticket.conference)
    actions.forget_passports()
    asked = VisaRequest.objects.filter(ticket=ticket).first()
    if not rules.offers_visa_letters and asked is None:
        raise Http404
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_letter(ticket, form.cleaned_data)
        except (actions.CannotAsk, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "We have your request. You get an answer by mail.")
            return redirect(ticket)
    context = context_of(ticket, form=form, rules=rules, letter=asked)
    return render(request, "registration/ticket_letter.html", context)


@require_POST
@ticket_page
def withdraw_letter(request, ticket):
    try:
        actions.withdraw_letter(ticket)
    except EditionClosed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The request is gone, with all that you told us for it.")
    return redirect(ticket)


@require_GET
@ticket_page
@in_force
def letter_pdf(request, ticket):
    actions.forget_passports()
    approved = VisaRequest.objects.filter(status=VisaRequest.Status.APPROVED, erased_at=None)
    found = approved.select_related("ticket__conference", "ticket__order")
    asked = found.filter(ticket=ticket).first()
    if asked is None:
        raise Http404
    facts = letter.facts_of(asked, SaleRules.objects.of(ticket.conference))
    name = re.sub(r"[^a-z0-9]+", "-", ticket.conference.slug)
    return as_file(letter.pdf(facts), "application/pdf", f"letter-{name}.pdf")
