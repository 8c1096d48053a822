"""Floor plans, booths, and who has them."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from scale import editions
from scale.models import AuditEntry, Conference
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import Booth, FloorPlan
from sponsors.models.booths import in_order
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SIDES = {"x": "10", "y": "20", "w": "5", "h": "10"}


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def errors(answer, form="form"):
    return {name: list(found) for name, found in answer.context[form].errors.items()}


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def signed(conference, name="Harbor DB", **fields):
    row = sell.organization(name=name)
    return sell.sponsorship(conference=conference, organization=row, status="signed", **fields)


@pytest.fixture
def plan(conference):
    return sell.floor_plan(conference=conference)


@pytest.fixture
def staff(as_role):
    return as_role("community")


# --- rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sides",
    [{"x": "0.95"}, {"y": "0.9"}, {"w": "0"}, {"h": "-0.1"}, {"x": "-0.1"}],
)
def test_database_keeps_booths_on_their_plan(plan, sides):
    with pytest.raises(IntegrityError):
        sell.booth(plan=plan, **sides)


@pytest.mark.parametrize(("x", "w"), [("0.9", "0.1"), ("0.1", "0.9"), ("0", "1"), ("0.3", "0.7")])
def test_booth_may_reach_the_edge(plan, x, w):
    assert sell.booth(plan=plan, x=x, w=w).x == Decimal(x)


def test_database_refuses_a_number_twice_in_an_edition(plan):
    sell.booth(plan=plan, number="12")
    sell.booth(number="12")  # of another edition
    with pytest.raises(IntegrityError):
        sell.booth(plan=sell.floor_plan(conference=plan.conference), number="12")


def test_database_refuses_a_plan_without_sides(conference):
    with pytest.raises(IntegrityError):
        sell.floor_plan(conference=conference, width=0)


def test_booths_stand_in_the_order_people_count(plan):
    for number in ("10", "9", "A-2", "A-10", "1"):
        sell.booth(plan=plan, number=number)
    found = [booth.number for booth in in_order(Booth.objects.all())]
    assert found == ["1", "9", "10", "A-2", "A-10"]


# --- drawing ---------------------------------------------------------------------------------


def test_row_of_booths_is_numbered_on(plan):
    made = actions.add_booths(
        plan,
        number="A-08",
        count=3,
        x=Decimal("0.1"),
        y=Decimal(0),
        w=Decimal("0.2"),
        h=Decimal("0.1"),
    )
    assert [(one.number, one.x, one.y) for one in made] == [
        ("A-08", Decimal("0.1"), 0),
        ("A-09", Decimal("0.3"), 0),
        ("A-10", Decimal("0.5"), 0),
    ]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"number": "A", "count": 2}, "end in a digit"),
        ({"number": "1", "count": 61}, "At most 60"),
        ({"number": "20", "count": 9}, "beside the plan"),
        ({"number": "20", "count": 9, "down": True}, "beside the plan"),
        ({"number": "6", "count": 3}, "There is a booth 7"),
        ({"number": "ABCDEFGHI9", "count": 2}, "too long"),
    ],
)
def test_row_that_cannot_be_is_refused_as_a_whole(plan, facts, says):
    sell.booth(plan=plan, number="7")
    with pytest.raises(Refused, match=says):
        actions.add_booths(
            plan, x=Decimal("0.5"), y=Decimal("0.5"), w=Decimal("0.1"), h=Decimal("0.1"), **facts
        )
    assert Booth.objects.count() == 1


def upload(content, name="hall.svg"):
    return SimpleUploadedFile(name, content)


def test_plan_is_added_and_drawn_on(conference, staff):
    page = at("plan-new", conference)
    drawing = sell.DRAWING.replace("<rect", "<script>alert(1)</script><rect")
    staff.post(page, {"name": "Hall", "picture": upload(drawing.encode())})
    plan = FloorPlan.objects.get()
    assert (plan.name, plan.width, plan.height, plan.conference) == ("Hall", 400, 200, conference)
    shown = staff.get(at("plan-drawing", conference, plan.pk))
    assert shown["Content-Type"] == "image/svg+xml"
    assert b"alert" not in shown.getvalue()
    assert "sandbox" in shown["Content-Security-Policy"]
    data = SIDES | {"number": " a-1 ", "count": "2", "size": "10 × 10 ft", "power": "5 A"}
    answer = staff.post(at("plan", conference, plan.pk), data, follow=True)
    assert said(answer)[-1] == "Booths A-1 to A-2: on the plan."
    assert b"A-2" in answer.content
    booth = Booth.objects.get(number="A-2")
    assert (booth.x, booth.y, booth.w, booth.h) == tuple(
        map(Decimal, ("0.15", "0.2", "0.05", "0.1"))
    )
    assert booth.facts == "10 × 10 ft, power 5 A"


def test_plan_may_be_a_picture(conference, staff):
    staff.post(
        at("plan-new", conference), {"name": "Hall", "picture": upload(sell.picture(), "a.png")}
    )
    plan = FloorPlan.objects.get()
    assert (plan.width, plan.height) == (320, 120)
    assert staff.get(at("plan-drawing", conference, plan.pk))["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    "content", [b"", b"<svg/>", b"nonsense", sell.picture(10, 900), b"<html></html>"]
)
def test_plan_that_is_none_is_refused(conference, staff, content):
    answer = staff.post(at("plan-new", conference), {"name": "Hall", "picture": upload(content)})
    assert list(errors(answer)) == ["picture"]
    assert b'value="Hall"' in answer.content
    assert not FloorPlan.objects.exists()


def test_plan_gets_another_picture_and_the_old_file_goes(
    conference, staff, plan, django_capture_on_commit_callbacks
):
    old, storage = plan.picture.name, plan.picture.storage
    booth = sell.booth(plan=plan)
    data = {"name": "New hall", "picture": upload(sell.picture(), "a.png")}
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(at("plan-change", conference, plan.pk), data)
    plan.refresh_from_db()
    assert (plan.name, plan.width, plan.booths.get()) == ("New hall", 320, booth)
    assert not storage.exists(old)
    staff.post(at("plan-change", conference, plan.pk), {"name": "Hall"})
    plan.refresh_from_db()
    assert (plan.name, plan.width) == ("Hall", 320)
    answer = staff.post(at("plan-change", conference, plan.pk), {"name": ""})
    assert list(errors(answer, "plan_form")) == ["name"]


def test_plan_goes_while_nobody_has_a_booth_on_it(conference, staff, plan):
    booth = sell.booth(plan=plan, number="7", sponsorship=signed(conference))
    answer = staff.post(at("plan-remove", conference, plan.pk), follow=True)
    assert said(answer) == ["Booth 7 on it is taken. Free the booths first."]
    actions.free_booth(booth)
    staff.post(at("plan-remove", conference, plan.pk))
    assert not FloorPlan.objects.exists()


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"number": "ä"}, ["number"]),
        ({"number": "1 2"}, ["number"]),
        ({"number": ""}, ["number"]),
        ({"x": "98"}, ["w"]),
        ({"y": "98"}, ["h"]),
        ({"w": "0"}, ["w"]),
        ({"x": "NaN"}, ["x"]),
        ({"x": "-1", "h": "1e9"}, ["x", "h"]),
        ({"count": "0"}, ["count"]),
        ({"count": "9" * 400}, ["count"]),
        ({"down": "x"}, ["down"]),
    ],
)
def test_booth_that_cannot_be_stays_in_the_form(conference, staff, plan, data, wrong):
    data = SIDES | {"number": "1", "count": "1", "notes": "Near the stairs"} | data
    answer = staff.post(at("plan", conference, plan.pk), data)
    assert answer.status_code == 200, (answer, answer.headers)
    assert list(errors(answer)) == wrong
    assert b"Near the stairs" in answer.content
    assert not Booth.objects.exists()


def test_booth_is_changed_and_taken_off(conference, staff, plan):
    booth, _ = sell.booth(plan=plan, number="1"), sell.booth(plan=plan, number="2")
    page = at("booth", conference, booth.pk)
    staff.post(page, SIDES | {"number": "3", "internet": "wired"})
    booth.refresh_from_db()
    assert (booth.number, booth.x, booth.internet) == ("3", Decimal("0.1"), "wired")
    answer = staff.post(page, SIDES | {"number": "2"})
    assert errors(answer) == {"number": ["There is a booth 2 already."]}
    staff.post(at("booth-remove", conference, booth.pk))
    assert [one.number for one in Booth.objects.all()] == ["2"]


def test_booth_that_somebody_has_is_not_taken_off(conference, staff):
    booth = sell.booth(number="4", sponsorship=signed(conference))
    answer = staff.post(at("booth-remove", conference, booth.pk), follow=True)
    assert said(answer) == ["Harbor DB has booth 4. Free it first."]


# --- giving ----------------------------------------------------------------------------------


def test_booth_is_given_from_the_list_and_stands_in_the_trail(conference, staff, plan):
    deal, booth = signed(conference), sell.booth(plan=plan, number="7")
    page = staff.get(at("booths", conference), {"deal": deal.pk})
    assert page.context["placing"] == deal
    assert page.context["give_form"]["deal"].value() == deal.pk
    answer = staff.post(
        at("booth-give", conference), {"booth": booth.pk, "deal": deal.pk}, follow=True
    )
    assert said(answer) == ["Harbor DB has booth 7 now."]
    booth.refresh_from_db()
    assert booth.sponsorship == deal
    assert AuditEntry.objects.of_rows([booth]).first().actor == staff.user


def test_booth_is_given_once_to_a_signed_deal_of_its_edition(conference, plan):
    deal, booth = signed(conference), sell.booth(plan=plan, number="7")
    lead = sell.sponsorship(conference=conference, organization=sell.organization(name="Lead"))
    with pytest.raises(Refused, match="The deal with Lead is not signed"):
        actions.give_booth(booth, lead)
    with pytest.raises(Refused, match="another edition"):
        actions.give_booth(booth, sell.sponsorship(status="signed"))
    actions.give_booth(booth, deal)
    actions.give_booth(booth, deal)  # clicked twice
    with pytest.raises(Refused, match="Booth 7 is taken: Harbor DB has it"):
        actions.give_booth(booth, signed(conference, "Loomstack"))
    with pytest.raises(Refused, match="has the booth that it was promised"):
        actions.give_booth(sell.booth(plan=plan), deal)
    assert deal.booths.get() == booth


@pytest.mark.parametrize("data", [{}, {"booth": "x", "deal": "0"}, {"booth": "9" * 400}])
def test_what_cannot_be_given_is_said_beside_its_field(conference, staff, plan, data):
    sell.booth(plan=plan)
    answer = staff.post(at("booth-give", conference), data)
    assert set(errors(answer, "give_form")) == {"booth", "deal"}


def test_booths_are_exchanged_and_moved(conference, staff, plan):
    one = sell.booth(plan=plan, number="1", sponsorship=signed(conference, "One"))
    two = sell.booth(plan=plan, number="2", sponsorship=signed(conference, "Two"))
    free = sell.booth(plan=plan, number="3")
    staff.post(at("booth-swap", conference, one.pk), {"other": two.pk})
    staff.post(at("booth-swap", conference, two.pk), {"other": free.pk})
    now = {booth.number: str(booth.organization) for booth in Booth.objects.all()}
    assert now == {"1": "Two", "2": "None", "3": "One"}
    for other in (one.pk, sell.booth().pk, "x", ""):
        answer = staff.post(at("booth-swap", conference, one.pk), {"other": other})
        assert list(errors(answer, "swap_form")) == ["other"]


def test_booth_is_freed_from_who_had_it_on_the_page(conference, staff, plan):
    deal, booth = signed(conference), sell.booth(plan=plan, number="1")
    actions.give_booth(booth, signed(conference, "Loomstack"))
    page = at("booth-free", conference, booth.pk)
    answer = staff.post(page, {"deal": deal.pk}, follow=True)
    assert said(answer) == ["Booth 1 went to Loomstack meanwhile."]
    staff.post(page, {"deal": "x" * 40})
    booth.refresh_from_db()
    assert booth.sponsorship is None
    staff.post(page)  # clicked twice


def test_lost_deal_gives_its_booth_back(conference, plan):
    deal = signed(conference)
    booth = sell.booth(plan=plan, sponsorship=deal)
    actions.move_sponsorship(deal.pk, "paid")
    booth.refresh_from_db()
    assert booth.sponsorship == deal
    actions.move_sponsorship(deal.pk, "signed")
    actions.move_sponsorship(deal.pk, "contract")
    booth.refresh_from_db()
    assert booth.sponsorship is None


def test_nothing_is_drawn_or_given_in_a_closed_edition(conference, staff, plan):
    booth, deal = sell.booth(plan=plan), signed(conference)
    editions.close(conference)
    for name, data in {
        "plan-new": {"name": "Hall", "picture": upload(sell.DRAWING.encode())},
        "booth-give": {"booth": booth.pk, "deal": deal.pk},
    }.items():
        answer = staff.post(at(name, conference), data)
        assert "closed" in answer.content.decode(), name
    for name, pk, data in (
        ("plan", plan.pk, SIDES | {"number": "1", "count": "1"}),
        ("plan-change", plan.pk, {"name": "x"}),
        ("plan-remove", plan.pk, {}),
        ("booth", booth.pk, SIDES | {"number": "x"}),
        ("booth-free", booth.pk, {}),
        ("booth-remove", booth.pk, {}),
    ):
        answer = staff.post(at(name, conference, pk), data, follow=True)
        assert "closed" in answer.content.decode(), name
    assert Booth.objects.get().number == booth.number


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_the_same_however_many_booths(
    conference, staff, plan, number, django_assert_num_queries
):
    for _ in range(number):
        booth = sell.booth(plan=plan, sponsorship=signed(conference))
        signed(conference)
        sell.booth(plan=plan)
    staff.get(at("booths", conference))
    with django_assert_num_queries(10):
        staff.get(at("booths", conference))
    with django_assert_num_queries(5):
        staff.get(at("booth-list", conference))
    with django_assert_num_queries(6):
        staff.get(at("booth", conference, booth.pk))


def test_who_waits_was_promised_more_booths_than_are_placed(conference, staff, plan):
    """Once the catalogue has booths, only who was promised one waits, until all are placed."""
    signed(conference, "Bronze")
    assert [deal.promised for deal in staff.get(at("booths", conference)).context["waiting"]] == [1]
    two = sell.having(
        sell.package(conference=conference), sell.benefit(conference, kind="booth"), 2
    ).package
    deal = signed(conference, "Harbor DB", package=two)
    sell.booth(plan=plan, sponsorship=deal)
    waiting = staff.get(at("booths", conference))
    found = [
        (one.organization.name, one.placed, one.promised) for one in waiting.context["waiting"]
    ]
    assert found == [("Harbor DB", 1, 2)]
    assert "1 of 2 placed" in waiting.content.decode()
    sell.booth(plan=plan, sponsorship=deal)
    assert list(staff.get(at("booths", conference)).context["waiting"]) == []


def test_who_waits_is_found_by_name(conference, staff, plan):
    signed(conference, "Harbor DB")
    signed(conference, "Loomstack")
    page = staff.get(at("booths", conference), {"q": "loom", "deal": "9" * 400})
    assert [deal.organization.name for deal in page.context["waiting"]] == ["Loomstack"]
    assert page.context["placing"] is None
    assert "No name fits" in staff.get(at("booths", conference), {"q": "🐧"}).content.decode()


# --- printed ---------------------------------------------------------------------------------


def test_list_is_by_number_or_by_name(conference, staff, plan):
    sell.booth(plan=plan, number="10", sponsorship=signed(conference, "alder"))
    sell.booth(plan=plan, number="9", sponsorship=signed(conference, "Birch"))
    sell.booth(plan=plan, number="11")
    by_number = staff.get(at("booth-list", conference)).context["booths"]
    assert [booth.number for booth in by_number] == ["9", "10", "11"]
    by_name = staff.get(at("booth-list", conference), {"by": "name"}).context["booths"]
    assert [booth.number for booth in by_name] == ["10", "9"]


def test_signs_have_a_sheet_for_each_taken_booth(conference, staff, plan):
    deal = signed(conference, "Härbor <DB> 山")
    deal.organization.logo.save("a1.png", ContentFile(sell.picture()))
    sell.booth(plan=plan, number="10", sponsorship=deal)
    sell.booth(plan=plan, number="9", sponsorship=signed(conference, "Loomstack " * 15))
    sell.booth(plan=plan, number="8")
    answer = staff.get(at("booth-signs", conference))
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(ContentFile(answer.content)).pages
    texts = [page.extract_text() for page in pages]
    assert [text.split()[0] for text in texts] == ["9", "10"]
    assert "Härbor <DB>" in texts[1]
    assert len(pages[1].images) == 1


def test_no_sign_is_an_empty_sheet(conference, staff):
    answer = staff.get(at("booth-signs", conference))
    assert len(PdfReader(ContentFile(answer.content)).pages) == 1


# --- for everyone ----------------------------------------------------------------------------


def read(name, conference, *args):
    return Client().get(at(name, conference, *args)).content.decode()


def test_map_and_list_follow_every_change_at_once(conference, plan):
    deal, booth = signed(conference), sell.booth(plan=plan, number="7")
    assert "Harbor DB" not in read("hall", conference) + read("exhibitors", conference)
    actions.give_booth(booth, deal)
    for page in ("hall", "exhibitors"):
        shown = read(page, conference)
        assert at("exhibitor", conference, deal.organization.named_code) in shown
        assert ">7</" in shown
    actions.change(conference, deal.organization, name="Harbor SQL")
    assert "Harbor SQL" in read("hall", conference)
    actions.free_booth(booth)
    assert "Harbor" not in read("hall", conference) + read("exhibitors", conference)


def test_map_says_nothing_of_the_committee(conference, plan):
    sell.booth(plan=plan, number="7", notes="Noisy neighbours", sponsorship=signed(conference))
    assert "Noisy" not in read("hall", conference)


def test_exhibitors_page_is_for_signed_deals_alone(conference, plan):
    deal = signed(conference, "<b>Harbor</b>")
    sell.booth(plan=plan, number="7", sponsorship=deal)
    page = read("exhibitor", conference, deal.organization.named_code)
    assert "&lt;b&gt;Harbor&lt;/b&gt;" in page
    assert f"{at('hall', conference)}#place-7" in page
    lead = sell.sponsorship(conference=conference).organization
    for code in (lead.code, "ABCDEF", f"{lead.code}-x"):
        assert Client().get(at("exhibitor", conference, code)).status_code == 404
    other = sell.sponsorship(status="signed").organization
    assert Client().get(at("exhibitor", conference, other.code)).status_code == 404


def test_public_pages_are_cached_and_ask_the_same(conference, plan, django_assert_num_queries):
    for number in (1, 3):
        for _ in range(number):
            sell.booth(plan=plan, sponsorship=signed(conference))
        for name, statements in (
            ("hall", 4),
            ("exhibitors", 5),
            ("sponsors-json", 4),
            ("exhibitors-json", 4),
            ("rss", 4),
        ):
            with django_assert_num_queries(statements):
                first = Client().get(at(name, conference))
            with django_assert_num_queries(1):
                again = Client().get(at(name, conference), headers={"if-none-match": first["ETag"]})
            assert again.status_code == 304


def test_empty_hall_says_so(conference):
    assert "not planned yet" in read("hall", conference)
    assert "No exhibitor has a place yet" in read("exhibitors", conference)


def test_plan_picture_is_for_public_editions(conference, plan, chair):
    answer = Client().get(plan.picture_url)
    assert answer.getvalue() == sell.DRAWING.encode()
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "script" not in answer["Content-Security-Policy"]
    Conference.objects.update(is_public=False)
    assert Client().get(plan.picture_url).status_code == 404
    assert chair.get(at("plan-drawing", conference, plan.pk)).status_code == 200
    plan.picture.storage.delete(plan.picture.name)
    assert chair.get(at("plan-drawing", conference, plan.pk)).status_code == 404


def test_sponsors_and_exhibitors_as_json(conference, plan, settings):
    gold = sell.package(conference=conference, name="Gold", position=1)
    deal = signed(conference, "Harbor \x0b“DB”", package=gold)
    sell.booth(plan=plan, number="7", sponsorship=deal)
    signed(conference, "Without a booth", package=gold)
    sell.sponsorship(conference=conference)
    answer = Client().get(at("sponsors-json", conference))
    assert answer["Access-Control-Allow-Origin"] == "*"
    found = answer.json()
    assert [one["name"] for one in found["sponsors"]][1] == "Without a booth"
    assert found["conference"] == {"slug": conference.slug, "name": conference.name}
    code = deal.organization.named_code
    assert found["sponsors"][0] | {"name": ""} == {
        "code": deal.organization.code,
        "name": "",
        "package": "Gold",
        "level": 1,
        "website": None,
        "logo": None,
        "page": f"{settings.SITE_URL}{at('exhibitor', conference, code)}",
        "booths": ["7"],
    }
    exhibitors = Client().get(at("exhibitors-json", conference)).json()["exhibitors"]
    assert [one["booths"] for one in exhibitors] == [["7"]]


def test_rss_names_the_newest_first(conference, plan):
    signed(conference, "Harbor & <DB>")
    deal = signed(conference, "Loomstack")
    sell.booth(plan=plan, number="7", sponsorship=deal)
    answer = Client().get(at("rss", conference))
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    text = answer.content.decode()
    assert text.index("Loomstack") < text.index("Harbor &amp; &lt;DB&gt;")
    assert ", booth 7</description>" in text
