"""The sponsor's own page: who gets in, what they can do, and what they cannot."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from checkin.models import Badge
from registration.models import Ticket
from scale import editions
from scale.logs import redact_links
from scale.models import AuditEntry, OutgoingEmail
from sponsors import actions
from sponsors.actions import Refused
from sponsors.actions.passes import Person
from sponsors.models import Portal
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.sponsors.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(conference):
    return reg.ticket_type(conference, price=None, quotas=[reg.quota(conference, size=50)])


@pytest.fixture
def deal(conference, guest):
    package = sell.package(conference=conference, passes=3, pass_type=guest)
    firm = sell.organization(name="Harbor DB")
    return sell.sponsorship(
        package=package, organization=firm, status="signed", owner=make.user(name="Olga")
    )


@pytest.fixture
def portal(deal):
    return actions.open_portal(deal.pk, by=make.user())


@pytest.fixture
def client():
    return Client()


def errors(answer, text):
    assert answer.status_code == 200
    return text in answer.content.decode()


def told(deal):
    rows = AuditEntry.objects.of_rows([deal])
    return [
        (row.changes["by the sponsor"][1], row.actor)
        for row in rows
        if "by the sponsor" in row.changes
    ]


# --- who gets in -----------------------------------------------------------------------------


def test_the_link_opens_the_page_and_nothing_is_kept_of_it(client, portal, deal):
    answer = client.get(portal.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    for words in ("Harbor DB", "Olga", "0 of 3", "What we need from you"):
        assert words in page
    portal.refresh_from_db()
    assert portal.seen_at
    assert portal.secret not in redact_links(portal.get_absolute_url())
    assert len(portal.secret) == 40


def test_a_wrong_a_renewed_and_a_revoked_link_are_not_there(client, portal, deal):
    old = portal.get_absolute_url()
    wrong = old.replace(portal.secret, "f" * 40)
    assert client.get(wrong).status_code == 404
    renewed = actions.open_portal(deal.pk, by=make.user())
    assert client.get(old).status_code == 404
    assert client.get(renewed.get_absolute_url()).status_code == 200
    actions.revoke_portal(deal.pk)
    assert client.get(renewed.get_absolute_url()).status_code == 404
    assert client.post(renewed.url("portal-extra")).status_code == 404


def test_one_deals_secret_opens_no_other(client, portal):
    other = actions.open_portal(sell.sponsorship(status="signed").pk, by=make.user())
    crossed = other.get_absolute_url().replace(other.secret, portal.secret)
    assert client.get(crossed).status_code == 404
    elsewhere = portal.get_absolute_url().replace(
        portal.deal.conference.slug, other.deal.conference.slug
    )
    assert client.get(elsewhere).status_code == 404


def test_guessing_is_slowed_down(client, portal):
    wrong = portal.get_absolute_url().replace(portal.secret, "f" * 40)
    codes = [client.get(wrong).status_code for _ in range(31)]
    assert codes[-2:] == [404, 429]


def test_a_contact_finds_the_page_by_a_proven_address_alone(client, portal, deal):
    user = make.user(email="jo@harbor.example")
    EmailAddress.objects.filter(user=user).update(verified=False)
    sell.contact(organization=deal.organization, email="jo@harbor.example")
    client.force_login(user)
    link = portal.get_absolute_url()
    assert link not in client.get("/my/sponsoring/").content.decode()
    EmailAddress.objects.filter(user=user).update(verified=True)
    assert link in client.get("/my/sponsoring/").content.decode()
    actions.revoke_portal(deal.pk)
    assert link not in client.get("/my/sponsoring/").content.decode()


def test_staff_make_send_renew_and_close_it(conference, as_role, deal):
    staff = as_role("sponsorship")
    path = reverse("sponsors:portal-act", args=[conference.slug, deal.pk])
    page = reverse("sponsors:organization", args=[conference.slug, deal.organization_id])
    assert "Make their page" in staff.get(page).content.decode()
    staff.post(path, {"act": "open"})
    first = Portal.objects.get().nonce
    said = staff.post(path, {"act": "send"}, follow=True).content.decode()
    assert "add one first" in said
    for _ in range(2):
        sell.contact(organization=deal.organization)
    staff.post(path, {"act": "send"})
    staff.post(path, {"act": "send"})
    mails = OutgoingEmail.objects.filter(kind="portal")
    assert mails.count() == 2
    link = Portal.objects.get().get_absolute_url()
    assert all(link in mail.text for mail in mails)
    staff.post(path, {"act": "open"})
    assert Portal.objects.get().nonce != first
    staff.post(path, {"act": "revoke"})
    assert Portal.objects.get().revoked_at
    assert staff.post(path, {"act": "nonsense"}).status_code == 302


# --- terms -----------------------------------------------------------------------------------


def lead(conference, **fields):
    deal = sell.sponsorship(conference=conference, agreed=False, owner=make.user(), **fields)
    return deal, actions.open_portal(deal.pk, by=make.user())


JO = {"name": "Jo Lindqvist", "title": "CEO", "email": "jo@example.org", "agrees": "on"}


def test_terms_are_accepted_with_a_click(client, conference):
    deal, portal = lead(conference, status="contract")
    sell.terms(conference, "We **thank** you")
    page = client.get(portal.get_absolute_url()).content.decode()
    assert "<strong>thank</strong>" in page
    for wrong in ("name", "agrees", "email"):
        answer = client.post(portal.url("portal-accept"), {**JO, "number": 1, wrong: ""})
        assert list(answer.context["accept_form"].errors) == [wrong]
    answer = client.post(portal.url("portal-accept"), {**JO, "number": 1})
    assert answer["Location"] == portal.get_absolute_url()
    contract = deal.contracts.get()
    assert (contract.accepted_name, contract.accepted_title) == ("Jo Lindqvist", "CEO")
    assert told(deal) == [("accepted Terms 1", None)]
    assert OutgoingEmail.objects.filter(kind="portal-news", to_address=deal.owner.email).exists()
    assert "Accept the terms" not in client.get(portal.get_absolute_url()).content.decode()


def test_terms_that_changed_while_they_read_are_shown_anew(client, conference):
    deal, portal = lead(conference)
    sell.terms(conference)
    sell.terms(conference, "Other words", number=2)
    answer = client.post(portal.url("portal-accept"), {**JO, "number": 1})
    assert errors(answer, "The terms were changed meanwhile.")
    assert "Jo Lindqvist" in answer.content.decode()
    assert not deal.contracts.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_is_kept(conference):
    deal, _ = lead(conference)
    sell.terms(conference)
    ends = at_once(
        *(
            lambda n=n: actions.accept_terms(
                deal.pk, number=1, name=f"Person {n}", title="", email=f"p{n}@example.org"
            )
            for n in range(6)
        )
    )
    assert sorted(type(end).__name__ for end in ends) == ["Contract"] + ["Refused"] * 5
    assert deal.contracts.count() == 1


# --- what we need ----------------------------------------------------------------------------


def test_what_we_need_is_sent_checked_and_written_down(client, portal, deal):
    row = sell.deliverable(deal, kind="logo", wanted="picture", min_pixels=300, name="Your logo")
    path = portal.url("portal-send", row.pk)
    small = SimpleUploadedFile("logo.png", sell.picture(100, 50))
    assert errors(client.post(path, {"file": small}), "needs at least 300")
    for bad in (b"GIF89a", b"<svg><script>alert(1)</script>"):
        answer = client.post(path, {"file": SimpleUploadedFile("logo.png", bad)})
        assert errors(answer, "this is neither")
    good = SimpleUploadedFile("Our logo.png", sell.picture(400, 100))
    assert client.post(path, {"file": good}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.file_name) == ("arrived", "Our logo.png")
    assert told(deal)[0] == (f"sent promise {row.pk}", None)
    answer = client.get(portal.url("portal-sent", row.pk))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "arrived, we look at it" in client.get(portal.get_absolute_url()).content.decode()


def test_words_are_sent_too_and_what_is_settled_stays(client, portal, deal):
    row = sell.deliverable(deal, kind="text", wanted="text", name="About you")
    path = portal.url("portal-send", row.pk)
    assert errors(client.post(path, {"text": " "}), "This field is required.")
    assert client.post(path, {"text": "We keep data 🐧"}).status_code == 302
    actions.settle(row.pk, "done")
    assert errors(client.post(path, {"text": "Other"}), "is settled")
    row.refresh_from_db()
    assert row.text == "We keep data 🐧"


def test_promises_of_other_deals_are_not_there(client, portal):
    other = sell.deliverable(kind="text", wanted="text")
    assert client.post(portal.url("portal-send", other.pk), {"text": "x"}).status_code == 404
    assert client.get(portal.url("portal-sent", other.pk)).status_code == 404


# --- passes ----------------------------------------------------------------------------------


def name_one(client, portal, guest, n=1, **more):
    said = {"name": f"Person {n}", "email": f"p{n}@example.org", "role": "exhibitor"} | more
    return client.post(portal.url("portal-pass", guest.pk), said)


def test_a_pass_is_named_and_counted(client, portal, deal, guest):
    assert name_one(client, portal, guest).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.attendee_name, ticket.ticket_type) == ("Person 1", guest)
    assert told(deal) == [(f"named ticket {ticket.code}", None)]
    page = re.sub(r"\s+", " ", client.get(portal.get_absolute_url()).content.decode())
    assert "1 of 3</span> used" in page
    answer = name_one(client, portal, guest, 2, email="nonsense")
    assert answer.context["pass_lines"][0]["one"].errors
    for n in (2, 3):
        name_one(client, portal, guest, n)
    assert errors(name_one(client, portal, guest, 4), "All 3 passes are given already.")
    assert client.post(portal.url("portal-pass", 999_999), {}).status_code == 404


def many(client, portal, guest, text="", follow=False, **more):
    facts = {"people": text, **more}
    return client.post(portal.url("portal-passes", guest.pk), facts, follow=follow)


def test_several_are_named_at_once(client, portal, guest):
    sheet = 'Name;E-mail\nAda L.;ada@example.org\n\n"Bea, the second";BEA@example.org\n'
    file = SimpleUploadedFile("people.csv", sheet.encode("utf-8-sig"))
    assert many(client, portal, guest, file=file).status_code == 302
    named = Ticket.objects.order_by("attendee_email").values_list("attendee_name", "attendee_email")
    assert list(named) == [
        ("Ada L.", "ada@example.org"),
        ("Bea, the second", "bea@example.org"),
    ]


def test_one_who_is_named_alone_is_one_person(client, portal, guest):
    answer = many(client, portal, guest, "Ada, ada@example.org", follow=True)
    assert "1 person hears of it by mail." in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write somebody down."),
        ("Ada, ada@example.org\nBea\nCy, cy@", "Line 2: a name and an e-mail address, please."),
        ("Ada, ada@example.org\nBea\nCy, cy@", "Line 3: this is no e-mail address."),
        ("Ada, ada@example.org\nBea, ADA@example.org", "Line 2: the address of line 1 again."),
        ("\n".join(f"P {n}, p{n}@x.example" for n in range(4)), "4 people: 3 of these passes"),
        ('"Ada, ada@example.org', "A quotation mark is open somewhere"),
        ("x" * 200 + ", x@example.org", "Line 1: this name is too long."),
    ],
)
def test_a_list_with_faults_gives_nothing(client, portal, guest, text, says):
    answer = many(client, portal, guest, text)
    faults = str(answer.context["pass_lines"][0]["many"].errors)
    assert says in faults
    assert not Ticket.objects.exists()


def test_a_list_is_given_whole_or_not_at_all(deal, guest):
    actions.give_pass(deal.pk, name="A", email="a@example.org", role="sponsor", by=None)
    people = [Person(f"P {n}", f"p{n}@example.org") for n in range(3)]
    with pytest.raises(Refused) as refusal:
        actions.give_passes(deal.pk, people, kind=guest)
    assert str(refusal.value) == "Line 3, P 2: All 3 passes are given already."
    assert Ticket.objects.count() == 1


def test_someone_else_takes_the_pass_until_it_is_printed(client, portal, deal, guest):
    name_one(client, portal, guest)
    ticket = Ticket.objects.get()
    path = portal.url("portal-replace", ticket.code)
    assert errors(client.post(path, {"name": "", "email": "x"}), "Someone else instead")
    assert client.post(path, {"name": "Bea", "email": "bea@example.org"}).status_code == 302
    passed = Ticket.objects.get()
    assert (passed.attendee_name, passed.attendee_email) == ("Bea", "bea@example.org")
    assert passed.code != ticket.code
    assert list(passed.ribbons.values_list("role", flat=True)) == ["exhibitor"]
    assert passed.allowance.given == 1
    assert client.post(path, {"name": "Eve", "email": "e@example.org"}).status_code == 404
    Badge.objects.create(ticket=passed, holder=passed.nonce, printed_at=timezone.now())
    path = portal.url("portal-replace", passed.code)
    answer = client.post(path, {"name": "Eve", "email": "eve@example.org"})
    assert Ticket.objects.get().attendee_name == "Bea"
    page = answer.content.decode() + client.get(portal.get_absolute_url()).content.decode()
    assert "badge printed" in page
    with pytest.raises(Refused) as refusal:
        actions.replace_pass(deal.pk, passed.code, name="Eve", email="eve@example.org")
    assert "is printed" in str(refusal.value)


def test_nobody_gets_a_second_ticket_by_being_put_in_place(deal, guest):
    for n in (1, 2):
        actions.give_pass(deal.pk, name="P", email=f"p{n}@example.org", role="sponsor", by=None)
    first = Ticket.objects.get(attendee_email="p1@example.org")
    with pytest.raises(Refused) as refusal:
        actions.replace_pass(deal.pk, first.code, name="P", email="P2@example.org")
    assert refusal.value.field == "email"


def test_tickets_of_others_are_not_replaced(client, portal, deal, guest, conference):
    ticket = reg.ticket(guest)
    path = portal.url("portal-replace", ticket.code)
    assert client.post(path, {"name": "Eve", "email": "eve@example.org"}).status_code == 404
    with pytest.raises(Refused):
        actions.replace_pass(deal.pk, ticket.code, name="Eve", email="eve@example.org")


@pytest.mark.django_db(transaction=True)
def test_the_last_pass_is_named_once_from_two_pages(deal, guest):
    for n in (1, 2):
        actions.give_pass(deal.pk, name="P", email=f"p{n}@example.org", role="sponsor", by=None)
    ends = at_once(
        *(
            lambda n=n: actions.give_passes(
                deal.pk, [Person(f"P {n}", f"p{n}@example.org")], kind=guest
            )
            for n in range(10, 15)
        )
    )
    assert sorted(type(end).__name__ for end in ends) == ["Refused"] * 4 + ["list"]
    assert Ticket.objects.live().count() == 3


# --- extras and people -----------------------------------------------------------------------


def test_an_extra_is_ordered_at_the_price_that_was_shown(client, portal, deal):
    row = sell.benefit(deal.conference, name="Second table", price="150.50", size=1)
    assert "Second table" in client.get(portal.get_absolute_url()).content.decode()
    said = {"benefit": row.pk, "quantity": 1, "price": "99.00"}
    assert errors(client.post(portal.url("portal-extra"), said), "price was changed meanwhile")
    said["price"] = "150.50"
    assert errors(client.post(portal.url("portal-extra"), said | {"quantity": 2}), "1 left")
    assert client.post(portal.url("portal-extra"), said).status_code == 302
    assert str(deal.extras.get().price) == "150.50"
    assert told(deal) == [("added 1 × Second table", None)]
    assert errors(client.post(portal.url("portal-extra"), said), "has it already")
    for bad in ({"benefit": "x"}, {"quantity": "-1"}, {"benefit": sell.benefit(price=1).pk}):
        assert client.post(portal.url("portal-extra"), said | bad).status_code == 200
    assert deal.extras.count() == 1


def test_extras_come_after_the_signature(client, conference):
    deal, portal = lead(conference)
    row = sell.benefit(conference, name="Second table", price=5)
    assert "Second table" not in client.get(portal.get_absolute_url()).content.decode()
    said = {"benefit": row.pk, "quantity": 1, "price": "5"}
    assert errors(client.post(portal.url("portal-extra"), said), "once the deal is signed")
    assert not deal.extras.exists()


def test_their_people_are_corrected_by_them(client, portal, deal):
    row = sell.contact(organization=deal.organization, name="Jo", email="jo@old.example")
    path = portal.url("portal-contact", row.pk)
    assert errors(client.post(path, {"email": "nonsense", "phone": ""}), "Enter a valid e-mail")
    assert client.post(path, {"email": "JO@new.example", "phone": "+1 5"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.email, row.phone) == ("Jo", "jo@new.example", "+1 5")
    assert told(deal) == [(f"corrected how to reach contact {row.pk}", None)]
    news = OutgoingEmail.objects.get(kind="portal-news")
    assert news.to_address == deal.owner.email
    assert "jo@new.example" not in news.text
    taken = sell.contact(organization=deal.organization, email="bea@new.example")
    assert errors(client.post(path, {"email": taken.email, "phone": ""}), "already")
    stranger = portal.url("portal-contact", sell.contact().pk)
    assert client.post(stranger, {"email": "x@example.org"}).status_code == 404


def test_a_lost_deal_is_only_read(client, portal, deal, guest):
    actions.move_sponsorship(deal.pk, "lost", lost_why="price")
    page = client.get(portal.get_absolute_url()).content.decode()
    assert "not on at the moment" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    name_one(client, portal, guest)
    assert not Ticket.objects.exists()


def test_a_closed_edition_is_only_read(client, portal, deal, guest):
    editions.close(deal.conference)
    page = client.get(portal.get_absolute_url()).content.decode()
    assert "This edition is over" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    answer = name_one(client, portal, guest)
    assert errors(answer, "can only be read")


@pytest.mark.parametrize("much", [1, 3])
def test_the_page_asks_the_same_however_many(
    client, portal, deal, guest, django_assert_num_queries, much
):
    for n in range(much):
        sell.contact(organization=deal.organization)
        sell.deliverable(deal, kind="text", wanted="text", name=f"Text {n}")
        sell.benefit(deal.conference, name=f"Extra {n}", price=5)
        actions.give_pass(
            deal.pk, name=f"P {n}", email=f"p{n}@example.org", role="sponsor", by=None
        )
    actions.open_passes(deal.pk, guest)
    client.get(portal.get_absolute_url())
    with django_assert_num_queries(14):
        client.get(portal.get_absolute_url())
