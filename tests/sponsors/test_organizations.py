import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from scale import editions
from scale.models import Role
from sponsors.models import Contact, Organization
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = pytest.mark.django_db


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def errors(answer, form="form"):
    return {name: list(found) for name, found in answer.context[form].errors.items()}


# --- who may ---------------------------------------------------------------------------------

READ, WRITE, DEAL = {"press"}, {"community"}, {"sponsorship"}
FINANCE = {"finance"}
ADDRESSES = {
    # name: (what it names, roles that may open it by GET, roles that may POST)
    "organizations": (None, READ | WRITE | DEAL, None),
    "organization-new": (None, WRITE | DEAL, WRITE | DEAL),
    "organization": ("organization", READ | WRITE | DEAL, None),
    "organization-edit": ("organization", WRITE | DEAL, WRITE | DEAL),
    "organization-logo": ("organization", READ | WRITE | DEAL, None),
    "logo-change": ("organization", WRITE | DEAL, WRITE | DEAL),
    "file-new": ("organization", WRITE | DEAL, WRITE | DEAL),
    "contact-new": ("organization", WRITE | DEAL, WRITE | DEAL),
    "contact-edit": ("contact", WRITE | DEAL, WRITE | DEAL),
    "note-new": ("organization", None, WRITE | DEAL),
    "note-edit": ("note", set(), set()),  # the author's own
    "conversation-edit": ("conversation", WRITE | DEAL, WRITE | DEAL),
    "conversation-state": ("conversation", None, WRITE | DEAL),
    "follow-up-new": ("conversation", WRITE | DEAL, WRITE | DEAL),
    "follow-up-edit": ("follow_up", WRITE | DEAL, WRITE | DEAL),
    "follow-up-done": ("follow_up", None, WRITE | DEAL),
    "pipeline": (None, WRITE | DEAL | FINANCE, None),
    "deal-new": ("organization", DEAL, DEAL),
    "deal-edit": ("deal", DEAL, DEAL),
    "sign": ("deal", DEAL, DEAL),
    "give-pass": ("deal", DEAL, DEAL),
    "move": ("deal", None, DEAL),
    "lost": ("deal", DEAL, DEAL),
    "contract": ("deal", DEAL, DEAL),
    "portal-act": ("deal", None, DEAL),
    "ask-again": (None, DEAL, DEAL),
    "terms": (None, DEAL, DEAL),
}


@pytest.fixture
def rows(conference):
    row = sell.organization()
    row.logo.save("a1.png", ContentFile(sell.picture()))
    conversation = sell.conversation(organization=row)
    return {
        "organization": row,
        "contact": sell.contact(organization=row),
        "conversation": conversation,
        "note": sell.note(conversation=conversation),
        "follow_up": sell.follow_up(conversation=conversation),
        "deal": sell.sponsorship(organization=row, conference=conference),
    }


@pytest.mark.parametrize("role", [*Role.values, None])
def test_every_address_opens_for_its_roles_alone(conference, rows, as_role, role):
    client = as_role(role) if role else as_role()
    mine = lambda allowed: role == "chair" or role in allowed  # noqa: E731
    for name, (kind, readers, writers) in ADDRESSES.items():
        address = at(name, conference, *([rows[kind].pk] if kind else []))
        got, posted = client.get(address).status_code, client.post(address, {}).status_code
        if name == "note-edit":
            assert (name, got, posted) == (name, 403, 403)
            continue
        if readers is not None:
            assert (name, got) == (name, 200 if mine(readers) else 403)
        else:
            assert (name, got) == (name, 405)
        if writers is not None:
            assert (name, posted == 403) == (name, not mine(writers))
        else:
            assert (name, posted) == (name, 405)


