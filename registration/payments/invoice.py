"""Pay later by bank transfer: the places are kept until the due day, staff write the money down."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest

from ..models import Order, SaleRules
from . import Declined, Provider, Session


class Invoice(Provider):
    name = "invoice"
    label = "invoice"
    by_hand = True
    waits_for_days = True

    def offers(self, order: Order) -> bool:
        return due_on(order) is not None

    def begin(
        self, order: Order, request: HttpRequest, *, key: str, closes_at: dt.datetime
    ) -> Session:
        due = due_on(order)
        if due is None:
            raise Declined("An invoice can no longer be paid in time.")
        page = f"{settings.SITE_URL}{order.get_absolute_url()}"
        return Session(url=page, reference=key, expires_at=end_of(due, order))


def due_on(order: Order) -> dt.date | None:
    """The day by which it must be paid, the eve of the conference at the latest.

    None where the edition sends no invoices, or where it is too late for one.
    """
    conference = order.conference
    days = SaleRules.objects.of(conference).invoice_days
    today = conference.today()
    due = min(today + dt.timedelta(days=days), conference.starts_on - dt.timedelta(days=1))
    return due if due > today else None


def end_of(day: dt.date, order: Order) -> dt.datetime:
    """The instant at which the day is over at the conference."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), order.conference.zone)
    return midnight.astimezone(dt.UTC)


provider = Invoice()
