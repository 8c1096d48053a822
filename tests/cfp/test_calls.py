"""The call, submitting a talk, and the answer to an acceptance."""

import datetime as dt
import zoneinfo

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cfp.letters import confirm_path
from cfp.models import Speaker, Talk
from scale import codes
from scale.models import OutgoingEmail, Role
from tests.factories import cfp, scale

from .writing import hand_in
from .writing import page as page_of

Status = Talk.Status
DAY = dt.timedelta(days=1)
PACIFIC = zoneinfo.ZoneInfo("America/Los_Angeles")


def text_of(response):
    return response.content.decode()


def address(conference, name="submit"):
    return reverse(f"cfp:{name}", args=[conference.slug])


@pytest.fixture
def filled(conference, open_call):
    """The first step as a speaker fills it, with what only the server knows taken from the page."""
    track = cfp.track(conference, name="Databases")
    kind = cfp.kind(conference, name="Workshop", minutes=180)

    def fill(client, **changed):
        fields = {
            "once": client.get(address(conference)).context["form"]["once"].value(),
            "title": "Vacuum for the impatient",
            "abstract": "What vacuum does while you wait.",
            "description": "It **cleans**.",
            "track": track.pk,
            "kind": kind.pk,
            "minutes": "",
            "level": "beginner",
            "language": "English",
            "do": "next",
        }
        return {**fields, **changed}

    return fill


@pytest.fixture
def needed(conference):
    """The second step."""
    mic = cfp.equipment(conference, name="Lapel mic")
    return {
        "notes": "I gave it twice.",
        "equipment": [mic.pk],
        "equipment_note": "A stool",
        "expected_audience": "120",
        "may_record": "on",
        "do": "next",
    }


ABOUT_ME = {
    "name": "Ana Ruiz",
    "pronouns": "she/her",
    "organization": "Corvid",
    "biography": "Keeps databases.",
    "website": "ana.example",
    "form-TOTAL_FORMS": "0",
    "form-INITIAL_FORMS": "0",
    "do": "next",
}


# --- the call ----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_open_call_says_until_when_in_the_conferences_zone(client, conference):
    closes = dt.datetime(2036, 12, 6, 23, 59, tzinfo=PACIFIC)
    cfp.call(conference, closes_at=closes, text="We like **talks**.")
    cfp.kind(conference, name="Workshop", minutes=180)
    cfp.kind(conference, name="Keynote", is_offered=False)
    cfp.track(conference, name="Databases")
    page = text_of(client.get(address(conference, "call")))
    assert "Saturday 6 December 2036, 23:59 PST" in page
    assert 'datetime="2036-12-06T23:59:00-08:00" data-local' in page
    assert "<strong>talks</strong>" in page
    assert "Workshop" in page and "180 minutes" in page and "Databases" in page
    assert "Keynote" not in page
    assert address(conference) in page


def test_call_that_opens_later_says_when(client, conference):
    now = timezone.now()
    cfp.call(conference, opens_at=now + DAY, closes_at=now + 2 * DAY)
    page = text_of(client.get(address(conference, "call")))
    assert "Not open yet" in page and "Opens on" in page
    assert f'href="{address(conference)}"' not in page


def test_call_that_has_closed_says_when(client, conference):
    now = timezone.now()
    cfp.call(conference, opens_at=now - 2 * DAY, closes_at=now - DAY)
    page = text_of(client.get(address(conference, "call")))
    assert "Closed on" in page
    assert f'href="{address(conference)}"' not in page


def test_edition_without_a_call_says_so(client, conference):
    page = text_of(client.get(address(conference, "call")))
    assert "There is no call yet" in page
    assert address(conference) not in page


def test_call_of_a_partner_track_has_its_own_dates(client, conference):
    now = timezone.now()
    cfp.call(conference, opens_at=now - 2 * DAY, closes_at=now - DAY)
    cfp.call(conference, track=cfp.track(conference, name="DevOpsDays"), text="Ignite *talks*")
    page = text_of(client.get(address(conference, "call")))
    assert "DevOpsDays" in page and "Ignite <em>talks</em>" in page
    assert address(conference) in page


def test_call_page_costs_the_same_with_more_tracks(client, conference, django_assert_num_queries):
    cfp.call(conference)
    cfp.track(conference)
    with django_assert_num_queries(5):
        client.get(address(conference, "call"))
    for _ in range(3):
        track = cfp.track(conference)
        cfp.call(conference, track=track)
        cfp.kind(conference)
    with django_assert_num_queries(5):
        client.get(address(conference, "call"))