def test_every_address_sends_strangers_to_sign_in(conference, rows):
    for name, (kind, readers, _) in ADDRESSES.items():
        address = at(name, conference, *([rows[kind].pk] if kind else []))
        answer = Client().get(address) if readers is not None else Client().post(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


def test_a_role_in_another_edition_opens_nothing(conference, rows, as_role):
    client = as_role("sponsorship", edition=make.conference())
    for name, (kind, _, _) in ADDRESSES.items():
        address = at(name, conference, *([rows[kind].pk] if kind else []))
        assert client.get(address).status_code in (403, 405)
        assert client.post(address).status_code in (403, 405)


def test_a_deal_is_reached_through_its_own_edition_only(conference, rows, as_role):
    other = make.conference()
    client = as_role("sponsorship", edition=other)
    assert client.get(at("deal-edit", other, rows["deal"].pk)).status_code == 404
    assert client.post(at("sign", other, rows["deal"].pk)).status_code == 404
    assert client.post(at("move", other, rows["deal"].pk)).status_code == 404


@pytest.mark.parametrize("pk", [0, 2**31, 2**63, 10**30])
def test_numbers_of_nothing_are_not_there(conference, as_role, pk):
    client = as_role("sponsorship")
    for name, (kind, readers, _) in ADDRESSES.items():
        if kind and readers:
            assert client.get(at(name, conference, pk)).status_code == 404


# --- what is seen ----------------------------------------------------------------------------


@pytest.fixture
def told(conference):
    """An organization with everything on its page; the figures are found nowhere else."""
    row = sell.organization(name="Harbor DB", website="https://harbor.example")
    old = make.conference(name="SCALE 1x")
    package = sell.package(conference=conference, name="Gold", price=76543)
    sell.sponsorship(organization=row, package=package, amount=34567, signed_by="Jo")
    sell.sponsorship(organization=row, conference=old, amount=23456, status="paid")
    thread = sell.conversation(organization=row, subject="Sponsoring again")
    sell.note(conversation=thread, text="They are torn")
    sell.contact(organization=row, name="Jo Lindqvist", email="jo@harbor.example")
    return row


PAGES = ["organizations", "organization", "pipeline"]


@pytest.mark.parametrize(
    ("role", "sees"),
    [("sponsorship", True), ("chair", True), ("community", False), ("press", False)],
)
def test_amounts_are_for_sponsorship_alone(conference, told, as_role, role, sees):
    client = as_role(role)
    seen = client.get(at("organizations", conference)).content
    seen += client.get(at("organization", conference, told.pk)).content
    seen += client.get(at("pipeline", conference)).content
    assert [amount in seen for amount in (b"34,567", b"23,456", b"76,543")] == [sees] * 3


def test_finance_sees_sums_but_no_organization(conference, told, as_role):
    client = as_role("finance")
    page = client.get(at("pipeline", conference)).content
    assert b"34,567" in page
    assert b"/organizations/" not in page


def test_press_sees_people_and_sponsors_but_no_talks_with_them(conference, told, as_role):
    page = as_role("press").get(at("organization", conference, told.pk)).content.decode()
    assert "jo@harbor.example" in page
    assert "They are torn" not in page
    assert "Sponsoring again" not in page
    assert "Not a sponsor of this edition." in page  # it is a lead
    assert '1x</span> <span class="state good">● sponsor' in page  # and was one
    listed = as_role("press").get(at("organizations", conference)).content.decode()
    assert "Gold" not in listed


def test_community_sees_how_far_the_deal_is(conference, told, as_role):
    page = as_role("community").get(at("organization", conference, told.pk)).content.decode()
    assert "○ lead" in page
    assert "They are torn" in page
    assert "Change package or amount" not in page


def test_a_closed_edition_can_be_read_and_offers_nothing(conference, told, as_role):
    editions.close(conference)
    client = as_role("sponsorship")
    page = client.get(at("organization", conference, told.pk)).content.decode()
    assert "They are torn" in page
    assert "<form" not in page.split("<main")[1]
    answer = client.post(
        at("organization-edit", conference, told.pk), {"name": "Other", "kinds": ["company"]}
    )
    told.refresh_from_db()
    assert "is closed and can only be read" in str(errors(answer))
    assert told.name == "Harbor DB"


# --- the list --------------------------------------------------------------------------------


def listed(client, conference, **query):
    answer = client.get(at("organizations", conference), query)
    assert answer.status_code == 200
    return [row.name for row in answer.context["page"]]


def test_list_searches_filters_and_orders(conference, as_role):
    client = as_role("sponsorship")
    for name, status, due in (
        ("Beta", "asked", "2027-02-01"),
        ("Alpha", "signed", None),
        ("Gamma", None, "2027-01-01"),
    ):
        row = sell.organization(name=name)
        if status:
            sell.sponsorship(conference=conference, organization=row, status=status)
        if due:
            thread = sell.conversation(organization=row)
            sell.follow_up(conversation=thread, due_on=due)
            sell.follow_up(conversation=thread, due_on="2026-01-01", done_at="2026-01-02T00:00Z")
    sell.contact(organization=Organization.objects.get(name="Gamma"), name="Nora Alphason")
    assert listed(client, conference) == ["Alpha", "Beta", "Gamma"]
    assert listed(client, conference, q="alpha") == ["Alpha", "Gamma"]
    assert listed(client, conference, state="asked") == ["Beta"]
    assert listed(client, conference, state="none") == ["Gamma"]
    assert listed(client, conference, sort="newest") == ["Gamma", "Alpha", "Beta"]
    assert listed(client, conference, sort="next") == ["Gamma", "Beta", "Alpha"]
    assert listed(client, conference, q="nothing like it") == []


def test_list_says_what_it_cannot_read_and_shows_all(conference, as_role):
    client = as_role("sponsorship")
    sell.organization(name="Alpha")
    answer = client.get(
        at("organizations", conference), {"q": "x" * 2000, "state": "<b>", "sort": "-1"}
    )
    assert answer.status_code == 200
    assert set(errors(answer)) == {"q", "state", "sort"}
    assert [row.name for row in answer.context["page"]] == ["Alpha"]


def test_press_cannot_ask_the_list_how_talks_go(conference, as_role):
    sell.sponsorship(conference=conference, organization=sell.organization(name="Alpha"))
    sell.organization(name="Beta")
    client = as_role("press")
    assert listed(client, conference, state="lead") == ["Alpha", "Beta"]
    assert listed(client, conference, sort="next") == ["Alpha", "Beta"]


@pytest.mark.parametrize("query", ["%", "_", "🎉", "שלום", "'; DROP TABLE", "\\"])
def test_list_takes_any_words(conference, as_role, query):
    sell.organization(name="Alpha")
    assert listed(as_role("press"), conference, q=query) == []


def test_list_pages_keep_the_question(conference, as_role):
    for number in range(51):
        sell.organization(name=f"Works {number:02d}")
    client = as_role("press")
    answer = client.get(at("organizations", conference), {"q": "works", "page": 2})
    assert [row.name for row in answer.context["page"]] == ["Works 50"]
    assert "?q=works&amp;page=1" in answer.content.decode()
    for page in ("x", "-1", "99999999999999999999"):
        assert listed(client, conference, page=page)


def test_list_says_what_to_do_when_it_is_empty(conference, as_role):
    answer = as_role("community").get(at("organizations", conference))
    assert "No organization yet" in answer.content.decode()
    answer = as_role("press").get(at("organizations", conference), {"q": "x"})
    assert "No organization fits your search" in answer.content.decode()


def fill(conference, row):
    """One more of everything on an organization's page."""
    thread = sell.conversation(organization=row, owner=make.user(), conference=conference)
    sell.contact(organization=row)
    for _ in range(2):
        sell.note(
            conversation=thread,
            author=make.user(),
            contact=sell.contact(organization=row),
        )
        sell.follow_up(conversation=thread)
        sell.mail_file(sell.mail(conversation=thread, written_by=make.user()))
    sell.sponsorship(organization=row, owner=make.user(), status="lost")


@pytest.mark.parametrize("role", ["sponsorship", "press"])
@pytest.mark.parametrize("much", [1, 3])
def test_list_asks_the_same_however_long(
    conference, as_role, django_assert_num_queries, role, much
):
    for _ in range(much):
        row = sell.organization(owner=make.user())
        fill(conference, row)
        sell.sponsorship(organization=row, conference=conference)
    client = as_role(role)
    with django_assert_num_queries(9):
        client.get(at("organizations", conference))


@pytest.mark.parametrize("much", [1, 3])
def test_page_asks_the_same_however_much_was_said(
    conference, as_role, django_assert_num_queries, much
):
    row = sell.organization(owner=make.user())
    sell.sponsorship(organization=row, conference=conference, owner=make.user())
    for _ in range(much):
        fill(conference, row)
    client = as_role("sponsorship")
    with django_assert_num_queries(12):
        client.get(at("organization", conference, row.pk))


# --- forms -----------------------------------------------------------------------------------

FACTS = {"name": "Harbor DB", "kinds": ["company"], "website": "", "address": "", "owner": ""}


def test_a_new_organization_opens_its_page(conference, as_role):
    client = as_role("community")
    answer = client.post(
        at("organization-new", conference),
        FACTS | {"website": "harbor.example", "owner": client.user.pk},
    )
    row = Organization.objects.get()
    assert (row.name, row.website, row.owner) == (
        *("Harbor DB", "https://harbor.example", client.user),
    )
    assert answer["Location"] == at("organization", conference, row.pk)


def test_a_known_name_is_asked_about_and_nothing_typed_is_lost(conference, as_role):
    sell.organization(name="Harbor db")
    client = as_role("community")
    sent = FACTS | {"address": "Pier 5"}
    answer = client.post(at("organization-new", conference), sent)
    page = answer.content.decode()
    assert errors(answer) == {"name": ["There is an organization named “Harbor db” already."]}
    assert 'name="same_name_too" class="checkboxinput' in page
    assert "Pier 5" in page
    client.post(at("organization-new", conference), sent | {"same_name_too": "on"})
    assert Organization.objects.count() == 2


BAD_FACTS = [
    ({"name": ""}, "name"),
    ({"name": "x" * 1_000_000}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"kinds": ["cartel"]}, "kinds"),
    ({"kinds": []}, "kinds"),
    ({"tags": "x" * 41}, "tags"),
    ({"tags": ",".join(map(str, range(21)))}, "tags"),
    ({"website": "not an address"}, "website"),
    ({"website": "javascript:alert(1)"}, "website"),
    ({"website": "ftp://harbor.example"}, "website"),
    ({"website": "https://" + "x" * 300 + ".example"}, "website"),
    ({"address": "x" * 1001}, "address"),
    ({"owner": "99999"}, "owner"),
    ({"owner": "x"}, "owner"),
]


