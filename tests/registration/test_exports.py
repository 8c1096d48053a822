"""Files for spreadsheets: what stands in them, who gets them, that nothing in them runs."""

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from django.urls import reverse

from registration.exports import TABLES, tables
from registration.exports.files import csv_lines
from registration.exports.tables import pieces
from registration.models import Ticket
from scale.models import Role
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def file_url(conference, table, kind="csv", query=""):
    return reverse("registration:export-file", args=[conference.slug, table, kind]) + query


def read(response):
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def desk(as_role):
    return as_role(Role.REGISTRATION)


def test_attendee_has_badge_facts_extras_ribbons_and_answers(desk, conference, full):
    order = reg.order(conference, types=[full], buyer_name="Zoë Öz")
    ticket = order.tickets.get()
    Ticket.objects.filter(pk=ticket.pk).update(organization="Acme, Inc", no_photos=True)
    reg.add_extra(ticket, reg.add_on(conference, choice="T-shirt", name="M"))
    ticket.ribbons.create(role="speaker", why="talk")
    diet = reg.question(conference, text="Diet?", kind="several", choices="none\nvegan\nhalal")
    reg.answer(ticket, diet, "vegan\nhalal")
    (row,) = read(desk.get(file_url(conference, "attendees")))
    assert (row["Name"], row["Surname"], row["Organization"]) == ("Zoë Öz", "Öz", "Acme, Inc")
    assert (row["Ticket"], row["Order"], row["State"]) == (ticket.code, order.code, "paid")
    assert (row["No photos"], row["Extras"], row["Ribbons"]) == ("yes", "T-shirt M", "speaker")
    assert row["Diet?"] == "vegan; halal"


def test_attendees_are_those_who_come_or_are_about_to(desk, conference, full):
    paid = reg.order(conference, types=[full]).tickets.get()
    waiting = reg.pending_order(conference, types=[full]).tickets.get()
    given = reg.ticket(full)
    reg.order(conference, types=[full], status="expired")
    reg.ticket(full, status="cancelled")
    reg.ticket(full, attendee_name="")
    reg.ticket(reg.ticket_type(make.conference()))
    rows = read(desk.get(file_url(conference, "attendees")))
    assert {row["Ticket"]: row["State"] for row in rows} == {
        paid.code: "paid",
        waiting.code: "waiting for payment",
        given.code: "given",
    }


def test_narrowing_survives_in_the_link(desk, conference, full):
    other = reg.ticket_type(conference, name="Expo")
    wanted = reg.ticket(other, consent="offers")
    reg.ticket(full)
    query = f"?ticket_type={other.pk}&state=given&consent=announcements"
    page = desk.get(reverse("registration:export", args=[conference.slug, "attendees"]) + query)
    assert f"attendees.csv{query.replace('&', '&amp;')}" in page.content.decode()
    (row,) = read(desk.get(file_url(conference, "attendees", query=query)))
    assert row["Ticket"] == wanted.code
    assert (
        read(desk.get(file_url(conference, "attendees", query=query + "&until=2001-01-01"))) == []
    )


@pytest.mark.parametrize(
    "query",
    [
        *("?ticket_type=999999", "?ticket_type=x", "?since=yesterday", "?consent=all", "?state=💥"),
        *("?until=9999-12-31", "?since=9999-12-31"),
    ],
)
def test_narrowing_that_makes_no_sense_is_said_beside_the_field(desk, conference, full, query):
    response = desk.get(file_url(conference, "attendees", query=query))
    assert response.status_code == 400
    assert 'class="state bad small"' in response.content.decode()


def test_another_editions_type_narrows_nothing(desk, conference, full):
    foreign = reg.ticket_type(make.conference())
    query = f"?ticket_type={foreign.pk}"
    assert desk.get(file_url(conference, "attendees", query=query)).status_code == 400


def test_money_rows_name_order_method_fee_and_refund(desk, conference, full):
    payment = reg.payment(reg.order(conference, types=[full]), fee=Decimal("2.91"))
    reg.refund(payment, amount=Decimal("40.00"), why="Came a day only.")
    paid, back = read(desk.get(file_url(conference, "payments")))
    assert (paid["Order"], paid["Method"], paid["Amount"], paid["Fee"]) == (
        payment.order.code,
        "demo",
        "90.00",
        "2.91",
    )
    assert (back["What"], back["Amount"], back["Of payment"], back["State"]) == (
        "refund",
        "-40.00",
        payment.reference,
        "sent",
    )
    (order,) = read(desk.get(file_url(conference, "orders")))
    assert (order["Tickets"], order["Total"], order["Received"], order["Sent back"]) == (
        *("1", "90.00", "90.00", "40.00"),
    )


def test_shirts_are_counted_by_size(desk, conference, full):
    medium = reg.add_on(
        conference, kind="shirt", choice="T-shirt", name="M", quotas=[reg.quota(conference, size=5)]
    )
    reg.add_on(conference, kind="shirt", choice="T-shirt", name="L")
    for _ in range(2):
        reg.add_extra(reg.order(conference, types=[full]).tickets.get(), medium)
    reg.add_extra(reg.pending_order(conference, types=[full]).tickets.get(), medium)
    rows = read(desk.get(file_url(conference, "extras")))
    assert [(row["Name"], row["Sold"], row["Reserved"], row["Left"]) for row in rows] == [
        ("M", "2", "1", "2"),
        ("L", "0", "0", ""),
    ]


