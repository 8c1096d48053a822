import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scale import editions
from scale.models import Role, StaffRole
from sponsors.models import Contact, Conversation, Mailbox, Organization, Package, Sponsorship
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = pytest.mark.django_db


def at(table, page, *args):
    return reverse(f"admin:sponsors_{table}_{page}", args=args)


TABLES = {
    "organization": {"press", "community", "sponsorship"},
    "contact": {"press", "community", "sponsorship"},
    "conversation": {"community", "sponsorship"},
    "note": {"community", "sponsorship"},
    "mail": {"community", "sponsorship"},
    "ignoredsender": {"community", "sponsorship"},
    "mailbox": {"community", "sponsorship"},
    "package": {"sponsorship"},  # shows amounts
    "sponsorship": {"sponsorship"},
    "contract": {"sponsorship"},
    "contractterms": {"sponsorship"},
}


@pytest.mark.parametrize("role", Role.values)
def test_tables_open_for_their_roles_alone(conference, as_role, role):
    deal = sell.sponsorship(conference=conference)
    thread = sell.conversation(organization=deal.organization, conference=conference)
    rows = {
        "organization": deal.organization,
        "contact": sell.contact(organization=deal.organization),
        "conversation": thread,
        "note": sell.note(conversation=thread),
        "mail": sell.mail(conversation=thread),
        "ignoredsender": sell.ignored_sender(),
        "mailbox": Mailbox.objects.create(name="shared"),
        "package": deal.package,
        "sponsorship": deal,
        "contract": deal.contracts.get(),
        "contractterms": sell.terms(conference),
    }
    client = as_role(role)
    for table, roles in TABLES.items():
        opens = 200 if role == "chair" or role in roles else 403
        assert (table, client.get(at(table, "changelist")).status_code) == (table, opens)
        one = client.get(at(table, "change", rows[table].pk))
        assert (table, one.status_code) == (table, opens)


def test_amounts_of_other_editions_are_not_shown_to_who_only_looks_there(conference, as_role):
    other = make.conference()
    mine = sell.sponsorship(conference=conference, amount=11111)
    theirs = sell.sponsorship(conference=other, amount=22222)
    client = as_role("sponsorship")
    make.staff_role(client.user, other, Role.COMMUNITY)
    page = client.get(at("sponsorship", "changelist")).content
    assert (b"11111" in page, b"22222" in page) == (True, False)
    assert client.get(at("sponsorship", "change", mine.pk)).status_code == 200
    assert client.get(at("sponsorship", "change", theirs.pk)).status_code == 302
    assert client.get(at("package", "change", theirs.package_id)).status_code == 302


def test_press_may_look_but_not_touch(conference, as_role):
    row, client = sell.organization(name="Before"), as_role("press")
    assert client.post(at("organization", "change", row.pk), {"name": "X"}).status_code == 403
    assert client.get(at("organization", "add")).status_code == 403
    assert client.post(at("organization", "delete", row.pk), {"post": "yes"}).status_code == 403
    assert Organization.objects.get().name == "Before"


def test_community_changes_and_adds_but_deletes_nothing(conference, as_role):
    row, client = sell.organization(), as_role("community")
    sent = {"name": "After", "is_project": "on", "website": "", "address": "", "owner": ""}
    assert client.post(at("organization", "change", row.pk), sent).status_code == 302
    assert client.post(at("organization", "add"), sent | {"name": "New"}).status_code == 302
    assert client.post(at("organization", "delete", row.pk), {"post": "yes"}).status_code == 403
    assert sorted(Organization.objects.values_list("name", flat=True)) == ["After", "New"]


def test_a_role_in_closed_editions_alone_only_looks_at_what_is_shared(conference, as_role):
    row, client = sell.organization(name="Before"), as_role("sponsorship")
    editions.close(conference)
    assert client.get(at("organization", "change", row.pk)).status_code == 200
    sent = {"name": "After", "is_project": "on"}
    assert client.post(at("organization", "change", row.pk), sent).status_code == 403
    assert client.get(at("contact", "add")).status_code == 403


def test_the_status_of_a_deal_cannot_be_written(conference, as_role):
    deal = sell.sponsorship(conference=conference)
    client = as_role("sponsorship")
    answer = client.post(
        at("sponsorship", "change", deal.pk),
        {"status": "signed", "package": sell.package().pk, "amount": "12.50", "owner": ""},
    )
    deal.refresh_from_db()
    assert answer.status_code == 302
    assert (deal.status, str(deal.amount)) == ("lead", "12.50")
    assert client.get(at("sponsorship", "add")).status_code == 403


