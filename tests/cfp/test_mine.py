"""A speaker's own pages: what stands where, editing until the deadline, the profile."""

import datetime as dt
import io

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cfp.letters import confirm_path
from cfp.models import Speaker, Talk, TalkSpeaker
from scale.models import OutgoingEmail, Role
from scale.time import from_wall
from tests.factories import cfp, scale

from .writing import fields_of, hand_in, save
from .writing import page as page_of

Status = Talk.Status
SECOND = dt.timedelta(seconds=1)
MY_TALKS = "/my/talks/"


def text_of(response):
    return response.content.decode()


def edit(talk):
    return page_of(talk)


def withdraw(talk):
    return reverse("cfp:withdraw", args=[talk.code])


# --- what stands where -------------------------------------------------------------------------


@pytest.mark.sqlite
def test_my_talks_ask_to_sign_in(client, db):
    response = client.get(MY_TALKS)
    assert response.url == f"{reverse('account_login')}?next={MY_TALKS}"


def test_nobody_without_talks_sees_an_empty_page(ana, conference, open_call):
    page = text_of(ana.get(MY_TALKS))
    assert "No talks yet" in page
    assert reverse("cfp:submit", args=[conference.slug]) in page


WORDS = {
    "draft": "Only you see it. Submit it until",
    "submitted": "You can change it until",
    "waitlisted": "On the waiting list",
    "accepted": "Confirm or decline",
    "confirmed": "See you at",
    "rejected": "Not accepted",
    "declined": "You declined",
    "withdrawn": "You withdrew it",
    "cancelled": "Cancelled",
}


@pytest.mark.parametrize("status", Status.values)
def test_every_status_says_what_is_next(ana, conference, open_call, status):
    talk = cfp.talk_of(ana.user, conference, status=status)
    page = text_of(ana.get(MY_TALKS))
    assert WORDS[status] in page
    assert (confirm_path(talk) in page) == (status == "accepted")
    may_withdraw = status in ("draft", "submitted", "waitlisted", "accepted", "confirmed")
    assert (withdraw(talk) in page) == may_withdraw


def test_draft_after_the_deadline_says_that_it_was_not_submitted(ana, conference, open_call, at):
    cfp.talk_of(ana.user, conference, status=Status.DRAFT)
    at(open_call.closes_at)
    assert "The call closed on" in text_of(ana.get(MY_TALKS))


def test_talks_of_closed_editions_can_only_be_read(ana, conference, open_call):
    talk = cfp.talk_of(ana.user, conference, status=Status.CONFIRMED)
    conference.closed_at = timezone.now()
    conference.save()
    page = text_of(ana.get(MY_TALKS))
    assert f"{conference} is over." in page and withdraw(talk) not in page
    assert "can only be read" in text_of(ana.get(edit(talk)))
    ana.post(withdraw(talk))
    talk.refresh_from_db()
    assert talk.status == Status.CONFIRMED


def test_my_talks_cost_the_same_with_more_talks(ana, conference, django_assert_num_queries):
    cfp.call(conference)
    cfp.talk_of(ana.user, conference, track=cfp.track(conference), kind=cfp.kind(conference))
    with django_assert_num_queries(10):
        ana.get(MY_TALKS)
    for _ in range(2):
        elsewhere = scale.conference()
        cfp.call(elsewhere)
        cfp.talk_of(ana.user, elsewhere, track=cfp.track(elsewhere), kind=cfp.kind(elsewhere))
    with django_assert_num_queries(10):
        ana.get(MY_TALKS)


def test_what_waits_for_the_speaker_comes_first(ana, conference):
    later = scale.conference(starts_on=dt.date(2028, 3, 4))
    for place, title, status in [
        (conference, "A", Status.CONFIRMED),
        (conference, "Z", Status.ACCEPTED),
        (conference, "B", Status.DRAFT),
        (later, "C", Status.SUBMITTED),
    ]:
        cfp.talk_of(ana.user, place, title=title, status=status)
    shown = [standing.talk.title for standing, _ in ana.get(MY_TALKS).context["standings"]]
    assert shown == ["C", "Z", "B", "A"]


def test_who_reviews_for_a_track_finds_the_reviews(as_track, conference):
    client = as_track(cfp.track(conference), "reviewer")
    assert reverse("cfp:reviews", args=[conference.slug]) in text_of(client.get(MY_TALKS))


