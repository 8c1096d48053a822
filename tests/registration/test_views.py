import datetime as dt
import re

import pytest
from django.urls import reverse

from registration import actions
from registration.models import Order, Quota
from scale.models import Role
from tests.factories import registration as reg
from tests.factories import scale as make

from .conftest import buy, text_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


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
    # session, user, roles and second factor, edition; orders counted, listed, their lines;
    # types, quotas, money owed
    with django_assert_num_queries(11):
        client.get(staff_url(conference))
