"""What an edition's rules change about reviewing: criteria, anonymity, conflicts, others' words."""

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cfp import actions, blind
from cfp.actions.reviews import weighted
from cfp.errors import NotTheirs, OwnTalk
from cfp.models import (
    Assignment,
    CallAnswer,
    ConflictOfInterest,
    Mark,
    Review,
    ReviewRules,
    Talk,
)
from scale.models import Role
from tests.factories import cfp, scale

Status = Talk.Status


def text_of(response):
    return response.content.decode()


def listed(response):
    return list(response.context["page"])


def page_of(talk, name="review"):
    return reverse(f"cfp:{name}", args=[talk.conference.slug, talk.code])


@pytest.fixture
def path(conference):
    return reverse("cfp:reviews", args=[conference.slug])


@pytest.fixture
def reviewer(as_role):
    return as_role(Role.REVIEWER)


# --- one review --------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_tags_and_a_private_note_are_kept(reviewer, conference):
    talk, tag = cfp.talk(conference), cfp.review_tag(conference, name="has a demo")
    cfp.review_tag(conference, name="a pitch")
    sent = {"score": 4, "note": "Ask Zoe", "tags": [tag.pk]}
    reviewer.post(page_of(talk), sent)
    review = talk.reviews.get()
    assert (review.note, list(review.tags.all())) == ("Ask Zoe", [tag])
    page = text_of(reviewer.get(page_of(talk)))
    assert "Ask Zoe" in page and f'value="{tag.pk}" checked' in page
    reviewer.post(page_of(talk), {"score": 4})
    review.refresh_from_db()
    assert (review.note, review.tags.count()) == ("", 0)


def test_private_note_is_nobody_elses(reviewer, as_role, conference):
    talk = cfp.talk(conference)
    cfp.review_rules(conference, others="always")
    reviewer.post(page_of(talk), {"score": 4, "comment": "Said aloud", "note": "Whispered"})
    program = as_role(Role.PROGRAM)
    for path in (page_of(talk), page_of(talk, "talk")):
        page = text_of(program.get(path))
        assert "Said aloud" in page and "Whispered" not in page
    admin = reverse("admin:cfp_review_change", args=[talk.reviews.get().pk])
    assert "Whispered" not in text_of(program.get(admin))


@pytest.mark.sqlite
def test_guess_of_the_audience_is_kept_and_shown_to_the_program(reviewer, as_role, conference):
    talk = cfp.talk(conference)
    assert "How many people would come?" in text_of(reviewer.get(page_of(talk)))
    reviewer.post(page_of(talk), {"score": 4, "audience": 80})
    assert talk.reviews.get().audience == 80
    assert 'value="80"' in text_of(reviewer.get(page_of(talk)))
    program = as_role(Role.PROGRAM)
    assert "about 80 people would come" in text_of(program.get(page_of(talk, "talk")))
    reviewer.post(page_of(talk), {"score": 4, "audience": ""})
    assert talk.reviews.get().audience is None
    assert "would come" not in text_of(program.get(page_of(talk, "talk")))


def test_guess_of_who_abstains_counts_too(reviewer, conference):
    talk = cfp.talk(conference)
    reviewer.post(page_of(talk), {"abstain": 1, "audience": 0})
    review = talk.reviews.get()
    assert (review.score, review.audience) == (None, 0)


@pytest.mark.parametrize("typed", ["-1", "100001", "many", "3.5"])
def test_guess_that_is_no_number_is_said_beside_the_field(reviewer, conference, typed):
    talk = cfp.talk(conference)
    response = reviewer.post(page_of(talk), {"score": 4, "audience": typed, "comment": "Good"})
    assert list(response.context["form"].errors) == ["audience"]
    assert "Good" in text_of(response) and f'value="{typed}"' in text_of(response)
    assert talk.reviews.count() == 0


