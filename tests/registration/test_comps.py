"""Free tickets: one action, a reason, a limit, one badge a person."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registration import actions
from registration.actions.stock import held_places
from registration.models import CompAllowance, CompChoice, Order, Quota, Ticket
from registration.proof import errors
from scale.models import OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SOURCE = "sponsorship:12"


@pytest.fixture
def guest(conference, quota):
    """What speakers and guests are given: hidden, with places of the same building."""
    return reg.ticket_type(
        conference, code="guest", name="Guests", price=None, is_hidden=True, quotas=[quota]
    )


def give(conference, ticket_type, **fields):
    fields = {
        "name": "Ana Ruiz",
        "email": "ana@example.org",
        "role": "speaker",
        "why": "Speaks on Friday",
    } | fields
    return actions.give_ticket(conference, ticket_type, **fields)


def taken(quota):
    return Quota.objects.get(pk=quota.pk).taken


def given(source=SOURCE):
    row = CompAllowance.objects.get(source=source)
    return row.given, row.size


def owed(order):
    return sum(one.amount for one in order.refunds.filter(status="waiting"))


def balanced(*orders):
    for order in orders:
        fresh = Order.objects.prefetch_related("lines", "payments", "refunds").get(pk=order.pk)
        assert (fresh.code, fresh.charged()) == (fresh.code, fresh.received())


def wrong():
    """What the proof finds; that orders of the factories say no date of payment is passed over."""
    return [one for one in errors() if one.check != "paid orders"]


def places_are_exact(quota):
    assert taken(quota) == held_places(Quota.objects.get(pk=quota.pk))


def test_a_free_ticket_has_its_role_as_a_ribbon(conference, guest):
    ticket = give(conference, guest)
    [ribbon] = ticket.ribbons.all()
    assert (ribbon.role, ribbon.why) == ("speaker", "Speaks on Friday")
    assert (ticket.why_free, ticket.allowance) == ("Speaks on Friday", None)


def test_a_source_gives_as_many_as_it_may(conference, guest, quota):
    for n in (1, 2):
        give(conference, guest, email=f"p{n}@example.org", source=SOURCE, limit=2)
    with pytest.raises(actions.AllowanceUsedUp, match="All 2 free tickets are given already."):
        give(conference, guest, email="p3@example.org", source=SOURCE, limit=2)
    assert (given(), taken(quota), Ticket.objects.count()) == ((2, 2), 2, 2)


def test_the_limit_that_is_named_last_is_in_force(conference, guest):
    give(conference, guest, email="p1@example.org", source=SOURCE, limit=1)
    give(conference, guest, email="p2@example.org", source=SOURCE, limit=3)
    assert given() == (2, 3)
    with pytest.raises(actions.AllowanceUsedUp):
        give(conference, guest, email="p3@example.org", source=SOURCE, limit=2)
    assert given() == (2, 3)


def test_who_names_no_limit_keeps_to_what_the_owner_named_last(conference, guest):
    give(conference, guest, email="p0@example.org", source=SOURCE)
    assert not CompAllowance.objects.filter(source=SOURCE).exists()
    give(conference, guest, email="p1@example.org", source=SOURCE, limit=2)
    give(conference, guest, email="p2@example.org", source=SOURCE)
    with pytest.raises(actions.AllowanceUsedUp):
        give(conference, guest, email="p3@example.org", source=SOURCE)
    assert given() == (2, 2)


def test_sources_of_other_editions_count_by_themselves(conference, guest):
    elsewhere = make.conference()
    give(conference, guest, source=SOURCE, limit=1)
    give(elsewhere, reg.ticket_type(elsewhere), source=SOURCE, limit=1)
    assert set(CompAllowance.objects.of_sources().values_list("given", flat=True)) == {1}


def test_who_was_given_one_gets_a_ribbon_and_no_second_ticket(conference, guest, quota):
    first = give(conference, guest)
    again = give(conference, guest, role="press", why="Writes", source=SOURCE, limit=1)
    assert (again, taken(quota), Ticket.objects.count()) == (first, 1, 1)
    assert set(first.ribbons.values_list("role", flat=True)) == {"speaker", "press"}
    assert not CompAllowance.objects.filter(source=SOURCE).exists()
    assert not CompChoice.objects.exists()
    mail = OutgoingEmail.objects.get(kind="ribbon")
    assert "will also say: press" in mail.text
    assert "/choice/" not in mail.text


def test_the_same_call_again_changes_nothing(conference, guest):
    for _ in range(3):
        give(conference, guest, source=SOURCE, limit=5)
    assert (Ticket.objects.count(), given(), OutgoingEmail.objects.count()) == (1, (1, 5), 1)


@pytest.mark.parametrize("address", ["ANA@example.org ", "ana.proven@example.net"])
def test_the_person_is_known_by_an_address_typed_or_proven(conference, full, guest, address):
    user = make.user(email="ana@example.org")
    user.emailaddress_set.create(email="ana.proven@example.net", verified=True)
    user.emailaddress_set.create(email="not-proven@example.net", verified=False)
    bought = reg.bought_ticket(conference, full, name="Ana Ruiz", email="ana@example.org")
    assert give(conference, guest, email=address) == bought
    assert give(conference, guest, email="not-proven@example.net") != bought


def test_who_bought_for_themselves_without_typing_the_address_is_known(conference, full, guest):
    order = reg.order(
        conference, types=[full], buyer_name="Ana Ruiz", buyer_email="ana@example.org"
    )
    assert give(conference, guest) == order.tickets.get()


def test_of_several_tickets_with_the_address_it_is_the_one_with_the_name(conference, full, guest):
    reg.bought_ticket(conference, full, name="Colleague", email="ana@example.org")
    own = reg.bought_ticket(conference, full, name="Ana Ruiz", email="ana@example.org")
    assert give(conference, guest) == own


@pytest.mark.parametrize("status", ["pending", "cancelled", "expired"])
def test_a_ticket_that_admits_nobody_does_not_count(conference, full, guest, status):
    order = reg.order(
        conference,
        types=[full],
        status=status,
        buyer_name="Ana Ruiz",
        buyer_email="ana@example.org",
    )
    assert give(conference, guest) != order.tickets.get()


def test_people_without_an_address_are_not_mixed_up(conference, guest):
    first = give(conference, guest, email="")
    assert give(conference, guest, email="") != first


def test_taking_one_back_frees_place_and_count(conference, guest, quota):
    ticket = give(conference, guest, source=SOURCE, limit=1)
    actions.cancel_comp(ticket, by=None, why="Cannot come")
    ticket.refresh_from_db()
    assert (ticket.status, taken(quota), given()) == ("cancelled", 0, (0, 1))
    assert give(conference, guest, source=SOURCE, limit=1) != ticket
    with pytest.raises(actions.NotGiven):
        actions.cancel_comp(ticket, by=None, why="Again")
    assert (taken(quota), given()) == (1, (1, 1))


def test_a_bought_ticket_is_not_taken_back_as_a_free_one(conference, full):
    bought = reg.bought_ticket(conference, full, name="Ana", email="ana@example.org")
    with pytest.raises(actions.NotGiven):
        actions.cancel_comp(bought, by=None, why="…")


# --- who had bought one ----------------------------------------------------------------------


@pytest.fixture
def bought(conference, full):
    ticket = reg.bought_ticket(conference, full, name="Ana Ruiz", email="ana@example.org")
    shirt = reg.add_on(conference, quotas=[reg.quota(conference, size=5, name="Shirts")])
    line = reg.add_extra(ticket, shirt)
    reg.payment(ticket.order, amount=line.price)
    return ticket


@pytest.fixture
def choice(conference, guest, bought):
    give(conference, guest, source=SOURCE, limit=1)
    return CompChoice.objects.get(ticket=bought)


def test_who_bought_one_is_asked_what_becomes_of_it(conference, bought, choice):
    assert (choice.role, choice.answer, choice.ticket_type.code) == ("speaker", "open", "guest")
    mail = OutgoingEmail.objects.get(kind="ribbon")
    assert (mail.to_address, choice.get_absolute_url() in mail.text) == ("ana@example.org", True)
    assert Ticket.objects.count() == 1
    assert given() == (1, 1)


def test_a_ticket_that_cost_nothing_raises_no_question(conference, free, guest):
    ticket = reg.bought_ticket(conference, free, name="Ana Ruiz", email="ana@example.org")
    assert give(conference, guest) == ticket
    assert not CompChoice.objects.exists()


def test_a_second_role_does_not_ask_again(conference, guest, choice):
    give(conference, guest, role="press")
    assert CompChoice.objects.count() == 1


def test_refund_leaves_the_ticket_and_owes_what_it_cost(conference, bought, choice, quota):
    code = bought.code
    actions.answer_choice(choice, "refund")
    bought.refresh_from_db()
    assert (bought.code, bought.status, bought.ticket_type.code) == (code, "live", "guest")
    assert (bought.why_free, bought.order_id) == ("Speaks on Friday", choice.ticket.order_id)
    assert owed(bought.order) == Decimal("90.00")
    assert bought.order.total() == Decimal("20.00")  # the shirt stays bought
    assert Ticket.objects.admitting().filter(pk=bought.pk).exists()
    assert given() == (1, 1)
    balanced(bought.order)
    places_are_exact(quota)
    places_are_exact(Quota.objects.get(name="Shirts"))


def test_passing_on_makes_a_ticket_for_the_other_and_the_own_one_free(
    conference, full, bought, choice, quota
):
    order, code = bought.order, bought.code
    passed = actions.answer_choice(choice, "pass_on", name="Bo Li", email="Bo@Example.org")
    assert (passed.attendee_name, passed.attendee_email) == ("Bo Li", "bo@example.org")
    assert (passed.order, passed.ticket_type, passed.code != code) == (order, full, True)
    bought.refresh_from_db()
    assert (bought.code, bought.order, bought.ticket_type.code) == (code, None, "guest")
    assert bought.admission_cost() == 0
    assert passed.admission_cost() == Decimal("90.00")
    assert (order.total(), order.refunds.count()) == (Decimal("110.00"), 0)
    assert taken(quota) == 2
    assert given() == (1, 1)
    mails = OutgoingEmail.objects.filter(kind="ticket given")
    assert mails.get().to_address == "bo@example.org"
    balanced(order)
    places_are_exact(quota)
    places_are_exact(Quota.objects.get(name="Shirts"))


def test_cancelling_what_was_passed_on_gives_back_all_of_it(conference, bought, choice, quota):
    order = bought.order
    actions.answer_choice(choice, "pass_on", name="Bo Li", email="bo@example.org")
    actions.cancel_order(order, by=None)
    order.refresh_from_db()
    assert (order.status, order.total(), taken(quota)) == ("cancelled", 0, 1)
    balanced(order)
    places_are_exact(quota)


def test_an_upgraded_ticket_is_passed_on_with_its_upgrade(conference, full, bought, choice, quota):
    first, upgrade = bought.order, upgraded(conference, bought, full, Decimal("30.00"))
    passed = actions.answer_choice(choice, "pass_on", name="Bo Li", email="bo@example.org")
    upgrade.refresh_from_db()
    assert upgrade.upgrades == passed
    assert passed.admission_cost() == Decimal("120.00")
    balanced(first, upgrade)
    actions.cancel_order(first, by=None)
    balanced(first, upgrade)
    assert upgrade.total() + first.total() == 0
    places_are_exact(quota)


def test_refund_of_an_upgraded_ticket_owes_each_order_its_part(
    conference, full, bought, choice, quota
):
    first, upgrade = bought.order, upgraded(conference, bought, full, Decimal("30.00"))
    actions.answer_choice(choice, "refund")
    assert (owed(first), owed(upgrade)) == (Decimal("90.00"), Decimal("30.00"))
    balanced(first, upgrade)
    places_are_exact(quota)


def test_what_an_extra_costs_in_place_of_the_ticket_is_not_sent_back(
    conference, full, bought, choice
):
    """The upgrade took back the ticket's $90 and charged $100 for the extra alone."""
    instead = reg.add_on(conference, price=Decimal("100.00"), replaces_ticket_price=True)
    held = [line.add_on for line in actions.lines_in_force(bought) if line.add_on_id]
    upgrade, _ = actions.upgrade_ticket(
        bought, full, [*held, instead], form_token="u" * 32, shown_cost=Decimal("10.00")
    )
    actions.record_payment(
        upgrade.code, provider="demo", reference="u", amount=Decimal("10.00"), currency="USD"
    )
    actions.answer_choice(choice, "refund")
    assert (owed(bought.order), owed(upgrade)) == (0, 0)
    balanced(bought.order, upgrade)
    assert wrong() == []
    actions.cancel_order(bought.order, by=None)
    assert (owed(bought.order), owed(upgrade)) == (Decimal("110.00"), Decimal("10.00"))
    assert wrong() == []


