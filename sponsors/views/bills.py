"""An invoice behind its secret link: look, take the paper along, pay by card."""

from contextlib import suppress

import structlog
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration import payments
from registration.actions import NotPayable
from registration.views.payments import demo_page
from scale import codes, throttle
from scale.accounts import too_many
from scale.auth import edition_page

from .. import actions
from ..models import Invoice
from .invoices import send_pdf

log = structlog.get_logger()
NO_ANSWER = (
    "The payment company does not answer just now. Nothing was charged. "
    "Please try again in a minute."
)
NOT_TAKEN = (
    "The payment company cannot take this payment. Nothing was charged. "
    "Please pay in another way, or write to us."
)
NOT_HERE_YET = (
    "The payment has not reached us yet. You need not pay again: "
    "as soon as it has, this page says so."
)


def bill_page(view):
    """For views at an invoice's link: the issued Invoice in place of code and secret.

    A wrong secret is told like a wrong code, and only wrong ones are counted.
    """

    def guarded(request, conference, code, secret, **kwargs):
        rows = Invoice.objects.of(conference).filter(number__isnull=False).with_sums()
        rows = rows.select_related("sponsorship", "credits", "biller").prefetch_related("lines")
        row = rows.filter(code=code).first()
        matches = codes.secret_matches("invoice", row.nonce if row else "", secret)
        if row is None or not matches:
            try:
                throttle.hit("invoice link", throttle.client(request), limit=30, seconds=900)
            except throttle.Throttled as error:
                return too_many(request, error)
            raise Http404
        row.sponsorship.conference = conference
        return view(request, row, **kwargs)

    return edition_page(guarded)


@require_GET
@bill_page
def bill(request, row):
    providers = actions.card_providers() if row.balance > 0 and not row.is_credit else []
    context = {
        "conference": row.conference,
        "invoice": row,
        "lines": row.lines.all(),
        "is_now": row.state(row.conference.today()),
        "payments": row.payments.all(),
        "notes": row.credit_notes.with_sums().order_by("pk"),
        "providers": providers,
        "debit": row.card_pages.open().exclude(finished_at=None).exists(),
    }
    response = render(request, "sponsors/bill.html", context)
    response._csp_update = {"form-action": [h for one in providers for h in one.form_hosts]}
    return response


@require_GET
@bill_page
def bill_pdf(request, row):
    return send_pdf(row)


@require_POST
@bill_page
def bill_pay(request, row):
    chosen = request.POST.get("provider", "")
    provider = next((one for one in actions.card_providers() if one.name == chosen), None)
    if provider is None:
        messages.error(request, "That way of paying is not offered. Please choose another.")
        return redirect(row)
    try:
        return redirect(actions.begin_card_payment(row, provider, request))
    except NotPayable as error:
        messages.error(request, str(error))
    except payments.Away:
        messages.error(request, NO_ANSWER)
    except payments.Declined:
        log.error("payment_not_begun", invoice=row.code, provider=provider.name)
        messages.error(request, NOT_TAKEN)
    return redirect(row)


@require_GET
@bill_page
def bill_paid(request, row):
    """From the provider's page. Its notification may be slower than the browser, so we ask."""
    if row.balance > 0:
        with suppress(throttle.Throttled):
            throttle.hit("look at payment", row.bill_code, limit=10, seconds=60)
            actions.look_again(row)
        if Invoice.objects.unsettled().filter(pk=row.pk).exists():
            messages.info(request, NOT_HERE_YET)
    return redirect(row)


@require_http_methods(["GET", "POST"])
@bill_page
def bill_card(request, row):
    """The demo provider's card page; there only where the site uses that provider."""
    return demo_page(request, actions.Bill(row, row.balance))
