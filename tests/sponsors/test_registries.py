import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType

from scale import editions, navigation, privacy
from scale.models import AuditEntry
from sponsors import actions
from sponsors.models import Contact, Note, Package, Sponsorship
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
LABEL = "Contact of an organization"


def ada(**fields):
    return sell.contact(**{"name": "Ada L.", "email": "ada@example.org", "phone": "+1 5"} | fields)


# --- one person's data -----------------------------------------------------------------------


def test_a_persons_contacts_are_shown_with_what_was_said():
    contact = ada(organization=sell.organization(name="Harbor DB"), roles=["billing"])
    ada(organization=sell.organization(name="Loomstack"), phone="")
    note = sell.note(
        conversation=sell.conversation(organization=contact.organization), contact=contact
    )
    assert sorted(privacy.show(" ADA@example.org ")[LABEL]) == [
        "Harbor DB: Ada L., billing, ada@example.org, +1 5",
        "Loomstack: Ada L., primary, ada@example.org",
        f"Note with Ada L., {note.written_at:%Y-%m-%d}",
    ]
    assert LABEL not in privacy.show("bea@example.org")


def test_erasing_a_person_keeps_the_notes_and_forgets_who_it_was():
    contact, other = ada(), sell.contact(name="Bea")
    note = sell.note(
        conversation=sell.conversation(organization=contact.organization),
        contact=contact,
        text="They will decide in May",
    )
    deal = sell.sponsorship(organization=contact.organization, status="signed", signed_by="Ada L.")
    elsewhere = sell.sponsorship(status="signed", signed_by="Ada L.")
    assert privacy.erase("ada@example.org") == 2
    contact.refresh_from_db()
    other.refresh_from_db()
    deal.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (contact.name, contact.email, contact.phone) == ("(erased)", "", "")
    assert other.name == "Bea"
    assert Note.objects.get(pk=note.pk).text == "They will decide in May"
    assert (deal.signed_by, elsewhere.signed_by) == ("(erased)", "Ada L.")
    assert privacy.show("ada@example.org") == {}


def test_erasing_a_person_reaches_contacts_linked_to_the_account():
    user = make.user(email="ada@example.org")
    contact = ada(email="ada@work.example", user=user)
    privacy.erase("ada@example.org")
    contact.refresh_from_db()
    assert (contact.name, contact.email, contact.user) == ("(erased)", "", None)


def test_erasing_a_person_erases_the_audit_trail_too():
    contact, other = ada(), sell.contact()
    contact.phone = "+1 6"
    contact.save()
    deleted = ada(organization=sell.organization())
    deleted.delete()
    privacy.erase("ada@example.org")
    trail = AuditEntry.objects.filter(content_type=ContentType.objects.get_for_model(Contact))
    assert {entry.object_pk for entry in trail} == {str(other.pk)}
    assert "ada@example.org" not in str([entry.changes for entry in AuditEntry.objects.all()])


def test_lists_of_names_are_shown_and_erased_line_by_line():
    deal = sell.sponsorship(status="signed", organization=sell.organization(name="Harbor DB"))
    ada(organization=deal.organization)
    row = sell.deliverable(deal, wanted="names", name="Booth staff")
    type(row).objects.filter(pk=row.pk).update(text="Bea\nAda L.\nAda Lovelace\nx ada@example.org")
    said = f"Harbor DB: named as “Booth staff” of {deal.conference}"
    assert said in privacy.show("ada@example.org")[LABEL]
    privacy.erase("ada@example.org")
    row.refresh_from_db()
    assert row.text == "Bea\n(erased)\nAda Lovelace\n(erased)"
    assert privacy.show("ada@example.org") == {}
    editions.erase_personal_data(deal.conference)
    row.refresh_from_db()
    assert row.text == ""


def test_the_trail_of_a_promise_has_no_names():
    row = sell.deliverable(wanted="names")
    actions.receive(row.pk, text="Ada L.")
    changes = str([entry.changes for entry in AuditEntry.objects.get_for_object(row)])
    assert "arrived" in changes
    assert "Ada" not in changes


# --- editions --------------------------------------------------------------------------------


def test_the_next_edition_has_the_packages_and_none_is_taken(conference):
    gold = sell.package(conference=conference, name="Gold", size=4, price=15000, position=1)
    sell.package(conference=conference, name="Free", size=None, price=0, position=2)
    sell.sponsorship(package=gold, status="signed")
    new = editions.create_next(
        conference, slug="next", name="SCALE next", starts_on=dt.date(2028, 3, 2)
    )
    copied = Package.objects.filter(conference=new).values_list(
        "name", "size", "price", "position", "taken"
    )
    assert list(copied) == [("Gold", 4, 15000, 1, 0), ("Free", None, 0, 2, 0)]
    assert not Sponsorship.objects.filter(conference=new).exists()


def test_erasing_an_edition_forgets_who_signed_in_it(conference):
    deal = sell.sponsorship(conference=conference, status="signed", signed_by="Jo")
    other = sell.sponsorship(status="signed", signed_by="Jo")
    contact = sell.contact(organization=deal.organization)
    editions.erase_personal_data(conference)
    deal.refresh_from_db()
    other.refresh_from_db()
    assert (deal.signed_by, deal.status, other.signed_by) == ("", "signed", "Jo")
    assert Contact.objects.get(pk=contact.pk).name == contact.name  # outlives editions


# --- audit, navigation -----------------------------------------------------------------------


def test_the_trail_says_how_a_deal_went_and_not_who_signed(conference):
    deal = sell.sponsorship(conference=conference)
    actions.sign_sponsorship(deal.pk, signed_by="Jo Lindqvist")
    entry = AuditEntry.objects.get_for_object(deal).first()
    assert entry.changes["status"] == ["lead", "signed"]
    assert "Jo Lindqvist" not in str(entry.changes)


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("sponsorship", ["Sponsors", "Deals", "Catalogue", "Readiness"]),
        ("community", ["Sponsors", "Deals", "Readiness"]),
        ("press", ["Sponsors"]),
        ("finance", ["Deals"]),
        ("door", []),
    ],
)
def test_navigation_leads_each_role_to_what_it_may_open(conference, as_role, role, labels):
    client = as_role(role)
    links = [
        link
        for link in navigation.links_for(client.user, conference, "")
        if link["label"] in ("Sponsors", "Deals", "Readiness", "Catalogue")
    ]
    assert [link["label"] for link in links] == labels
    assert [client.get(link["url"]).status_code for link in links] == [200] * len(labels)
