"""What programs read: who sees what, and what it costs."""

import pytest
from django.test import Client
from django.urls import reverse

from cfp.models import ApiToken, ConflictOfInterest, Speaker, Talk, TrackRole
from scale.models import Role
from tests.factories import cfp as make
from tests.factories import scale

Status = Talk.Status


def token_of(user, scope="committee"):
    return ApiToken.make(user, "A test", scope)[1]


def api(conference, path, token="", **more):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().get(f"/api/v1/{conference.slug}/{path}", headers=headers | more)


def codes(response):
    assert response.status_code == 200, response.content
    return {row["code"] for row in response.json()["results"]}


@pytest.fixture
def member(conference):
    """A token of somebody with this role, in the edition or in the given track."""

    def make_token(role, track=None, second_factor=True, scope="committee"):
        user = scale.user()
        if track:
            make.track_role(user, track, role)
        else:
            scale.staff_role(user, conference, role)
        if second_factor:
            scale.second_factor(user)
        token = token_of(user, scope)
        return user, token

    return make_token


# --- the public ------------------------------------------------------------------------------


def test_public_reads_confirmed_talks_their_speakers_and_tracks(conference):
    track = make.track(conference, code="kernel")
    for status in Status:
        make.talk(conference, status=status, track=track, title=f"Is {status}")
    make.talk(scale.conference(), status=Status.CONFIRMED)
    found = api(conference, "talks/").json()
    assert (found["count"], found["next"], found["previous"]) == (1, None, None)
    (talk,) = found["results"]
    assert (talk["title"], talk["track"], talk["kind"]) == ("Is confirmed", "kernel", None)
    assert "notes" not in talk
    row = Talk.objects.get(code=talk["code"])
    (speaker,) = api(conference, "speakers/").json()["results"]
    assert speaker["talks"] == [row.code]
    assert "email" not in speaker
    assert "@" not in str(speaker)
    assert codes(api(conference, "tracks/")) == {"kernel"}
    assert api(conference, f"talks/{row.code}/").json() == talk
    assert api(conference, f"speakers/{speaker['code']}/").json() == speaker
    assert api(conference, "tracks/kernel/").json()["name"] == track.name


@pytest.mark.parametrize("status", [s for s in Status if s != Status.CONFIRMED])
def test_public_finds_nothing_else(conference, status):
    talk = make.talk(conference, status=status)
    assert api(conference, f"talks/{talk.code}/").status_code == 404
    assert api(conference, f"speakers/{talk.speakers()[0].code}/").status_code == 404


def test_hidden_track_is_not_named_but_its_talk_is_there(conference):
    track = make.track(conference, is_hidden=True)
    talk = make.talk(conference, status=Status.CONFIRMED, track=track)
    assert codes(api(conference, "tracks/")) == set()
    assert api(conference, f"tracks/{track.code}/").status_code == 404
    assert api(conference, f"talks/{talk.code}/").json()["track"] is None
    track.is_hidden = False
    track.save()
    assert codes(api(conference, "tracks/")) == {track.code}
    assert api(conference, f"talks/{talk.code}/").json()["track"] == track.code


def test_pages_and_what_is_asked_wrongly(conference):
    for _ in range(51):
        make.talk(conference, status=Status.CONFIRMED, speakers=[])
    first = api(conference, "talks/").json()
    second = api(conference, "talks/?page=2").json()
    assert first["next"].endswith(f"/api/v1/{conference.slug}/talks/?page=2")
    assert second["previous"].endswith("?page=1")
    assert len({row["code"] for row in first["results"] + second["results"]}) == 51
    for wrong in ("3", "0", "-1", "x", "٣", "9" * 5000, ""):
        answer = api(conference, f"talks/?page={wrong}")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    assert api(conference, "talks/?pgae=2").status_code == 400
    assert api(conference, "tracks/x/?page=1").status_code == 400


def test_no_change_by_the_api(conference):
    for method in ("post", "put", "patch", "delete", "options", "trace"):
        answer = getattr(Client(), method)(f"/api/v1/{conference.slug}/talks/")
        assert answer.status_code == 405
        assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "path", ["nowhere", "nowhere/talks/", "%00/talks/", "24x/rooms/", "🐧/🐧/"]
)
def test_bad_news_comes_as_json_too(db, path):
    answer = Client().get(f"/api/v1/{path}")
    assert answer.status_code in (400, 404)
    assert list(answer.json()) == ["detail"]


