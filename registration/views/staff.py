"""The staff's overview of the sale."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scale.auth import staff_page
from scale.models import Role

from ..models import Order, OrderLine, Quota, Refund, TicketType


@require_GET
@staff_page(Role.REGISTRATION, Role.FINANCE)
def staff_tickets(request, conference):
    search = request.GET.get("q", "").strip()[:100]
    found = Order.objects.filter(conference=conference).search(search).order_by("-pk")
    types = TicketType.objects.filter(conference=conference).sold()
    context = {
        "conference": conference,
        "search": search,
        "orders": Paginator(found.prefetch_related("lines"), 50).get_page(request.GET.get("page")),
        "types": types,
        "revenue": OrderLine.objects.earned(conference),
        "quotas": Quota.objects.filter(conference=conference).order_by("pk"),
        "owed": Refund.objects.to_send(conference).select_related("order", "payment"),
    }
    return render(request, "registration/staff_tickets.html", context)
