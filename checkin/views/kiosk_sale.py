"""Buying and upgrading at a kiosk: the shop's own forms, actions and stock.

No card is typed in there: a payment company's page does not belong on a machine that the next
person uses. Who buys opens the order's link on their own phone, or pays at the desk.
"""

from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration import actions as shop
from registration import payments, qr
from registration.forms import ConfirmUpgradeForm, Upgrade
from registration.models import Order
from registration.payments import demo
from scale.editions import EditionClosed

from ..kiosk import actions, words
from ..kiosk.forms import SaleForm
from ..kiosk.models import KioskVisit
from .kiosk import go, page, ticket_page, types_for_sale, visit_page


@require_GET
@visit_page
def buy(request, visit):
    if visit.order:
        return redirect("checkin:kiosk-pay")
    return page(request, visit, "buy", types=types_for_sale(visit.station.conference))


@require_http_methods(["GET", "POST"])
@visit_page
def buy_one(request, visit, name):
    if visit.order:
        return redirect("checkin:kiosk-pay")
    conference = visit.station.conference
    chosen = next((one for one in types_for_sale(conference) if one.code == name), None)
    if chosen is None:
        return redirect("checkin:kiosk-buy")
    form = SaleForm(request.POST or None, conference=conference, ticket_type=chosen)
    if request.method == "POST" and form.is_valid() and (order := sold(visit, form)):
        return go_on(visit, order)
    return page(request, visit, "buy_one", form=form, type=chosen)


def sold(visit, form):
    """The order, or None with the reason said in the form. The visit makes one, however often."""
    buyer, attendees = form.cleaned()
    try:
        order, _ = shop.place_order(
            visit.station.conference,
            buyer,
            attendees,
            form_token=visit.nonce,
            terms=form.terms,
        )
    except shop.SoldOut as error:
        form.add_gone(error.quota_id, error.left)
    except shop.NotOnSale as error:
        form.add_not_on_sale(error)
    except (shop.NoSeat, EditionClosed) as error:
        form.buyer.add_error(None, str(error))
    else:
        return order
    return None


def go_on(visit, order):
    """To the badge of what is paid, else to paying."""
    if order.status == Order.Status.PAID:
        open_paid(visit, order)
        return redirect("checkin:kiosk-ticket")
    KioskVisit.objects.filter(pk=visit.pk).update(order=order)
    return redirect("checkin:kiosk-pay")


def open_paid(visit, order):
    ticket = order.upgrades or order.tickets.select_related("ticket_type").first()
    actions.open_ticket(visit.station, ticket, found=visit.found)


@require_http_methods(["GET", "POST"])
@ticket_page
def upgrade(request, visit):
    """Choosing is a GET, so that it can be looked at; POST of the same address does it."""
    if visit.order:
        return redirect("checkin:kiosk-pay")
    asked = Upgrade(visit.ticket, request.GET)
    form, problem = ConfirmUpgradeForm(request.POST or None), asked.problem
    if request.method == "POST" and form.is_valid() and not problem:
        try:
            order, _ = shop.upgrade_ticket(
                visit.ticket, asked.chosen_type, asked.chosen, **form.cleaned_data
            )
        except (shop.CannotUpgrade, shop.NotOnSale, EditionClosed) as error:
            problem = str(error)
        except shop.SoldOut:
            problem = "What you chose was sold out a moment ago."
        else:
            return go_on(visit, order)
    return page(
        request,
        visit,
        "upgrade",
        upgrade=asked,
        problem=problem,
        form=ConfirmUpgradeForm.showing(asked.cost),
        waiting=visit.ticket.upgrade_orders.filter(status=Order.Status.PENDING).first(),
    )


# --- paying -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@visit_page
def pay(request, visit):
    """Waits for the money, and goes on by itself when it came; htmx asks again and again.

    POST is the demo's card, which is no real one.
    """
    order = visit.order
    if order is None:
        return redirect("checkin:door")
    provider = payments.find("demo")
    if request.method == "POST" and provider:
        pay_by_demo(request, order, provider)
        order.refresh_from_db(fields=["status"])
    if order.status == Order.Status.PAID:
        open_paid(visit, order)
        return go(request, "checkin:kiosk-ticket")
    if order.status == Order.Status.CANCELLED or order.has_run_out():
        raise actions.TurnedAway(words.TIME_OVER)
    if request.method == "POST":
        return redirect("checkin:kiosk-pay")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    context = {"order": order, "total": order.total(), "by_demo": provider is not None}
    return page(request, visit, "pay", **context)


def pay_by_demo(request, order, provider):
    """What the demo's card page does when its button is pressed."""
    try:
        address = shop.begin_payment(order, provider, request)
        session = demo.open_session(parse_qs(urlsplit(address).query)["session"][0])
        if session:
            shop.receive(provider, demo.notification(session), {})
    except (shop.NotPayable, shop.PaymentRefused):
        return  # the page that follows tells how the order stands


@require_GET
@visit_page
def pay_picture(request, visit):
    """The link of an order that was made in this visit, for the buyer's own phone.

    Never that of an upgrade: it leads on to the ticket's page, whose link only its holder has.
    """
    order = visit.order
    if order is None or order.upgrades_id:
        return HttpResponse(status=404)
    link = f"{settings.SITE_URL}{order.get_absolute_url()}"
    return HttpResponse(qr.svg(link), content_type="image/svg+xml")


@require_POST
@visit_page
def drop(request, visit):
    """Give back what was kept in this visit."""
    order = visit.order
    if order:
        try:
            shop.drop_upgrade(order) if order.upgrades_id else shop.drop(order)
        except shop.NotOpen:
            return redirect("checkin:kiosk-pay")
        KioskVisit.objects.filter(pk=visit.pk).update(order=None)
    return redirect("checkin:kiosk-ticket" if visit.ticket else "checkin:door")
