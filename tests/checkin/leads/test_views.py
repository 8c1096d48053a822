"""Leads over HTTP: the exhibitor's phone, the ticket's holder, the sponsorship committee."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from checkin.badges import actions as badges
from checkin.models import Lead
from registration.actions import pass_on
from registration.models import Order, SaleRules, Ticket
from scale import editions, privacy
from scale.models import AuditEntry, Role
from tests.factories import checkin as make
from tests.factories import leads as factory
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(conference):
    return factory.phone(conference)


def entry(code, **fields):
    return {"id": str(uuid.uuid4()), "code": code, "at": timezone.now().isoformat()} | fields


def send(phone, *scans, notes=()):
    body = {"device": {"version": "1", "queued": 2}, "scans": scans, "notes": notes}
    answer = phone.post("/door/leads/send/", body, content_type="application/json")
    assert answer.status_code == 200
    return answer.json()


def test_queue_gets_what_was_ticked_and_one_word_for_all_else(conference, phone):
    given = factory.badge(conference, "name", "phone")
    silent = factory.badge(conference, attendee_name="Secret Person")
    scans = [entry(given.code), entry(silent.code), entry("ABCDEFGHJKLMN")]
    first, *others = send(phone, *scans)["answers"]
    assert {name for name in first["lead"]} == {"id", "at", "note", "name", "phone"}
    assert (first["lead"]["name"], first["lead"]["phone"]) == ("Ada Example", "+1 555 0100")
    assert len({(one["lead"], one["words"]) for one in others}) == 1
    assert Lead.objects.get().ticket == given.ticket
    phone.station.refresh_from_db()
    assert (phone.station.app_version, phone.station.queued) == ("1", 2)


def test_bad_entry_stands_in_nobodys_way(conference, phone):
    good = entry(factory.badge(conference, "name").code)
    bad = [entry("ABCDEFGHJKLM"), {"id": "x"}, 7, entry("ABCDEFGHJKLMN", at="soon")]
    answers = send(phone, *bad, good)["answers"]
    assert [one.get("why") for one in answers] == [
        "no_badge",
        "unreadable",
        "unreadable",
        "unreadable",
        None,
    ]
    assert Lead.objects.count() == 1


def test_notes_come_after_scans_and_are_cleaned(conference, phone):
    scan = entry(factory.badge(conference, "name").code)
    note = {"id": scan["id"], "was": "", "note": " one\n two\u202e "}
    unknown = {"id": str(uuid.uuid4()), "note": "x"}
    noted = send(phone, scan, notes=[note, unknown])["noted"]
    assert noted[0]["lead"]["note"] == "one\ntwo" and noted[1]["lead"] is None


def test_clock_that_is_wrong_is_corrected(conference, phone):
    badge = factory.badge(conference, "name")
    wrong = timezone.now() + dt.timedelta(days=400)
    body = {
        "device": {"clock": wrong.isoformat()},
        "scans": [entry(badge.code, at=wrong.isoformat())],
    }
    phone.post("/door/leads/send/", body, content_type="application/json")
    assert abs(Lead.objects.get().scanned_at - timezone.now()) < dt.timedelta(minutes=1)


def test_other_sites_may_not_send(phone):
    headers = {"sec-fetch-site": "cross-site"}
    answer = phone.post("/door/leads/send/", {}, content_type="application/json", headers=headers)
    assert answer.status_code == 403


def test_page_of_the_phone_holds_nobody(conference, phone):
    factory.lead(factory.badge(conference, "name"), phone.station)
    page = phone.get("/door/")
    assert "Ada" not in page.content.decode() and "no-store" in page["Cache-Control"]
    assert "inside" not in phone.get("/door/state/").json()


def test_form_without_script(conference, phone):
    badge = factory.badge(conference, "name")
    said = {"code": badge.code.lower(), "note": "Tall", "lead_id": str(uuid.uuid4())}
    answer = phone.post("/door/leads/scan/", said)
    lead = Lead.objects.get()
    assert answer.url == reverse("checkin:lead", args=[lead.lead_id]) and lead.note == "Tall"
    phone.post(answer.url, {"note": "Taller", "was": "Tall"})
    lead.refresh_from_db()
    assert lead.note == "Taller"
    bad = phone.post("/door/leads/scan/", said | {"code": "ABC"})
    assert bad.status_code == 400 and ">Tall</textarea>" in bad.content.decode().replace("\n", "")
    other = factory.badge(conference, "name").code
    assert phone.post("/door/leads/scan/", said | {"code": other}).status_code == 409
    silent = phone.post("/door/leads/scan/", said | {"code": factory.badge(conference).code})
    assert silent.status_code == 200
    assert "Nothing is given" in silent.content.decode()


def test_phones_of_one_exhibitor_share_and_others_see_nothing(conference, phone):
    badge = factory.badge(conference, "name")
    lead = factory.lead(badge, phone.station, note="blue; =1+1")
    second = factory.phone(conference, phone.station.organization)
    assert "Ada Example" in second.get("/door/leads/").content.decode()
    assert "Ada Example" not in second.get("/door/leads/?only=here").content.decode()
    assert "Ada Example" in phone.get("/door/leads/?q=BLUE&only=here").content.decode()
    assert "No contact fits" in phone.get("/door/leads/?q=nobody").content.decode()
    rows = b"".join(second.get("/door/leads.csv").streaming_content).decode()
    assert "Ada Example" in rows and ",=1" not in rows
    other = factory.phone(conference)
    assert "Ada" not in other.get("/door/leads/").content.decode()
    assert b"Ada" not in b"".join(other.get("/door/leads.csv").streaming_content)
    assert other.get(reverse("checkin:lead", args=[lead.lead_id])).status_code == 404


def test_same_exhibitor_in_another_edition_sees_nothing_of_this_one(conference, phone):
    factory.lead(factory.badge(conference, "name"), phone.station)
    later = factory.phone(make_scale.conference(), phone.station.organization)
    assert "Ada" not in later.get("/door/leads/").content.decode()


def test_contacts_take_the_same_statements_for_one_and_three(
    conference, phone, django_assert_num_queries
):
    factory.lead(factory.badge(conference, "name"), phone.station)
    phone.get("/door/leads/")
    with django_assert_num_queries(4):
        phone.get("/door/leads/")
    for _ in range(2):
        factory.lead(factory.badge(conference, "name"), phone.station)
    with django_assert_num_queries(4):
        phone.get("/door/leads/")


# --- the holder ----------------------------------------------------------------------------------


def link(ticket, *more):
    name, args = more if more else ("ticket-exhibitors", [])
    return reverse(
        f"checkin:{name}", args=[ticket.conference.slug, ticket.code, ticket.secret, *args]
    )


def test_holder_ticks_and_unticks(conference, client):
    factory.exhibitor(conference)
    ticket = factory.badge(conference).ticket
    page = client.get(link(ticket))
    assert page.status_code == 200 and " checked" not in page.content.decode()
    client.post(link(ticket), {"shares": ["name", "phone"], "phone": "+1 555 0199"})
    ticket.refresh_from_db()
    assert (ticket.shares(), ticket.phone) == (["name", "phone"], "+1 555 0199")
    assert "gets: name, phone" in client.get(ticket.get_absolute_url()).content.decode()
    for bad, where in (
        ({"shares": ["phone"], "phone": ""}, "phone"),
        ({"shares": ["phone"], "phone": "12"}, "phone"),
        ({"shares": ["postcode"], "phone": ""}, "shares"),
    ):
        page = client.post(link(ticket), bad)
        assert list(page.context["form"].errors) == [where]
    client.post(link(ticket), {"phone": ""})
    ticket.refresh_from_db()
    assert ticket.shares() == []


def test_what_is_unticked_is_off_the_lists_and_files(conference, client, phone):
    badge = factory.badge(conference, "name", "email")
    send(phone, entry(badge.code))
    shown = ("/door/leads/", "/door/leads/?q=ada%40", "/door/leads.csv")

    def has(words):
        pages = [phone.get(path) for path in shown]
        assert [page.status_code for page in pages] == [200] * 3
        return [words in b"".join(page).decode() for page in pages]

    assert has("ada@example.org") == [True] * 3
    assert has("Ada Example") == [True] * 3
    page = client.post(link(badge.ticket), {"shares": ["name"]}, follow=True).content.decode()
    assert "keep nothing else" in page and "ada@example.org" not in page
    assert has("ada@example.org") == [False] * 3
    assert has("Ada Example") == [True, False, True]
    page = client.post(link(badge.ticket), {}, follow=True).content.decode()
    assert "off the lists" in page and "No exhibitor has anything" in page
    assert has("Ada Example") == [False] * 3


@pytest.mark.parametrize("facts", [{"is_minor": True}, {"guardian_name": "Guardian"}])
def test_minors_cannot_tick(conference, client, facts):
    factory.exhibitor(conference)
    ticket = make.ticket(conference, **facts)
    assert "under 18" in client.get(link(ticket)).content.decode()
    client.post(link(ticket), {"shares": ["name"]})
    ticket.refresh_from_db()
    assert ticket.shares() == []


def test_holder_sees_who_has_what_and_takes_it_back_even_later(conference, client, phone):
    lead = factory.lead(factory.badge(conference, "name"), phone.station, note="Tall")
    ticket = lead.ticket
    page = client.get(link(ticket)).content.decode()
    assert phone.station.organization.name in page and "Tall" not in page
    editions.close(conference)
    assert client.get(link(ticket, "lead-take-back", [lead.lead_id])).status_code == 405
    page = client.post(link(ticket, "lead-take-back", [lead.lead_id]), follow=True).content.decode()
    assert "taken back" in page
    lead.refresh_from_db()
    assert (lead.name, lead.note) == ("", "")


def test_link_of_another_ticket_takes_nothing_back(conference, client, phone):
    lead = factory.lead(factory.badge(conference, "name"), phone.station)
    other = factory.badge(conference).ticket
    client.post(link(other, "lead-take-back", [lead.lead_id]))
    lead.refresh_from_db()
    assert lead.taken_back_at is None


def test_edition_that_does_not_ask_shows_no_boxes(conference, client):
    ticket = make.ticket(conference)
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert "Exhibitors" not in page.partition("<main")[2]
    client.post(link(ticket), {"shares": ["name"]})
    ticket.refresh_from_db()
    assert ticket.shares() == []


# --- staff, registries ---------------------------------------------------------------------------


def test_committee_sees_numbers_and_files(as_role, conference, phone, django_assert_num_queries):
    staff = as_role(Role.SPONSORSHIP)
    page = reverse("checkin:exhibitors", args=[conference.slug])
    file = reverse("checkin:exhibitor-file", args=[conference.slug, phone.station.organization_id])
    assert b"Ada" not in b"".join(staff.get(file).streaming_content)
    lead = factory.lead(factory.badge(conference, "name"), phone.station)
    text = staff.get(page).content.decode()
    assert phone.station.organization.name in text and "Ada Example" not in text
    assert b"Ada Example" in b"".join(staff.get(file).streaming_content)
    told = AuditEntry.objects.filter(actor=staff.user, changes__has_key="exported")
    assert told.first().changes["exported"][1] == f"contacts of {phone.station.organization}"
    stranger = reverse("checkin:exhibitor-file", args=[conference.slug, 999_999])
    assert staff.get(stranger).status_code == 404
    with django_assert_num_queries(8):
        staff.get(page)
    for _ in range(2):
        factory.lead(factory.badge(conference, "name"), factory.phone(conference).station)
    with django_assert_num_queries(8):
        staff.get(page)
    assert lead.exhibitor == phone.station.organization


def test_page_warns_where_nobody_is_asked(as_role, conference):
    text = as_role(Role.SPONSORSHIP).get(reverse("checkin:exhibitors", args=[conference.slug]))
    assert "not asked yet" in text.content.decode()


def test_person_sees_and_erases_what_exhibitors_have(conference, phone):
    mine = factory.lead(factory.badge(conference, "name"), phone.station, note="Tall")
    other = factory.badge(conference, "name", attendee_email="bo@example.org")
    factory.lead(other, phone.station)
    [line] = privacy.show("ada@example.org")["Check-ins"]
    assert phone.station.organization.name in line and "Tall" in line
    assert privacy.erase("ada@example.org")
    assert [lead.ticket for lead in Lead.objects.all()] == [other.ticket]
    erased = Ticket.objects.get(pk=mine.ticket_id)
    assert (erased.shares(), erased.phone) == ([], "")


@pytest.mark.parametrize("name, to", [("Ada Example", "ada@example.org"), ("Buyer", "")])
def test_person_who_passed_the_ticket_on_sees_and_erases_what_they_gave(
    conference, phone, name, to
):
    """Neither the ticket nor the lead has their address; without one it was the buyer's own."""
    badge = factory.badge(conference, "name", order_status="paid", attendee_name=name)
    Ticket.objects.filter(pk=badge.ticket_id).update(attendee_email=to)
    Order.objects.update(buyer_name="Buyer", buyer_email="buyer@example.org")
    send(phone, entry(badge.code))
    ticket = pass_on(Ticket.objects.get(pk=badge.ticket_id), name="Bo", email="bo@example.org")
    Ticket.objects.filter(pk=ticket.pk).update(shares_name=True)
    send(phone, entry(badges.print_here(ticket.pk).code))
    asked = to or "buyer@example.org"
    assert [name in line for line in privacy.show(asked)["Check-ins"]] == [True]
    privacy.erase(asked)
    assert [lead.name for lead in Lead.objects.all()] == ["Bo"]
    privacy.erase("bo@example.org")
    assert not Lead.objects.exists()


def test_erasing_an_edition_erases_its_leads(conference, phone):
    factory.lead(factory.badge(conference, "name"), phone.station)
    there = factory.phone(make_scale.conference())
    factory.lead(factory.badge(there.station.conference, "name"), there.station)
    editions.close(conference)
    assert Lead.objects.count() == 2 and phone.get("/door/").status_code == 403
    editions.erase_personal_data(conference)
    assert [lead.station for lead in Lead.objects.all()] == [there.station]


def test_next_edition_asks_too(conference):
    factory.exhibitor(conference)
    new = editions.create_next(
        conference, slug="next", name="SCALE next", starts_on=dt.date(2028, 3, 9)
    )
    assert SaleRules.objects.get(conference=new).exhibitors_scan


def test_nobody_without_a_pairing(conference):
    assert Client().get("/door/leads/").status_code == 403
