"""Paying for an order, and what the providers' servers tell."""

from decimal import Decimal

import structlog
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from scale.models.conference import CURRENCIES

from .. import actions, payments
from ..models import Order
from ..payments import demo
from .orders import order_page

log = structlog.get_logger()


@require_POST
@order_page
def pay(request, order):
    provider = payments.find(request.POST.get("provider", ""))
    if provider is None:
        messages.error(request, "That way of paying is not offered. Please choose another.")
    elif order.status == Order.Status.PENDING and not order.has_run_out():
        return redirect(provider.begin(order, request))
    return redirect(order)


@csrf_exempt
@require_POST
def payment_notice(request, provider):
    """What a provider's server calls: signed, exact, for an open order; else refused and logged."""
    found = payments.find(provider)
    if found is None:
        raise Http404
    try:
        payments.receive(found, request.body, request.headers)
    except (payments.NotGenuine, actions.PaymentRefused) as error:
        log.warning("payment_refused", provider=provider, why=str(error))
        return HttpResponse("refused\n", content_type="text/plain", status=400)
    return HttpResponse("ok\n", content_type="text/plain")


@require_http_methods(["GET", "POST"])
@order_page
def demo_card(request, order):
    """The demo provider's card page; there only where the site uses that provider."""
    provider = payments.find("demo")
    session = demo.open_session(request.GET.get("session", ""))
    if provider is None or session is None or session["order"] != order.code:
        raise Http404
    if request.method == "GET":
        amount = f"{CURRENCIES[session['currency']]}{Decimal(session['amount']):,.2f}"
        context = {"conference": order.conference, "session": session, "amount": amount}
        return render(request, "registration/demo_card.html", context)
    if request.POST.get("answer") == "pay":
        try:
            payments.receive(provider, demo.notification(session), {})
        except actions.PaymentRefused as error:
            log.warning("payment_refused", provider="demo", why=str(error))
            messages.error(request, "The payment was refused. Please start it again.")
    else:
        messages.warning(request, "The card was declined. Nothing was charged; you can try again.")
    return redirect(order)
