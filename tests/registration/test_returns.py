"""What was given and is taken back, where the holder had bought a ticket before."""

from decimal import Decimal

import pytest
from django.utils import timezone

from registration import actions
from registration.actions.stock import held_places
from registration.models import CompAllowance, CompChoice, OrderLine, Quota, Ticket
from registration.proof import errors
from scale.db import retry
from scale.models import AuditEntry
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
PRESS = {"role": "press", "source": "press:7", "why": "Press: Kernel Weekly"}
ANA = {"name": "Ana Ruiz", "email": "ana@example.org"}


@pytest.fixture
def guest(conference, quota):
    return reg.ticket_type(conference, code="guest", price=None, is_hidden=True, quotas=[quota])


@pytest.fixture
def order(conference, full):
    """Two tickets of $90, paid; the first is Ana's."""
    order = reg.paid_order(conference, types=[full, full], paid_at=timezone.now())
    Ticket.objects.filter(pk=order.tickets.order_by("pk")[0].pk).update(
        attendee_name="Ana Ruiz", attendee_email="ana@example.org"
    )
    return order


@pytest.fixture
def hers(conference, guest, order):
    """Her bought ticket, when she had been given a press pass and is asked about her money."""
    ticket = actions.give_ticket(conference, guest, **ANA, **PRESS, limit=1)
    assert ticket.order == order
    return ticket


def answer(ticket, what):
    actions.answer_choice(CompChoice.objects.get(ticket=ticket), what)


def take_back(ticket, by=None):
    ended = retry(actions.end_given)(ticket, **PRESS, by=by)
    ticket.refresh_from_db()
    return ended


def given():
    return CompAllowance.objects.get(source="press:7").given


def nets_to_zero(ticket):
    lines = OrderLine.objects.filter(ticket=ticket).exclude(status=OrderLine.Status.LAPSED)
    return sum(line.price for line in lines) == 0


def all_is_exact(quota):
    assert Quota.objects.get(pk=quota.pk).taken == held_places(quota)
    assert list(errors()) == []


def test_ticket_whose_money_went_back_ends_with_the_pass(order, hers, quota):
    answer(hers, "refund")
    by = make.user()
    assert take_back(hers, by)
    order.refresh_from_db()
    assert (hers.status, order.status, given()) == ("cancelled", "paid", 0)
    assert nets_to_zero(hers)
    assert order.total() == Decimal("90.00")  # the colleague's
    assert sum(one.amount for one in order.refunds.all()) == Decimal("90.00")
    assert Quota.objects.get(pk=quota.pk).taken == 1
    told = AuditEntry.objects.get_for_object(order).filter(actor=by)
    assert any(hers.code in str(entry.changes) for entry in told)
    all_is_exact(quota)
    assert not take_back(hers)
    assert given() == 0


def test_order_without_another_ticket_is_closed_and_owes_its_extras(conference, full, guest, quota):
    bought = reg.bought_ticket(conference, full, **ANA, paid_at=timezone.now())
    line = reg.add_extra(bought, reg.add_on(conference, price=Decimal("20.00")))
    reg.payment(bought.order, amount=line.price)
    actions.give_ticket(conference, guest, **ANA, **PRESS, limit=1)
    answer(bought, "refund")
    assert take_back(bought)
    bought.order.refresh_from_db()
    assert (bought.order.status, bought.order.total(), given()) == ("cancelled", 0, 0)
    assert sum(one.amount for one in bought.order.refunds.all()) == Decimal("110.00")
    all_is_exact(quota)


def test_upgrade_bought_after_the_refund_is_owed_back(conference, hers, quota):
    answer(hers, "refund")
    vip = reg.ticket_type(conference, price=150, quotas=[quota])
    cost = Decimal("150.00")
    upgrade, _ = actions.upgrade_ticket(hers, vip, (), form_token="u" * 32, shown_cost=cost)
    facts = {"provider": "demo", "reference": "u", "amount": cost, "currency": "USD"}
    actions.record_payment(upgrade.code, **facts)
    assert take_back(hers)
    upgrade.refresh_from_db()
    assert (hers.status, upgrade.status, upgrade.total()) == ("cancelled", "cancelled", 0)
    assert upgrade.refunds.get().amount == cost
    all_is_exact(quota)


def test_who_speaks_as_well_keeps_the_ticket(conference, guest, hers, quota):
    answer(hers, "refund")
    actions.give_ticket(conference, guest, **ANA, role="speaker", why="Her talk")
    assert not take_back(hers)
    assert (hers.status, hers.allowance, given()) == ("live", None, 0)
    assert [one.role for one in hers.ribbons.all()] == ["speaker"]
    all_is_exact(quota)


@pytest.mark.parametrize("what", [None, "nothing"])
def test_who_left_the_money_here_keeps_the_bought_ticket(hers, quota, what):
    if what:
        answer(hers, what)
    assert not take_back(hers)
    assert (hers.status, hers.order.status, given()) == ("live", "paid", 0)
    assert CompChoice.objects.filter(answer="open").count() == 0
    assert hers.order.refunds.count() == 0
    all_is_exact(quota)


def test_ticket_that_she_passed_on_after_the_refund_ends_too(hers, quota):
    answer(hers, "refund")
    hers.refresh_from_db()
    actions.pass_on(hers, name="Bo Li", email="bo@example.org")
    assert take_back(hers)
    assert (hers.status, given()) == ("cancelled", 0)
    all_is_exact(quota)
