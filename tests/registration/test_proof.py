"""The proof of the ledger: silent about what the site itself did, loud about each planted error."""

import datetime as dt
import io
import secrets
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from registration import actions, health, tasks
from registration.models import (
    AddOn,
    CompAllowance,
    LedgerCheck,
    Order,
    OrderLine,
    PromoCode,
    Quota,
    TicketType,
)
from registration.proof import CHECKS, errors
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def buy(conference, *types, add_ons=(), promo=None):
    fresh = [TicketType.objects.get(pk=one.pk) for one in types]
    buyer = actions.Buyer("Ines Duarte", "ines@example.org")
    people = [actions.Attendee(one, "Ines Duarte", add_ons=add_ons) for one in fresh]
    order, _ = actions.place_order(
        conference, buyer, people, form_token=secrets.token_hex(16), promo=promo
    )
    return order


def pay(order, reference, **more):
    actions.record_payment(
        order.code,
        **{"provider": "demo", "reference": reference, "currency": order.currency}
        | {"amount": order.total()}
        | more,
    )
    order.refresh_from_db()
    return order


@pytest.fixture
def shop(conference, full, free, quota):
    """Every kind of order there is, made by the site's own actions; by name."""
    shirts = reg.quota(conference, name="Shirts", size=10)
    shirt = AddOn.objects.create(conference=conference, name="Size M", price=Decimal("12.10"))
    shirt.quotas.add(shirts)
    promo = PromoCode.objects.create(conference=conference, code="HALF", value=50, max_uses=9)
    orders = {
        "free": buy(conference, free),
        "paid": pay(buy(conference, full, full, add_ons=[shirt], promo=promo), "p1"),
        "twice": pay(pay(buy(conference, full), "p2"), "p3"),
        "cancelled": pay(buy(conference, full, add_ons=[shirt]), "p4"),
        "dropped": buy(conference, full, promo=promo),
        "waiting": buy(conference, full, add_ons=[shirt], promo=promo),
        "ran out": buy(conference, full, promo=promo),
        "not freed": buy(conference, full, add_ons=[shirt], promo=promo),
    }
    actions.cancel_order(orders["cancelled"], by=None)
    actions.cancel_order(orders["dropped"], by=None)
    past = timezone.now() - dt.timedelta(minutes=1)
    Order.objects.filter(pk=orders["ran out"].pk).update(expires_at=past)
    actions.expire_orders()
    actions.give_ticket(conference, full, name="Guest", email="", why="Press")
    Order.objects.filter(pk=orders["not freed"].pk).update(expires_at=past)
    return {name: Order.objects.get(pk=order.pk) for name, order in orders.items()}


def found(conference=None):
    return [(error.check, error.where, error.says) for error in errors(conference)]


