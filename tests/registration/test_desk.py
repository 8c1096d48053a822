"""What the desk does to orders: every cent and every place accounted for, nothing done twice."""

import datetime as dt
import time
from collections import Counter
from decimal import Decimal

import pytest
from django.utils import timezone

from registration import actions
from registration.actions import orders
from registration.models import AddOn, CashDrawer, Order, Payment, Quota, Refund, Ticket
from registration.models.promos import PromoCode
from scale import editions
from scale.models import AuditEntry, OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

from .test_races import at_once


@pytest.fixture
def by(db):
    return make.user(name="Priya")


@pytest.fixture
def order(conference, full):
    """Two tickets of $90, paid."""
    return reg.paid_order(conference, types=[full, full], buyer_email="boss@example.org")


def fresh(order):
    return Order.objects.select_related("conference").get(pk=order.pk)


def balanced(order):
    order = fresh(order)
    return order.charged() == order.received()


def told(*rows):
    return [entry.says() for entry in AuditEntry.objects.of_rows(rows)]


def taken():
    return list(Quota.objects.order_by("pk").values_list("taken", flat=True))


# --- selling ----------------------------------------------------------------------------------


def sale(conference, ticket_type, drawer, by, **fields):
    return actions.sell(
        conference,
        actions.Buyer("Walk In", ""),
        [actions.Attendee(ticket_type, "Walk In")],
        **{"provider": "cash", "drawer": drawer, "by": by, "form_token": "a" * 32}
        | {"shown": ticket_type.price_at().amount}
        | fields,
    )


@pytest.mark.sqlite
def test_cash_sale_makes_a_paid_order_with_its_drawer_and_who_took_it(conference, full, by):
    drawer = reg.drawer(conference)
    order = sale(conference, full, drawer, by)
    payment = Payment.objects.get()
    assert (order.status, order.code) == ("paid", payment.order.code)
    assert (payment.provider, payment.amount) == ("cash", Decimal("90.00"))
    assert (payment.drawer, payment.by) == (drawer, by)
    assert drawer.expected() == Decimal("190.00")
    assert Ticket.objects.admitting().get().attendee_name == "Walk In"
    assert OutgoingEmail.objects.count() == 0, "nobody gave an address"
    assert balanced(order)


def test_same_sale_again_takes_nothing(conference, full, by):
    drawer = reg.drawer(conference)
    first, second = (sale(conference, full, drawer, by) for _ in range(2))
    assert first == second
    assert (Payment.objects.count(), Ticket.objects.count(), taken()) == (1, 1, [1])


def test_free_sale_needs_no_money(conference, free, by):
    order = sale(conference, free, reg.drawer(conference), by)
    assert (order.status, Payment.objects.count()) == ("paid", 0)


def test_closed_drawer_takes_nothing(conference, full, by):
    drawer = reg.drawer(conference)
    actions.close_drawer(drawer, closing_count=Decimal("100.00"), note="", by=by)
    with pytest.raises(actions.DrawerClosed):
        sale(conference, full, drawer, by)
    assert not Payment.objects.exists()
    order = sale(conference, full, reg.drawer(conference), by)
    assert (order.status, Ticket.objects.count()) == ("paid", 1), "the same form, another drawer"


def test_closed_edition_sells_nothing(conference, full, by):
    drawer = reg.drawer(conference)
    editions.close(conference)
    conference.refresh_from_db()
    with pytest.raises(editions.EditionClosed):
        sale(conference, full, drawer, by)


def raise_price(ticket_type, amount):
    ticket_type.prices.update(amount=amount)
    return type(ticket_type).objects.get(pk=ticket_type.pk)


def test_nothing_is_sold_for_another_price_than_was_shown(conference, full, by):
    code = reg.promo_code(conference, max_uses=1)
    dearer = raise_price(full, 95)
    drawer = reg.drawer(conference)
    for facts in ({"shown": Decimal(90)}, {"shown": Decimal(95), "promo": code}):
        with pytest.raises(actions.PriceChanged):
            sale(conference, dearer, drawer, by, **facts)
    code.refresh_from_db()
    assert (Order.objects.count(), code.uses, sum(taken())) == (0, 0, 0)
    assert sale(conference, dearer, drawer, by, shown=Decimal(57), promo=code).total() == 57


