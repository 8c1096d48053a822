"""What staff see and do about one person at the door, and about what devices disagree on."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration.models import Ticket
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role
from scale.templatetags.scale import day_clock

from .. import actions, arrivals
from ..forms import LetInForm, TakeOutForm
from ..models import CheckIn, Scan

CLOSED = "This edition is closed and can only be read."
PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION, Role.DOOR)
def ticket(request, conference, code):
    """Where this ticket was let in, every attempt, and the form that lets it in anyway."""
    rows = Ticket.objects.select_related("ticket_type", "order")
    found = get_object_or_404(rows, conference=conference, code=code)
    form = LetInForm(request.POST or None, conference=conference)
    if request.method == "POST" and form.is_valid() and let_in(request, found, form):
        arrivals.forget(conference)
        messages.success(request, f"{found.attendee_name} is in.")
        return redirect("checkin:admission", conference.slug, code)
    inside = CheckIn.objects.live().filter(ticket=found).order_by("-at")
    scans = Scan.objects.told().filter(ticket=found).select_related("by").order_by("-scanned_at")
    context = {
        "conference": conference,
        "ticket": found,
        "form": form,
        "inside": inside.select_related("station", "checkin_list"),
        "scans": scans[:PER_PAGE],
    }
    return render(request, "checkin/admission.html", context)


def let_in(request, found, form):
    """The scan; None when a rule refused it, which then stands on the form."""
    try:
        return actions.let_in(found, **form.cleaned_data, by=request.user)
    except actions.AlreadyIn as error:
        form.add_error("checkin_list", str(error))
    except EditionClosed:
        form.add_error(None, CLOSED)
    return None


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION, Role.DOOR)
def take_out(request, conference, pk):
    rows = CheckIn.objects.select_related("checkin_list__conference", "ticket", "station")
    found = get_object_or_404(rows, pk=pk, checkin_list__conference=conference)
    form = TakeOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_out(found, by=request.user, why=form.cleaned_data["why"])
        except EditionClosed:
            form.add_error(None, CLOSED)
        else:
            arrivals.forget(conference)
            messages.success(request, f"{found.ticket.attendee_name} is out again.")
            return redirect("checkin:admission", conference.slug, found.ticket.code)
    context = {"conference": conference, "checkin": found, "form": form}
    return render(request, "checkin/take_out.html", context)


@require_GET
@staff_page(Role.REGISTRATION, Role.DOOR)
def conflicts(request, conference):
    """Whom a device let in although the answer is another one."""
    rows = Scan.objects.open_conflicts(conference).told().select_related("conflict_with__station")
    page = Paginator(rows.order_by("-scanned_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "checkin/conflicts.html", {"conference": conference, "page": page})


@require_POST
@staff_page(Role.REGISTRATION, Role.DOOR)
def settle(request, conference, pk):
    rows = Scan.objects.of_edition(conference).select_related(
        *("checkin_list__conference", "ticket", "station")
    )
    found = get_object_or_404(rows, pk=pk)
    try:
        if actions.settle(found, by=request.user):
            arrivals.forget(conference)
            messages.success(request, f"Put aside: {named(found)}.")
        else:
            messages.info(request, f"It was put aside before: {named(found)}.")
    except EditionClosed:
        messages.error(request, CLOSED)
    return redirect("checkin:conflicts", conference.slug)


def named(scan):
    """Whose scan it is, as the list of conflicts says it, and where and when it was."""
    hidden = scan.retired_id or scan.verdict == Scan.Verdict.OLD_BADGE
    who = "nobody we know"
    if scan.ticket:
        code = scan.ticket.spoken_code
        who = f"ticket {code}" if hidden else scan.ticket.attendee_name or code
    return f"{who}, {scan.place}, {day_clock(scan.scanned_at, scan.checkin_list.conference)}"
