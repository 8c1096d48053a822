"""What registration and the door team see of badges: who has one, the sheets, the printers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration.models import Ticket
from scale import codes
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from ..badges import actions, drawing, layouts
from ..badges.facts import example, facts_of, facts_of_ticket, missing_scripts
from ..badges.forms import DropForm, FilterForm, LayoutForm, ReprintForm, WhereForm, printers_of
from ..badges.models import Badge, BadgeLayout, PrintJob
from .staff import CLOSED

PER_PAGE = 50
MOST_AT_ONCE = 2000
MOST_TO_PRINTER = 200
team_page = staff_page(Role.REGISTRATION, Role.DOOR)


def chosen_tickets(conference, wanted):
    """The edition's tickets that admit somebody by name, as the filter says."""
    rows = Ticket.objects.filter(conference=conference).admitting().exclude(attendee_name="")
    if words := wanted["q"]:
        rows = rows.filter(
            Q(attendee_name__icontains=words)
            | Q(organization__icontains=words)
            | Q(code=codes.clean_code(words))
        )
    if wanted["kind"]:
        rows = rows.filter(ticket_type=wanted["kind"])
    if wanted["state"] == "none":
        rows = rows.exclude(badges__status=Badge.Status.LIVE)
    elif wanted["state"]:
        live = Badge.objects.live().filter(printed_at__isnull=wanted["state"] == "waiting")
        rows = rows.filter(pk__in=live.values("ticket"))
    return rows.order_by("surname", "attendee_name", "pk")


@require_GET
@team_page
def badges(request, conference):
    form = FilterForm(request.GET, conference=conference)
    rows = chosen_tickets(conference, form.wanted())
    live = Badge.objects.live().select_related("station")
    told = rows.select_related("ticket_type", "conference").prefetch_related(
        "ribbons", Prefetch("badges", live, to_attr="live_badges")
    )
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    for ticket in page:
        ticket.missing = missing_scripts(facts_of_ticket(ticket, ""))
    context = {
        "conference": conference,
        "form": form,
        "page": page,
        "printers": printers_of(conference),
        "asked": {name: request.GET.get(name, "")[:100] for name in form.fields},
    }
    return render(request, "checkin/badges.html", context)


@require_POST
@team_page
def print_several(request, conference):
    """Those ticked, or all that the filter shows: on sheets, or to the printers."""
    if "all" in request.POST:
        wanted = FilterForm(request.POST, conference=conference).wanted()
        rows = chosen_tickets(conference, wanted)
    else:
        ticked = [
            int(pk) for pk in request.POST.getlist("ticket") if pk.isdecimal() and len(pk) < 18
        ]
        rows = Ticket.objects.filter(conference=conference, pk__in=ticked)
    to_printer = request.POST.get("to") == "printer"
    pks = list(rows.values_list("pk", flat=True)[: MOST_TO_PRINTER if to_printer else MOST_AT_ONCE])
    if not pks:
        messages.error(request, "Tick somebody first.")
        return redirect("checkin:badges", conference.slug)
    try:
        if to_printer:
            return queued(request, conference, pks)
        name, n = actions.print_sheets(conference, pks, by=request.user)
    except EditionClosed:
        messages.error(request, CLOSED)
        return redirect("checkin:badges", conference.slug)
    if n < len(pks):
        messages.info(
            request, f"{len(pks) - n} of {len(pks)} have a badge already or admit nobody."
        )
    return (
        redirect("checkin:badge-run", conference.slug, name)
        if n
        else redirect("checkin:badges", conference.slug)
    )


def queued(request, conference, pks):
    form = WhereForm(request.POST, conference=conference)
    printer = form.cleaned_data["printer"] if form.is_valid() else None
    n = 0
    for pk in pks:
        try:
            actions.print_badge(pk, printer=printer, by=request.user)
            n += 1
        except actions.CannotPrint:
            continue
    says = f"{n} on their way to the printer."
    messages.success(request, says) if n else messages.info(request, "All have a badge already.")
    return redirect("checkin:printers", conference.slug)


def run_of(conference, run):
    rows = Badge.objects.drawn().filter(run=run, ticket__conference=conference)
    return rows.order_by("ticket__surname", "ticket__attendee_name", "pk")


