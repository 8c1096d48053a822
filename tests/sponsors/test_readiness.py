"""The board of all promises, one promise, and what is sent for it."""

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfWriter

from scale.models import AuditEntry, Role
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import Deliverable, Organization, Sponsorship
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def client(as_role):
    return as_role(Role.SPONSORSHIP)


@pytest.fixture
def deal(conference):
    return sell.sponsorship(
        conference=conference,
        status="signed",
        organization=sell.organization(name="Harbor DB"),
        owner=make.user(name="Olga"),
    )


@pytest.fixture
def logo(deal):
    return sell.deliverable(deal, kind="logo", wanted="picture", min_pixels=300, name="Logo file")


def board(client, conference, **query):
    return client.get(reverse("sponsors:readiness", args=[conference.slug]), query)


def at(name, row):
    return reverse(f"sponsors:deliverable{name}", args=[row.deal.conference.slug, row.pk])


def words(answer):
    return " ".join(answer.content.decode().split())


def png(width=400, height=100):
    return SimpleUploadedFile("Our logo.png", sell.picture(width, height))


def pdf(*pages, name="ad.pdf"):
    writer, out = PdfWriter(), io.BytesIO()
    for wide, high in pages:
        writer.add_blank_page(wide * 72 / 25.4, high * 72 / 25.4)
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue())


# --- the board ---------------------------------------------------------------------------------


def test_each_promise_has_its_colour_sign_and_word(client, deal):
    today = deal.conference.today()
    for name, days, status in (
        *(("a", -1, "open"), ("b", 0, "open"), ("c", 14, "open"), ("d", 15, "open")),
        *(("e", -9, "arrived"), ("f", -9, "done"), ("g", -9, "waived"), ("h", None, "open")),
    ):
        day = None if days is None else today + dt.timedelta(days=days)
        row = sell.deliverable(deal, name=name, due_on=day, wanted="text")
        if status != "open":
            actions.settle(row.pk, status, why="no need")
    [line] = board(client, deal.conference).context["board"].rows
    assert {one.name: (one.tone, one.sign, one.word) for one in line.cells.values()} == {
        "a": ("bad", "!", "late"),
        "b": ("warn", "●", "due soon"),
        "c": ("warn", "●", "due soon"),
        "d": ("later", "○", "open"),
        "e": ("warn", "◐", "check it"),
        "f": ("good", "✓", "done"),
        "g": ("good", "–", "waived"),
        "h": ("later", "○", "open"),
    }


def test_only_deals_that_promise_stand_on_it(client, deal, logo):
    other = sell.sponsorship(conference=deal.conference)
    sell.having(other.package, logo.benefit)
    page = words(board(client, deal.conference))
    assert "Harbor DB" in page
    assert other.organization.name not in page
    actions.release_early(other.pk, why="They asked")
    page = words(board(client, deal.conference))
    assert other.organization.name in page
    assert "! released early" in page
    actions.move_sponsorship(deal.pk, "lost", lost_why="price")
    assert "Harbor DB" not in words(board(client, deal.conference))


def test_the_board_is_narrowed(client, deal, logo):
    petra = make.user(name="Petra")
    make.staff_role(petra, deal.conference, Role.SPONSORSHIP)
    late = sell.deliverable(
        deal, name="Banner", owner=petra, due_on=deal.conference.today() - dt.timedelta(days=2)
    )
    quiet = sell.sponsorship(conference=deal.conference, status="signed")
    sell.deliverable(quiet, name="Flag")

    def names(**query):
        shown = board(client, deal.conference, **query).context["board"]
        return [one.name for line in shown.rows for one in line.cells.values()]

    assert sorted(names()) == ["Banner", "Flag", "Logo file"]
    assert names(side="them") == ["Logo file"]
    assert names(owner=petra.pk) == ["Banner"]
    assert sorted(names(show="late")) == ["Banner", "Logo file"]
    assert names(show="check") == []
    assert names(tier=quiet.package_id) == ["Flag"]
    assert sorted(names(q="harbor")) == ["Banner", "Logo file"]
    assert sorted(names(owner="x", side="y", tier="9" * 50)) == ["Banner", "Flag", "Logo file"]
    assert late.owner == petra