def test_hidden_edition_has_no_call_for_visitors(client, as_role):
    hidden = scale.conference(is_public=False)
    cfp.call(hidden)
    assert client.get(address(hidden, "call")).status_code == 404
    assert client.get(address(hidden)).status_code == 404
    staff = as_role(Role.PROGRAM, edition=hidden)
    assert staff.get(address(hidden, "call")).status_code == 200


# --- submitting --------------------------------------------------------------------------------


def test_submitting_asks_to_sign_in_and_comes_back(client, conference, open_call):
    response = client.get(address(conference))
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={address(conference)}"


@pytest.mark.sqlite
def test_step_after_step_makes_talk_profile_and_link(ana, conference, filled, needed, sent):
    response = ana.post(address(conference), filled(ana))
    talk = Talk.objects.get()
    assert (talk.status, talk.submitted_at, talk.conference) == ("draft", None, conference)
    assert response.url == page_of(talk, "needs")
    assert ana.post(response.url, needed).url == page_of(talk, "you")
    assert ana.post(page_of(talk, "you"), ABOUT_ME).url == page_of(talk, "speakers")
    invite = reverse("cfp:invite", args=[talk.code])
    assert ana.post(invite, {"do": "next"}).url == page_of(talk, "files")
    assert ana.post(page_of(talk, "files"), {"do": "next"}).url == page_of(talk, "check")
    assert sent() == []
    assert hand_in(ana, talk).url == reverse("cfp:my-talks")
    talk.refresh_from_db()
    assert (talk.title, talk.status, talk.minutes) == ("Vacuum for the impatient", "submitted", 180)
    assert (talk.level, talk.expected_audience, talk.may_record) == ("beginner", 120, True)
    assert [thing.name for thing in talk.equipment.all()] == ["Lapel mic"]
    assert talk.submitted_at is not None
    [speaker] = talk.speakers()
    assert (speaker.user, speaker.name, speaker.email) == (ana.user, "Ana Ruiz", ana.user.email)
    assert (speaker.website, speaker.organization) == ("https://ana.example", "Corvid")
    assert sent() == [("talk submitted", ana.user.email)]
    mail = OutgoingEmail.objects.get()
    assert "Vacuum for the impatient" in mail.text and "You can change it until" in mail.text


def test_length_is_the_kinds_until_the_speaker_says_otherwise(ana, conference, filled):
    assert ana.get(address(conference)).context["form"]["minutes"].value() is None
    ana.post(address(conference), filled(ana, minutes="20"))
    assert Talk.objects.get().minutes == 20


def test_draft_needs_a_title_alone(ana, conference, filled, sent):
    empty = dict.fromkeys(["abstract", "description", "track", "kind", "minutes"], "")
    response = ana.post(address(conference), filled(ana, do="save", **empty))
    talk = Talk.objects.get()
    assert response.url == page_of(talk)
    assert (talk.status, talk.submitted_at, talk.minutes) == ("draft", None, 45)
    assert talk.speakers()[0].name == "Ana Ruiz"
    assert sent() == []
    response = ana.post(address(conference), filled(ana, title="  ", abstract=""))
    assert response.context["form"].errors == {"title": ["This field is required."]}
    assert response.context["form"].fields["abstract"].required


def test_submission_needs_the_rest_and_says_where_it_is_missing(ana, conference, filled):
    empty = dict.fromkeys(["abstract", "description", "track", "kind"], "")
    ana.post(address(conference), filled(ana, **empty))
    talk = Talk.objects.get()
    page = text_of(ana.get(page_of(talk, "check")))
    for words in ("The short abstract", "The full description", "The track", "The kind of talk"):
        assert f'<a href="{page_of(talk)}">{words}</a>' in page
    assert ">Submit</button>" not in page
    assert "Something is still missing" in text_of(hand_in(ana, talk))
    talk.refresh_from_db()
    assert talk.status == "draft"
    ana.post(page_of(talk), filled(ana))
    assert ">Submit</button>" in text_of(ana.get(page_of(talk, "check")))


def test_draft_goes_on_where_something_is_missing(ana, conference, filled):
    question = cfp.question(conference, is_required=True)
    ana.post(address(conference), filled(ana, abstract=""))
    talk = Talk.objects.get()
    resume = page_of(talk, "resume")
    assert resume in text_of(ana.get(reverse("cfp:my-talks")))
    assert ana.get(resume).url == page_of(talk)
    ana.post(page_of(talk), filled(ana))
    assert ana.get(resume).url == page_of(talk, "needs")
    ana.post(page_of(talk, "needs"), {question.name: "Yes"})
    assert ana.get(resume).url == page_of(talk, "check")


