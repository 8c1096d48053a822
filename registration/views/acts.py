"""One order as staff see it, and each thing they may do to it: a form, an action, a sentence."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from scale import money
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import AuditEntry, OutgoingEmail, Role

from .. import actions
from ..forms import acts as forms
from ..models import Order, Quota, Ticket

REFUSED = (
    actions.NotPossible,
    actions.CannotUpgrade,
    actions.NotOnSale,
    actions.CannotCancel,
    actions.CannotRefund,
    actions.PaymentRefused,
    actions.DrawerClosed,
    EditionClosed,
)


@require_GET
@staff_page(Role.REGISTRATION, Role.FINANCE)
def staff_order(request, conference, code):
    order = found_order(conference, code)
    tickets = list(
        order.tickets.select_related("ticket_type", "order")
        .prefetch_related("ribbons", "cancellation_requests", "retired_codes")
        .order_by("pk")
    )
    payments = list(order.payments.select_related("drawer", "by").order_by("pk"))
    refunds = list(order.refunds.select_related("by", "drawer", "payment").order_by("pk"))
    mails = OutgoingEmail.objects.about([order.code, *(one.code for one in tickets)])
    context = {
        "conference": conference,
        "order": order,
        "lines": order.lines.select_related("ticket_type", "add_on", "ticket").order_by("pk"),
        "tickets": tickets,
        "payments": payments,
        "refunds": refunds,
        "owed": [one for one in refunds if one.status != "done"],
        "twins": Ticket.objects.likely_twins([one for one in tickets if one.status == "live"]),
        "notes": order.notes.select_related("by"),
        "note_form": forms.NoteForm(None, order=order),
        "upgrades": upgrades_beside(order, tickets),
        "mails": mails[:30],
        "history": AuditEntry.objects.of_rows([order, *tickets, *payments, *refunds])[:100],
        "has_extras": any(one.add_on_id for one in order.lines.all() if one.status == "live"),
        "may_change": request.user.has_role(conference, Role.REGISTRATION)
        and not conference.is_closed,
        "may_refund": not conference.is_closed,
    }
    return render(request, "registration/staff_order.html", context)


def found_order(conference, code):
    """By its code, with all that its totals and its state are read from."""
    orders = conference.orders.select_related("promo_code", "upgrades", "user")
    orders = orders.prefetch_related("lines", "tickets", "payments", "refunds")
    order = get_object_or_404(orders, code=code)
    order.conference = conference
    return order


def upgrades_beside(order, tickets):
    """Orders that paid for upgrades of these tickets, and the one this order upgrades."""
    return Order.objects.filter(upgrades__in=[one.pk for one in tickets]).order_by("pk")


@dataclass(frozen=True)
class Act:
    """`do` gets the order, the valid form and the user, and returns what it did in a sentence;
    with another order that it made, which is shown then.
    """

    title: str
    form: type[forms.ActForm]
    do: Callable
    roles: tuple[str, ...] = (Role.REGISTRATION,)


def cancel(order, form, by):
    said = form.cleaned_data
    before = owed(order)
    terms = {name: said[name] for name in ("why", "keep", "seen")}
    actions.cancel_tickets(order, said["tickets"], by=by, **terms)
    n = len(said["tickets"])
    what = "The ticket is" if n == 1 else f"{n} tickets are"
    return f"{what} cancelled. {owed_since(order, before)}"


def cancel_unpaid(order, form, by):
    actions.cancel_order(order, by=by, why=form.cleaned_data["why"])
    return "The order is cancelled and its places are free."


def end_extra(order, form, by):
    said, before = form.cleaned_data, owed(order)
    actions.end_extra(order, said["line"], seen=said["seen"], why=said["why"], by=by)
    return f"{said['line'].thing()} is taken back. {owed_since(order, before)}"


def give_back(order, form, by):
    said, before = form.cleaned_data, owed(order)
    actions.give_in_kindness(order, said["amount"], seen=said["seen"], why=said["why"], by=by)
    return owed_since(order, before)


def make_free(order, form, by):
    said, before = form.cleaned_data, owed(order)
    actions.make_free(order, said["ticket"], seen=said["seen"], why=said["why"], by=by)
    return f"The ticket is free of charge now. {owed_since(order, before)}"


def move(order, form, by):
    said, before = form.cleaned_data, owed(order)
    upgrade = actions.move_ticket(
        order,
        said["ticket"],
        said["to"],
        seen=said["seen"],
        waive=said["waive"],
        why=said["why"],
        by=by,
        token=said["token"],
    )
    if upgrade:
        return to_be_paid(upgrade, f"The ticket becomes {said['to']}"), upgrade
    return f"It is {said['to']} now, with the same code. {owed_since(order, before)}"


def to_be_paid(upgrade, what):
    """What the desk does next with an upgrade; `what` is what comes of it."""
    if upgrade.status == Order.Status.PAID:
        return "Done: there was nothing to pay."
    cost = money.show(upgrade.total(), upgrade.currency)
    return f"{what} when {cost} is paid: write the money down here, or send the link to pay."


def send_link(order, form, by):
    said = form.cleaned_data
    actions.send_link(order, token=said["token"], why=said["why"], by=by)
    return f"The link is on its way to {order.buyer_email}; the places are kept for a day."


def correct_buyer(order, form, by):
    said = form.cleaned_data
    actions.correct_buyer(
        order, name=said["name"], email=said["email"], seen=said["seen"], why=said["why"], by=by
    )
    return "The buyer is corrected."


def send_again(order, form, by):
    said = form.cleaned_data
    actions.send_again(order, token=said["token"], why=said["why"], by=by)
    return f"The tickets are on their way to {order.buyer_email} again."


def add_note(order, form, by):
    actions.add_note(order, form.cleaned_data["text"], by=by)
    return "The note is kept."


def pay(order, form, by):
    said = form.cleaned_data
    actions.take_money(
        order,
        provider=said["way"],
        drawer=said["drawer"] if said["way"] != "invoice" else None,
        reference=said["reference"] if said["way"] != "cash" else "",
        token=said["token"],
        by=by,
    )
    change = form.change()
    back = f" Give {money.show(change, order.currency)} change." if change else ""
    return f"The money is written down.{back}"


def send_refund(order, form, by):
    """What came by hand goes back by hand and is written down; else the provider is asked."""
    refund, drawer = form.cleaned_data["refund"], form.cleaned_data["drawer"]
    sent = actions.send_refund(refund, by=by, drawer=drawer)
    amount = money.show(sent.amount, order.currency)
    if drawer:
        return f"Give {amount} out of “{drawer.name}”."
    if sent.status == "done":
        return f"{amount} counts as sent back."
    return f"{amount} is on its way: the provider is being asked."


BOTH = (Role.REGISTRATION, Role.FINANCE)
ACTS = {
    "cancel": Act("Cancel tickets", forms.CancelForm, cancel),
    "cancel-unpaid": Act("Cancel the order", forms.CancelUnpaidForm, cancel_unpaid),
    "end-extra": Act("Take an extra back", forms.ExtraForm, end_extra, BOTH),
    "give-back": Act("Give money back in kindness", forms.KindnessForm, give_back, BOTH),
    "make-free": Act("Make a ticket free of charge", forms.FreeForm, make_free),
    "move": Act("Move to another type", forms.MoveForm, move),
    "buyer": Act("Correct the buyer", forms.BuyerForm, correct_buyer),
    "send-again": Act("Send the tickets again", forms.SendAgainForm, send_again),
    "send-link": Act("Send the link to pay", forms.SendLinkForm, send_link),
    "note": Act("Add a note", forms.NoteForm, add_note, BOTH),
    "send-refund": Act("Send money back", forms.SendRefundForm, send_refund, BOTH),
    "pay": Act("Write money down", forms.PayForm, pay, BOTH),
}


def owed(order):
    return {one.pk for one in order.refunds.all()}


def owed_since(order, before):
    """What was decided to go back just now, as a sentence."""
    new = Order.objects.get(pk=order.pk).refunds.exclude(pk__in=before)
    total = sum((one.amount for one in new), money.ZERO)
    if not total:
        return "No money goes back."
    return f"We owe {money.show(total, order.currency)} back; it waits below to be sent."


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION, Role.FINANCE)
def staff_act(request, conference, code, act):
    """The form of one act; what was chosen on the order's page comes in the address."""
    chosen_act = ACTS.get(act)
    if chosen_act and not request.user.has_role(conference, *chosen_act.roles):
        raise PermissionDenied
    if chosen_act is None:
        raise Http404
    order = found_order(conference, code)
    form = chosen_act.form(request.POST or None, order=order, chosen=chosen_in(request.GET))
    if request.method == "POST" and form.is_valid() and (page := done(request, chosen_act, form)):
        return page
    context = {"conference": conference, "order": order, "act": chosen_act, "form": form}
    return render(request, "registration/staff_act.html", context)