def test_ticket_that_was_made_free_with_its_extras_raises_no_question(conference, guest, bought):
    order, by = bought.order, make.user()
    actions.make_free(order, bought, seen=order.state_key(), why="Guest", by=by)
    give(conference, guest, source=SOURCE, limit=1)
    assert (CompChoice.objects.count(), CompAllowance.objects.of_sources().count()) == (0, 0)
    assert [one.role for one in bought.ribbons.all()] == ["speaker"]


def test_who_gets_the_bought_ticket_does_not_get_the_choice(conference, guest, bought, choice):
    actions.pass_on(bought, name="Bo Li", email="bo@example.org")
    assert (given(), CompChoice.objects.count()) == ((0, 1), 0)
    with pytest.raises(actions.AnsweredAlready):
        actions.answer_choice(choice, "refund")
    ticket = give(conference, guest, source=SOURCE, limit=1)
    assert (ticket.attendee_email, given()) == ("ana@example.org", (1, 1))
    assert wrong() == []


def test_page_of_the_order_does_not_show_the_code_of_who_got_the_ticket(client, bought, choice):
    passed = actions.answer_choice(choice, "pass_on", name="Bo Li", email="bo@example.org")
    order = bought.order
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Bo Li" in page
    assert not any(one in page for one in (passed.code, passed.spoken_code, passed.secret))
    data = client.get(f"{order.get_absolute_url()}data.json").content.decode()
    assert passed.code not in data


