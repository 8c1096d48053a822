"""Tickets that the desk moves or adds to: each cent and each place, also for those given."""

import threading
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from registration import actions
from registration.actions import cancel, moves
from registration.models import Order, OrderLine, PromoCode, Quota, Refund, Ticket
from scale import editions
from scale.models import AuditEntry, OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

from .crowd import at_once
from .test_upgrades import bought, pay, run_out, sound, taken, upgrade

D = Decimal
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def by(db):
    return make.user(name="Priya")


def kind(conference, price, **fields):
    """A type of this price with a quota of its own."""
    places = reg.quota(conference, size=fields.pop("size", 100), name=f"For {price}")
    return reg.ticket_type(conference, name=f"For {price}", price=price, quotas=[places], **fields)


@pytest.fixture
def ten(conference):
    return kind(conference, 10, code="ten")


@pytest.fixture
def thirty(conference):
    return kind(conference, 30, code="thirty")


@pytest.fixture
def shirt(conference):
    """An extra for $20 with its own stock."""
    places = reg.quota(conference, size=5, name="Shirts M")
    return reg.add_on(conference, name="Size M", choice="T-shirt", quotas=[places])


def given(ticket_type, **fields):
    """A ticket that was given the usual way."""
    facts = {"name": "Wil Okafor", "email": "wil@example.org", "why": "Speaks"} | fields
    return actions.give_ticket(ticket_type.conference, ticket_type, **facts)


def move(ticket, to, by, **fields):
    order = Order.objects.get(pk=ticket.order_id)
    facts = {"seen": order.state_key(), "waive": False, "why": "Asked", "token": "m" * 32}
    return actions.move_ticket(order, ticket, to, by=by, **facts | fields)


def add(ticket, extra, by, token="x" * 32):
    return actions.add_extra(ticket, extra, token=token, why="Asked", by=by)


def is_now(ticket):
    return Ticket.objects.get(pk=ticket.pk).ticket_type


def told(*rows):
    return [entry.says() for entry in AuditEntry.objects.of_rows(rows)]


def owed_for(ticket):
    """What is owed back, order by order."""
    rows = Refund.objects.filter(order__lines__ticket=ticket).distinct().order_by("order_id", "pk")
    return [one.amount for one in rows]


# --- to a dearer type -------------------------------------------------------------------------


def test_dearer_type_waits_for_the_difference_and_moves_when_it_is_paid(
    conference, ten, thirty, by
):
    ticket = bought(conference, ten)
    order = move(ticket, thirty, by)
    assert (order.status, order.total(), order.upgrades) == ("pending", D("20"), ticket)
    assert (is_now(ticket), taken(ten), taken(thirty)) == (ten, 1, 1)
    assert sound()
    drawer = reg.drawer(conference)
    actions.take_money(order, provider="cash", drawer=drawer, by=by, token="c" * 32)
    assert (is_now(ticket), taken(ten), taken(thirty)) == (thirty, 0, 1)
    assert (drawer.expected(), order.payments.get().by) == (D("120"), by)
    assert Ticket.objects.get().code == ticket.code
    assert sound()


def test_history_of_both_orders_says_who_asked_and_why(conference, ten, thirty, by):
    ticket = bought(conference, ten)
    order = move(ticket, thirty, by)
    words = "asked for For 30, $20 to pay: Asked"
    assert (told(order)[0], told(ticket)[0]) == (words, words)
    assert {one.actor for one in AuditEntry.objects.of_rows([order])[:1]} == {by}


def test_code_of_the_first_order_counts(conference, ten, thirty, by):
    half = PromoCode.objects.create(conference=conference, code="HALF", kind="percent", value=50)
    ticket = bought(conference, ten, promo=half)
    assert move(ticket, thirty, by).total() == D("10")
    assert PromoCode.objects.get().uses == 1


