"""The crew's sheets, who speaks next, and head counts from a phone."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from cfp.models import Talk
from scale.editions import close
from scale.models import Conference, Role
from schedule import actions, crew
from schedule.models import HeadCount, PresenceHour
from schedule.plans import State, working_plan
from tests.factories import cfp
from tests.factories import registration as make_registration
from tests.factories import scale as make_scale
from tests.factories import schedule as make


@pytest.fixture
def today(db):
    """An edition that began at midnight."""
    now = timezone.now().date()
    return make_scale.conference(starts_on=now, ends_on=now, time_zone="UTC")


@pytest.fixture
def staged(today):
    """A talk in a room that lacks one of the two things it needs."""
    projector, mic = cfp.equipment(today, name="projector"), cfp.equipment(today, name="lapel mic")
    room = make.room(today, name="Room 104", capacity=120)
    room.equipment.add(projector)
    talk = make.confirmed(
        today,
        title="Ceph at scale",
        speakers=[cfp.speaker(name="Lena Ortiz")],
        expected_audience=80,
        equipment_note="brings a camel",
        day_phone="+1 555 0199",
        may_record=False,
    )
    talk.equipment.add(projector, mic)
    slot = make.slot(today, room=room, talk=talk, starts_at=make.at(today, 0, 5))
    return {"room": room, "talk": talk, "slot": slot}


@pytest.fixture
def sheet(today, staged):
    args = [today.slug, staged["room"].code, today.starts_on.isoformat()]
    return lambda name="crew-sheet": reverse(f"schedule:{name}", args=args)


@pytest.fixture
def technician(as_role, today):
    return as_role(Role.CREW, edition=today)


@pytest.mark.sqlite
def test_sheet_says_what_a_technician_asks(technician, sheet, staged):
    page = technician.get(sheet()).content.decode()
    for words in (
        *("Ceph at scale", "Lena Ortiz", "+1 555 0199", "brings a camel", "do not record"),
        *("✓ projector", "✕ lapel mic (not here)", "Schedule version 1", "48–112 people / 120"),
    ):
        assert words in page, words


def test_pdf_says_the_same(technician, sheet):
    response = technician.get(sheet("crew-sheet-pdf"))
    assert response["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    for words in ("Ceph at scale", "Lena Ortiz", "NOT IN THE ROOM: lapel mic", "DO NOT RECORD"):
        assert words in text, words
    assert "schedule version 1" in text


def test_pdf_of_forty_slots_has_several_pages(technician, sheet, today, staged):
    for n in range(40):
        make.slot(
            today,
            room=staged["room"],
            talk=None,
            title=f"Slot {n} " + "long title " * 10,
            starts_at=make.at(today, 1 + n // 2, 30 * (n % 2)),
            minutes=20,
        )
    reader = PdfReader(io.BytesIO(technician.get(sheet("crew-sheet-pdf")).content))
    assert len(reader.pages) > 2
    assert "Slot 39" in reader.pages[-1].extract_text()


def test_what_changed_since_a_sheet_was_printed(technician, sheet, today, staged):
    other = make.room(today, name="Room 106")
    make.slot(today, room=other, starts_at=make.at(today, 3))  # version 2: another room
    make.move(staged["slot"], room_id=other.pk)
    actions.publish(working_plan(today), notify=False)
    page = technician.get(f"{sheet()}?since=1").content.decode()
    assert "Room 104" in page and "→ Room 106" in page
    assert page.count("→") == 1
    assert "that sheet is still right" in technician.get(f"{sheet()}?since=3").content.decode()
    for odd in ("x", "99", "-1", "9" * 20):
        assert technician.get(f"{sheet()}?since={odd}").status_code == 404


def test_sheet_of_a_part_shows_what_happens_in_the_whole(technician, today, staged):
    whole = make.room(today, name="Ballroom GH")
    whole.parts.add(staged["room"])
    make.slot(today, room=whole, talk=None, title="Keynote", starts_at=make.at(today, 5))
    (first, second) = crew.duties(today, today.starts_on, staged["room"])
    assert [one.slot.what for one in (first, second)] == ["Ceph at scale", "Keynote"]


def test_sheets_and_lists_cost_the_same(technician, sheet, today):
    def more(n):
        for hour in range(n):
            talk = make.confirmed(today, expected_audience=5)
            talk.equipment.add(cfp.equipment(today))
            make.slot(today, talk=talk, starts_at=make.at(today, 2 + hour))

    paths = [sheet(), reverse("schedule:crew", args=[today.slug])]
    paths.append(reverse("schedule:crew-speakers", args=[today.slug]))
    technician.get(paths[0])
    costs = []
    for n in (1, 3):
        more(n)
        costs.append([count_queries(technician, path) for path in paths])
    assert costs[0] == costs[1]


def count_queries(client, path):
    with CaptureQueriesContext(connection) as seen:
        client.get(path)
    return len(seen)


def test_speakers_of_the_day_by_what_they_need(technician, today, staged):
    path = reverse("schedule:crew-speakers", args=[today.slug])
    assert "Lena Ortiz" in technician.get(path, {"needs": "lapel mic"}).content.decode()
    page = technician.get(path, {"needs": "live captioning"}).content.decode()
    assert "No talk needs that" in page


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.DOOR, Role.SPONSORSHIP])
def test_phones_are_for_the_crew(as_role, today, sheet, role):
    assert as_role(role, edition=today).get(sheet()).status_code == 403


# --- head counts -------------------------------------------------------------------------------


@pytest.fixture
def phone(client, today, staged):
    """(GET, POST) of the room's list, as the QR code on the sheet opens it."""
    room = staged["room"]
    path = reverse("schedule:count", args=[today.slug, room.code, room.count_secret])
    return lambda data=None: client.post(path, data, follow=True) if data else client.get(path)