def upgraded(conference, ticket, ticket_type, more):
    """The ticket for `more` than before, by an order of its own."""
    old = ticket.lines.get(add_on=None)
    order = reg.order(conference, upgrades=ticket)
    thing = {"order": order, "ticket": ticket, "ticket_type": ticket_type}
    order.lines.create(price=old.price + more, list_price=old.price + more, **thing)
    order.lines.create(price=-old.price, credits=old, **thing)
    old.status = "ended"
    old.save()
    reg.payment(order)
    return order


@pytest.mark.parametrize("answer", ["refund", "pass_on"])
def test_upgrade_that_waits_ends_with_the_bought_ticket(conference, quota, full, guest, answer):
    """It would have taken off what is owed back now; its money comes to nothing."""
    bought = reg.bought_ticket(
        conference, full, name="Ana Ruiz", email="ana@example.org", paid_at=timezone.now()
    )
    vip = reg.ticket_type(conference, price=150, quotas=[quota])
    order, _ = actions.upgrade_ticket(
        bought, vip, (), form_token="u" * 32, shown_cost=Decimal("60")
    )
    give(conference, guest)
    choice = CompChoice.objects.get()
    actions.answer_choice(choice, answer, name="Bo Li", email="bo@example.org")
    order.refresh_from_db()
    assert (order.status, taken(quota)) == ("cancelled", 1 if answer == "refund" else 2)
    assert list(errors()) == []