def test_public_answer_is_kept_until_a_fact_changes(conference, django_assert_num_queries):
    talk = make.talk(conference, status=Status.CONFIRMED, title="Old")
    path = f"/api/v1/{conference.slug}/talks/"
    first = Client().get(path)
    assert first["Cache-Control"] == "public, max-age=0, s-maxage=1"
    with django_assert_num_queries(1):
        again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    talk.title = "New"
    talk.save()
    newer = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert newer.json()["results"][0]["title"] == "New"


def test_other_page_has_another_tag(conference):
    for _ in range(51):
        make.talk(conference, status=Status.CONFIRMED, speakers=[])
    assert api(conference, "talks/")["ETag"] != api(conference, "talks/?page=2")["ETag"]


def test_edition_that_is_not_public_is_there_for_its_staff_by_token(conference, member):
    make.talk(conference, status=Status.CONFIRMED)
    conference.is_public = False
    conference.save()
    _, token = member(Role.EDITOR, scope="public")
    stranger = token_of(scale.user(), "public")
    assert api(conference, "talks/").status_code == 404
    assert api(conference, "talks/", stranger).status_code == 404
    answer = api(conference, "talks/", token)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.parametrize("path", ["talks/", "speakers/", "tracks/"])
def test_list_costs_the_same_statements_for_one_and_fifty(
    conference, path, django_assert_num_queries
):
    track, kind = make.track(conference), make.kind(conference)

    def count(statements):
        Client().get(f"/api/v1/{conference.slug}/{path}?page=1")
        conference.save()  # a new version
        with django_assert_num_queries(statements):
            Client().get(f"/api/v1/{conference.slug}/{path}")

    make.talk(conference, status=Status.CONFIRMED, track=track, kind=kind)
    usual = {"talks/": 5, "speakers/": 5, "tracks/": 4}[path]
    count(usual)
    for _ in range(49):
        make.talk(conference, status=Status.CONFIRMED, track=track, kind=kind)
    count(usual)


def test_fifty_talks_are_cheap(conference, django_assert_max_num_queries):
    track, kind = make.track(conference), make.kind(conference)
    for _ in range(50):
        make.talk(conference, status=Status.CONFIRMED, track=track, kind=kind)
    conference.save()
    with django_assert_max_num_queries(8):
        answer = Client().get(f"/api/v1/{conference.slug}/talks/")
    assert answer.status_code == 200


# --- the committee ---------------------------------------------------------------------------


def test_committee_needs_a_living_token_with_its_scope(conference, member):
    user, token = member(Role.PROGRAM)
    assert api(conference, "submissions/").status_code == 401
    assert api(conference, "submissions/", "scale_wrong").status_code == 401
    assert api(conference, "submissions/", Authorization="Basic eDp5").status_code == 401
    assert api(conference, "submissions/", Authorization="Bearer é").status_code == 401
    assert api(conference, "submissions/", token).status_code == 200
    assert api(conference, "submissions/", token_of(user, "public")).status_code == 403
    answer = api(conference, "submissions/", token)
    assert answer["Cache-Control"] == "private, no-store"
    ApiToken.objects.get(scope="committee").revoke()
    assert api(conference, "submissions/", token).status_code == 401
    assert api(conference, "talks/", token).status_code == 401


def test_session_opens_nothing_and_a_left_account_neither(conference, chair, member):
    assert chair.get(f"/api/v1/{conference.slug}/submissions/").status_code == 401
    user, token = member(Role.CHAIR)
    user.is_active = False
    user.save()
    assert api(conference, "submissions/", token).status_code == 401


def test_second_factor_is_asked_of_programs_too(conference, member):
    user, token = member(Role.PROGRAM, second_factor=False)
    answer = api(conference, "reviews/", token)
    assert answer.status_code == 403
    assert "second step" in answer.json()["detail"]
    scale.second_factor(user)
    assert api(conference, "reviews/", token).status_code == 200


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in (Role.CHAIR, Role.PROGRAM, Role.REVIEWER)]
)
def test_other_roles_are_not_the_committee(conference, member, role):
    _, token = member(role)
    for path in ("submissions/", "reviews/", "submissions/ABCDEF/"):
        assert api(conference, path, token).status_code == 403


