"""Badges at the desk station: to a printer, in this browser, and again with a reason."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.models import Conference

from ..badges import actions, drawing
from ..badges.facts import facts_of
from ..badges.forms import printers_of
from ..badges.layouts import design_of
from ..badges.models import Badge
from ..desk.forms import DeskReprintForm
from ..desk.who import desk_page
from .desk import page, ticket_of

HERE = "here"


def chosen_printer(conference: Conference, typed: str):
    """The print station with this number; None for whichever is free."""
    if not typed.isdecimal() or len(typed) > 17:
        return None
    return printers_of(conference).filter(pk=int(typed)).first()


def way_words(printer):
    return f"The badge is on its way to {printer or 'the next free printer'}."


@require_POST
@desk_page
def print_badge(request, sitting, code):
    """The first one. If there is one already the page says when and where it was printed."""
    found = ticket_of(sitting, code)
    address = reverse("checkin:desk-ticket", args=[found.code])
    to, asked = request.POST.get("to", ""), str(sitting)
    try:
        if to == HERE:
            actions.print_here(found.pk, station=sitting.station, asked=asked)
            return redirect("checkin:desk-paper", found.code)
        printer = chosen_printer(sitting.station.conference, to)
        actions.print_badge(found.pk, printer=printer, asked=asked)
    except actions.AlreadyPrinted:
        return redirect(f"{address}?printed=1")
    except actions.CannotPrint as error:
        messages.error(request, str(error))
    else:
        messages.success(request, way_words(printer))
    return redirect(address)


@require_http_methods(["GET", "POST"])
@desk_page
def reprint(request, sitting, code):
    found = ticket_of(sitting, code)
    live = found.badges.live().filter(holder=found.nonce).select_related("station").first()
    if live is None:
        messages.info(request, "There is no badge to print again yet. Print the first one.")
        return redirect("checkin:desk-ticket", found.code)
    initial = {"seen": live.pk, "printer": sitting.printer}
    form = DeskReprintForm(
        request.POST or None, conference=sitting.station.conference, initial=initial
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and (done := printed_again(request, sitting, found, form))
    ):
        return done
    return page(request, sitting, "reprint", ticket=found, form=form, live=live)


def printed_again(request, sitting, ticket, form):
    """A redirect, or None with the reason said on the form."""
    said = {"why": form.cleaned_data["why"], "seen": form.cleaned_data["seen"]}
    said["asked"] = str(sitting)
    try:
        if request.POST.get("to") == HERE:
            actions.print_here(ticket.pk, station=sitting.station, **said)
            return redirect("checkin:desk-paper", ticket.code)
        printer = form.cleaned_data["printer"]
        actions.reprint(ticket.pk, printer=printer, **said)
    except actions.PrintedMeanwhile as error:
        messages.warning(request, str(error))
    except actions.CannotPrint as error:
        form.add_error(None, str(error))
        return None
    else:
        messages.success(request, f"The old badge is void. {way_words(printer)}")
    return redirect("checkin:desk-ticket", ticket.code)


def own_badge(sitting, code):
    """What was printed in this desk's browser; any other badge is another printer's."""
    rows = Badge.objects.drawn().live().filter(station=sitting.station, printed_at__isnull=False)
    return get_object_or_404(rows, ticket=ticket_of(sitting, code))


@require_GET
@desk_page
def paper(request, sitting, code):
    badge = own_badge(sitting, code)
    return page(request, sitting, "paper", ticket=badge.ticket)


@require_GET
@desk_page
def paper_picture(request, sitting, code):
    facts = facts_of(own_badge(sitting, code))
    content = drawing.svg(facts, design_of(sitting.station.conference))
    return HttpResponse(content, content_type="image/svg+xml")


@require_GET
@desk_page
def paper_pdf(request, sitting, code):
    facts = facts_of(own_badge(sitting, code))
    content = drawing.pdf([facts], design_of(sitting.station.conference))
    return HttpResponse(content, content_type="application/pdf")
