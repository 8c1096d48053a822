"""A sale at the desk is for the sum that was shown; what changed meanwhile is said."""

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from bench.client import hidden
from registration import actions
from registration.models import CashDrawer, Order, Payment, PromoCode, Quota, Ticket, TicketPrice
from scale import editions
from scale.models import Role
from schedule.models import Slot
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import schedule as make_schedule

from .conftest import text_of
from .crowd import at_once
from .test_desk_views import sale, url

AGAIN = "Look at the sum and sell again."


@pytest.fixture
def desk(as_role):
    return as_role(Role.REGISTRATION)


@pytest.fixture
def drawer(conference):
    return reg.drawer(conference)


@pytest.fixture
def post(desk, conference):
    """The form as it is sent, with whatever sum it carries."""
    return partial(desk.post, url("sell", conference))


@pytest.fixture
def meanwhile(monkeypatch):
    """Lets something happen when the form was read already and the sale is not written yet."""
    really = actions.sell

    def then(act):
        def sell_after(*args, **kwargs):
            monkeypatch.setattr(actions, "sell", really)
            act()
            return really(*args, **kwargs)

        monkeypatch.setattr(actions, "sell", sell_after)

    return then


def shown_on(answer):
    return hidden(answer.content, "shown_total")


def booked():
    return [payment.amount for payment in Payment.objects.all()]


def raise_prices():
    TicketPrice.objects.update(amount=95)


# --- the sum ----------------------------------------------------------------------------------


def test_first_type_is_sold_at_once_as_the_page_shows_it(desk, post, conference, full, drawer):
    page = desk.get(url("sell", conference))
    assert shown_on(page) == "90.00"
    answer = post(sale(drawer=drawer.pk, given="", shown_total=shown_on(page)))
    assert answer.status_code == 302
    assert booked() == [90]


@pytest.mark.parametrize("given", ["", "100"])
def test_other_price_than_was_shown_sells_nothing_and_loses_nothing(
    desk, post, conference, full, drawer, given
):
    looked = shown_on(desk.post(url("sale-sum", conference), sale()))
    raise_prices()
    data = sale(drawer=drawer.pk, given=given, email="walk@example.org")
    answer = post(data | {"shown_total": looked})
    assert text_of(answer).count(f"This costs $95 now; $90 was shown. {AGAIN}") == 1
    assert (answer.status_code, Order.objects.count(), full.quotas.get().taken) == (200, 0, 0)
    form = answer.context["form"]
    kept = {name: form[name].value() for name in ("email", "given", "token")}
    assert kept == {"email": "walk@example.org", "given": given, "token": "a" * 32}
    assert form.people[0]["name"].value() == "Walk In"
    assert "To pay $95" in text_of(answer)
    sold = post(data | {"shown_total": shown_on(answer)})
    assert sold.status_code == 302
    assert booked() == [95]


def test_cheaper_than_was_shown_is_looked_at_too(post, full, drawer):
    TicketPrice.objects.update(amount=0)
    answer = post(sale(drawer=drawer.pk, given="", shown_total="90"))
    assert f"This costs $0 now; $90 was shown. {AGAIN}" in text_of(answer)
    assert shown_on(answer) == "0.00"


@pytest.mark.parametrize("shown", ["", "x", "NaN", "1e999999", "90.001", "9" * 100_000])
def test_sum_that_nobody_can_have_seen_sells_nothing(post, full, drawer, shown):
    answer = post(sale(drawer=drawer.pk, given="", shown_total=shown))
    assert f"This costs $90. {AGAIN}" in text_of(answer)
    assert (shown_on(answer), Order.objects.count()) == ("90.00", 0)


def test_type_changed_without_a_look_is_one_more_press(desk, post, conference, full, drawer):
    """Without scripts only what the first type costs was on the page."""
    reg.ticket_type(conference, code="expo", name="Expo hall", price=20)
    shown = shown_on(desk.get(url("sell", conference)))
    data = sale(drawer=drawer.pk, given="") | {"person1-type": "expo"}
    answer = post(data | {"shown_total": shown})
    assert f"This costs $20 now; $90 was shown. {AGAIN}" in text_of(answer)
    assert answer.context["form"].people[0]["type"].value() == "expo"
    post(data | {"shown_total": shown_on(answer)})
    assert booked() == [20]


def test_look_carries_the_sum_and_does_not_complain(post, conference, full, drawer):
    reg.ticket_type(conference, code="expo", name="Expo hall", price=20)
    data = sale(drawer=drawer.pk, given="") | {"person1-type": "expo"}
    looked = post(data | {"shown_total": "90.00", "look": "1"})
    assert (AGAIN in text_of(looked), shown_on(looked)) == (False, "20.00")
    assert 'data-sale="look"' not in looked.content.decode()
    post(data | {"shown_total": shown_on(looked)})
    assert booked() == [20]


