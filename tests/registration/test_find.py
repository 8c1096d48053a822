"""The desk's search: scenario 14, and that each way of asking uses its index."""

import pytest
from django.db import connection

from registration.models import RetiredCode, Ticket
from tests.factories import registration as reg
from tests.factories import scale as make


@pytest.fixture
def marisol(conference, full):
    """A ticket of an order that somebody else bought."""
    order = reg.order(conference, types=[full], buyer_email="boss@example.org", buyer_name="Boss")
    ticket = order.tickets.get()
    ticket.attendee_name, ticket.attendee_email = "Marisol de la Quintero", "mari@example.org"
    ticket.postcode, ticket.organization = "91101", "Fourth Bank"
    ticket.save()
    reg.ticket(full, attendee_name="Ken Quimby", attendee_email="ken@example.org", postcode="91102")
    return ticket


def found(conference, words):
    return [ticket.attendee_name for ticket in Ticket.objects.find(conference, words)]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "words",
    [
        "quintero",
        "Quint",
        "marisol de",
        "Quintero, Mari",
        "mari@example.org",
        " MARI@Example.org ",
        "mari@",
        "mari@example.org 91101",
        "boss@example.org",
        "boss@example.org 91101",
        "91101",
        "fourth bank",
        "isol de",
    ],
)
def test_finds_one_person_by_whatever_is_said(conference, marisol, words):
    assert found(conference, words) == ["Marisol de la Quintero"]


@pytest.mark.sqlite
def test_finds_by_codes_in_any_spelling(conference, marisol):
    RetiredCode.objects.create(ticket=marisol, code="OLDCODE23456", why="Passed on")
    upgrade = reg.order(conference, upgrades=marisol)
    for code in (marisol.code, marisol.order.code, "OLDCODE23456", upgrade.code):
        for typed in (code, code.lower(), f"{code[:4]} {code[4:]}", f"https://x/{code}/"):
            assert found(conference, typed) == ["Marisol de la Quintero"], typed


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "words",
    [
        "",
        "q",
        "%",
        "_a",
        "mari@example.org 99999",
        "nobody@example.org",
        "x" * 1_000_000,
        "🎉🎉",
        "שלום",
        "' OR 1=1 --",
        "@",
        ",",
        ", ,",
        "\\",
    ],
)
def test_finds_nothing_and_breaks_nothing(conference, marisol, words):
    assert found(conference, words) == []


def test_finds_both_of_one_surname_beginning_and_in_order(conference, marisol):
    assert found(conference, "qui") == ["Ken Quimby", "Marisol de la Quintero"]


def test_never_finds_what_is_of_another_edition(marisol):
    for words in ("quintero", marisol.code, marisol.order.code, "mari@example.org", "isol"):
        assert found(make.conference(), words) == []


def test_finds_at_most_twenty(conference, full):
    for _ in range(25):
        reg.ticket(full, attendee_name="Ann Smith")
    assert len(found(conference, "smith")) == 20


INDEXED = ("const", "eq_ref", "ref", "range", "ref|filter", "range|filter")


def explained(query):
    """The steps that MariaDB would take; those that need no rows at all are left out."""
    sql, params = query.values_list("pk", flat=True)[:20].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        names = [column[0] for column in cursor.description]
        steps = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [step for step in steps if step["table"]]


def test_database_uses_an_index_for_each_way_of_asking(conference, full):
    if connection.vendor != "mysql":
        pytest.skip("EXPLAIN as MariaDB writes it")
    ticket = reg.order(conference, types=[full]).tickets.get()
    RetiredCode.objects.create(ticket=ticket, code="OLDCODE23456", why="Passed on")
    upgrade = reg.order(conference, upgrades=ticket)
    Ticket.objects.bulk_create(
        Ticket(
            conference=conference,
            ticket_type=full,
            attendee_name=f"Name {n} Quintero" if n % 100 == 17 else f"Name {n} Other{n}",
            attendee_email=f"person{n}@example.org",
            postcode=str(10_000 + n),
        )
        for n in range(10_000)
    )
    asked = {
        "quintero": "ticket_by_surname",
        "quintero, name 17": "ticket_by_surname",
        "name 17 q": "ticket_by_name",
        "person17@example.org": "buyer_email",
        "person17@": "attendee_email",
        "17000": "ticket_by_postcode",
        ticket.code: "code",
        ticket.order.code: "code",
        "OLDCODE23456": "code",
        upgrade.code: "code",
    }
    for words, index in asked.items():
        ways = Ticket.objects.filter(conference=conference).ways_to_ask(words)
        steps = [step for way in ways for step in explained(way)]
        assert any(index in step["key"] for step in steps), (words, steps)
        assert all(step["type"] in INDEXED for step in steps), (words, steps)
        assert all(int(str(step["rows"]).split()[0]) <= 500 for step in steps), (words, steps)


def test_typing_asks_the_database_little(conference, marisol, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        assert found(conference, "91101") == ["Marisol de la Quintero"]
