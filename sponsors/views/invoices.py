from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import money
from scale.auth import staff_page
from scale.models import OutgoingEmail, Role

from .. import actions
from ..documents import invoice as paper
from ..forms import (
    BillerForm,
    CreditForm,
    InvoiceForm,
    InvoiceSearchForm,
    LineFormSet,
    MailForm,
    PaymentForm,
    RefundForm,
    lines_of,
)
from ..models import Biller, CardRefund, Invoice, Sponsorship
from ..models.invoices import HALF_A_CENT
from . import READERS, acted, pressed, rights_of

DESK = (Role.FINANCE, Role.SPONSORSHIP)
LINES = 50
UNBILLED = 8
SORTS = {
    "": [F("number").desc(nulls_first=True), "-pk"],
    "due": [F("due_on").asc(nulls_last=True), "pk"],
    "open": ["-open_sum", "pk"],
    "name": ["bill_name", "pk"],
}


def money_rights(user, conference):
    """What the templates ask: finance writes papers and money down, sponsorship drafts."""
    finance = user.has_role(conference, Role.FINANCE)
    return rights_of(user, conference) | {
        "may_bill": finance and not conference.is_closed,
        "may_pay": finance,  # money may come when the edition is over
        "may_draft": not conference.is_closed,
        "sees_organizations": user.has_role(conference, *READERS),
    }


def narrowed(rows, asked, today):
    """The invoices that were asked for; rows come with sums."""
    if words := asked.get("q"):
        rows = rows.filter(
            Q(label__icontains=words)
            | Q(bill_name__icontains=words)
            | Q(po_number__icontains=words)
            | Q(sponsorship__organization__name__icontains=words)
        )
    bills = Q(kind="invoice", number__isnull=False)
    settled = bills & Q(open_sum__lt=HALF_A_CENT, open_sum__gt=-HALF_A_CENT)
    which = {
        "draft": Q(number=None),
        "open": bills & Q(open_sum__gt=HALF_A_CENT),
        "overdue": bills & Q(open_sum__gt=HALF_A_CENT, due_on__lt=today),
        "paid": settled & Q(paid_sum__gt=HALF_A_CENT),
        "credited": bills & Q(credited_sum__gt=HALF_A_CENT),
        "overpaid": bills & Q(open_sum__lt=-HALF_A_CENT),
        "note": Q(kind="credit"),
    }
    return rows.filter(which[asked["state"]]) if asked.get("state") else rows


@require_GET
@staff_page(*DESK)
def invoices(request, conference):
    form = InvoiceSearchForm(request.GET)
    form.is_valid()  # what cannot be read is said beside its field and narrows nothing
    asked, today = form.cleaned_data, conference.today()
    rows = narrowed(Invoice.objects.of(conference).with_sums(), asked, today)
    page = Paginator(
        rows.order_by(*SORTS[asked.get("sort") or ""]).select_related("sponsorship__organization"),
        LINES,
    ).get_page(request.GET.get("page"))
    for row in page:
        row.is_now = row.state(today)
    context = {
        "conference": conference,
        "form": form,
        "page": page,
        "sums": sums_of(rows),
        "narrowed": any(asked.get(name) for name in ("q", "state")),
        "state": asked.get("state", ""),
        "unbilled": list(unbilled(conference)[:UNBILLED]),
        "maybe_sent": CardRefund.objects.of_edition(conference),
        "biller": Biller.objects.filter(conference=conference).first(),
        **money_rights(request.user, conference),
    }
    return render(request, "sponsors/invoices.html", context)


def sums_of(rows):
    """What the issued invoices among the rows come to, by the database."""
    names = ("total", "credited", "paid", "open")
    found = (
        rows.filter(kind="invoice", number__isnull=False)
        .order_by()
        .aggregate(**{name: Sum(f"{name}_sum") for name in names})
    )
    return {name: money.cents(found[name] or money.ZERO) for name in names}


def unbilled(conference):
    """Signed deals with an amount and without any invoice."""
    billed = Invoice.objects.filter(sponsorship=OuterRef("pk"))
    deals = Sponsorship.objects.public(conference).filter(amount__gt=0)
    return deals.filter(~Exists(billed))


def find_invoice(conference, pk):
    rows = Invoice.objects.of(conference).with_sums().prefetch_related("lines")
    rows = rows.select_related("sponsorship__organization", "sponsorship__package", "credits")
    found = get_object_or_404(rows, pk=pk)
    found.sponsorship.conference = conference
    return found


