import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registration import actions
from registration.models import Order, Quota, Ticket
from scale.editions import close
from scale.models import Role
from tests.factories import registration as reg
from tests.factories import scale as make

from .conftest import form_data

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def tickets_url(conference):
    return reverse("registration:tickets", args=[conference.slug])


def checkout_url(conference, query="full=1"):
    return f"{reverse('registration:checkout', args=[conference.slug])}?{query}"


def text_of(response):
    """The page as people read it."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode().split("</header>", 1)[1])
    return " ".join(text.split())


# --- tickets page ----------------------------------------------------------------------------


@pytest.mark.sqlite
def test_tickets_page_shows_price_days_and_state(client, conference, full, free):
    full.prices.update(label="early bird")
    reg.ticket_price(full, amount=Decimal("120"), starts_at=timezone.now() + 30 * DAY)
    text = text_of(client.get(tickets_url(conference)))
    assert "Full access $90 Thu 4 – Sun 7 March ● On sale early bird until" in text
    assert "Free day Free" in text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"on_sale_from": dt.datetime(2099, 1, 1, 20, tzinfo=dt.UTC)}, "◷ Opens Thu 1 January, 12"),
        ({"price": None}, "◷ Not on sale yet"),
        ({"on_sale_until": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "✕ Sale is over"),
    ],
)
def test_tickets_page_says_why_nothing_can_be_bought(client, conference, fields, says):
    reg.ticket_type(conference, **fields)
    response = client.get(tickets_url(conference))
    assert says in text_of(response)
    assert b"<select" not in response.content


def test_tickets_page_tells_few_and_sold_out_at_once(client, conference, full, quota):
    with_few = lambda: text_of(client.get(tickets_url(conference)))  # noqa: E731
    assert "● On sale" in with_few()
    Quota.objects.filter(pk=quota.pk).update(taken=94)
    order = buy(client, conference, "full=1")
    assert "◐ 5 left" in with_few()
    buy(client, conference, "full=5", token="e" * 32)
    assert "○ Sold out" in with_few()
    assert "come back after 30 minutes" in with_few()
    actions.cancel_order(order, by=None)
    assert "◐ 1 left" in with_few()


def test_tickets_page_of_an_edition_without_types(client, conference):
    assert "Tickets are not for sale yet" in text_of(client.get(tickets_url(conference)))


def test_tickets_page_of_a_closed_edition(client, conference, full):
    close(conference)
    assert "The sale is over" in text_of(client.get(tickets_url(conference)))


def test_tickets_page_is_not_there_before_the_edition_is_public(client, as_role):
    hidden = make.conference(is_public=False)
    assert client.get(tickets_url(hidden)).status_code == 404
    assert client.get(checkout_url(hidden)).status_code == 404
    staff = as_role(Role.DOOR, edition=hidden)
    assert staff.get(tickets_url(hidden)).status_code == 200


@pytest.mark.parametrize("n", [1, 3])
def test_tickets_page_asks_the_database_the_same_for_any_number_of_types(
    client, conference, django_assert_num_queries, n
):
    for _ in range(n):
        reg.ticket_type(conference, quotas=[reg.quota(conference, size=5)])
    # version, edition, types, prices, quotas, reservations that ran out
    with django_assert_num_queries(7):
        client.get(tickets_url(conference))
    with django_assert_num_queries(1):
        client.get(tickets_url(conference))


# --- checkout --------------------------------------------------------------------------------


def buy(client, conference, query="full=1", n=None, token="a" * 32, **fields):
    n = n or sum(int(count) for count in re.findall(r"=(\d+)", query))
    data = form_data(n, form_token=token, **fields)
    response = client.post(checkout_url(conference, query), data)
    assert response.status_code == 302, text_of(response)
    return Order.objects.get(form_token=token)


@pytest.mark.sqlite
def test_checkout_has_a_block_for_each_ticket_and_the_total(client, conference, full, free):
    response = client.get(checkout_url(conference, "free=1&full=2"))
    text = text_of(response)
    assert "2 × Full access $180" in text
    assert "Ticket 3: Free day" in text
    assert "Go to payment: $180" in text
    assert 'name="ticket3-name"' in response.content.decode()


@pytest.mark.sqlite
def test_buying_leads_to_the_order_page(client, conference, full):
    response = client.post(checkout_url(conference, "full=2"), form_data(2))
    order = Order.objects.get()
    assert response.url == order.get_absolute_url()
    text = text_of(client.get(response.url))
    assert "Waiting for your payment" in text
    assert "We keep your places until" in text
    assert f"{order.expires_at.astimezone(conference.zone):%H:%M}" in text


@pytest.mark.sqlite
def test_free_ticket_is_there_at_once_with_its_code(client, conference, free):
    order = buy(client, conference, "free=1")
    ticket = Ticket.objects.get()
    page = client.get(order.get_absolute_url())
    assert ticket.spoken_code in text_of(page)
    picture = client.get(re.search(r'src="([^"]+\.svg)"', page.content.decode())[1])
    assert picture["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")


def test_first_ticket_without_a_name_is_the_buyers(client, conference, full):
    data = form_data(2) | {"ticket1-name": ""}
    client.post(checkout_url(conference, "full=2"), data)
    first, second = Ticket.objects.order_by("pk")
    assert (first.attendee_name, first.attendee_email) == (
        "Marisol Quintero",
        "marisol@example.org",
    )
    assert (second.attendee_name, second.attendee_email) == ("Attendee 2", "")


def test_checkout_knows_who_is_signed_in(as_role, conference, full):
    client = as_role()
    html = client.get(checkout_url(conference)).content.decode()
    assert f'value="{client.user.email}"' in html
    assert f'value="{client.user.name}"' in html
    buy(client, conference)
    assert Order.objects.get().user == client.user


def test_minors_need_a_guardian_with_a_phone(client, conference):
    reg.ticket_type(conference, code="kids", for_minors=True, price=0)
    response = client.post(checkout_url(conference, "kids=1"), form_data(1))
    assert text_of(response).count("This field is required.") == 2
    short = {"ticket1-guardian_name": "Ana", "ticket1-guardian_phone": "call me"}
    response = client.post(checkout_url(conference, "kids=1"), form_data(1, **short))
    assert "at least six digits" in text_of(response)
    order = buy(client, conference, "kids=1", **short | {"ticket1-guardian_phone": "+1 555 0100"})
    assert order.tickets.get().guardian_phone == "+1 555 0100"


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
        ("full=%D9%A3", "“٣” is no number of tickets for Full access."),
        ("full=99999999999999999999", "is no number of tickets for Full access."),
        ("full=21", "One order holds at most 20 tickets."),
        ("full=11&free=10", "One order holds at most 20 tickets."),
    ],
)
def test_link_that_cannot_be_bought_is_explained(client, conference, full, free, query, says):
    for response in (
        client.get(checkout_url(conference, query)),
        client.post(checkout_url(conference, query), form_data(1)),
    ):
        assert response.status_code == 400
        assert says in text_of(response)
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
    response = client.post(checkout_url(conference, "x=1"), form_data(1))
    assert "Type X is not on sale now." in text_of(response)
    assert Order.objects.count() == 0


def test_hidden_type_cannot_be_bought_by_its_name(client, conference):
    reg.ticket_type(conference, code="speaker", price=0, is_hidden=True)
    response = client.post(checkout_url(conference, "speaker=1"), form_data(1))
    assert response.status_code == 400
    assert Order.objects.count() == 0


def test_sold_out_meanwhile_is_said_beside_the_ticket_and_keeps_what_was_typed(
    client, conference, full, quota
):
    Quota.objects.filter(pk=quota.pk).update(taken=99)
    data = form_data(2) | {"ticket2-organization": "Harbor DB", "ticket1-name": "Zoë “Z” Öz"}
    response = client.post(checkout_url(conference, "full=2"), data)
    html = response.content.decode()
    assert response.status_code == 200
    assert "Full access: only 1 place is left, and you chose 2." in text_of(response)
    first = html[html.index('id="div_id_ticket1-name"') : html.index('id="div_id_ticket1-email"')]
    assert "only 1 place is left" in first
    for typed in ("Marisol Quintero", "marisol@example.org", "Harbor DB", "Zoë “Z” Öz"):
        assert f'value="{typed}"' in html
    assert Order.objects.count() == 0


def test_shared_places_are_said_for_all_types_that_share_them(
    client, conference, full, free, quota
):
    Quota.objects.filter(pk=quota.pk).update(taken=97)
    response = client.post(checkout_url(conference, "full=2&free=2"), form_data(4))
    assert "Full access and Free day: only 3 places are left, and you chose 4." in text_of(response)


def test_nobody_pays_more_than_the_page_showed(client, conference, full):
    html = client.get(checkout_url(conference)).content.decode()
    assert 'name="shown_total" value="90.00"' in html
    reg.ticket_price(full, amount=Decimal("120"), starts_at=timezone.now())
    data = form_data(1, shown_total="90.00")
    response = client.post(checkout_url(conference), data)
    assert "The price changed while this page was open." in text_of(response)
    assert "Go to payment: $120" in text_of(response)
    assert 'name="shown_total" value="120.00"' in response.content.decode()
    assert Order.objects.count() == 0
    client.post(checkout_url(conference), data | {"shown_total": "120.00"})
    assert Order.objects.get().total() == Decimal("120.00")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("buyer_name", "", "This field is required."),
        ("buyer_name", "x" * 1_000_000, "at most 120 characters"),
        ("buyer_name", "a\x00b", "Null characters are not allowed."),
        ("buyer_email", "no address", "Enter a valid e-mail address."),
        ("buyer_email", "x" * 200 + "@example.org", "at most 190 characters"),
        ("ticket1-name", "x" * 121, "at most 120 characters"),
        ("ticket1-email", "@", "Enter a valid e-mail address."),
        ("ticket1-organization", "x" * 121, "at most 120 characters"),
        ("ticket1-pronouns", "x" * 41, "at most 40 characters"),
    ],
)
def test_bad_input_gets_its_error_and_makes_no_order(client, conference, full, field, value, says):
    data = form_data(1) | {"ticket1-organization": "Kept Ltd", field: value}
    response = client.post(checkout_url(conference), data)
    assert response.status_code == 200
    assert says in text_of(response)
    if field != "ticket1-organization":
        assert 'value="Kept Ltd"' in response.content.decode()
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["محمد العربي", "🎉🐧", "日本語", "<script>alert(1)</script>", "O'Neil"]
)
def test_names_in_any_script_come_back_as_typed(client, conference, free, name):
    order = buy(client, conference, "free=1", **{"ticket1-name": name})
    assert Ticket.objects.get().attendee_name == name
    html = client.get(order.get_absolute_url()).content.decode()
    assert "<script>alert" not in html


def test_names_are_one_line_everywhere(client, conference, free):
    buy(client, conference, "free=1", buyer_name="Ana\r\nBcc: all@example.org")
    assert Order.objects.get().buyer_name == "Ana Bcc: all@example.org"


@pytest.mark.sqlite
def test_form_sent_again_leads_to_the_order_it_made(client, conference, full, quota):
    Quota.objects.filter(pk=quota.pk).update(size=1)
    order = buy(client, conference)
    again = client.post(checkout_url(conference), form_data(1, form_token="a" * 32))
    assert again.url == order.get_absolute_url()
    assert "You had sent that form already" in text_of(client.get(again.url))
    assert Order.objects.count() == 1


@pytest.mark.parametrize("token", ["", "short", "x" * 1_000_000, "G" * 32, "a\x00"])
def test_form_without_a_proper_token_still_buys(client, conference, full, token):
    response = client.post(checkout_url(conference), form_data(1, form_token=token))
    assert response.status_code == 302
    assert re.fullmatch("[0-9a-f]{32}", Order.objects.get().form_token)


def test_forged_post_from_another_site_is_refused(conference, full):
    client = Client(enforce_csrf_checks=True)
    assert client.post(checkout_url(conference), form_data(1)).status_code == 403
    assert Order.objects.count() == 0


def test_each_page_of_the_form_has_a_token_of_its_own(client, conference, full):
    tokens = {
        re.search(r'name="form_token" value="([0-9a-f]{32})"', html)[1]
        for html in (client.get(checkout_url(conference)).content.decode() for _ in range(2))
    }
    assert len(tokens) == 2


def test_closed_edition_sells_nothing(client, conference, full):
    close(conference)
    assert "The sale of Full access is over." in text_of(client.get(checkout_url(conference)))
    response = client.post(checkout_url(conference), form_data(1))
    assert f"{conference} is closed and can only be read." in text_of(response)
    assert Order.objects.count() == 0


# --- order page ------------------------------------------------------------------------------


def order_url(conference, code, secret, page="order"):
    return reverse(f"registration:{page}", args=[conference.slug, code, secret])


def test_wrong_secret_looks_like_a_wrong_code(client, conference, full):
    order = reg.order(conference, types=[full])
    other = reg.order(conference)
    right = order.get_absolute_url()
    wrong_secret = client.get(order_url(conference, order.code, "f" * 40))
    wrong_code = client.get(order_url(conference, "NOSUCH", "f" * 40))
    strange = client.get(order_url(conference, order.code, "ßß"))
    others = client.get(order_url(conference, order.code, other.secret))
    pages = {re.sub(rb"[A-Z0-9]{6}/f+", b"", r.content) for r in (wrong_secret, wrong_code)}
    assert len(pages) == 1
    assert {r.status_code for r in (wrong_secret, wrong_code, strange, others)} == {404}
    assert client.get(right).status_code == 200


def test_order_of_another_edition_is_not_here(client, conference, full):
    order = reg.order(conference, types=[full])
    elsewhere = make.conference()
    assert client.get(order_url(elsewhere, order.code, order.secret)).status_code == 404


def test_order_page_is_kept_by_no_cache_and_no_referrer(client, conference, full):
    response = client.get(reg.order(conference, types=[full]).get_absolute_url())
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"


def test_guessing_is_slowed_down_without_locking_out_the_hall(client, conference, full):
    order = reg.order(conference, types=[full])
    for _ in range(30):
        assert client.get(order_url(conference, order.code, "0" * 40)).status_code == 404
    response = client.get(order_url(conference, order.code, "0" * 40))
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert client.get(order.get_absolute_url()).status_code == 200


def test_expired_order_offers_to_order_again(client, conference, full, free):
    order = reg.pending_order(conference, types=[full, full, free], minutes=-1)
    for _ in ("before anyone freed it", "after"):
        response = client.get(order.get_absolute_url())
        assert "The reservation ran out" in text_of(response)
        assert "Nothing was charged." in text_of(response)
        assert "?full=2&amp;free=1" in response.content.decode()
        actions.expire_orders()


def test_cancelled_order_shows_no_codes(client, conference, free):
    order = buy(client, conference, "free=1")
    actions.cancel_order(order, by=None)
    response = client.get(order.get_absolute_url())
    assert "This order was cancelled" in text_of(response)
    assert b".svg" not in response.content.split(b"<main", 1)[1]


def test_unpaid_ticket_has_no_picture(client, conference, full):
    order = reg.pending_order(conference, types=[full])
    code = order.tickets.get().code
    url = reverse("registration:ticket-qr", args=[conference.slug, order.code, order.secret, code])
    assert client.get(url).status_code == 404
    Order.objects.update(status="paid")
    assert client.get(url).status_code == 200


def test_picture_of_another_orders_ticket_is_not_here(client, conference, full):
    order, other = (reg.order(conference, types=[full]) for _ in range(2))
    code = other.tickets.get().code
    url = reverse("registration:ticket-qr", args=[conference.slug, order.code, order.secret, code])
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("n", [1, 3])
def test_order_page_asks_the_database_the_same_for_any_number_of_tickets(
    client, conference, full, django_assert_num_queries, n
):
    order = reg.order(conference, types=[full] * n)
    reg.payment(order)
    # edition, order, lines with types, tickets, payments, refunds
    with django_assert_num_queries(6):
        client.get(order.get_absolute_url())


# --- what one person has ---------------------------------------------------------------------


def test_my_tickets_needs_signing_in(client):
    response = client.get(reverse("registration:my-orders"))
    assert (response.status_code, response.url) == (302, "/account/login/?next=/my/orders/")


def test_my_tickets_without_any_says_what_to_do(as_role):
    assert "Nothing here yet" in text_of(as_role().get(reverse("registration:my-orders")))


def test_my_tickets_shows_orders_and_tickets_of_a_proven_address(as_role, conference, full):
    client = as_role()
    order = reg.order(conference, types=[full], buyer_email=client.user.email)
    given = reg.ticket(full, attendee_email=client.user.email)
    others = reg.ticket(full, attendee_email="someone@example.org")
    response = client.get(reverse("registration:my-orders"))
    text = text_of(response)
    assert order.code in text
    assert given.spoken_code in text
    assert others.spoken_code not in text
    mine = reverse("registration:my-ticket-qr", args=[given.code])
    assert mine in response.content.decode()
    assert client.get(mine).status_code == 200
    assert client.get(reverse("registration:my-ticket-qr", args=[others.code])).status_code == 404


def test_address_that_is_not_proven_shows_nothing(as_role, conference, full):
    client = as_role()
    client.user.emailaddress_set.create(email="chair@example.org", verified=False)
    order = reg.order(conference, types=[full], buyer_email="chair@example.org")
    assert order.code not in text_of(client.get(reverse("registration:my-orders")))


@pytest.mark.parametrize("n", [1, 3])
def test_my_tickets_asks_the_database_the_same_for_any_number(
    as_role, full, django_assert_num_queries, n
):
    client = as_role()
    for _ in range(n):
        elsewhere = make.conference()
        one = reg.ticket_type(elsewhere)
        reg.order(elsewhere, types=[one, one], user=client.user)
        reg.ticket(one, attendee_email=client.user.email)
    # session, user, addresses twice, orders, lines, types, tickets; roles for the account menu,
    # the current edition for the bar
    with django_assert_num_queries(10):
        client.get(reverse("registration:my-orders"))


# --- staff -----------------------------------------------------------------------------------


def staff_url(conference, query=""):
    return reverse("registration:staff-tickets", args=[conference.slug]) + query


def test_staff_page_is_for_registration_and_finance(as_role, client, conference):
    assert client.get(staff_url(conference)).status_code == 302
    for roles, status in (
        ((), 403),
        ((Role.DOOR,), 403),
        ((Role.PROGRAM,), 403),
        ((Role.REGISTRATION,), 200),
        ((Role.FINANCE,), 200),
        ((Role.CHAIR,), 200),
    ):
        assert as_role(*roles).get(staff_url(conference)).status_code == status
    assert (
        as_role(Role.CHAIR, edition=make.conference()).get(staff_url(conference)).status_code == 403
    )


def test_staff_page_shows_what_is_sold_and_owed(as_role, conference, full, quota):
    reg.refund(reg.payment(reg.order(conference, types=[full, full])), status="waiting")
    reg.pending_order(conference, types=[full])
    reg.ticket(full)
    text = text_of(as_role(Role.FINANCE).get(staff_url(conference)))
    assert "$180 from paid orders" in text
    assert "Full access 2 1 1 $180" in text
    assert "We owe back ◐ $180" in text
    assert f"{Quota.objects.get(pk=quota.pk).taken} of 100" in text


def test_staff_page_searches_and_pages(as_role, conference, full):
    for n in range(51):
        reg.order(conference, buyer_name=f"Person {n:02}")
    client = as_role(Role.REGISTRATION)
    assert "Page 1 of 2" in text_of(client.get(staff_url(conference)))
    assert "Person 00" in text_of(client.get(staff_url(conference, "?page=2")))
    assert "Page 2 of 2" in text_of(client.get(staff_url(conference, "?page=99999")))
    found = text_of(client.get(staff_url(conference, "?q=person+17")))
    assert "Person 17" in found
    assert "Person 18" not in found
    assert "Nothing found" in text_of(client.get(staff_url(conference, "?q=" + "x" * 5000)))


def test_staff_page_without_anything_says_where_to_begin(as_role, conference):
    text = text_of(as_role(Role.REGISTRATION).get(staff_url(conference)))
    assert "Make the first ticket type" in text
    assert "Nobody has ordered yet" in text


@pytest.mark.parametrize("n", [1, 3])
def test_staff_page_asks_the_database_the_same_for_any_number(
    as_role, conference, django_assert_num_queries, n
):
    client = as_role(Role.REGISTRATION)
    for _ in range(n):
        one = reg.ticket_type(conference, quotas=[reg.quota(conference)])
        reg.refund(reg.payment(reg.order(conference, types=[one, one])), status="waiting")
    # session, user, roles, second factor, edition; orders counted, listed, their lines;
    # types, quotas, money owed
    with django_assert_num_queries(11):
        client.get(staff_url(conference))


# --- what a purchase costs -------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 3])
def test_free_purchase_asks_the_database_little_for_any_number_of_tickets(
    client, conference, free, django_assert_num_queries, n
):
    query = f"free={n}"
    # edition, types, prices, quotas
    with django_assert_num_queries(4):
        client.get(checkout_url(conference, query))
    # edition, token, types, prices, quotas; in one transaction: begin, quota, order, lines,
    # tickets, mail and pictures between two savepoints, end
    with django_assert_num_queries(15):
        order = client.post(checkout_url(conference, query), form_data(n)).url
    with django_assert_num_queries(6):
        client.get(order)
