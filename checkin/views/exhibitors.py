"""What the sponsorship committee sees: which exhibitors scan, how much, and their files."""

import re

import structlog
from django.db.models import Count, Max, Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from registration.models import SaleRules, Ticket
from scale.auth import staff_page
from scale.models import AuditEntry, Role
from sponsors.models import Organization

from ..leads import sheets
from ..models import Lead, Station

log = structlog.get_logger()


@require_GET
@staff_page(Role.SPONSORSHIP)
def exhibitors(request, conference):
    """Numbers alone: whom they scanned is the exhibitors' own."""
    here = Q(leads__ticket__conference=conference, leads__taken_back_at=None)
    own = Station.objects.filter(conference=conference).exclude(organization=None)
    rows = Organization.objects.filter(
        Q(pk__in=own.values("organization"))
        | Q(pk__in=Lead.objects.of_edition(conference).values("exhibitor"))
    )
    rows = rows.annotate(
        handed=Count("leads", filter=here), latest=Max("leads__scanned_at", filter=here)
    )
    stations: dict[int, list[Station]] = {}
    for station in own.order_by("name"):
        stations.setdefault(station.organization_id, []).append(station)
    found = list(rows.order_by("name"))
    for one in found:
        one.own_stations = stations.get(one.pk, [])
    agreed = Q(shares_name=True) | Q(shares_organization=True)
    agreed |= Q(shares_email=True) | Q(shares_phone=True)
    tickets = Ticket.objects.admitting().filter(conference=conference)
    context = {
        "conference": conference,
        "exhibitors": found,
        "rules": SaleRules.objects.of(conference),
        **tickets.aggregate(tickets=Count("pk"), agreed=Count("pk", filter=agreed)),
    }
    return render(request, "checkin/exhibitors.html", context)


@require_GET
@staff_page(Role.SPONSORSHIP)
def exhibitor_file(request, conference, pk):
    """What an exhibitor has on its phones, to be sent to it; not what was taken back."""
    found = get_object_or_404(Organization, pk=pk)
    leads = Lead.objects.standing().of_edition(conference).filter(exhibitor=found)
    if not leads.exists():
        get_object_or_404(Station, conference=conference, organization=found)
    log.info("exported", table="leads", exhibitor=found.pk, by=request.user.pk)
    AuditEntry.objects.tell(
        conference, "exported", why=f"contacts of {found}"[:200], by=request.user
    )
    name = re.sub(r"[^a-z0-9]+", "-", found.name.lower()).strip("-") or "exhibitor"
    return sheets.csv(leads, conference, f"{conference.slug}-{name}-contacts")
