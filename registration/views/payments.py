"""Paying for an order, and what the providers' servers tell."""

from contextlib import suppress
from decimal import Decimal

import structlog
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import throttle
from scale.models.conference import CURRENCIES

from .. import actions, payments
from ..models import Order
from ..payments import demo
from .orders import order_page

log = structlog.get_logger()
NO_ANSWER = (
    "The payment company does not answer just now. Nothing was charged and your places are "
    "still kept. Please try again in a minute."
)
NOT_TAKEN = (
    "The payment company cannot take this payment. Nothing was charged and your places are "
    "still kept. Please choose another way to pay, or write to us."
)
NOT_HERE_YET = (
    "The payment has not reached us yet. You need not pay again: as soon as it has, "
    "this page says so and the tickets come by mail."
)


@require_POST
@order_page
def pay(request, order):
    chosen = request.POST.get("provider", "")
    provider = next((one for one in payments.offered(order) if one.name == chosen), None)
    if provider is None:
        messages.error(request, "That way of paying is not offered. Please choose another.")
        return redirect(order)
    try:
        return redirect(actions.begin_payment(order, provider, request))
    except actions.NotPayable as error:
        messages.error(request, str(error))
    except payments.Away:
        messages.error(request, NO_ANSWER)
    except payments.Declined:
        log.error("payment_not_begun", order=order.code, provider=provider.name)
        messages.error(request, NOT_TAKEN)
    return redirect(order)


@require_GET
@order_page
def came_back(request, order):
    """From the provider's page. Its notification may be slower than the browser, so we ask."""
    if order.status == Order.Status.PENDING:
        with suppress(throttle.Throttled):
            throttle.hit("look at payment", order.code, limit=10, seconds=60)
            actions.look_again(order)
        order.refresh_from_db(fields=["status"])
    if order.status == Order.Status.PENDING:
        messages.info(request, NOT_HERE_YET)
    return redirect(order)


@csrf_exempt
@require_POST
def payment_notice(request, provider):
    """What a provider's server calls: signed, exact, for an open order; else refused and logged."""
    found = payments.find(provider)
    if found is None:
        raise Http404
    try:
        actions.receive(found, request.body, request.headers)
    except payments.Away:
        return HttpResponse("later\n", content_type="text/plain", status=503)
    except (payments.NotGenuine, actions.PaymentRefused) as error:
        log.warning("payment_refused", provider=provider, why=str(error))
        return HttpResponse("refused\n", content_type="text/plain", status=400)
    return HttpResponse("ok\n", content_type="text/plain")


@require_http_methods(["GET", "POST"])
@order_page
def demo_card(request, order):
    """The demo provider's card page; there only where the site uses that provider."""
    return demo_page(request, order)


def demo_page(request, bill):
    """Of an order, or of what else is paid through the providers (`registration.bills`)."""
    provider = payments.find("demo")
    session = demo.open_session(request.GET.get("session", ""))
    if provider is None or session is None or session["order"] != bill.code:
        raise Http404
    if request.method == "GET":
        symbol = CURRENCIES.get(session["currency"], f"{session['currency']} ")
        amount = f"{symbol}{Decimal(session['amount']):,.2f}"
        context = {"conference": bill.conference, "bill": bill, "amount": amount}
        return render(request, "registration/demo_card.html", context)
    if request.POST.get("answer") == "pay":
        try:
            actions.receive(provider, demo.notification(session), {})
        except actions.PaymentRefused as error:
            log.warning("payment_refused", provider="demo", why=str(error))
            messages.error(request, "The payment was refused. Please start it again.")
    else:
        messages.warning(request, "The card was declined. Nothing was charged; you can try again.")
    return redirect(bill)
