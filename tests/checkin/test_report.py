"""The board's report: what it counts, and that page, CSV and PDF say the same."""

import csv
import datetime as dt
import io
import re
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from pypdf import PdfReader

from checkin import actions
from checkin.models import CheckIn
from checkin.report import report, shown
from registration.models import OrderLine
from scale.models import Role
from schedule.models import HeadCount
from tests.factories import cfp, schedule
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


def url(name, conference):
    return reverse(f"checkin:{name}", args=[conference.slug])


@pytest.fixture
def entry(conference):
    return make.checkin_list(conference, name="Entry")


def come(entry, ticket, hour=9, day=0):
    at = schedule.at(entry.conference, hour, 10, day=day)
    on = entry.conference.today(at) if entry.once_a_day else None
    return CheckIn.objects.create(checkin_list=entry, ticket=ticket, at=at, day=on)


def tables(conference, **fields):
    found = report(conference, **fields)
    return {table.name: {row[0]: list(row[1:]) for row in table.rows} for table in found.tables}


@pytest.fixture
def show(conference, entry):
    """Three paid, one given, one pending, one cancelled; two of them came; one talk counted."""
    full, expo = make.ticket_type(conference), make.ticket_type(conference, name="Expo")
    paid = [
        make.ticket(conference, ticket_type=full, order_status="paid", postcode=code)
        for code in ("91101", "91102", "")
    ]
    given = make.ticket(conference, ticket_type=expo, postcode="91103")
    make.ticket(conference, ticket_type=full, order_status="pending")
    make.ticket(conference, ticket_type=full, status="cancelled")
    come(entry, paid[0])
    come(entry, given, hour=10)
    talk = cfp.talk(conference, status="confirmed", title="Compilers")
    slot = schedule.slot(conference, talk=talk)
    HeadCount.objects.create(
        conference=conference,
        slot_uuid=slot.uuid,
        talk=talk,
        room=slot.room,
        people=1200,
        expected=90,
        counted_at=slot.starts_at,
    )
    return paid, given


def test_sold_shown_up_and_revenue(conference, show):
    found = tables(conference)
    everything = {name: values[0] for name, values in found["In all"].items()}
    assert everything == {
        "Tickets sold": 3,
        "Tickets given": 1,
        "Tickets in all": 4,
        "Revenue (USD)": Decimal("270.00"),
        "Shown up": 2,
        "Not shown up": 2,
        "Shown up, of a hundred": 50,
        "Talks with a head count": 1,
        "Heads counted in talks": 1200,
    }
    assert found["By ticket type"] == {
        "Full access": [3, 0, 1, 2, Decimal("270.00")],
        "Expo": [0, 1, 1, 0, Decimal("0.00")],
    }
    assert found["Arrivals by hour"] == {"09:00": [1, 1], "10:00": [1, 1]}
    assert found["Head counts by talk"]["Compilers"][1:] == [1200, 90]


def test_revenue_by_type_and_of_extras_is_all_revenue(conference, show):
    (held, *_), _ = show
    shirt = reg.add_on(conference, kind="shirt", name="Size M")
    OrderLine.objects.create(order=held.order, ticket=held, add_on=shirt, price=20)
    found = tables(conference)
    parts = [row[-1] for row in found["By ticket type"].values()]
    assert found["In all"]["Revenue (USD)"][0] == sum(parts) == Decimal("290.00")


def test_undone_and_cancelled_did_not_show_up(conference, entry, show):
    paid, _ = show
    checkin = come(entry, paid[1])
    actions.take_out(checkin, by=None, why="x")
    gone = make.ticket(conference, status="cancelled")
    come(entry, gone)
    assert tables(conference)["In all"]["Shown up"][0] == 2


def test_days_count_the_house_and_the_new(conference):
    daily = make.checkin_list(conference, once_a_day=True)
    both, late = make.ticket(conference), make.ticket(conference)
    come(daily, both)
    come(daily, both, day=1)
    come(daily, late, day=1)
    found = tables(conference, now=schedule.at(conference, 20, day=1))["By day"]
    assert list(found.values()) == [[1, 1], [2, 1]]


def areas(conference, **wanted):
    for code, n in wanted.items():
        for _ in range(n):
            make.ticket(conference, postcode=code.removeprefix("p").ljust(5, "0"))
    return {name: row[0] for name, row in tables(conference)["By postcode"].items()}