def test_rights_of_one_edition_open_no_other(conference, member):
    _, token = member(Role.CHAIR)
    other = scale.conference()
    talk = make.talk(other)
    assert api(other, "submissions/", token).status_code == 403
    assert api(conference, f"submissions/{talk.code}/", token).status_code == 404


def test_program_reads_all_but_drafts(conference, member):
    _, token = member(Role.PROGRAM)
    talk, draft = make.talk(conference, notes="Please"), make.talk(conference, status=Status.DRAFT)
    make.review(talk, score=4)
    make.review(talk, score=1)
    (row,) = api(conference, "submissions/", token).json()["results"]
    assert (row["code"], row["notes"], row["opinions"], row["mean"]) == (
        talk.code,
        "Please",
        2,
        2.5,
    )
    assert row["speakers"][0]["name"] == talk.speakers()[0].name
    assert api(conference, f"submissions/{draft.code}/", token).status_code == 404
    assert {r["score"] for r in api(conference, "reviews/", token).json()["results"]} == {4, 1}


def test_track_chair_reads_their_track_only(conference, member):
    mine, other = make.track(conference), make.track(conference)
    here, there = make.talk(conference, track=mine), make.talk(conference, track=other)
    make.review(here, comment="seen")
    make.review(there, comment="secret")
    _, token = member(TrackRole.Role.CHAIR, mine)
    assert codes(api(conference, "submissions/", token)) == {here.code}
    assert api(conference, f"submissions/{there.code}/", token).status_code == 404
    (review,) = api(conference, "reviews/", token).json()["results"]
    assert review["comment"] == "seen"


def test_nobody_reads_reviews_of_a_talk_of_their_own(conference, member):
    user, token = member(Role.PROGRAM)
    own = make.talk_of(user, conference)
    make.review(own, comment="about you")
    (row,) = api(conference, "submissions/", token).json()["results"]
    assert (row["code"], row["opinions"], row["mean"]) == (own.code, None, None)
    assert api(conference, "reviews/", token).json()["results"] == []


def test_reviewer_reads_no_names_no_scores_and_only_their_own_reviews(conference, member):
    user, token = member(Role.REVIEWER)
    talk, own = make.talk(conference), make.talk_of(user, conference)
    make.review(talk, comment="of another")
    make.review(talk, user, comment="mine")
    (row,) = api(conference, "submissions/", token).json()["results"]
    assert (row["code"], row["speakers"], row["opinions"], row["mean"]) == (
        talk.code,
        None,
        None,
        None,
    )
    assert api(conference, f"submissions/{own.code}/", token).status_code == 404
    (review,) = api(conference, "reviews/", token).json()["results"]
    assert review["comment"] == "mine"


@pytest.mark.parametrize("is_anonymous", [True, False])
def test_words_hide_names_where_reviewers_are_not_to_know_them(conference, member, is_anonymous):
    make.review_rules(conference, is_anonymous=is_anonymous)
    talk = make.talk(
        conference,
        speakers=[make.speaker(name="Grace Hopper")],
        title="Grace Hopper explains",
        notes="As grace  hopper of Yale",
    )
    make.redaction(talk, words="Yale")
    _, reviewer = member(Role.REVIEWER)
    _, chair = member(Role.PROGRAM)
    read = {
        token: api(conference, f"submissions/{talk.code}/", token).json()
        for token in (reviewer, chair)
    }
    open_words = ("Grace Hopper explains", "As grace  hopper of Yale")
    blind_words = ("█████ explains", "As █████ of █████")
    shown = {token: (row["title"], row["notes"]) for token, row in read.items()}
    assert shown == {reviewer: blind_words if is_anonymous else open_words, chair: open_words}
    assert "Grace" not in str(read[reviewer]) or not is_anonymous
    assert read[chair]["speakers"][0]["name"] == "Grace Hopper"


def test_reviewer_reads_nothing_of_talks_that_are_not_for_them(conference, member):
    user, token = member(Role.REVIEWER)
    talk = make.talk(conference)
    make.review(talk, user)
    ConflictOfInterest.objects.create(talk=talk, user=user)
    assert api(conference, "submissions/", token).json()["results"] == []
    assert api(conference, f"submissions/{talk.code}/", token).status_code == 404
    assert api(conference, "reviews/", token).json()["results"] == []


