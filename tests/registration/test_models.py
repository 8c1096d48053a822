import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from registration.models import Order, OrderLine, Payment, Quota, Refund, Ticket, TicketType
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = pytest.mark.sqlite
NOW = dt.datetime(2027, 1, 15, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def refused(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


def test_database_refuses_an_oversold_quota(quota):
    refused(lambda: Quota.objects.filter(pk=quota.pk).update(taken=101))


def test_database_refuses_a_second_type_with_the_same_code(conference, full):
    refused(lambda: TicketType.objects.create(conference=conference, code="full", name="Again"))


def test_database_refuses_a_type_that_admits_backwards(conference):
    first = conference.starts_on
    refused(
        lambda: reg.ticket_type(conference, admits_from=first, admits_until=first - DAY, price=None)
    )


def test_database_refuses_negative_prices(full):
    refused(lambda: reg.ticket_price(full, amount=Decimal("-0.01")))


def test_database_refuses_negative_lines(conference, full):
    order = reg.order(conference)
    refused(lambda: OrderLine.objects.create(order=order, ticket_type=full, price=Decimal("-1")))


def test_database_refuses_unknown_states(conference, full):
    order = reg.order(conference, types=[full])
    refused(lambda: Order.objects.filter(pk=order.pk).update(status="lost"))
    refused(lambda: Ticket.objects.filter(order=order.pk).update(status="lost"))


def test_database_refuses_codes_and_tokens_twice(conference, full):
    order = reg.order(conference, form_token="a" * 32)
    ticket = reg.ticket(full)
    refused(lambda: reg.order(conference, code=order.code))
    refused(lambda: reg.order(conference, form_token="a" * 32))
    refused(lambda: reg.ticket(full, code=ticket.code))


def test_database_refuses_a_payment_twice_or_of_nothing(conference, full):
    order = reg.order(conference, types=[full])
    payment = reg.payment(order)
    refused(lambda: reg.payment(order, reference=payment.reference))
    refused(lambda: reg.payment(order, amount=Decimal("0.00")))


def test_database_refuses_a_refund_twice_or_of_nothing(conference, full):
    payment = reg.payment(reg.order(conference, types=[full]))
    refund = reg.refund(payment)
    refused(lambda: reg.refund(payment, reference=refund.reference))
    refused(lambda: reg.refund(payment, amount=Decimal("0.00")))


def test_ledger_rows_are_never_changed_or_deleted(conference, full):
    payment = reg.payment(reg.order(conference, types=[full]))
    refund = reg.refund(payment)
    for row in (payment, refund):
        with pytest.raises(ValidationError):
            row.save()
        with pytest.raises(ValidationError):
            row.delete()
    assert (Payment.objects.count(), Refund.objects.count()) == (1, 1)


def test_price_in_force_is_the_one_that_began_last(conference):
    full = reg.ticket_type(conference, price=Decimal("90.00"))
    reg.ticket_price(full, amount=Decimal("120.00"), starts_at=NOW)
    reg.ticket_price(full, amount=Decimal("150.00"), starts_at=NOW + DAY)
    assert full.price_at(NOW - DAY).amount == Decimal("90.00")
    assert full.price_at(NOW).amount == Decimal("120.00")
    assert full.next_price(NOW).amount == Decimal("150.00")
    assert full.next_price(NOW + DAY) is None


def test_two_prices_without_a_start_do_not_break_the_page(full):
    reg.ticket_price(full, amount=Decimal("91.00"))
    assert full.price_at(NOW).amount == Decimal("91.00")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, "on_sale"),
        ({"on_sale_from": NOW + DAY}, "soon"),
        ({"on_sale_from": NOW}, "on_sale"),
        ({"on_sale_until": NOW}, "closed"),
        ({"on_sale_until": NOW + DAY}, "on_sale"),
        ({"price": None}, "soon"),
    ],
)
def test_state_follows_the_dates_of_the_sale(conference, fields, state):
    assert reg.ticket_type(conference, **fields).state(NOW) == state


@pytest.mark.parametrize(("taken", "state"), [(79, "on_sale"), (80, "few"), (100, "sold_out")])
def test_state_follows_the_smallest_quota(conference, taken, state):
    small, large = reg.quota(conference, size=100, taken=taken), reg.quota(conference, size=9999)
    assert reg.ticket_type(conference, quotas=[large, small]).state(NOW) == state


def test_sale_opens_when_both_its_date_and_its_first_price_have_come(conference):
    one = reg.ticket_type(conference, price=None, on_sale_from=NOW + DAY)
    reg.ticket_price(one, starts_at=NOW + 2 * DAY)
    assert one.opens_at(NOW) == NOW + 2 * DAY
    assert reg.ticket_type(conference, price=None).opens_at(NOW) is None


