"""Cash at the desk station: its drawer, a sale, an order that waits for money, an upgrade."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration import actions as registration
from registration.forms.upgrade import ConfirmUpgradeForm, Upgrade
from registration.models import Order
from registration.views.acts import found_order
from registration.views.selling import given_to, shown_sum, sold_by, total_of, what_was_sold
from scale import money
from scale.models import AuditEntry

from .. import actions
from ..badges import actions as badges
from ..desk.forms import DeskCashForm, DeskSaleForm, DrawerForm
from ..desk.who import desk_page
from .desk import page, ticket_of
from .desk_badge import way_words

REFUSED = (
    actions.CannotHold,
    registration.DrawerClosed,
    registration.PaymentRefused,
    registration.CannotUpgrade,
    registration.NotOnSale,
)


@require_http_methods(["GET", "POST"])
@desk_page
def drawer(request, sitting):
    """What is in it is not told here: whoever counts it shall really count."""
    found = actions.drawer_of(sitting.station)
    form = DrawerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.open_station_drawer(sitting, **form.cleaned_data)
        except registration.NameTaken as error:
            form.add_error(None, f"{error} Ask the registration team to give it to this desk.")
        else:
            messages.success(request, f"The drawer {found.name} is open.")
            return redirect("checkin:desk")
    return page(request, sitting, "drawer", drawer=found, form=form)


def without_drawer(request):
    messages.info(request, "Selling needs an open cash drawer. Open it first.")
    return redirect("checkin:desk-drawer")


# --- selling ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@desk_page
def sell(request, sitting):
    """Registration's form and action. The same form again leads to the same order."""
    own = actions.drawer_of(sitting.station)
    if own is None:
        return without_drawer(request)
    own.conference = sitting.station.conference
    form = DeskSaleForm(request.POST or None, drawer=own)
    looks = "look" in request.POST
    sells = request.method == "POST" and not looks
    if sells and (order := form.done() or sold_by(form, by=None, at=str(sitting))):
        if order.status != Order.Status.PAID:
            messages.warning(request, "The places are kept, but the order is not paid.")
            return redirect("checkin:desk-cash", order.code)
        return redirect(f"{reverse('checkin:desk-sold', args=[order.code])}?{given_to(form)}")
    total = total_of(form)
    if looks:
        form.keep_quiet()
    return page(request, sitting, "sell", form=form, total=total, drawer=own)


@require_POST
@desk_page
def sale_sum(request, sitting):
    own = actions.drawer_of(sitting.station)
    if own is None:
        raise Http404
    own.conference = sitting.station.conference
    return shown_sum(request, DeskSaleForm(request.POST, drawer=own))


@require_GET
@desk_page
def sold(request, sitting, code):
    order = order_of(sitting, code)
    context = what_was_sold(order, request.GET.get("given", ""))
    return page(request, sitting, "sold", **context)


@require_POST
@desk_page
def print_sold(request, sitting, code):
    """The badges of all that an order's tickets name; who has one keeps it."""
    order = order_of(sitting, code)
    tickets = list(order.tickets.admitting().exclude(attendee_name="").order_by("pk"))
    n, refused = 0, ""
    for ticket in tickets:
        try:
            badges.print_badge(ticket.pk, printer=sitting.printer, asked=str(sitting))
            n += 1
        except badges.CannotPrint as error:
            refused = str(error)
    if n:
        messages.success(
            request, way_words(sitting.printer) if n == 1 else f"{n} badges are on their way."
        )
    else:
        messages.info(request, f"Nothing to print: {refused or 'it has no ticket with a name'}")
    if len(tickets) == 1:
        return redirect("checkin:desk-ticket", tickets[0].code)
    return redirect("checkin:desk-sold", order.code)


def order_of(sitting, code):
    return found_order(sitting.station.conference, code)


# --- an order that waits ----------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@desk_page
def cash(request, sitting, code):
    """Money for just what the order costs. What was done to it meanwhile is looked at first."""
    order = order_of(sitting, code)
    form = DeskCashForm(request.POST or None, order=order)
    if request.method == "POST" and form.is_valid() and (done := taken(request, sitting, form)):
        return done
    waits = order.status == Order.Status.PENDING and not order.has_run_out()
    if actions.drawer_of(sitting.station) is None and waits:
        return without_drawer(request)
    tickets = order.tickets.live().select_related("ticket_type").order_by("pk")
    return page(
        request,
        sitting,
        "cash",
        order=order,
        total=order.total(),
        form=form,
        waits=waits,
        tickets=[order.upgrades] if order.upgrades else list(tickets[:50]),
    )


def taken(request, sitting, form):
    """A redirect when the money is written down, or had been; None with why not on the form."""
    order, said = form.order, form.cleaned_data
    again = redirect("checkin:desk-cash", order.code)
    try:
        actions.take_cash(
            order, sitting, seen=said["seen"], token=said["token"], given=form.handed_over()
        )
    except registration.ChangedMeanwhile as error:
        messages.warning(request, str(error))
        return again
    except REFUSED as error:
        form.add_error(None, str(error))
        return None
    address = reverse("checkin:desk-sold", args=[order.code])
    return redirect(f"{address}?{urlencode({'given': form.handed_over()})}")


@require_POST
@desk_page
def give_up(request, sitting, code):
    """An upgrade that nobody pays now: its places are free again, the ticket is what it was."""
    order = order_of(sitting, code)
    if not order.upgrades:
        raise Http404
    if registration.drop_upgrade(order):
        messages.success(request, "The upgrade is given up. The ticket is what it was.")
    else:
        messages.info(request, "There was no upgrade left to give up.")
    return redirect("checkin:desk-ticket", order.upgrades.code)


@require_http_methods(["GET", "POST"])
@desk_page
def upgrade(request, sitting, code):
    """What the public may buy, no more. Choosing is a GET; POST of the same address does it."""
    found = ticket_of(sitting, code)
    if found.standing() not in ("valid", "given"):
        messages.error(request, "Only a ticket that is paid and in force can be upgraded.")
        return redirect("checkin:desk-ticket", found.code)
    asked = Upgrade(found, request.GET)
    form = ConfirmUpgradeForm(request.POST or None)
    problem = asked.problem
    if request.method == "POST" and form.is_valid() and not problem:
        try:
            order, is_new = registration.upgrade_ticket(
                found, asked.chosen_type, asked.chosen, **form.cleaned_data
            )
        except registration.SoldOut:
            problem = "What was chosen was sold out a moment ago."
        except REFUSED as error:
            problem = str(error)
        else:
            return upgraded(request, sitting, found, order, is_new)
    return page(
        request,
        sitting,
        "upgrade",
        ticket=found,
        upgrade=asked,
        problem=problem,
        form=ConfirmUpgradeForm.showing(asked.cost),
        waiting=found.upgrade_orders.filter(status=Order.Status.PENDING).first(),
    )


def upgraded(request, sitting, ticket, order, is_new):
    if is_new:
        words = f"upgrade asked for, {money.show(order.total(), order.currency)} to pay"
        for row in (order, ticket):
            AuditEntry.objects.tell(row, words, why=str(sitting), by=None)
    if order.status == Order.Status.PAID:
        messages.success(request, "Done. There was nothing to pay; the code is what it was.")
        return redirect("checkin:desk-ticket", ticket.code)
    return redirect("checkin:desk-cash", order.code)
