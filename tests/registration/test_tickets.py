"""Tickets that are given, and corrections."""

import pytest

from registration import actions
from registration.models import Quota, Ticket
from scale import email
from scale.editions import EditionClosed, close
from scale.models import AuditEntry, OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def give(conference, ticket_type, **fields):
    fields = {
        "name": "Ana",
        "email": "Ana@Example.org",
        "role": "speaker",
        "why": "speaker",
    } | fields
    return actions.give_ticket(conference, ticket_type, **fields)


def test_given_ticket_admits_takes_a_place_and_is_mailed(conference, full, quota, mailoutbox):
    ticket = give(conference, full)
    assert Ticket.objects.admitting().get() == ticket
    assert (ticket.order, ticket.why_free, ticket.user) == (None, "speaker", None)
    assert Quota.objects.get(pk=quota.pk).taken == 1
    mail = OutgoingEmail.objects.get()
    assert (mail.kind, mail.to_address) == ("ticket given", "ana@example.org")
    assert ticket.spoken_code in mail.text
    email.deliver_queued()
    [sent] = mailoutbox
    assert [name for name, _, _ in sent.attachments] == [f"ticket-{ticket.code}.pdf"]


def test_given_ticket_without_an_address_is_not_mailed(conference, full):
    give(conference, full, email="")
    assert OutgoingEmail.objects.count() == 0


def test_given_ticket_belongs_to_the_account_with_that_proven_address(conference, full):
    user = make.user(email="ana@example.org")
    assert give(conference, full).user == user


def test_what_is_hidden_or_has_no_price_can_be_given(conference):
    hidden = reg.ticket_type(conference, price=None, is_hidden=True)
    assert give(conference, hidden).ticket_type == hidden


def test_nothing_is_given_when_full(conference, full, quota):
    Quota.objects.filter(pk=quota.pk).update(taken=100)
    with pytest.raises(actions.SoldOut):
        give(conference, full)
    assert (Ticket.objects.count(), OutgoingEmail.objects.count()) == (0, 0)


def test_giving_frees_reservations_that_ran_out(conference, full, quota):
    reg.pending_order(conference, types=[full], minutes=-1)
    Quota.objects.filter(pk=quota.pk).update(size=1)
    give(conference, full)
    assert Quota.objects.get(pk=quota.pk).taken == 1


def test_nothing_is_given_in_a_closed_edition(conference, full):
    close(conference)
    conference.refresh_from_db()
    with pytest.raises(EditionClosed):
        give(conference, full)


def test_correction_keeps_the_code_and_ends_the_link_of_another_address(conference, full):
    user = make.user(email="ana@example.org")
    ticket = give(conference, full)
    code = ticket.code
    ticket.attendee_name, ticket.code = "Ana María", "TAMPERED2345"
    actions.correct_attendee(ticket)
    ticket.refresh_from_db()
    assert (ticket.attendee_name, ticket.code, ticket.user) == ("Ana María", code, user)
    ticket.attendee_email = "Other@Example.org"
    actions.correct_attendee(ticket)
    ticket.refresh_from_db()
    assert (ticket.attendee_email, ticket.user, ticket.code) == ("other@example.org", None, code)


def test_correction_is_in_the_audit_trail(conference, full):
    ticket = give(conference, full)
    ticket.attendee_name = "Ana María"
    actions.correct_attendee(ticket)
    entry = AuditEntry.objects.get_for_object(ticket).first()
    assert entry.changes["attendee_name"] == ["Ana", "Ana María"]
