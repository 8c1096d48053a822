"""What the health page says of the ledger: when it was proved last, and what was wrong."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from scale.health import Finding, words

from .models import LedgerCheck, Order

CHECK_LATE = dt.timedelta(hours=26)


def ledger() -> Finding:
    last = LedgerCheck.objects.first()
    now = timezone.now()
    if last is None:
        first = Order.objects.order_by("pk").first()
        is_late = first is not None and now - first.created_at > CHECK_LATE
        return Finding(not is_late, "not checked yet; every night manage.py check_ledger runs")
    age, nights = now - last.ran_at, reverse("admin:registration_ledgercheck_changelist")
    if last.errors:
        number = f"{last.errors} errors" if last.errors > 1 else "1 error"
        first_line = last.report.partition("\n")[0]
        return Finding(False, f"{number} found {words(age)} ago: {first_line}", nights)
    return Finding(age < CHECK_LATE, f"money and places agreed {words(age)} ago", nights)