def test_step_to_the_next_price_is_seen_where_it_is_booked(conference, full, by, monkeypatch):
    """It comes between the reading of the form, which still found what was shown, and the sale."""
    step = timezone.now() + dt.timedelta(minutes=1)
    reg.ticket_price(full, amount=Decimal(95), starts_at=step)
    shown = full.price_at().amount
    monkeypatch.setattr(orders.timezone, "now", lambda: step + dt.timedelta(seconds=1))
    with pytest.raises(actions.PriceChanged) as refused:
        sale(conference, full, reg.drawer(conference), by, shown=shown)
    assert (shown, refused.value.total, Order.objects.count()) == (90, 95, 0)


def test_same_sale_again_is_the_same_order_whatever_it_costs_since(conference, full, by):
    drawer = reg.drawer(conference)
    first = sale(conference, full, drawer, by)
    dearer = raise_price(full, 95)
    for shown in (90, 95):
        assert sale(conference, dearer, drawer, by, shown=Decimal(shown)) == first
    assert (Payment.objects.get().amount, Ticket.objects.count(), taken()) == (90, 1, [1])


def test_sale_kept_at_one_price_takes_no_money_for_another(conference, full, by):
    """The drawer was closed, the price rose, and the form was shown with the new sum."""
    drawer = reg.drawer(conference)
    actions.close_drawer(drawer, closing_count=Decimal("100.00"), note="", by=by)
    with pytest.raises(actions.DrawerClosed):
        sale(conference, full, drawer, by)
    dearer, other = raise_price(full, 95), reg.drawer(conference)
    order = sale(conference, dearer, other, by, shown=Decimal(95))
    assert (order.status, order.total(), Payment.objects.count()) == ("pending", 90, 0)
    order = sale(conference, dearer, other, by, shown=Decimal(90))
    assert (order.status, Payment.objects.get().amount) == ("paid", 90)


# --- taking back ------------------------------------------------------------------------------


@pytest.fixture
def shirt(conference):
    quota = reg.quota(conference, size=5, name="Shirts M")
    made = AddOn.objects.create(conference=conference, name="Size M", choice="T-shirt", price=25)
    made.quotas.set([quota])
    return made


@pytest.mark.sqlite
def test_extra_is_taken_back_by_itself(conference, full, shirt, by):
    order = reg.order(conference, types=[full])
    line = reg.add_extra(order.tickets.get(), shirt)
    reg.payment(fresh(order), amount=Decimal("115.00"))
    assert taken() == [1, 1]
    actions.end_extra(order, line, seen=fresh(order).state_key(), why="Wrong size", by=by)
    assert (taken(), Refund.objects.get().amount) == ([1, 0], Decimal("25.00"))
    assert (fresh(order).total(), balanced(order)) == (Decimal("90.00"), True)
    assert "took back T-shirt Size M: Wrong size" in told(order)
    with pytest.raises(actions.NotPossible):
        actions.end_extra(order, line, seen=fresh(order).state_key(), why="Again", by=by)


def test_ticket_itself_is_not_taken_back_as_an_extra(order, by):
    line = order.lines.first()
    with pytest.raises(actions.NotPossible):
        actions.end_extra(order, line, seen=order.state_key(), why="No", by=by)


@pytest.mark.sqlite
def test_money_whose_refund_failed_is_not_owed_a_second_time(order, by):
    first, second = order.tickets.order_by("pk")
    actions.cancel_tickets(order, [first], by=by, why="Ill")
    Refund.objects.update(status="failed", tries=1)
    actions.cancel_tickets(order, [second], by=by, why="Ill too")
    assert list(Refund.objects.values_list("amount", "status").order_by("pk")) == [
        (Decimal("90.00"), "failed"),
        (Decimal("90.00"), "waiting"),
    ]
    for refund in Refund.objects.all():
        actions.send_refund(refund, by=by)
    assert fresh(order).received() == 0


