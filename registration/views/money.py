"""The treasurer's page: money that has to go back, and invoices that are open."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from scale.auth import staff_page
from scale.models import Role

from .. import actions, payments
from ..models import CashDrawer, Order, Refund


@require_GET
@staff_page(Role.FINANCE, Role.REGISTRATION)
def money(request, conference):
    rows = Refund.objects.to_send(conference).select_related("order", "payment", "by")
    found = Paginator(rows.order_by("pk"), 100).get_page(request.GET.get("page"))
    for refund in found:
        refund.by_hand = payments.is_by_hand(refund.payment.provider)
        refund.way = payments.label_of(refund.payment.provider)
    context = {
        "conference": conference,
        "refunds": found,
        "drawers": CashDrawer.objects.open_in(conference),
        "invoices": Order.objects.invoiced(conference).prefetch_related("lines"),
        "today": conference.today(),
    }
    return render(request, "registration/money.html", context)


@require_POST
@staff_page(Role.FINANCE, Role.REGISTRATION)
def refund_send(request, conference, pk):
    """Send what is owed, or try again what was refused; of cash, out of a drawer."""
    refund = get_object_or_404(Refund.objects.select_related("order", "payment"), pk=pk)
    if refund.order.conference_id != conference.pk:
        return get_object_or_404(Refund, pk=None)
    drawer = None
    if refund.payment.provider == "cash":
        number = request.POST.get("drawer", "")
        open_ones = {str(one.pk): one for one in CashDrawer.objects.open_in(conference)}
        drawer = open_ones.get(number)
        if drawer is None:
            messages.error(request, "Say out of which open drawer the cash comes.")
            return redirect("registration:money", conference.slug)
    try:
        sent = actions.send_refund(refund, by=request.user, drawer=drawer)
    except (actions.CannotRefund, actions.DrawerClosed) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, SAYS[sent.status].format(code=refund.order.code))
    return redirect("registration:money", conference.slug)


SAYS = {
    Refund.Status.WAITING: "The money of {code} is on its way back.",
    Refund.Status.DONE: "The money of {code} is written down as sent back.",
    Refund.Status.FAILED: "The money of {code} could not be sent; the reason stands below.",
}
