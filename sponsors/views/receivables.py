"""Who owes us how much, and for how long."""

from itertools import groupby

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from registration.exports.files import csv_lines
from scale import money
from scale.auth import staff_page
from scale.models import AuditEntry

from ..models import Invoice
from .invoices import DESK, money_rights

AGES = (("not due yet", 0), ("1–30 days", 30), ("31–60 days", 60), ("61–90 days", 90))
OLDEST = "over 90 days"
COLUMNS = (
    *("Invoice", "Bill to", "PO number", "Issued", "Due", "Days overdue", "Age"),
    *("Total", "Credited", "Paid", "Open", "Currency"),
)


def age_of(days):
    return next((words for words, last in AGES if days <= last), OLDEST)


def open_invoices(conference):
    """Each with `days` overdue and its `age`, the oldest first."""
    rows = list(
        Invoice.objects.of(conference)
        .unsettled()
        .select_related("sponsorship__organization")
        .order_by("due_on", "number")
    )
    today = conference.today()
    for row in rows:
        row.days = max(0, (today - row.due_on).days)
        row.age = age_of(row.days)
    return rows


def by_age(rows):
    """Each age with how many, how much, and how wide its bar is."""
    sums = {words: [0, money.ZERO] for words in [*(words for words, _ in AGES), OLDEST]}
    for row in rows:
        sums[row.age][0] += 1
        sums[row.age][1] += row.balance
    top = max((total for _, total in sums.values()), default=0) or 1
    return [
        {
            "name": words,
            "n": n,
            "sum": total,
            "width": 100 * total / top,
            "late": words != "not due yet",
        }
        for words, (n, total) in sums.items()
    ]


def by_debtor(rows):
    """Who owes most stands first."""

    def key(row):
        return row.sponsorship.organization.name, row.sponsorship.organization_id

    debtors = []
    for (name, pk), held in groupby(sorted(rows, key=key), key):
        mine = list(held)
        debtors.append(
            {
                "name": name,
                "pk": pk,
                "invoices": mine,
                "sum": sum(row.balance for row in mine),
                "days": max(row.days for row in mine),
            }
        )
    return sorted(debtors, key=lambda one: -one["sum"])


@require_GET
@staff_page(*DESK)
def receivables(request, conference):
    rows = open_invoices(conference)
    context = {
        "conference": conference,
        "ages": by_age(rows),
        "debtors": by_debtor(rows),
        "number": len(rows),
        "total": sum((row.balance for row in rows), money.ZERO),
        "overdue": sum((row.balance for row in rows if row.days), money.ZERO),
        **money_rights(request.user, conference),
    }
    return render(request, "sponsors/receivables.html", context)


@require_GET
@staff_page(*DESK)
def receivables_file(request, conference):
    """As CSV; the audit trail keeps who took it."""
    rows = open_invoices(conference)
    words = f"receivables as CSV, {len(rows)} invoices"
    AuditEntry.objects.tell(conference, "exported", why=words, by=request.user)
    lines = csv_lines(COLUMNS, [cells(row) for row in rows])
    response = StreamingHttpResponse(lines, content_type="text/csv")
    name = f"{conference.slug}-receivables-{conference.today():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def cells(row):
    return [
        *(row.label, row.bill_name, row.po_number, row.issued_on, row.due_on, row.days, row.age),
        *(row.total_is, row.credited, row.paid, row.balance, row.currency),
    ]