def test_code_used_up_between_look_and_sale_is_not_the_full_price_unseen(
    desk, post, conference, full, drawer
):
    code = reg.promo_code(conference, code="P1", max_uses=1)
    data = sale(drawer=drawer.pk, given="", promo="P1")
    looked = shown_on(desk.post(url("sale-sum", conference), data))
    PromoCode.objects.filter(pk=code.pk).update(uses=1)
    answer = post(data | {"shown_total": looked})
    assert f"This costs $90 now; $54 was shown. {AGAIN}" in text_of(answer)
    assert "The code P1 has been used up. The full price counts." in text_of(answer)
    post(data | {"shown_total": shown_on(answer)})
    assert booked() == [90]


# --- the same form again ----------------------------------------------------------------------


def test_same_form_again_is_the_same_order_whatever_changed_since(post, conference, full, drawer):
    """Neither a higher price, nor a type that is over, nor too little for today's price matter."""
    data = sale(drawer=drawer.pk, given="90", shown_total="90.00")
    first = post(data).url
    raise_prices()
    assert post(data).url == first
    full.on_sale_until = timezone.now() - dt.timedelta(hours=1)
    full.save()
    assert post(data).url == first
    assert (booked(), Ticket.objects.count()) == ([90], 1)


def test_same_form_again_tells_the_change_of_what_was_sold(desk, post, full, drawer):
    data = sale(drawer=drawer.pk, given="", shown_total="90.00")
    post(data)
    raise_prices()
    text = text_of(desk.get(post(data).url))
    assert "Paid, $90" in text and "change" not in text


def test_token_of_another_editions_order_leads_nowhere(post, conference, full, drawer):
    other = make.conference()
    foreign = reg.paid_order(other, types=[reg.ticket_type(other)])
    Order.objects.filter(pk=foreign.pk).update(form_token="a" * 32)
    answer = post(sale(drawer=drawer.pk, given="", shown_total="1.00"))
    assert (answer.status_code, foreign.code in text_of(answer)) == (200, False)


# --- what comes between the reading of the form and the sale ------------------------------------


def close_the_drawer():
    drawer = CashDrawer.objects.get()
    actions.close_drawer(drawer, closing_count=Decimal(100), note="", by=drawer.opened_by)


def fill_the_hall():
    Quota.objects.update(taken=F("size"))


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (close_the_drawer, "is closed. Open another one."),
        (fill_the_hall, "” has 0 left: it cannot be sold."),
    ],
)
def test_what_is_gone_meanwhile_is_said(post, full, drawer, meanwhile, act, words):
    meanwhile(act)
    answer = post(sale(drawer=drawer.pk, given="", shown_total="90.00"))
    assert (answer.status_code, words in text_of(answer)) == (200, True), text_of(answer)
    assert not Payment.objects.exists()


@pytest.fixture
def clock(monkeypatch):
    """A function that sets it forward by an hour."""
    later = timezone.now() + dt.timedelta(hours=1)
    return lambda: monkeypatch.setattr(timezone, "now", lambda: later)


def test_step_to_the_next_price_in_the_very_moment(post, full, drawer, meanwhile, clock):
    soon = timezone.now() + dt.timedelta(minutes=30)
    reg.ticket_price(full, amount=95, starts_at=soon)
    meanwhile(clock)
    data = sale(drawer=drawer.pk, given="")
    answer = post(data | {"shown_total": "90.00"})
    assert f"This costs $95 now; $90 was shown. {AGAIN}" in text_of(answer)
    assert (shown_on(answer), Order.objects.count()) == ("95.00", 0)
    post(data | {"shown_total": "95.00"})
    assert booked() == [95]


def test_end_of_the_sale_in_the_very_moment(post, full, drawer, meanwhile, clock):
    full.on_sale_until = timezone.now() + dt.timedelta(minutes=30)
    full.save()
    meanwhile(clock)
    answer = post(sale(drawer=drawer.pk, given="", shown_total="90.00"))
    assert "Full access is not on sale now." in text_of(answer)
    assert not Order.objects.exists()


def test_last_use_of_a_code_in_the_very_moment(post, conference, full, drawer, meanwhile):
    code = reg.promo_code(conference, code="P1", max_uses=1)
    meanwhile(lambda: PromoCode.objects.filter(pk=code.pk).update(uses=1))
    data = sale(drawer=drawer.pk, given="", promo="P1")
    answer = post(data | {"shown_total": "54.00"})
    assert f"This costs $90 now; $54 was shown. {AGAIN}" in text_of(answer)
    assert "The code P1 has been used up. The full price counts." in text_of(answer)
    assert shown_on(answer) == "90.00"
    post(data | {"shown_total": "90.00"})
    assert booked() == [90]


def test_code_that_is_not_good_for_all_of_them_is_said(post, conference, full, drawer):
    reg.promo_code(conference, code="P1", max_uses=1)
    data = sale(**{"person2-name": "Second", "person2-type": "full"}, promo="P1", given="")
    answer = post(data | {"drawer": drawer.pk, "shown_total": "108.00"})
    assert "The code P1 is good for 1 more." in text_of(answer)
    assert not Order.objects.exists()


