"""All that is held about one order, as plain values for its buyer to keep."""

from .models import GroupCode, Order

ORDER = (
    *("code", "status", "buyer_name", "buyer_email", "buyer_organization", "buyer_address"),
    *("currency", "created_at", "filled_in_at", "expires_at", "due_on", "paid_at"),
)
TICKET = (
    *("code", "status", "attendee_name", "attendee_email", "title", "organization", "pronouns"),
    *("postcode", "no_photos", "consent", "is_minor", "guardian_name", "guardian_phone"),
    *("guardian_agreed_at", "accessibility_needs", "phone", "created_at"),
    *("shares_name", "shares_organization", "shares_email", "shares_phone"),
)
PAYMENT = ("provider", "amount", "currency", "received_at")
REFUND = ("amount", "why", "status", "made_at", "sent_at")


def of_order(order: Order) -> dict:
    """A ticket that was passed on is its new holder's: only that much is told."""
    tickets = order.tickets.select_related("ticket_type").order_by("pk")
    upgrades = Order.objects.filter(upgrades__order=order, upgrades__retired_codes=None)
    is_group = GroupCode.objects.filter(order=order).exists()
    return {
        "edition": order.conference.name,
        **_plain(order, ORDER),
        "promo_code": order.promo_code.code if order.promo_code else "",
        "accepted": [str(one) for one in (order.conduct, order.refund_terms) if one],
        "lines": [_line(line) for line in _lines(order)],
        "payments": [_plain(one, PAYMENT) for one in order.payments.order_by("pk")],
        "refunds": [_plain(one, REFUND) for one in order.refunds.order_by("pk")],
        "upgrades": [
            {**_plain(one, ORDER), "lines": [_line(line) for line in _lines(one)]}
            for one in upgrades.order_by("pk")
        ],
        "tickets": [
            _ticket(one, is_group)
            for one in tickets.prefetch_related("answers__question", "retired_codes")
        ],
    }


def _lines(order):
    return order.lines.select_related("ticket_type", "add_on").order_by("pk")


def _line(line):
    return {"what": line.thing(), "price": str(line.price), "status": line.status}


def _ticket(ticket, is_group):
    if ticket.retired_codes.all():
        return {"type": str(ticket.ticket_type), "passed_on_to_someone_else": True}
    if is_group:  # whoever used the code told us about themselves, not the payer
        return {"type": str(ticket.ticket_type), "attendee_name": ticket.attendee_name}
    return {
        "type": str(ticket.ticket_type),
        **_plain(ticket, TICKET),
        "answers": {str(one.question): one.value for one in ticket.answers.all()},
        "asked_to_cancel": [
            _plain(one, ("why", "status", "asked_at", "answered_at", "answer"))
            for one in ticket.cancellation_requests.all()
        ],
        "visa_letter": _letter(ticket),
    }


def _letter(ticket):
    """That there is one; what stands in a passport is shown to nobody who only has the order."""
    letter = getattr(ticket, "visa_request", None)
    return _plain(letter, ("status", "asked_at", "answered_at", "answer")) if letter else None


def _plain(row, names):
    values = {name: getattr(row, name) for name in names}
    return {
        name: value if value is None or isinstance(value, bool | str) else str(value)
        for name, value in values.items()
    }
