"""The numbers of a sale, beside those of the edition before."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from registration import actions, figures
from registration.models import Order, OrderLine, PromoCode, TicketType
from scale.models import Role
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def sold(conference, kind, day, *, n=1):
    """A paid order of `n` tickets, so many days from day one, at noon of the edition's zone."""
    noon = dt.datetime.combine(conference.starts_on, dt.time(12), tzinfo=conference.zone)
    paid_at = noon + dt.timedelta(days=day)
    return reg.order(conference, types=[kind] * n, paid_at=paid_at)


def text_of(client, conference):
    response = client.get(reverse("registration:dashboard", args=[conference.slug]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_curve_adds_up_by_days_before_day_one(conference, full):
    sold(conference, full, -30)
    sold(conference, full, -30, n=2)
    sold(conference, full, -2)
    reg.pending_order(conference, types=[full])
    curve = figures.curve(conference)
    assert curve.tickets == {-30: 3, -2: 4}
    assert curve.revenue == {-30: Decimal("270.00"), -2: Decimal("360.00")}
    assert curve.at(-31) == (0, Decimal("0.00"))
    assert curve.at(-10) == (3, Decimal("270.00"))


def test_money_taken_back_lowers_the_curve_but_sold_tickets_were_sold(conference, full):
    order = sold(conference, full, -5)
    line = order.lines.get()
    order.lines.create(ticket=line.ticket, words="Cancelled", price=-line.price)
    assert figures.curve(conference).revenue == {-5: Decimal("0.00")}


def test_a_type_brings_its_extras_too_less_what_was_given_back(conference, full):
    expo = reg.ticket_type(conference, code="expo", price=20)
    first = reg.paid_order(conference, types=[full, full, expo])
    reg.add_extra(first.tickets.first(), reg.add_on(conference, price=25))
    reg.payment(first, amount=25)
    by = make.user()
    second = first.tickets.order_by("pk")[1]
    actions.cancel_tickets(first, [second], by=by, why="Ill", keep=Decimal("10.00"))
    free = first.tickets.get(ticket_type=expo)
    actions.make_free(
        first, free, seen=Order.objects.get(pk=first.pk).state_key(), why="Helper", by=by
    )
    reg.pending_order(conference, types=[full])
    brought = {one.code: one.revenue for one in TicketType.objects.sold()}
    assert brought == {"full": Decimal("115.00"), "expo": Decimal("0.00")}
    assert OrderLine.objects.earned(conference) == Decimal("125.00")  # the fee is nobody's


def test_edition_before_is_the_last_of_the_same_series(conference):
    year = dt.timedelta(days=364)
    before = make.conference(
        starts_on=conference.starts_on - year, ends_on=conference.ends_on - year
    )
    make.conference(
        starts_on=conference.starts_on - 2 * year, ends_on=conference.ends_on - 2 * year
    )
    make.conference(
        series="Other",
        starts_on=conference.starts_on - year / 2,
        ends_on=conference.ends_on - year / 2,
    )
    assert figures.edition_before(conference) == before


def test_chart_ends_at_today_and_reaches_the_top(conference, full):
    sold(conference, full, -10)
    sold(conference, full, -4)
    chart = figures.chart([figures.curve(conference)], "tickets", until=-2)
    (line,) = chart.lines
    assert (chart.top, chart.first_day, chart.last_day, line.last) == (2, -11, -2, 2)
    assert line.points == "0.0,300.0 111.1,155.0 777.8,10.0 1000.0,10.0"
    assert figures.chart([figures.curve(make.conference())], "tickets", until=0) is None


def test_page_shows_everything_worth_looking_at(as_role, conference, full):
    half = reg.promo_code(conference, code="HALF", value=50, uses=1, note="User groups")
    order = sold(conference, full, -3)
    order.lines.update(price=Decimal("45.00"), promo_code=half)
    ticket = order.tickets.get()
    reg.add_extra(ticket, reg.add_on(conference, choice="T-shirt", name="M", price=0))
    diet = reg.question(conference, text="Diet?", kind="choice", choices="none\nvegan")
    reg.answer(ticket, diet, "vegan")
    Order.objects.filter(pk=reg.order(conference, types=[full], status="expired").pk).update(
        created_at=timezone.now()
    )
    reg.quota(conference, name="Tutorial room", size=3, taken=3)
    text = text_of(as_role(Role.FINANCE), conference)
    for words in (
        '<b class="num">1</b> tickets sold',
        "HALF",
        "$45",
        "Tutorial room: all 3 places are taken.",
        "<bdi>M</bdi>",
        "<bdi>vegan</bdi>",
        "reservation of the last 30 days ran out unpaid",
        'worth <b class="num">$90</b>',
    ):
        assert words in text
    assert figures.promos(conference).get().saved == Decimal("45.00")
    assert PromoCode.objects.get().uses == 1


def test_page_before_any_sale_says_what_will_be_there(as_role, conference):
    text = text_of(as_role(Role.REGISTRATION), conference)
    assert "A curve is drawn here from the first sale on" in text
    assert "No code was used yet." in text
    assert '<b class="num">0</b> tickets sold, <b class="num">$0</b>' in text


@pytest.mark.parametrize("n", [1, 3])
def test_page_asks_the_database_the_same_for_any_number(
    as_role, conference, django_assert_num_queries, n
):
    client = as_role(Role.REGISTRATION)
    for _ in range(n):
        kind = reg.ticket_type(conference, quotas=[reg.quota(conference)])
        ticket = sold(conference, kind, -n).tickets.get()
        reg.add_extra(ticket, reg.add_on(conference))
        reg.answer(ticket, reg.question(conference), "yes")
        reg.promo_code(conference, uses=1)
    with django_assert_num_queries(17):
        client.get(reverse("registration:dashboard", args=[conference.slug]))


def test_free_for_a_reason_counts_as_given(conference, full, free):
    """Bought; bought and made free; given; two waiting; a free one that needs no reason."""
    bought = reg.paid_order(conference, types=[full, full])
    actions.make_free(
        bought, bought.tickets.first(), seen=bought.state_key(), why="Speaks", by=make.user()
    )
    reg.ticket(full, why_free="Press")
    reg.ticket(full, why_free="Ill", status="cancelled")
    reg.pending_order(conference, types=[full, full])
    reg.order(conference, types=[free])
    counted = {one.code: one for one in conference.ticket_types.sold()}
    for code, expected in (("full", (1, 2, 2)), ("free", (1, 0, 0))):
        one = counted[code]
        assert (one.paid, one.given, one.waiting) == expected
