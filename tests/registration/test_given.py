"""One ticket at the desk and at its holder's: moved, with one more extra, and what is said."""

from decimal import Decimal

import pytest
from django.urls import reverse

from registration import actions
from registration.models import Order, OrderLine, Payment, Quota, Refund, Ticket
from scale import editions
from scale.models import OutgoingEmail, Role
from tests.factories import registration as reg
from tests.factories import scale as make

from .test_desk_views import act, url
from .test_views import text_of

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def desk(as_role):
    return as_role(Role.REGISTRATION)


@pytest.fixture
def order(conference, full):
    """One ticket of $90, paid."""
    return reg.paid_order(conference, types=[full], buyer_email="boss@example.org")


@pytest.fixture
def vip(conference):
    """For $150, not on the tickets page, two places."""
    places = reg.quota(conference, size=2, name="Front row")
    return reg.ticket_type(
        conference, code="vip", name="VIP", price=150, is_hidden=True, quotas=[places]
    )


@pytest.fixture
def shirt(conference):
    places = reg.quota(conference, size=3, name="Shirts M")
    return reg.add_on(conference, name="Size M", choice="T-shirt", price=25, quotas=[places])


@pytest.fixture
def given(conference, full):
    return actions.give_ticket(
        conference, full, name="Mia Zhou", email="mia@example.org", why="Speaks"
    )


def fill(client, name, ticket, **fields):
    """Fill in the form of a ticket as its page shows it, and send it."""
    path = url(name, ticket.conference, ticket.code)
    shown = client.get(path).context["form"].initial
    return client.post(path, {"why": "Asked at the desk"} | shown | fields)


# --- the order's act --------------------------------------------------------------------------


def test_dearer_move_is_paid_in_cash_in_two_steps(desk, conference, order, vip):
    ticket = order.tickets.get()
    drawer = reg.drawer(conference)
    answer = act(desk, order, "move", ticket=ticket.code, to="vip")
    upgrade = Order.objects.get(upgrades=ticket)
    assert answer.url == url("staff-order", conference, upgrade.code)
    text = text_of(desk.get(answer.url))
    assert "The ticket becomes VIP when $60 is paid" in text
    assert "this order waits for its money; then it changes" in text
    assert "Send the link to pay" in text
    assert "asked for VIP, $60 to pay: Asked at the desk" in text
    paid = act(desk, upgrade, "pay", way="cash", given="100", drawer=drawer.pk)
    text = text_of(desk.get(paid.url))
    assert "Give $40 change" in text
    assert "This order paid for a change of" in text
    ticket.refresh_from_db()
    assert (ticket.ticket_type, drawer.expected()) == (vip, Decimal("160.00"))
    text = text_of(desk.get(url("staff-order", conference, order.code)))
    assert "asked for VIP, $60 to pay: Asked at the desk" in text
    assert f"Upgrade: {upgrade.code} paid" in text


def test_cheque_pays_for_a_move(desk, conference, order, vip):
    act(desk, order, "move", ticket=order.tickets.get().code, to="vip")
    upgrade = Order.objects.exclude(upgrades=None).get()
    fields = {"drawer": reg.drawer(conference).pk, "reference": "4711"}
    act(desk, upgrade, "pay", way="cheque", **fields)
    assert order.tickets.get().ticket_type == vip
    assert Payment.objects.get(provider="cheque").amount == Decimal("60.00")


def test_link_to_pay_is_sent_from_the_upgrade(desk, conference, order, vip):
    act(desk, order, "move", ticket=order.tickets.get().code, to="vip")
    upgrade = Order.objects.exclude(upgrades=None).get()
    answer = act(desk, upgrade, "send-link")
    text = text_of(desk.get(answer.url))
    assert "The link is on its way to boss@example.org" in text
    assert OutgoingEmail.objects.get(kind="upgrade to pay").about == upgrade.code
    assert "sent the link to pay: Asked at the desk" in text
    assert "Only an upgrade that waits" in text_of(act(desk, order, "send-link"))


def test_double_click_leads_to_one_upgrade_and_another_form_is_told_where(
    desk, conference, order, vip
):
    ticket = order.tickets.get()
    path = url("staff-act", conference, order.code, "move")
    shown = desk.get(path).context["form"].initial
    data = {"ticket": ticket.code, "to": "vip", "why": "Asked"}
    data |= {"seen": shown["seen"], "token": shown["token"]}
    answers = {desk.post(path, data).url for _ in range(2)}
    upgrade = Order.objects.get(upgrades=ticket)
    assert answers == {url("staff-order", conference, upgrade.code)}
    told = desk.post(path, data | {"token": "e" * 32, "why": "Kept as typed"})
    assert "Another upgrade of this ticket waits for payment." in text_of(told)
    link = f'href="{url("staff-order", conference, upgrade.code)}"'
    assert link in told.content.decode()
    assert "Kept as typed" in told.content.decode()
    assert Order.objects.count() == 2


