"""One order, behind its secret link."""

import json

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from scale import codes, throttle
from scale.accounts import too_many
from scale.auth import edition_page

from .. import actions, payments, personal, qr
from ..documents import receipt
from ..models import GroupCode, Order, RetiredCode, SaleRules, Ticket


def order_page(view):
    """For views at an order's link: the Order in place of code and secret.

    A wrong secret is told like a wrong code. Only wrong ones are counted: a
    hall full of people behind one address must get at their tickets.
    """

    def guarded(request, conference, code, secret, **kwargs):
        order = conference.orders.filter(code=code).first()
        matches = codes.secret_matches("order", order.nonce if order else "", secret)
        if order is None or not matches:
            try:
                throttle.hit("order link", throttle.client(request), limit=30, seconds=900)
            except throttle.Throttled as error:
                return too_many(request, error)
            raise Http404
        order.conference = conference
        return view(request, order, **kwargs)

    return edition_page(guarded)


@require_GET
@order_page
def order(request, order):
    if order.waits_for_names:
        return redirect("registration:details", order.conference.slug, order.code, order.secret)
    lines = list(order.lines.select_related("ticket_type", "add_on", "ticket").order_by("pk"))
    tickets = tickets_of(order)
    is_open = order.status == Order.Status.PENDING and not order.has_run_out()
    providers = payments.offered(order) if is_open else []
    pages = list(order.payment_sessions.open()) if is_open else []
    if order.promo_code:
        order.promo_code.conference = order.conference
    context = {
        "conference": order.conference,
        "order": order,
        "lines": lines,
        "tickets": tickets,
        "named": [one for one in tickets if one.attendee_name],
        "group": group_code(order, tickets),
        "total": sum(line.price for line in lines),
        "payments": order.payments.all(),
        "refunds": order.refunds.all(),
        "has_run_out": order.has_run_out(),
        "again": again_link(tickets),
        "upgraded": upgraded(order),
        "providers": providers,
        "debit": any(page.finished_at for page in pages),
        "can_drop": is_open and not (pages or order.upgrades_id or order.due_on),
        "seconds": seconds_left(order) if is_open and not order.due_on else 0,
    }
    response = render(request, "registration/order.html", context)
    response._csp_update = {"form-action": [h for one in providers for h in one.form_hosts]}
    return response


def seconds_left(order):
    return max(0, int((order.expires_at - timezone.now()).total_seconds()))


def group_code(order, tickets):
    """The code for those of the order's places that nobody is named for, or None."""
    open_places = sum(not one.attendee_name for one in tickets)
    found = GroupCode.objects.filter(order=order).first() if open_places else None
    if found:
        found.left = open_places
    return found


def upgraded(order):
    """The ticket that the order upgrades, while it is with whom it was then."""
    if order.upgrades is None:
        return None
    order.upgrades.conference = order.conference
    gone = order.upgrades.retired_codes.filter(retired_at__gte=order.created_at)
    return None if gone.exists() else order.upgrades


def again_link(tickets):
    """The query of a checkout with the same tickets."""
    types = [ticket.ticket_type for ticket in tickets]
    return "&".join(f"{one.code}={types.count(one)}" for one in dict.fromkeys(types))


def tickets_of(order):
    """The live tickets, each with `is_passed_on`: its code is the new holder's alone."""
    gone = RetiredCode.objects.filter(ticket=OuterRef("pk"))
    found = order.tickets.live().select_related("ticket_type").annotate(is_passed_on=Exists(gone))
    tickets = list(found.order_by("pk"))
    for ticket in tickets:
        ticket.conference = ticket.ticket_type.conference = order.conference
    return tickets


@require_GET
@order_page
def ticket_qr(request, order, ticket):
    shown = Ticket.objects.admitting().filter(retired_codes=None)
    found = get_object_or_404(shown, order=order, code=ticket)
    return HttpResponse(qr.svg(found.code), content_type="image/svg+xml")


@require_GET
@order_page
def receipt_pdf(request, order):
    if order.is_cart:
        raise Http404
    found = Order.objects.select_related("conference").prefetch_related(
        "lines__ticket", "lines__ticket_type", "lines__add_on", "payments", "refunds__payment"
    )
    rules = SaleRules.objects.of(order.conference)
    content = receipt.pdf(found.get(pk=order.pk), seller=rules.seller or order.conference.name)
    return as_file(content, "application/pdf", f"receipt-{order.code}.pdf")


@require_GET
@order_page
def order_data(request, order):
    """Everything we hold about the order and who is on it, for a machine or a curious person."""
    content = json.dumps(personal.of_order(order), indent=2, ensure_ascii=False)
    return as_file(content, "application/json; charset=utf-8", f"order-{order.code}.json")


def as_file(content, content_type, name):
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@order_page
def drop_upgrade(request, order):
    if actions.drop_upgrade(order):
        messages.success(request, "The upgrade is given up. The ticket is what it was.")
    else:
        messages.info(request, "There was no upgrade left to give up.")
    return redirect(order)