def test_extras_stay_and_keep_their_price(conference, ten, thirty, shirt, by):
    ticket = bought(conference, ten, shirt)
    type(shirt).objects.update(price=77)
    order = move(ticket, thirty, by)
    pay(order)
    assert order.total() == D("20")
    assert [one.thing() for one in actions.lines_in_force(ticket)] == ["For 30", "T-shirt Size M"]
    assert sound()


def test_desk_reaches_what_the_public_cannot_buy(conference, ten, by):
    ticket = bought(conference, ten)
    over = timezone.now() - reg.dt.timedelta(days=1)
    hidden = kind(conference, 30, is_hidden=True)
    ended = kind(conference, 50, on_sale_until=over)
    for to in (hidden, ended):
        with pytest.raises(actions.NotOnSale):
            upgrade(ticket, to, shown="20")
    pay(move(ticket, hidden, by))
    pay(move(Ticket.objects.get(), ended, by, token="n" * 32))
    assert is_now(ticket) == ended
    assert sound()


def test_double_click_is_one_upgrade_and_another_form_is_led_to_it(conference, ten, thirty, by):
    ticket = bought(conference, ten)
    order = move(ticket, thirty, by)
    assert move(ticket, thirty, by) == order
    with pytest.raises(actions.UpgradeWaits) as error:
        move(ticket, thirty, by, token="n" * 32)
    assert error.value.order == order
    assert Order.objects.count() == 2


def test_order_that_was_changed_meanwhile_is_not_moved(conference, ten, thirty, by):
    ticket = bought(conference, ten)
    seen = ticket.order.state_key()
    pay(upgrade(ticket, thirty))
    for to in (kind(conference, 50), kind(conference, 5)):
        with pytest.raises(actions.ChangedMeanwhile):
            move(Ticket.objects.get(), to, by, seen=seen)
    assert sound()


def test_full_type_is_refused_but_what_ran_out_there_is_freed(conference, ten, by):
    ticket = bought(conference, ten)
    for price in (30, 5):  # dearer and cheaper
        small = kind(conference, price, size=1)
        keeper = reg.pending_order(conference, types=[small])
        with pytest.raises(actions.SoldOut):
            move(ticket, small, by, token=f"{price:032x}")
        run_out(keeper)
        made = move(ticket, small, by, token=f"{price:032x}")
        assert taken(small) == 1
        if made:
            actions.drop_upgrade(made)
    assert is_now(ticket) == small
    assert sound()


# --- to a cheaper one, after this and that -----------------------------------------------------


def test_waiting_upgrade_is_told_before_anything_else_is_changed(
    conference, ten, thirty, shirt, by
):
    ticket = bought(conference, ten, shirt)
    waiting = upgrade(ticket, thirty, shirt)
    line = ticket.lines.get(add_on=shirt)
    common = {"seen": ticket.order.state_key(), "why": "No", "by": by}
    for act in (
        lambda: move(ticket, kind(conference, 5), by, token="n" * 32),
        lambda: actions.end_extra(ticket.order, line, **common),
    ):
        with pytest.raises(actions.UpgradeWaits) as error:
            act()
        assert error.value.order == waiting
    run_out(waiting)
    actions.end_extra(ticket.order, line, **common)
    move(ticket, kind(conference, 4), by)
    assert owed_for(ticket) == [D("20"), D("6")]
    assert (taken(thirty), taken(shirt)) == (0, 0)
    assert sound()


def test_cheaper_than_before_its_upgrade_owes_back_in_both_orders(conference, ten, thirty, by):
    """$10 and $20 were paid; as a $5 ticket it owes $25: $5 of the first, all of the second."""
    ticket = bought(conference, ten)
    second = move(ticket, thirty, by)
    pay(second)
    assert move(Ticket.objects.get(), kind(conference, 5), by, token="n" * 32) is None
    assert owed_for(ticket) == [D("5"), D("20")]
    assert Ticket.objects.get().admission_cost() == D("5")
    assert sound()
    actions.cancel_tickets(ticket.order, [ticket], by=by, why="Ill.")
    assert owed_for(ticket) == [D("5"), D("5"), D("20")]
    assert OrderLine.objects.places() == {}
    assert sound()


