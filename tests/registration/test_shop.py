"""The tickets page, links to it, codes, and the reservation it makes."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registration import actions
from registration.models import Order, PromoCode, Quota, TicketType
from scale.editions import close
from scale.models import Conference, Role
from tests.factories import registration as reg
from tests.factories import scale as make

from .conftest import buy, form_data, order_url, reserve, shop_url, text_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def checkout_url(conference, query="full=1"):
    return f"{shop_url(conference, 'checkout')}?{query}"


def choose(client, conference, query, **headers):
    """The answer to the form of the tickets page."""
    data = dict(pair.split("=") for pair in query.split("&") if pair)
    return client.post(shop_url(conference, "reserve"), data, headers=headers)


# --- the page for everyone -------------------------------------------------------------------


@pytest.mark.sqlite
def test_page_shows_price_days_state_and_what_is_included(client, conference, full, free):
    TicketType.objects.filter(pk=full.pk).update(included="Every talk\nGame night\n")
    full.prices.update(label="early bird")
    reg.ticket_price(full, amount=Decimal("120"), starts_at=timezone.now() + 30 * DAY)
    text = text_of(client.get(shop_url(conference)))
    assert "Full access Thu 4 – Sun 7 March Every talk Game night $90 early bird until" in text
    assert re.search(r"until \w+ \d+ \w+, \d\d:\d\d, then \$120 ● On sale", text)
    assert "Free day Thu 4 – Sun 7 March Free ● On sale" in text
    assert "All times are Pacific" in text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"on_sale_from": dt.datetime(2099, 1, 1, 20, tzinfo=dt.UTC)}, "◷ Opens Thu 1 January, 12"),
        ({"price": None}, "◷ Not on sale yet"),
        ({"on_sale_until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "✕ Sale is over"),
    ],
)
def test_page_says_why_nothing_can_be_bought(client, conference, fields, says):
    reg.ticket_type(conference, **fields)
    response = client.get(shop_url(conference))
    assert says in text_of(response)
    assert b"<select" not in response.content
    assert b"Continue" not in response.content


def test_sale_window_is_told_in_the_conferences_zone(client, conference):
    reg.ticket_type(conference, on_sale_until=dt.datetime(2099, 3, 1, 8, tzinfo=dt.UTC))
    text = text_of(client.get(shop_url(conference)))
    assert "● On sale until Sat 28 February, 23:59" in text


def test_a_sold_out_type_leads_to_its_waiting_list(client, conference, full, quota):
    waiting = reverse("registration:wait", args=[conference.slug, full.code])
    assert waiting not in client.get(shop_url(conference)).content.decode()
    Quota.objects.filter(pk=quota.pk).update(taken=100)
    Conference.objects.touch([conference.pk])
    assert waiting in client.get(shop_url(conference)).content.decode()
    assert client.get(waiting).status_code == 200


def test_page_tells_few_and_sold_out_at_once(client, conference, full, quota):
    shown = lambda: text_of(client.get(shop_url(conference)))  # noqa: E731
    assert "● On sale" in shown()
    Quota.objects.filter(pk=quota.pk).update(taken=94)
    order = buy(client, conference, "full=1")
    assert "◐ 5 left" in shown()
    reserve(client, conference, "full=5", token="e" * 32)
    assert "○ Sold out" in shown()
    assert "come back after 30 minutes" in shown()
    actions.cancel_order(order, by=None)
    assert "◐ 1 left" in shown()


def test_page_of_an_edition_without_types(client, conference):
    assert "Tickets are not for sale yet" in text_of(client.get(shop_url(conference)))


def test_page_of_a_closed_edition(client, conference, full):
    close(conference)
    assert "The sale is over" in text_of(client.get(shop_url(conference)))


def test_page_is_not_there_before_the_edition_is_public(client, as_role):
    hidden = make.conference(is_public=False)
    assert client.get(shop_url(hidden)).status_code == 404
    assert client.get(checkout_url(hidden)).status_code == 404
    assert client.post(shop_url(hidden, "reserve"), {"full": 1}).status_code == 404
    staff = as_role(Role.DOOR, edition=hidden)
    assert staff.get(shop_url(hidden)).status_code == 200


def test_extras_are_shown_with_their_own_stock(client, conference, full):
    few, none = (reg.quota(conference, size=n) for n in (3, 0))
    reg.add_on(conference, choice="T-shirt", name="Size M", price=20, quotas=[few])
    reg.add_on(conference, choice="T-shirt", name="Size L", price=20, quotas=[none])
    reg.add_on(conference, name="Party", price=0, kind="party")
    reg.add_on(conference, name="Staff dinner", is_hidden=True)
    text = text_of(client.get(shop_url(conference)))
    assert "T-shirt Size M $20 ◐ 3 left T-shirt Size L $20 ○ Sold out Party Free" in text
    assert "Staff dinner" not in text


@pytest.mark.parametrize("n", [1, 3])
def test_page_asks_the_database_little_for_any_number_of_types(
    client, conference, django_assert_num_queries, n
):
    for _ in range(n):
        one = reg.ticket_type(conference, quotas=[reg.quota(conference, size=5)])
        extra = reg.add_on(conference, quotas=[reg.quota(conference, size=5)])
        extra.ticket_types.set([one])
    # version, edition, types, prices, quotas, reservations that ran out, extras, their quotas
    with django_assert_num_queries(8):
        client.get(shop_url(conference))
    with django_assert_num_queries(1):
        client.get(shop_url(conference))


def test_extras_go_with_the_types_they_name(conference, full, free):
    both, one = reg.add_on(conference), reg.add_on(conference)
    both.ticket_types.set([full, free])
    one.ticket_types.set([free])
    shown = {extra.pk: extra for extra in type(both).objects.on_offer(conference)}
    assert len(shown) == 2
    assert shown[both.pk].type_ids == {full.pk, free.pk}
    assert [shown[one.pk].goes_with(x) for x in (full, free)] == [False, True]


# --- a link with a choice --------------------------------------------------------------------


@pytest.mark.sqlite
def test_link_shows_what_it_asks_for_and_the_total(client, conference, full, free):
    response = client.get(checkout_url(conference, "free=1&full=2"))
    text = text_of(response)
    assert "2 × Full access" in text
    assert "Total $180" in text
    assert '<input type="hidden" name="full" value="2">' in response.content.decode()
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "No ticket is chosen yet."),
        ("full=0", "No ticket is chosen yet."),
        ("utm_source=mail", "No ticket is chosen yet."),
        ("nosuch=2", "The link asks for “nosuch”, which is not sold here."),
        ("full=abc", "“abc” is no number of tickets for Full access."),
        ("full=-1", "“-1” is no number of tickets for Full access."),
        ("full=1.5", "“1.5” is no number of tickets for Full access."),
        ("full=٣", "“٣” is no number of tickets for Full access."),
        ("full=99999999999999999999", "is no number of tickets for Full access."),
        ("full=21", "One order holds at most 20 tickets."),
        ("full=11&free=10", "One order holds at most 20 tickets."),
    ],
)
def test_choice_that_cannot_be_bought_is_explained_where_one_chooses(
    client, conference, full, free, query, says
):
    for response in (
        client.get(checkout_url(conference, query)),
        choose(client, conference, query),
    ):
        assert response.status_code == 200
        assert says in text_of(response)
        assert 'name="full"' in response.content.decode()
    assert Order.objects.count() == 0


def test_strange_type_beside_a_good_one_is_named_and_passed_over(client, conference, full):
    text = text_of(client.get(checkout_url(conference, "full=1&nosuch=2&utm_source=mail")))
    assert "The link also asks for “nosuch”" in text
    assert "1 × Full access" in text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"price": None}, "Type X is not on sale yet."),
        ({"on_sale_until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "The sale of Type X is over."),
    ],
)
def test_type_that_is_not_on_sale_is_explained(client, conference, fields, says):
    reg.ticket_type(conference, code="x", name="Type X", **fields)
    assert says in text_of(client.get(checkout_url(conference, "x=1")))
    assert says in text_of(choose(client, conference, "x=1"))
    assert Order.objects.count() == 0


def test_hidden_type_cannot_be_bought_by_its_name(client, conference):
    reg.ticket_type(conference, code="speaker", price=0, is_hidden=True)
    assert "is not sold here" in text_of(choose(client, conference, "speaker=1"))
    assert Order.objects.count() == 0


# --- reserving -------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_choosing_keeps_places_for_half_an_hour(client, conference, full, quota):
    order = reserve(client, conference, "full=2")
    assert order.is_cart
    assert order.tickets.count() == 2
    assert 29 * 60 < (order.expires_at - timezone.now()).total_seconds() <= 30 * 60
    assert Quota.objects.get(pk=quota.pk).taken == 2
    response = client.get(order_url(order))
    clock = f"{order.expires_at.astimezone(conference.zone):%H:%M}"
    assert f"Your places are kept until {clock}" in text_of(response)
    assert "Full access" in text_of(response)


@pytest.mark.sqlite
def test_same_choice_of_the_same_page_is_one_reservation(client, conference, full, quota):
    Quota.objects.filter(pk=quota.pk).update(taken=99)
    first, second = (reserve(client, conference) for _ in range(2))
    assert first == second
    assert Order.objects.count() == 1
    assert "kept for you already" in text_of(client.get(order_url(first)))


def test_back_and_another_choice_is_another_reservation(client, conference, full, free):
    first = reserve(client, conference, "full=1")
    second = reserve(client, conference, "full=1&free=1")
    assert first != second
    assert second.tickets.count() == 2
    assert reserve(client, conference, "full=1") == first


def test_same_form_after_paying_leads_to_the_order_it_made(client, conference, free):
    order = buy(client, conference, "free=1")
    assert reserve(client, conference, "free=1") == order
    assert "Nothing was doubled." in text_of(client.get(order.get_absolute_url()))


def test_places_given_back_can_be_chosen_again_from_the_same_page(client, conference, full):
    order = reserve(client, conference)
    client.post(order_url(order, "drop"))
    again = reserve(client, conference)
    assert again != order
    assert again.is_cart


@pytest.mark.parametrize("token", ["", "short", "x" * 100_000, "G" * 32, "a\x00"])
def test_form_without_a_proper_token_still_reserves(client, conference, full, token):
    reserve(client, conference, token=token)
    reserve(client, conference, token=token)
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_post_from_another_site_is_refused(conference, full, headers):
    client = Client(enforce_csrf_checks=True)
    assert choose(client, conference, "full=1", **headers).status_code == 403
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}]
)
def test_own_page_needs_no_csrf_token(conference, full, headers):
    client = Client(enforce_csrf_checks=True)
    assert choose(client, conference, "full=1", **headers).status_code == 302


def test_sold_out_meanwhile_is_said_and_the_choice_kept(client, conference, full, free, quota):
    Quota.objects.filter(pk=quota.pk).update(taken=97)
    response = choose(client, conference, "full=2&free=2")
    assert "Full access and Free day: only 3 places are left, and you chose 4." in text_of(response)
    assert response.content.decode().count("<option selected>2</option>") == 2
    assert Order.objects.count() == 0


def test_closed_edition_sells_nothing(client, conference, full):
    close(conference)
    assert "The sale of Full access is over." in text_of(client.get(checkout_url(conference)))
    assert "The sale of Full access is over." in text_of(choose(client, conference, "full=1"))
    assert Order.objects.count() == 0


def test_reservation_belongs_to_who_is_signed_in(as_role, conference, full):
    client = as_role()
    assert reserve(client, conference).user == client.user


# --- what the browser remembers --------------------------------------------------------------


def test_open_reservation_is_found_again(client, conference, full):
    order = reserve(client, conference)
    assert "You have a reservation open until" in text_of(client.get(checkout_url(conference)))
    assert client.get(shop_url(conference, "resume")).url == order_url(order)
    assert int(client.cookies["reserved_until"].value) == int(order.expires_at.timestamp())
    assert client.cookies["reservation"]["httponly"]
    assert order.secret not in client.cookies["reservation"].value


@pytest.mark.parametrize("cookie", ["", "forged", "YQ:1:2", "x" * 5000])
def test_forged_memory_finds_nothing(client, conference, full, cookie):
    reserve(client, conference)
    client.cookies["reservation"] = cookie
    response = client.get(shop_url(conference, "resume"), follow=True)
    assert "There is no open reservation in this browser." in text_of(response)


def test_memory_of_another_edition_opens_nothing(client, conference, full):
    reserve(client, conference)
    elsewhere = make.conference()
    assert client.get(shop_url(elsewhere, "resume")).url == shop_url(elsewhere)


def test_finished_order_is_forgotten(client, conference, free):
    buy(client, conference, "free=1")
    assert client.cookies["reservation"].value == ""
    assert client.cookies["reserved_until"].value == ""


def test_shared_page_remembers_nobody(client, conference, full):
    reserve(client, conference)
    shared = client.get(shop_url(conference))
    assert "s-maxage" in shared["Cache-Control"]
    assert not shared.cookies
    assert b"csrfmiddlewaretoken" not in shared.content
    assert b"hidden data-open-reservation" in shared.content


# --- promo codes -----------------------------------------------------------------------------


def with_code(client, conference, code):
    return client.get(f"{shop_url(conference)}?promo={code}")


@pytest.mark.sqlite
@pytest.mark.parametrize("typed", ["P1", "p1", " p-1 ", "P%201"])
def test_scenario_4_code_in_any_case_works_in_link_and_form(client, conference, full, typed):
    reg.promo_code(conference, code="P1", value=40)
    response = with_code(client, conference, typed)
    assert "The code P1 is in force: 40 % off" in text_of(response)
    assert "instead of $90 $54" in text_of(response)
    assert "s-maxage" not in response["Cache-Control"]
    order = reserve(client, conference, promo=typed.replace("%20", " "))
    assert order.total() == Decimal("54.00")
    assert PromoCode.objects.get().uses == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"is_active": False}, "The code P1 is not in use."),
        ({"ends_at": timezone.now() - HOUR}, "The code P1 is no longer valid."),
        ({"starts_at": timezone.now() + HOUR}, "The code P1 is not valid yet."),
        ({"max_uses": 0}, "The code P1 has been used up."),
        ({"code": "OTHER"}, "We do not know the code P1"),
    ],
)
def test_scenario_4_code_without_effect_gives_full_price_with_a_note(
    client, conference, full, fields, says
):
    reg.promo_code(conference, **{"code": "P1", "value": 40} | fields)
    for response in (
        with_code(client, conference, "p1"),
        client.get(checkout_url(conference, "full=1&promo=p1")),
    ):
        assert response.status_code == 200
        assert says in text_of(response)
        assert "hese are the full prices." in text_of(response)
        assert "$90" in text_of(response)
        assert "$54" not in text_of(response)
    order = reserve(client, conference, promo="p1")
    assert order.total() == Decimal("90.00")
    assert says in text_of(client.get(order_url(order)))


@pytest.mark.parametrize("typed", ["%00", "🐧", "x" * 7000, "%3Cscript%3E", "..%2F", "&promo=b"])
def test_strange_codes_are_no_error(client, conference, full, typed):
    response = with_code(client, conference, typed)
    assert response.status_code in (200, 400 if typed == "%00" else 200)
    assert b"<script>" not in response.content.split(b"<main")[1].split(b"</main")[0]


def test_scenario_5_code_for_the_expo_leaves_the_full_price_alone(client, conference, full):
    expo = reg.ticket_type(conference, code="expo", price=20)
    reg.promo_code(conference, code="EXPO", value=50, ticket_types=[expo])
    text = text_of(client.get(checkout_url(conference, "full=1&expo=1&promo=expo")))
    assert "Full access Thu 4 – Sun 7 March $90" in text
    assert "Total $100" in text
    order = reserve(client, conference, "full=1&expo=1", promo="EXPO")
    assert [line.price for line in order.lines.order_by("pk")] == [Decimal(90), Decimal(10)]


def test_code_unlocks_a_hidden_type(client, conference, full):
    crew = reg.ticket_type(conference, code="crew", name="Crew pass", price=50, is_hidden=True)
    reg.promo_code(conference, code="CREW", kind="free", ticket_types=[crew])
    assert "Crew pass" not in text_of(client.get(shop_url(conference)))
    assert "Crew pass" in text_of(with_code(client, conference, "crew"))
    order = reserve(client, conference, "crew=1", promo="crew")
    assert order.total() == 0
    assert "is not sold here" in text_of(choose(client, conference, "crew=1"))


def test_code_good_for_fewer_is_said_and_the_choice_kept(client, conference, full):
    reg.promo_code(conference, code="TWO", value=10, max_uses=2)
    response = choose(client, conference, "full=3&promo=TWO")
    assert "The code TWO is good for 2 more tickets." in text_of(response)
    assert "<option selected>3</option>" in response.content.decode()
    assert PromoCode.objects.get().uses == 0
    assert reserve(client, conference, "full=2", promo="TWO").total() == 162


def test_guessing_codes_is_slowed_down_without_an_error(client, conference, full):
    reg.promo_code(conference, code="GOOD", value=50)
    for n in range(30):
        assert "We do not know" in text_of(with_code(client, conference, f"guess{n}"))
    text = text_of(with_code(client, conference, "GOOD"))
    assert "Too many codes were tried." in text
    assert "$45" not in text
    assert reserve(client, conference, promo="GOOD").total() == 90


def test_right_codes_are_not_counted(client, conference, full):
    reg.promo_code(conference, code="GOOD", value=50)
    for _ in range(35):
        assert "$45" in text_of(with_code(client, conference, "GOOD"))


def test_code_of_another_edition_is_unknown(client, conference, full):
    reg.promo_code(make.conference(), code="P1")
    assert "We do not know the code P1" in text_of(with_code(client, conference, "P1"))


# --- terms -----------------------------------------------------------------------------------


def test_each_version_of_the_terms_has_its_page(client, conference):
    for text in ("Be **kind**.", "Be very kind."):
        reg.terms(conference, text=text)
    url = lambda n, kind="conduct": shop_url(conference, "terms", kind, n)  # noqa: E731
    assert b"<strong>kind</strong>" in client.get(url(1)).content
    assert "Be very kind." in text_of(client.get(url(2)))
    assert {client.get(url(3)).status_code, client.get(url(1, "x")).status_code} == {404}


# --- what it costs ---------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 3])
def test_free_purchase_asks_the_database_the_same_for_any_number_of_tickets(
    client, conference, free, n, django_assert_num_queries
):
    # edition, types, prices, quotas; in one transaction: begin, quota, order, tickets, again
    # with their keys, lines, end
    with django_assert_num_queries(11):
        order = reserve(client, conference, f"free={n}")
    # edition, order, terms, lines, tickets, extras, questions, rules
    with django_assert_num_queries(8):
        client.get(order_url(order))
    # the same; in one transaction: begin, order, tickets, tickets, lines, order, mail between
    # two savepoints, end
    with django_assert_num_queries(18):
        client.post(order_url(order), form_data(n))
    with django_assert_num_queries(6):
        client.get(order.get_absolute_url())


# --- codes in the form that sells ------------------------------------------------------------


def test_a_code_typed_beside_the_choice_counts_without_apply(client, conference, full):
    reg.promo_code(conference, code="HALF", value=50)
    order = reserve(client, conference, "full=2", promo=" half ")
    assert order.total() == Decimal("90.00")


def test_apply_keeps_what_was_chosen(client, conference, full):
    reg.promo_code(conference, code="HALF", value=50)
    for code, price in (("half", "$45"), ("unknown", "$90")):
        page = client.get(shop_url(conference) + f"?promo={code}&full=3")
        assert "<option selected>3</option>" in page.content.decode()
        assert price in text_of(page)


def test_a_group_code_typed_beside_the_choice_leads_to_its_places(client, conference, full):
    group = reg.group_code(conference, types=[full])
    sent = choose(client, conference, f"full=1&promo={group.code}")
    assert sent.url == shop_url(conference, "group", group.code)
    assert not Order.objects.filter(form_token__isnull=False).exists()


def test_choosing_again_tells_what_is_kept_already(client, conference, full):
    first = reserve(client, conference, "full=1")
    second = reserve(client, conference, "full=2", token="b" * 32)
    page = client.get(order_url(second)).content.decode()
    assert "What you chose before is kept too" in page
    assert first.get_absolute_url() in page


def test_type_whose_days_are_over_is_not_sold(client, conference):
    yesterday = conference.today() - DAY
    reg.ticket_type(conference, code="lab", name="Lab", admits_until=yesterday)
    assert "✕ Sale is over" in text_of(client.get(shop_url(conference)))
    assert "The sale of Lab is over." in text_of(choose(client, conference, "lab=1"))
