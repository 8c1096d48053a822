"""The desk's first screen: find somebody by whatever they say; and the list of everybody."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from scale.auth import staff_page
from scale.models import Role

from ..forms.attendees import AttendeeListForm
from ..models import CancellationRequest, CashDrawer, Refund, Ticket, VisaRequest

PER_PAGE = 50


@require_GET
@staff_page(Role.REGISTRATION, Role.FINANCE)
def desk(request, conference):
    """While someone types, htmx asks for the list alone; Enter on a whole code opens it."""
    words = request.GET.get("q", "")[:200]
    found = Ticket.objects.find(conference, words)
    context = {"conference": conference, "words": words.strip(), "found": found}
    if request.headers.get("HX-Request"):
        return render(request, "registration/_found.html", context)
    if len(found) == 1:
        return redirect("registration:staff-ticket", conference.slug, found[0].code)
    context |= {
        "drawers": CashDrawer.objects.open_in(conference),
        "cancellations": CancellationRequest.objects.filter(
            ticket__conference=conference, status="open"
        ).select_related("ticket__order"),
        "letters": VisaRequest.objects.filter(
            ticket__conference=conference, status="open"
        ).select_related("ticket__order"),
        "owed": Refund.objects.to_send(conference).select_related("order", "payment"),
    }
    return render(request, "registration/desk.html", context)


@require_GET
@staff_page(Role.REGISTRATION, Role.FINANCE)
def attendees(request, conference):
    """Everybody, page by page; what is asked for stands in the address."""
    form = AttendeeListForm(request.GET, conference=conference)
    rows, following = form.page(PER_PAGE)
    context = {
        "conference": conference,
        "form": form,
        "tickets": rows,
        "next": following,
        "is_first": "after" not in request.GET,
        "first": form.query(),
    }
    return render(request, "registration/attendees.html", context)
