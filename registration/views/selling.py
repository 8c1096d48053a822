"""Selling at the desk: one form, the change, the ticket to print, the next one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import money
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions, qr
from ..forms.acts import amount_field
from ..forms.selling import SaleForm
from ..models import CashDrawer, OrderLine

AMOUNT = amount_field("Amount given")


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def sell(request, conference):
    drawer = drawer_of(request, conference)
    if drawer is None:
        messages.info(request, "Selling needs an open cash drawer. Open one first.")
        return redirect("registration:drawers", conference.slug)
    form = SaleForm(request.POST or None, conference=conference, drawer=drawer)
    looks = "look" in request.POST
    sells = request.method == "POST" and not looks
    if sells and (order := form.done()):
        return after_sale(request, form, order)
    if sells and (order := sold_by(form, by=request.user)):
        request.session[f"drawer-{conference.pk}"] = form.cleaned_data["drawer"].pk
        return after_sale(request, form, order)
    context = {"conference": conference, "form": form, "total": total_of(form)}
    if looks:
        form.keep_quiet()
    return render(request, "registration/sell.html", context)


def after_sale(request, form, order):
    if order.status != "paid":
        messages.warning(request, "The sale is kept, but it is not paid: see below.")
        return redirect("registration:staff-order", form.conference.slug, order.code)
    address = reverse("registration:sold", args=[form.conference.slug, order.code])
    return redirect(f"{address}?{given_to(form)}")


def drawer_of(request, conference):
    """The one named in the address, else the one sold from last, else any open one."""
    known = request.session.get(f"drawer-{conference.pk}")
    asked = request.GET.get("drawer", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) < 18 else known
    drawers = CashDrawer.objects.open_in(conference)
    return drawers.filter(pk=wanted).first() or drawers.first()


def total_of(form):
    """What is chosen so far costs: in a new form the first type, which stands there."""
    if form.is_bound:
        form.is_valid()
        return form.total()
    first = form.people[0].ticket_type
    return form.total() if first and first.price_at() else None


def given_to(form):
    """For the page after the sale: the amount as it was typed, which tells the change."""
    return urlencode({"given": (form["given"].value() or "")[:20]})


def sold_by(form, *, by, at=""):
    """The order, or None with why not said in the form. `at`: the station, where `by` is None."""
    if not form.is_valid():
        return None
    said = form.cleaned_data
    buyer, attendees = form.sale()
    try:
        return actions.sell(
            form.conference,
            buyer,
            attendees,
            provider=said["way"],
            drawer=said["drawer"],
            by=by,
            at=at,
            form_token=said["token"],
            shown=said["shown_total"],
            promo=form.code,
            reference=said["reference"] if said["way"] == "cheque" else "",
            note=", ".join(filter(None, [at, f"given {form.handed_over()}"]))[:120],
        )
    except actions.SoldOut as error:
        form.add_gone(error.quota_id, error.left)
    except actions.NotOnSale as error:
        form.add_not_on_sale(error)
    except actions.PriceChanged as error:
        form.add_other_price(error.total)
    except actions.UsedUp as error:
        form.add_used_up(error)
    except (actions.DrawerClosed, actions.PaymentRefused, EditionClosed) as error:
        form.add_error(None, str(error))
    return None


@require_POST
@staff_page(Role.REGISTRATION)
def sale_sum(request, conference):
    """While the form is filled in: what it costs, the change, what another type brings."""
    return shown_sum(request, SaleForm(request.POST, conference=conference))


def shown_sum(request, form):
    form.is_valid()
    given, total = form.cleaned_data.get("given"), form.total()
    form.keep_quiet()
    context = {
        "conference": form.conference,
        "form": form,
        "total": total,
        "change": None if given is None else given - total,
        "changed": [person for person in form.people if person.shape() != person.shown()],
    }
    return render(request, "registration/_sale_sum.html", context)


@require_GET
@staff_page(Role.REGISTRATION)
def sold(request, conference, code):
    """What to give back and to print; the next sale is one key away."""
    order = get_object_or_404(conference.orders.prefetch_related("lines"), code=code)
    context = {"conference": conference, **what_was_sold(order, request.GET.get("given", ""))}
    return render(request, "registration/sold.html", context)


def what_was_sold(order, given):
    """An order with its `change`, if this amount was given for it."""
    total = order.total()
    try:
        change = AMOUNT.clean(given) - total
    except ValidationError:
        change = money.ZERO
    return {
        "order": order,
        "total": total,
        "change": change if change > 0 else None,
        "tickets": tickets_with_extras(order.tickets.live()),
    }


def tickets_with_extras(tickets):
    """Each with its `extras`: the lines of what was bought along."""
    extras = OrderLine.objects.in_force().exclude(add_on=None).order_by("pk")
    with_extras = Prefetch("lines", extras.select_related("add_on"), to_attr="extras")
    return tickets.select_related("ticket_type").prefetch_related(with_extras).order_by("pk")


@require_GET
@staff_page(Role.REGISTRATION)
def print_tickets(request, conference, code):
    """Tickets of an order on paper, with their codes; one of them if the address names it."""
    order = get_object_or_404(conference.orders.prefetch_related("lines", "payments"), code=code)
    tickets = tickets_with_extras(order.tickets.admitting().exclude(attendee_name=""))
    if one := request.GET.get("ticket", "")[:16]:
        tickets = tickets.filter(code=one)
    tickets = list(tickets)
    for ticket in tickets:
        ticket.ticket_type.conference = conference
        ticket.picture = mark_safe(qr.svg(ticket.code).decode())  # noqa: S308  # nosec B308 B703
    context = {"conference": conference, "order": order, "tickets": tickets}
    return render(request, "registration/print.html", context)