def test_steps_say_what_is_filled_in_and_after_submitting_what_is_missing(ana, conference, filled):
    ana.post(address(conference), filled(ana))
    talk = Talk.objects.get()
    states = lambda: [one.state for one in ana.get(page_of(talk)).context["steps"]]  # noqa: E731
    assert states() == ["done", "", "", "", "", ""]
    ana.post(page_of(talk, "needs"), {"notes": "Short"})
    ana.post(page_of(talk, "you"), ABOUT_ME)
    cfp.invitation(talk, by=ana.user)
    cfp.talk_file(talk)
    assert states() == ["done"] * 5 + [""]
    hand_in(ana, talk)
    assert states() == ["done"] * 6
    cfp.question(conference, is_required=True)
    assert states() == ["done", "missing", *["done"] * 4]


def test_name_that_is_an_address_is_not_handed_in(conference, filled):
    client, nameless = Client(), scale.user(name="")
    client.force_login(nameless)
    client.post(address(conference), filled(client))
    talk = Talk.objects.get()
    page = text_of(hand_in(client, talk))
    assert "a name that the public may read" in page
    client.post(page_of(talk, "you"), ABOUT_ME)
    assert hand_in(client, talk).url == reverse("cfp:my-talks")


def test_what_another_changed_is_looked_at_before_it_is_handed_in(ana, conference, filled):
    ana.post(address(conference), filled(ana))
    talk = Talk.objects.get()
    seen = ana.get(page_of(talk, "check")).context["mark"]
    Talk.objects.update(title="Theirs")
    response = ana.post(page_of(talk, "check"), {"seen": seen})
    assert "This is how it stands now" in text_of(response) and "Theirs" in text_of(response)
    assert Talk.objects.get().status == "draft"
    assert ana.post(page_of(talk, "check"), {"seen": response.context["mark"]}).status_code == 302
    assert Talk.objects.get().status == "submitted"


def test_second_talk_has_the_same_profile(ana, conference, filled):
    ana.post(address(conference), filled(ana))
    ana.post(page_of(Talk.objects.get(), "you"), {**ABOUT_ME, "name": "A. Ruiz"})
    ana.post(address(conference), filled(ana, title="Another one"))
    assert Talk.objects.count() == 2
    assert Speaker.objects.get().name == "A. Ruiz"
    other = Talk.objects.get(title="Another one")
    assert ana.get(page_of(other, "you")).context["form"]["name"].value() == "A. Ruiz"


def test_profile_that_waits_under_a_proven_address_is_claimed(ana, conference, filled):
    EmailAddress.objects.create(user=ana.user, email="ana@work.example", verified=True)
    waiting = cfp.speaker(name="A. Ruiz", email="ana@work.example", organization="Old")
    ana.post(address(conference), filled(ana))
    you = page_of(Talk.objects.get(), "you")
    assert ana.get(you).context["form"]["organization"].value() == "Old"
    ana.post(you, {**ABOUT_ME, "organization": "New"})
    waiting.refresh_from_db()
    assert (waiting.user, waiting.organization) == (ana.user, "New")
    assert Speaker.objects.count() == 1
    assert Talk.objects.get().speakers() == [waiting]


def test_absences_are_said_beside_the_profile(ana, conference, filled):
    ana.post(address(conference), filled(ana))
    you = page_of(Talk.objects.get(), "you")
    day = conference.starts_on.isoformat()
    rows = {"form-TOTAL_FORMS": "1", "form-0-day": day, "form-0-starts": "x"}
    response = ana.post(you, {**ABOUT_ME, **rows, "name": ""})
    assert set(response.context["form"].errors) == {"name"}
    assert "starts" in response.context["absences"].errors[0]
    assert "Keeps databases." in text_of(response)
    ana.post(you, {**ABOUT_ME, **rows, "form-0-starts": ""})
    assert Speaker.objects.get().absences.count() == 1


def test_profile_under_an_address_that_is_not_proven_stays_unclaimed(ana, conference, filled):
    EmailAddress.objects.filter(user=ana.user).update(verified=False)
    waiting = cfp.speaker(email=ana.user.email)
    ana.post(address(conference), filled(ana))
    waiting.refresh_from_db()
    assert waiting.user is None
    assert Speaker.objects.get(user=ana.user).email is None


