"""What this app holds about a person: shown by address, erased without touching the money."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q

from scale.models import AuditEntry
from scale.privacy import erased_address

from .models import Order, Ticket

ERASED_ORDER = {"buyer_name": "", "buyer_email": erased_address(0), "user": None}
ERASED_TICKET = {
    "attendee_name": "",
    "attendee_email": "",
    "user": None,
    **dict.fromkeys(("organization", "pronouns", "guardian_name", "guardian_phone"), ""),
}


def orders_of(email):
    return Order.objects.filter(buyer_email=email)


def tickets_of(email):
    """Those in the person's name; one they bought for themselves may carry no address."""
    return Ticket.objects.filter(
        Q(attendee_email=email)
        | Q(
            attendee_email="",
            order__buyer_email=email,
            attendee_name=F("order__buyer_name"),
        )
    )


def show(email):
    orders = orders_of(email).select_related("conference")
    tickets = tickets_of(email).select_related("conference")
    return [
        *(
            f"Order {one.code}, {one.conference}, {one.created_at:%Y-%m-%d}: “{one.buyer_name}”"
            for one in orders
        ),
        *(
            f"Ticket {one.code} for {one.conference}: {', '.join(filter(None, badge(one)))}"
            for one in tickets
        ),
    ]


def badge(ticket):
    return (
        ticket.attendee_name,
        ticket.organization,
        ticket.pronouns,
        ticket.guardian_name,
        ticket.guardian_phone,
    )


def erase(email):
    """Names and addresses go; orders, lines, payments and codes stay."""
    return blank(orders_of(email), tickets_of(email))


def blank(orders, tickets):
    """How many rows were blanked; what the audit trail quoted of them goes too."""
    # All are found before any is blanked: a ticket may be found by its order's address.
    found = [
        (rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True))), erased)
        for rows, erased in ((orders, ERASED_ORDER), (tickets, ERASED_TICKET))
    ]
    for rows, _ in found:
        AuditEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(rows.model),
            object_id__in=rows.values("pk"),
        ).update(changes={}, object_repr="(erased)")
    return sum(rows.update(**erased) for rows, erased in found)
