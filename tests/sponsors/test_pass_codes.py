"""A code for the shop: a deal's people take its passes themselves, from the same count."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from registration.actions import (
    cancel_order,
    cancel_tickets,
    expire_orders,
    give_ticket,
    pass_on,
    quote,
    take_money,
    upgrade_ticket,
)
from registration.models import CompAllowance, Order, PromoCode, Quota, Ticket
from registration.proof import errors
from scale import editions
from scale.models import Role
from sponsors import actions
from sponsors.actions import Refused
from sponsors.passes import with_passes
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.registration.conftest import buy, form_data, order_url, reserve, shop_url, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def quota(conference):
    return reg.quota(conference, size=50)


@pytest.fixture
def guest(conference, quota):
    """Sold to nobody: it has no price and is hidden."""
    return reg.ticket_type(
        conference, code="guest", name="Guests", price=None, is_hidden=True, quotas=[quota]
    )


@pytest.fixture
def full(conference, quota):
    return reg.ticket_type(conference, code="full", name="Full access", quotas=[quota])


@pytest.fixture
def deal(conference, guest):
    package = sell.package(conference=conference, passes=2, pass_type=guest)
    firm = sell.organization(name="Harbor DB")
    return sell.sponsorship(package=package, organization=firm, status="signed")


@pytest.fixture
def code(deal, guest):
    return actions.open_passes(deal.pk, guest)


@pytest.fixture
def client():
    return Client()


@pytest.fixture(autouse=True)
def exact():
    """However a test goes, the counts are those of the tickets."""
    yield
    assert [one for one in errors() if one.check in ("allowances", "places", "promo codes")] == []


def given(deal, kind):
    row = CompAllowance.objects.get(source=deal.source_of(kind.pk))
    return row.given, row.size


def take_pass(code, n=1, **fields):
    """Somebody new at the shop; the order."""
    token = f"{Order.objects.count():032x}"
    return buy(Client(), code.conference, f"guest={n}&promo={code}", token=token, **fields)


def name_one(deal, guest, n=1):
    return actions.give_pass(
        deal.pk, name=f"P {n}", email=f"p{n}@example.org", role="sponsor", by=None, kind=guest
    )


def refused(code, n=1):
    """What the shop says."""
    data = {"guest": n, "promo": code.code, "form_token": "b" * 32}
    answer = Client().post(shop_url(code.conference, "reserve"), data)
    assert answer.status_code == 200
    return text_of(answer)


# --- at checkout -----------------------------------------------------------------------------


def test_a_pass_is_taken_at_checkout(client, conference, deal, guest, full, code):
    page = text_of(client.get(shop_url(conference), {"promo": code.code.lower()}))
    assert f"The code {code} is in force: a free ticket." in page
    assert "Guests" in page and "Free with your code" in page
    order = take_pass(code)
    ticket = order.tickets.get()
    assert (order.status, order.charged()) == ("paid", Decimal("0.00"))
    assert (ticket.attendee_name, ticket.allowance.source) == (
        "Attendee 1",
        deal.source_of(guest.pk),
    )
    ribbon = ticket.ribbons.get()
    assert (ribbon.role, ribbon.why) == ("exhibitor", "Pass of Harbor DB")
    assert given(deal, guest) == (1, 2)
    assert Quota.objects.get().taken == 1


def test_named_and_taken_passes_come_from_one_count(deal, guest, code):
    name_one(deal, guest)
    take_pass(code)
    assert f"The code {code} has been used up." in refused(code)
    with pytest.raises(Refused, match="All 2 passes are given already"):
        name_one(deal, guest, 2)
    assert given(deal, guest) == (2, 2)


def test_more_than_are_left_are_refused_with_how_many(deal, guest, code):
    assert f"The code {code} is good for 2 more tickets. Choose fewer" in refused(code, 3)
    assert given(deal, guest) == (0, 2)
    assert not Order.objects.exists()


def test_other_types_of_the_order_are_paid_for(client, conference, deal, guest, full, code):
    order = buy(client, conference, f"guest=1&full=1&promo={code}")
    assert (order.status, order.total()) == ("pending", Decimal("90.00"))
    kinds = dict(order.tickets.values_list("ticket_type__code", "allowance"))
    assert kinds["full"] is None
    assert kinds["guest"] is not None
    assert list(order.tickets.get(ticket_type=full).ribbons.all()) == []


def test_a_type_that_is_sold_costs_nothing_with_the_code(conference, full):
    package = sell.package(conference=conference, passes=1, pass_type=full)
    deal = sell.sponsorship(package=package, status="signed")
    code = actions.open_passes(deal.pk, full)
    order = buy(Client(), conference, f"full=1&promo={code}")
    assert (order.status, order.lines.get().list_price) == ("paid", Decimal("90.00"))


def test_a_sale_that_is_over_does_not_end_the_passes(conference, guest, code):
    now = timezone.now()
    type(guest).objects.update(on_sale_until=now - dt.timedelta(days=1))
    assert take_pass(code).status == "paid"
    type(guest).objects.update(admits_until=conference.today() - dt.timedelta(days=1))
    assert "The sale of Guests is over." in refused(code)


def test_the_code_is_of_its_edition(deal, guest, code):
    other = make.conference()
    reg.ticket_type(other, code="guest", quotas=[reg.quota(other)])
    page = text_of(Client().get(shop_url(other), {"promo": code.code}))
    assert f"We do not know the code {code}" in page


# --- a reservation that ran out, an order taken back -----------------------------------------


def test_a_reservation_holds_its_pass_until_it_runs_out(client, conference, deal, guest, code):
    order = reserve(client, conference, f"guest=2&promo={code}")
    assert given(deal, guest) == (2, 2)
    with pytest.raises(Refused, match="All 2 passes"):
        name_one(deal, guest)
    ago = timezone.now() - dt.timedelta(minutes=1)
    Order.objects.filter(pk=order.pk).update(expires_at=ago)
    name_one(deal, guest)  # whoever comes next frees them
    assert given(deal, guest) == (1, 2)
    order.refresh_from_db()
    assert order.status == "expired"
    name_one(deal, guest, 2)
    answer = client.post(order_url(order), form_data(2))
    assert "has been used up meanwhile" in text_of(answer)


def test_who_comes_next_at_the_shop_frees_them_too(client, conference, deal, guest, code):
    Quota.objects.all().delete()  # nothing else leads to the order
    order = reserve(client, conference, f"guest=2&promo={code}")
    ago = timezone.now() - dt.timedelta(minutes=1)
    Order.objects.filter(pk=order.pk).update(expires_at=ago)
    name_one(deal, guest)
    take_pass(code)
    assert given(deal, guest) == (2, 2)
    assert f"The code {code} has been used up." in refused(code)


def test_a_new_code_has_what_ran_out_with_the_old_one(client, conference, deal, guest, code):
    order = reserve(client, conference, f"guest=2&promo={code}")
    new = actions.open_passes(deal.pk, guest, anew=True)
    assert f"The code {new} has been used up." in refused(new)
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    assert take_pass(new, 2).status == "paid"
    assert given(deal, guest) == (2, 2)


def test_a_late_buyer_has_the_passes_again_while_there_are_some(
    client, conference, deal, guest, code
):
    order = reserve(client, conference, f"guest=1&promo={code}")
    ago = timezone.now() - dt.timedelta(minutes=1)
    Order.objects.filter(pk=order.pk).update(expires_at=ago)
    expire_orders()
    assert given(deal, guest) == (0, 2)
    assert client.post(order_url(order), form_data(1)).status_code == 302
    assert given(deal, guest) == (1, 2)


def test_a_pass_taken_back_can_be_used_again(deal, guest, code):
    one, two = take_pass(code), take_pass(code)
    cancel_order(one, by=None)
    assert given(deal, guest) == (1, 2)
    cancel_tickets(two, list(two.tickets.all()), by=None, why="Ill")
    assert given(deal, guest) == (0, 2)
    take_pass(code, 2)
    assert given(deal, guest) == (2, 2)


def test_an_order_that_waits_for_money_gives_its_pass_back(
    client, conference, deal, guest, full, code
):
    order = buy(client, conference, f"guest=1&full=1&promo={code}")
    cancel_order(order, by=None)
    assert given(deal, guest) == (0, 2)


# --- what becomes of it ----------------------------------------------------------------------


def test_who_gets_it_passed_on_has_the_ribbon_too(deal, guest, code):
    ticket = take_pass(code).tickets.get()
    passed = pass_on(ticket, name="Bea", email="bea@example.org")
    assert list(passed.ribbons.values_list("role", flat=True)) == ["exhibitor"]
    assert given(deal, guest) == (1, 2)


def test_an_upgrade_of_another_ticket_uses_no_pass(client, conference, deal, guest, full, code):
    """The order bought one ticket and took one pass: the bought one never becomes a pass."""
    type(guest).objects.filter(pk=guest.pk).update(is_hidden=False)
    reg.ticket_price(guest, amount=Decimal("200"))
    order = buy(client, conference, f"guest=1&full=1&promo={code}")
    take_money(order, provider="cheque", by=make.user(), token="t" * 32)
    bought = order.tickets.get(ticket_type=full)
    path = shop_url(conference, "ticket-upgrade", bought.code, bought.secret)
    page = client.get(path, {"type": "guest"})
    assert "$110" in text_of(page)


def test_an_upgraded_pass_is_free_only_as_what_it_was(conference, deal, guest, full, code):
    """What was paid for the better type is not undone by a tutorial that comes and goes."""
    day = reg.add_on(conference, price=Decimal("90"), replaces_ticket_price=True)
    dinner = reg.add_on(conference, price=Decimal("90"))
    ticket = take_pass(code).tickets.get()
    for n, (extras, cost) in enumerate([([], 90), ([day], 0), ([dinner], 90)]):
        assert quote(ticket, full, extras, timezone.now()).cost == cost
        token = f"{n:032x}"
        order, _ = upgrade_ticket(ticket, full, extras, form_token=f"u{token}", shown_cost=None)
        if cost:
            take_money(order, provider="cheque", by=make.user(), token=token)
        ticket = Ticket.objects.get(pk=ticket.pk)


def test_who_bought_one_beside_a_pass_keeps_it(client, conference, deal, guest, full, code):
    order = buy(
        client, conference, f"guest=1&full=1&promo={code}", **{"ticket2-email": "ana@example.org"}
    )
    take_money(order, provider="cheque", by=make.user(), token="t" * 32)
    bought = order.tickets.get(ticket_type=full)
    bought.attendee_name, bought.attendee_email = "Ana", "ana@example.org"
    bought.save()
    actions.give_pass(
        deal.pk, name="Ana", email="ana@example.org", role="exhibitor", by=None, kind=guest
    )
    assert given(deal, guest) == (2, 2)
    with pytest.raises(Refused, match="Ana bought this ticket"):
        actions.replace_pass(deal.pk, bought.code, name="Bo", email="bo@example.org")
    passed = pass_on(Ticket.objects.get(pk=bought.pk), name="Cy", email="cy@example.org")
    assert not passed.ribbons.exists()
    assert given(deal, guest) == (1, 2)


def test_a_database_that_tells_no_keys_sells_it_too(monkeypatch, conference, deal, guest, code):
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    assert take_pass(code, 2).status == "paid"
    assert given(deal, guest) == (2, 2)


def test_a_speaker_with_a_pass_keeps_it_as_it_is(deal, guest, code, conference):
    order = take_pass(code, **{"ticket1-email": "ana@example.org"})
    ticket = give_ticket(
        conference,
        guest,
        name="Attendee 1",
        email="ana@example.org",
        why="Speaks",
        role="speaker",
        source="speakers",
        limit=5,
    )
    assert ticket.pk == order.tickets.get().pk
    ticket.refresh_from_db()
    assert ticket.allowance.source == deal.source_of(guest.pk)
    assert not hasattr(ticket, "comp_choice")


def test_the_next_edition_has_no_such_code(code):
    starts_on = code.conference.starts_on + dt.timedelta(days=364)
    new = editions.create_next(code.conference, slug="next", name="Next", starts_on=starts_on)
    assert not PromoCode.objects.filter(conference=new).exists()


# --- the deal changes ------------------------------------------------------------------------


def test_more_passes_are_there_at_once(conference, deal, guest, code):
    more = sell.benefit(conference, kind="passes", pass_type=guest, price=10)
    take_pass(code, 2)
    actions.add_extra(deal.pk, benefit=more, quantity=3)
    assert given(deal, guest) == (2, 5)
    take_pass(code)
    extra = deal.extras.get()
    with pytest.raises(Refused, match="given already"):
        actions.remove_extra(extra.pk)
    assert given(deal, guest) == (3, 5)


def test_a_deal_taken_back_gives_no_passes_and_signed_again_does(deal, guest, code):
    take_pass(code)
    actions.move_sponsorship(deal.pk, "lost", lost_why="budget")
    assert given(deal, guest) == (1, 1)
    assert f"The code {code} has been used up." in refused(code)
    actions.move_sponsorship(deal.pk, "lead")
    actions.release_early(deal.pk, why="They are on the poster")
    assert given(deal, guest) == (1, 2)
    assert take_pass(code).status == "paid"


def test_what_comes_back_of_a_lost_deal_is_for_nobody(deal, guest, code):
    one, _ = take_pass(code), take_pass(code)
    actions.move_sponsorship(deal.pk, "lost", lost_why="budget")
    cancel_order(one, by=None)
    assert given(deal, guest) == (1, 1)
    assert f"The code {code} has been used up." in refused(code)


def test_what_runs_out_is_not_given_again_beyond_the_promise(client, conference, deal, guest, code):
    take_pass(code)
    order = reserve(client, conference, f"guest=1&promo={code}")
    deal.deliverables.filter(kind="passes").update(quantity=1)
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(Refused, match="All 1 passes are given"):
        name_one(deal, guest)


def test_passes_beyond_the_promise_hold_up_no_other_extra(conference, deal, guest, code):
    talk = sell.benefit(conference, price=10)
    take_pass(code, 2)
    actions.add_extra(deal.pk, benefit=talk, quantity=1)
    deal.deliverables.filter(kind="passes").update(quantity=1)
    actions.remove_extra(deal.extras.get().pk)
    assert given(deal, guest) == (2, 2)


def test_a_code_needs_a_signed_deal_that_has_such_passes(deal, guest, full):
    with pytest.raises(Refused, match="This deal has no such pass"):
        actions.open_passes(deal.pk, full)
    lead = sell.sponsorship(package=deal.package, status="lead")
    with pytest.raises(Refused, match="when the deal is signed"):
        actions.open_passes(lead.pk, guest)


# --- the sponsor's page ----------------------------------------------------------------------


@pytest.fixture
def portal(deal):
    return actions.open_portal(deal.pk, by=make.user())


def press(client, portal, kind, act):
    return client.post(portal.url("portal-pass-code", kind.pk), {"act": act})


def test_they_make_renew_and_end_the_code(client, portal, deal, guest):
    assert press(client, portal, guest, "open").status_code == 302
    first = PromoCode.objects.get()
    assert press(client, portal, guest, "open").status_code == 302  # pressed twice
    page = text_of(client.get(portal.get_absolute_url()))
    assert f"at the shop themselves, with the code {first}" in page
    press(client, portal, guest, "anew")
    second = PromoCode.objects.get(is_active=True)
    assert second != first
    assert f"The code {first} is not in use." in refused(first)
    take_pass(second)
    press(client, portal, guest, "close")
    assert f"The code {second} is not in use." in refused(second)
    page = text_of(client.get(portal.get_absolute_url()))
    assert "1 of 2 used" in page and "Make a code for the shop" in page
    assert given(deal, guest) == (1, 2)


def test_strange_acts_and_kinds_are_refused(client, portal, guest, full):
    assert press(client, portal, guest, "burn").status_code == 400
    assert press(client, portal, full, "open").status_code == 404
    assert not PromoCode.objects.exists()


def test_a_closed_edition_makes_no_code(client, portal, guest, conference):
    editions.close(conference)
    press(client, portal, guest, "open")
    assert not PromoCode.objects.exists()


def test_they_see_who_took_one_and_may_put_another_in_place(client, portal, deal, guest, code):
    ticket = take_pass(code).tickets.get()
    assert "Attendee 1" in text_of(client.get(portal.get_absolute_url()))
    path = portal.url("portal-replace", ticket.code)
    assert client.post(path, {"name": "Bea", "email": "bea@example.org"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.attendee_name, ticket.allowance.given) == ("Bea", 1)
    assert list(ticket.ribbons.values_list("role", flat=True)) == ["exhibitor"]


def test_who_is_at_the_shop_now_is_shown_without_a_name(client, portal, conference, code):
    reserve(Client(), conference, f"guest=1&promo={code}")
    page = text_of(client.get(portal.get_absolute_url()))
    assert "1 of 2 used" in page and "Somebody is at the shop with your code" in page


def test_what_lapsed_is_not_listed(conference, deal, code):
    order = reserve(Client(), conference, f"guest=1&promo={code}")
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    expire_orders()
    with_passes([deal])
    assert deal.given == []


# --- staff -----------------------------------------------------------------------------------


def test_registration_sees_the_code_and_leaves_it_alone(as_role, code):
    staff = as_role(Role.REGISTRATION)
    path = f"/admin/registration/promocode/{code.pk}/"
    page = staff.get(f"{path}change/")
    assert page.status_code == 200
    assert "Pass of Harbor DB" in page.content.decode()
    assert staff.post(f"{path}change/", {"code": "MINE"}).status_code == 403
    assert staff.post(f"{path}delete/", {"post": "yes"}).status_code == 403


def test_the_database_refuses_a_code_of_an_allowance_that_is_not_free(code):
    for wrong in ({"kind": "percent"}, {"max_uses": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PromoCode.objects.filter(pk=code.pk).update(**wrong)