def test_what_was_waived_is_never_paid_back(conference, ten, thirty, by):
    ticket = bought(conference, ten)
    move(ticket, thirty, by, waive=True)
    move(Ticket.objects.get(), ten, by)
    assert (owed_for(ticket), Ticket.objects.get().admission_cost()) == ([], D("10"))
    assert sound()


@pytest.mark.parametrize("price", [4, 30])
@pytest.mark.parametrize("with_shirt", [False, True])
def test_ticket_made_free_stays_free_whatever_it_becomes(
    conference, ten, shirt, by, price, with_shirt
):
    ticket = bought(conference, ten, *[shirt] * with_shirt)
    actions.make_free(ticket.order, ticket, seen=ticket.order.state_key(), why="She speaks", by=by)
    before = owed_for(ticket)
    other = kind(conference, price)
    assert move(Ticket.objects.get(), other, by) is None
    assert (owed_for(ticket), is_now(ticket), taken(other)) == (before, other, 1)
    assert sound()


def test_kindness_is_not_owed_a_second_time(conference, thirty, shirt, by):
    """$50 was paid, $35 given back: nothing but the other $15 can be owed."""
    ticket = bought(conference, thirty, shirt)
    order = ticket.order
    actions.give_in_kindness(order, D("35"), seen=order.state_key(), why="Cold", by=by)
    move(ticket, kind(conference, 0), by)
    line = ticket.lines.get(add_on=shirt)
    fresh = Order.objects.get(pk=order.pk)
    actions.end_extra(order, line, seen=fresh.state_key(), why="Small", by=by)
    assert owed_for(ticket) == [D("35"), D("15")]
    assert sound()


# --- extras -----------------------------------------------------------------------------------


def test_extra_is_charged_by_an_order_of_its_own(conference, ten, shirt, by):
    ticket = bought(conference, ten)
    order = add(ticket, shirt, by)
    assert add(ticket, shirt, by) == order
    assert (order.total(), taken(shirt), len(actions.lines_in_force(ticket))) == (D("20"), 1, 1)
    pay(order)
    assert (order.status, taken(shirt), len(actions.lines_in_force(ticket))) == ("paid", 1, 2)
    assert told(ticket)[0] == "asked for T-shirt Size M, $20 to pay: Asked"
    assert sound()


def test_extra_for_nothing_is_added_at_once(conference, ten, by):
    bag = reg.add_on(conference, price=0, is_hidden=True)
    ticket = bought(conference, ten)
    for _ in range(2):
        assert add(ticket, bag, by).status == "paid"
    assert (Order.objects.count(), len(actions.lines_in_force(ticket))) == (2, 2)
    assert sound()


def test_extras_that_do_not_fit_are_refused(conference, ten, thirty, shirt, by):
    ticket = bought(conference, ten, shirt)
    dinner = reg.add_on(conference, name="Dinner")
    dinner.ticket_types.set([thirty])
    large = reg.add_on(conference, name="Size L", choice="T-shirt")
    gone = reg.add_on(conference, name="Party", quotas=[reg.quota(conference, size=0)])
    foreign = reg.add_on(make.conference())
    for extra, error, words in (
        (dinner, actions.CannotUpgrade, "Dinner does not go with For 10."),
        (large, actions.CannotUpgrade, "Please choose only one T-shirt."),
        (shirt, actions.CannotUpgrade, "This is what the ticket is already."),
        (gone, actions.SoldOut, "0 left"),
        (foreign, actions.NotPossible, "is of another edition"),
    ):
        with pytest.raises(error, match=words):
            add(ticket, extra, by)
    assert (Order.objects.count(), sound()) == (1, True)


# --- tickets that were given -------------------------------------------------------------------