def test_form_sent_twice_makes_one_talk(ana, conference, filled):
    fields = filled(ana)
    ana.post(address(conference), fields)
    ana.post(address(conference), {**fields, "abstract": "Changed on the way back."})
    talk = Talk.objects.get()
    assert talk.abstract == "Changed on the way back."
    assert talk.talk_speakers.count() == 1


def test_form_used_again_for_another_talk_keeps_the_first(ana, conference, filled):
    fields = filled(ana)
    ana.post(address(conference), fields)
    ana.post(address(conference), {**fields, "title": "Another talk"})
    assert set(Talk.objects.values_list("title", flat=True)) == {
        "Vacuum for the impatient",
        "Another talk",
    }


def test_code_of_a_form_is_worth_nothing_to_someone_else(ana, conference, filled):
    fields = filled(ana)
    ana.post(address(conference), fields)
    thief = Client()
    thief.force_login(scale.user())
    thief.post(address(conference), {**fields, "abstract": "stolen"})
    mine, other = Talk.objects.order_by("pk")
    assert mine.abstract != "stolen" and other.abstract == "stolen"
    assert mine.code != other.code
    for once in ("", mine.code, f"{mine.code}:x", "x" * 5000):
        ana.post(address(conference), {**fields, "title": f"Forged {len(once)}", "once": once})
    mine.refresh_from_db()
    assert mine.title == "Vacuum for the impatient"


BAD = {
    "huge title": {"title": "x" * 1_000_000},
    "NUL in the title": {"title": "a\x00b"},
    "NUL in prose": {"description": "a\x00b"},
    "long abstract": {"abstract": "x" * 1201},
    "1 MB description": {"description": "x" * 1_000_000},
    "no minutes": {"minutes": "0"},
    "too many minutes": {"minutes": "100000"},
    "unknown level": {"level": "wizard"},
    "unknown track": {"track": "x"},
    "unknown kind": {"kind": "999999999999999999999"},
    "long language": {"language": "x" * 21},
}
BAD_NEEDS = {
    "NUL": {"notes": "a\x00b"},
    "negative audience": {"expected_audience": "-5"},
    "huge audience": {"expected_audience": "9" * 5000},
    "audience in words": {"expected_audience": "many"},
    "unknown equipment": {"equipment": ["0"]},
    "long needs": {"equipment_note": "x" * 251},
}


