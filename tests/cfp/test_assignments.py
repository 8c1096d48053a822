"""Giving out talks: evenly, by hand, by file; what comes next for whom; how far they are."""

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cfp.models import Assignment, Talk
from scale.models import Role
from tests.factories import cfp, scale

Status = Talk.Status


def text_of(response):
    return response.content.decode()


def at(conference, name="assignments", *args):
    return reverse(f"cfp:{name}", args=[conference.slug, *args])


def pairs():
    return set(Assignment.objects.values_list("talk_id", "reviewer_id"))


def person(conference, role=Role.REVIEWER, **fields):
    user = scale.user(**fields)
    scale.staff_role(user, conference, role)
    return user


def warned(response):
    return " ".join(str(one) for one in response.context["messages"])


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


# --- evenly ------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_spreading_gives_each_talk_its_reviewers_once(program, conference):
    people = [person(conference) for _ in range(3)]
    talks = [cfp.talk(conference) for _ in range(3)]
    cfp.talk(conference, status=Status.ACCEPTED)
    cfp.talk(scale.conference())
    response = program.post(at(conference, "spread"), {"k": 2}, follow=True)
    assert "Assignments made: 6" in warned(response)
    made = Assignment.objects.all()
    assert {one.talk for one in made} == set(talks) and {one.by for one in made} == {program.user}
    for user in people:
        assert made.filter(reviewer=user).count() == 2
    response = program.post(at(conference, "spread"), {"k": 2}, follow=True)
    assert "Assignments made: 0" in warned(response)


def test_nobody_is_given_what_is_not_for_them(program, conference):
    track = cfp.track(conference)
    own, firm, declared, elsewhere = (person(conference) for _ in range(4))
    in_track, unclaimed, invited = scale.user(), person(conference), person(conference)
    cfp.track_role(in_track, cfp.track(conference), "reviewer")
    talk = cfp.talk(conference, track=track, speakers=[cfp.speaker(user=own)])
    cfp.speaker(user=firm, organization="Corvid")
    talk.talk_speakers.create(speaker=cfp.speaker(organization="corvid "))
    EmailAddress.objects.create(user=unclaimed, email="me@work.example", verified=True)
    talk.talk_speakers.create(speaker=cfp.speaker(email="me@work.example"))
    cfp.conflict(talk, declared)
    cfp.invitation(talk, email=invited.email)
    response = program.post(at(conference, "spread"), {"k": 3}, follow=True)
    assert pairs() == {(talk.pk, elsewhere.pk)}
    assert "too few reviewers: 1" in warned(response)


def test_spreading_one_track_counts_what_people_have_already(program, conference):
    track = cfp.track(conference)
    busy, free = person(conference), person(conference)
    cfp.review(cfp.talk(conference, status=Status.REJECTED), busy)
    inside = cfp.talk(conference, track=track)
    cfp.talk(conference)
    program.post(at(conference, "spread"), {"k": 1, "track": track.pk})
    assert pairs() - {(inside.pk, free.pk)} == set()


@pytest.mark.parametrize("sent", [{}, {"k": 0}, {"k": 21}, {"k": "x"}, {"k": 2, "track": 999_999}])
def test_spreading_says_what_is_wrong(program, conference, sent):
    person(conference)
    cfp.talk(conference)
    response = program.post(at(conference, "spread"), sent)
    assert response.status_code == 200 and response.context["spread_form"].errors
    assert not pairs()


def test_closed_edition_is_left_alone(program, conference):
    user, talk = person(conference), cfp.talk(conference)
    cfp.assignment(talk, user)
    conference.closed_at = timezone.now()
    conference.save()
    for name, sent in (
        ("spread", {"k": 3}),
        ("assign", {"reviewer": user.pk, "talks": talk.code}),
        ("assign-lines", {"text": f"talk,reviewer\n{talk.code},{user.email}", "step": "add"}),
    ):
        page = text_of(program.post(at(conference, name), sent))
        assert "can only be read" in page, name
    response = program.post(at(conference, "take-back", user.pk), follow=True)
    assert "can only be read" in warned(response)
    assert pairs() == {(talk.pk, user.pk)}


