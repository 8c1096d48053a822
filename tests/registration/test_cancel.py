"""Single tickets taken back: their places, their money, and what is kept of it."""

from decimal import Decimal

import pytest

from registration import actions
from registration.models import CancellationRequest, Order, Quota, Ticket, VisaRequest
from scale.editions import EditionClosed, close
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def order(conference, full):
    """Two tickets for $90 each, paid."""
    made = reg.order(conference, types=[full, type(full).objects.get(pk=full.pk)])
    Quota.objects.update(taken=2)
    reg.payment(made)
    return made


def owed(order):
    return [(one.amount, one.why) for one in order.refunds.order_by("pk")]


def square(order):
    """Whether what is charged is what was received."""
    fresh = Order.objects.get(pk=order.pk)
    return fresh.charged() == fresh.received()


def cancel(order, *tickets, **how):
    how = {"by": make.user(), "why": "Fell ill."} | how
    return actions.cancel_tickets(order, tickets, **how)


def test_one_ticket_of_two_is_taken_back_and_owed(order, quota):
    first, second = order.tickets.order_by("pk")
    cancel(order, first)
    first.refresh_from_db()
    second.refresh_from_db()
    order.refresh_from_db()
    quota.refresh_from_db()
    assert (first.status, second.status, order.status) == ("cancelled", "live", "paid")
    assert (quota.taken, owed(order)) == (1, [(Decimal("90.00"), "Fell ill.")])
    assert (order.total(), square(order)) == (Decimal("90.00"), True)


def test_fee_is_kept_as_a_line_of_its_own(order):
    cancel(order, order.tickets.first(), keep=Decimal("12.50"))
    assert owed(order) == [(Decimal("77.50"), "Fell ill.")]
    kept = order.lines.get(words="Cancellation fee")
    assert (kept.price, square(order)) == (Decimal("12.50"), True)


@pytest.mark.parametrize("keep", ["90.01", "-0.01"])
def test_more_than_the_ticket_cost_is_not_kept(order, quota, keep):
    with pytest.raises(actions.CannotCancel):
        cancel(order, order.tickets.first(), keep=Decimal(keep))
    quota.refresh_from_db()
    assert (owed(order), quota.taken, Ticket.objects.live().count()) == ([], 2, 2)


def test_order_without_tickets_is_cancelled(order, quota):
    cancel(order, *order.tickets.all(), keep=Decimal("100"))
    order.refresh_from_db()
    quota.refresh_from_db()
    assert (order.status, quota.taken) == ("cancelled", 0)
    assert (owed(order), square(order)) == ([(Decimal("80.00"), "Fell ill.")], True)


def test_ticket_is_cancelled_once(order):
    first = order.tickets.first()
    cancel(order, first)
    with pytest.raises(actions.CannotCancel):
        cancel(order, first)
    assert len(owed(order)) == 1


def test_ticket_of_another_order_is_none_of_this(conference, full, order):
    other = reg.order(conference, types=[full])
    with pytest.raises(actions.CannotCancel):
        cancel(order, other.tickets.get())
    with pytest.raises(actions.CannotCancel):
        cancel(order)
    assert Ticket.objects.live().count() == 3


def test_unpaid_order_is_cancelled_as_a_whole_only(conference, full):
    pending = reg.pending_order(conference, types=[full])
    with pytest.raises(actions.CannotCancel):
        cancel(pending, pending.tickets.get())


def test_closed_edition_cancels_nothing(conference, order):
    close(conference)
    with pytest.raises(EditionClosed):
        cancel(order, order.tickets.first())


def test_cancelling_answers_what_its_holder_had_asked_for(order):
    first = order.tickets.first()
    CancellationRequest.objects.create(ticket=first, why="ill")
    VisaRequest.objects.create(ticket=first, full_name="Zoë Öz", passport_number="X1")
    by = make.user()
    cancel(order, first, by=by)
    asked, visa = CancellationRequest.objects.get(), VisaRequest.objects.get()
    assert (asked.status, asked.answered_by, asked.answer) == ("granted", by, "Fell ill.")
    assert (visa.status, visa.full_name, visa.passport_number) == ("refused", "", "")
    assert visa.erased_at