def test_offer_counts_lapsed_reservations_as_free(conference, full, quota):
    Quota.objects.filter(pk=quota.pk).update(taken=98)
    full = TicketType.objects.get(pk=full.pk)
    reg.pending_order(conference, types=[full], minutes=-1)
    quota.refresh_from_db()
    reg.pending_order(conference, types=[TicketType.objects.get(pk=full.pk)], minutes=5)
    quota.refresh_from_db()
    assert quota.taken == 100
    [offered] = TicketType.objects.on_offer(conference)
    assert (offered.left(), offered.state()) == (1, "few")


def test_hidden_types_are_not_on_offer(conference):
    reg.ticket_type(conference, is_hidden=True)
    assert TicketType.objects.on_offer(conference) == []


def test_saving_a_quota_does_not_put_back_an_old_number_taken(conference, quota):
    Quota.objects.filter(pk=quota.pk).update(taken=7)
    quota.size = 200
    quota.save()
    quota.refresh_from_db()
    assert (quota.size, quota.taken) == (200, 7)


@pytest.mark.parametrize("change", ["quota", "ticket_type", "price"])
def test_what_the_tickets_page_shows_raises_the_version(conference, full, quota, change):
    before = conference.version
    {"quota": quota, "ticket_type": full, "price": full.prices.get()}[change].save()
    conference.refresh_from_db()
    assert conference.version > before


def test_days_are_told_in_words(conference):
    first = conference.starts_on  # Thursday, 4 March 2027
    assert reg.ticket_type(conference).days_words() == "Thu 4 – Sun 7 March"
    one_day = reg.ticket_type(conference, admits_from=first, admits_until=first)
    assert one_day.days_words() == "Thu 4 March"
    long = reg.ticket_type(conference, admits_from=first - 5 * DAY)
    assert long.days_words() == "Sat 27 February – Sun 7 March"


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("pending", "paid", True),
        ("pending", "expired", True),
        ("expired", "paid", True),
        ("paid", "cancelled", True),
        ("paid", "pending", False),
        ("expired", "cancelled", False),
        ("cancelled", "paid", False),
    ],
)
def test_orders_move_only_along_the_table(old, new, allowed):
    order = Order(status=old)
    if allowed:
        order.move_to(new)
        assert order.status == new
    else:
        with pytest.raises(ValueError, match="cannot become"):
            order.move_to(new)


def test_reservation_has_run_out_whether_or_not_anyone_came_by(conference):
    assert reg.pending_order(conference, minutes=-1).has_run_out()
    assert not reg.pending_order(conference, minutes=1).has_run_out()
    assert reg.order(conference, status="expired").has_run_out()
    assert not reg.order(conference).has_run_out()


def test_tickets_admit_when_they_are_live_and_paid_or_given(conference, full):
    paid = reg.order(conference, types=[full]).tickets.get()
    given = reg.ticket(full)
    reg.pending_order(conference, types=[full])
    reg.ticket(full, status="cancelled")
    assert set(Ticket.objects.admitting()) == {paid, given}


def test_orders_are_collected_by_account_and_by_proven_address_only(conference):
    user = make.user(email="ana@example.org")
    user.emailaddress_set.create(email="ana@work.example", verified=False)
    bought = reg.order(conference, user=user)
    typed = reg.order(conference, buyer_email="ana@example.org")
    reg.order(conference, buyer_email="ana@work.example")
    reg.order(conference)
    assert set(Order.objects.collected_by(user)) == {bought, typed}


def test_search_finds_by_codes_names_and_addresses(conference, full):
    order = reg.order(conference, types=[full], buyer_name="Zoë Öz", buyer_email="z@example.org")
    reg.order(conference, types=[full])
    ticket = order.tickets.get()
    Ticket.objects.filter(pk=ticket.pk).update(attendee_name="Quincy Adams")
    for words in (order.code.lower(), ticket.spoken_code, "Öz", "z@exam", "quincy"):
        assert list(Order.objects.search(words)) == [order]
    assert list(Order.objects.search("nobody at all")) == []


def test_money_we_owe_back_is_what_was_decided_and_not_sent_yet(conference, full):
    order = reg.order(conference, types=[full])
    waiting = reg.refund(reg.payment(order), status="waiting")
    refused = reg.refund(reg.payment(order), status="failed")
    reg.refund(reg.payment(order), status="done")
    elsewhere = reg.payment(reg.order(make.conference()), amount=5)
    reg.refund(elsewhere, status="waiting")
    assert set(Refund.objects.to_send(conference)) == {waiting, refused}


def test_totals_above_ten_thousand_and_large_ids_are_ordinary(conference):
    dear = reg.ticket_type(conference, price=Decimal("6000.50"))
    order = reg.order(conference, types=[dear, dear], pk=10_001_000)
    assert order.total() == Decimal("12001.00")
    assert order.pk == 10_001_000


def test_spoken_code_is_grouped_for_reading_aloud():
    assert Ticket(code="K7QX2M4PABCD").spoken_code == "K7QX 2M4P ABCD"


def test_lapsed_now_means_by_the_clock(conference):
    order = reg.pending_order(conference, minutes=10)
    assert order.has_run_out(timezone.now() + dt.timedelta(minutes=11))
