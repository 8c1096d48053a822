"""Money that comes in: exactly the total makes an order paid, nothing is lost."""

from decimal import Decimal

import pytest

from registration import actions
from registration.models import Order, Payment, Quota
from scale.editions import close
from scale.models import OutgoingEmail
from scale.money import cents
from tests.factories import registration as reg

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def order(conference, full):
    return reg.pending_order(conference, types=[full])


def pay(order, reference="r1", amount=Decimal("90.00"), currency="USD", provider="demo"):
    payment = actions.record_payment(
        order if isinstance(order, str) else order.code,
        provider=provider,
        reference=reference,
        amount=amount,
        currency=currency,
    )
    if isinstance(order, Order):
        order.refresh_from_db()
    return payment


def test_exact_amount_makes_the_order_paid_with_one_mail(order):
    payment = pay(order)
    assert (order.status, reg.owed(payment), order.received()) == ("paid", "", Decimal("90.00"))
    assert order.paid_at is not None
    assert [mail.kind for mail in OutgoingEmail.objects.all()] == ["tickets"]


def test_same_notification_again_changes_nothing(order):
    first = pay(order)
    paid_at = order.paid_at
    assert pay(order) == first
    assert (order.paid_at, Payment.objects.count()) == (paid_at, 1)
    assert OutgoingEmail.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal("89.99")},
        {"amount": Decimal("90.01")},
        {"amount": Decimal("-90.00")},
        {"amount": Decimal("0")},
        {"amount": Decimal("NaN")},
        {"currency": "EUR"},
    ],
)
def test_anything_but_exactly_the_total_is_refused(order, wrong):
    with pytest.raises(actions.PaymentRefused):
        pay(order, **wrong)
    order.refresh_from_db()
    assert (order.status, Payment.objects.count()) == ("pending", 0)


def test_money_for_no_order_is_refused(order):
    with pytest.raises(actions.PaymentRefused):
        pay("NOSUCH")
    assert Payment.objects.count() == 0


def test_reference_of_another_payment_is_refused(conference, full, order):
    other = reg.pending_order(conference, types=[full])
    pay(order)
    with pytest.raises(actions.PaymentRefused):
        pay(other)
    other.refresh_from_db()
    assert (other.status, Payment.objects.count()) == ("pending", 1)


def test_second_payment_is_kept_and_flagged(order):
    pay(order)
    second = pay(order, reference="r2")
    assert reg.owed(second) == "The order was paid already."
    assert (order.status, order.received()) == ("paid", Decimal("90.00"))
    assert OutgoingEmail.objects.count() == 1


def test_late_money_takes_the_places_again_where_there_are_some(conference, full, quota):
    order = reg.pending_order(conference, types=[full], minutes=-1)
    actions.expire_orders()
    payment = pay(order)
    quota.refresh_from_db()
    assert (order.status, reg.owed(payment), quota.taken) == ("paid", "", 1)
    assert OutgoingEmail.objects.count() == 1


def test_late_money_without_a_place_is_kept_and_flagged(conference, full, quota):
    order = reg.pending_order(conference, types=[full], minutes=-1)
    actions.expire_orders()
    Quota.objects.filter(pk=quota.pk).update(taken=100)
    payment = pay(order)
    assert order.status == "expired"
    assert reg.owed(payment) == "The reservation had run out and its places were gone."
    assert (Quota.objects.get(pk=quota.pk).taken, OutgoingEmail.objects.count()) == (100, 0)


def test_money_that_comes_before_anyone_freed_the_places_finds_them(conference, full, quota):
    order = reg.pending_order(conference, types=[full], minutes=-1)
    Quota.objects.filter(pk=quota.pk).update(size=1)
    assert reg.owed(pay(order)) == ""
    assert (order.status, Quota.objects.get(pk=quota.pk).taken) == ("paid", 1)


def test_money_for_a_cancelled_order_is_kept_and_flagged(order):
    actions.cancel_order(order, by=None)
    assert reg.owed(pay(order)) == "The order was cancelled."
    assert order.status == "cancelled"


def test_money_for_a_closed_edition_is_kept_and_flagged(conference, order):
    close(conference)
    assert reg.owed(pay(order)) == "The edition was closed."
    assert order.status == "pending"


@pytest.mark.parametrize(
    ("exact", "rounded"), [("2.625", "2.62"), ("3.675", "3.68"), ("3.282", "3.28")]
)
def test_money_rounds_half_even_to_the_cent(exact, rounded):
    assert cents(Decimal(exact)) == Decimal(rounded)
    assert cents(Decimal("5.25") * Decimal("0.5")) == Decimal("2.62")
    assert cents(Decimal("5.25") * Decimal("0.7")) == Decimal("3.68")
    assert cents(Decimal("5.47") * Decimal("0.6")) == Decimal("3.28")


def test_total_above_ten_thousand_is_charged_to_the_cent(conference):
    dear = reg.ticket_type(conference, price=Decimal("5000.05"))
    order = reg.pending_order(conference, types=[dear, dear, dear])
    pay(order, amount=Decimal("15000.15"))
    assert order.status == "paid"