# --- claiming ----------------------------------------------------------------------------------


def test_profile_under_a_proven_address_is_offered_and_taken(ana, conference):
    EmailAddress.objects.create(user=ana.user, email="ana@work.example", verified=True)
    invited = cfp.speaker(name="Ana R.", email="ana@work.example")
    talk = cfp.talk(conference, speakers=[invited], status=Status.ACCEPTED, title="Keynote")
    page = text_of(ana.get(MY_TALKS))
    assert "Is this you?" in page and "Ana R." in page and "Keynote" not in page
    assert ana.get(edit(talk)).status_code == 404
    ana.post(reverse("cfp:claim"))
    assert "Keynote" in text_of(ana.get(MY_TALKS))
    invited.refresh_from_db()
    assert invited.user == ana.user
    ana.post(reverse("cfp:claim"))
    assert Speaker.objects.count() == 1


def test_nothing_is_claimed_that_is_not_proven_or_not_free(ana, db):
    EmailAddress.objects.create(user=ana.user, email="boss@work.example", verified=False)
    EmailAddress.objects.create(user=ana.user, email="max@work.example", verified=True)
    boss = cfp.speaker(email="boss@work.example")
    taken = cfp.speaker(email="max@work.example", user=scale.user())
    assert "Is this you?" not in text_of(ana.get(MY_TALKS))
    ana.post(reverse("cfp:claim"))
    for speaker in (boss, taken):
        owner = speaker.user
        speaker.refresh_from_db()
        assert speaker.user == owner
    assert not Speaker.objects.filter(user=ana.user).exists()


def test_claiming_is_a_post(ana):
    assert ana.get(reverse("cfp:claim")).status_code == 405


# --- editing -----------------------------------------------------------------------------------


@pytest.fixture
def mine(ana, conference, open_call):
    return cfp.talk_of(
        ana.user,
        conference,
        title="As it was",
        track=cfp.track(conference),
        kind=cfp.kind(conference, minutes=45),
    )


@pytest.mark.sqlite
def test_speaker_edits_a_submitted_talk(ana, mine):
    thing = cfp.equipment(mine.conference)
    assert save(ana, mine, title="As it is", do="save").url == edit(mine)
    assert save(ana, mine, title="As it is", do="next").url == page_of(mine, "needs")
    response = save(ana, mine, "needs", equipment=[thing.pk], notes="Short", do="next")
    assert response.url == page_of(mine, "you")
    mine.refresh_from_db()
    assert (mine.title, mine.notes, mine.status) == ("As it is", "Short", Status.SUBMITTED)
    assert list(mine.equipment.all()) == [thing]


def test_draft_is_saved_and_submitted_later(ana, conference, open_call, sent):
    talk = cfp.talk_of(ana.user, conference, status=Status.DRAFT, abstract="", submitted_at=None)
    save(ana, talk, title="Better", do="save")
    talk.refresh_from_db()
    assert (talk.title, talk.status) == ("Better", Status.DRAFT)
    response = hand_in(ana, talk)
    assert [one.step for one in response.context["missing"]] == ["talk"]
    assert "Something is still missing: the short abstract." in text_of(response)
    save(ana, talk, abstract="Now")
    for _ in range(2):
        assert hand_in(ana, talk).url == MY_TALKS
    talk.refresh_from_db()
    assert talk.status == Status.SUBMITTED and talk.submitted_at
    assert sent() == [("talk submitted", ana.user.email)]


def test_usual_length_follows_the_kind_and_another_one_stays(ana, mine, conference):
    long = cfp.kind(conference, minutes=180)
    assert fields_of(ana, mine).get("minutes") is None
    ana.post(edit(mine), fields_of(ana, mine, kind=long.pk))
    mine.refresh_from_db()
    assert mine.minutes == 180
    ana.post(edit(mine), fields_of(ana, mine, minutes=20))
    assert fields_of(ana, mine)["minutes"] == 20


def test_submitted_talk_stays_complete(ana, mine):
    response = ana.post(edit(mine), fields_of(ana, mine, abstract="", do="draft"))
    assert set(response.context["form"].errors) == {"abstract"}