def test_dearer_move_into_a_full_type_is_told_and_keeps_what_was_typed(desk, order, vip):
    Quota.objects.filter(name="Front row").update(size=0)
    told = act(desk, order, "move", ticket=order.tickets.get().code, to="vip", why="So typed")
    assert "“Front row” is full" in text_of(told)
    assert "So typed" in told.content.decode()
    assert Order.objects.count() == 1


def test_upgrade_is_given_up_at_the_desk(desk, conference, order, vip):
    act(desk, order, "move", ticket=order.tickets.get().code, to="vip")
    upgrade = Order.objects.exclude(upgrades=None).get()
    act(desk, upgrade, "cancel-unpaid")
    upgrade.refresh_from_db()
    assert (upgrade.status, vip.quotas.get().taken) == ("cancelled", 0)
    text = text_of(desk.get(url("staff-order", conference, upgrade.code)))
    assert "This order was for a change of" in text


# --- extras -----------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["bought", "given"])
def test_extra_is_added_and_paid(desk, conference, order, given, shirt, which):
    ticket = given if which == "given" else order.tickets.get()
    path = url("add-extra", conference, ticket.code)
    assert "T-shirt Size M, $25, 3 left" in text_of(desk.get(path))
    answer = fill(desk, "add-extra", ticket, extra=shirt.pk)
    made = Order.objects.get(upgrades=ticket)
    assert answer.url == url("staff-order", conference, made.code)
    assert "T-shirt Size M is added when $25 is paid" in text_of(desk.get(answer.url))
    act(desk, made, "pay", way="cash", drawer=reg.drawer(conference).pk)
    assert [one.thing() for one in actions.lines_in_force(ticket)][-1] == "T-shirt Size M"
    page = url("staff-ticket", conference, ticket.code)
    assert made.code in text_of(desk.get(page, follow=True))
    assert "There is no other extra" in text_of(desk.get(path))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"extra": 999_999}, "Select a valid choice"),
        ({"extra": ""}, "This field is required"),
        ({"why": ""}, "This field is required"),
        ({"why": "x" * 121}, "at most 120"),
    ],
)
def test_extra_with_wrong_input_is_not_added(desk, given, shirt, fields, words):
    answer = fill(desk, "add-extra", given, **{"extra": shirt.pk} | fields)
    assert (answer.status_code, words in text_of(answer)) == (200, True)
    assert not Order.objects.exists()


def test_extra_that_is_gone_or_waits_is_told(desk, conference, given, shirt):
    party = reg.add_on(conference, name="Party", is_hidden=True)
    fill(desk, "add-extra", given, extra=party.pk)
    waiting = Order.objects.get()
    told = fill(desk, "add-extra", given, extra=shirt.pk)
    assert f'href="{url("staff-order", conference, waiting.code)}"' in told.content.decode()
    act(desk, waiting, "cancel-unpaid")
    Quota.objects.filter(name="Shirts M").update(size=0)
    assert "“Shirts M” is full" in text_of(fill(desk, "add-extra", given, extra=shirt.pk))
    assert Order.objects.count() == 1


# --- tickets that were given -------------------------------------------------------------------


def test_given_ticket_is_moved_and_says_so(desk, conference, given, vip):
    page = desk.get(url("move-given", conference, given.code))
    assert "VIP, 2 left" in text_of(page)
    answer = fill(desk, "move-given", given, to="vip", why="Keynote")
    assert answer.url == url("staff-ticket", conference, given.code)
    text = text_of(desk.get(answer.url))
    assert "It is VIP now, with the same code." in text
    assert "moved from Full access to VIP: Keynote" in text
    assert "● Given" in text
    assert (Order.objects.count(), vip.quotas.get().taken) == (0, 1)