@pytest.mark.sqlite
def test_some_money_is_given_back_in_kindness_and_tickets_stay_good(order, by):
    actions.give_in_kindness(
        order, Decimal("20.50"), seen=order.state_key(), why="Room was cold", by=by
    )
    refund = Refund.objects.get()
    assert (refund.amount, refund.by, refund.status) == (Decimal("20.50"), by, "waiting")
    assert (fresh(order).total(), balanced(order)) == (Decimal("159.50"), True)
    assert Ticket.objects.admitting().count() == 2
    assert told(order)[0] == "gave back $20.50: Room was cold"


@pytest.mark.parametrize("amount", ["0", "-5", "180.01", "99999999"])
def test_never_more_than_was_paid_nor_less_than_nothing(order, by, amount):
    with pytest.raises(actions.NotPossible):
        actions.give_in_kindness(
            order, Decimal(amount), seen=order.state_key(), why="Too much", by=by
        )
    assert not Refund.objects.exists()


def test_second_click_does_nothing(order, by):
    seen = order.state_key()
    actions.give_in_kindness(order, Decimal("10"), seen=seen, why="Once", by=by)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.give_in_kindness(order, Decimal("10"), seen=seen, why="Once", by=by)
    assert Refund.objects.count() == 1


def test_unpaid_order_gives_nothing_back(conference, full, by):
    order = reg.pending_order(conference, types=[full])
    with pytest.raises(actions.NotPossible):
        actions.give_in_kindness(order, Decimal("10"), seen=order.state_key(), why="No", by=by)


def test_bought_ticket_becomes_free_and_keeps_place_and_code(order, by):
    ticket = order.tickets.first()
    code = ticket.code
    actions.make_free(order, ticket, seen=order.state_key(), why="She speaks now", by=by)
    ticket.refresh_from_db()
    assert (ticket.code, ticket.status, ticket.why_free) == (code, "live", "She speaks now")
    assert (Refund.objects.get().amount, taken()) == (Decimal("90.00"), [2])
    assert balanced(order)


# --- moving -----------------------------------------------------------------------------------


def move(order, to, by, **fields):
    ticket = order.tickets.order_by("pk").first()
    facts = {"seen": fresh(order).state_key(), "waive": False, "why": "Asked at the desk"}
    actions.move_ticket(order, ticket, to, by=by, **{"token": "m" * 32} | facts | fields)
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def expo(conference, quota):
    other = reg.quota(conference, size=1, name="Expo")
    return reg.ticket_type(conference, name="Expo", code="expo", price=20, quotas=[quota, other])


@pytest.mark.sqlite
def test_cheaper_type_owes_the_difference_back_and_moves_the_place(order, expo, by):
    ticket = move(order, expo, by)
    assert (ticket.ticket_type, taken()) == (expo, [2, 1])
    assert (Refund.objects.get().amount, balanced(order)) == (Decimal("70.00"), True)
    assert told(ticket)[0].startswith("moved from Full access to Expo: Asked")


@pytest.mark.parametrize("price", [20, 150])
def test_waived_difference_moves_no_money(conference, order, by, price):
    other = reg.ticket_type(conference, price=price)
    assert move(order, other, by, waive=True).ticket_type == other
    assert (Refund.objects.count(), fresh(order).total()) == (0, Decimal("180.00"))
    assert balanced(order)


def test_move_into_what_is_full_is_refused_and_changes_nothing(conference, order, expo, by):
    reg.order(conference, types=[expo])
    before = taken()
    with pytest.raises(actions.SoldOut):
        move(order, expo, by)
    assert (taken(), Refund.objects.count()) == (before, 0)


def test_price_after_a_move_keeps_the_code_of_the_order(conference, full, by):
    half = PromoCode.objects.create(conference=conference, code="HALF", kind="percent", value=50)
    order = reg.paid_order(conference, types=[full], promo_code=half)
    other = reg.ticket_type(conference, price=30)
    assert actions.price_after_move(order, order.tickets.get(), other) == (15, 30)