def test_a_stale_form_puts_nothing_back(conference, as_role, monkeypatch):
    deal = sell.sponsorship(conference=conference, owner=None)
    client = as_role("sponsorship")
    page = at("package", "change", deal.package_id)
    Package.objects.update(taken=1, size=3)
    client.post(page, {"name": "Gold", "price": "5", "passes": "0", "size": "3", "position": "2"})
    package = Package.objects.get()
    assert (package.name, package.taken, package.position) == ("Gold", 1, 2)
    client.post(page, {"name": "Gold", "price": "5", "passes": "0", "size": "3", "position": "2"})
    assert Package.objects.get().taken == 1


def test_a_package_cannot_shrink_below_what_is_signed(conference, as_role):
    package = sell.package(conference=conference, size=3)
    for _ in range(2):
        sell.sponsorship(package=package, status="signed")
    client, page = as_role("sponsorship"), at("package", "change", package.pk)
    sent = {"name": package.name, "price": "5", "passes": "0", "position": "0"}
    answer = client.post(page, sent | {"size": "1"})
    assert answer.context["adminform"].form.errors == {"size": ["2 are signed already."]}
    assert client.post(page, sent | {"size": "2"}).status_code == 302
    assert client.post(page, sent | {"size": "-1"}).status_code == 200
    assert Package.objects.get(pk=package.pk).size == 2


def test_packages_are_made_for_ones_own_open_editions(conference, as_role):
    client, other = as_role("sponsorship"), make.conference()
    sent = {"name": "Gold", "price": "5", "passes": "0", "size": "", "position": "0"}
    refused = client.post(at("package", "add"), sent | {"conference": other.pk})
    assert list(refused.context["adminform"].form.errors) == ["conference"]
    client.post(at("package", "add"), sent | {"conference": conference.pk})
    assert [package.conference for package in Package.objects.all()] == [conference]


def test_a_signed_deal_is_not_deleted(conference, as_role):
    lead = sell.sponsorship(conference=conference, agreed=False)
    signed = sell.sponsorship(conference=conference, status="signed")
    client = as_role("sponsorship")
    for deal, code in ((lead, 302), (signed, 403)):
        page = at("sponsorship", "delete", deal.pk)
        assert client.post(page, {"post": "yes"}).status_code == code
    client.post(
        at("sponsorship", "changelist"),
        {"action": "delete_selected", "_selected_action": [signed.pk], "post": "yes"},
    )
    assert list(Sponsorship.objects.all()) == [signed]


def test_conversations_and_notes_are_of_ones_own_editions(conference, as_role):
    mine = sell.conversation(conference=conference, subject="Mine")
    theirs = sell.conversation(conference=make.conference(), subject="Theirs")
    sell.note(conversation=mine, text="Ours")
    sell.note(conversation=theirs, text="Not ours")
    client = as_role("community")
    page = client.get(at("conversation", "changelist")).content
    page += client.get(at("note", "changelist")).content
    assert (b"Mine" in page, b"Theirs" in page) == (True, False)
    assert (b"Ours" in page, b"Not ours" in page) == (True, False)


def test_notes_are_not_rewritten_in_the_admin(conference, as_role):
    note = sell.note(conversation=sell.conversation(conference=conference), text="Said")
    client = as_role("chair")
    assert client.post(at("note", "change", note.pk), {"text": "Not said"}).status_code == 403
    assert client.get(at("note", "add")).status_code == 403


def test_owners_are_chosen_from_the_committees(conference, as_role):
    client = as_role("sponsorship")
    outsider, other = make.user(), make.user()
    StaffRole.objects.create(user=other, conference=make.conference(), role="sponsorship")
    page = client.get(at("organization", "add"))
    owners = page.context["adminform"].form.fields["owner"].queryset
    assert set(owners) == {client.user}
    assert outsider not in owners


def test_logos_are_not_put_up_past_the_cleaning(conference, as_role):
    page = as_role("sponsorship").get(at("organization", "add"))
    assert "logo" not in page.context["adminform"].form.fields


def test_search_by_contact(conference, as_role):
    contact = sell.contact(name="Ada Lovelace", email="ada@engine.example")
    sell.contact()
    client = as_role("press")
    for words in ("lovelace", "engine.example"):
        for table in ("organization", "contact"):
            found = client.get(at(table, "changelist"), {"q": words}).context["cl"].result_list
            wanted = contact if table == "contact" else contact.organization
            assert list(found) == [wanted]


@pytest.mark.parametrize("table", list(TABLES))
def test_tables_ask_the_same_however_long(conference, as_role, table):
    client, asked = as_role("chair"), []
    for more in (1, 2):
        for _ in range(more):
            deal = sell.sponsorship(conference=conference, owner=make.user())
            row = deal.organization
            thread = sell.conversation(organization=row, conference=conference, owner=make.user())
            sell.note(
                conversation=thread,
                author=make.user(),
                contact=sell.contact(organization=row),
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at(table, "changelist")).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 20


def test_strangers_sign_in_first(conference):
    answer = Client().get(at("organization", "changelist"))
    assert answer.status_code == 302
    assert Contact.objects.count() == Conversation.objects.count() == 0