@require_GET
@team_page
def run(request, conference, run):
    found = list(run_of(conference, run))
    if not found:
        return get_object_or_404(Badge, pk=None)
    live = [one for one in found if one.status == Badge.Status.LIVE]
    design = layouts.design_of(conference)
    across, down = drawing.grid(design)
    missing = {script for one in live for script in missing_scripts(facts_of(one))}
    context = {
        "conference": conference,
        "run": run,
        "badges": live,
        "gone": len(found) - len(live),
        "per_sheet": across * down,
        "missing": sorted(missing),
    }
    return render(request, "checkin/badge_run.html", context)


def as_pdf(content):
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="badges.pdf"'},
    )


@never_cache
@require_GET
@team_page
def run_pdf(request, conference, run):
    """On sheets, or one to a page for a badge printer. Old ones are left out."""
    found = [facts_of(one) for one in run_of(conference, run).live()]
    if not found:
        return get_object_or_404(Badge, pk=None)
    draw = drawing.pdf if request.GET.get("one") else drawing.sheets
    return as_pdf(draw(found, layouts.design_of(conference)))


# --- one ticket's badge -----------------------------------------------------------------------


def ticket_of(conference, code):
    rows = Ticket.objects.select_related("ticket_type", "conference", "order")
    return get_object_or_404(rows, conference=conference, code=codes.clean_code(code))


@require_http_methods(["GET", "POST"])
@team_page
def badge(request, conference, code):
    """Look at it, print it, print it again with a reason."""
    ticket = ticket_of(conference, code)
    history = list(ticket.badges.select_related("station", "by").order_by("-pk"))
    live = next((one for one in history if one.status == Badge.Status.LIVE), None)
    form = (ReprintForm if live else WhereForm)(request.POST or None, conference=conference)
    if request.method == "POST" and form.is_valid() and printed(request, ticket, form):
        return redirect("checkin:badge", conference.slug, ticket.code)
    context = {
        "conference": conference,
        "ticket": ticket,
        "live": live,
        "may_open": request.user.has_role(conference, Role.REGISTRATION),
        "history": history,
        "form": form,
        "missing": missing_scripts(facts_of_ticket(ticket, "")),
    }
    return render(request, "checkin/badge.html", context)


def printed(request, ticket, form):
    """Whether it was done; why not stands on the form."""
    why, printer = form.cleaned_data.get("why", ""), form.cleaned_data["printer"]
    try:
        if request.POST.get("to") == "here":
            actions.print_here(ticket.pk, why=why, by=request.user)
            messages.success(request, "It counts as printed. Open the PDF and print it.")
        elif why:
            actions.reprint(ticket.pk, why=why, printer=printer, by=request.user)
            messages.success(request, "A new badge is on its way; the old one is void.")
        else:
            actions.print_badge(ticket.pk, printer=printer, by=request.user)
            messages.success(request, "It is on its way to the printer.")
    except actions.CannotPrint as error:
        form.add_error(None, str(error))
        return False
    except EditionClosed:
        form.add_error(None, CLOSED)
        return False
    return True


@never_cache
@require_GET
@team_page
def picture(request, conference, code):
    """What it will look like. Its code is an example: a photograph of it is worth nothing."""
    ticket = ticket_of(conference, code)
    facts = facts_of_ticket(ticket, example(conference).code)
    return HttpResponse(
        drawing.svg(facts, layouts.design_of(conference)), content_type="image/svg+xml"
    )


@never_cache
@require_GET
@team_page
def badge_pdf(request, conference, code):
    """The live badge, once it was printed here; one that waits for a printer is that printer's."""
    rows = Badge.objects.drawn().live().filter(station=None, printed_at__isnull=False)
    found = get_object_or_404(rows, ticket=ticket_of(conference, code))
    return as_pdf(drawing.pdf([facts_of(found)], layouts.design_of(conference)))


