"""What this app holds about a person: shown by address, erased without touching the money."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q
from django.utils import timezone

from scale.models import AuditEntry
from scale.privacy import erased_address

from .models import (
    SHARED,
    Answer,
    CancellationRequest,
    CashDrawer,
    Order,
    OrderNote,
    Payment,
    Question,
    Ticket,
    VisaRequest,
    WaitlistEntry,
)

ERASED_ORDER = {
    "buyer_name": "",
    "buyer_email": erased_address(0),
    "buyer_organization": "",
    "buyer_address": "",
    "user": None,
}
BADGE = ("attendee_name", "title", "organization", "pronouns", "postcode", "phone")
GUARDIAN = ("guardian_name", "guardian_phone")
ERASED_TICKET = {
    **dict.fromkeys((*BADGE, *GUARDIAN, "attendee_email", "accessibility_needs"), ""),
    **{f"shares_{name}": False for name in SHARED},
    "guardian_agreed_at": None,
    "user": None,
}
ERASED_VISA = {
    **dict.fromkeys(("full_name", "nationality", "passport_number", "address", "answer"), ""),
    "born_on": None,
}
GONE = "(erased)"


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


def address_of(ticket):
    """The address by which `tickets_of` finds it; empty where there is none."""
    order = ticket.order
    if not ticket.attendee_email and order and ticket.attendee_name == order.buyer_name:
        return order.buyer_email
    return ticket.attendee_email


def waiting(email):
    return WaitlistEntry.objects.filter(
        Q(email=email) | Q(ticket__in=list(tickets_of(email).values_list("pk", flat=True)))
    )


def notes_on(email):
    """What staff wrote about the person's orders, or about others with the address in it."""
    return OrderNote.objects.filter(Q(order__buyer_email=email) | Q(text__icontains=email))


def show(email):
    """Needs and passports are named, not quoted: who looks here is not who may read them."""
    lines = [
        f"Order {one.code}, {one.conference}, {one.created_at:%Y-%m-%d}: "
        f"“{', '.join(filter(None, (one.buyer_name, one.buyer_organization, one.buyer_address)))}”"
        for one in orders_of(email).select_related("conference")
    ]
    tickets = tickets_of(email).select_related("conference", "visa_request")
    for one in tickets.prefetch_related("answers__question", "cancellation_requests"):
        lines += show_ticket(one)
    lines += [
        f"Waiting list of {one.conference} for {one.thing}: “{one.who}”, {one.get_status_display()}"
        for one in waiting(email).select_related("conference", "ticket_type", "add_on", "ticket")
    ]
    lines += [f"Note of staff on order {one.order.code}: “{one.text}”" for one in noted(email)]
    return lines


def noted(email):
    return notes_on(email).select_related("order").order_by("pk")


def show_ticket(ticket):
    facts = [getattr(ticket, name) for name in (*BADGE, *GUARDIAN)]
    about = f"Ticket {ticket.code} for {ticket.conference}"
    lines = [f"{about}: {', '.join(filter(None, facts))}"]
    if shared := ticket.shares():
        lines.append(f"{about}: exhibitors who scan the badge get: {', '.join(shared)}")
    if ticket.accessibility_needs:
        lines.append(f"{about}: accessibility needs, seen by those whom the sale rules name")
    for answer in ticket.answers.all():
        lines.append(f"{about}: “{answer.question}” {' / '.join(answer.value.splitlines())}")
    for wish in ticket.cancellation_requests.all():
        lines.append(f"{about}: asked to cancel: “{wish.why}”")
    visa = getattr(ticket, "visa_request", None)
    if visa and visa.erased_at is None:
        lines.append(f"{about}: asked for a visa letter, with what stands in the passport")
    return lines


def erase(email):
    """Names and addresses go; orders, lines, payments and codes stay."""
    gone = erase_notes(notes_on(email)) + leave_lists(waiting(email))
    tickets = list(tickets_of(email).values_list("pk", flat=True))
    named = list(Ticket.objects.filter(pk__in=tickets).exclude(attendee_name="").values_list("pk"))
    gone += Answer.objects.filter(ticket__in=tickets).delete()[0]
    gone += blank(orders_of(email), Ticket.objects.filter(pk__in=tickets))
    # A place without any name could be taken by somebody else with the group's code.
    Ticket.objects.filter(pk__in=[pk for (pk,) in named]).update(attendee_name=GONE)
    return gone


def erase_notes(notes):
    """That there was a note stays known, beside the order it was on."""
    return notes.exclude(text=GONE).update(text=GONE)


def leave_lists(entries):
    """Whoever waits no longer does; an offer that is out lapses by itself."""
    forget_trail(entries)
    changed = 0
    for entry in entries:
        still = entry.status == WaitlistEntry.Status.WAITING
        changed += WaitlistEntry.objects.filter(pk=entry.pk).update(
            name="",
            email=erased_address(entry.pk),
            status=WaitlistEntry.Status.LEFT if still else entry.status,
        )
    return changed


def blank(orders, tickets):
    """How many rows were blanked; what the audit trail quoted of them goes too."""
    # All are found before any is blanked: a ticket may be found by its order's address.
    orders, tickets = (
        rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
        for rows in (orders, tickets)
    )
    visas = VisaRequest.objects.filter(ticket__in=tickets)
    wishes = CancellationRequest.objects.filter(ticket__in=tickets)
    for rows in (orders, tickets, visas, wishes):
        forget_trail(rows)
    wishes.update(why="", answer="")
    visas.update(**ERASED_VISA, erased_at=timezone.now())
    return orders.update(**ERASED_ORDER) + tickets.update(**ERASED_TICKET)


def blank_edition(conference):
    """Everyone's; what was chosen from a list stays, as a number that is nobody's."""
    orders = Order.objects.filter(conference=conference)
    tickets = Ticket.objects.filter(conference=conference)
    erase_notes(OrderNote.objects.filter(order__in=orders))
    leave_lists(WaitlistEntry.objects.filter(conference=conference))
    texts = Answer.objects.filter(ticket__in=tickets, question__kind=Question.Kind.TEXT)
    texts.delete()
    blank(orders, tickets)
    forget_volunteers(conference)


def forget_volunteers(conference):
    """Who sat at the cash; what was taken, counted and written about the count stays."""
    drawers = CashDrawer.objects.filter(conference=conference)
    forget_trail(drawers)
    drawers.exclude(volunteer="").update(volunteer="")
    paid = Payment.objects.filter(order__conference=conference).exclude(note="")
    by_hand = paid.filter(Q(provider="cash") | Q(by=None))
    forget_trail(by_hand)  # it only repeats the rows, which stay
    by_hand.update(note="")


def forget_needs(conference):
    """Accessibility needs and passports: told to us for the days of the conference alone."""
    tickets = Ticket.objects.filter(conference=conference)
    tickets.exclude(accessibility_needs="").update(accessibility_needs="")
    visas = VisaRequest.objects.filter(ticket__in=tickets, erased_at=None)
    visas.update(**ERASED_VISA, erased_at=timezone.now())


def forget_trail(rows):
    AuditEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(rows.model),
        object_id__in=rows.order_by().values("pk"),
    ).update(changes={}, object_repr=GONE)
