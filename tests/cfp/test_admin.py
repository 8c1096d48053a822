"""The committee's tables: what is seen, what is kept from hands, kind words for mistakes."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from cfp.models import Call, ReviewRules, Speaker, SpeakerAvailability, Talk, Track, TrackRole
from scale.models import Conference, Role
from tests.factories import cfp, scale

Status = Talk.Status
TABLES = [
    *("call", "track", "trackrole", "talkkind", "equipment", "speaker", "talk", "review"),
    *("decision", "reviewrules", "criterion", "reviewtag", "conflictofinterest"),
    *("callquestion", "accesscode"),
]


def text_of(response):
    return response.content.decode()


def table(name):
    return reverse(f"admin:cfp_{name}_changelist")


def add(name):
    return reverse(f"admin:cfp_{name}_add")


def change(row):
    return reverse(f"admin:cfp_{row._meta.model_name}_change", args=[row.pk])


def inline(prefix, *rows, kept=0):
    """The hidden counters of an inline, and its rows."""
    sent = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": kept}
    for number, row in enumerate(rows):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


def fill(conference):
    """One row in every table; returns them by table."""
    track = cfp.track(conference, name=f"Track of {conference.slug}")
    talk = cfp.talk(conference, track=track, title=f"Talk of {conference.slug}")
    return {
        "call": cfp.call(conference, track=track),
        "accesscode": cfp.access_code(conference),
        "callquestion": cfp.question(conference, tracks=[track]),
        "track": track,
        "trackrole": cfp.track_role(scale.user(), track, "chair"),
        "talkkind": cfp.kind(conference, name=f"Kind of {conference.slug}"),
        "equipment": cfp.equipment(conference, name=f"Thing of {conference.slug}"),
        "speaker": talk.talk_speakers.get().speaker,
        "talk": talk,
        "review": cfp.review(talk),
        "decision": cfp.decision(talk),
        "reviewrules": ReviewRules.objects.get_or_create(conference=conference)[0],
        "criterion": cfp.criterion(conference, name=f"Asked at {conference.slug}"),
        "reviewtag": cfp.review_tag(conference, name=f"Tag of {conference.slug}"),
        "conflictofinterest": cfp.conflict(talk),
    }


# --- who sees what -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role.values)
def test_tables_are_for_program_and_chair(as_role, conference, role):
    client, rows = as_role(role), fill(conference)
    expected = 200 if role in ("program", "chair") else 403
    for name in TABLES:
        assert client.get(table(name)).status_code == expected, name
        assert client.get(change(rows[name])).status_code == expected, name


def test_track_chairs_have_nothing_in_the_admin(as_track, conference):
    client = as_track(cfp.track(conference))
    for name in TABLES:
        assert client.get(table(name)).status_code in (302, 403)


def test_rows_of_other_editions_are_not_there(program, conference):
    fill(conference)
    foreign = fill(scale.conference(slug="foreign"))
    for name in set(TABLES) - {"speaker"}:  # speakers belong to no edition
        assert "foreign" not in text_of(program.get(table(name))), name
        assert program.get(change(foreign[name])).status_code in (302, 404), name


def test_reviews_and_decisions_are_only_read_and_never_ones_own(program, conference):
    own = cfp.talk_of(program.user, conference, title="My own talk")
    mine = [cfp.review(own), cfp.decision(own)]
    rows = fill(conference)
    for name in ("review", "decision"):
        assert "My own talk" not in text_of(program.get(table(name)))
        assert program.get(add(name)).status_code == 403
        assert program.post(change(rows[name]), {"score": 5}).status_code == 403
        delete = reverse(f"admin:cfp_{name}_delete", args=[rows[name].pk])
        assert program.post(delete, {"post": "yes"}).status_code == 403
    for row in mine:
        assert program.get(change(row)).status_code == 302


@pytest.mark.parametrize("name", TABLES)
def test_tables_cost_the_same_with_more_rows(
    program, conference, name, django_assert_max_num_queries, django_assert_num_queries
):
    fill(conference)
    program.get(table(name))  # content types are read once for all
    with django_assert_max_num_queries(20) as first:
        program.get(table(name))
    for _ in range(2):
        fill(conference)
    with django_assert_num_queries(len(first)):
        program.get(table(name))


# --- setting up --------------------------------------------------------------------------------


def call_fields(conference, **changed):
    return {
        "conference": conference.pk,
        "track": "",
        "opens_at_0": "2027-10-01",
        "opens_at_1": "00:00:00",
        "closes_at_0": "2027-11-07",
        "closes_at_1": "23:59:00",
        "tickets_a_talk": 4,
        "text": "Bring talks",
        **changed,
    }


@pytest.mark.sqlite
def test_dates_of_a_call_are_typed_on_the_conferences_clocks(program, conference):
    assert program.post(add("call"), call_fields(conference)).status_code == 302
    call = Call.objects.get()
    assert call.opens_at == dt.datetime(2027, 10, 1, 7, 0, tzinfo=dt.UTC)
    # The clocks are set back in the morning of that day: eight hours behind, not seven.
    assert call.closes_at == dt.datetime(2027, 11, 8, 7, 59, tzinfo=dt.UTC)
    page = text_of(program.get(change(call)))
    assert 'value="2027-11-07"' in page and 'value="23:59:00"' in page
    assert "Sunday 7 November 2027, 23:59 PST" in text_of(program.get(table("call")))


def test_call_says_what_is_wrong_with_it(program, conference):
    other = cfp.track(scale.conference())
    own = cfp.track(conference)
    for changed, words in [
        ({"closes_at_0": "2027-09-30"}, "The call closes before it opens."),
        ({"closes_at_0": "soon"}, "Enter a valid date."),
        ({"track": other.pk}, "Select a valid choice."),
        ({"closes_at_0": ""}, "This field is required."),
    ]:
        page = text_of(program.post(add("call"), call_fields(conference, **changed)))
        assert words in page, changed
    assert not Call.objects.exists()
    program.post(add("call"), call_fields(conference, track=own.pk))
    assert Call.objects.get().track == own


def test_program_of_two_editions_cannot_mix_them_up(program, conference):
    other = scale.conference()
    scale.staff_role(program.user, other, Role.PROGRAM)
    track, thing = cfp.track(other), cfp.equipment(other)
    page = text_of(program.post(add("call"), call_fields(conference, track=track.pk)))
    assert "This track belongs to another edition." in page
    talk = cfp.talk(conference)
    page = text_of(
        program.post(change(talk), talk_fields(talk, track=track.pk, equipment=[thing.pk]))
    )
    assert "This track belongs to another edition." in page
    assert f"“{thing}” belongs to another edition." in page


def test_track_says_what_is_wrong_with_it(program, conference):
    cfp.track(conference, code="db")
    fields = {"conference": conference.pk, "name": "Databases", "code": "db", "position": 0}
    fields |= {"colour": "#0e7490", "description": ""}
    page = text_of(program.post(add("track"), fields))
    assert "Another track of this edition has this code." in page
    page = text_of(program.post(add("track"), {**fields, "code": "sql", "colour": "red"}))
    assert "Six hexadecimal digits" in page
    dates = {"starts_on": "2027-03-05", "ends_on": "2027-03-04"}
    page = text_of(program.post(add("track"), {**fields, "code": "sql", **dates}))
    assert "The last day is before the first." in page
    assert program.post(add("track"), {**fields, "code": "sql"}).status_code == 302
    assert Track.objects.get(code="sql").colour == "#0e7490"


def test_track_role_names_a_person_by_address(program, conference):
    track, user = cfp.track(conference), scale.user(email="zoe@example.org")
    fields = {"track": track.pk, "role": "chair", "person": "nobody@example.org"}
    page = text_of(program.post(add("trackrole"), fields))
    assert "Nobody has signed up with this address yet." in page
    fields["person"] = " Zoe@Example.org"
    assert program.post(add("trackrole"), fields).status_code == 302
    role = TrackRole.objects.get()
    assert (role.user, role.track, role.role) == (user, track, "chair")
    assert "already exists" in text_of(program.post(add("trackrole"), fields))
    assert "zoe@example.org" in text_of(program.get(change(role)))
    assert program.post(change(role), {**fields, "role": "reviewer"}).status_code == 302
    assert TrackRole.objects.get().role == "reviewer"


def test_set_up_of_a_closed_edition_is_only_read(program, conference):
    rows = fill(conference)
    conference.closed_at = timezone.now()
    conference.save()
    for name in ("call", "track", "talkkind", "equipment", "talk"):
        assert program.post(change(rows[name]), {"name": "New"}).status_code == 403, name
    assert "Select a valid choice" in text_of(program.post(add("call"), call_fields(conference)))


# --- speakers ----------------------------------------------------------------------------------


def speaker_fields(**changed):
    names = ["pronouns", "organization", "email", "biography", "website"]
    return {"name": "Zoe", **dict.fromkeys(names, ""), **inline("absences"), **changed}


@pytest.mark.sqlite
def test_speaker_is_added_with_an_address_once_whatever_its_case(program):
    assert program.post(add("speaker"), speaker_fields(email="Zoe@Example.org")).status_code == 302
    assert Speaker.objects.get().email == "zoe@example.org"
    page = text_of(program.post(add("speaker"), speaker_fields(email="ZOE@example.org")))
    assert "Speaker with this E-mail already exists." in page
    for _ in range(2):  # without an address there may be many
        assert program.post(add("speaker"), speaker_fields()).status_code == 302


def test_absences_are_typed_on_the_clocks_of_their_edition(program, conference):
    berlin = scale.conference(time_zone="Europe/Berlin")
    scale.staff_role(program.user, berlin, Role.PROGRAM)
    foreign = scale.conference()
    speaker = cfp.speaker()
    row = {"conference": berlin.pk, "starts_at_0": "2027-03-05", "starts_at_1": "10:00"}
    row |= {"ends_at_0": "2027-03-05", "ends_at_1": "12:00"}
    for wrong, words in [
        ({"conference": foreign.pk}, "Select a valid choice"),
        ({"ends_at_1": "09:00"}, "It ends before it starts."),
        ({"starts_at_0": "2027-03-28", "starts_at_1": "02:30"}, "there is no such time"),
        ({"ends_at_1": ""}, "This field is required."),
    ]:
        sent = speaker_fields(**inline("absences", {**row, **wrong}))
        assert words in text_of(program.post(change(speaker), sent)), wrong
    assert not SpeakerAvailability.objects.exists()
    sent = speaker_fields(**inline("absences", row))
    assert program.post(change(speaker), sent).status_code == 302
    absence = SpeakerAvailability.objects.get()
    assert absence.starts_at == dt.datetime(2027, 3, 5, 9, 0, tzinfo=dt.UTC)
    assert 'value="10:00:00"' in text_of(program.get(change(speaker)))


def test_staff_take_away_a_photo(program, django_capture_on_commit_callbacks):
    speaker = cfp.speaker(photo=ContentFile(b"picture", name="me.png"))
    storage, name = speaker.photo.storage, speaker.photo.name
    chosen = {"action": "take_photo_away", "_selected_action": [speaker.pk, cfp.speaker().pk]}
    with django_capture_on_commit_callbacks(execute=True):
        page = text_of(program.post(table("speaker"), chosen, follow=True))
    assert "Photos taken away: 1." in page
    assert not Speaker.objects.get(pk=speaker.pk).photo and not storage.exists(name)


# --- talks -------------------------------------------------------------------------------------


def talk_fields(talk=None, **changed):
    texts = ["notes", "equipment_note", "expected_audience"]
    return {
        "abstract": talk.abstract if talk else "",
        "description": talk.description if talk else "",
        "may_record": "on",
        "title": talk.title if talk else "Keynote",
        "track": "",
        "kind": "",
        "minutes": 45,
        "level": "anyone",
        "language": "English",
        **dict.fromkeys(texts, ""),
        **inline("talk_speakers"),
        **changed,
    }


@pytest.mark.sqlite
def test_invited_talk_comes_in_already_accepted(program, conference):
    speaker = cfp.speaker()
    sent = talk_fields(conference=conference.pk, status="accepted")
    sent |= inline("talk_speakers", {"speaker": speaker.pk, "position": 0})
    assert program.post(add("talk"), sent).status_code == 302
    talk = Talk.objects.get()
    assert (talk.status, talk.speakers()) == (Status.ACCEPTED, [speaker])
    assert talk.submitted_at
    for status in ("draft", "cancelled", "nonsense", ""):
        page = text_of(program.post(add("talk"), {**sent, "status": status}))
        assert "This field is required." in page or "Select a valid choice" in page
    assert Talk.objects.count() == 1


def test_status_is_not_changed_in_a_form(program, conference):
    talk = cfp.talk(conference)
    program.post(change(talk), talk_fields(talk, title="New title", status="confirmed"))
    talk.refresh_from_db()
    assert (talk.title, talk.status) == ("New title", Status.SUBMITTED)


def test_saving_a_form_leaves_alone_what_others_decided_meanwhile(program, conference, monkeypatch):
    talk = cfp.talk(conference)
    clean = Talk.full_clean

    def decided_meanwhile(self, *args, **kwargs):
        Talk.objects.filter(pk=self.pk).update(status=Status.ACCEPTED)
        return clean(self, *args, **kwargs)

    monkeypatch.setattr(Talk, "full_clean", decided_meanwhile)
    program.post(change(talk), talk_fields(talk, title="New title"))
    talk.refresh_from_db()
    assert (talk.title, talk.status) == ("New title", Status.ACCEPTED)


def test_speakers_are_changed_and_seen_in_public_at_once(program, conference):
    talk = cfp.talk(conference, status=Status.CONFIRMED)
    link, other = talk.talk_speakers.get(), cfp.speaker()
    before = Conference.objects.get(pk=conference.pk).version
    row = {"id": link.pk, "talk": talk.pk, "speaker": other.pk, "position": 0}
    program.post(change(talk), talk_fields(talk, **inline("talk_speakers", row, kept=1)))
    assert talk.speakers() == [other]
    assert Conference.objects.get(pk=conference.pk).version == before + 1


def test_speaker_named_twice_is_refused_kindly(program, conference):
    talk, speaker = cfp.talk(conference, speakers=[]), cfp.speaker()
    rows = [{"speaker": speaker.pk, "position": n} for n in (0, 1)]
    page = text_of(program.post(change(talk), talk_fields(talk, **inline("talk_speakers", *rows))))
    assert "Please correct the duplicate" in page
    assert not talk.talk_speakers.exists()


@pytest.mark.parametrize("role", [Role.PROGRAM, Role.CHAIR])
def test_talks_are_never_deleted_and_drafts_are_not_there(as_role, conference, role):
    client = as_role(role)
    draft = cfp.talk(conference, status=Status.DRAFT, title="Nobody's business")
    talk = cfp.talk(conference)
    assert client.get(change(draft)).status_code == 302
    assert "business" not in text_of(client.get(table("talk")))
    delete = reverse("admin:cfp_talk_delete", args=[talk.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [talk.pk], "post": "yes"}
    client.post(table("talk"), chosen)
    assert Talk.objects.count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"title": ""},
        {"title": "x" * 251},
        {"title": "a\x00b"},
        {"minutes": 0},
        {"minutes": 2000},
        {"expected_audience": -1},
        {"expected_audience": 10**30},
        {"language": "x" * 21},
        {"level": "x"},
    ],
    ids=lambda changed: str(changed)[:30],
)
def test_bad_talk_is_refused_beside_the_field(program, conference, changed):
    talk = cfp.talk(conference)
    response = program.post(change(talk), talk_fields(talk, **changed))
    assert set(response.context["adminform"].form.errors) == set(changed)


def test_speaker_of_another_edition_alone_is_not_changed(program, conference):
    elsewhere = cfp.talk(scale.conference()).speakers()[0]
    response = program.post(change(elsewhere), {"name": "Mine", "email": "mine@example.org"})
    assert response.status_code == 403
    elsewhere.refresh_from_db()
    assert elsewhere.email != "mine@example.org"
    here = cfp.talk(conference).speakers()[0]
    assert program.get(change(here)).status_code == 200