@pytest.mark.sqlite
def test_two_taps_count_a_room(phone, today, staged):
    kind = make_registration.ticket_type(today)
    for _ in range(3):
        make_registration.ticket(kind)
    response = phone()
    assert response["Referrer-Policy"] == "no-referrer"
    assert "Ceph at scale" in response.content.decode()
    said = phone({"slot": staged["slot"].uuid, "people": "64"}).content.decode()
    assert "64 people in “Ceph at scale”. Thank you!" in said
    row = HeadCount.objects.get()
    assert (row.people, row.talk, row.room) == (64, staged["talk"], staged["room"])
    phone({"slot": staged["slot"].uuid, "people": "70"})
    assert HeadCount.objects.of(today) == {staged["slot"].uuid: 70}
    assert HeadCount.objects.count() == 2


@pytest.mark.parametrize("people", ["", "-1", "100001", "many", "6\x00", "9" * 40])
def test_what_is_no_number_is_refused_beside_the_field(phone, staged, people):
    page = phone({"slot": staged["slot"].uuid, "people": people}).content.decode()
    assert 'class="state bad' in page
    assert not HeadCount.objects.exists()


def test_count_of_another_room_or_too_early_is_refused(phone, today, staged):
    elsewhere = make.slot(today, starts_at=make.at(today, 0, 5))
    said = phone({"slot": elsewhere.uuid, "people": "5"}).content.decode()
    assert "That is not in this room any more." in said
    late = make.slot(today, room=staged["room"], starts_at=timezone.now() + dt.timedelta(hours=2))
    with pytest.raises(actions.Refused, match="not begun"):
        actions.count_heads(staged["room"], late, 5, expected=None, present=None)


def test_wrong_secret_is_not_there(client, today, staged):
    room = staged["room"]
    for secret in ("x", "0" * 40, make.room(today).count_secret):
        path = reverse("schedule:count", args=[today.slug, room.code, secret])
        assert client.get(path).status_code == 404


def test_closed_edition_takes_no_counts(phone, today, staged):
    close(today)
    said = phone({"slot": staged["slot"].uuid, "people": "5"}).content.decode()
    assert "closed" in said
    assert not HeadCount.objects.exists()


def test_flood_of_counts_is_slowed(phone, staged):
    sent = {"slot": staged["slot"].uuid, "people": "5"}
    for _ in range(60):
        phone(sent)
    assert "Too many tries" in phone(sent).content.decode()
    assert HeadCount.objects.count() == 60


def test_counts_stand_against_the_projection(technician, today, staged):
    room, slot = staged["room"], staged["slot"]
    actions.count_heads(room, slot, 60, expected=80, present=500)
    actions.count_heads(
        room, make.slot(today, starts_at=make.at(today, 0)), 9, expected=None, present=None
    )
    page = technician.get(reverse("schedule:head-counts", args=[today.slug])).content.decode()
    assert 'Over 1 counted slot the projection was off by <b class="num">20</b>' in page
    assert crew.error_of([(80, 60), (10, 40)]) == crew.Error(2, 25.0, -5.0)
    assert crew.error_of([]) is None


def test_earlier_head_counts_of_the_speaker_weigh_in(today, staged):
    """100 of 500 came last year: a fifth of the house, of 30 people that is 6."""
    before = make_scale.conference()
    old = make.slot(before, talk=make.confirmed(before, speakers=[staged["talk"].speakers()[0]]))
    HeadCount.objects.create(
        conference=before, slot_uuid=old.uuid, talk=old.talk, people=100, present=500,
        counted_at=timezone.now(),
    )  # fmt: skip
    Talk.objects.filter(pk=staged["talk"].pk).update(expected_audience=None)
    kind = make_registration.ticket_type(today)
    for _ in range(30):
        make_registration.ticket(kind)
    PresenceHour.objects.create(conference=today, hour=0, percent=100)
    state = State.of(working_plan(Conference.objects.get(pk=today.pk)))
    found = state.projections[staged["slot"].uuid]
    assert (found.people, found.by) == (6, ("head counts",))