def test_what_was_agreed_at_acceptance_is_not_the_speakers_to_change(ana, mine, conference):
    Talk.objects.filter(pk=mine.pk).update(status=Status.ACCEPTED)
    other = cfp.track(conference)
    fields = fields_of(ana, mine, title="New title", minutes=900, track=other.pk)
    ana.post(edit(mine), fields)
    was = mine.track
    mine.refresh_from_db()
    assert (mine.title, mine.minutes, mine.track) == ("New title", 45, was)


@pytest.fixture
def bea(mine):
    """A client of who gives the talk together with Ana."""
    client, user = Client(), scale.user(name="Bea")
    client.force_login(user)
    TalkSpeaker.objects.create(talk=mine, speaker=cfp.speaker(user=user), position=1)
    return client


def test_who_saves_second_is_told_what_differs_and_loses_nothing(ana, bea, mine):
    anas = fields_of(ana, mine, title="Ana's title", language="Basque")
    beas = fields_of(bea, mine, title="Bea's title", description="Bea's words")
    assert bea.post(edit(mine), beas).status_code == 302
    answer = ana.post(edit(mine), anas)
    page = text_of(answer)
    mine.refresh_from_db()
    assert (answer.status_code, mine.title) == (200, "Bea's title")
    assert "Bea changed this talk while you wrote." in page
    saved = dict(answer.context["form"].saved_now)
    assert saved.keys() == {"Title", "Full description", "Language"}
    assert (saved["Title"], saved["Full description"]) == ("Bea's title", "Bea's words")
    assert "Ana&#x27;s title" in page and "Basque" in page
    again = {**anas, "seen": answer.context["form"]["seen"].value()}
    assert ana.post(edit(mine), again).status_code == 302
    mine.refresh_from_db()
    assert (mine.title, mine.language) == ("Ana's title", "Basque")


def test_who_writes_in_another_step_disturbs_nobody(ana, bea, mine):
    anas = fields_of(ana, mine, title="Ana's title")
    assert save(bea, mine, "needs", notes="Bea's notes").status_code == 302
    assert ana.post(edit(mine), anas).status_code == 302
    mine.refresh_from_db()
    assert (mine.title, mine.notes) == ("Ana's title", "Bea's notes")


def test_equipment_that_another_ticked_is_not_lost(ana, bea, mine, conference):
    thing = cfp.equipment(conference, name="Piano")
    anas = fields_of(ana, mine, "needs", notes="Short")
    save(bea, mine, "needs", equipment=[thing.pk])
    answer = ana.post(page_of(mine, "needs"), anas)
    assert dict(answer.context["form"].saved_now)["What you need in the room"] == "Piano"
    assert list(mine.equipment.all()) == [thing]


def test_the_same_saved_twice_is_no_quarrel(ana, mine):
    fields = fields_of(ana, mine, title="Clicked twice")
    assert ana.post(edit(mine), fields).status_code == 302
    assert ana.post(edit(mine), fields).status_code == 302


def test_a_decision_meanwhile_disturbs_no_edit(ana, mine):
    fields = fields_of(ana, mine, title="Better")
    cfp.tell(mine, "waitlist")
    assert ana.post(edit(mine), fields).status_code == 302


def test_accepted_keynote_without_description_can_be_edited(ana, conference, open_call):
    talk = cfp.talk_of(ana.user, conference, status=Status.ACCEPTED, abstract="", description="")
    cfp.track(conference)
    cfp.kind(conference)
    ana.post(edit(talk), fields_of(ana, talk, title="My keynote"))
    talk.refresh_from_db()
    assert talk.title == "My keynote"


