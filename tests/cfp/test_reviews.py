"""Reviewing: who may, what comes next, one opinion a person."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from cfp.models import Review, Talk
from scale.models import Role
from tests.factories import cfp, scale

Status = Talk.Status


def text_of(response):
    return response.content.decode()


def listed(response):
    return list(response.context["page"])


@pytest.fixture
def path(conference):
    return reverse("cfp:reviews", args=[conference.slug])


def page_of(talk):
    return reverse("cfp:review", args=[talk.conference.slug, talk.code])


@pytest.fixture
def reviewer(as_role):
    return as_role(Role.REVIEWER)


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.sqlite
@pytest.mark.parametrize("role", Role.values)
def test_reviewers_program_and_chair_review(as_role, conference, path, role):
    talk = cfp.talk(conference)
    client = as_role(role)
    expected = 200 if role in ("reviewer", "program", "chair") else 403
    assert client.get(path).status_code == expected
    assert client.get(page_of(talk)).status_code == expected
    assert client.post(page_of(talk), {"score": 3}).status_code in (302, 200, 403)
    assert talk.reviews.exists() == (expected == 200)


def test_strangers_sign_in_first_and_are_sent_away(client, ana, conference, path):
    assert client.get(path).url == f"{reverse('account_login')}?next={path}"
    assert ana.get(path).status_code == 403
    assert ana.get(reverse("cfp:reviews", args=["no-such"])).status_code == 404


def test_roles_end_at_their_edition(as_role, conference, path):
    elsewhere = scale.conference()
    client = as_role(Role.REVIEWER, edition=elsewhere)
    assert client.get(path).status_code == 403
    assert client.get(reverse("cfp:reviews", args=[elsewhere.slug])).status_code == 200
    assert client.get(page_of(cfp.talk(conference))).status_code == 403


def test_second_factor_is_asked_of_track_people_too(client, conference, path):
    user = scale.user()
    cfp.track_role(user, cfp.track(conference), "reviewer")
    client.force_login(user)
    response = client.get(path)
    assert response.status_code == 302 and response.url == reverse("mfa_index")


@pytest.mark.parametrize("role", ["chair", "reviewer"])
def test_track_people_review_their_track_alone(as_track, conference, path, role):
    theirs, other = cfp.track(conference), cfp.track(conference)
    mine, foreign = cfp.talk(conference, track=theirs), cfp.talk(conference, track=other)
    loose = cfp.talk(conference)
    client = as_track(theirs, role)
    response = client.get(path)
    assert listed(response) == [mine]
    assert response.context["progress"] == {"total": 1, "done": 0}
    assert client.post(page_of(mine), {"score": 3}).status_code == 302
    for talk in (foreign, loose):
        assert client.get(page_of(talk)).status_code == 404
        assert client.post(page_of(talk), {"score": 3}).status_code == 404
        assert not talk.reviews.exists()


def test_track_people_see_their_links_and_no_staff_home(as_track, conference, path):
    page = text_of(as_track(cfp.track(conference), "chair").get(path))
    assert reverse("cfp:talks", args=[conference.slug]) in page
    assert f'"{reverse("pages:staff-home", args=[conference.slug])}"' not in page
    page = text_of(as_track(cfp.track(conference), "reviewer").get(path))
    assert reverse("cfp:talks", args=[conference.slug]) not in page


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PROGRAM, Role.CHAIR])
def test_nobody_reviews_a_talk_of_their_own(as_role, conference, path, role):
    client = as_role(role)
    EmailAddress.objects.create(user=client.user, email="me@work.example", verified=True)
    own = [
        cfp.talk_of(client.user, conference),
        cfp.talk(conference, speakers=[cfp.speaker(), cfp.speaker(email="me@work.example")]),
    ]
    response = client.get(f"{path}?show=all")
    assert listed(response) == [] and response.context["progress"]["total"] == 0
    for talk in own:
        assert client.get(page_of(talk)).status_code == 404
        assert client.post(page_of(talk), {"score": 5}).status_code == 404
    assert not Review.objects.exists()


@pytest.mark.parametrize("status", sorted(set(Status) - {"submitted", "waitlisted"}))
def test_only_talks_that_wait_are_listed(reviewer, conference, path, status):
    cfp.talk(conference, status=status)
    assert listed(reviewer.get(f"{path}?show=all")) == []


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_drafts_of_others_are_not_there(reviewer, conference, status):
    draft = cfp.talk(conference, status=status, submitted_at=None)
    assert reviewer.get(page_of(draft)).status_code == 404


# --- the list ----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_progress_counts_what_is_mine_to_do(reviewer, conference, path):
    done, other = cfp.talk(conference), cfp.talk(conference, status=Status.WAITLISTED)
    cfp.review(done, reviewer.user)
    cfp.review(done)
    cfp.review(other)
    response = reviewer.get(path)
    assert response.context["progress"] == {"total": 2, "done": 1}
    assert "1 of 2" in text_of(response)
    assert listed(response) == [other]
    assert listed(reviewer.get(f"{path}?show=done")) == [done]
    assert set(listed(reviewer.get(f"{path}?show=all"))) == {done, other}


def test_search_track_and_sort_narrow_the_list(reviewer, conference, path):
    track = cfp.track(conference, code="db")
    first = cfp.talk(conference, title="Zebra", track=track)
    second = cfp.talk(conference, title="Apple", speakers=[cfp.speaker(name="Zoe Z")])
    cfp.review(first)
    assert listed(reviewer.get(path)) == [second, first]
    assert listed(reviewer.get(f"{path}?sort=title")) == [second, first]
    assert listed(reviewer.get(f"{path}?sort=new")) == [second, first]
    assert listed(reviewer.get(f"{path}?track=db")) == [first]
    assert listed(reviewer.get(f"{path}?q=zoe")) == [second]
    assert listed(reviewer.get(f"{path}?q=nothing")) == []
    assert "No talk fits" in text_of(reviewer.get(f"{path}?q=nothing"))


@pytest.mark.parametrize(
    "query", ["track=nope", "sort=nope", "show=nope", "page=x", "page=-1", "q=" + "x" * 3000]
)
def test_nonsense_in_the_link_is_taken_for_nothing(reviewer, conference, path, query):
    talk = cfp.talk(conference)
    assert listed(reviewer.get(f"{path}?{query}")) == [talk]


def test_empty_lists_say_why(reviewer, conference, path):
    assert "No talks wait for reviews" in text_of(reviewer.get(path))
    cfp.review(cfp.talk(conference), reviewer.user)
    assert "Nothing is left for you" in text_of(reviewer.get(path))


def test_list_is_paged_and_keeps_the_filter(reviewer, conference, path):
    for n in range(51):
        cfp.talk(conference, title=f"Fit {n}", speakers=[])
    response = reviewer.get(f"{path}?q=fit")
    assert len(listed(response)) == 50
    assert "?q=fit&amp;page=2" in text_of(response)
    assert len(listed(reviewer.get(f"{path}?q=fit&page=2"))) == 1


def test_list_costs_the_same_with_more_talks(reviewer, conference, path, django_assert_num_queries):
    def more(n):
        for _ in range(n):
            talk = cfp.talk(conference, track=cfp.track(conference), kind=cfp.kind(conference))
            cfp.review(talk)

    more(1)
    with django_assert_num_queries(19):
        reviewer.get(path)
    more(2)
    with django_assert_num_queries(19):
        reviewer.get(path)


# --- one talk ----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_review_is_saved_and_the_next_talk_follows(reviewer, conference, path):
    few, many = cfp.talk(conference), cfp.talk(conference)
    cfp.review(many)
    assert reviewer.get(path).context["next"] == few
    response = reviewer.post(page_of(few), {"score": "4", "comment": "Good\r\nidea"})
    assert response.url == page_of(many)
    review = few.reviews.get()
    assert (review.reviewer, review.score, review.comment) == (reviewer.user, 4, "Good\nidea")
    response = reviewer.post(page_of(many), {"score": "1"}, follow=True)
    assert response.redirect_chain == [(path, 302)]
    assert "You have reviewed everything" in text_of(response)


def test_second_review_replaces_the_first(reviewer, conference):
    talk = cfp.talk(conference)
    reviewer.post(page_of(talk), {"score": 2, "comment": "Hm"})
    page = text_of(reviewer.get(page_of(talk)))
    assert "Hm" in page and 'value="2" checked' in page
    reviewer.post(page_of(talk), {"score": 5, "comment": ""})
    assert talk.reviews.get().score == 5


def test_page_shows_the_talk_and_not_what_others_think(reviewer, conference):
    speaker = cfp.speaker(name="Zoe", biography="Breeds **zebras**")
    thing = cfp.equipment(conference, name="Projector")
    talk = cfp.talk(conference, speakers=[speaker], notes="Please **not** on Sunday")
    talk.equipment.add(thing)
    cfp.review(talk, comment="Anchoring")
    page = text_of(reviewer.get(page_of(talk)))
    for words in ("Zoe", "<strong>zebras</strong>", "Projector", "not** on Sunday"):
        assert words in page
    assert "Anchoring" not in page


def test_skipping_goes_on_and_does_not_come_back_at_once(reviewer, conference):
    first, second, third = (cfp.talk(conference) for _ in range(3))
    assert reviewer.get(page_of(first)).context["skip_to"] == second
    assert reviewer.get(page_of(second)).context["skip_to"] == third
    assert reviewer.get(page_of(third)).context["skip_to"] == first
    cfp.review(first, reviewer.user)
    cfp.review(second, reviewer.user)
    assert reviewer.get(page_of(third)).context["skip_to"] is None


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"score": ""},
        {"score": "0"},
        {"score": "6"},
        {"score": "-1"},
        {"score": "3.5"},
        {"score": "9" * 5000},
        {"score": "\x00"},
        {"score": "3", "comment": "x" * 1_000_000},
        {"score": "3", "comment": "a\x00b"},
    ],
    ids=lambda sent: str(sent)[:30],
)
def test_bad_review_is_refused_and_nothing_is_lost(reviewer, conference, sent):
    talk = cfp.talk(conference)
    response = reviewer.post(page_of(talk), {"comment": "Kept words", **sent})
    assert response.status_code == 200
    assert set(response.context["form"].errors) == ({"comment"} if len(sent) == 2 else {"score"})
    if len(sent) < 2:
        assert "Kept words" in text_of(response)
    assert not talk.reviews.exists()


def test_review_that_comes_too_late_is_not_lost(reviewer, conference):
    talk = cfp.talk(conference, status=Status.ACCEPTED)
    response = reviewer.post(page_of(talk), {"score": 3, "comment": "Long thoughts"})
    page = text_of(response)
    assert "it needs no more reviews" in page and "Long thoughts" in page
    assert not talk.reviews.exists()
    assert "No more reviews needed" in text_of(reviewer.get(page_of(talk)))


def test_closed_edition_takes_no_reviews(reviewer, conference):
    talk = cfp.talk(conference)
    conference.closed_at = talk.submitted_at
    conference.save()
    assert "can only be read" in text_of(reviewer.post(page_of(talk), {"score": 3}))
    assert not talk.reviews.exists()


def test_review_page_costs_the_same_with_more_speakers(
    reviewer, conference, django_assert_num_queries
):
    talk = cfp.talk(conference)
    with django_assert_num_queries(22):
        reviewer.get(page_of(talk))
    for position in (1, 2):
        talk.talk_speakers.create(speaker=cfp.speaker(), position=position)
        talk.equipment.add(cfp.equipment(conference))
        cfp.review(talk)
    with django_assert_num_queries(22):
        reviewer.get(page_of(talk))
