"""What the ticket mails enclose, drawn when a mail leaves: each ticket, and the receipt."""

from django.db.models import Prefetch

from .documents import receipt
from .documents import ticket as sheet
from .models import Order, OrderLine, RetiredCode, SaleRules, Ticket

PDF = "application/pdf"


def of_order(row):
    """A sheet for each named ticket of the order, and its receipt when money was due."""
    lines = OrderLine.objects.select_related("ticket", "ticket_type", "add_on").order_by("pk")
    order = (
        Order.objects.filter(code=row.about)
        .select_related("conference")
        .prefetch_related(Prefetch("lines", lines), "payments", "refunds__payment")
        .first()
    )
    if order is None:
        return []
    # What was passed on is the new holder’s alone.
    files = list(_sheets(Ticket.objects.filter(order=order, retired_codes=None)))
    if any(line.price for line in order.lines.all()):
        seller = SaleRules.objects.of(order.conference).seller or order.conference.name
        files.append((f"receipt-{order.code}.pdf", PDF, receipt.pdf(order, seller=seller)))
    return files


def of_upgrade(row):
    """The ticket that the order upgraded, unless it was passed on while the mail waited."""
    gone = RetiredCode.objects.filter(retired_at__gte=row.queued_at).values("ticket")
    return _sheets(Ticket.objects.filter(upgrade_orders__code=row.about).exclude(pk__in=gone))


def of_ticket(row):
    return _sheets(Ticket.objects.filter(code=row.about))


def _sheets(tickets):
    found = tickets.admitting().exclude(attendee_name="").order_by("pk")
    found = found.select_related("conference", "ticket_type", "order")
    for ticket in found.prefetch_related("lines__add_on", "lines__order"):
        yield f"ticket-{ticket.code}.pdf", PDF, sheet.pdf(ticket)
