"""What reviewers write for the speakers, and who reads it when."""

import pytest
from django.urls import reverse

from cfp import actions
from cfp.models import ApiToken, Review, Talk
from scale import editions, privacy
from scale.models import AuditEntry, OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status
WORDS = "Begin with the failure."


@pytest.fixture
def shared(conference):
    return cfp.review_rules(conference, shares_feedback=True)


@pytest.fixture
def mine(ana, conference):
    return cfp.talk_of(ana.user, conference)


def page(talk, name="feedback"):
    return reverse(f"cfp:{name}", args=[talk.code])


def review_page(talk):
    return reverse("cfp:review", args=[talk.conference.slug, talk.code])


def reads(client, talk):
    """Whether the speaker is offered and shown what was written."""
    offered = page(talk) in client.get("/my/talks/").content.decode()
    answer = client.get(page(talk))
    assert answer.status_code == (200 if offered else 404)
    return offered and WORDS in answer.content.decode()


@pytest.mark.sqlite
def test_speakers_read_what_is_for_them_and_nothing_else(ana, mine, shared, as_role):
    reviewer = as_role(Role.REVIEWER)
    fields = {"score": "2", "comment": "Weak.", "note": "Hm.", "feedback": WORDS}
    assert reviewer.post(review_page(mine), fields).status_code == 302
    assert mine.reviews.get().feedback == WORDS
    assert not reads(ana, mine)
    cfp.tell(mine, "reject")
    assert reads(ana, mine)
    shown = ana.get(page(mine)).content.decode()
    for secret in ("Weak.", "Hm.", reviewer.user.name, reviewer.user.email, ">2<"):
        assert secret not in shown
    mail = OutgoingEmail.objects.get(kind="talk reject")
    assert "Reviewers wrote something for you" in mail.text and WORDS not in mail.text


@pytest.mark.parametrize("verdict", ["accept", "waitlist", "reject"])
def test_feedback_waits_until_the_decision_is_released(ana, mine, shared, verdict):
    cfp.review(mine, feedback=WORDS)
    decision = actions.decide_talk(mine, verdict, by=scale.user())
    assert not reads(ana, mine)
    actions.release_decisions(mine.conference, [decision.pk], by=scale.user())
    assert reads(ana, mine)


def test_talk_that_is_weighed_again_shows_none(ana, mine, shared):
    cfp.review(mine, feedback=WORDS)
    cfp.tell(mine, "reject")
    actions.put_back(Talk.objects.get(), Status.SUBMITTED, by=scale.user())
    assert not reads(ana, mine)


def test_nothing_is_asked_or_shown_where_it_is_not_shared(ana, mine, as_role, conference):
    reviewer = as_role(Role.REVIEWER)
    form = reviewer.get(review_page(mine)).context["form"]
    assert "feedback" not in form.fields
    reviewer.post(review_page(mine), {"score": "2", "feedback": WORDS})
    assert mine.reviews.get().feedback == ""
    mine.reviews.update(feedback=WORDS)
    cfp.tell(mine, "reject")
    assert not reads(ana, mine)
    assert "something for you" not in OutgoingEmail.objects.get(kind="talk reject").text


def test_review_saved_after_sharing_ended_keeps_what_was_written(mine, shared, as_role):
    reviewer = as_role(Role.REVIEWER)
    reviewer.post(review_page(mine), {"score": "2", "feedback": WORDS})
    shared.shares_feedback = False
    shared.save()
    reviewer.post(review_page(mine), {"score": "3"})
    review = mine.reviews.get()
    assert (review.score, review.feedback) == (3, WORDS)


def test_empty_feedback_and_that_on_other_talks_is_none(ana, mine, shared, conference):
    cfp.review(mine)
    cfp.review(cfp.talk(conference), feedback=WORDS)
    cfp.tell(mine, "reject")
    assert not reads(ana, mine)


@pytest.mark.parametrize("who", ["stranger", "reviewer", "program", "nobody"])
def test_only_its_speakers_reach_the_page(client, mine, shared, as_role, who):
    cfp.review(mine, feedback=WORDS)
    cfp.tell(mine, "reject")
    roles = {"reviewer": [Role.REVIEWER], "program": [Role.PROGRAM]}.get(who, [])
    other = client if who == "nobody" else as_role(*roles)
    assert other.get(page(mine)).status_code == (302 if who == "nobody" else 404)


def test_committee_and_other_reviewers_read_it_too(mine, shared, as_role, conference):
    shared.others = "always"
    shared.save()
    cfp.review(mine, feedback=WORDS)
    assert WORDS in as_role(Role.REVIEWER).get(review_page(mine)).content.decode()
    path = reverse("cfp:talk", args=[conference.slug, mine.code])
    assert WORDS in as_role(Role.PROGRAM).get(path).content.decode()


@pytest.mark.parametrize("text", ["a\x00b", "x" * 5001])
def test_bad_feedback_gets_an_error_beside_the_field(mine, shared, as_role, text):
    fields = {"score": "2", "comment": "Kept", "feedback": text}
    answer = as_role(Role.REVIEWER).post(review_page(mine), fields)
    assert set(answer.context["form"].errors) == {"feedback"}
    assert "Kept" in answer.content.decode() and not mine.reviews.exists()


def test_markup_in_feedback_is_text(ana, mine, shared):
    cfp.review(mine, feedback="<script>alert(1)</script>")
    cfp.tell(mine, "reject")
    assert "<script>alert(1)" not in ana.get(page(mine)).content.decode()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PROGRAM])
def test_api_and_audit_log_hold_none_of_it(client, mine, shared, conference, role):
    user = scale.user()
    scale.staff_role(user, conference, role)
    scale.second_factor(user)
    _, token = ApiToken.make(user, "A test", "committee")
    shared.others = "always"
    shared.save()
    cfp.review(mine, feedback=WORDS, comment="A comment")
    for name in ("submissions", "reviews"):
        path = reverse(f"cfp:api-{name}", args=[conference.slug])
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert answer.json()["count"] == 1 or role == Role.REVIEWER
        assert WORDS not in answer.content.decode()
    assert not any(WORDS in str(one.changes) for one in AuditEntry.objects.all())


def test_feedback_goes_with_the_editions_personal_data(mine, shared, conference):
    review = cfp.review(mine, feedback=WORDS)
    lines = privacy.show(review.reviewer.email)["Talks and reviews"]
    assert f"To the speakers of “{mine}”: {WORDS}" in lines
    editions.erase_personal_data(conference)
    assert Review.objects.get().feedback == ""


def test_sharing_goes_into_the_next_edition(conference, shared):
    new = editions.create_next(
        conference, slug="next", name="Next", starts_on=conference.starts_on.replace(year=2031)
    )
    assert new.review_rules.shares_feedback
