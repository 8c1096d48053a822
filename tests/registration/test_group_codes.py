"""Someone pays for several places; their people put names on them by a code."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from registration import actions
from registration.models import Answer, GroupCode, Order, Quota, Ticket
from scale.editions import close
from scale.models import OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

from .conftest import buy, form_data, order_url, reserve, shop_url, text_of

pytestmark = pytest.mark.django_db


def company(client, conference, query="free=3", **fields):
    """An order whose places wait for names."""
    order = reserve(client, conference, query)
    data = {"buyer_name": "Corvid Systems", "buyer_email": "hr@corvid.example", "group": "on"}
    response = client.post(order_url(order), data | fields)
    assert response.status_code == 302, text_of(response)
    order.refresh_from_db()
    return order


def join(client, group, name="Ada", email="ada@corvid.example", query="", **fields):
    url = shop_url(group.conference, "group", group.code) + query
    return client.post(url, {"name": name, "email": email} | fields)


@pytest.mark.sqlite
def test_open_places_get_a_code(client, conference, free):
    order = company(client, conference, buyer_organization="Corvid")
    group = GroupCode.objects.get()
    assert (group.order, group.name, len(group.code)) == (order, "Corvid", 10)
    assert order.tickets.unnamed().count() == 3
    assert order.status == Order.Status.PAID
    response = client.get(shop_url(conference, "group", group.code))
    assert "Corvid invites you" in text_of(response)
    assert "3 of 3 left" in text_of(response)


def test_some_places_can_be_named_at_once(client, conference, free):
    order = company(client, conference, **{"ticket2-name": "Marisol"})
    assert [t.attendee_name for t in order.tickets.order_by("pk")] == ["", "Marisol", ""]


def test_code_is_offered_for_two_of_one_type_only(client, conference, full, free):
    for query, offered in (("full=1&free=1", False), ("full=2", True)):
        order = reserve(client, conference, query)
        html = client.get(order_url(order)).content.decode()
        assert ('name="group"' in html) is offered
    order = reserve(client, conference, "full=1&free=1")
    response = client.post(order_url(order), form_data(2) | {"group": "on", "ticket2-name": ""})
    assert "This field is required." in text_of(response)


def test_extras_need_a_name(client, conference, free):
    extra = reg.add_on(conference, name="Party")
    order = reserve(client, conference, "free=2")
    data = {"buyer_name": "A", "buyer_email": "a@example.org", "group": "on"}
    response = client.post(order_url(order), data | {f"ticket1-extra-{extra.pk}": "on"})
    assert "Name who takes the extras" in text_of(response)


def test_naming_everyone_later_takes_the_code_away(client, conference, full):
    order = company(client, conference, "full=2")
    assert GroupCode.objects.count() == 1
    html = client.get(order_url(order)).content.decode()
    assert 'name="group" ' in html
    client.post(order_url(order), form_data(2))
    assert GroupCode.objects.count() == 0


@pytest.mark.sqlite
def test_taking_a_place_names_it_and_mails_the_ticket(client, conference, free):
    order = company(client, conference)
    group = GroupCode.objects.get()
    question = reg.question(conference, is_required=True)
    gift = reg.add_on(conference, name="Sticker", price=0, quotas=[reg.quota(conference)])
    reg.add_on(conference, name="Party", price=10)
    page = text_of(client.get(shop_url(conference, "group", group.code)))
    assert "Sticker" in page
    assert "Party" not in page
    answer = {f"question-{question.pk}": "Vegan", f"extra-{gift.pk}": "on"}
    assert join(client, group, **answer).status_code == 302
    ticket = Ticket.objects.get(attendee_name="Ada")
    assert ticket.order == order
    assert Answer.objects.get().ticket == ticket
    assert [line.add_on for line in ticket.lines.exclude(add_on=None)] == [gift]
    assert Quota.objects.get(add_ons=gift).taken == 1
    assert OutgoingEmail.objects.filter(to_address="ada@corvid.example").count() == 1
    assert order.charged() == order.received() == 0


def test_same_person_twice_takes_one_place(client, conference, free):
    order = company(client, conference)
    group = GroupCode.objects.get()
    for _ in range(2):
        assert join(client, group).status_code == 302
    assert order.tickets.unnamed().count() == 2
    assert OutgoingEmail.objects.filter(to_address="ada@corvid.example").count() == 1


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"name": ""}, "This field is required."),
        ({"email": ""}, "This field is required."),
        ({"email": "no"}, "Enter a valid e-mail address."),
        ({"name": "x" * 1_000_000}, "at most 120 characters"),
        ({"name": "a\x00"}, "Null characters"),
    ],
)
def test_bad_names_are_explained(client, conference, free, data, says):
    order = company(client, conference)
    response = join(client, GroupCode.objects.get(), **data)
    assert says in text_of(response)
    assert order.tickets.unnamed().count() == 3


def test_all_taken_is_said(client, conference, free):
    company(client, conference, "free=2")
    group = GroupCode.objects.get()
    for n in range(2):
        join(client, group, name=f"P{n}", email=f"p{n}@example.org")
    response = join(client, group, name="Late", email="late@example.org")
    assert "All places of this code are taken." in text_of(response)
    assert not Ticket.objects.filter(attendee_name="Late").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda g: GroupCode.objects.update(is_active=False), "not in use any more"),
        (lambda g: GroupCode.objects.update(ends_at=timezone.now()), "The time of this code"),
        (lambda g: actions.cancel_order(g.order, by=None), "not in use any more"),
        (lambda g: close(g.conference), "not in use any more"),
        (lambda g: Order.objects.update(status="pending"), "not paid yet"),
    ],
)
def test_code_that_opens_nothing_says_why(client, conference, free, change, says):
    company(client, conference)
    group = GroupCode.objects.select_related("order__conference").get()
    change(group)
    for response in (
        client.get(shop_url(conference, "group", group.code)),
        join(client, group),
    ):
        assert says in text_of(response)
    assert not Ticket.objects.filter(attendee_name="Ada").exists()


def test_unpaid_order_opens_its_places_once_invoiced(client, conference, full):
    order = company(client, conference, "full=2")
    group = GroupCode.objects.get()
    assert "not paid yet" in text_of(join(client, group))
    later = timezone.now() + dt.timedelta(days=14)
    Order.objects.filter(pk=order.pk).update(due_on=later.date(), expires_at=later)
    assert join(client, group).status_code == 302


def test_details_sent_while_the_invoice_was_made_rename_nobody(client, conference, full):
    order = company(client, conference, "full=2")
    later = timezone.now() + dt.timedelta(days=14)
    Order.objects.filter(pk=order.pk).update(due_on=later.date(), expires_at=later)
    join(client, GroupCode.objects.get())
    with pytest.raises(actions.NotOpen):
        actions.fill_in(order, actions.Buyer("HR", "hr@x.org"), [actions.Attendee(full, "HR")] * 2)
    assert order.tickets.filter(attendee_name="Ada").count() == 1


def test_code_typed_in_any_way_leads_to_its_page(client, conference, free):
    company(client, conference)
    code = GroupCode.objects.get().code
    url = shop_url(conference, "group", code)
    assert client.get(f"{shop_url(conference)}?promo={code.lower()}").url == url
    assert client.get(shop_url(conference, "group", code.lower())).url == url


def test_guessed_codes_are_not_there_and_slowed_down(client, conference, free):
    company(client, conference)
    code = GroupCode.objects.get().code
    for n in range(30):
        assert client.get(shop_url(conference, "group", f"GUESS{n}")).status_code == 404
    assert client.get(shop_url(conference, "group", "GUESS")).status_code == 429
    assert client.get(shop_url(conference, "group", code)).status_code == 429
    elsewhere = make.conference()
    assert client.get(shop_url(elsewhere, "group", code)).status_code == 429


def test_code_of_another_edition_is_not_there(client, conference, free):
    company(client, conference)
    code = GroupCode.objects.get().code
    assert client.get(shop_url(make.conference(), "group", code)).status_code == 404


def test_several_types_are_chosen_from(client, conference, free, quota):
    reg.ticket_type(conference, code="expo", name="Expo only", price=0, quotas=[quota])
    company(client, conference, "free=2&expo=1")
    group = GroupCode.objects.get()
    page = client.get(shop_url(conference, "group", group.code))
    assert "Which ticket is yours?" in text_of(page)
    assert "Expo only 1 left" in text_of(page)
    join(client, group, query="?type=expo")
    assert Ticket.objects.get(attendee_name="Ada").ticket_type.code == "expo"
    assert join(client, group, name="Bo", query="?type=expo").status_code == 302


def test_mail_has_the_code_and_no_ticket_without_a_name(client, conference, free):
    order = company(client, conference, **{"ticket2-name": "Marisol"})
    mail = OutgoingEmail.objects.get(to_address="hr@corvid.example")
    assert GroupCode.objects.get().code in mail.text
    unnamed = order.tickets.unnamed()
    assert all(one.spoken_code not in mail.text for one in unnamed)
    assert order.tickets.get(attendee_name="Marisol").spoken_code in mail.text


@pytest.mark.parametrize("n", [2, 6])
def test_page_asks_the_database_the_same_for_any_number(
    client, conference, free, django_assert_num_queries, n
):
    company(client, conference, f"free={n}")
    code = GroupCode.objects.get().code
    # edition, tries, code with order, tickets, types, extras, questions, rules
    with django_assert_num_queries(8):
        client.get(shop_url(conference, "group", code))


@pytest.mark.django_db(transaction=True)
def test_scenario_10_of_eight_at_once_one_gets_the_last_place(client, conference, free):
    order = company(client, conference, "free=10")
    for n, ticket in enumerate(order.tickets.order_by("pk")[:9]):
        Ticket.objects.filter(pk=ticket.pk).update(attendee_name=f"Earlier {n}")
    group = GroupCode.objects.select_related("order").get()
    begin, outcomes = threading.Barrier(8), []

    def come(n):
        begin.wait()
        person = actions.Attendee(free, f"Person {n}", f"p{n}@example.org")
        try:
            outcomes.append(actions.redeem(group, person).attendee_name)
        except actions.CannotRedeem as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("All places of this code are taken.") == 7
    assert OutgoingEmail.objects.filter(to_address__startswith="p").count() == 1
    winner = next(one for one in outcomes if one.startswith("Person"))
    assert order.tickets.filter(attendee_name=winner).count() == 1
    assert order.tickets.unnamed().count() == 0


def test_places_bought_by_name_stay_as_they_are(client, conference, full):
    buy(client, conference, "full=2")
    assert GroupCode.objects.count() == 0


def test_order_page_shows_the_code_and_no_ticket_without_a_name(client, conference, free):
    order = company(client, conference, **{"ticket2-name": "Marisol"})
    page = client.get(order.get_absolute_url())
    assert f"Group code {GroupCode.objects.get().code} , 2 of 3 places left." in text_of(page)
    assert page.content.decode().count('class="qr"') == 1
    assert "Marisol" in text_of(page)