def test_moved_twice_and_cancelled_leaves_nothing_owed(conference, order, expo, full, by):
    move(order, expo, by)
    move(order, full, by, waive=True)
    actions.cancel_tickets(order, order.tickets.all(), by=by, why="All off")
    assert (taken(), fresh(order).total(), balanced(order)) == ([0, 0], Decimal("0.00"), True)
    assert sum(refund.amount for refund in Refund.objects.all()) == Decimal("180.00")


@pytest.mark.parametrize("wrong", ["same", "foreign", "no price"])
def test_impossible_moves_are_refused(conference, order, full, by, wrong):
    to = {
        "same": full,
        "foreign": reg.ticket_type(make.conference()),
        "no price": reg.ticket_type(conference, price=None),
    }[wrong]
    with pytest.raises(actions.NotPossible):
        move(order, to, by)


# --- words ------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_corrected_name_keeps_the_code(order, by):
    """Scenario 17."""
    ticket = order.tickets.first()
    changed = actions.correct_by_staff(
        ticket, {"attendee_name": "Mia Zhou", "organization": ""}, why="Typo", by=by
    )
    now = Ticket.objects.get(pk=ticket.pk)
    assert (now.attendee_name, now.code, changed) == ("Mia Zhou", ticket.code, ["attendee_name"])
    assert told(ticket)[0] == "corrected: Typo"


def test_correction_that_changes_nothing_is_not_written_down(order, by):
    ticket = order.tickets.first()
    facts = {"attendee_name": ticket.attendee_name}
    assert actions.correct_by_staff(ticket, facts, why="Nothing", by=by) == []
    assert "corrected: Nothing" not in told(ticket)


def test_other_address_of_the_buyer_ends_the_link_to_the_account(order, by):
    Order.objects.filter(pk=order.pk).update(user=by)
    key = fresh(order).state_key()
    actions.correct_buyer(order, name="New", email="New@Example.org ", seen=key, why="Left", by=by)
    now = fresh(order)
    assert (now.buyer_name, now.buyer_email, now.user) == ("New", "new@example.org", None)


@pytest.mark.sqlite
def test_mail_that_is_sent_again_keeps_quiet_of_what_was_passed_on(order, by):
    gone = actions.pass_on(order.tickets.first(), name="Bo Li", email="bo@example.org")
    actions.send_again(order, token="a", why="Lost", by=by)
    mail = OutgoingEmail.objects.get(kind="tickets")
    assert "here is your ticket" in mail.text
    assert not any(word in mail.text for word in (gone.spoken_code, "Bo Li"))
    actions.pass_on(order.tickets.last(), name="Cy Li", email="cy@example.org")
    with pytest.raises(actions.NotPossible):
        actions.send_again(order, token="b", why="Lost", by=by)


def test_mail_is_sent_again_once_for_one_form(order, by):
    for token in ("one", "one", "two"):
        actions.send_again(order, token=token, why="Lost", by=by)
    sent = OutgoingEmail.objects.about([order.code])
    assert [mail.to_address for mail in sent] == ["boss@example.org"] * 2


def test_mail_needs_an_address_and_a_paid_order(conference, full, by):
    for order in (
        reg.order(conference, types=[full], buyer_email=""),
        reg.pending_order(conference, types=[full]),
    ):
        with pytest.raises(actions.NotPossible):
            actions.send_again(order, token="a", why="Lost", by=by)


def test_note_is_kept_once(order, by):
    actions.add_note(order, "Vegan", by=by)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.add_note(order, "Vegan", by=by)
    assert [note.text for note in order.notes.all()] == ["Vegan"]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "act", ["end_extra", "give_in_kindness", "make_free", "move", "correct", "buyer", "send"]
)
def test_closed_edition_refuses_every_act(conference, order, full, by, act):
    editions.close(conference)
    common = {"seen": order.state_key(), "why": "Late", "by": by}
    ticket = order.tickets.first()
    acts = {
        "end_extra": lambda: actions.end_extra(order, order.lines.first(), **common),
        "give_in_kindness": lambda: actions.give_in_kindness(order, Decimal(1), **common),
        "make_free": lambda: actions.make_free(order, ticket, **common),
        "move": lambda: actions.move_ticket(
            order, ticket, full, waive=True, token="m" * 32, **common
        ),
        "correct": lambda: actions.correct_by_staff(ticket, {}, why="Late", by=by),
        "buyer": lambda: actions.correct_buyer(order, name="x", email="x@x.org", **common),
        "send": lambda: actions.send_again(order, token="a", why="Late", by=by),
    }
    with pytest.raises(editions.EditionClosed):
        acts[act]()