@pytest.mark.parametrize(("bad", "field"), BAD_FACTS)
def test_bad_facts_are_refused_beside_the_field(conference, as_role, bad, field):
    client = as_role("community")
    for address in (
        at("organization-new", conference),
        at("organization-edit", conference, sell.organization(name="Before").pk),
    ):
        answer = client.post(address, FACTS | bad)
        assert (answer.status_code, list(errors(answer))) == (200, [field])
    assert [row.name for row in Organization.objects.all()] == ["Before"]


def test_names_in_any_script_are_kept(conference, as_role):
    client = as_role("community")
    for name in ("شركة المصادر الحرة", "🎉 Party", "Ĳsvogel & “Søns” <GmbH>"):
        client.post(at("organization-new", conference), FACTS | {"name": name})
        row = Organization.objects.order_by("-pk").first()
        assert row.name == name
        assert client.get(at("organization", conference, row.pk)).status_code == 200


def test_owners_come_from_the_committees(conference, as_role):
    client, outsider = as_role("community"), as_role("door").user
    answer = client.post(at("organization-new", conference), FACTS | {"owner": outsider.pk})
    assert list(errors(answer)) == ["owner"]


def test_editing_facts_keeps_a_logo_put_up_meanwhile(conference, as_role):
    row = sell.organization(name="Before")
    client = as_role("community")
    client.get(at("organization-edit", conference, row.pk))
    row.logo.save("a1.png", ContentFile(sell.picture()))
    client.post(at("organization-edit", conference, row.pk), FACTS)
    row.refresh_from_db()
    assert (row.name, row.logo.name) == ("Harbor DB", "logos/a1.png")


# --- logos -----------------------------------------------------------------------------------


def upload(client, conference, row, data, name="logo.png"):
    return client.post(
        at("logo-change", conference, row.pk), {"logo": SimpleUploadedFile(name, data)}
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_is_written_anew_as_a_small_png(conference, as_role, form):
    row = sell.organization()
    upload(as_role("community"), conference, row, sell.picture(2000, 1000, form), "x.exe")
    row.refresh_from_db()
    assert row.logo.name.startswith("logos/")
    assert row.logo.name.endswith(".png")
    assert row.logo.read(8) == b"\x89PNG\r\n\x1a\n"
    assert (row.logo.width, row.logo.height) == (640, 320)


def png_that_claims(width, height):
    """A small file whose header promises an enormous picture."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (SVG, "This is not a PNG, JPEG, WebP, GIF or HEIC picture."),
        (b"<html><script>alert(1)</script>", "This is not a PNG, JPEG, WebP, GIF or HEIC picture."),
        (b"%PDF-1.7", "This is not a PNG, JPEG, WebP, GIF or HEIC picture."),
        (sell.picture()[:60], "This is not a PNG, JPEG, WebP, GIF or HEIC picture."),
        (sell.picture(form="BMP"), "This is not a PNG, JPEG, WebP, GIF or HEIC picture."),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 10_000_001, "The file is larger than 10 MB."),
        (png_that_claims(8000, 8000), "The picture has too many pixels (25 million at most)."),
        (png_that_claims(60000, 60000), "This is not a PNG, JPEG, WebP, GIF or HEIC picture."),
        (b"", "The submitted file is empty."),
    ],
)
def test_what_is_no_fit_picture_is_refused(conference, as_role, data, says):
    row = sell.organization()
    answer = upload(as_role("community"), conference, row, data, "logo.svg")
    row.refresh_from_db()
    assert errors(answer) == {"logo": [says]}
    assert says in answer.content.decode()
    assert not row.logo


def test_a_logo_can_be_taken_down(conference, as_role):
    row, client = sell.organization(), as_role("community")
    upload(client, conference, row, sell.picture())
    client.post(at("logo-change", conference, row.pk), {"remove": "1"})
    row.refresh_from_db()
    assert not row.logo
    assert client.get(at("organization-logo", conference, row.pk)).status_code == 404


def test_staff_see_a_logo_that_is_not_public(conference, as_role):
    row, client = sell.organization(), as_role("sponsorship")
    upload(client, conference, row, sell.picture())
    answer = client.get(at("organization-logo", conference, row.pk))
    assert answer.getvalue()[:4] == b"\x89PNG"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


# --- contacts --------------------------------------------------------------------------------

PERSON = {"name": "Ada", "roles": ["billing"], "email": "Ada@Example.org", "phone": "+1 555"}


def test_a_contact_is_added_and_corrected(conference, as_role):
    row, client = sell.organization(), as_role("community")
    client.post(at("contact-new", conference, row.pk), PERSON)
    contact = row.contacts.get()
    assert (contact.name, contact.roles, contact.email) == ("Ada", ["billing"], "ada@example.org")
    client.post(at("contact-edit", conference, contact.pk), PERSON | {"name": "Ada L."})
    assert [contact.name for contact in row.contacts.all()] == ["Ada L."]


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "x" * 200 + "@example.org"}, "email"),
        ({"email": "known@example.org"}, "email"),
        ({"roles": ["boss"]}, "roles"),
        ({"phone": "1" * 41}, "phone"),
    ],
)
def test_a_bad_contact_is_refused_beside_the_field(conference, as_role, bad, field):
    known = sell.contact(email="known@example.org")
    answer = as_role("community").post(
        at("contact-new", conference, known.organization_id), PERSON | bad
    )
    assert list(errors(answer)) == [field]
    assert Contact.objects.count() == 1