def test_who_abstains_gives_no_score_and_is_done(reviewer, conference, path):
    talk = cfp.talk(conference)
    cfp.review(talk, score=2)
    reviewer.post(page_of(talk), {"abstain": "1", "comment": "No idea of this"})
    mine = talk.reviews.get(reviewer=reviewer.user)
    assert (mine.score, mine.comment, mine.said) == (None, "No idea of this", "abstained")
    response = reviewer.get(f"{path}?show=done")
    assert response.context["progress"] == {"total": 1, "done": 1}
    assert [(one.opinions, one.mean) for one in listed(response)] == [(1, 2)]
    assert "abstained" in text_of(response)
    assert "You abstained" in text_of(reviewer.get(page_of(talk)))
    reviewer.post(page_of(talk), {"score": "4"})
    mine.refresh_from_db()
    assert mine.score == 4


def test_tags_of_other_editions_are_refused(reviewer, conference):
    talk, cuckoo = cfp.talk(conference), cfp.review_tag(scale.conference())
    cfp.review_tag(conference)
    response = reviewer.post(page_of(talk), {"score": 3, "tags": [cuckoo.pk]})
    assert "tags" in response.context["form"].errors and not Review.objects.exists()


# --- criteria ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "mean"),
    [([(1, 4)], 4), ([(1, 2), (3, 4)], 3.5), ([(2, 5), (1, 1)], 3.67), ([], None)],
)
def test_weighted_mean(pairs, mean):
    assert weighted(pairs) == mean


@pytest.mark.sqlite
def test_criteria_ask_for_a_mark_each_and_make_the_score(reviewer, conference):
    talk = cfp.talk(conference)
    new = cfp.criterion(conference, name="Is it new?", weight=1)
    clear = cfp.criterion(conference, name="Is it clear?", weight=3)
    cfp.criterion(scale.conference(), name="Elsewhere")
    page = text_of(reviewer.get(page_of(talk)))
    assert "Is it new?" in page and "Elsewhere" not in page and 'name="score"' not in page
    response = reviewer.post(page_of(talk), {f"criterion-{new.pk}": 2})
    assert set(response.context["form"].errors) == {f"criterion-{clear.pk}"}
    sent = {f"criterion-{new.pk}": 2, f"criterion-{clear.pk}": 4}
    reviewer.post(page_of(talk), sent)
    review = talk.reviews.get()
    assert (review.score, review.said, review.marks.count()) == (3.5, "3.5", 2)
    assert 'value="4" checked' in text_of(reviewer.get(page_of(talk)))
    reviewer.post(page_of(talk), {"abstain": "1"})
    review.refresh_from_db()
    assert (review.score, review.marks.count()) == (None, 0)


def test_scores_follow_a_change_of_weights(as_role, conference):
    talk = cfp.talk(conference)
    one, two = cfp.criterion(conference), cfp.criterion(conference)
    actions.review_talk(talk, scale.user(), marks={one: 1, two: 5})
    plain = cfp.review(talk, score=2)
    assert talk.reviews.exclude(pk=plain.pk).get().score == 3
    program = as_role(Role.PROGRAM)
    change = reverse("admin:cfp_criterion_change", args=[two.pk])
    sent = {"conference": conference.pk, "name": "Two", "weight": 3, "position": 0}
    assert program.post(change, sent).status_code == 302
    assert sorted(talk.reviews.values_list("score", flat=True)) == [2, 4]
    delete = reverse("admin:cfp_criterion_delete", args=[two.pk])
    assert program.post(delete, {"post": "yes"}).status_code == 302
    assert sorted(talk.reviews.values_list("score", flat=True)) == [1, 2]