def test_a_silent_sponsor_is_named(client, deal, logo):
    assert "nobody to remind" in words(board(client, deal.conference))
    sell.contact(organization=deal.organization)
    assert "nobody to remind" not in words(board(client, deal.conference))


def test_empty_boards_say_what_to_do(client, conference):
    assert "Nothing is promised yet" in words(board(client, conference))
    assert "No promise fits this" in words(board(client, conference, q="x"))


def test_who_reads_the_board(as_role, deal, logo):
    assert board(as_role(Role.COMMUNITY), deal.conference).status_code == 200
    for role in (Role.PRESS, Role.FINANCE, Role.REGISTRATION):
        assert board(as_role(role), deal.conference).status_code == 403


@pytest.mark.parametrize("much", [1, 3])
def test_the_board_asks_the_same_however_many_sponsors(
    client, conference, django_assert_num_queries, much
):
    for _ in range(much):
        row = sell.sponsorship(conference=conference, status="signed", owner=make.user())
        sell.deliverable(row, wanted="text")
        sell.deliverable(row, name="Banner", owner=make.user())
    board(client, conference)
    with django_assert_num_queries(11):
        board(client, conference)


def test_the_file_has_a_line_for_each_promise(client, deal, logo, caplog):
    sell.deliverable(deal, name="=cmd()", due_on=dt.date(2027, 1, 5))
    url = reverse("sponsors:readiness-file", args=[deal.conference.slug])
    answer = client.get(url)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["Promise"] for line in lines] == ["Logo file", "'=cmd()"]
    assert {line["Sponsor"] for line in lines} == {"Harbor DB"}
    assert lines[1]["Due"] == "2027-01-05"
    assert lines[0]["Who owes it"] == "they owe"
    told = AuditEntry.objects.get(actor=client.user, changes__has_key="exported")
    assert told.changes["exported"][1] == "promises"
    narrow = client.get(url, {"side": "us"})
    assert b"Logo file" not in b"".join(narrow.streaming_content)


# --- one promise -------------------------------------------------------------------------------


def test_a_promise_is_settled_and_opened_again(client, logo):
    page = words(client.post(at("-settle", logo), {"status": "done"}, follow=True))
    assert "✓ done" in page
    client.post(at("-settle", logo), {"status": "open"})
    logo.refresh_from_db()
    assert (logo.status, logo.done_at) == ("open", None)
    assert client.post(at("-settle", logo), {"status": "x"}).status_code == 400


def test_waiving_needs_a_reason(client, logo):
    answer = client.post(at("-settle", logo), {"status": "waived", "why": " "})
    assert answer.context["settle_form"].errors["why"] == [
        "Say why they need not, or why we need not."
    ]
    client.post(at("-settle", logo), {"status": "waived", "why": "They have none"})
    logo.refresh_from_db()
    assert (logo.status, logo.why) == ("waived", "They have none")


def test_owner_and_day_are_changed(client, logo):
    petra = make.user(name="Petra")
    make.staff_role(petra, logo.deal.conference, Role.SPONSORSHIP)
    client.post(at("-assign", logo), {"owner": petra.pk, "due_on": "2027-02-01"})
    logo.refresh_from_db()
    assert (logo.owner, logo.due_on) == (petra, dt.date(2027, 2, 1))
    stranger = make.user()
    answer = client.post(at("-assign", logo), {"owner": stranger.pk, "due_on": "2027-02-30"})
    assert sorted(answer.context["assign_form"].errors) == ["due_on", "owner"]


def test_community_looks_and_changes_nothing(as_role, logo):
    client = as_role(Role.COMMUNITY)
    page = words(client.get(at("", logo)))
    assert "Logo file" in page
    assert "Waive it" not in page
    for name in ("-settle", "-assign", "-receive", "-logo"):
        assert client.post(at(name, logo), {"status": "done"}).status_code == 403
    logo.refresh_from_db()
    assert logo.status == "open"


def test_a_closed_edition_is_only_looked_at(client, logo):
    type(logo.deal.conference).objects.update(closed_at="2027-04-01T00:00Z")
    assert "is closed and can only be read" in words(
        client.post(at("-settle", logo), {"status": "done"})
    )
    assert client.get(at("", logo)).status_code == 200
    logo.refresh_from_db()
    assert logo.status == "open"