# --- the look ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def layout(request, conference):
    """Begins with a look that needs no set-up; another preset is a click."""
    row = BadgeLayout.objects.filter(conference=conference).first()
    chosen = request.GET.get("preset", "")
    if chosen in layouts.PRESETS:
        design = layouts.preset(chosen, conference)
    else:
        design = layouts.from_row(row) if row else layouts.preset("badge", conference)
    row = row or BadgeLayout(conference=conference)
    size = {"width_mm": design.width, "height_mm": design.height, "paper": design.paper}
    form = LayoutForm(
        request.POST or None,
        request.FILES or None,
        instance=row,
        initial=size,
        design=design,
        types=conference.ticket_types.select_related("conference").order_by("pk"),
    )
    if request.method == "POST" and form.is_valid():
        if conference.is_closed:
            raise PermissionDenied
        if form.cleaned_data["new_logo"]:
            row.logo = form.cleaned_data["new_logo"]
        form.save()
        messages.success(request, "Saved: from now on badges look like this.")
        return redirect("checkin:badge-layout", conference.slug)
    context = {
        "conference": conference,
        "form": form,
        "presets": [(key, words) for key, (words, *_) in layouts.PRESETS.items()],
        "chosen": chosen if chosen in layouts.PRESETS else "",
        "query": urlencode({"preset": chosen}) if chosen in layouts.PRESETS else "",
    }
    return render(request, "checkin/badge_layout.html", context)


def shown_design(request, conference):
    chosen = request.GET.get("preset", "")
    if chosen in layouts.PRESETS:
        return layouts.preset(chosen, conference)
    return layouts.design_of(conference)


@never_cache
@require_GET
@staff_page(Role.REGISTRATION)
def layout_picture(request, conference):
    name = request.GET.get("name", "")[:120] or example(conference).name
    content = drawing.svg(example(conference, name=name), shown_design(request, conference))
    return HttpResponse(content, content_type="image/svg+xml")


@never_cache
@require_GET
@staff_page(Role.REGISTRATION)
def layout_pdf(request, conference):
    """A sheet of examples to cut and hold in the hand."""
    design = shown_design(request, conference)
    across, down = drawing.grid(design)
    return as_pdf(drawing.sheets([example(conference)] * max(1, across * down), design))


# --- printers ---------------------------------------------------------------------------------


@require_GET
@team_page
def printers(request, conference):
    """Each with what waits for it; whoever said nothing for long is not called ready."""
    now, backlog = timezone.now(), PrintJob.objects.backlog(conference)
    found = printers_of(conference).select_related("printer_report").order_by("name")
    rows = [(one, one.silence(now), *backlog.get(one.pk, (0, 0))) for one in found]
    unfinished = PrintJob.objects.filter(conference=conference).exclude(
        status__in=[PrintJob.Status.PRINTED, PrintJob.Status.DROPPED]
    )
    jobs = unfinished.select_related("badge__ticket", "wanted", "printer").order_by("pk")
    context = {
        "conference": conference,
        "printers": rows,
        "anyones": backlog.get(None, (0, 0)),
        "jobs": Paginator(jobs, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "checkin/printers.html", context)


@require_POST
@team_page
def again(request, conference, pk):
    """A failed one back into the queue, or one that waits to another printer."""
    job = get_object_or_404(PrintJob, pk=pk, conference=conference)
    form = WhereForm(request.POST, conference=conference)
    printer = form.cleaned_data["printer"] if form.is_valid() else None
    try:
        actions.send_again(job.pk, printer=printer)
        messages.success(request, f"It waits for {printer or 'the next free printer'}.")
    except actions.CannotPrint as error:
        messages.error(request, str(error))
    except EditionClosed:
        messages.error(request, CLOSED)
    return redirect("checkin:printers", conference.slug)


@require_http_methods(["GET", "POST"])
@team_page
def drop(request, conference, pk):
    """Out of the queue, with a reason; its ticket can be printed anew."""
    rows = PrintJob.objects.select_related("badge__ticket", "wanted", "printer")
    job = get_object_or_404(rows, pk=pk, conference=conference)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.drop_job(job.pk, why=form.cleaned_data["why"], by=request.user)
            messages.success(request, "It is out of the queue; its ticket has no badge now.")
            return redirect("checkin:printers", conference.slug)
        except actions.CannotPrint as error:
            form.add_error(None, str(error))
        except EditionClosed:
            form.add_error(None, CLOSED)
    context = {"conference": conference, "job": job, "form": form}
    return render(request, "checkin/print_drop.html", context)
