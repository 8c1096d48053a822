"""Many givers of free tickets at once, each in a connection of their own."""

from decimal import Decimal

import pytest

from registration import actions
from registration.actions.stock import held_places
from registration.models import CompAllowance, CompChoice, Order, Quota, Ticket, TicketType
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.registration.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SOURCE = "sponsorship:12"


@pytest.fixture
def guest():
    conference = make.conference()
    return reg.ticket_type(conference, price=None, quotas=[reg.quota(conference, size=50)])


def giver(guest, **fields):
    def give(number):
        chosen = TicketType.objects.get(pk=guest.pk)
        named = {"name": f"Guest {number}", "email": f"guest{number}@example.org"}
        try:
            ticket = actions.give_ticket(
                guest.conference, chosen, **named | {"role": "staff", "why": "Helps"} | fields
            )
        except actions.AllowanceUsedUp:
            return "used up"
        return ticket.pk

    return give


def places_are_exact():
    for quota in Quota.objects.all():
        assert quota.taken == held_places(quota)


@pytest.mark.sqlite
def test_eight_at_once_with_one_left(guest):
    giver(guest, source=SOURCE, limit=2)(99)
    outcome = at_once(giver(guest, source=SOURCE, limit=2), 8)
    assert outcome.count("used up") == 7
    assert CompAllowance.objects.get(source=SOURCE).given == 2
    assert Ticket.objects.count() == 2
    places_are_exact()


@pytest.mark.sqlite
def test_two_roles_of_one_person_at_once_make_one_ticket(guest):
    roles = ("speaker", "press", "staff", "sponsor")

    def give(number):
        one = {"name": "Ana Ruiz", "email": "ana@example.org", "role": roles[number]}
        return giver(guest, **one)(number)

    assert len(set(at_once(give, 4))) == 1
    assert set(Ticket.objects.get().ribbons.values_list("role", flat=True)) == set(roles)
    places_are_exact()


def test_one_choice_answered_twice_at_once_owes_once(guest):
    conference = guest.conference
    full = reg.ticket_type(conference, quotas=[Quota.objects.get()])
    bought = reg.bought_ticket(conference, full, name="Ana", email="ana@example.org")
    giver(guest, name="Ana", email="ana@example.org", source=SOURCE, limit=1)(0)

    def answer(number):
        choice = CompChoice.objects.select_related("ticket__conference").get()
        try:
            way = "refund" if number % 2 else "pass_on"
            actions.answer_choice(choice, way, name="Bo", email="bo@example.org")
        except actions.AnsweredAlready:
            return "late"
        return "done"

    assert sorted(at_once(answer, 4)) == ["done", "late", "late", "late"]
    order = Order.objects.get(pk=bought.order_id)
    assert order.charged() == order.received()
    assert order.charged() in (Decimal("0.00"), Decimal("90.00"))
    places_are_exact()


def test_giving_cancelling_and_answering_at_once_stay_exact(guest):
    """No deadlock is left over, and counts are right however it went."""
    conference = guest.conference
    full = reg.ticket_type(conference, quotas=[Quota.objects.get()])
    orders = []
    for n in range(4):
        fresh = TicketType.objects.get(pk=full.pk)
        address = f"buyer{n}@example.org"
        orders.append(reg.bought_ticket(conference, fresh, name="B", email=address).order)
    given = [Ticket.objects.get(pk=giver(guest, source=SOURCE, limit=9)(n)) for n in range(4)]

    def work(number):
        kind, n = divmod(number, 4)
        if kind == 0:
            one = {"name": "B", "email": f"buyer{n}@example.org"}
            giver(guest, source=SOURCE, limit=9, **one)(n)
        elif kind == 1:
            actions.cancel_order(orders[n], by=None)
        else:
            actions.cancel_comp(given[n], by=None, why="…")

    at_once(work, 12)
    places_are_exact()
    row = CompAllowance.objects.get(source=SOURCE)
    assert row.given == Ticket.objects.live().filter(allowance=row).count()
    for order in Order.objects.all():
        assert order.charged() == order.received()