def test_given_ticket_buys_an_extra_and_stays_given(conference, ten, shirt, by):
    ticket = given(ten)
    order = add(ticket, shirt, by)
    assert (order.total(), order.buyer_email, order.promo_code) == (
        D("20"),
        "wil@example.org",
        None,
    )
    assert sound()
    drawer = reg.drawer(conference)
    actions.take_money(order, provider="cash", drawer=drawer, by=by, token="c" * 32)
    after = Ticket.objects.get()
    assert (after.standing(), after.ticket_type, after.admission_cost()) == ("given", ten, D("0"))
    assert [one.thing() for one in actions.lines_in_force(after)] == ["T-shirt Size M"]
    assert (taken(ten), taken(shirt), drawer.expected()) == (1, 1, D("120"))
    assert OutgoingEmail.objects.filter(kind="ticket upgraded").count() == 1
    assert sound()


def test_holder_of_a_given_ticket_buys_extras_but_no_other_type(conference, ten, thirty, shirt):
    ticket = given(ten)
    with pytest.raises(actions.CannotUpgrade):
        upgrade(ticket, thirty, shown="20")
    pay(upgrade(ticket, ten, shirt))
    large = reg.add_on(conference, name="Size L", choice="T-shirt", price=25)
    pay(upgrade(ticket, ten, large, token="v" * 32))
    assert [one.thing() for one in actions.lines_in_force(ticket)] == ["T-shirt Size L"]
    assert (taken(ten), taken(shirt)) == (1, 0)
    assert sound()


def test_given_ticket_is_moved_for_nothing_with_its_place(conference, ten, thirty, shirt, by):
    ticket = given(ten)
    pay(add(ticket, shirt, by))
    actions.move_given(ticket, thirty, was="ten", why="Keynote", by=by)
    assert (is_now(ticket), taken(ten), taken(thirty), taken(shirt)) == (thirty, 0, 1, 1)
    assert (told(ticket)[0], Refund.objects.count()) == ("moved from For 10 to For 30: Keynote", 0)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.move_given(ticket, ten, was="ten", why="Again", by=by)
    assert sound()


def test_given_ticket_is_not_moved_where_it_cannot_be(conference, ten, thirty, by):
    ticket, paid = given(ten), bought(conference, ten)
    full = kind(conference, 0, size=0)
    for one, to, error in (
        (ticket, ten, actions.NotPossible),
        (ticket, reg.ticket_type(make.conference()), actions.NotPossible),
        (ticket, full, actions.SoldOut),
        (paid, thirty, actions.NotPossible),
    ):
        with pytest.raises(error):
            actions.move_given(one, to, was="ten", why="No", by=by)
    actions.cancel_comp(ticket, by=by, why="Ill.")
    with pytest.raises(actions.NotPossible):
        actions.move_given(ticket, thirty, was="ten", why="No", by=by)
    assert sound()


def test_given_ticket_taken_back_owes_its_extras(conference, ten, thirty, shirt, by):
    """$20 was paid for a shirt; a party for $20 waits for payment, and its money comes late."""
    ticket = given(ten)
    paid = add(ticket, shirt, by)
    pay(paid)
    party = reg.add_on(conference, name="Party", quotas=[reg.quota(conference)])
    waiting = add(ticket, party, by, token="y" * 32)
    actions.cancel_comp(ticket, by=by, why="Ill.")
    assert (taken(ten), taken(shirt), taken(party)) == (0, 0, 0)
    assert owed_for(ticket) == [D("20")]
    assert Counter(Order.objects.values_list("status", flat=True)) == {"cancelled": 2}
    assert sound()
    pay(waiting)
    assert [one.why for one in waiting.refunds.all()] == ["The order was cancelled."]
    assert sound()


def test_extra_of_a_given_ticket_is_taken_back_by_itself(conference, ten, shirt, by):
    ticket = given(ten)
    order = add(ticket, shirt, by)
    pay(order)
    line = order.lines.get()
    actions.end_extra(order, line, seen=order.state_key(), why="Small", by=by)
    assert (owed_for(ticket), taken(ten), taken(shirt)) == ([D("20")], 1, 0)
    assert actions.lines_in_force(ticket) == []
    assert sound()


# --- the link to pay --------------------------------------------------------------------------