def test_areas_of_a_few_stand_together(conference):
    found = areas(conference, p911=7, p902=5, p100=4, p101=2)
    assert found == {"911": 7, "902": 5, "All other areas": 6}


def test_a_few_others_take_the_smallest_area_with_them(conference):
    """With one hidden area its number would be what the total leaves."""
    assert areas(conference, p911=7, p902=5, p100=1) == {"911": 7, "All other areas": 6}


def test_only_a_few_at_all_name_no_area(conference):
    assert areas(conference, p911=2) == {"All other areas": 2}


@pytest.mark.parametrize("role", [None, Role.DOOR, Role.PROGRAM])
def test_report_is_for_who_may_see_money(as_role, conference, role):
    client = as_role(*[role] if role else [])
    for name in ("report", "report-csv", "report-pdf"):
        assert client.get(url(name, conference)).status_code == 403


def test_editions_before_stand_beside_it(conference, show):
    last = make_scale.conference(
        name="SCALE before",
        series=conference.series,
        starts_on=conference.starts_on - dt.timedelta(days=364),
        ends_on=conference.ends_on - dt.timedelta(days=364),
    )
    come(make.checkin_list(last), make.ticket(last))
    found = report(conference).tables[0]
    assert list(found.columns) == ["", conference.name, "SCALE before"]
    assert list(found.rows[2]) == ["Tickets in all", 4, 1]


# --- three looks of one truth ------------------------------------------------------------------


def words(pdf):
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def test_page_csv_and_pdf_say_the_same(as_role, conference, entry, show):
    for n in range(60):
        come(entry, make.ticket(conference, postcode=f"{n % 4 + 800}11"), hour=8 + n % 9)
    client = as_role(Role.FINANCE)
    found = report(conference)
    html = client.get(url("report", conference)).content.decode()
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", html)]
    sheet = client.get(url("report-csv", conference)).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(sheet)))
    paper = words(client.get(url("report-pdf", conference)).content)
    assert len(found.tables) >= 7
    for table in found.tables:
        begins = lines.index([table.name])
        assert lines[begins + 1] == list(table.columns)
        assert table.name in html and table.name in paper
        for n, row in enumerate(table.rows):
            assert lines[begins + 2 + n] == [str(cell) for cell in row]
            told = [shown(cell) for cell in row]
            places = [at for at in range(len(cells)) if cells[at : at + len(told)] == told]
            assert places, told
            for cell in told:
                assert cell in paper, told


def test_csv_runs_no_formula(as_role, conference, show):
    talk = cfp.talk(conference, status="confirmed", title="=HYPERLINK(1)")
    HeadCount.objects.create(
        conference=conference,
        slot_uuid=uuid.uuid4(),
        talk=talk,
        people=3,
        counted_at=schedule.at(conference, 10),
    )
    sheet = as_role(Role.FINANCE).get(url("report-csv", conference)).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in sheet and "\n=HYPERLINK" not in sheet


def test_names_of_talks_and_rooms_are_todays(as_role, conference, show):
    """What was counted stays; how things are called is one row, read now."""
    counted = HeadCount.objects.get()
    counted.talk.title, counted.room.name = "Compilers, again", "Hall Nine"
    counted.talk.save()
    counted.room.save()
    team = as_role(Role.FINANCE)
    page, sheet, paper = (
        team.get(url(name, conference)) for name in ("report", "report-csv", "report-pdf")
    )
    for said in (page.content.decode(), sheet.content.decode(), words(paper.content)):
        assert "Compilers, again" in said and "Hall Nine" in said


def test_before_anything_happened(as_role, conference):
    client = as_role(Role.CHAIR)
    assert "Shown up" in client.get(url("report", conference)).content.decode()
    assert "Shown up" in words(client.get(url("report-pdf", conference)).content)


def test_statements_are_the_same_for_one_and_three(
    as_role, conference, entry, show, django_assert_num_queries
):
    client = as_role(Role.FINANCE)
    client.get(url("report", conference))
    for _ in range(2):
        with django_assert_num_queries(24):
            client.get(url("report", conference))
        for _ in range(2):
            kind = make.ticket_type(conference)
            come(entry, make.ticket(conference, ticket_type=kind, postcode="123"))