# The clocks are set back on 2027-11-07 at 02:00, and forward on 2027-03-14.
@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("America/Los_Angeles", "2027-11-07 23:59", "2027-11-08 07:59"),
        ("America/Los_Angeles", "2027-11-06 23:59", "2027-11-07 06:59"),
        ("America/Los_Angeles", "2027-03-14 03:00", "2027-03-14 10:00"),
        ("America/Los_Angeles", "2027-03-13 23:59", "2027-03-14 07:59"),
        ("Europe/Berlin", "2027-10-31 12:00", "2027-10-31 11:00"),
        ("Asia/Kathmandu", "2027-10-31 12:00", "2027-10-31 06:15"),
    ],
)
@pytest.mark.parametrize("late", [False, True], ids=["a second before", "to the second"])
def test_deadline_holds_to_the_second_across_clock_changes(ana, at, zone, wall, utc, late):
    conference = scale.conference(time_zone=zone, starts_on=dt.date(2028, 1, 6))
    closes = from_wall(dt.datetime.fromisoformat(wall), conference)
    assert closes == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    cfp.call(conference, opens_at=closes - dt.timedelta(days=60), closes_at=closes)
    talk = cfp.talk_of(ana.user, conference, title="As it was")
    at(closes - SECOND)
    ana.force_login(ana.user)
    page = text_of(ana.get(edit(talk)))
    assert f"{dt.datetime.fromisoformat(wall):%-d %B %Y, %H:%M}" in page
    fields = fields_of(ana, talk, title="As it is")
    at(closes if late else closes - SECOND)
    response = ana.post(edit(talk), fields)
    talk.refresh_from_db()
    if late:
        assert talk.title == "As it was"
        page = text_of(response)
        assert "closed on" in page and "What you typed is still here" in page
        assert "As it is" in page
        assert "can only be read" in text_of(ana.get(edit(talk)))
    else:
        assert talk.title == "As it is"


def test_moving_to_a_track_whose_call_is_closed_is_refused(ana, mine, conference, open_call):
    now = timezone.now()
    closed = cfp.track(conference)
    fields = fields_of(ana, mine, track=closed.pk)
    hour = dt.timedelta(hours=1)
    cfp.call(conference, track=closed, opens_at=now - 2 * hour, closes_at=now - hour)
    response = ana.post(edit(mine), fields)
    assert set(response.context["form"].errors) == {"track"}


@pytest.mark.parametrize("status", ["rejected", "declined", "withdrawn", "cancelled"])
def test_talk_that_is_over_can_only_be_read(ana, mine, status):
    fields = fields_of(ana, mine, title="Too late")
    Talk.objects.filter(pk=mine.pk).update(status=status)
    assert "can only be read" in text_of(ana.get(edit(mine)))
    assert "cannot be changed here any more" in text_of(ana.post(edit(mine), fields))
    mine.refresh_from_db()
    assert mine.title == "As it was"


@pytest.mark.parametrize("who", ["stranger", "program", "chair", "co-speaker"])
def test_only_its_speakers_reach_a_talk(ana, mine, as_role, who, conference):
    if who == "co-speaker":
        client = as_role()
        mine.talk_speakers.create(speaker=cfp.speaker(user=client.user))
    else:
        roles = {"stranger": [], "program": [Role.PROGRAM], "chair": [Role.CHAIR]}[who]
        client = as_role(*roles)
    expected = 200 if who == "co-speaker" else 404
    for path in (edit(mine), withdraw(mine)):
        assert client.get(path).status_code == expected
    if who != "co-speaker":
        for path in (edit(mine), withdraw(mine)):
            assert client.post(path, fields_of(ana, mine, title="stolen")).status_code == 404
        mine.refresh_from_db()
        assert (mine.title, mine.status) == ("As it was", Status.SUBMITTED)


# --- withdrawing -------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_withdrawing_is_asked_once_more(ana, mine):
    page = text_of(ana.get(withdraw(mine)))
    assert "Withdraw this talk?" in page
    mine.refresh_from_db()
    assert mine.status == Status.SUBMITTED


def test_withdrawn_talk_keeps_the_reason_and_who_counted_on_it_is_told(ana, mine, as_role, sent):
    Talk.objects.filter(pk=mine.pk).update(status=Status.CONFIRMED)
    program = as_role(Role.PROGRAM).user
    as_role(Role.REVIEWER)
    chair = scale.user()
    cfp.track_role(chair, mine.track, "chair")
    cfp.track_role(scale.user(), mine.track, "reviewer")
    for _ in range(2):
        assert ana.post(withdraw(mine), {"reason": "Flu"}).url == MY_TALKS
    mine.refresh_from_db()
    assert (mine.status, mine.reason) == (Status.WITHDRAWN, "Flu")
    assert sorted(sent()) == sorted([("talk gone", program.email), ("talk gone", chair.email)])
    assert "Flu" in OutgoingEmail.objects.first().text


