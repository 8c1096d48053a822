"""Who the tickets are for: the form at an order's link, while its places are kept."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from scale import money
from scale.editions import EditionClosed
from scale.time import local

from .. import actions
from ..forms import DetailsForm
from ..models import Order
from .carts import forget, remember
from .orders import order_page, seconds_left


@require_http_methods(["GET", "POST"])
@order_page
def details(request, order):
    if answer := not_here(request, order):
        return answer
    form = DetailsForm(request.POST or None, order=order, user=request.user)
    if request.method == "POST" and form.is_valid() and (filled := fill(request, order, form)):
        if form.run_out:
            messages.info(request, "Your time was over, but the places were still free. Go on.")
        answer = redirect(filled)
        return remember(answer, filled) if filled.expires_at else forget(answer, order.conference)
    return page(request, order, form)


def not_here(request, order):
    """Where to go, with a sentence why, when names are no longer given here."""
    if order.upgrades_id:
        return redirect(order)
    why = {
        Order.Status.PAID: "This order is complete already. Nothing was doubled.",
        Order.Status.CANCELLED: "These places were given back. You can choose again.",
    }.get(order.status, "")
    if not why and order.due_on:
        why = "This order waits for its invoice to be paid; it does not change any more."
    if not why:
        return None
    messages.info(request, why)
    return forget(redirect(order), order.conference)


def fill(request, order, form):
    """The order with its names, or None with the reason said in the form."""
    buyer, attendees = form.cleaned()
    try:
        return actions.fill_in(order, buyer, attendees, terms=form.terms)
    except actions.SoldOut as error:
        form.add_sold_out(error.quota_id, error.left)
    except actions.UsedUp as error:
        words = f"The code {error.promo} has been used up meanwhile. Choose again without it."
        form.buyer.add_error(None, words)
    except actions.BeingPaid as error:
        form.buyer.add_error(None, being_paid(error.page, order.conference))
    except actions.NotOnSale as error:
        form.add_not_on_sale(error)
    except EditionClosed as error:
        form.buyer.add_error(None, str(error))
    except actions.NotOpen:
        order.refresh_from_db()
        messages.info(request, "This order was completed meanwhile. Nothing was doubled.")
        return order
    return None


def being_paid(page, conference):
    amount = money.show(page.amount, page.currency)
    until = f"{local(page.expires_at, conference):%H:%M}"
    return (
        f"A payment of {amount} was begun for this order, so it cannot cost something else now. "
        f"Finish that payment, or come back after {until}, when its page has closed."
    )


def page(request, order, form, **more):
    context = {
        "conference": order.conference,
        "order": order,
        "form": form,
        "sums": form.sums(),
        "seconds": seconds_left(order),
        "run_out": order.has_run_out(),
        **more,
    }
    return render(request, "registration/details.html", context)


@require_POST
@order_page
def sums(request, order):
    """What the extras chosen so far come to, for the page to show at once."""
    if order.status not in (Order.Status.PENDING, Order.Status.EXPIRED):
        return redirect(order)
    form = DetailsForm(request.POST, order=order, user=request.user)
    context = {"conference": order.conference, "order": order, "sums": form.sums()}
    return render(request, "registration/_sums.html", context)


@require_POST
@order_page
def extend(request, order):
    """Half an hour more, once; what was typed stays."""
    if answer := not_here(request, order):
        return answer
    try:
        order.expires_at = actions.extend(order).expires_at
        order.extended_at = timezone.now()
        said = f"Your places are kept until {local(order.expires_at, order.conference):%H:%M} now."
    except actions.AlreadyExtended:
        said = "The time was made longer once already; that is all we can do."
    except actions.NotOpen:
        said = "The time was over already. Send the form: if the places are free, they are yours."
    if "application/json" in request.headers.get("Accept", ""):
        left = max(0, int((order.expires_at - timezone.now()).total_seconds()))
        return remember(JsonResponse({"said": said, "seconds": left}), order)
    form = DetailsForm(request.POST, order=order, user=request.user)
    form.keep_quiet()
    return remember(page(request, order, form, said=said), order)


@require_POST
@order_page
def drop(request, order):
    try:
        actions.drop(order)
    except actions.NotOpen:
        messages.info(request, "There was nothing to give back: the order is no reservation.")
        return redirect(order)
    messages.success(request, "The places are free again. Thank you for telling us.")
    return forget(redirect("registration:tickets", order.conference.slug), order.conference)