def test_mailing_list_has_each_address_once_at_its_highest_level(as_role, conference, full):
    for name, email, consent in (
        ("Ana", "ana@example.org", "logistics"),
        ("Ana O", "ana@example.org", "offers"),
        ("Bo", "bo@example.org", "announcements"),
        ("Cy", "", "offers"),
    ):
        reg.ticket(full, attendee_name=name, attendee_email=email, consent=consent)
    client = as_role(Role.COMMUNICATIONS)
    everyone = read(client.get(file_url(conference, "mailing-list")))
    assert {row["E-mail"]: row["May be written to about"] for row in everyone} == {
        "ana@example.org": "offers",
        "bo@example.org": "announcements",
    }
    only = read(client.get(file_url(conference, "mailing-list", query="?consent=offers")))
    assert [row["E-mail"] for row in only] == ["ana@example.org"]
    assert client.get(file_url(conference, "payments")).status_code == 403
    assert as_role(Role.FINANCE).get(file_url(conference, "mailing-list")).status_code == 403


def test_nothing_in_a_file_runs_in_a_spreadsheet(desk, conference, full):
    evil = '=HYPERLINK("http://evil.example","x")'
    reg.ticket(full, attendee_name=evil, organization="+1", pronouns="@x", title="-2")
    (row,) = read(desk.get(file_url(conference, "attendees")))
    assert (row["Name"], row["Organization"]) == (f"'{evil}", "'+1")
    assert (row["Pronouns"], row["Job title"]) == ("'@x", "'-2")
    response = desk.get(file_url(conference, "attendees", "xlsx"))
    book = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "HYPERLINK" in sheet
    assert "<f>" not in sheet


@pytest.mark.parametrize("begins", [*"=+-@\t\r", "=a,b", '=HYPERLINK("x")', "\r\n=1", "-1\n2"])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_no_cell_of_a_csv_begins_like_a_formula(begins, n):
    row = ["fine"] * 3
    row[n] = begins
    content = b"".join(csv_lines(["a", "b", "c"], [row, ["", "", ""], ["x=1", "a-b", "c@d"]]))
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    row[n] = "'" + begins.replace("\n=", "\n'=")
    assert read == [["a", "b", "c"], row, ["", "", ""], ["x=1", "a-b", "c@d"]]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("a;=1", "a;'=1"),
        ("a; @x", "a; '@x"),
        ("a\n=cmd|'/C calc'!A0", "a\n'=cmd|'/C calc'!A0"),
        ("a;-2+3+cmd|x", "a;'-2+3+cmd|x"),
        ("Topics:\n- one\n- two", "Topics:\n- one\n- two"),
        ("a; b - c = d", "a; b - c = d"),
    ],
)
def test_no_formula_begins_where_another_spreadsheet_ends_a_cell(said, kept):
    """Where numbers are written with commas, the end is a “;” and quotes within mean nothing."""
    content = b"".join(csv_lines(["a", "b"], [["fine", said]]))
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1][1] == kept


def test_pieces_of_far_and_of_near_keys_hold_just_what_was_asked_for(conference, full):
    tickets = [reg.ticket(full, attendee_name=f"N {n}") for n in range(9)]
    for wanted in (tickets[2:6], [*tickets[:2], tickets[4], tickets[8]], tickets[::8]):
        rows = Ticket.objects.filter(pk__in=[one.pk for one in wanted])
        found = [row[0] for piece in pieces(rows, "attendee_name") for row in piece]
        assert found == [one.pk for one in wanted]


def test_rows_come_in_pieces_and_all_of_them(monkeypatch, desk, conference, full):
    monkeypatch.setattr(tables, "PIECE", 2)
    codes = {reg.ticket(full).code for _ in range(5)}
    assert {row["Ticket"] for row in read(desk.get(file_url(conference, "attendees")))} == codes


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("name", ["attendees", "orders", "payments", "mailing-list"])
def test_a_piece_asks_the_database_the_same_for_any_number(
    conference, full, django_assert_max_num_queries, name, n
):
    for _ in range(n):
        reg.payment(reg.order(conference, types=[full]))
    table = TABLES[name]
    with django_assert_max_num_queries(8):
        found = table.select(conference, tables.Wanted())
        b"".join(csv_lines(table.columns(conference), table.rows(conference, found)))


def test_days_are_those_of_the_editions_zone(desk, full):
    conference = full.conference
    late = dt.datetime(2026, 5, 2, 6, 30, tzinfo=dt.UTC)  # the evening of May 1 in Pasadena
    Ticket.objects.filter(pk=reg.ticket(full).pk).update(created_at=late)
    for query, n in (("?since=2026-05-01&until=2026-05-01", 1), ("?since=2026-05-02", 0)):
        assert len(read(desk.get(file_url(conference, "attendees", query=query)))) == n


def test_day_whose_first_hour_the_clocks_skip_begins_with_the_second(desk, full):
    conference = full.conference
    type(conference).objects.update(time_zone="America/Santiago")
    reg.ticket(full)
    for query in ("?since=2026-09-06", "?until=2026-09-05"):
        assert desk.get(file_url(conference, "attendees", query=query)).status_code == 200


def test_unknown_tables_and_kinds_are_not_there(desk, conference):
    assert desk.get(file_url(conference, "passwords")).status_code == 404
    assert desk.get(file_url(conference, "attendees", "exe")).status_code == 404


def test_pages_say_what_is_there_and_what_to_do_without_rows(desk, conference, full):
    page = desk.get(reverse("registration:exports", args=[conference.slug]))
    assert "Payments and refunds" in page.content.decode()
    for name in TABLES:
        if name == "mailing-list":
            continue
        url = reverse("registration:export", args=[conference.slug, name])
        assert "There will be rows here" in desk.get(url).content.decode()
