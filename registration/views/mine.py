"""What one person has, in all editions."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from .. import qr
from ..models import Order, Ticket


@require_GET
@login_required
def my_orders(request):
    orders = (
        Order.objects.collected_by(request.user)
        .select_related("conference")
        .prefetch_related("lines__ticket_type", "lines__add_on")
    )
    held = (
        Ticket.objects.admitting()
        .held_by(request.user)
        .filter(conference__closed_at=None)
        .select_related("conference", "ticket_type")
        .order_by("conference__starts_on", "pk")
    )
    for ticket in held:
        ticket.ticket_type.conference = ticket.conference
    orders = list(orders[:100])
    for order in orders:
        order.things = [line.thing() for line in order.lines.all() if line.credits_id is None]
    context = {"orders": orders, "held": held[:100]}
    return render(request, "registration/my_orders.html", context)


@require_GET
@login_required
def my_ticket_qr(request, ticket):
    held = Ticket.objects.admitting().held_by(request.user)
    found = get_object_or_404(held, code=ticket)
    return HttpResponse(qr.svg(found.code), content_type="image/svg+xml")
