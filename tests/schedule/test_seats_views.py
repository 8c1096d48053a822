"""Pages, paper and spreadsheet of seats: for the committee, the desk and room monitors."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from registration.models import WaitlistEntry
from scale.editions import close
from scale.models import Role
from schedule.models import Workshop
from tests.factories import cfp
from tests.factories import registration as reg
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.readers import Page

pytestmark = pytest.mark.django_db


def url(conference, name="workshops", *args):
    return reverse(f"schedule:{name}", args=[conference.slug, *args])


def words(response):
    return " ".join(" ".join(Page(response.content.decode()).text).split()).replace(" ,", ",")


@pytest.fixture
def knots(conference):
    """Placed on the first day at ten, with two in it, and one who waits."""
    room = make.room(conference, name="Room 104", capacity=12)
    workshop = make.workshop(
        conference, room=room, starts_at=make.at(conference, 10), price=20, title="Knots"
    )
    make.seat(workshop, attendee_name="Bo Lind", organization="Ropes Ltd")
    make.seat(workshop, attendee_name="Ada Byrd")
    waiting = make.ticket(conference)
    WaitlistEntry.objects.create(conference=conference, add_on=workshop.add_on, ticket=waiting)
    return workshop


def count(client, page):
    client.get(page)
    with CaptureQueriesContext(connection) as found:
        assert client.get(page).status_code == 200
    return len(found)


# --- the list of staff -------------------------------------------------------------------------


def test_staff_see_when_where_and_how_full(as_role, conference, knots):
    page = as_role(Role.PROGRAM).get(url(conference))
    [row] = page.context["page"]
    assert (row.quota.taken, row.quota.size, row.waiting, row.holds) == (2, 10, 1, 12)
    text = words(page)
    assert "Knots Thu 4 March, 10:00 Room 104 room for 12 2 of 10 1 $20 Who has a seat" in text


def test_staff_find_a_workshop_and_talks_that_could_be_one(as_role, conference, knots):
    make.workshop(conference, title="Splices")
    make.confirmed(conference, title="Knots for experts", minutes=90)
    make.confirmed(conference, title="Sails", minutes=30)
    page = as_role(Role.PROGRAM).get(url(conference), {"q": "knot"})
    assert [one.talk.title for one in page.context["page"]] == ["Knots"]
    assert [one.title for one in page.context["others"]] == ["Knots for experts"]


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.PROGRAM, (True, True)),
        (Role.REGISTRATION, (False, True)),
        (Role.FINANCE, (False,) * 2),
    ],
)
def test_each_role_has_the_links_that_it_may_follow(as_role, conference, knots, role, sees):
    client = as_role(role)
    page = Page(client.get(url(conference)).content.decode())
    code = knots.talk.code
    edit, names = (url(conference, name, code) for name in ("workshop", "seat-list"))
    assert (edit in page.links, names in page.links) == sees
    tabs = [link for link in page.links if link.startswith(f"/{conference.slug}/")]
    refused = [link for link in tabs if client.get(link).status_code == 403]
    assert refused == []


def test_mails_see_no_tab_of_the_sale_that_is_not_theirs(as_role, conference):
    client = as_role(Role.COMMUNICATIONS)
    page = client.get(reverse("registration:exports", args=[conference.slug]))
    links = Page(page.content.decode()).links
    assert url(conference) not in links
    assert reverse("registration:money", args=[conference.slug]) not in links


@pytest.mark.parametrize(
    ("role", "query", "head", "says"),
    [
        (Role.PROGRAM, "", "No talk has seats yet", "Choose a talk below"),
        (Role.FINANCE, "", "No talk has seats yet", "The program committee gives talks their"),
        (Role.PROGRAM, "?q=zz", "No workshop with seats fits “zz”", "Choose a talk below"),
    ],
)
def test_list_without_rows_says_what_to_do(as_role, conference, role, query, head, says):
    text = words(as_role(role).get(url(conference) + query))
    assert head in text
    assert says in text


@pytest.mark.parametrize("name", ["workshops", "crew-workshops"])
def test_more_workshops_cost_no_more_statements(as_role, conference, knots, name):
    chair, page = as_role(Role.CHAIR), url(conference, name)
    one = count(chair, page)
    for hour in (12, 14):
        room = make.room(conference)
        more = make.workshop(conference, room=room, starts_at=make.at(conference, hour))
        make.seat(more)
    assert count(chair, page) == one


# --- offering ----------------------------------------------------------------------------------


def test_offering_seats(as_role, conference):
    talk = make.confirmed(conference, title="Splices")
    full = reg.ticket_type(conference)
    sent = {"wanted": 8, "price": "15", "name": "Splices", "ticket_types": [full.pk]}
    page = url(conference, "workshop", talk.code)
    assert as_role(Role.PROGRAM).post(page, sent).status_code == 302
    made = Workshop.objects.get(talk=talk)
    assert (made.quota.size, made.add_on.price) == (8, Decimal(15))
    assert list(made.add_on.ticket_types.all()) == [full]


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"wanted": "0"}, "wanted", "Ensure this value is greater than or equal to 1."),
        (
            {"wanted": "13"},
            "wanted",
            "Room 104 holds 12. Offer at most 12, or publish a larger room first.",
        ),
        ({"wanted": "1"}, "wanted", "2 seats are taken already."),
        ({"price": "-1"}, "price", "Ensure this value is greater than or equal to 0.00."),
        ({"name": ""}, "name", "This field is required."),
        (
            {"on_sale_from": "2027-03-02T10:00", "on_sale_until": "2027-03-01T10:00"},
            "on_sale_until",
            "The sale would end before it begins.",
        ),
        ({"on_sale_until": "soon"}, "on_sale_until", "Enter a valid date/time."),
    ],
)
def test_what_is_wrong_stands_beside_the_field(as_role, conference, knots, change, field, says):
    sent = {"wanted": "10", "price": "20", "name": "Knots", "description": "Bring a rope."}
    page = url(conference, "workshop", knots.talk.code)
    refused = as_role(Role.PROGRAM).post(page, sent | change)
    form = refused.context["form"]
    assert form.errors == {field: [says]}
    assert form["description"].value() == "Bring a rope."
    assert Workshop.objects.get().add_on.description == ""


def test_another_editions_ticket_types_are_refused(as_role, conference, knots):
    foreign = reg.ticket_type(make_scale.conference())
    sent = {"wanted": 10, "price": 20, "name": "Knots", "ticket_types": [foreign.pk]}
    refused = as_role(Role.PROGRAM).post(url(conference, "workshop", knots.talk.code), sent)
    assert list(refused.context["form"].errors) == ["ticket_types"]


def test_closed_edition_offers_nothing(as_role, conference, knots):
    chair = as_role(Role.CHAIR)
    close(conference)
    sent = {"wanted": 5, "price": 20, "name": "Knots"}
    page = chair.post(url(conference, "workshop", knots.talk.code), sent)
    assert "closed" in words(page)
    assert Workshop.objects.get().wanted == 10


def test_only_talks_that_can_take_place_are_given_seats(as_role, conference):
    rejected = cfp.talk(conference, status="rejected")
    program = as_role(Role.PROGRAM)
    assert program.get(url(conference, "workshop", rejected.code)).status_code == 404
    assert program.get(url(conference, "workshop", "NOSUCH")).status_code == 404


# --- the room monitor's list -------------------------------------------------------------------


def test_crew_has_the_workshops_of_the_day(as_role, conference, knots):
    crew = as_role(Role.CREW)
    first, second = (
        url(conference, "crew-workshops") + f"?day={day}" for day in conference.days()[:2]
    )
    assert "Knots Thu 4 March, 10:00 Room 104 2 of 10 seats, 1 waiting" in words(crew.get(first))
    text = words(crew.get(second))
    assert "No workshop with seats that day Choose another day above." in text


def test_monitor_sees_names_by_surname(as_role, conference, knots):
    page = as_role(Role.CREW).get(url(conference, "seat-list", knots.talk.code))
    text = words(page)
    assert "Thu 4 March, 10:00–10:45 Room 104" in text
    assert "2 with a seat, 10 seats, 1 waiting" in text
    assert "Ada Byrd Bo Lind Ropes Ltd" in text
    assert "no-store" in page["Cache-Control"]


def test_list_of_nobody_says_where_people_take_seats(as_role, conference):
    empty = make.workshop(conference)
    text = words(as_role(Role.CREW).get(url(conference, "seat-list", empty.talk.code)))
    assert "Not placed yet." in text
    assert "Nobody has a seat yet People take seats in the shop" in text


def test_paper_has_what_the_page_has(as_role, conference, knots):
    page = url(conference, "seat-file", knots.talk.code, "pdf")
    answer = as_role(Role.CREW).get(page)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    shown = [line for line in text.splitlines() if line.strip()]
    assert "Knots" in shown
    assert "Thursday, 4 March, 10:00–10:45, Room 104" in shown
    assert "2 people, 10 seats. Tick who is there." in shown
    assert shown.index("Ada Byrd") < shown.index("Bo Lind") < shown.index("Ropes Ltd")


def test_paper_says_that_it_is_cancelled_and_that_nobody_comes(as_role, conference):
    off = make.workshop(conference)
    off.talk.status = "cancelled"
    off.talk.save()
    answer = as_role(Role.CREW).get(url(conference, "seat-file", off.talk.code, "pdf"))
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "CANCELLED" in text
    assert "Nobody has a seat yet." in text


def test_long_list_goes_on_over_the_page(as_role, conference):
    workshop = make.workshop(conference, wanted=60)
    kind = reg.ticket_type(conference)
    order = reg.paid_order(conference, types=[kind] * 45)
    for number, ticket in enumerate(order.tickets.all()):
        ticket.attendee_name = f"Person {number:02}"
        ticket.save()
        reg.add_extra(ticket, workshop.add_on)
    answer = as_role(Role.CREW).get(url(conference, "seat-file", workshop.talk.code, "pdf"))
    pages = PdfReader(io.BytesIO(answer.content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) > 1
    assert [f"Person {n:02}" in text for n in range(45)] == [True] * 45


def test_spreadsheet_has_names_and_codes_and_no_formula(as_role, conference, knots):
    odd = make.seat(knots, attendee_name="=1+1")
    answer = as_role(Role.CREW).get(url(conference, "seat-file", knots.talk.code, "csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Name", "Organization", "Ticket"]
    assert [row[:2] for row in rows[2:]] == [["Ada Byrd", ""], ["Bo Lind", "Ropes Ltd"]]
    assert rows[1] == ["'=1+1", "", odd.code]
    assert answer["Content-Disposition"] == (
        f'attachment; filename="{conference.slug}-seats-{knots.talk.code}.csv"'
    )
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(("name", "args"), [("seat-list", ()), ("seat-file", ("csv",))])
def test_more_names_cost_no_more_statements(as_role, conference, knots, name, args):
    crew, page = as_role(Role.CREW), url(conference, name, knots.talk.code, *args)
    few = count(crew, page)
    for _ in range(3):
        make.seat(knots)
    assert count(crew, page) == few


def test_lists_that_are_none(as_role, conference, knots):
    crew = as_role(Role.CREW)
    talk = make.confirmed(conference)
    assert crew.get(url(conference, "seat-list", talk.code)).status_code == 404
    assert crew.get(url(conference, "seat-file", knots.talk.code, "xls")).status_code == 404


@pytest.mark.parametrize(
    ("name", "args", "role"),
    [
        ("workshops", 0, Role.CREW),
        ("workshop", 1, Role.REGISTRATION),
        ("crew-workshops", 0, Role.FINANCE),
        ("seat-list", 1, Role.REVIEWER),
        ("seat-file", 1, Role.FINANCE),
    ],
)
def test_names_and_offers_are_not_for_everybody(
    as_role, client, conference, knots, name, args, role
):
    more = [knots.talk.code][:args] + ["csv"] * (name == "seat-file")
    page = url(conference, name, *more)
    assert as_role(role).get(page).status_code == 403
    assert client.get(page).status_code == 302
