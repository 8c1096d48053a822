"""One order, behind its secret link."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from scale import codes, throttle
from scale.accounts import too_many
from scale.auth import edition_page

from .. import payments, qr
from ..models import GroupCode, Order, Ticket


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
    tickets = list(order.tickets.live().select_related("ticket_type").order_by("pk"))
    for ticket in tickets:
        ticket.ticket_type.conference = order.conference
    is_open = order.status == Order.Status.PENDING and not order.has_run_out()
    providers = payments.offered(order) if is_open else []
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
        "providers": providers,
        "debit": is_open and order.payment_sessions.open().exclude(finished_at=None).exists(),
    }
    response = render(request, "registration/order.html", context)
    response._csp_update = {"form-action": [h for one in providers for h in one.form_hosts]}
    return response


def group_code(order, tickets):
    """The code for those of the order's places that nobody is named for, or None."""
    open_places = sum(not one.attendee_name for one in tickets)
    found = GroupCode.objects.filter(order=order).first() if open_places else None
    if found:
        found.left = open_places
    return found


def again_link(tickets):
    """The query of a checkout with the same tickets."""
    types = [ticket.ticket_type for ticket in tickets]
    return "&".join(f"{one.code}={types.count(one)}" for one in dict.fromkeys(types))


@require_GET
@order_page
def ticket_qr(request, order, ticket):
    found = get_object_or_404(Ticket.objects.admitting(), order=order, code=ticket)
    return HttpResponse(qr.svg(found.code), content_type="image/svg+xml")