def test_workshop_moved_onto_another_is_said_beside_it(post, conference, full, drawer, meanwhile):
    room = make_schedule.room(conference)
    knots, splices = (
        make_schedule.workshop(
            conference, room=room, starts_at=make_schedule.at(conference, hour), title=title
        )
        for hour, title in ((10, "Knots"), (12, "Splices"))
    )
    first = Slot.objects.get(talk=knots.talk)
    moved = {"starts_at": first.starts_at, "ends_at": first.ends_at, "room": None, "place": "Hall"}
    meanwhile(lambda: Slot.objects.filter(talk=splices.talk).update(**moved))
    both = {f"person1-extra-{one.add_on_id}": "on" for one in (knots, splices)}
    answer = post(sale(**both, drawer=drawer.pk, given="", shown_total="90.00"))
    (errors,) = answer.context["form"].people[0].errors.values()
    assert "take place at the same time" in errors[0]
    assert not Order.objects.exists()


def test_number_of_a_cheque_that_was_written_down_before(post, conference, full, drawer):
    data = sale(drawer=drawer.pk, given="", shown_total="90.00", way="cheque", reference="7")
    post(data)
    answer = post(data | {"token": "b" * 32})
    assert "the reference belongs to another payment" in text_of(answer)
    assert post(data | {"token": "b" * 32, "reference": "8"}).status_code == 302
    assert (booked(), Ticket.objects.count()) == ([90, 90], 2)


def test_edition_closed_while_a_sale_waits_for_its_money(post, conference, full, drawer, meanwhile):
    meanwhile(close_the_drawer)
    data = sale(given="", shown_total="90.00")
    post(data | {"drawer": drawer.pk})  # the places are kept
    other = reg.drawer(conference)
    meanwhile(lambda: editions.close(conference))
    answer = post(data | {"drawer": other.pk})
    assert "is closed and can only be read." in text_of(answer)
    assert not Payment.objects.exists()


# --- several at once --------------------------------------------------------------------------


def several(desk, n):
    """Browsers of one person: each thread has its own."""
    clients = [Client() for _ in range(n)]
    for one in clients:
        one.cookies = desk.cookies
    return clients


@pytest.mark.django_db(transaction=True)
def test_two_desks_with_the_last_use_of_a_code(desk, conference, full, drawer):
    reg.promo_code(conference, code="P1", max_uses=1)
    clients = several(desk, 2)
    data = sale(drawer=drawer.pk, given="", promo="P1", shown_total="54.00")
    path = url("sell", conference)
    answers = at_once(lambda n: clients[n].post(path, data | {"token": f"{n}" * 32}), 2)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert booked() == [54]
    n, refused = next((n, one) for n, one in enumerate(answers) if one.status_code == 200)
    assert f"This costs $90 now; $54 was shown. {AGAIN}" in text_of(refused)
    again = data | {"token": f"{n}" * 32, "shown_total": shown_on(refused)}
    assert clients[n].post(path, again).status_code == 302
    assert sorted(booked()) == [54, 90]


@pytest.mark.django_db(transaction=True)
def test_double_click_while_the_price_changes_is_one_sale_or_none(desk, conference, full, drawer):
    clients = several(desk, 3)
    path, data = url("sell", conference), sale(drawer=drawer.pk, given="")
    for turn in range(4):
        TicketPrice.objects.update(amount=90)
        form = data | {"token": f"{turn}" * 32, "shown_total": "90.00"}

        def act(n, form=form):
            return raise_prices() if n == 3 else clients[n].post(path, form).status_code

        codes = at_once(act, 4)[:3]
        made = Order.objects.filter(form_token=f"{turn}" * 32)
        assert set(codes) <= {200, 302}
        assert [one.total() for one in made] == [90] * (302 in codes)
        if 302 in codes:  # whoever was refused while it was written gets there now
            assert clients[0].post(path, form).status_code == 302
    assert set(booked()) <= {90}


@pytest.mark.django_db(transaction=True)
def test_one_cheque_number_at_two_desks(desk, conference, full, drawer):
    clients = several(desk, 4)
    path = url("sell", conference)
    for turn in range(3):
        data = sale(drawer=drawer.pk, given="", way="cheque", reference=f"No. {turn}")
        data["shown_total"] = "90.00"
        answers = at_once(
            lambda n, d=data, t=turn: clients[n].post(path, d | {"token": f"{t}{n}" * 16}), 4
        )
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
        told = [text_of(answer) for answer in answers if answer.status_code == 200]
        assert all("the reference belongs to another payment" in text for text in told)
    assert booked() == [90] * 3


def test_page_asks_the_database_the_same_after_a_change(
    post, conference, full, drawer, django_assert_num_queries
):
    for n in (1, 3):
        data = {f"person{k}-{key}": "full" for k in range(1, n + 1) for key in ("name", "type")}
        with django_assert_num_queries(4 + 6 + 6):  # there are no extras
            post(sale(drawer=drawer.pk, given="") | data | {"shown_total": "1.00"})