def test_database_refuses_nonsense(conference):
    talk, one = cfp.talk(conference), cfp.criterion(conference)
    review, user = cfp.review(talk), scale.user()
    Mark.objects.create(review=review, criterion=one, score=1)
    cfp.assignment(talk, user)
    cfp.conflict(talk, user)
    cfp.review_rules(conference)
    for wrong in (
        lambda: cfp.review(talk, score=5.5),
        lambda: cfp.review(talk, score=0.5),
        lambda: Mark.objects.create(review=review, criterion=one, score=2),
        lambda: Mark.objects.filter(review=review).update(score=6),
        lambda: cfp.criterion(conference, weight=0),
        lambda: cfp.assignment(talk, user),
        lambda: cfp.conflict(talk, user),
        lambda: cfp.review_rules(conference),
        lambda: ReviewRules.objects.update(others="x"),
        lambda: ReviewRules.objects.update(reviews_a_talk=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


# --- conflicts ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_declared_conflict_takes_the_talk_away_for_good(reviewer, conference, path):
    talk, other = cfp.talk(conference), cfp.talk(conference)
    cfp.review(talk, reviewer.user)
    cfp.assignment(talk, reviewer.user)
    response = reviewer.post(page_of(talk, "conflict"))
    assert response.url == page_of(other)
    assert not Review.objects.exists() and not Assignment.objects.exists()
    assert listed(reviewer.get(f"{path}?show=all")) == [other]
    assert reviewer.get(page_of(talk)).status_code == 404
    assert reviewer.post(page_of(talk), {"score": 5}).status_code == 404
    with pytest.raises(NotTheirs):
        actions.review_talk(talk, reviewer.user, score=5)
    assert reviewer.post(page_of(other, "conflict")).url == path


def test_closed_edition_takes_no_conflict(reviewer, conference):
    talk = cfp.talk(conference)
    conference.closed_at = timezone.now()
    conference.save()
    assert reviewer.post(page_of(talk, "conflict")).url == page_of(talk)
    assert not ConflictOfInterest.objects.exists()


def test_nobody_reviews_what_they_are_invited_to_give(reviewer, conference, path, as_role):
    talk, other = cfp.talk(conference), cfp.talk(conference)
    EmailAddress.objects.create(user=reviewer.user, email="me@work.example", verified=True)
    EmailAddress.objects.create(user=reviewer.user, email="boss@work.example", verified=False)
    invitation = cfp.invitation(talk, email="Me@work.example")
    cfp.invitation(other, email="boss@work.example")
    assert listed(reviewer.get(path)) == [other]
    assert reviewer.get(page_of(talk)).status_code == 404
    with pytest.raises(OwnTalk):
        actions.review_talk(talk, reviewer.user, score=5)
    with pytest.raises(OwnTalk):
        actions.decide_talk(talk, "accept", by=reviewer.user)
    assert as_role(Role.REVIEWER).get(page_of(talk)).status_code == 200
    actions.decline_invitation(invitation)
    assert set(listed(reviewer.get(path))) == {talk, other}


def test_nobody_reviews_their_own_organization(reviewer, conference, path):
    cfp.speaker(user=reviewer.user, organization="Corvid Ltd ")
    colleague = cfp.talk(conference, speakers=[cfp.speaker(organization="CORVID LTD")])
    nobody = cfp.talk(conference, speakers=[cfp.speaker(organization="")])
    assert listed(reviewer.get(path)) == [nobody]
    assert reviewer.get(page_of(colleague)).status_code == 404


# --- others' reviews ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "before", "after"),
    [("never", False, False), ("after", False, True), ("always", True, True)],
)
def test_others_words_are_shown_by_the_rules(reviewer, conference, others, before, after):
    talk = cfp.talk(conference)
    cfp.review_rules(conference, others=others)
    cfp.review(talk, comment="Anchoring")
    assert ("Anchoring" in text_of(reviewer.get(page_of(talk)))) == before
    reviewer.post(page_of(talk), {"abstain": 1})
    assert ("Anchoring" in text_of(reviewer.get(page_of(talk)))) == after


def test_others_words_cost_the_same_with_more_of_them(
    reviewer, conference, django_assert_num_queries, django_assert_max_num_queries
):
    talk, tag = cfp.talk(conference), cfp.review_tag(conference)
    cfp.review_rules(conference, others="always", is_anonymous=True)
    cfp.review(talk).tags.add(tag)
    with django_assert_max_num_queries(30) as first:
        reviewer.get(page_of(talk))
    for _ in range(2):
        cfp.review(talk).tags.add(tag)
    with django_assert_num_queries(len(first)):
        reviewer.get(page_of(talk))


# --- anonymous ---------------------------------------------------------------------------------


@pytest.fixture
def secret(conference):
    """An anonymous edition, and a talk whose speaker names herself everywhere."""
    cfp.review_rules(conference, is_anonymous=True, others="always")
    zoe = cfp.speaker(name="Zoe Zebra", organization="Corvid", biography="Breeds zebras")
    talk = cfp.talk(
        conference,
        speakers=[zoe],
        title="Zoe Zebra on stripes",
        abstract="I, zoe\nzebra, lead Corvid’s team.",
        description="See **Corvid**.",
        notes="Corvid pays.",
        equipment_note="Corvid brings it",
        links="https://corvid.example/zebra",
    )
    cfp.talk_file(talk, name="zebra.pdf")
    question = cfp.question(conference, text="Where have you spoken?")
    CallAnswer.objects.create(talk=talk, question=question, value="At the zebra fair")
    cfp.redaction(talk, "Corvid’s team\ncorvid\n")
    return talk


@pytest.mark.sqlite
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PROGRAM])
def test_anonymous_reviews_show_nobody(as_role, secret, path, role):
    client = as_role(role)
    for address in (path, f"{path}?q=stripes", page_of(secret), page_of(secret, "suggest-track")):
        page = text_of(client.get(address))
        assert blind.HIDDEN in page, address
        for words in ("zoe", "zebra", "corvid"):
            assert words not in page.casefold(), (address, words)
    secret.refresh_from_db()
    assert secret.title == "Zoe Zebra on stripes"