def test_track_chairs_give_out_their_track_alone(as_track, conference):
    theirs, other = cfp.track(conference), cfp.track(conference)
    chair = as_track(theirs)
    user, stranger = scale.user(name="Ina"), scale.user(name="Odo")
    cfp.track_role(user, theirs, "reviewer")
    cfp.track_role(stranger, other, "reviewer")
    inside, outside = cfp.talk(conference, track=theirs), cfp.talk(conference, track=other)
    page = text_of(chair.get(at(conference)))
    assert "Ina" in page and "Odo" not in page and other.name not in page
    chair.post(at(conference, "spread"), {"k": 2})
    assert pairs() == {(inside.pk, user.pk)}
    for sent in (
        {"reviewer": stranger.pk, "talks": inside.code},
        {"reviewer": user.pk, "talks": outside.code},
        {"reviewer": user.pk, "track": other.pk},
    ):
        assert chair.post(at(conference, "assign"), sent).context["assign_form"].errors
    cfp.assignment(outside, stranger)
    assert chair.post(at(conference, "take-back", stranger.pk)).status_code == 404


# --- by hand -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_one_person_is_given_a_track_or_talks(program, conference):
    track, user = cfp.track(conference), person(conference, name="Ina")
    first, second = cfp.talk(conference, track=track), cfp.talk(conference, track=track)
    cfp.talk(conference, track=track, status=Status.REJECTED)
    loose = cfp.talk(conference)
    response = program.post(
        at(conference, "assign"), {"reviewer": user.pk, "track": track.pk}, follow=True
    )
    assert "Ina has 2 more" in warned(response)
    sent = {"reviewer": user.pk, "talks": f"{loose.code.lower()}, {first.code}"}
    assert "Ina has 1 more" in warned(program.post(at(conference, "assign"), sent, follow=True))
    assert pairs() == {(talk.pk, user.pk) for talk in (first, second, loose)}


def test_refusals_by_hand_are_said(program, conference):
    track, user = cfp.track(conference), scale.user(name="Ina")
    cfp.track_role(user, track, "reviewer")
    own = cfp.talk_of(user, conference, track=track)
    loose, late = cfp.talk(conference), cfp.talk(conference, track=track, status=Status.ACCEPTED)
    sent = {"reviewer": user.pk, "talks": f"{own.code} {loose.code} {late.code}"}
    said = warned(program.post(at(conference, "assign"), sent, follow=True))
    assert f"{own.code}: Ina speaks in it" in said
    assert f"{loose.code}: Ina does not review" in said
    assert f"{late.code}: it is accepted" in said
    assert not pairs()


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"reviewer"}),
        ({"reviewer": "me"}, {"talks"}),
        ({"reviewer": "me", "talks": "NOSUCH"}, {"talks"}),
        ({"reviewer": "999999", "talks": "NOSUCH"}, {"reviewer", "talks"}),
        ({"reviewer": "me", "track": "999999"}, {"track"}),
    ],
)
def test_asking_one_person_says_what_is_wrong(program, conference, sent, wrong):
    user = person(conference)
    sent = {**sent, **({"reviewer": user.pk} if sent.get("reviewer") == "me" else {})}
    form = program.post(at(conference, "assign"), sent).context["assign_form"]
    assert set(form.errors) == wrong


def test_what_is_not_begun_can_be_taken_back(program, conference):
    user = person(conference)
    done, waiting = cfp.talk(conference), cfp.talk(conference)
    for talk in (done, waiting):
        cfp.assignment(talk, user)
    cfp.assignment(waiting)
    cfp.review(done, user)
    response = program.post(at(conference, "take-back", user.pk), follow=True)
    assert f"Taken back from {user}: 1" in warned(response)
    assert (done.pk, user.pk) in pairs() and (waiting.pk, user.pk) not in pairs()
    assert len(pairs()) == 2
    assert program.post(at(conference, "take-back", 999_999)).status_code == 404


