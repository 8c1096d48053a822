import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registration.models import LedgerCheck, Order, Quota, Ticket, TicketType
from scale.editions import close
from scale.models import Role
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = pytest.mark.django_db


def admin(model, page="changelist", *args):
    return reverse(f"admin:registration_{model}_{page}", args=args)


@pytest.fixture
def desk(as_role):
    return as_role(Role.REGISTRATION)


def ticket_fields(ticket, **changes):
    names = ("attendee_name", "attendee_email", "organization", "pronouns")
    more = ("guardian_name", "guardian_phone")
    return {name: getattr(ticket, name) for name in (*names, *more)} | changes


@pytest.mark.parametrize("model", ["tickettype", "quota", "order", "ticket"])
def test_tables_are_for_registration_and_readable_for_finance(as_role, conference, model):
    assert as_role(Role.REGISTRATION).get(admin(model)).status_code == 200
    assert as_role(Role.FINANCE).get(admin(model)).status_code == 200
    assert as_role(Role.DOOR).get(admin(model)).status_code == 403
    assert as_role(Role.PROGRAM).get(admin(model)).status_code == 403


def test_rows_of_other_editions_are_not_shown(desk, full):
    elsewhere = make.conference()
    other = reg.order(elsewhere, types=[reg.ticket_type(elsewhere)])
    assert other.code not in desk.get(admin("order")).content.decode()
    assert desk.get(admin("order", "change", other.pk)).status_code == 302


def test_type_is_made_with_price_and_quota_and_goes_on_sale(desk, client, conference, quota):
    data = {
        "conference": conference.pk,
        "name": "Full access",
        "code": "full",
        "position": 0,
        "quotas": [quota.pk],
        "on_sale_from_0": "",
        "prices-TOTAL_FORMS": 1,
        "prices-INITIAL_FORMS": 0,
        "prices-0-amount": "90.00",
        "prices-0-label": "early bird",
    }
    response = desk.post(admin("tickettype", "add"), data)
    assert response.status_code == 302, response.content.decode()
    page = client.get(reverse("registration:tickets", args=[conference.slug])).content.decode()
    assert "Full access" in page
    assert "$90" in page
    assert "early bird" in page


def type_form(one, **changes):
    price = one.prices.get()
    return {
        "conference": one.conference_id,
        "name": one.name,
        "code": one.code,
        "position": 0,
        "quotas": [quota.pk for quota in one.quotas.all()],
        "prices-TOTAL_FORMS": 1,
        "prices-INITIAL_FORMS": 1,
        "prices-0-id": price.pk,
        "prices-0-ticket_type": one.pk,
        "prices-0-amount": price.amount,
    } | changes


def test_quota_added_later_counts_what_is_sold_already(desk, conference, full, quota):
    reg.order(conference, types=[full, full])
    later = reg.quota(conference, size=10)
    data = type_form(full, quotas=[quota.pk, later.pk])
    assert desk.post(admin("tickettype", "change", full.pk), data).status_code == 302
    later.refresh_from_db()
    assert later.taken == 2


def test_quota_too_small_for_what_is_sold_is_refused_beside_the_field(desk, conference, full):
    reg.order(conference, types=[full, full])
    small = reg.quota(conference, size=1, name="Small")
    response = desk.post(admin("tickettype", "change", full.pk), type_form(full, quotas=[small.pk]))
    assert "2 tickets of this type are sold already" in response.content.decode()
    assert small not in full.quotas.all()


def test_quota_of_another_edition_is_refused(desk, conference, full):
    elsewhere = make.conference()
    make.staff_role(desk.user, elsewhere, Role.REGISTRATION)
    other = reg.quota(elsewhere, name="Elsewhere")
    response = desk.post(admin("tickettype", "change", full.pk), type_form(full, quotas=[other.pk]))
    assert "“Elsewhere” belongs to another edition." in response.content.decode()


def test_sale_that_ends_before_it_begins_is_refused(desk, full):
    dates = {
        "on_sale_from_0": "2027-01-02",
        "on_sale_from_1": "10:00",
        "on_sale_until_0": "2027-01-01",
        "on_sale_until_1": "10:00",
    }
    response = desk.post(admin("tickettype", "change", full.pk), type_form(full, **dates))
    assert "The sale would end before it begins." in response.content.decode()


def test_quota_cannot_become_smaller_than_what_is_taken(desk, conference, full, quota):
    reg.order(conference, types=[full, full])
    data = {"conference": conference.pk, "name": "Small", "size": 1}
    response = desk.post(admin("quota", "change", quota.pk), data)
    assert "2 places are taken already." in response.content.decode()
    assert desk.post(admin("quota", "change", quota.pk), data | {"size": 2}).status_code == 302
    quota.refresh_from_db()
    assert (quota.size, quota.taken) == (2, 2)


def test_orders_are_found_and_can_only_be_read(desk, conference, full):
    order = reg.order(conference, types=[full], buyer_name="Zoë Öz")
    reg.payment(order, reference="the-reference")
    for words in (order.code, "zoë", order.buyer_email):
        assert order.code in desk.get(admin("order"), {"q": words}).content.decode()
    page = desk.get(admin("order", "change", order.pk)).content.decode()
    assert "the-reference" in page
    assert 'name="_save"' not in page
    assert desk.post(admin("order", "change", order.pk), {"status": "paid"}).status_code == 403
    assert desk.get(admin("order", "add")).status_code == 403
    assert desk.post(admin("order", "delete", order.pk), {"post": "yes"}).status_code == 403