def test_who_decides_sees_everything_of_an_anonymous_talk(as_role, secret):
    page = text_of(as_role(Role.PROGRAM).get(page_of(secret, "talk")))
    for words in ("Zoe Zebra", "corvid.example/zebra", "zebra.pdf", "At the zebra fair"):
        assert words in page


def test_anonymous_search_finds_no_hidden_word(reviewer, secret, path):
    for words, found in [
        ("stripes", [secret]),
        ("ON STRIPES", [secret]),
        (secret.code.lower(), [secret]),
        ("zoe", []),
        ("Zebra on", []),
        ("zebra", []),
    ]:
        assert listed(reviewer.get(path, {"q": words})) == found, words


def test_saving_keeps_what_was_written(reviewer, secret):
    reviewer.post(page_of(secret), {"score": 3})
    reviewer.post(page_of(secret), {"abstain": 1})
    secret.refresh_from_db()
    assert "zoe" in secret.abstract and secret.reviews.count() == 1


def test_words_are_hidden_whole_and_longest_first():
    hidden = blind.HIDDEN
    assert blind.without("Ann, Anna, ANN.", ["Ann"]) == f"{hidden}, Anna, {hidden}."
    words = ["Foo Inc (Berlin)", "Foo"]
    assert blind.without("at foo  inc (Berlin)!", words) == f"at {hidden}!"
    assert blind.without("nothing", []) == "nothing"


@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ("I am Jose Munoz.", "José Muñoz", "I am █████."),
        ("I am Jose\u0301 Mun\u0303oz.", "José Muñoz", "I am █████."),
        ("José Muñoz runs it", "Jose Munoz", "█████ runs it"),
        ("Joséphine, José", "José", "Joséphine, █████"),
        ("אני שָׁלוֹם כהן", "שלום כהן", "אני █████"),
        ("한국 김철수 입니다", "김철수", "한국 █████ 입니다"),
        ("C++ by A.B. (c)", "A.B.", "C++ by █████ (c)"),
        ("Zoë's café", "\u0301", "Zoë's café"),
    ],
)
def test_names_are_hidden_with_and_without_accents(text, name, shown):
    assert blind.without(text, [name]) == shown


@pytest.mark.sqlite
def test_staff_hide_words_and_see_what_reviewers_see(as_role, secret):
    program = as_role(Role.PROGRAM)
    page = text_of(program.get(page_of(secret, "redact")))
    assert "Hide words in <bdi>Zoe Zebra on stripes" in page and blind.HIDDEN in page
    sent = {"words": "stripes\r\n"}
    assert program.post(page_of(secret, "redact"), sent).url == page_of(secret, "redact")
    secret.redaction.refresh_from_db()
    assert (secret.redaction.words, secret.redaction.by) == ("stripes", program.user)
    response = program.post(page_of(secret, "redact"), {"words": "x" * 6000})
    assert "words" in response.context["form"].errors


def test_only_who_decides_hides_words(reviewer, as_track, conference, secret):
    assert reviewer.get(page_of(secret, "redact")).status_code == 403
    assert as_track(cfp.track(conference)).get(page_of(secret, "redact")).status_code == 404
    track = cfp.track(conference)
    secret.track = track
    secret.save()
    assert as_track(track).get(page_of(secret, "redact")).status_code == 200
