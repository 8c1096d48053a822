"""What a print station opens: the next badge, its picture and PDF, and what became of it.

The same addresses serve `manage.py print_agent` (JSON) and a browser's print dialog.
"""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ..auth import door_page, wants_json
from ..badges import actions, drawing
from ..badges.facts import facts_of
from ..badges.layouts import design_of
from ..badges.models import Badge, PrintJob
from ..models import Station

THROW_AWAY = "Another printer took this badge over. If one came out here, throw it away."
printer_page = door_page(Station.Kind.PRINTER)


@require_GET
@printer_page
def printer(request, station):
    """The badge that this printer holds, else how many wait and a button for the next."""
    held = PrintJob.objects.filter(printer=station, status=PrintJob.Status.CLAIMED).first()
    waiting = PrintJob.objects.waiting_for(station, timezone.now()).count()
    context = {
        "station": station,
        "conference": station.conference,
        "job": held,
        "waiting": waiting,
        "auto": request.GET.get("auto") == "1",
        "throw_away": THROW_AWAY,
    }
    return render(request, "checkin/printer.html", context)


def back(request):
    auto = "?auto=1" if request.POST.get("auto") == "1" else ""
    return redirect(reverse("checkin:printer") + auto)


@require_POST
@printer_page
def claim(request, station):
    job = actions.claim(station, trouble=request.POST.get("trouble", "")[:120])
    if not wants_json(request):
        return back(request)
    if job is None:
        return HttpResponse(status=204)
    where = reverse("checkin:print-pdf", args=[job.pk, job.attempt])
    return JsonResponse({"job": job.pk, "attempt": job.attempt, "pdf": where})


def badge_of(station, pk, attempt):
    job = actions.fetch(station, pk, attempt)
    return facts_of(Badge.objects.drawn().get(pk=job.badge_id))


@require_GET
@printer_page
def print_pdf(request, station, pk, attempt):
    try:
        content = drawing.pdf([badge_of(station, pk, attempt)], design_of(station.conference))
    except actions.NotYours:
        return gone(request)
    return HttpResponse(content, content_type="application/pdf")


@require_GET
@printer_page
def print_picture(request, station, pk, attempt):
    try:
        content = drawing.svg(badge_of(station, pk, attempt), design_of(station.conference))
    except actions.NotYours:
        return gone(request)
    return HttpResponse(content, content_type="image/svg+xml")


@require_GET
@door_page(Station.Kind.PRINTER, Station.Kind.DESK)
def print_page_size(request, station):
    """Tells the browser's print dialog how large a badge is."""
    design = design_of(station.conference)
    size = f"{design.width:g}mm {design.height:g}mm"
    return HttpResponse(f"@page {{ size: {size}; margin: 0 }}\n", content_type="text/css")


@require_POST
@printer_page
def report(request, station, pk, attempt):
    printed = request.POST.get("result") == "printed"
    why = request.POST.get("why", "") or ("" if printed else "said so at the print station")
    try:
        job = actions.report(station, pk, attempt, printed=printed, why=why)
    except actions.NotYours:
        return gone(request)
    if wants_json(request):
        return JsonResponse({"job": job.pk, "status": job.status})
    if not printed:
        messages.warning(
            request, "The registration team sees that it failed and can send it again."
        )
    return back(request)


@require_POST
@printer_page
def here(request, station):
    """The open page says so again and again, and hears how many wait."""
    waiting = PrintJob.objects.waiting_for(station, timezone.now()).count()
    return JsonResponse({"waiting": waiting})


@require_POST
@printer_page
def hold(request, station, pk, attempt):
    """The same while a badge is on its screen: no other printer gets that badge."""
    try:
        actions.hold(station, pk, attempt)
    except actions.NotYours:
        return JsonResponse({"error": THROW_AWAY}, status=409)
    return HttpResponse(status=204)


def gone(request):
    if wants_json(request) or request.method == "GET":
        return JsonResponse({"error": THROW_AWAY}, status=409)
    messages.error(request, THROW_AWAY)
    return back(request)
