"""Setting up the sale, and what attendees need, for the few who are to know."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scale.auth import staff_page
from scale.models import Role

from ..checklist import TODO, steps
from ..models import SaleRules, Ticket

PER_PAGE = 100


@require_GET
@staff_page(Role.REGISTRATION)
def sale(request, conference):
    """What is set up and what is left, in the order in which it is done."""
    found = steps(conference)
    context = {
        "conference": conference,
        "steps": found,
        "left": sum(step.state == TODO for step in found),
        "reads_needs": SaleRules.objects.of(conference).is_read_by(request.user),
    }
    return render(request, "registration/sale.html", context)


@require_GET
@staff_page()
def needs(request, conference):
    """Accessibility needs, for those whom the sale rules name and nobody else."""
    if not SaleRules.objects.of(conference).is_read_by(request.user):
        raise PermissionDenied
    tickets = Ticket.objects.filter(conference=conference).admitting()
    told = tickets.exclude(accessibility_needs="").select_related("ticket_type")
    page = Paginator(told.order_by("attendee_name", "pk"), PER_PAGE)
    context = {"conference": conference, "tickets": page.get_page(request.GET.get("page"))}
    return render(request, "registration/needs.html", context)
