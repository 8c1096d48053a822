"""A ticket behind its holder's link: what its holder sees, does, and cannot do."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from registration.models import CancellationRequest, RetiredCode, Ticket, VisaRequest
from scale.editions import close
from scale.models import AuditEntry, OutgoingEmail
from tests.factories import registration as reg

from .test_views import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def order(conference, full):
    return reg.paid_order(conference, types=[full])


@pytest.fixture
def ticket(order):
    Ticket.objects.update(
        attendee_name="Zoë Öz", attendee_email="zoe@example.org", accessibility_needs="Stairs"
    )
    return Ticket.objects.select_related("conference", "order", "ticket_type").get()


def url(ticket, page="ticket"):
    return reverse(
        f"registration:{page}", args=[ticket.conference.slug, ticket.code, ticket.secret]
    )


def test_page_shows_the_ticket_and_nothing_else_of_the_order(client, order, ticket):
    response = client.get(ticket.get_absolute_url())
    text = text_of(response)
    assert ticket.spoken_code in text
    assert "Zoë Öz" in text
    assert order.code not in text
    assert "Stairs" not in text
    assert client.get(url(ticket, "holder-qr"))["Content-Type"] == "image/svg+xml"
    assert client.get(url(ticket, "ticket-pdf")).content.startswith(b"%PDF")
    assert b"BEGIN:VEVENT" in client.get(url(ticket, "ticket-calendar")).content


def test_wrong_secret_is_not_there(client, ticket, order):
    for secret in ("f" * 40, order.secret, ""):
        path = f"/{ticket.conference.slug}/t/{ticket.code}/{secret}/"
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("page", ["holder-qr", "ticket-pdf", "ticket-calendar"])
def test_unpaid_or_cancelled_ticket_has_no_code(client, order, ticket, page):
    type(order).objects.update(status="pending")
    assert client.get(url(ticket, page)).status_code == 302
    assert ticket.spoken_code not in text_of(client.get(url(ticket))).split("Keep")[0]
    type(order).objects.update(status="paid")
    Ticket.objects.update(status="cancelled")
    assert client.get(url(ticket, page)).status_code == 302
    assert "This ticket was cancelled" in text_of(client.get(url(ticket)))


def test_correction_keeps_the_code_and_is_in_the_trail(client, ticket):
    """Scenario 17."""
    data = {"attendee_name": "Zoë Ozan", "attendee_email": "zoe@example.org", "consent": "offers"}
    response = client.post(url(ticket, "ticket-correct"), data)
    assert (response.status_code, response.url) == (302, ticket.get_absolute_url())
    after = Ticket.objects.get()
    assert (after.code, after.attendee_name, after.accessibility_needs) == (
        ticket.code,
        "Zoë Ozan",
        "Stairs",
    )
    trail = AuditEntry.objects.get_for_object(after).filter(action=AuditEntry.Action.UPDATE)
    assert trail.get().changes["attendee_name"] == ["Zoë Öz", "Zoë Ozan"]


@pytest.mark.parametrize("name", ["", "x" * 1_000_000, "a\x00b"])
def test_bad_correction_changes_nothing(client, ticket, name):
    data = {"attendee_name": name, "attendee_email": "zoe@example.org", "consent": "offers"}
    assert client.post(url(ticket, "ticket-correct"), data).status_code == 200
    assert Ticket.objects.get().attendee_name == "Zoë Öz"


def test_correction_ends_with_its_last_day(client, conference, ticket):
    reg.sale_rules(conference, corrections_until="2020-01-01")
    data = {"attendee_name": "Late", "attendee_email": "", "consent": "offers"}
    client.post(url(ticket, "ticket-correct"), data)
    assert Ticket.objects.get().attendee_name == "Zoë Öz"


def test_mail_is_sent_again_three_times_an_hour(client, ticket):
    for _ in range(5):
        client.post(url(ticket, "ticket-send"))
    mails = OutgoingEmail.objects.filter(kind="ticket again")
    assert 1 <= mails.count() <= 3
    assert {mail.to_address for mail in mails} == {"zoe@example.org"}
    assert client.get(url(ticket, "ticket-send")).status_code == 405


def test_passing_on_ends_code_and_link_and_leaves_all_behind(client, order, ticket):
    data = {"name": "Ana", "email": "ANA@example.org"}
    response = client.post(url(ticket, "ticket-pass-on"), data)
    assert "Ana’s now" in text_of(client.get(response.url))
    after = Ticket.objects.get()
    assert after.code != ticket.code
    assert (after.attendee_name, after.attendee_email, after.accessibility_needs) == (
        "Ana",
        "ana@example.org",
        "",
    )
    assert RetiredCode.objects.get().code == ticket.code
    assert client.get(url(ticket)).status_code == 404
    told = OutgoingEmail.objects.filter(kind__in=["ticket passed on", "ticket gone"])
    assert {mail.to_address for mail in told} == {
        "ana@example.org",
        "zoe@example.org",
        order.buyer_email,
    }
    page = client.get(order.get_absolute_url()).content.decode()
    assert after.code not in page
    assert after.secret not in page


def test_given_late_or_closed_tickets_are_not_passed_on(client, conference, full, ticket):
    data = {"name": "Ana", "email": "ana@example.org"}
    given = reg.ticket(full)
    client.post(url(given, "ticket-pass-on"), data)
    reg.sale_rules(conference, transfers_until="2020-01-01")
    client.post(url(ticket, "ticket-pass-on"), data)
    close(conference)
    client.post(url(ticket, "ticket-pass-on"), data)
    assert RetiredCode.objects.count() == 0


def test_giving_back_is_asked_once_and_taken_back(client, ticket):
    client.post(url(ticket, "ticket-give-back"), {"why": "Ill"})
    client.post(url(ticket, "ticket-give-back"), {"why": "Ill"})
    assert CancellationRequest.objects.get().why == "Ill"
    assert "You asked to give this ticket back" in text_of(client.get(url(ticket)))
    client.post(url(ticket, "ticket-keep"))
    client.post(url(ticket, "ticket-keep"))
    assert CancellationRequest.objects.count() == 0


def test_letter_is_asked_for_and_never_shown_again(client, conference, ticket):
    assert client.get(url(ticket, "ticket-letter")).status_code == 404
    reg.sale_rules(conference, offers_visa_letters=True)
    facts = {
        "full_name": "ZOE OZ",
        "nationality": "Elbonia",
        "passport_number": "X1234567",
        "born_on": "1990-01-01",
        "address": "A street",
    }
    client.post(url(ticket, "ticket-letter"), {**facts, "born_on": "2990-01-01"})
    assert VisaRequest.objects.count() == 0
    client.post(url(ticket, "ticket-letter"), facts)
    assert VisaRequest.objects.get().passport_number == "X1234567"
    assert b"X1234567" not in client.get(url(ticket)).content
    assert client.get(url(ticket, "letter-pdf")).status_code == 404
    client.post(url(ticket, "letter-withdraw"))
    assert VisaRequest.objects.count() == 0


def test_upgrade_is_looked_at_and_paid(client, conference, ticket):
    reg.ticket_type(conference, code="more", name="More", price=120)
    page = client.get(url(ticket, "ticket-upgrade") + "?type=more")
    assert "To pay $30" in text_of(page)
    html = page.content.decode()
    token = html.split('name="form_token" value="')[1][:32]
    data = {"form_token": token, "shown_cost": "30.00"}
    response = client.post(url(ticket, "ticket-upgrade") + "?type=more", data)
    order = ticket.upgrade_orders.get()
    assert response.url == order.get_absolute_url()
    assert "Waiting for your payment" in text_of(client.get(response.url))
    assert "waits for payment" in text_of(client.get(url(ticket)))


def test_order_data_is_all_there_is_but_not_the_new_holders(client, order, ticket):
    path = reverse(
        "registration:order-data", args=[order.conference.slug, order.code, order.secret]
    )
    data = json.loads(client.get(path).content)
    assert (data["code"], data["tickets"][0]["attendee_name"]) == (order.code, "Zoë Öz")
    client.post(url(ticket, "ticket-pass-on"), {"name": "Ana", "email": "ana@example.org"})
    assert "Ana" not in client.get(path).content.decode()
    receipt = path.replace("data.json", "receipt.pdf")
    assert client.get(receipt).content.startswith(b"%PDF")


def test_forged_posts_are_refused(ticket):
    strict = Client(enforce_csrf_checks=True)
    for page in ("ticket-send", "ticket-pass-on", "ticket-keep", "ticket-give-back"):
        assert strict.post(url(ticket, page), {"name": "A", "email": "a@b.org"}).status_code == 403