def test_nothing_leaves_the_money_and_gives_the_count_back(bought, choice):
    actions.answer_choice(choice, "nothing")
    bought.refresh_from_db()
    assert (bought.allowance, given(), bought.order.refunds.count()) == (None, (0, 1), 0)
    assert bought.ribbons.get().role == "speaker"
    balanced(bought.order)


def test_a_choice_is_made_once(bought, choice):
    actions.answer_choice(choice, "refund")
    with pytest.raises(actions.AnsweredAlready):
        actions.answer_choice(choice, "refund")
    assert owed(bought.order) == Decimal("90.00")


def test_a_cancelled_ticket_leaves_nothing_to_choose_and_frees_the_count(bought, choice):
    actions.cancel_order(bought.order, by=None)
    assert given() == (0, 1)
    with pytest.raises(actions.AnsweredAlready):
        actions.answer_choice(choice, "refund")


def test_a_free_kind_that_is_full_changes_nothing(conference, bought, choice, guest, quota):
    guest.quotas.set([reg.quota(conference, size=0)])
    with pytest.raises(actions.SoldOut):
        actions.answer_choice(choice, "refund")
    choice.refresh_from_db()
    assert (choice.answer, bought.order.refunds.count()) == ("open", 0)
    balanced(bought.order)


# --- the page behind the link ----------------------------------------------------------------