def test_link_to_pay_is_mailed_and_keeps_the_places_for_a_day(conference, ten, thirty, by):
    order = move(bought(conference, ten), thirty, by)
    for _ in range(2):
        actions.send_link(order, token="k" * 32, why="Has no cash", by=by)
    order.refresh_from_db()
    mail = OutgoingEmail.objects.get(kind="upgrade to pay")
    assert order.expires_at - timezone.now() > reg.dt.timedelta(hours=23, minutes=59)
    assert (mail.to_address, mail.about) == ("zoe@example.org", order.code)
    assert order.get_absolute_url() in mail.text
    assert "For 30\n\nTo pay: $20." in mail.text
    assert told(order)[0] == "sent the link to pay: Has no cash"


def test_link_is_for_upgrades_that_wait(conference, ten, thirty, by):
    order = move(bought(conference, ten), thirty, by)
    plain = reg.pending_order(conference, types=[ten])
    nobody = add(given(ten, email=""), reg.add_on(conference), by)
    run_out(order)
    for one in (order, plain, nobody):
        with pytest.raises(actions.NotPossible):
            actions.send_link(one, token="k" * 32, why="No", by=by)


def test_closed_edition_refuses_all_of_it(conference, ten, thirty, shirt, by):
    ticket, comp = bought(conference, ten), given(ten)
    waiting = move(bought(conference, ten), thirty, by)
    editions.close(conference)
    for act in (
        lambda: move(Ticket.objects.get(pk=ticket.pk), thirty, by, token="n" * 32),
        lambda: add(Ticket.objects.get(pk=comp.pk), shirt, by),
        lambda: actions.move_given(comp, thirty, was="ten", why="Late", by=by),
        lambda: actions.send_link(waiting, token="k" * 32, why="Late", by=by),
    ):
        with pytest.raises(editions.EditionClosed):
            act()


# --- at once ----------------------------------------------------------------------------------


def attempt(act):
    """Whether it was done; told otherwise is that somebody was quicker."""
    try:
        act()
    except (actions.ChangedMeanwhile, actions.UpgradeWaits):
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_of_two_desks_that_move_one_ticket_one_does():
    conference, by = make.conference(), make.user()
    ten, thirty = kind(conference, 10), kind(conference, 30)
    five = kind(conference, 5)
    for _ in range(6):
        ticket = bought(conference, ten)
        order = Order.objects.get(pk=ticket.order_id)
        seen = order.state_key()

        def desk(number, ticket=ticket, order=order, seen=seen):
            return attempt(
                lambda: actions.move_ticket(
                    order,
                    ticket,
                    (five, thirty)[number % 2],
                    seen=seen,
                    waive=False,
                    why="Race",
                    by=by,
                    token=f"{order.pk:016x}{number:016x}",
                )
            )

        assert sorted(at_once(desk, 4)) == [False, False, False, True]
        assert sound()


@pytest.mark.django_db(transaction=True)
def test_of_desks_that_move_one_given_ticket_one_does():
    conference, by = make.conference(), make.user()
    first = kind(conference, 10, code="first")
    others = [kind(conference, price) for price in (30, 50, 70, 90)]
    for _ in range(4):
        ticket = given(first, name=f"Wil {_}", email=f"wil{_}@example.org")

        def desk(number, ticket=ticket):
            to = others[number]
            return attempt(lambda: actions.move_given(ticket, to, was="first", why="Race", by=by))

        assert sorted(at_once(desk, 4)) == [False, False, False, True]
        assert sound()