# --- what is sent ------------------------------------------------------------------------------


def test_a_logo_arrives_is_kept_private_and_goes_up(client, logo):
    client.post(at("-receive", logo), {"file": png()})
    logo.refresh_from_db()
    assert (logo.status, logo.file_name) == ("arrived", "Our logo.png")
    file = client.get(at("-file", logo))
    assert file["Content-Disposition"] == 'attachment; filename="Our logo.png"'
    assert file["X-Content-Type-Options"] == "nosniff"
    client.post(at("-logo", logo))
    assert Organization.objects.get(pk=logo.deal.organization_id).logo


def test_what_came_before_is_replaced_and_its_file_deleted(
    logo, django_capture_on_commit_callbacks
):
    actions.receive(logo.pk, file=png())
    logo.refresh_from_db()
    old = logo.file.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.receive(logo.pk, file=png(500))
    assert not logo.file.storage.exists(old)
    logo.refresh_from_db()
    kept = logo.file.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.send_again(logo.pk)
    logo.refresh_from_db()
    assert (logo.status, logo.file.name, logo.arrived_at) == ("open", "", None)
    assert not logo.file.storage.exists(kept)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">%s</svg>'


@pytest.mark.parametrize(
    ("inside", "gone"),
    [
        (b"<script>alert(1)</script>", b"alert"),
        (b'<path d="M0 0" onclick="alert(1)"/>', b"alert"),
        (b'<use href="https://evil.example/x.svg#a"/>', b"evil"),
        (b'<rect fill="url(https://evil.example/#a)"/>', b"evil"),
        (b"<style>@import 'https://evil.example/x.css';</style>", b"evil"),
        (b"<style>rect{fill:u\\72l(//evil.example)}</style>", b"evil"),
        (b"<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>hi</b></foreignObject>", b"hi"),
        (b'<a href="javascript:alert(1)"><path d="M1 1"/></a>', b"alert"),
    ],
)
def test_a_drawing_loses_what_is_no_drawing(logo, inside, gone):
    data = SVG % (inside + b'<path d="M5 5"/>')
    actions.receive(logo.pk, file=SimpleUploadedFile("logo.SVG", data))
    logo.refresh_from_db()
    kept = logo.file.read()
    assert gone not in kept
    assert b"M5 5" in kept
    assert logo.file_name == "logo.svg"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("logo.svg", b"<svg", "not a drawing that can be read"),
        (
            "logo.svg",
            SVG % b'<image href="https://evil.example/x.png"/>',
            "There is a photo inside",
        ),
        ("logo.svg", b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "not an SVG drawing"),
        (
            "logo.svg",
            b'<!DOCTYPE s [<!ENTITY a "b">]>' + SVG % b"",
            "not a drawing that can be read",
        ),
        ("logo.svg", SVG % (b"<g>" * 80 + b"</g>" * 80), "too complicated"),
        ("logo.svg", SVG % (b" " * 2_100_000), "larger than 2 MB"),
        ("logo.png", b"nothing", "Send the logo as SVG or PNG"),
        ("logo.png", sell.picture(form="JPEG"), "Send the logo as SVG or PNG"),
        ("logo.png", sell.picture(299, 10), "299 × 10 pixels: its longer side needs at least 300"),
        ("logo.pdf", b"%PDF-1.4", "Send the logo as SVG or PNG"),
    ],
)
def test_a_logo_that_will_not_do_says_why(client, logo, name, data, says):
    answer = client.post(at("-receive", logo), {"file": SimpleUploadedFile(name, data)})
    assert says in answer.context["receive_form"].errors["file"][0]
    logo.refresh_from_db()
    assert (logo.status, logo.file.name) == ("open", "")


@pytest.fixture
def advert(deal):
    return sell.deliverable(
        deal, kind="advert", wanted="pdf", page_width=140, page_height=216, name="Advert"
    )


