"""Staff answer what holders asked for, once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from registration.models import CancellationRequest, Refund, VisaRequest
from scale.editions import close
from scale.models import OutgoingEmail, Role
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def desk(as_role):
    return as_role(Role.REGISTRATION)


@pytest.fixture
def asked(conference, full):
    order = reg.paid_order(conference, types=[full, full])
    ticket = order.tickets.first()
    return CancellationRequest.objects.create(ticket=ticket, why="Ill & <b>sad</b>")


@pytest.fixture
def letter(full):
    ticket = reg.ticket(full, attendee_email="ana@example.org")
    return VisaRequest.objects.create(
        ticket=ticket, full_name="Ana Okafor", nationality="Nigerian", passport_number="A0123456",
        born_on=dt.date(1990, 5, 17), address="1 Road",
    )  # fmt: skip


def url(kind, asked):
    return reverse("registration:request", args=[asked.ticket.conference.slug, kind, asked.pk])


def test_list_shows_who_waits_oldest_first(desk, conference, asked, letter):
    page = desk.get(reverse("registration:requests", args=[conference.slug])).content.decode()
    assert page.index("give the ticket back") < page.index("a letter of invitation")
    assert "Ill &amp; &lt;b&gt;sad" in page
    assert "A0123456" not in page


def test_list_without_requests_says_where_they_come_from(desk, conference):
    page = desk.get(reverse("registration:requests", args=[conference.slug])).content.decode()
    assert "Nobody waits" in page


def test_yes_cancels_the_ticket_and_owes_what_is_not_kept(desk, conference, asked):
    sent = desk.post(url("cancel", asked), {"says": "yes", "keep": "15", "answer": "Get well."})
    assert sent.status_code == 302
    asked.refresh_from_db()
    asked.ticket.refresh_from_db()
    assert (asked.status, asked.ticket.status) == ("granted", "cancelled")
    assert Refund.objects.get().amount == Decimal("75.00")
    mail = OutgoingEmail.objects.get(kind="answer").text
    assert "Get well." in mail
    assert (
        " ".join(mail.split()).count("$75 go back, less the fee of $15, the way it was paid") == 1
    )
    again = desk.post(url("cancel", asked), {"says": "no"})
    assert "answered or taken back already" in again.content.decode()
    assert Refund.objects.count() == 1


def test_no_leaves_everything_as_it_is(desk, asked):
    desk.post(url("cancel", asked), {"says": "no", "answer": "Too late."})
    asked.refresh_from_db()
    asked.ticket.refresh_from_db()
    assert (asked.status, asked.ticket.status) == ("refused", "live")
    assert Refund.objects.count() == 0


def test_more_than_it_cost_cannot_be_kept(desk, asked):
    page = desk.post(url("cancel", asked), {"says": "yes", "keep": "90.01"}).content.decode()
    assert "cannot be more than what the tickets cost" in page
    asked.refresh_from_db()
    assert asked.status == "open"


@pytest.mark.parametrize("data", [{}, {"says": "maybe"}, {"says": "yes", "keep": "-1"}])
def test_answers_that_make_no_sense_are_said_beside_the_field(desk, asked, data):
    assert desk.post(url("cancel", asked), data).status_code == 200
    asked.refresh_from_db()
    assert asked.status == "open"


@pytest.mark.parametrize(
    ("says", "status", "passport"), [("yes", "approved", "A0123456"), ("no", "refused", "")]
)
def test_letter_is_approved_or_refused_and_then_forgotten(desk, letter, says, status, passport):
    assert "A0123456" in desk.get(url("letter", letter)).content.decode()
    desk.post(url("letter", letter), {"says": says})
    letter.refresh_from_db()
    assert (letter.status, letter.passport_number) == (status, passport)
    assert OutgoingEmail.objects.get().to_address == "ana@example.org"


def test_others_and_other_editions_see_nothing(as_role, desk, asked, conference):
    assert as_role(Role.FINANCE).get(url("cancel", asked)).status_code == 403
    elsewhere = make.conference()
    other = as_role(Role.REGISTRATION, edition=elsewhere)
    path = reverse("registration:request", args=[elsewhere.slug, "cancel", asked.pk])
    assert other.get(path).status_code == 404
    path = reverse("registration:request", args=[conference.slug, "gift", asked.pk])
    assert desk.get(path).status_code == 404


def test_closed_edition_answers_nothing(desk, asked, conference):
    close(conference)
    desk.post(url("cancel", asked), {"says": "yes"})
    asked.refresh_from_db()
    assert asked.status == "open"