def test_withdrawing_what_nobody_counted_on_tells_nobody(ana, mine, as_role, sent):
    as_role(Role.PROGRAM)
    ana.post(withdraw(mine))
    mine.refresh_from_db()
    assert mine.status == Status.WITHDRAWN and sent() == []


def test_rejected_talk_cannot_be_withdrawn(ana, mine):
    Talk.objects.filter(pk=mine.pk).update(status=Status.REJECTED)
    page = text_of(ana.post(withdraw(mine), follow=True))
    assert "A talk that is not accepted cannot become withdrawn." in page


# --- the profile -------------------------------------------------------------------------------

PROFILE = {"name": "Ana Ruiz", "biography": "Keeps **databases**.", "website": "ana.example"}


def picture(size=(1600, 900), kind="JPEG", name="me.jpg"):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


@pytest.mark.sqlite
def test_profile_is_made_and_changed(ana):
    assert ana.get("/my/profile/").context["form"]["name"].value() == "Ana Ruiz"
    ana.post("/my/profile/", PROFILE)
    speaker = Speaker.objects.get()
    assert (speaker.user, speaker.website) == (ana.user, "https://ana.example")
    assert speaker.email == ana.user.email
    ana.post("/my/profile/", {**PROFILE, "name": "Ana R."})
    assert Speaker.objects.get().name == "Ana R."


def test_photo_is_written_anew_small_and_without_metadata(ana, settings):
    ana.post("/my/profile/", {**PROFILE, "photo": picture()})
    speaker = Speaker.objects.get()
    with Image.open(speaker.photo.open()) as saved:
        assert (saved.format, saved.size) == ("PNG", (800, 800))
    assert speaker.photo.name.startswith("speakers/") and "me" not in speaker.photo.name
    assert 'src="/my/profile/photo.png"' in text_of(ana.get("/my/profile/"))
    response = ana.get("/my/profile/photo.png")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")


def test_photo_of_ones_own_is_nobody_elses(ana, as_role, client):
    assert ana.get("/my/profile/photo.png").status_code == 404
    ana.post("/my/profile/", {**PROFILE, "photo": picture()})
    assert as_role().get("/my/profile/photo.png").status_code == 404
    assert client.get("/my/profile/photo.png").status_code == 302
    speaker = Speaker.objects.get()
    speaker.photo.storage.delete(speaker.photo.name)
    assert ana.get("/my/profile/photo.png").status_code == 404


def test_new_photo_replaces_the_old_file(ana, django_capture_on_commit_callbacks):
    files = []
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            ana.post("/my/profile/", {**PROFILE, "photo": picture()})
        files.append(Speaker.objects.get().photo)
    first, second = files
    assert first.name != second.name
    assert second.storage.exists(second.name) and not first.storage.exists(first.name)
    with django_capture_on_commit_callbacks(execute=True):
        ana.post("/my/profile/", {**PROFILE, "remove_photo": "on"})
    assert not Speaker.objects.get().photo
    assert not second.storage.exists(second.name)


def test_saving_without_a_photo_keeps_it(ana):
    ana.post("/my/profile/", {**PROFILE, "photo": picture()})
    ana.post("/my/profile/", PROFILE)
    assert Speaker.objects.get().photo


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("me.png", b"GIF89a but not really"),
        SimpleUploadedFile("me.svg", b"<svg onload='alert(1)'/>"),
        SimpleUploadedFile("me.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 10_000_001),
        SimpleUploadedFile("me.png", b""),
    ],
    ids=["no picture", "svg", "too large", "empty"],
)
def test_what_is_no_picture_is_refused_beside_the_field(ana, upload):
    response = ana.post("/my/profile/", {**PROFILE, "photo": upload})
    assert set(response.context["form"].errors) == {"photo"}
    assert "Keeps **databases**." in text_of(response)
    assert not Speaker.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [{"name": ""}, {"name": "x" * 201}, {"website": "javascript:1"}, {"pronouns": "\x00"}],
    ids=str,
)
def test_bad_profile_is_refused_beside_the_field(ana, changed):
    response = ana.post("/my/profile/", {**PROFILE, **changed})
    assert set(response.context["form"].errors) == set(changed)
    assert not Speaker.objects.exists()


def test_profile_asks_to_sign_in(client, db):
    assert client.get("/my/profile/").url == f"{reverse('account_login')}?next=/my/profile/"