def test_cancelling_asks_first_and_then_frees_the_places(desk, conference, full, quota):
    order = reg.order(conference, types=[full])
    chosen = {"action": "cancel", "_selected_action": [order.pk]}
    asked = desk.post(admin("order"), chosen)
    assert "Cancel these orders?" in asked.content.decode()
    order.refresh_from_db()
    assert order.status == "paid"
    desk.post(admin("order"), chosen | {"sure": "1"})
    order.refresh_from_db()
    assert (order.status, Quota.objects.get(pk=quota.pk).taken) == ("cancelled", 0)
    again = desk.post(admin("order"), chosen | {"sure": "1"}, follow=True)
    assert "Only an order that is paid" in again.content.decode()


def test_cancelling_in_a_closed_edition_is_explained(desk, conference, full):
    order = reg.order(conference, types=[full])
    close(conference)
    chosen = {"action": "cancel", "_selected_action": [order.pk], "sure": "1"}
    assert "can only be read" in desk.post(admin("order"), chosen, follow=True).content.decode()


def test_finance_cannot_cancel_not_even_with_registration_elsewhere(as_role, conference, full):
    finance = as_role(Role.FINANCE)
    order = reg.order(conference, types=[full])
    chosen = {"action": "cancel", "_selected_action": [order.pk], "sure": "1"}
    finance.post(admin("order"), chosen)
    assert Order.objects.get().status == "paid"
    make.staff_role(finance.user, make.conference(), Role.REGISTRATION)
    assert finance.post(admin("order"), chosen).status_code == 403
    assert Order.objects.get().status == "paid"


def test_correcting_a_name_never_changes_the_code(desk, conference, full):
    ticket = reg.ticket(full, attendee_name="Mariso Quintero")
    data = ticket_fields(ticket, attendee_name="Marisol Quintero", code="HACKED234567")
    assert desk.post(admin("ticket", "change", ticket.pk), data).status_code == 302
    corrected = Ticket.objects.get()
    assert (corrected.attendee_name, corrected.code) == ("Marisol Quintero", ticket.code)
    data["attendee_name"] = ""
    response = desk.post(admin("ticket", "change", ticket.pk), data)
    assert "This field is required." in response.content.decode()


def test_tickets_are_found_by_name_address_and_codes(desk, conference, full):
    order = reg.order(conference, types=[full])
    ticket = order.tickets.get()
    Ticket.objects.update(attendee_name="Zoë Öz", attendee_email="z@example.org")
    for words in ("zoë", "z@exam", ticket.code.lower(), order.code):
        assert ticket.code in desk.get(admin("ticket"), {"q": words}).content.decode()
    assert desk.get(admin("ticket", "add")).status_code == 403
    assert desk.post(admin("ticket", "delete", ticket.pk), {"post": "yes"}).status_code == 403


def test_closed_edition_is_read_only(desk, conference, full):
    ticket = reg.ticket(full)
    close(conference)
    data = ticket_fields(ticket, attendee_name="Changed")
    assert desk.post(admin("ticket", "change", ticket.pk), data).status_code == 403
    assert desk.post(admin("tickettype", "change", full.pk), type_form(full)).status_code == 403
    assert TicketType.objects.get().name == "Full access"


@pytest.mark.parametrize("model", ["tickettype", "quota", "order", "ticket"])
def test_lists_ask_the_database_the_same_for_any_number(desk, conference, full, model):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            desk.get(admin(model))
        return len(asked)

    reg.order(conference, types=[full])
    one = statements()
    for _ in range(3):
        more = reg.ticket_type(conference, quotas=[reg.quota(conference)])
        reg.order(conference, types=[more])
    assert statements() == one


# --- the nightly proof -------------------------------------------------------------------------


def test_nights_of_the_ledger_are_read_and_never_changed(chair, conference):
    LedgerCheck.objects.create(errors=0)
    night = LedgerCheck.objects.create(errors=2, report="money: order A\nplaces: <b>quota</b>")
    table = reverse("admin:registration_ledgercheck_changelist")
    row = reverse("admin:registration_ledgercheck_change", args=[night.pk])
    assert chair.get(table).status_code == 200
    page = chair.get(row).content.decode()
    assert "money: order A<br>places: &lt;b&gt;quota&lt;/b&gt;" in page
    assert chair.get(reverse("admin:registration_ledgercheck_add")).status_code == 403
    assert (
        chair.get(reverse("admin:registration_ledgercheck_delete", args=[night.pk])).status_code
        == 403
    )
    assert chair.post(row, {"errors": 0}).status_code == 403
    assert LedgerCheck.objects.get(pk=night.pk).errors == 2
    health = chair.get(reverse("scale:health", args=[conference.slug])).content.decode()
    assert f'href="{table}"' in health


def test_nights_of_the_ledger_are_not_for_everyone(as_role):
    table = reverse("admin:registration_ledgercheck_changelist")
    assert as_role("finance").get(table).status_code == 200
    assert as_role("program").get(table).status_code == 403
