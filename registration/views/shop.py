"""The way to an order: the tickets page and the checkout."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from scale.auth import edition_page
from scale.cache import public
from scale.editions import EditionClosed

from .. import actions
from ..forms import CheckoutForm, read_choice, unavailable
from ..models import Order, TicketType


@public(seconds=60)
def tickets(request, conference):
    types = TicketType.objects.on_offer(conference)
    states = {one.state() for one in types}
    context = {
        "conference": conference,
        "types": types,
        "open": bool(states & {"on_sale", "few"}),
        "says": next((s for s in ("soon", "sold_out", "closed") if s in states), "none"),
    }
    return render(request, "registration/tickets.html", context)


@require_http_methods(["GET", "POST"])
@edition_page
def checkout(request, conference):
    """The chosen types are in the address, so the form can be sent again, linked and bookmarked."""
    if earlier := Order.objects.made_by(request.POST.get("form_token", "")[:64]):
        return to_earlier(request, earlier)
    choice = read_choice(request.GET, TicketType.objects.on_offer(conference))
    problem = choice.problem or (request.method == "GET" and unavailable(choice))
    if problem:
        context = {"conference": conference, "problem": problem}
        return render(request, "registration/checkout_problem.html", context, status=400)
    form = CheckoutForm(request.POST or None, choice=choice, user=request.user)
    if request.method == "POST" and form.is_valid() and (made := buy(conference, form)):
        order, is_new = made
        return redirect(order) if is_new else to_earlier(request, order)
    context = {"conference": conference, "form": form, "choice": choice}
    return render(request, "registration/checkout.html", context)


def buy(conference, form):
    """(order, whether it is new), or None with the reason said in the form."""
    if form.saw_another_total():
        form.buyer.add_error(None, "The price changed while this page was open. Please look again.")
        return None
    buyer, attendees = form.cleaned()
    try:
        return actions.place_order(
            conference, buyer, attendees, form_token=form.buyer.cleaned_data["form_token"]
        )
    except actions.SoldOut as error:
        form.add_sold_out(error.quota_id, error.left)
    except actions.NotOnSale as error:
        form.add_error_for(error.thing, str(error))
    except EditionClosed as error:
        form.buyer.add_error(None, str(error))
    return None


def to_earlier(request, order):
    messages.info(
        request, "You had sent that form already; this is the order it made. Nothing was doubled."
    )
    return redirect(order)