def plant(statement, *values):
    """Behind the site's back, as a broken program or a hand in the database would."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def test_nothing_is_wrong_with_what_the_site_did(shop):
    assert found() == []
    assert {order.status for order in shop.values()} == set(Order.Status.values)
    assert Quota.objects.get(name="Shirts").taken == 2 + 1 + 1  # paid, waiting, not freed


def test_nothing_is_wrong_with_an_empty_database(db):
    assert found() == []


def test_payment_that_vanished(shop):
    paid = shop["paid"]
    plant("DELETE FROM registration_payment WHERE order_id = %s", paid.pk)
    assert found() == [
        ("money", f"order {paid.code}", "paid, charged 102.10, received 0.00 USD"),
        ("paid orders", f"order {paid.code}", "is paid and costs 102.10, but there is no payment"),
    ]


def test_payment_a_cent_short(shop):
    code = shop["paid"].code
    plant("UPDATE registration_payment SET amount = amount - 0.01 WHERE reference = 'p1'")
    assert found() == [("money", f"order {code}", "paid, charged 102.10, received 102.09 USD")]


def test_refund_that_vanished_or_failed(shop):
    twice = shop["twice"]
    plant("UPDATE registration_refund SET status = 'failed' WHERE order_id = %s", twice.pk)
    says = "paid, charged 90.00, received 180.00 USD"
    where = f"order {twice.code}"
    assert found() == [("money", where, f"{says}; refunds of 90.00 failed")]
    plant("DELETE FROM registration_refund WHERE order_id = %s", twice.pk)
    assert found() == [("money", where, says)]


def test_money_of_an_order_that_is_not_paid(shop):
    waiting = shop["waiting"]
    plant(
        "UPDATE registration_payment SET order_id = %s WHERE reference = 'p1'",
        waiting.pk,
    )
    where = f"order {waiting.code}"
    assert ("money", where, "pending, charged 0.00, received 102.10 USD") in found()


def test_line_whose_price_was_changed(shop):
    paid = shop["paid"]
    line = paid.lines.exclude(add_on=None).first()
    plant("UPDATE registration_orderline SET price = 6.15 WHERE id = %s", line.pk)
    assert found() == [("money", f"order {paid.code}", "paid, charged 102.20, received 102.10 USD")]


def test_payment_in_another_currency(shop):
    plant("UPDATE registration_payment SET currency = 'EUR' WHERE reference = 'p1'")
    pk = shop["paid"].payments.get().pk
    says = f"payment {pk} is in EUR, the order in USD"
    assert found() == [("currency", f"order {shop['paid'].code}", says)]


def test_more_went_back_than_came_in(shop):
    twice = shop["twice"]
    second = twice.payments.get(reference="p3")
    plant("UPDATE registration_refund SET amount = 91 WHERE payment_id = %s", second.pk)
    where = f"order {twice.code}"
    assert found() == [
        ("money", where, "paid, charged 90.00, received 89.00 USD"),
        ("refunds", where, f"91.00 went back of payment {second.pk}, which was 90.00"),
    ]


def test_refund_of_another_orders_payment(shop):
    twice, cancelled = shop["twice"], shop["cancelled"]
    refund = twice.refunds.get()
    plant(
        "UPDATE registration_refund SET payment_id = %s WHERE id = %s",
        shop["paid"].payments.get().pk,
        refund.pk,
    )
    says = f"refund {refund.pk} is of a payment of order {shop['paid'].code}"
    assert found() == [("refunds", f"order {twice.code}", says)]
    assert cancelled.refunds.count() == 1


def test_paid_at_no_time(shop):
    plant("UPDATE registration_order SET paid_at = NULL WHERE id = %s", shop["free"].pk)
    says = "is paid, but nothing says when"
    assert found() == [("paid orders", f"order {shop['free'].code}", says)]


def test_paid_without_money(shop):
    """The status alone was set, as if someone had clicked it so."""
    waiting = shop["waiting"]
    plant("UPDATE registration_order SET status = 'paid' WHERE id = %s", waiting.pk)
    where = f"order {waiting.code}"
    assert found() == [
        ("money", where, "paid, charged 51.05, received 0.00 USD"),
        ("paid orders", where, "is paid, but nothing says when"),
        ("paid orders", where, "is paid and costs 51.05, but there is no payment"),
    ]


def test_ticket_without_a_line(shop):
    free = shop["free"]
    plant("UPDATE registration_orderline SET ticket_id = NULL WHERE order_id = %s", free.pk)
    where, line, ticket = f"order {free.code}", free.lines.get(), free.tickets.get()
    assert found() == [
        ("tickets", where, f"ticket {ticket.code} has no lines in force"),
        ("lines", where, f"line {line.pk} holds a place and has no ticket"),
    ]


def test_line_that_vanished(shop):
    free = shop["free"]
    plant("DELETE FROM registration_orderline WHERE order_id = %s", free.pk)
    quota = Quota.objects.exclude(name="Shirts").get()
    says = f"ticket {free.tickets.get().code} has no lines in force"
    assert found() == [
        ("tickets", f"order {free.code}", says),
        (
            "places",
            f"quota {quota.name} ({quota.pk})",
            f"{quota.taken} places are counted as taken, {quota.taken - 1} are held",
        ),
    ]


def test_ticket_with_two_lines(shop):
    paid = shop["paid"]
    one, two = paid.tickets.order_by("pk")
    plant("UPDATE registration_orderline SET ticket_id = %s WHERE ticket_id = %s", one.pk, two.pk)
    where = f"order {paid.code}"
    assert found() == [
        ("tickets", where, f"ticket {one.code} has 2 lines in force"),
        ("tickets", where, f"ticket {two.code} has no lines in force"),
    ]


def test_ticket_of_another_type_than_was_paid_for(shop, full, free):
    order = shop["free"]
    plant(
        "UPDATE registration_ticket SET ticket_type_id = %s WHERE order_id = %s", full.pk, order.pk
    )
    says = f"paid for Free day, but ticket {order.tickets.get().code} is of another type"
    assert found() == [("tickets", f"order {order.code}", says)]


def test_cancelled_ticket_that_holds_a_place(shop):
    free = shop["free"]
    plant("UPDATE registration_ticket SET status = 'cancelled' WHERE order_id = %s", free.pk)
    line, ticket = free.lines.get(), free.tickets.get()
    says = f"line {line.pk} holds a place of ticket {ticket.code}, which is cancelled"
    assert found() == [("lines", f"order {free.code}", says)]


def test_cancelled_order_whose_tickets_live_and_lines_hold(shop):
    cancelled = shop["cancelled"]
    ticket = cancelled.tickets.get()
    first = cancelled.lines.order_by("pk").first()
    plant("UPDATE registration_ticket SET status = 'live' WHERE order_id = %s", cancelled.pk)
    plant("UPDATE registration_orderline SET status = 'live' WHERE id = %s", first.pk)
    where = f"order {cancelled.code}"
    assert found() == [
        ("tickets", where, f"is cancelled, but its ticket {ticket.code} is not"),
        ("lines", where, f"is cancelled, but its line {first.pk} is in force"),
    ]


def test_expired_order_that_holds_a_place(shop):
    ran_out = shop["ran out"]
    plant("UPDATE registration_orderline SET status = 'live' WHERE order_id = %s", ran_out.pk)
    says = f"ran out, but its line {ran_out.lines.get().pk} did not"
    promo = PromoCode.objects.get()
    assert found() == [
        ("lines", f"order {ran_out.code}", says),
        ("promo codes", "code HALF", f"{promo.uses} uses are counted, {promo.uses + 1} are there"),
    ]


@pytest.fixture
def taken_back(shop):
    """A shirt of the paid order was taken back by a line of its own; (order, its line)."""
    paid = shop["paid"]
    line = paid.lines.exclude(add_on=None).order_by("pk").first()
    OrderLine.objects.filter(pk=line.pk).update(status=OrderLine.Status.ENDED)
    OrderLine.objects.create(
        order=paid, ticket=line.ticket, add_on=line.add_on, price=-line.price, credits=line
    )
    Quota.objects.filter(name="Shirts").update(taken=3)
    actions.owe_back(paid, why="Too small.", by=None)
    assert found() == []
    return paid, line


def test_line_that_was_taken_back_and_did_not_end(taken_back):
    paid, line = taken_back
    plant("UPDATE registration_orderline SET status = 'live' WHERE id = %s", line.pk)
    plant("UPDATE registration_quota SET taken = 4 WHERE name = 'Shirts'")
    says = f"line {line.pk} was taken back, but is in force"
    assert found() == [("credits", f"order {paid.code}", says)]


def test_more_taken_back_than_it_cost(taken_back):
    paid, line = taken_back
    plant("UPDATE registration_orderline SET price = -20 WHERE credits_id = %s", line.pk)
    where = f"order {paid.code}"
    assert found() == [
        ("money", where, "paid, charged 82.10, received 96.05 USD"),
        ("credits", where, f"line {line.pk} cost 6.05, and 20.00 was taken back"),
    ]


def test_line_that_ended_for_no_reason(shop):
    paid = shop["paid"]
    line = paid.lines.exclude(add_on=None).first()
    plant("UPDATE registration_orderline SET status = 'ended' WHERE id = %s", line.pk)
    plant("UPDATE registration_quota SET taken = taken - 1 WHERE name = 'Shirts'")
    says = f"line {line.pk} of live ticket {line.ticket.code} ended, and nothing says why"
    assert found() == [("credits", f"order {paid.code}", says)]


@pytest.fixture
def speaker(shop, conference, full):
    """A given ticket whose holder paid $25 for a dinner at the desk; (ticket, order)."""
    dinners = reg.quota(conference, name="Dinners", size=10)
    dinner = reg.add_on(conference, name="Dinner", price=25, quotas=[dinners])
    given = actions.give_ticket(
        conference, TicketType.objects.get(pk=full.pk), name="Wil", email="", why="Speaks"
    )
    order = actions.add_extra(given, dinner, token="e" * 32, why="Asked", by=make.user())
    pay(order, "dinner")
    assert found() == []
    return given, order


def test_given_ticket_whose_extra_was_not_paid_for(speaker):
    _, order = speaker
    plant("DELETE FROM registration_payment WHERE order_id = %s", order.pk)
    where = f"order {order.code}"
    assert found() == [
        ("money", where, "paid, charged 25.00, received 0.00 USD"),
        ("paid orders", where, "is paid and costs 25.00, but there is no payment"),
    ]


def test_given_ticket_taken_back_without_its_extra(speaker, quota):
    ticket, order = speaker
    plant("UPDATE registration_ticket SET status = 'cancelled' WHERE id = %s", ticket.pk)
    quota.refresh_from_db()
    line = order.lines.get()
    says = f"line {line.pk} holds a place of ticket {ticket.code}, which is cancelled"
    assert found() == [
        ("lines", f"order {order.code}", says),
        (
            "places",
            f"quota {quota.name} ({quota.pk})",
            f"{quota.taken} places are counted as taken, {quota.taken - 1} are held",
        ),
    ]


def test_given_ticket_of_another_type_without_its_place(speaker, conference, quota):
    ticket, _ = speaker
    other = reg.ticket_type(conference, quotas=[reg.quota(conference, name="Keynotes")])
    plant("UPDATE registration_ticket SET ticket_type_id = %s WHERE id = %s", other.pk, ticket.pk)
    quota.refresh_from_db()
    assert [(check, says) for check, _, says in found()] == [
        ("places", f"{quota.taken} places are counted as taken, {quota.taken - 1} are held"),
        ("places", "0 places are counted as taken, 1 are held"),
    ]


def test_bought_ticket_that_lost_its_order(shop, quota):
    """Its line and the ticket itself hold a place each, as if it were given."""
    free = shop["free"]
    line, ticket = free.lines.get(), free.tickets.get()
    plant("UPDATE registration_ticket SET order_id = NULL WHERE id = %s", ticket.pk)
    plant("UPDATE registration_quota SET taken = taken + 1 WHERE id = %s", quota.pk)
    where = f"order {free.code}"
    assert found() == [
        (
            "tickets",
            where,
            f"line {line.pk} holds a place of ticket {ticket.code}, which was given",
        ),
        ("lines", where, f"line {line.pk} is for ticket {ticket.code}, which is not the order's"),
    ]


def test_extra_of_another_ticket_than_the_order_is_for(speaker, shop):
    _, order = speaker
    other = shop["free"].tickets.get()
    plant(
        "UPDATE registration_orderline SET ticket_id = %s WHERE order_id = %s", other.pk, order.pk
    )
    says = f"line {order.lines.get().pk} is for ticket {other.code}, which is not the order's"
    assert found() == [("lines", f"order {order.code}", says)]


def test_extra_for_a_given_ticket_whose_order_forgot_it(speaker):
    ticket, order = speaker
    plant("UPDATE registration_order SET upgrades_id = NULL WHERE id = %s", order.pk)
    says = f"line {order.lines.get().pk} is for ticket {ticket.code}, which is not the order's"
    assert found() == [("lines", f"order {order.code}", says)]


def test_upgrade_of_another_edition(speaker):
    _, order = speaker
    plant(
        "UPDATE registration_order SET conference_id = %s WHERE id = %s",
        make.conference().pk,
        order.pk,
    )
    says = "is of another edition than the ticket that it upgrades"
    assert ("editions", f"order {order.code}", says) in found()


@pytest.mark.parametrize("change", [-1, 1])
def test_quota_that_counts_wrongly(shop, quota, change):
    quota.refresh_from_db()
    plant("UPDATE registration_quota SET taken = taken + %s WHERE id = %s", change, quota.pk)
    says = f"{quota.taken + change} places are counted as taken, {quota.taken} are held"
    assert found() == [("places", f"quota {quota.name} ({quota.pk})", says)]


def test_quota_that_misses_a_given_ticket(shop, quota):
    quota.refresh_from_db()
    plant("DELETE FROM registration_ticket WHERE why_free = 'Press'")
    says = f"{quota.taken} places are counted as taken, {quota.taken - 1} are held"
    assert found() == [("places", f"quota {quota.name} ({quota.pk})", says)]


def test_promo_code_that_counts_wrongly(shop):
    plant("UPDATE registration_promocode SET uses = uses + 2")
    assert found() == [("promo codes", "code HALF", "6 uses are counted, 4 are there")]


def test_allowance_that_counts_wrongly(shop, conference):
    CompAllowance.objects.create(conference=conference, source="speakers", size=5, given=1)
    assert found() == [("allowances", "allowance speakers", "1 counted as given, 0 are")]


@pytest.fixture
def drawer(conference, full):
    """A closed drawer with one sale in it."""
    user = make.user()
    open_drawer = conference.cash_drawers.create(
        name="Desk 2", volunteer="Noor", opening_float=50, opened_by=user
    )
    pay(buy(conference, full), "cash1", provider="cash", drawer=open_drawer, by=user)
    open_drawer.closing_count, open_drawer.closed_by = Decimal("140.00"), user
    open_drawer.closed_at = timezone.now()
    open_drawer.save()
    assert (open_drawer.difference(), found()) == (0, [])
    return open_drawer


def test_money_in_a_drawer_that_was_closed(drawer):
    order = drawer.payments.get().order
    plant("UPDATE registration_payment SET received_at = %s", timezone.now())
    says = f"a payment of 90.00 for {order.code} outside its hours or edition"
    assert found() == [("cash drawers", "drawer Desk 2", says)]


def test_drawer_with_less_than_nothing(drawer):
    payment = drawer.payments.get()
    reg.refund(payment, amount=200, drawer=drawer, sent_at=payment.received_at)
    assert ("cash drawers", "drawer Desk 2", "-60.00 should lie in it") in found()


def test_ticket_of_another_edition(shop):
    other = make.conference()
    free = shop["free"]
    plant(
        "UPDATE registration_ticket SET conference_id = %s WHERE order_id = %s", other.pk, free.pk
    )
    code = free.tickets.get().code
    says = "is of another edition than its type or its order"
    assert found() == [("editions", f"ticket {code}", says)]


def test_one_edition_is_checked_alone(shop, conference, quota):
    other = make.conference()
    reg.quota(other, size=5, taken=1)
    assert found(conference) == []
    assert [check for check, _, _ in found(other)] == ["places"]
    assert len(found()) == 1


def test_number_of_statements_does_not_grow(shop, conference, full, django_assert_num_queries):
    with django_assert_num_queries(40):
        found()
    for number in range(3):
        pay(buy(conference, full), f"more{number}")
    with django_assert_num_queries(40):
        found()
    assert len(CHECKS) == 17


def test_kindness_is_not_owed_twice_when_all_is_cancelled(shop):
    """$40 of $102.10 went back in kindness; cancelling owes the rest, and a fee stays ours."""
    paid, by = shop["paid"], make.user()
    actions.give_in_kindness(paid, Decimal("40"), seen=paid.state_key(), why="Heat", by=by)
    one, two = paid.tickets.order_by("pk")
    actions.cancel_tickets(paid, [one], by=by, why="Ill.")
    assert found() == []
    with pytest.raises(actions.CannotCancel):
        actions.cancel_tickets(paid, [two], by=by, why="Ill.", keep=Decimal("11.06"))
    actions.cancel_tickets(paid, [two], by=by, why="Ill.", keep=Decimal("11.05"))
    assert found() == []
    paid = Order.objects.get(pk=paid.pk)
    assert (paid.status, paid.charged()) == ("cancelled", Decimal("11.05"))


# --- the command, the night and the health page ----------------------------------------------


def run_command(*args):
    out = io.StringIO()
    try:
        call_command("check_ledger", *args, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), None


def test_command_that_finds_nothing(shop, conference):
    assert run_command() == ("Money, places and codes agree.\n", None)
    assert run_command("--edition", conference.slug) == ("Money, places and codes agree.\n", None)


def test_command_says_where_and_fails(shop):
    plant("UPDATE registration_promocode SET uses = uses + 2")
    line = "promo codes: code HALF: 6 uses are counted, 4 are there\n"
    assert run_command() == (line, "1 error found.")


def test_command_for_an_edition_that_is_not_there(db):
    assert run_command("--edition", "99x") == ("", "There is no edition “99x”.")


def finding():
    answer = health.ledger()
    return answer.ok, answer.says


def test_health_before_the_first_night(shop):
    says = "not checked yet; every night manage.py check_ledger runs"
    assert finding() == (True, says)
    plant("UPDATE registration_order SET created_at = %s", timezone.now() - dt.timedelta(days=2))
    assert finding() == (False, says)


def test_health_after_a_good_night(shop):
    tasks.check_ledger.delay()
    assert finding() == (True, "money and places agreed 0 seconds ago")
    assert LedgerCheck.objects.get().report == ""


def test_health_after_a_night_that_found_something(shop):
    plant("UPDATE registration_promocode SET uses = uses + 2")
    plant("UPDATE registration_payment SET currency = 'EUR' WHERE reference = 'p1'")
    tasks.check_ledger.delay()
    first, second = LedgerCheck.objects.get().report.split("\n")
    assert finding() == (False, f"2 errors found 0 seconds ago: {first}")
    assert (first[:9], second[:12]) == ("currency:", "promo codes:")


def test_health_when_the_nights_stopped(shop):
    tasks.check_ledger.delay()
    plant(
        "UPDATE registration_ledgercheck SET ran_at = %s", timezone.now() - dt.timedelta(hours=27)
    )
    assert finding() == (False, "money and places agreed 27 hours ago")


def test_report_of_very_many_errors_is_cut(shop, monkeypatch):
    monkeypatch.setattr("registration.actions.check.KEPT", 2)
    plant("UPDATE registration_payment SET currency = 'EUR'")
    check = actions.check_ledger()
    assert (check.errors, len(check.report.split("\n"))) == (4, 2)


def test_night_is_in_the_schedule(settings):
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.check_ledger.name in named


def test_chair_sees_it_on_the_health_page(shop, chair, conference):
    plant("UPDATE registration_promocode SET uses = uses + 2")
    tasks.check_ledger.delay()
    page = chair.get(f"/staff/{conference.slug}/health/").content.decode()
    assert "1 error found 0 seconds ago: promo codes: code HALF" in page
