"""Deciding: who may, the table, one talk's page, and what its forms do."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cfp import actions
from cfp.models import Decision, Talk
from scale.models import OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status


def text_of(response):
    return response.content.decode()


def listed(response):
    return response.context["rows"]


@pytest.fixture
def path(conference):
    return reverse("cfp:talks", args=[conference.slug])


def at(talk, name="talk"):
    return reverse(f"cfp:{name}", args=[talk.conference.slug, talk.code])


def decide(client, talk, verdict="accept", seen="submitted", **more):
    return client.post(at(talk, "decide"), {"verdict": verdict, "seen": seen, **more}, follow=True)


def status_of(talk):
    return Talk.objects.get(pk=talk.pk).status


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


FORMS = {
    "decision-take-back": {},
    "promote": {},
    "decide": {"verdict": "accept", "seen": "submitted"},
    "cancel": {"reason": "Flu"},
    "rename": {"title": "Renamed"},
    "put-back": {"status": "submitted"},
}


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.sqlite
@pytest.mark.parametrize("role", Role.values)
def test_program_and_chair_decide(as_role, conference, path, role):
    talk = cfp.talk(conference)
    client = as_role(role)
    expected = 200 if role in ("program", "chair") else 403
    assert client.get(path).status_code == expected
    assert client.get(at(talk)).status_code == expected
    for name, fields in FORMS.items():
        status = client.post(at(talk, name), fields).status_code
        assert status == 403 if expected == 403 else status in (200, 302)
    before, after = (talk.title, False), ("Renamed", True)
    talk.refresh_from_db()
    assert (talk.title, talk.decisions.exists()) == (before if expected == 403 else after)


def test_strangers_are_sent_away(client, ana, conference, path):
    talk = cfp.talk(conference)
    for address in (path, at(talk)):
        assert client.get(address).url == f"{reverse('account_login')}?next={address}"
        assert ana.get(address).status_code == 403
    for name, fields in FORMS.items():
        assert client.post(at(talk, name), fields).status_code == 302
        assert ana.post(at(talk, name), fields).status_code == 403
    assert (status_of(talk), talk.title) == (Status.SUBMITTED, Talk.objects.get().title)


def test_second_factor_is_asked_of_track_chairs(client, conference, path):
    user = scale.user()
    cfp.track_role(user, cfp.track(conference), "chair")
    client.force_login(user)
    assert client.get(path).url == reverse("mfa_index")


def test_track_chair_reaches_their_track_alone(as_track, conference, path):
    theirs, other = cfp.track(conference), cfp.track(conference)
    mine, foreign = cfp.talk(conference, track=theirs), cfp.talk(conference, track=other)
    loose = cfp.talk(conference)
    client = as_track(theirs)
    response = client.get(f"{path}?status=")
    assert listed(response) == [mine] and response.context["total"] == 1
    for talk in (foreign, loose):
        assert client.get(at(talk)).status_code == 404
        for name, fields in FORMS.items():
            assert client.post(at(talk, name), fields).status_code == 404
        assert status_of(talk) == Status.SUBMITTED
    assert "Decided" in text_of(decide(client, mine))
    assert mine.decisions.get().verdict == "accept"


def test_track_reviewer_decides_nothing(as_track, conference, path):
    track = cfp.track(conference)
    talk = cfp.talk(conference, track=track)
    client = as_track(track, "reviewer")
    assert client.get(path).status_code == 403
    assert decide(client, talk).status_code == 403
    assert status_of(talk) == Status.SUBMITTED


def test_talks_of_other_editions_are_not_there(program, conference):
    talk = cfp.talk(scale.conference())
    address = reverse("cfp:talk", args=[conference.slug, talk.code])
    assert program.get(address).status_code == 404
    assert program.get(at(talk)).status_code == 403


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_drafts_of_others_are_not_there(program, conference, path, status):
    draft = cfp.talk(conference, status=status, submitted_at=None)
    assert listed(program.get(path)) == []
    assert program.get(at(draft)).status_code == 404
    assert decide(program, draft, seen=status).status_code == 404


def test_nobody_decides_on_a_talk_of_their_own(as_role, conference, path):
    client = as_role(Role.CHAIR)
    own = cfp.talk_of(client.user, conference)
    cfp.review(own, score=2, comment="Not that good")
    cfp.decision(own, verdict=Decision.Verdict.REJECT, why="Secret reason")
    page = text_of(client.get(at(own)))
    assert "This is a talk of your own" in page
    assert "Not that good" not in page and "Secret reason" not in page
    assert listed(client.get(path))[0].score is None
    assert "others judge it" in text_of(decide(client, own))
    assert status_of(own) == Status.SUBMITTED
    client.post(at(own, "put-back"), {"status": "submitted"})
    Talk.objects.filter(pk=own.pk).update(status=Status.REJECTED)
    client.post(at(own, "put-back"), {"status": "submitted"})
    assert status_of(own) == Status.REJECTED


# --- the table ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_table_shows_reviews_mean_and_counts(program, conference, path):
    talk = cfp.talk(conference)
    cfp.talk(conference, status=Status.CONFIRMED)
    cfp.talk(conference, status=Status.DRAFT)
    for score in (3, 4, 5, 5):
        cfp.review(talk, score=score)
    response = program.get(f"{path}?status=submitted")
    [row] = listed(response)
    assert (row, row.score.opinions, row.score.mean) == (talk, 4, 4.25)
    assert ">4.3<" in text_of(response)
    assert response.context["counts"] == [(Status.SUBMITTED, 1), (Status.CONFIRMED, 1)]
    assert response.context["total"] == 2
    assert ">1 of 2</span></h1>" in text_of(response)
    assert ">2</span></h1>" in text_of(program.get(path))


def test_filters_and_sort_are_in_the_link(program, conference, path):
    track = cfp.track(conference, code="db")
    low = cfp.talk(conference, title="Beta", track=track)
    high = cfp.talk(conference, title="Alpha", status=Status.ACCEPTED)
    none = cfp.talk(conference, title="Gamma", speakers=[cfp.speaker(name="Zoe")])
    cfp.review(low, score=1)
    cfp.review(high, score=5)
    cfp.review(high, score=5)
    for query, expected in {
        "": [none, high, low],
        "sort=score": [high, low, none],
        "sort=few": [none, low, high],
        "sort=title": [high, low, none],
        "track=db": [low],
        "status=accepted": [high],
        "q=zoe": [none],
        f"q={low.code}": [low],
        "q=a&track=db": [low],
        "status=rejected": [],
        "status=nope&sort=nope&track=nope&page=999": [none, high, low],
        "status=draft": [none, high, low],
    }.items():
        assert listed(program.get(f"{path}?{query}")) == expected, query
    assert "No talk fits" in text_of(program.get(f"{path}?status=rejected"))


def test_empty_table_says_what_to_do(program, path):
    page = text_of(program.get(path))
    assert "No talks yet" in page and reverse("admin:cfp_call_changelist") in page


def test_table_is_paged(program, conference, path):
    for n in range(51):
        cfp.talk(conference, title=f"Fit {n}", speakers=[])
    response = program.get(f"{path}?status=submitted")
    assert len(listed(response)) == 50
    assert "?status=submitted&amp;page=2" in text_of(response)


def test_table_costs_the_same_with_more_talks(program, conference, path, django_assert_num_queries):
    def more(n):
        for _ in range(n):
            talk = cfp.talk(conference, track=cfp.track(conference), kind=cfp.kind(conference))
            cfp.review(talk)

    more(1)
    with django_assert_num_queries(28):
        program.get(path)
    more(2)
    with django_assert_num_queries(28):
        program.get(path)


# --- one talk ----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_page_shows_everything(program, conference):
    person = cfp.speaker(name="Zoe", email="zoe@example.org", biography="Breeds zebras")
    talk = cfp.talk(conference, speakers=[person, cfp.speaker(name="Max")], notes="Not on Sunday")
    talk.equipment.add(cfp.equipment(conference, name="Projector"))
    cfp.review(talk, score=5, comment="Take it")
    cfp.review(talk, score=4)
    cfp.decision(talk, verdict=Decision.Verdict.WAITLIST, why="No room yet")
    page = text_of(program.get(at(talk)))
    for words in (
        *("Zoe", "zoe@example.org", "Breeds zebras", "no address known", "Not on Sunday"),
        *("Projector", "Take it", "mean 4.5", "No room yet"),
    ):
        assert words in page, words


def test_page_costs_the_same_with_more_reviews(program, conference, django_assert_num_queries):
    talk = cfp.talk(conference)
    cfp.review(talk)
    cfp.decision(talk)
    with django_assert_num_queries(28):
        program.get(at(talk))
    for position in (1, 2):
        cfp.review(talk)
        cfp.decision(talk)
        talk.talk_speakers.create(speaker=cfp.speaker(user=scale.user()), position=position)
    with django_assert_num_queries(28):
        program.get(at(talk))


# --- deciding ----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_decision_is_held_and_nobody_is_told(program, conference, sent):
    talk = cfp.talk(conference)
    page = text_of(decide(program, talk, why="Best of all"))
    assert "when the decisions are released" in page and "→ Accept, not told" in page
    decision = talk.decisions.get()
    assert (decision.verdict, decision.by, decision.why) == ("accept", program.user, "Best of all")
    assert (status_of(talk), sent()) == (Status.SUBMITTED, [])


def test_decision_is_replaced_and_taken_back_until_it_is_released(program, conference, sent):
    talk = cfp.talk(conference)
    decide(program, talk, "waitlist")
    decide(program, talk, "accept", seen="submitted+waitlist")
    assert talk.decisions.get().verdict == "accept"
    assert "That is decided" in text_of(decide(program, talk, "accept", seen="submitted+accept"))
    assert "is taken back" in text_of(program.post(at(talk, "decision-take-back"), follow=True))
    program.post(at(talk, "decision-take-back"))
    assert (talk.decisions.count(), status_of(talk), sent()) == (0, Status.SUBMITTED, [])


def test_chair_who_was_slower_sees_what_was_decided(program, as_role, conference):
    talk = cfp.talk(conference)
    quick = as_role(Role.PROGRAM)
    quick.user.name = "Quick Chair"
    quick.user.save()
    decide(quick, talk, "waitlist")
    page = text_of(decide(program, talk, "accept", why="I like it"))
    assert "Quick Chair was quicker: “waitlist” is decided." in page
    assert "I like it" in page
    assert 'name="seen" value="submitted+waitlist"' in page
    assert talk.decisions.get().verdict == "waitlist"
    actions.release_decisions(conference, [talk.decisions.get().pk], by=quick.user)
    page = text_of(decide(program, talk, "accept", seen="submitted+waitlist"))
    assert "Quick Chair was quicker: the talk is on the waiting list already." in page


@pytest.mark.parametrize("status", ["confirmed", "accepted", "cancelled", "withdrawn"])
def test_verdicts_that_the_rules_forbid_are_refused(program, conference, status):
    talk = cfp.talk(conference, status=status)
    assert 'name="verdict"' not in text_of(program.get(at(talk)))
    page = text_of(decide(program, talk, "reject", seen=status))
    assert "cannot become not accepted" in page
    assert status_of(talk) == status and not talk.decisions.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "maybe"},
        {"verdict": ""},
        {"seen": "nonsense"},
        {"seen": ""},
        {"why": "x" * 1_000_000},
        {"why": "\x00"},
    ],
    ids=lambda fields: str(fields)[:20],
)
def test_bad_decision_is_refused(program, conference, fields):
    talk = cfp.talk(conference)
    response = program.post(
        at(talk, "decide"), {"verdict": "accept", "seen": "submitted", "why": "Kept", **fields}
    )
    assert response.status_code == 200
    assert set(response.context["decision_form"].errors) == set(fields)
    assert status_of(talk) == Status.SUBMITTED and not OutgoingEmail.objects.exists()
    if "why" not in fields:
        assert "Kept" in text_of(response)


def test_deciding_is_a_post(program, conference):
    for name in FORMS:
        assert program.get(at(cfp.talk(conference), name)).status_code == 405


def test_closed_edition_decides_nothing(program, conference):
    talk = cfp.talk(conference)
    conference.closed_at = timezone.now()
    conference.save()
    assert "can only be read" in text_of(decide(program, talk))
    assert status_of(talk) == Status.SUBMITTED


# --- afterwards --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["accepted", "confirmed"])
def test_cancelled_talk_keeps_the_reason_and_its_speakers_are_told(
    program, conference, sent, status
):
    talk = cfp.talk(conference, status=status, speakers=[cfp.speaker(email="zoe@example.org")])
    for _ in range(2):
        program.post(at(talk, "cancel"), {"reason": "The room burnt down"})
    talk.refresh_from_db()
    assert (talk.status, talk.reason) == (Status.CANCELLED, "The room burnt down")
    assert sent() == [("talk cancelled", "zoe@example.org")]
    assert "The room burnt down" in OutgoingEmail.objects.get().text
    assert "The room burnt down" in text_of(program.get(at(talk)))


def test_cancelling_needs_a_reason_and_an_accepted_talk(program, conference):
    talk = cfp.talk(conference, status=Status.ACCEPTED)
    response = program.post(at(talk, "cancel"), {"reason": " "})
    assert set(response.context["cancel_form"].errors) == {"reason"}
    assert status_of(talk) == Status.ACCEPTED
    waiting = cfp.talk(conference)
    assert program.get(at(waiting)).context["cancel_form"] is None
    response = program.post(at(waiting, "cancel"), {"reason": "Flu"})
    assert "cannot become cancelled" in str(response.context["cancel_form"].errors)
    assert status_of(waiting) == Status.SUBMITTED


def test_renaming_is_seen_in_public_at_once(program, conference):
    talk = cfp.talk(conference, status=Status.CONFIRMED)
    before = type(conference).objects.get(pk=conference.pk).version
    program.post(at(talk, "rename"), {"title": "  A new\nname 🎉 "})
    talk.refresh_from_db()
    assert talk.title == "A new name 🎉"
    assert type(conference).objects.get(pk=conference.pk).version == before + 1


@pytest.mark.parametrize("title", ["", "x" * 251, "x" * 1_000_000, "a\x00b"], ids=len)
def test_bad_title_is_refused(program, conference, title):
    talk = cfp.talk(conference, title="As it was")
    response = program.post(at(talk, "rename"), {"title": title})
    assert set(response.context["rename_form"].errors) == {"title"}
    talk.refresh_from_db()
    assert talk.title == "As it was"


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("accepted", "submitted", True),
        ("accepted", "confirmed", True),
        ("rejected", "submitted", True),
        ("withdrawn", "submitted", True),
        ("withdrawn", "confirmed", True),
        ("cancelled", "confirmed", True),
        ("submitted", "confirmed", False),
        ("confirmed", "submitted", False),
        ("accepted", "draft", False),
        ("accepted", "nonsense", False),
    ],
)
def test_status_is_changed_by_hand_within_the_rules(
    program, conference, sent, before, after, allowed
):
    talk = cfp.talk(conference, status=before)
    response = program.post(at(talk, "put-back"), {"status": after})
    assert response.status_code == (302 if allowed else 200)
    assert status_of(talk) == (after if allowed else before)
    assert sent() == []