def chosen_in(query):
    chosen = {key: query[key][:40] for key in ("ticket", "line", "refund") if key in query}
    if "ticket" in chosen:
        chosen["tickets"] = [chosen["ticket"]]
    return chosen


def done(request, act, form):
    """A redirect when it was done, or had been; None with the reason said in the form."""
    order = form.order
    page = redirect("registration:staff-order", order.conference.slug, order.code)
    if form.cleaned_data["seen"] not in ("", order.state_key()):
        messages.warning(request, str(actions.ChangedMeanwhile()))
        return page
    try:
        sentence = act.do(order, form, request.user)
    except actions.ChangedMeanwhile as error:
        messages.warning(request, str(error))
        return page
    except (actions.SoldOut, *REFUSED) as error:
        form.add_error(None, why_refused(error, order.conference))
        return None
    if isinstance(sentence, tuple):
        sentence, made = sentence
        page = redirect("registration:staff-order", order.conference.slug, made.code)
    messages.success(request, sentence)
    return page


def why_refused(error, conference):
    """The reason as the form says it; to an upgrade that waits it leads."""
    if isinstance(error, actions.SoldOut):
        name = Quota.objects.get(pk=error.quota_id).name
        return f"“{name}” is full: there is no place for it."
    waiting = getattr(error, "order", None)
    if waiting is None:
        return str(error)
    path = reverse("registration:staff-order", args=[conference.slug, waiting.code])
    return format_html('{} <a href="{}">Take its money or give it up</a>', error, path)


