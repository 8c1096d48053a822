"""What the data migrations of leads wrote for leads that were there before."""

from importlib import import_module

import pytest
from django.apps import apps

from checkin.leads.models import Lead, digest, person_of
from registration.models import Ticket
from tests.factories import leads as make
from tests.factories import registration as reg

fill = import_module("checkin.migrations.0065_find_leads_by_person").fill


@pytest.fixture
def stand(conference):
    return make.phone(conference).station


def before(badge, stand, **fields):
    """A lead as it was written without a person."""
    return make.lead(badge, stand, **{"person": ""} | fields)


def person(lead):
    fill(apps, None)
    return Lead.objects.get(pk=lead.pk).person


def test_lead_is_found_by_the_address_of_the_ticket(conference, stand):
    badge = make.badge(conference, "name")
    lead = before(badge, stand)
    assert person(lead) == digest("ada@example.org") == person_of(badge.ticket)


def test_without_an_address_of_its_own_a_ticket_is_its_buyers(conference, stand):
    badge = make.badge(conference, "name", attendee_email="")
    order = reg.paid_order(
        conference, types=[badge.ticket.ticket_type], buyer_email="bea@example.org"
    )
    Ticket.objects.filter(pk=badge.ticket.pk).update(order=order, attendee_name=order.buyer_name)
    assert person(before(badge, stand)) == digest("bea@example.org")


def test_nobody_is_guessed_for_a_nameless_address(conference, stand):
    badge = make.badge(conference, "name", attendee_email="")
    assert person(before(badge, stand)) == ""


def test_of_who_passed_the_ticket_on_counts_what_they_handed_over(conference, stand):
    badge = make.badge(conference, "name", "email")
    lead = before(badge, stand, holder="0" * 32, email="bea@example.org")
    assert person(lead) == digest("bea@example.org")


def test_person_who_is_known_stays(conference, stand):
    badge = make.badge(conference, "name")
    known = make.lead(badge, stand, person=digest("bo@example.org"))
    assert person(known) == digest("bo@example.org")