# --- by file -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_lines_are_checked_first_and_added_once(program, conference):
    user, talk, late = person(conference), cfp.talk(conference), cfp.talk(conference)
    late.status = Status.REJECTED
    late.save()
    text = "\n".join(
        [
            "E-mail;Talk;Other",
            f"{user.email.upper()};{talk.code.lower()};x",
            f"nobody@example.org;{talk.code};",
            f"{user.email};NOSUCH;",
            f"{user.email};{late.code};",
            ";;x",
        ]
    )
    path = at(conference, "assign-lines")
    file = SimpleUploadedFile("lines.csv", text.encode())
    response = program.post(path, {"file": file, "step": "check"})
    result = response.context["result"]
    assert (result.added, result.known, len(result.problems)) == (1, 0, 4)
    page = text_of(response)
    for words in (
        "nobody@example.org is no reviewer",
        "There is no talk NOSUCH.",
        "needs no more reviews",
        "Add 1 line",
    ):
        assert words in page, words
    assert not pairs()
    program.post(path, {"text": text, "step": "add"})
    assert pairs() == {(talk.pk, user.pk)}
    good = "\n".join(text.splitlines()[:2])
    response = program.post(path, {"text": good, "step": "add"}, follow=True)
    assert "0 added, 1 were there already" in warned(response)


@pytest.mark.parametrize("text", ["", "talk\nABCDEF", "a,b\n1,2", "talk,reviewer"])
def test_what_is_no_such_file_is_said(program, conference, text):
    response = program.post(at(conference, "assign-lines"), {"text": text, "step": "add"})
    assert response.status_code == 200 and response.context["form"].errors


# --- what comes next ---------------------------------------------------------------------------


@pytest.mark.sqlite
def test_asked_talks_come_first_and_make_the_progress(as_role, conference):
    reviewer = as_role(Role.REVIEWER)
    fewer, asked, asked_more = (cfp.talk(conference) for _ in range(3))
    for talk in (asked, asked_more):
        cfp.assignment(talk, reviewer.user)
    cfp.review(asked)
    cfp.review(asked_more)
    cfp.review(asked_more)
    path = at(conference, "reviews")
    response = reviewer.get(path)
    assert list(response.context["page"]) == [asked, asked_more, fewer]
    assert response.context["progress"] == {"total": 2, "done": 0}
    assert "asked of you are done" in text_of(response)
    assert list(reviewer.get(f"{path}?show=asked").context["page"]) == [asked, asked_more]
    page = at(conference, "review", asked.code)
    assert reviewer.get(page).context["skip_to"] == asked_more
    assert reviewer.post(page, {"score": 3}).url == at(conference, "review", asked_more.code)
    last = at(conference, "review", asked_more.code)
    assert reviewer.get(last).context["skip_to"] == fewer
    reviewer.post(last, {"abstain": 1})
    assert reviewer.get(path).context["progress"] == {"total": 2, "done": 2}


# --- how far they are --------------------------------------------------------------------------


def test_progress_names_who_has_not_begun(program, conference):
    cfp.review_rules(conference, reviews_a_talk=1)
    begun, idle, unasked = (person(conference, name=f"Person {n}") for n in "ABC")
    ready, waiting = cfp.talk(conference), cfp.talk(conference)
    cfp.review(ready, begun)
    cfp.review(waiting, begun, score=None)
    for user in (begun, idle):
        cfp.assignment(ready, user)
    response = program.get(at(conference))
    standing = response.context["standing"]
    assert (standing.ready, standing.talks, standing.not_begun) == (1, 2, 1)
    rows = {one.panelist.user: (one.asked, one.done, one.written) for one in standing.paces}
    assert rows == {begun: (1, 1, 2), idle: (1, 0, 0), unasked: (0, 0, 0)}
    for path in (at(conference), at(conference, "reviews")):
        page = text_of(program.get(path))
        assert "1 of 2</b> talks has a review" in page and "1 reviewer has not begun" in page


def test_empty_page_says_how_to_begin(program, conference):
    assert "No reviewers yet" in text_of(program.get(at(conference)))


def test_page_costs_the_same_with_more_of_everything(
    program, conference, django_assert_num_queries, django_assert_max_num_queries
):
    def more():
        track, user = cfp.track(conference), person(conference)
        cfp.track_role(user, track, "reviewer")
        talk = cfp.talk(conference, track=track)
        cfp.assignment(talk, user)
        cfp.review(talk, user)

    more()
    with django_assert_max_num_queries(30) as first:
        program.get(at(conference))
    more()
    more()
    with django_assert_num_queries(len(first)):
        program.get(at(conference))
    with django_assert_max_num_queries(45):
        program.post(at(conference, "spread"), {"k": 3})