# --- tickets ----------------------------------------------------------------------------------


@require_GET
@staff_page(Role.REGISTRATION, Role.FINANCE)
def staff_ticket(request, conference, code):
    """A ticket that was given; one that was bought is on the page of its order."""
    ticket = found_ticket(conference, code)
    if ticket.order:
        return redirect("registration:staff-order", conference.slug, ticket.order.code)
    context = {
        "conference": conference,
        "ticket": ticket,
        "twins": Ticket.objects.likely_twins([ticket] if ticket.status == "live" else []),
        "mails": OutgoingEmail.objects.about([ticket.code])[:30],
        "history": AuditEntry.objects.of_rows([ticket])[:100],
        "extras": [line for line in actions.lines_in_force(ticket) if line.add_on_id],
        "orders": ticket.upgrade_orders.prefetch_related("lines").order_by("pk"),
        "may_change": request.user.has_role(conference, Role.REGISTRATION)
        and not conference.is_closed,
    }
    return render(request, "registration/staff_ticket.html", context)


def found_ticket(conference, code):
    tickets = Ticket.objects.select_related("ticket_type", "order").prefetch_related("ribbons")
    ticket = get_object_or_404(tickets, conference=conference, code=code)
    ticket.conference = conference
    return ticket


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def correct_ticket(request, conference, code):
    ticket = found_ticket(conference, code)
    form = forms.BadgeForm(request.POST or None, instance=ticket)
    if request.method == "POST" and form.is_valid():
        try:
            said = {name: form.cleaned_data[name] for name in ("why", "seen")}
            changed = actions.correct_by_staff(ticket, form.facts(), by=request.user, **said)
        except EditionClosed as error:
            form.add_error(None, str(error))
        except actions.ChangedMeanwhile as error:
            messages.warning(request, str(error))
            return redirect("registration:staff-ticket", conference.slug, ticket.code)
        else:
            messages.success(
                request,
                "The badge is corrected; the code stays the same."
                if changed
                else "Nothing was different, so nothing was changed.",
            )
            return redirect("registration:staff-ticket", conference.slug, ticket.code)
    context = {"conference": conference, "ticket": ticket, "form": form}
    return render(request, "registration/staff_correct.html", context)