@pytest.mark.parametrize("changed", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("is_new", [True, False], ids=["new", "draft"])
def test_bad_input_gets_an_error_beside_its_field(ana, conference, filled, changed, is_new):
    path = address(conference)
    if not is_new:
        ana.post(path, filled(ana, title="As it was"))
        path = page_of(Talk.objects.get())
    response = ana.post(path, filled(ana, **{"language": "Basque", **changed}))
    assert response.status_code == 200
    assert set(response.context["form"].errors) == set(changed)
    page = text_of(response)
    assert "nothing you typed is lost" in page
    assert "Basque" in page or "language" in changed
    assert [one.title for one in Talk.objects.all()] == ([] if is_new else ["As it was"])


@pytest.mark.parametrize("changed", BAD_NEEDS.values(), ids=BAD_NEEDS.keys())
def test_bad_needs_get_an_error_beside_their_field(ana, conference, filled, needed, changed):
    ana.post(address(conference), filled(ana))
    response = ana.post(page_of(Talk.objects.get(), "needs"), {**needed, **changed})
    assert response.status_code == 200
    assert set(response.context["form"].errors) == set(changed)
    assert "A stool" in text_of(response) or "equipment_note" in changed
    talk = Talk.objects.get()
    assert (talk.notes, talk.equipment.count(), talk.expected_audience) == ("", 0, None)


BAD_PROFILE = {
    "script": {"website": "javascript:alert(1)"},
    "long name": {"name": "x" * 201},
    "no name": {"name": ""},
    "NUL": {"biography": "\x00"},
}


@pytest.mark.parametrize("changed", BAD_PROFILE.values(), ids=BAD_PROFILE.keys())
def test_bad_profile_gets_an_error_beside_its_field(ana, conference, filled, changed):
    ana.post(address(conference), filled(ana))
    response = ana.post(page_of(Talk.objects.get(), "you"), {**ABOUT_ME, **changed})
    assert set(response.context["form"].errors) == set(changed)
    assert Speaker.objects.get().organization == ""


def test_every_script_and_emoji_is_kept_as_typed(ana, conference, filled):
    title = "مقدمة في قواعد البيانات 🐘 日本語"
    ana.post(address(conference), filled(ana, title=title))
    talk = Talk.objects.get()
    ana.post(page_of(talk, "you"), {**ABOUT_ME, "name": "José 🎉 עברית"})
    assert talk.title == title
    assert talk.speakers()[0].name == "José 🎉 עברית"
    assert title in text_of(ana.get(reverse("cfp:my-talks")))


def test_text_is_never_html(ana, conference, filled):
    bad = "<script>alert(1)</script>"
    ana.post(address(conference), filled(ana, title=bad, abstract=bad, description=bad))
    talk = Talk.objects.get()
    ana.post(page_of(talk, "needs"), {"notes": bad, "links": "", "equipment_note": bad})
    ana.post(page_of(talk, "you"), {**ABOUT_ME, "name": bad, "biography": bad})
    steps = [page_of(talk, step) for step in ("talk-edit", "needs", "you", "speakers", "check")]
    for path in (reverse("cfp:my-talks"), *steps):
        assert bad not in text_of(ana.get(path))


def test_line_breaks_of_browsers_count_once_and_control_characters_go(ana, conference, filled):
    abstract = "x" * 1190 + "\r\n" * 10
    ana.post(address(conference), filled(ana, abstract=abstract, title=" One\tline\x07 \r\n only "))
    talk = Talk.objects.get()
    assert talk.abstract == "x" * 1190
    assert talk.title == "One line only"


def test_tracks_and_equipment_of_other_editions_are_no_choice(ana, conference, filled, needed):
    elsewhere = scale.conference()
    fields = {"track": cfp.track(elsewhere).pk, "kind": cfp.kind(elsewhere).pk}
    response = ana.post(address(conference), filled(ana, **fields))
    assert set(response.context["form"].errors) == set(fields)
    ana.post(address(conference), filled(ana))
    fields = {**needed, "equipment": [cfp.equipment(elsewhere).pk]}
    response = ana.post(page_of(Talk.objects.get(), "needs"), fields)
    assert set(response.context["form"].errors) == {"equipment"}


def test_edition_without_tracks_kinds_and_equipment_takes_talks_too(ana, conference, open_call):
    once = ana.get(address(conference)).context["form"]["once"].value()
    fields = {"once": once, "title": "T", "abstract": "A", "description": "D"}
    ana.post(address(conference), {**fields, "level": "anyone", "language": "English"})
    talk = Talk.objects.get()
    assert ana.get(page_of(talk, "needs")).status_code == 200
    assert hand_in(ana, talk).url == reverse("cfp:my-talks")
    assert Talk.objects.get().minutes == 45


@pytest.mark.parametrize("is_late", [False, True], ids=["a second before", "to the second"])
def test_draft_is_handed_in_until_the_second(ana, conference, filled, at, open_call, is_late):
    ana.post(address(conference), filled(ana))
    talk = Talk.objects.get()
    seen = ana.get(page_of(talk, "check")).context["mark"]
    at(open_call.closes_at - dt.timedelta(seconds=0 if is_late else 1))
    ana.force_login(ana.user)
    response = ana.post(page_of(talk, "check"), {"seen": seen})
    talk.refresh_from_db()
    if is_late:
        assert talk.status == "draft" and "closed on" in text_of(response)
        for step in ("needs", "check", "resume"):
            assert ana.get(page_of(talk, step)).url == page_of(talk)
        assert ana.get(page_of(talk, "you")).url == reverse("cfp:profile")
    else:
        assert talk.status == "submitted"


@pytest.mark.parametrize("moment", ["before", "at", "no call"])
def test_closed_call_takes_nothing(ana, conference, filled, at, open_call, moment):
    fields = filled(ana)
    if moment == "no call":
        open_call.delete()
    else:
        second = dt.timedelta(seconds=1 if moment == "before" else 0)
        at(open_call.closes_at - second)
    response = ana.post(address(conference), fields)
    if moment == "before":
        assert response.status_code == 302 and Talk.objects.count() == 1
        return
    assert not Talk.objects.exists() and not Speaker.objects.exists()
    page = text_of(response)
    assert "What you typed is still here" in page and "It **cleans**." in page
    states = {"at": "Closed on", "no call": "There is no call yet"}
    assert states[moment] in text_of(ana.get(address(conference)))


def test_closed_edition_takes_nothing(ana, conference, filled):
    fields = filled(ana)
    conference.closed_at = timezone.now()
    conference.save()
    assert "is over" in text_of(ana.post(address(conference), fields))
    assert not Talk.objects.exists()


def test_only_tracks_whose_call_is_open_are_offered(ana, conference):
    now = timezone.now()
    cfp.call(conference, opens_at=now - 2 * DAY, closes_at=now - DAY)
    closed, still_open = cfp.track(conference), cfp.track(conference)
    cfp.call(conference, track=still_open)
    page = ana.get(address(conference))
    assert list(page.context["form"].fields["track"].queryset) == [still_open]
    fields = {"title": "T", "name": "Ana", "level": "anyone", "language": "English", "do": "draft"}
    response = ana.post(address(conference), fields)
    assert "closed on" in text_of(response)
    ana.post(address(conference), {**fields, "track": still_open.pk})
    assert Talk.objects.get().track == still_open
    assert closed.talks.count() == 0


# --- yes or no from the mail -------------------------------------------------------------------


@pytest.fixture
def accepted(conference):
    return cfp.talk(conference, status=Status.ACCEPTED, title="A talk that was accepted")


@pytest.mark.sqlite
def test_confirm_page_shows_the_talk_and_changes_nothing(client, accepted):
    response = client.get(confirm_path(accepted))
    assert response["Cache-Control"] == "no-store"
    page = text_of(response)
    assert "Will you be there?" in page and "A talk that was accepted" in page
    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED


def test_confirming_works_without_an_account_and_twice(client, accepted):
    path = confirm_path(accepted)
    for _ in range(2):
        response = client.post(path, {"do": "confirm"}, follow=True)
        assert response.redirect_chain == [(path, 302)]
        accepted.refresh_from_db()
        assert (accepted.status, accepted.may_record) == (Status.CONFIRMED, False)
        assert "See you at" in text_of(response)


def test_may_record_is_asked(client, accepted):
    client.post(confirm_path(accepted), {"do": "confirm", "may_record": "on"})
    accepted.refresh_from_db()
    assert accepted.may_record


def test_declining_keeps_the_reason_and_tells_the_committee(client, accepted, chair, sent):
    path = confirm_path(accepted)
    for _ in range(2):
        response = client.post(path, {"do": "decline", "reason": "A wedding"}, follow=True)
        assert "You declined this talk" in text_of(response)
    accepted.refresh_from_db()
    assert (accepted.status, accepted.reason) == (Status.DECLINED, "A wedding")
    assert sent() == [("talk gone", chair.user.email)]
    assert "A wedding" in OutgoingEmail.objects.get().text
    response = client.post(path, {"do": "confirm"}, follow=True)
    assert "cannot become" in text_of(response)
    accepted.refresh_from_db()
    assert accepted.status == Status.DECLINED


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("confirmed", "See you at"),
        ("declined", "You declined this talk"),
        ("withdrawn", "This talk was withdrawn"),
        ("cancelled", "This talk is cancelled"),
        ("submitted", "There is nothing to confirm now"),
        ("rejected", "There is nothing to confirm now"),
    ],
)
def test_every_state_has_its_friendly_page(client, conference, status, words):
    talk = cfp.talk(conference, status=status)
    page = text_of(client.get(confirm_path(talk)))
    assert words in page
    assert 'value="confirm"' not in page