def beside(work):
    """Run it to its end in a connection of its own."""
    thread = threading.Thread(target=lambda: (work(), connection.close()))
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_desk_that_moves_while_the_holder_pays_looks_again(monkeypatch):
    """The upgrade is paid just when the desk waits for its lock: what staff saw is over."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: nobody waits for a row")
    conference, by = make.conference(), make.user()
    ticket = bought(conference, kind(conference, 10))
    holders = upgrade(ticket, thirty := kind(conference, 30))
    lock = moves.lock_ticket

    def lock_late(*args):
        beside(lambda: pay(holders))
        return lock(*args)

    monkeypatch.setattr(moves, "lock_ticket", lock_late)
    with pytest.raises(actions.ChangedMeanwhile):
        move(ticket, kind(conference, 5), by)
    assert (is_now(ticket), Refund.objects.count()) == (thirty, 0)
    assert sound()


@pytest.mark.django_db(transaction=True)
def test_given_ticket_taken_back_while_its_extras_are_bought():
    """Whoever is first: no money without a ticket, no place held for one that ended."""
    conference, by = make.conference(), make.user()
    ten = kind(conference, 10)
    party = reg.add_on(conference, quotas=[reg.quota(conference, name="Party")])
    for round_ in range(6):
        ticket = given(ten, name=f"Wil {round_}", email=f"wil{round_}@example.org")
        first = add(ticket, reg.add_on(conference), by, token=f"a{round_:031x}")

        def work(number, ticket=ticket, first=first, round_=round_):
            if number == 0:
                actions.cancel_comp(ticket, by=by, why="Ill.")
            elif number == 1:
                pay(first)
            else:
                try:
                    add(ticket, party, by, token=f"b{round_:031x}")
                except actions.CannotUpgrade:
                    return

        at_once(work, 3)
        assert Quota.objects.get(name="Party").taken == 0
        assert sound()


@pytest.mark.django_db(transaction=True)
def test_extra_bought_just_when_its_given_ticket_is_taken_back_is_refused(monkeypatch):
    """It waits for the ticket's lock, and then there is no ticket to buy it for."""
    conference, by = make.conference(), make.user()
    ticket = given(kind(conference, 10))
    party = reg.add_on(conference, quotas=[reg.quota(conference, name="Party")])
    pay(add(ticket, reg.add_on(conference), by))
    outcome, take_back = [], cancel.take_back

    def buy():
        try:
            outcome.append(add(ticket, party, by, token="y" * 32).status)
        except actions.CannotUpgrade as error:
            outcome.append(str(error))
        finally:
            connection.close()

    buyer = threading.Thread(target=buy)

    def take_back_slowly(*args):
        buyer.start()
        buyer.join(0.5)
        return take_back(*args)

    monkeypatch.setattr(cancel, "take_back", take_back_slowly)
    actions.cancel_comp(ticket, by=by, why="Ill.")
    buyer.join()
    assert outcome == ["Only a ticket that is paid and in force can be upgraded."]
    assert Quota.objects.get(name="Party").taken == 0
    assert sound()


# --- extras that an upgrade exchanged ----------------------------------------------------------


def end(line, by):
    seen = Order.objects.get(pk=line.order_id).state_key()
    actions.end_extra(line.order, line, seen=seen, why="Too small", by=by)


def test_extra_that_took_another_ones_place_is_owed_back_in_full(conference, ten, shirt, by):
    larger = reg.add_on(conference, name="Size L", choice="T-shirt", quotas=shirt.quotas.all())
    ticket = bought(conference, ten, shirt)
    upgrade(ticket, ten, larger)
    [line] = [one for one in actions.lines_in_force(ticket) if one.add_on_id]
    end(line, by)
    assert owed_for(ticket) == [D("20")]
    assert (taken(ten), taken(shirt)) == (1, 0)
    assert sound()
    actions.cancel_order(ticket.order, by=by)
    assert owed_for(ticket) == [D("20"), D("10")]
    assert sound()


def test_extra_of_a_ticket_that_was_made_free_costs_nothing_to_take_back(
    conference, ten, shirt, by
):
    ticket = bought(conference, ten, shirt)
    order = ticket.order
    actions.make_free(order, ticket, seen=order.state_key(), why="Guest", by=by)
    end(OrderLine.objects.get(add_on=shirt), by)
    assert (owed_for(ticket), taken(shirt)) == ([D("30")], 0)
    assert sound()
    actions.cancel_order(order, by=by)
    assert owed_for(ticket) == [D("30")]
    assert sound()
