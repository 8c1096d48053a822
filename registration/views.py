from decimal import Decimal

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import codes, throttle
from scale.accounts import too_many
from scale.auth import edition_page, staff_page
from scale.cache import public
from scale.editions import EditionClosed
from scale.models import Role
from scale.models.conference import CURRENCIES

from . import actions, payments, qr
from .forms import CheckoutForm, read_choice, unavailable
from .models import Order, Quota, Refund, Ticket, TicketType
from .payments import demo

log = structlog.get_logger()


# --- choosing and buying ---------------------------------------------------------------------


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


# --- one order, behind its secret link -------------------------------------------------------


def order_page(view):
    """For views at an order's link: the Order in place of code and secret.

    A wrong secret is told like a wrong code. Only wrong ones are counted: a
    hall full of people behind one address must get at their tickets.
    """

    def guarded(request, conference, code, secret, **kwargs):
        order = conference.orders.filter(code=code).first()
        matches = codes.secret_matches("order", order.nonce if order else "", secret)
        if order is None or not matches:
            try:
                throttle.hit("order link", throttle.client(request), limit=30, seconds=900)
            except throttle.Throttled as error:
                return too_many(request, error)
            raise Http404
        order.conference = conference
        return view(request, order, **kwargs)

    return edition_page(guarded)


@require_GET
@order_page
def order(request, order):
    lines = list(order.lines.select_related("ticket_type", "add_on", "ticket").order_by("pk"))
    tickets = list(order.tickets.live().select_related("ticket_type").order_by("pk"))
    for ticket in tickets:
        ticket.ticket_type.conference = order.conference
    providers = payments.enabled()
    context = {
        "conference": order.conference,
        "order": order,
        "lines": lines,
        "tickets": tickets,
        "total": sum(line.price for line in lines),
        "payments": order.payments.all(),
        "refunds": order.refunds.all(),
        "has_run_out": order.has_run_out(),
        "again": again_link(tickets),
        "providers": providers,
    }
    response = render(request, "registration/order.html", context)
    response._csp_update = {"form-action": [h for one in providers for h in one.form_hosts]}
    return response


def again_link(tickets):
    """The query of a checkout with the same tickets."""
    types = [ticket.ticket_type for ticket in tickets]
    return "&".join(f"{one.code}={types.count(one)}" for one in dict.fromkeys(types))


@require_POST
@order_page
def pay(request, order):
    provider = payments.find(request.POST.get("provider", ""))
    if provider is None:
        messages.error(request, "That way of paying is not offered. Please choose another.")
    elif order.status == Order.Status.PENDING and not order.has_run_out():
        return redirect(provider.begin(order, request))
    return redirect(order)


@require_GET
@order_page
def ticket_qr(request, order, ticket):
    found = get_object_or_404(Ticket.objects.admitting(), order=order, code=ticket)
    return HttpResponse(qr.svg(found.code), content_type="image/svg+xml")


# --- money -----------------------------------------------------------------------------------


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


# --- what one person has ---------------------------------------------------------------------


@require_GET
@login_required
def my_orders(request):
    orders = (
        Order.objects.collected_by(request.user)
        .select_related("conference")
        .prefetch_related("lines__ticket_type")
    )
    held = (
        Ticket.objects.admitting()
        .held_by(request.user)
        .filter(conference__closed_at=None)
        .select_related("conference", "ticket_type")
        .order_by("-conference__starts_on", "pk")
    )
    for ticket in held:
        ticket.ticket_type.conference = ticket.conference
    context = {"orders": orders[:100], "held": held[:100]}
    return render(request, "registration/my_orders.html", context)


@require_GET
@login_required
def my_ticket_qr(request, ticket):
    held = Ticket.objects.admitting().held_by(request.user)
    found = get_object_or_404(held, code=ticket)
    return HttpResponse(qr.svg(found.code), content_type="image/svg+xml")


# --- staff -----------------------------------------------------------------------------------


@require_GET
@staff_page(Role.REGISTRATION, Role.FINANCE)
def staff_tickets(request, conference):
    search = request.GET.get("q", "").strip()[:100]
    found = Order.objects.filter(conference=conference).search(search).order_by("-pk")
    types = TicketType.objects.filter(conference=conference).sold()
    context = {
        "conference": conference,
        "search": search,
        "orders": Paginator(found.prefetch_related("lines"), 50).get_page(request.GET.get("page")),
        "types": types,
        "revenue": sum(one.revenue for one in types),
        "quotas": Quota.objects.filter(conference=conference).order_by("pk"),
        "owed": Refund.objects.to_send(conference).select_related("order", "payment"),
    }
    return render(request, "registration/staff_tickets.html", context)