def test_wrong_secret_opens_nothing(client, conference, accepted):
    other = cfp.talk(conference, status=Status.ACCEPTED)
    elsewhere = scale.conference()
    secret = codes.secret("confirm", accepted.code)
    for slug, code, given in [
        (conference.slug, accepted.code, codes.secret("confirm", other.code)),
        (conference.slug, accepted.code, codes.secret("order", accepted.code)),
        (conference.slug, accepted.code, secret[:-1]),
        (conference.slug, accepted.code, "é"),
        (elsewhere.slug, accepted.code, secret),
        (conference.slug, "ZZZZZZ", secret),
    ]:
        path = reverse("cfp:confirm", args=[slug, code, given])
        assert client.get(path).status_code == 404
        assert client.post(path, {"do": "confirm"}).status_code == 404
    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED


def test_nonsense_to_the_confirm_page_changes_nothing(client, accepted):
    path = confirm_path(accepted)
    client.post(path, {"do": "x"})
    client.post(path, {})
    response = client.post(path, {"do": "decline", "reason": "x" * 1_000_000})
    assert "at most 5000 characters" in text_of(response)
    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED


def test_closed_edition_confirms_nothing(client, conference, accepted):
    conference.closed_at = timezone.now()
    conference.save()
    response = client.post(confirm_path(accepted), {"do": "confirm"}, follow=True)
    assert "can only be read" in text_of(response)
    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED
