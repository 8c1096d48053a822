from django.shortcuts import render
from django.views.decorators.http import require_GET

from scale.auth import staff_page
from scale.models import Role

from .. import figures
from ..models import TicketType


@require_GET
@staff_page(Role.REGISTRATION, Role.FINANCE)
def dashboard(request, conference):
    today = figures.distance(conference)
    now = figures.curve(conference)
    before = figures.edition_before(conference)
    then = figures.curve(before) if before else None
    curves = [one for one in (now, then) if one]
    last = max(now.tickets, default=0)
    context = {
        "conference": conference,
        "types": TicketType.objects.filter(conference=conference).sold(),
        "sold": now.at(last),
        "before": before,
        "then": then.at(today) if then else None,
        "today": today,
        "charts": [
            ("Tickets sold", figures.chart(curves, "tickets", today), False),
            ("Revenue", figures.chart(curves, "revenue", today), True),
        ],
        "promos": figures.promos(conference),
        "extras": figures.extras(conference),
        "answers": figures.answers(conference),
        "abandoned": figures.abandoned(conference),
        "warnings": figures.stock_warnings(conference),
    }
    return render(request, "registration/dashboard.html", context)