def test_page_offers_the_three_ways(client, choice):
    page = client.get(choice.get_absolute_url())
    text = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    for words in ("Send back $90", "Pass it on", "Leave it as it is"):
        assert words in text


def test_page_does_what_was_chosen_once(client, bought, choice):
    url = choice.get_absolute_url()
    page = client.post(url, {"answer": "refund"}, follow=True).content.decode()
    assert "Your ticket is free now" in page
    page = client.post(
        url, {"answer": "pass_on", "name": "X", "email": "x@example.org"}, follow=True
    )
    assert "decided already" in page.content.decode()
    assert Ticket.objects.count() == 1


def test_page_wants_to_know_to_whom(client, choice):
    page = client.post(choice.get_absolute_url(), {"answer": "pass_on", "name": "", "email": "no"})
    text = page.content.decode()
    assert "The name is missing." in text
    assert "Enter a valid" in text
    assert client.post(choice.get_absolute_url(), {}).content.decode().count("choose one") == 1
    assert (
        "Select a valid choice"
        in client.post(choice.get_absolute_url(), {"answer": "💥"}).content.decode()
    )


def test_passing_on_ends_with_its_date(client, conference, choice):
    reg.sale_rules(conference, transfers_until=conference.today().replace(year=2020))
    assert "Pass it on" not in client.get(choice.get_absolute_url()).content.decode()
    page = client.post(choice.get_absolute_url(), {"answer": "pass_on", "name": "X"})
    assert "Select a valid choice" in page.content.decode()


def test_page_says_when_no_place_is_left(client, conference, choice, guest):
    guest.quotas.set([reg.quota(conference, size=0)])
    page = client.post(choice.get_absolute_url(), {"answer": "refund"}).content.decode()
    assert "There is no free place of that kind" in page


def test_links_of_others_open_nothing(client, conference, choice, bought):
    other = reg.bought_ticket(conference, bought.ticket_type, name="Bo", email="bo@example.org")
    CompChoice.objects.create(ticket=other, role="press")
    url = choice.get_absolute_url()
    assert client.get(url.replace(bought.code, other.code)).status_code == 404
    assert client.get(url[:-3] + "00/").status_code == 404


def test_database_keeps_allowances_within_their_size(conference):
    row = CompAllowance.objects.create(conference=conference, source="x", size=1, given=1)
    for change in (
        lambda: CompAllowance.objects.filter(pk=row.pk).update(given=2),
        lambda: CompAllowance.objects.create(conference=conference, source="x", size=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_without_a_role_it_is_a_ticket_of_its_own(conference, guest):
    assert give(conference, guest, role="") != give(conference, guest, role="")
