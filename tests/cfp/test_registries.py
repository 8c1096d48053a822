"""What other floors ask of this one: editions, privacy, the trail of changes, navigation."""

import datetime as dt
import io

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cfp import actions
from cfp.models import Assignment, ConflictOfInterest, Redaction, Speaker, Talk, TrackRole
from scale import editions, navigation, privacy
from scale.logs import redact
from scale.models import AuditEntry, Role
from tests.factories import cfp, scale
from tests.factories import registration as reg

Status = Talk.Status


# --- the next edition --------------------------------------------------------------------------


@pytest.mark.sqlite
def test_next_editions_speakers_get_its_ticket_of_the_same_code(conference):
    guest = reg.ticket_type(conference, code="guest")
    cfp.call(conference, speaker_ticket=guest, tickets_a_talk=2)
    cfp.call(conference, track=cfp.track(conference))
    new = editions.create_next(
        conference, slug="next", name="SCALE next", starts_on=dt.date(2028, 3, 9)
    )
    main, own = new.calls.get(track=None), new.calls.exclude(track=None).get()
    assert main.speaker_ticket == new.ticket_types.get(code="guest") != guest
    assert (main.tickets_a_talk, own.speaker_ticket) == (2, None)


@pytest.mark.sqlite
def test_next_edition_gets_the_set_up_and_no_people(conference):
    track = cfp.track(
        conference,
        name="DevOpsDays",
        code="devops",
        colour="#0e7490",
        is_partner_event=True,
        starts_on=dt.date(2027, 3, 5),
        ends_on=dt.date(2027, 3, 5),
    )
    cfp.track_role(scale.user(), track, "chair")
    cfp.kind(conference, name="Workshop", minutes=180, is_offered=False)
    cfp.equipment(conference, name="Lapel mic")
    cfp.review_rules(conference, is_anonymous=True, others="after", reviews_a_talk=4)
    cfp.criterion(conference, name="New?", weight=3)
    cfp.review_tag(conference, name="a pitch")
    # Closes at 23:59 by the clocks, in summer time; a year later it does so in winter time too.
    closes = dt.datetime(2026, 10, 31, 23, 59, tzinfo=conference.zone)
    cfp.call(conference, closes_at=closes, opens_at=closes - dt.timedelta(days=60), text="Bring")
    cfp.call(conference, track=track)
    cfp.talk(conference, track=track)
    new = editions.create_next(
        conference, slug="next", name="SCALE next", starts_on=dt.date(2028, 3, 9)
    )
    copied = new.tracks.get()
    assert (copied.name, copied.code, copied.colour) == ("DevOpsDays", "devops", "#0e7490")
    assert (copied.is_partner_event, copied.starts_on) == (True, dt.date(2028, 3, 10))
    kind = new.talk_kinds.get()
    assert (kind.name, kind.minutes, kind.is_offered) == ("Workshop", 180, False)
    assert new.equipment.get().name == "Lapel mic"
    rules, criterion = new.review_rules, new.criteria.get()
    assert (rules.is_anonymous, rules.others, rules.reviews_a_talk) == (True, "after", 4)
    assert (criterion.name, criterion.weight) == ("New?", 3)
    assert new.review_tags.get().name == "a pitch"
    whole = new.calls.get(track=None)
    wall = dt.datetime(2027, 11, 6, 23, 59, tzinfo=conference.zone)
    assert (whole.text, whole.closes_at) == ("Bring", wall)
    assert new.calls.exclude(track=None).get().track == copied
    assert not new.talks.exists() and not copied.roles.exists()


@pytest.mark.sqlite
def test_erasing_an_edition_forgets_what_was_for_its_committee(conference):
    elsewhere = scale.conference()
    only_here = cfp.speaker(email="only@example.org")
    also_there = cfp.speaker(email="also@example.org")
    claimed = cfp.speaker(email="claimed@example.org", user=scale.user())
    people = [only_here, also_there, claimed]
    talk = cfp.talk(
        conference, speakers=people, status=Status.CANCELLED, notes="My phone", reason="Flu"
    )
    draft = cfp.talk(conference, status=Status.DRAFT, title="Half an idea")
    cfp.review(talk, score=2, comment="Weak", note="Met him")
    cfp.decision(talk, why="Too weak")
    cfp.redaction(talk, "Only Smith")
    suggestion = cfp.suggestion(talk, why="He does databases")
    now = timezone.now()
    hour = dt.timedelta(hours=1)
    only_here.absences.create(conference=conference, starts_at=now, ends_at=now + hour)
    other = cfp.talk(elsewhere, speakers=[also_there], notes="Kept", status=Status.SUBMITTED)
    editions.erase_personal_data(conference)
    for row in (*people, talk, draft, other):
        row.refresh_from_db()
    assert (talk.notes, talk.reason, talk.status) == ("", "", Status.CANCELLED)
    assert (draft.title, draft.description) == ("(erased draft)", "")
    review = talk.reviews.get()
    assert (review.score, review.comment, review.note) == (2, "", "")
    suggestion.refresh_from_db()
    assert suggestion.why == "" and not Redaction.objects.exists()
    assert talk.decisions.get().why == ""
    assert not only_here.absences.exists()
    assert [one.email for one in people] == [None, "also@example.org", "claimed@example.org"]
    assert other.notes == "Kept"


# --- one person --------------------------------------------------------------------------------


def photo():
    out = io.BytesIO()
    Image.new("RGB", (10, 10)).save(out, "PNG")
    return ContentFile(out.getvalue(), name="me.png")