@require_GET
@staff_page(*DESK)
def invoice(request, conference, pk):
    return show(request, conference, find_invoice(conference, pk))


def show(request, conference, row, **forms):
    """One invoice with its lines and money; `forms` are those that were sent and have errors."""
    rights = money_rights(request.user, conference)
    context = {
        "conference": conference,
        "invoice": row,
        "lines": row.lines.all(),
        "is_now": row.state(conference.today()),
        "payments": row.payments.select_related("by"),
        "maybe_sent": CardRefund.objects.of_invoice(row).select_related("by", "payment"),
        "notes": row.credit_notes.with_sums().order_by("pk"),
        "mails": OutgoingEmail.objects.about([row.bill_code])[:10],
        "biller": Biller.objects.filter(conference=conference).first(),
        "title": f"{paper.title_of(row)} {row.label or ''}".strip(),
        **rights,
    }
    if not row.is_draft and rights["may_pay"]:
        context |= act_forms(conference, row, request.user)
    return render(request, "sponsors/invoice.html", context | forms)


def act_forms(conference, row, user):
    """The forms of what can be done with it now."""
    made = {"mail_form": mail_form(row)}
    if row.is_credit:
        return made
    made["payment_form"] = payment_form(row)
    if row.paid > 0:
        made["refund_form"] = refund_form(row)
    if row.credited < row.total_is:
        made["credit_form"] = credit_form(row)
    return made


def action_of(row, name):
    return reverse(f"sponsors:{name}", args=[row.conference.slug, row.pk])


def payment_form(row, data=None):
    initial = {"amount": max(row.balance, money.ZERO) or "", "received_on": row.conference.today()}
    action = action_of(row, "invoice-payment")
    return PaymentForm(data, prefix="pay", action=action, words="Write it down", initial=initial)


def refund_form(row, data=None):
    initial = {"amount": max(-row.balance, money.ZERO) or "", "received_on": row.conference.today()}
    action = action_of(row, "invoice-refund")
    by_card = [provider.name for provider in actions.card_providers()]
    cards = row.payments.filter(method__in=by_card, amount__gt=0)
    return RefundForm(
        data, prefix="back", action=action, words="Send it back", initial=initial, cards=cards
    )


def credit_form(row, data=None):
    action = action_of(row, "invoice-credit")
    return CreditForm(data, prefix="credit", action=action, words="Issue the credit note")


def mail_form(row, data=None):
    action = action_of(row, "invoice-mail")
    return MailForm(data, prefix="mail", action=action, initial={"to": row.bill_email})


@require_http_methods(["GET", "POST"])
@staff_page(*DESK)
def invoice_new(request, conference, pk):
    deals = Sponsorship.objects.select_related("organization", "package", "conference")
    deal = get_object_or_404(deals, pk=pk, conference=conference)
    facts, lines = actions.first_facts(deal)
    form = InvoiceForm(request.POST or None, initial=facts, conference=conference)
    lines_form = LineFormSet(request.POST or None, initial=lines, prefix="line")
    if made := saved(request, form, lines_form, actions.draft_invoice, deal.pk):
        return redirect("sponsors:invoice", conference.slug, made.pk)
    return draft_page(request, conference, deal, form, lines_form, "New invoice")


@require_http_methods(["GET", "POST"])
@staff_page(*DESK)
def invoice_edit(request, conference, pk):
    row = find_invoice(conference, pk)
    if not row.is_draft:
        messages.error(request, f"{row.label} was issued and is never changed.")
        return redirect("sponsors:invoice", conference.slug, pk)
    form = InvoiceForm(request.POST or None, instance=row, conference=conference)
    lines_form = LineFormSet(request.POST or None, initial=lines_of(row), prefix="line")
    if saved(request, form, lines_form, actions.change_draft, pk):
        return redirect("sponsors:invoice", conference.slug, pk)
    return draft_page(request, conference, row.sponsorship, form, lines_form, "Draft of an invoice")


def saved(request, form, lines_form, action, pk):
    """The draft; None when something of it cannot be, which then stands on the page."""
    if request.method != "POST":
        return None
    if not (form.is_valid() & lines_form.is_valid()):
        return None
    return acted(form, action, pk, form.cleaned_data, lines_form.filled())


def draft_page(request, conference, deal, form, lines_form, title):
    context = {
        "conference": conference,
        "deal": deal,
        "form": form,
        "lines_form": lines_form,
        "title": title,
        **money_rights(request.user, conference),
    }
    return render(request, "sponsors/invoice_form.html", context)