def test_same_move_again_does_nothing_and_says_so(desk, conference, given, vip):
    data = {"to": "vip", "why": "Keynote", "was": "full"}
    path = url("move-given", conference, given.code)
    desk.post(path, data)
    reg.ticket_type(conference, code="other")
    answer = desk.post(path, data | {"to": "other"})
    assert "Nothing was done twice" in text_of(desk.get(answer.url))
    given.refresh_from_db()
    assert given.ticket_type == vip


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"to": "nothing"}, "Select a valid choice"),
        ({"why": ""}, "This field is required"),
    ],
)
def test_given_ticket_with_wrong_input_is_not_moved(desk, given, vip, fields, words):
    answer = fill(desk, "move-given", given, **{"to": "vip"} | fields)
    assert (answer.status_code, words in text_of(answer)) == (200, True)
    given.refresh_from_db()
    assert given.ticket_type != vip


def test_given_ticket_is_not_moved_into_a_full_type_nor_a_bought_one_here(desk, given, order, vip):
    Quota.objects.filter(name="Front row").update(size=0)
    assert "“Front row” is full" in text_of(fill(desk, "move-given", given, to="vip"))
    bought = fill(desk, "move-given", order.tickets.get(), to="vip")
    assert "Only a live ticket that was given" in text_of(bought)


def test_taking_it_back_says_what_is_owed(desk, conference, given, shirt):
    fill(desk, "add-extra", given, extra=shirt.pk)
    act(desk, Order.objects.get(), "pay", way="cash", drawer=reg.drawer(conference).pk)
    answer = desk.post(url("take-back", conference, given.code), {"why": "Ill"})
    text = text_of(desk.get(answer.url))
    assert "We owe $25 back for its extras." in text
    assert Refund.objects.get().amount == Decimal("25.00")


def test_others_may_not(as_role, conference, given):
    for name in ("move-given", "add-extra"):
        path = url(name, conference, given.code)
        assert as_role(Role.FINANCE).get(path).status_code == 403
        assert as_role(Role.CHAIR, edition=make.conference()).get(path).status_code == 403


def test_closed_edition_is_told_in_each_form(desk, conference, given, order, vip, shirt):
    editions.close(conference)
    for answer in (
        fill(desk, "move-given", given, to="vip"),
        fill(desk, "add-extra", given, extra=shirt.pk),
    ):
        assert "can only be read" in text_of(answer)


@pytest.mark.parametrize("n", [1, 3])
def test_ticket_page_asks_the_database_the_same_for_any_number(
    desk, conference, given, django_assert_num_queries, n
):
    for _ in range(n):
        extra = reg.add_on(conference)
        made = actions.add_extra(given, extra, token=f"{_:032x}", why="Asked", by=desk.user)
        actions.record_payment(
            made.code, provider="demo", reference=f"r{_}", amount=made.total(), currency="USD"
        )
    path = url("staff-ticket", conference, given.code)
    desk.get(path)
    with django_assert_num_queries(14):
        desk.get(path)


# --- at its holder's --------------------------------------------------------------------------


def holder(ticket, page="ticket"):
    args = [ticket.conference.slug, ticket.code, ticket.secret]
    return reverse(f"registration:{page}", args=args)


def test_holder_of_a_given_ticket_buys_an_extra(client, with_demo, conference, given, vip, shirt):
    assert "Add extras" in text_of(client.get(holder(given)))
    page = text_of(client.get(holder(given, "ticket-upgrade")))
    assert "was given to you and stays yours" in page
    assert "VIP" not in page
    path = f"{holder(given, 'ticket-upgrade')}?type=full&extra={shirt.pk}"
    shown = client.get(path)
    assert "To pay $25" in text_of(shown)
    answer = client.post(path, shown.context["form"].initial)
    order = Order.objects.get(upgrades=given)
    assert answer.url == order.get_absolute_url()
    assert "Pay $25" in text_of(client.get(answer.url))
    assert "Change names" not in text_of(client.get(answer.url))
    actions.record_payment(
        order.code, provider="demo", reference="r", amount=Decimal("25"), currency="USD"
    )
    assert "Also yours T-shirt Size M" in text_of(client.get(holder(given)))
    assert client.get(holder(given, "ticket-pdf")).content.startswith(b"%PDF")
    assert OrderLine.objects.get().ticket == Ticket.objects.get()


def test_holder_of_a_given_ticket_cannot_choose_another_type(client, conference, given):
    reg.ticket_type(conference, code="dear", price=200)
    path = f"{holder(given, 'ticket-upgrade')}?type=dear"
    assert "There are no extras on sale now." in text_of(client.get(path))
    client.post(path, {"form_token": "a" * 32, "shown_cost": "110"})
    assert not Order.objects.exists()
