"""Many buyers at once, each in a connection of their own."""

import threading
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection

from registration import actions
from registration.models import Order, OrderLine, Payment, Quota, Ticket, TicketType
from registration.proof import errors
from scale.models import OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

from .crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def buyer_of(conference, code, *, places=1):
    """A function that buys like the checkout does and says how it went."""

    def buy(number, token=None):
        types = TicketType.objects.on_offer(conference)
        chosen = next(one for one in types if one.code == code)
        buyer = actions.Buyer(f"Buyer {number}", f"buyer{number}@example.org")
        attendees = [actions.Attendee(chosen, f"Attendee {number}")] * places
        try:
            order, is_new = actions.place_order(
                conference, buyer, attendees, form_token=token or f"{number:032x}"
            )
        except actions.SoldOut:
            return "sold out"
        return (order.code, is_new)

    return buy


def sold(conference):
    return Ticket.objects.filter(conference=conference).holding().count()


def lapsed_orders(conference, ticket_type, n):
    for _ in range(n):
        fresh = TicketType.objects.get(pk=ticket_type.pk)
        reg.pending_order(conference, types=[fresh], minutes=-1)


@pytest.mark.sqlite
def test_sixteen_buyers_of_five_places_that_lapse_at_the_same_time():
    conference = make.conference()
    quota = reg.quota(conference, size=5)
    full = reg.ticket_type(conference, code="full", quotas=[quota])
    lapsed_orders(conference, full, 5)
    assert Quota.objects.get().taken == 5
    expiring = threading.Thread(target=lambda: (actions.expire_orders(), connection.close()))
    expiring.start()
    outcome = at_once(buyer_of(conference, "full"), 16)
    expiring.join()
    assert outcome.count("sold out") == 11
    assert (sold(conference), Quota.objects.get().taken) == (5, 5)
    assert Counter(Order.objects.values_list("status", flat=True)) == {"expired": 5, "pending": 5}


def test_twenty_four_buyers_of_types_that_share_quotas():
    """Types name the quotas in different orders; nobody waits for another in a circle."""
    conference = make.conference()
    building, expo = reg.quota(conference, size=20), reg.quota(conference, size=8)
    reg.ticket_type(conference, code="full", quotas=[building])
    expo_type = reg.ticket_type(conference, code="expo", quotas=[expo, building])
    reg.ticket_type(conference, code="kids", price=0, quotas=[building, expo])
    lapsed_orders(conference, expo_type, 6)
    codes = ("full", "expo", "kids")
    buyers = {code: buyer_of(conference, code) for code in codes}
    outcome = at_once(lambda n: buyers[codes[n % 3]](n), 24)
    by_type = Counter(Ticket.objects.holding().values_list("ticket_type__code", flat=True))
    assert by_type["full"] == 8
    assert by_type["expo"] + by_type["kids"] == 8
    assert outcome.count("sold out") == 8
    for quota, n in ((building, 16), (expo, 8)):
        quota.refresh_from_db()
        assert quota.taken == n


@pytest.mark.sqlite
def test_double_click_makes_one_order():
    conference = make.conference()
    quota = reg.quota(conference, size=100)
    reg.ticket_type(conference, code="full", quotas=[quota])
    buy = buyer_of(conference, "full")
    outcome = at_once(lambda number: buy(number, token="d" * 32), 2)
    assert {code for code, _ in outcome} == {Order.objects.get().code}
    assert sorted(is_new for _, is_new in outcome) == [False, True]
    assert (Quota.objects.get().taken, Ticket.objects.count()) == (1, 1)


def test_double_click_on_the_last_place_is_not_told_sold_out():
    conference = make.conference()
    quota = reg.quota(conference, size=1)
    reg.ticket_type(conference, code="free", price=0, quotas=[quota])
    buy = buyer_of(conference, "free")
    outcome = at_once(lambda number: buy(number, token="d" * 32), 4)
    assert {code for code, _ in outcome} == {Order.objects.get().code}
    assert (OrderLine.objects.count(), OutgoingEmail.objects.count()) == (1, 1)


def test_same_notification_from_many_servers_is_one_payment():
    conference = make.conference()
    full = reg.ticket_type(conference, quotas=[reg.quota(conference)])
    order = reg.pending_order(conference, types=[full])

    def pay(_):
        return actions.record_payment(
            order.code, provider="demo", reference="r", amount=Decimal("90.00"), currency="USD"
        ).pk

    assert len(set(at_once(pay, 8))) == 1
    assert (reg.owed(Payment.objects.get()), OutgoingEmail.objects.count()) == ("", 1)


def test_two_payments_at_once_pay_once_and_flag_once():
    conference = make.conference()
    full = reg.ticket_type(conference, quotas=[reg.quota(conference)])
    order = reg.pending_order(conference, types=[full])

    def pay(number):
        return reg.owed(
            actions.record_payment(
                order.code,
                provider="demo",
                reference=f"r{number}",
                amount=Decimal("90.00"),
                currency="USD",
            )
        )

    assert sorted(at_once(pay, 2)) == ["", "The order was paid already."]
    assert OutgoingEmail.objects.count() == 1


def test_late_money_and_new_buyers_never_share_a_place():
    """Money for three reservations that ran out comes while eight others buy their places."""
    conference = make.conference()
    quota = reg.quota(conference, size=3)
    full = reg.ticket_type(conference, code="full", quotas=[quota])
    lapsed_orders(conference, full, 3)
    late = list(Order.objects.values_list("code", flat=True))
    buy = buyer_of(conference, "full")

    def work(number):
        if number < 8:
            return buy(number)
        return actions.record_payment(
            late[number - 8],
            provider="demo",
            reference=f"r{number}",
            amount=Decimal("90.00"),
            currency="USD",
        )

    at_once(work, 11)
    paid = Order.objects.filter(status="paid").count()
    flagged = Payment.objects.exclude(refunds=None).count()
    assert paid + flagged == 3
    assert (sold(conference), Quota.objects.get().taken) == (3, 3)


def test_cancelling_twice_at_once_gives_back_once():
    conference = make.conference()
    quota = reg.quota(conference, size=50)
    full = reg.ticket_type(conference, quotas=[quota])
    reg.order(conference, types=[full])
    order = reg.order(conference, types=[TicketType.objects.get(pk=full.pk)])

    def cancel(_):
        try:
            actions.cancel_order(order, by=None)
        except actions.CannotCancel:
            return False
        return True

    assert sorted(at_once(cancel, 4)) == [False, False, False, True]
    assert Quota.objects.get().taken == 1


def test_details_sent_eight_times_at_once_are_written_once():
    """Some with a shirt and some without; the last one holds, and nothing is doubled."""
    conference = make.conference()
    full = reg.ticket_type(conference, quotas=[reg.quota(conference)])
    shirt = reg.add_on(conference, quotas=[reg.quota(conference, size=20)])
    order = reg.cart(conference, types=[full])

    def send(number):
        chosen = [shirt] if number % 2 else []
        attendee = actions.Attendee(full, f"Attendee {number}", add_ons=chosen)
        buyer = actions.Buyer(f"Buyer {number}", "buyer@example.org")
        return actions.fill_in(order, buyer, [attendee]).total()

    totals = set(at_once(send, 8))
    assert totals == {Decimal("90.00"), Decimal("110.00")}
    order.refresh_from_db()
    number = int(order.buyer_name.removeprefix("Buyer "))
    assert order.tickets.get().attendee_name == f"Attendee {number}"
    assert order.lines.filter(add_on=shirt).count() == order.lines.count() - 1 == number % 2
    assert list(errors()) == []