@require_POST
@staff_page(*DESK)
def invoice_drop(request, conference, pk):
    find_invoice(conference, pk)
    before = pressed(request, lambda: actions.drop_draft(pk) or True)
    if before:
        messages.success(request, "The draft is deleted.")
        return redirect("sponsors:invoices", conference.slug)
    return redirect("sponsors:invoice", conference.slug, pk)


@require_POST
@staff_page(Role.FINANCE)
def invoice_issue(request, conference, pk):
    find_invoice(conference, pk)
    mail = request.POST.get("mail") == "yes"
    if made := pressed(request, actions.issue_invoice, pk, by=request.user, mail=mail):
        sent = f" and is on its way to {made.bill_email}" if mail else ""
        messages.success(request, f"Invoice {made.label} is issued{sent}.")
    return redirect("sponsors:invoice", conference.slug, pk)


@require_POST
@staff_page(Role.FINANCE)
def invoice_payment(request, conference, pk):
    row = find_invoice(conference, pk)
    form = payment_form(row, request.POST)
    if form.is_valid() and acted(
        form, actions.record_invoice_payment, pk, by=request.user, **form.cleaned_data
    ):
        messages.success(request, "The payment is written down.")
        return redirect("sponsors:invoice", conference.slug, pk)
    return show(request, conference, row, payment_form=form)


@require_POST
@staff_page(Role.FINANCE)
def invoice_refund(request, conference, pk):
    row = find_invoice(conference, pk)
    form = refund_form(row, request.POST)
    if form.is_valid() and acted(form, actions.send_back, pk, by=request.user, **form.cleaned_data):
        messages.success(request, "What went back is written down.")
        return redirect("sponsors:invoice", conference.slug, pk)
    return show(request, conference, row, refund_form=form)


@require_POST
@staff_page(Role.FINANCE)
def invoice_refund_ask(request, conference, pk, refund):
    """Ask the card company again for one that was maybe sent."""
    find_invoice(conference, pk)
    if pressed(request, actions.ask_for_card_refund, pk, refund):
        messages.success(request, "It went back, once, and is written down.")
    return redirect("sponsors:invoice", conference.slug, pk)


@require_POST
@staff_page(Role.FINANCE)
def invoice_credit(request, conference, pk):
    row = find_invoice(conference, pk)
    form = credit_form(row, request.POST)
    if form.is_valid() and (
        note := acted(form, actions.credit_invoice, pk, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, f"Credit note {note.label} is issued.")
        return redirect("sponsors:invoice", conference.slug, pk)
    return show(request, conference, row, credit_form=form)


@require_POST
@staff_page(Role.FINANCE)
def invoice_mail(request, conference, pk):
    row = find_invoice(conference, pk)
    form = mail_form(row, request.POST)
    if form.is_valid() and acted(form, actions.mail_invoice, pk, **form.cleaned_data):
        messages.success(request, f"It is on its way to {form.cleaned_data['to']}.")
        return redirect("sponsors:invoice", conference.slug, pk)
    return show(request, conference, row, mail_form=form)


@require_POST
@staff_page(Role.FINANCE)
def invoice_remind(request, conference, pk):
    find_invoice(conference, pk)
    if mail := pressed(request, actions.remind, pk):
        messages.success(request, f"A reminder is on its way to {mail.to_address}.")
    return redirect("sponsors:invoice", conference.slug, pk)


@require_POST
@staff_page(Role.FINANCE)
def invoices_remind(request, conference):
    if (done := pressed(request, actions.remind_all, conference)) is not None:
        sent, left = done
        says = f"{sent} reminders are on their way." if sent != 1 else "One reminder is on its way."
        if left:
            says += f" {left} could not be mailed: they have no address."
        messages.success(request, says)
    return redirect(f"{reverse('sponsors:invoices', args=[conference.slug])}?state=overdue")


@require_GET
@staff_page(*DESK)
def invoice_pdf(request, conference, pk):
    return send_pdf(find_invoice(conference, pk))


def send_pdf(row):
    response = HttpResponse(paper.pdf(row), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{paper.file_name(row)}"'
    return response


@require_http_methods(["GET", "POST"])
@staff_page(Role.FINANCE)
def biller(request, conference):
    row = Biller.objects.filter(conference=conference).first()
    form = BillerForm(request.POST or None, instance=row)
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, actions.save_biller, conference, form.cleaned_data)
    ):
        messages.success(request, "Saved. It stands on what is issued from now on.")
        return redirect("sponsors:invoices", conference.slug)
    context = {"conference": conference, "form": form, "title": "Who sends our invoices"}
    return render(request, "sponsors/biller.html", context)
