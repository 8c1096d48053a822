"""The treasurer's page: what goes back, what was refused, which invoices are open."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from registration import actions
from registration.models import CashDrawer, Refund
from scale.models import AuditEntry, Role
from tests.factories import registration as reg
from tests.factories import scale as make

from .test_views import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def finance(as_role):
    return as_role(Role.FINANCE)


@pytest.fixture
def owed(with_demo, conference, full):
    """$90 by demo card for an order that was cancelled: a function that makes one more."""

    def one(**fields):
        order = reg.order(conference, types=[full])
        reg.payment(order, **fields)
        actions.cancel_order(order, by=None, why="Asked for it.")
        return Refund.objects.get(order=order)

    return one


@pytest.fixture
def drawer(conference):
    return CashDrawer.objects.create(
        conference=conference,
        name="Desk 1",
        volunteer="Ana",
        opening_float=Decimal("100.00"),
        opened_by=make.user(),
    )


def page(client, conference):
    return text_of(client.get(reverse("registration:money", args=[conference.slug])))


def press(client, refund, **data):
    """Press the button of a refund; the page after it."""
    args = [refund.order.conference.slug, refund.pk]
    response = client.post(reverse("registration:refund-send", args=args), data, follow=True)
    refund.refresh_from_db()
    return text_of(response)


def test_what_is_owed_is_sent_by_one_press(
    finance, conference, owed, django_capture_on_commit_callbacks
):
    refund = owed()
    assert f"$90 to the buyer of {refund.order.code} , who" in page(finance, conference)
    with django_capture_on_commit_callbacks(execute=True):
        says = press(finance, refund)
    assert f"The money of {refund.order.code} is on its way back." in says
    refund.refresh_from_db()
    assert refund.status == "done"
    assert "We owe back Nothing." in page(finance, conference)
    told = [one.says() for one in AuditEntry.objects.of_rows([refund.order])]
    assert any("sent $90 back" in one for one in told)


def test_second_press_changes_nothing(
    finance, conference, owed, django_capture_on_commit_callbacks
):
    refund = owed()
    with django_capture_on_commit_callbacks(execute=True) as first:
        press(finance, refund)
    with django_capture_on_commit_callbacks(execute=True) as second:
        press(finance, refund)
    assert (len(first) > 0, second, refund.tries) == (True, [], 1)


def test_what_waits_for_an_answer_has_no_button(finance, conference, owed):
    refund = owed()
    press(finance, refund)  # no worker runs in this test
    says = page(finance, conference)
    assert "On its way; the company has not answered yet" in says
    assert "Send it" not in says


def test_what_was_refused_shows_the_sentence_and_is_tried_again(
    finance, conference, owed, settings, django_capture_on_commit_callbacks
):
    refund = owed()
    settings.PAYMENT_PROVIDERS = []
    with django_capture_on_commit_callbacks(execute=True):
        press(finance, refund)
    says = page(finance, conference)
    assert "✕ Refused: This site no longer works with demo." in says
    assert "Try again" in says
    settings.PAYMENT_PROVIDERS = ["demo"]
    with django_capture_on_commit_callbacks(execute=True):
        press(finance, refund)
    refund.refresh_from_db()
    assert (refund.status, refund.problem) == ("done", "")


@pytest.mark.parametrize("chosen", ["", "nosuch", "0", "9" * 30, "closed", "foreign"])
def test_cash_goes_back_out_of_an_open_drawer_of_the_edition(
    finance, conference, owed, drawer, chosen
):
    refund = owed(provider="cash")
    assert "Out of which drawer?" in page(finance, conference)
    if chosen == "closed":
        chosen = drawer.pk
        actions.close_drawer(drawer, closing_count=Decimal(100), note="", by=finance.user)
    if chosen == "foreign":
        CashDrawer.objects.filter(pk=drawer.pk).update(conference=make.conference())
        chosen = drawer.pk
    assert "Say out of which open drawer" in press(finance, refund, drawer=chosen)
    assert refund.status == "waiting"


def test_cash_that_went_back_is_out_of_the_drawer(finance, conference, owed, drawer):
    refund = owed(provider="cash")
    says = press(finance, refund, drawer=drawer.pk)
    assert f"The money of {refund.order.code} is written down as sent back." in says
    assert (refund.status, refund.drawer, drawer.expected()) == ("done", drawer, Decimal("10.00"))


def test_cheque_is_handed_over_by_a_press(finance, conference, owed):
    refund = owed(provider="cheque")
    assert "I have handed it over" in page(finance, conference)
    press(finance, refund)
    assert refund.status == "done"


def test_more_than_came_in_is_refused_with_a_sentence(finance, conference, owed):
    refund = owed()
    reg.refund(refund.payment, amount=Decimal("1.00"))
    assert "So much of this payment went back already." in press(finance, refund)
    assert (refund.status, refund.tries) == ("waiting", 0)


def test_refund_of_another_edition_is_not_here(finance, owed):
    refund = owed()
    other = make.conference()
    make.staff_role(finance.user, other, Role.FINANCE)
    address = reverse("registration:refund-send", args=[other.slug, refund.pk])
    assert finance.post(address).status_code == 404


def test_sending_is_a_post_by_those_who_may(as_role, client, conference, owed):
    refund = owed()
    address = reverse("registration:refund-send", args=[conference.slug, refund.pk])
    assert as_role(Role.FINANCE).get(address).status_code == 405
    assert as_role(Role.PROGRAM).post(address).status_code == 403
    assert client.post(address).status_code == 302
    refund.refresh_from_db()
    assert (refund.status, refund.tries) == ("waiting", 0)


def test_open_invoices_stand_by_the_day_they_are_due(finance, conference, full):
    today = conference.today()
    for days in (9, 0):
        due = today + dt.timedelta(days=days)
        reg.pending_order(conference, types=[full], due_on=due, buyer_organization=f"Firm {days}")
    reg.pending_order(conference, types=[full])
    says = page(finance, conference)
    assert says.index("Firm 0") < says.index("◐ due today") < says.index("Firm 9")
    assert says.count("$90") == 2


@pytest.mark.parametrize("n", [1, 3])
def test_page_asks_the_database_the_same_for_any_number(
    finance, conference, full, owed, django_assert_num_queries, n
):
    for _ in range(n):
        owed()
        reg.pending_order(conference, types=[full], due_on=conference.today())
    address = reverse("registration:money", args=[conference.slug])
    finance.get(address)
    with django_assert_num_queries(8):
        finance.get(address)