def test_private_note_is_nobodys_by_the_api(conference, member):
    user, token = member(Role.PROGRAM)
    make.review(make.talk(conference), user, comment="to all", note="for me alone")
    answer = api(conference, "reviews/", token)
    assert "to all" in answer.content.decode()
    assert "for me alone" not in answer.content.decode()


def test_chair_of_one_track_who_reviews_another(conference, member):
    mine, read, neither = (make.track(conference) for _ in range(3))
    user, token = member(TrackRole.Role.CHAIR, mine)
    make.track_role(user, read, TrackRole.Role.REVIEWER)
    talks = [make.talk(conference, track=track) for track in (mine, read, neither)]
    for talk in talks:
        make.review(talk)
    found = api(conference, "submissions/", token).json()["results"]
    assert {row["code"]: row["opinions"] for row in found} == {
        talks[0].code: 1,
        talks[1].code: None,
    }
    assert [r["talk"] for r in api(conference, "reviews/", token).json()["results"]] == [
        talks[0].code
    ]


@pytest.mark.parametrize(("path", "statements"), [("submissions/", 12), ("reviews/", 14)])
def test_committee_list_costs_the_same_for_one_and_many(
    conference, member, path, statements, django_assert_num_queries
):
    _, token = member(Role.PROGRAM)
    make.review(make.talk(conference))
    api(conference, path, token)
    with django_assert_num_queries(statements):
        api(conference, path, token)
    for _ in range(9):
        make.review(make.talk(conference))
    with django_assert_num_queries(statements):
        api(conference, path, token)


# --- tokens ----------------------------------------------------------------------------------


def test_token_is_made_shown_once_and_revoked(conference, chair):
    page = chair.post("/my/tokens/", {"label": "Signs", "scope": "committee"})
    secret = page.context["secret"]
    assert secret.encode() in page.content
    row = ApiToken.objects.get()
    assert secret not in (row.digest, row.label)
    assert secret.encode() not in chair.get("/my/tokens/").content
    assert api(conference, "submissions/", secret).status_code == 200
    row.refresh_from_db()
    assert row.used_on
    chair.post(f"/my/tokens/{row.pk}/revoke/")
    assert api(conference, "submissions/", secret).status_code == 401


def test_committee_scope_is_for_the_committee_with_a_second_step(conference, ana):
    answer = ana.post("/my/tokens/", {"label": "x", "scope": "committee"})
    assert answer.context["form"].errors["scope"]
    make.track_role(ana.user, make.track(conference), "chair")
    answer = ana.post("/my/tokens/", {"label": "x", "scope": "committee"})
    assert "second step" in str(answer.context["form"].errors["scope"])
    scale.second_factor(ana.user)
    ana.post("/my/tokens/", {"label": "x", "scope": "committee"})
    assert ApiToken.objects.get().user == ana.user


def test_nobody_revokes_the_token_of_another(conference, ana, chair):
    token, _ = ApiToken.make(chair.user, "x", "committee")
    assert ana.post(f"/my/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_chair_sees_and_revokes_what_reads_their_edition(conference, chair, member):
    _, secret = member(Role.REVIEWER)
    _, track_secret = member("chair", make.track(conference))
    other = scale.user()
    scale.staff_role(other, scale.conference(), Role.CHAIR)
    foreign, _ = ApiToken.make(other, "foreign", "committee")
    path = reverse("cfp:tokens", args=[conference.slug])
    rows = list(chair.get(path).context["rows"])
    assert len(rows) == 2
    for row in rows:
        chair.post(reverse("cfp:token-revoke", args=[conference.slug, row.pk]))
    for dead in (secret, track_secret):
        assert api(conference, "reviews/", dead).status_code == 401
    there = reverse("cfp:token-revoke", args=[conference.slug, foreign.pk])
    assert chair.post(there).status_code == 404


def test_documents_name_every_address(conference, client):
    found = client.get("/api/v1/schema/").json()["paths"]
    assert len(found) == 14
    page = client.get("/api/").content.decode()
    assert all(path in page for path in found)
    assert "<script>" not in page


def test_speaker_without_confirmed_talk_here_is_not_there(conference):
    person = make.speaker()
    make.talk(scale.conference(), status=Status.CONFIRMED, speakers=[person])
    make.talk(conference, speakers=[person])
    assert Speaker.objects.count() == 1
    assert api(conference, f"speakers/{person.code}/").status_code == 404