@pytest.fixture
def zoe(conference):
    """Someone who speaks, reviews and decides, with everything that is kept about her."""
    user = scale.user(email="zoe@example.org", name="Zoe")
    speaker = cfp.speaker(
        user=user,
        name="Zoe Zebra",
        email="zoe@work.example",
        pronouns="she",
        organization="Corvid",
        biography="Life",
        website="https://zoe.example",
        photo=photo(),
    )
    talk = cfp.talk(
        conference, speakers=[speaker], title="Zebras", notes="Call me", status="confirmed"
    )
    cfp.talk(conference, speakers=[speaker, cfp.speaker()], title="Shared", notes="Ours")
    cfp.review(cfp.talk(conference, title="Reviewed"), user, score=4, note="Met him")
    cfp.redaction(talk, "Zebra")
    cfp.assignment(cfp.talk(conference), user)
    cfp.conflict(cfp.talk(conference, title="Feared"), user)
    cfp.suggestion(cfp.talk(conference, title="Misplaced"), by=user)
    cfp.decision(cfp.talk(conference, title="Decided"), user)
    cfp.track_role(user, cfp.track(conference, name="Animals"), "chair")
    return user


@pytest.mark.sqlite
def test_everything_about_a_person_is_shown(zoe, conference):
    lines = "\n".join(privacy.show("ZOE@example.org")["Talks and reviews"])
    for words in ("Zoe Zebra", "Zebras", "Shared", "of Animals", "Review of “Reviewed”: 4"):
        assert words in lines, words
    for words in (
        "Decision on “Decided”",
        "Private note on “Reviewed”: Met him",
        "Asked for reviews: 1",
    ):
        assert words in lines, words
    assert "with “Feared”" in lines and "for “Misplaced”" in lines
    assert privacy.show("nobody@example.org") == {}


@pytest.mark.parametrize("address", ["zoe@example.org", "zoe@work.example"])
def test_erased_person_leaves_talks_without_a_name(
    zoe, conference, address, django_capture_on_commit_callbacks
):
    speaker = zoe.speaker
    storage, name = speaker.photo.storage, speaker.photo.name
    version = type(conference).objects.get(pk=conference.pk).version
    with django_capture_on_commit_callbacks(execute=True):
        assert privacy.erase(address) >= 1
    speaker = Speaker.objects.get(pk=speaker.pk)
    assert (speaker.name, speaker.user, speaker.email) == ("(name erased)", None, None)
    assert not any(
        [speaker.pronouns, speaker.organization, speaker.biography, speaker.website, speaker.photo]
    )
    assert not storage.exists(name)
    assert type(conference).objects.get(pk=conference.pk).version > version
    alone, shared = Talk.objects.get(title="Zebras"), Talk.objects.get(title="Shared")
    assert (alone.notes, alone.status, shared.notes) == ("", "confirmed", "Ours")
    for entry in AuditEntry.objects.all():
        assert "Zoe Zebra" not in f"{entry.object_repr} {entry.changes}"


def test_erased_account_keeps_scores_and_loses_rights(zoe, conference):
    privacy.erase("zoe@example.org")
    zoe.refresh_from_db()
    assert not zoe.is_active and not TrackRole.objects.exists()
    review = zoe.reviews.get()
    assert (review.score, review.note, str(review.reviewer)) == (4, "", zoe.email)
    assert not Assignment.objects.exists() and not ConflictOfInterest.objects.exists()
    assert not Redaction.objects.exists()
    assert "zoe" not in zoe.email


# --- the rest ----------------------------------------------------------------------------------


def test_changes_that_matter_leave_a_trail_without_private_words(conference):
    talk = cfp.talk(conference, notes="My phone number")
    actions.review_talk(talk, scale.user(), score=2, comment="Weak")
    cfp.tell(talk, "accept", why="Only woman")
    actions.rename_talk(talk, "New title")
    actions.cancel_talk(talk, by=scale.user(), reason="Illness")
    trail = [entry.changes for entry in AuditEntry.objects.get_for_object(talk)]
    assert {"status": ["submitted", "accepted"]} in trail
    assert [one["title"][1] for one in trail if "title" in one][:1] == ["New title"]
    written = " ".join(str(entry.changes) for entry in AuditEntry.objects.all())
    for words in ("My phone number", "Weak", "Only woman", "Illness"):
        assert words not in written


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (Role.PROGRAM, {"Talks", "Reviews"}),
        (Role.CHAIR, {"Talks", "Reviews"}),
        (Role.REVIEWER, {"Reviews"}),
        (Role.DOOR, set()),
    ],
)
def test_navigation_shows_each_role_its_work(conference, role, labels):
    user = scale.user()
    scale.staff_role(user, conference, role)
    links = navigation.links_for(user, conference, "")
    assert {link["label"] for link in links} & {"Talks", "Reviews"} == labels


def test_secret_of_a_confirm_link_stays_out_of_logs():
    line = redact("GET /24x/confirm/K7QX2M/0123456789abcdef0123/")
    assert line == "GET /24x/confirm/K7QX2M/…/"


def test_trail_hides_judgements_of_the_edition_from_who_speaks_there(conference, as_role):
    """A chair who gave in a talk would else read scores and decisions before they are told."""
    chair, other = as_role(Role.CHAIR), as_role(Role.CHAIR)
    mine = cfp.talk_of(chair.user, conference)
    cfp.review(mine, score=1)
    decision = actions.decide_talk(mine, "reject", by=other.user)
    actions.take_back_decision(mine, by=other.user)
    actions.decide_talk(mine, "accept", by=other.user)
    path = reverse("admin:scale_auditentry_changelist")
    kinds = lambda client: {  # noqa: E731
        one.content_type.model for one in client.get(path).context["cl"].queryset
    }
    assert decision.pk is not None
    assert {"review", "decision", "talk"} <= kinds(other)
    assert "talk" in kinds(chair) and not {"review", "decision"} & kinds(chair)