@pytest.mark.parametrize(
    ("pages", "says"),
    [
        ([(140, 216)], None),
        ([(141.5, 214.5)], None),
        ([(216, 140)], "The page is 216 × 140 mm: it needs 140 × 216 mm."),
        ([(210, 297)], "The page is 210 × 297 mm"),
        ([(140, 216)] * 2, "This PDF has 2 pages: send one page."),
    ],
)
def test_an_advert_has_the_size_that_was_asked(advert, pages, says):
    if says is None:
        actions.receive(advert.pk, file=pdf(*pages))
        advert.refresh_from_db()
        assert advert.status == "arrived"
    else:
        with pytest.raises(Refused, match=says):
            actions.receive(advert.pk, file=pdf(*pages))


def test_a_bleed_may_be_around_it(advert):
    writer, out = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(146 * 72 / 25.4, 222 * 72 / 25.4)
    page.trimbox.lower_left = (3 * 72 / 25.4, 3 * 72 / 25.4)
    page.trimbox.upper_right = (143 * 72 / 25.4, 219 * 72 / 25.4)
    writer.write(out)
    actions.receive(advert.pk, file=SimpleUploadedFile("ad.pdf", out.getvalue()))
    advert.refresh_from_db()
    assert advert.status == "arrived"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-" + b"\xff" * 3000, b"<html>", b""])
def test_what_is_no_pdf_is_refused(client, advert, data):
    answer = client.post(at("-receive", advert), {"file": SimpleUploadedFile("ad.pdf", data)})
    assert list(answer.context["receive_form"].errors) == ["file"]
    assert answer.status_code == 200


def test_a_locked_pdf_is_refused(advert):
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(396, 612)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    with pytest.raises(Refused, match="locked with a password"):
        actions.receive(advert.pk, file=SimpleUploadedFile("ad.pdf", out.getvalue()))


def test_names_are_one_a_line_and_not_more_than_promised(deal):
    row = sell.deliverable(deal, kind="booth", wanted="names", name="Booth staff")
    Deliverable.objects.filter(pk=row.pk).update(quantity=2)
    actions.receive(row.pk, text=" Ada  L. \r\n\r\n Bea ")
    row.refresh_from_db()
    assert row.text == "Ada L.\nBea"
    with pytest.raises(Refused, match="3 names: there is room for 2."):
        actions.receive(row.pk, text="A\nB\nC")
    with pytest.raises(Refused, match="too long for a name"):
        actions.receive(row.pk, text="x" * 121)
    with pytest.raises(Refused, match="Write something."):
        actions.receive(row.pk, text=" \n ")


def test_what_is_settled_or_not_asked_for_is_not_received(deal, logo):
    ours = sell.deliverable(deal, name="Banner")
    with pytest.raises(Refused, match="Nothing is to be sent"):
        actions.receive(ours.pk, text="x")
    actions.settle(logo.pk, "waived", why="no logo")
    with pytest.raises(Refused, match="is settled"):
        actions.receive(logo.pk, file=png())
    with pytest.raises(Refused, match="taken back meanwhile"):
        actions.receive(logo.pk + 999, file=png())
    with pytest.raises(Refused, match="cannot arrive"):
        actions.settle(ours.pk, "arrived")


def test_their_words_stand_on_the_public_page_when_we_have_looked(client, deal):
    row = sell.deliverable(deal, kind="text", wanted="text", name="Words")
    public = reverse("sponsors:sponsors", args=[deal.conference.slug])
    actions.receive(row.pk, text="We <b>like</b> logs.")
    assert "like" not in words(client.get(public))
    actions.settle(row.pk, "done")
    assert "We &lt;b&gt;like&lt;/b&gt; logs." in words(client.get(public))
    actions.settle(row.pk, "open")
    assert "logs." not in words(client.get(public))


# --- the database ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        *({"status": "x"}, {"status": "waived"}, {"status": "arrived"}, {"status": "done"}),
        *({"side": "x"}, {"kind": "x"}, {"wanted": "x"}, {"quantity": 0}, {"page_width": 5}),
        *({"side": "us"}, {"kind": "passes"}, {"done_at": "2026-11-01T00:00Z"}),
    ],
)
def test_the_database_refuses_half_a_promise(logo, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Deliverable.objects.filter(pk=logo.pk).update(**facts)


def test_the_database_promises_once(logo):
    with pytest.raises(IntegrityError), transaction.atomic():
        Deliverable.objects.create(deal=logo.deal, benefit=logo.benefit, name="Again")
    assert Sponsorship.objects.get().deliverables.count() == 1