# --- drawers ----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_drawer_is_opened_and_closed_with_its_difference(conference, full, by):
    drawer = actions.open_drawer(
        conference, name="Desk 2", volunteer="Ana", opening_float=Decimal("150"), by=by
    )
    sale(conference, full, drawer, by)
    closed = actions.close_drawer(drawer, closing_count=Decimal("238.50"), note="Coins", by=by)
    assert (closed.expected(), closed.difference()) == (Decimal("240.00"), Decimal("-1.50"))
    assert (closed.closed_by, closed.note) == (by, "Coins")
    with pytest.raises(actions.DrawerClosed):
        actions.close_drawer(drawer, closing_count=Decimal("0"), note="", by=by)
    drawer.refresh_from_db()
    assert drawer.closing_count == Decimal("238.50")


def test_two_open_drawers_never_have_one_name(conference, by):
    make_one = {"volunteer": "Ana", "opening_float": Decimal("0"), "by": by}
    first = actions.open_drawer(conference, name="Desk 2", **make_one)
    with pytest.raises(actions.NameTaken):
        actions.open_drawer(conference, name="desk 2", **make_one)
    actions.close_drawer(first, closing_count=Decimal("0"), note="", by=by)
    actions.open_drawer(conference, name="Desk 2", **make_one)
    actions.open_drawer(make.conference(), name="Desk 2", **make_one)


# --- at once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_refunds_at_once_never_exceed_what_was_paid():
    conference = make.conference()
    full = reg.ticket_type(conference, quotas=[reg.quota(conference)])
    order = reg.paid_order(conference, types=[full])
    by = make.user()

    def give(_):
        try:
            actions.give_in_kindness(
                order, Decimal("60"), seen=fresh(order).state_key(), why="Kind", by=by
            )
        except (actions.ChangedMeanwhile, actions.NotPossible):
            return False
        return True

    assert sum(at_once(give, 6)) == 1
    assert sum(refund.amount for refund in Refund.objects.all()) == Decimal("60.00")
    assert balanced(order)


@pytest.mark.django_db(transaction=True)
def test_double_click_on_the_sale_takes_money_once():
    conference = make.conference()
    full = reg.ticket_type(conference, quotas=[reg.quota(conference)])
    drawer, by = reg.drawer(conference), make.user()
    sold = at_once(lambda _: sale(conference, full, drawer, by).pk, 4)
    assert len(set(sold)) == 1
    assert (Payment.objects.count(), Ticket.objects.count()) == (1, 1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_drawer_closed_while_others_sell_counts_every_banknote():
    """What came in before the count is in the drawer; what came after went nowhere."""
    conference = make.conference()
    full = reg.ticket_type(conference)
    by = make.user()
    outcomes = Counter()
    for round_ in range(12):
        drawer = reg.drawer(conference)
        orders = [reg.pending_order(conference, types=[full]) for _ in range(8)]

        def work(number, drawer=drawer, round_=round_, orders=orders):
            if number == 8:
                time.sleep(round_ * 0.004)
                return actions.close_drawer(
                    drawer, closing_count=Decimal("0"), note="", by=by
                ).difference()
            token = f"{round_}:{number}"
            try:
                actions.take_money(
                    orders[number], provider="cash", drawer=drawer, by=by, token=token
                )
            except actions.DrawerClosed:
                return "closed"
            return "sold"

        *sales, difference = at_once(work, 9)
        outcomes.update(sales)
        assert CashDrawer.objects.get(pk=drawer.pk).difference() == difference
    assert outcomes["sold"], outcomes
    assert outcomes["closed"], outcomes
