"""Drafts, talks, reviews and files of others: every address × who has no business there.

A new address that names a talk is asked too, without a line here.
"""

import pytest
from django.urls import reverse

from cfp.models import ApiToken, SpeakerInvitation, Talk, TalkChange
from scale.models import Role
from tests.factories import cfp, scale
from tests.test_access import ours

pytestmark = pytest.mark.django_db
Status = Talk.Status
OWN = "my/"  # what speakers do with their talks
COMMITTEE = "staff/"
MARK = "Nobody else reads this"


@pytest.fixture
def track(conference):
    cfp.call(conference)
    return cfp.track(conference, code="storage")


def furnished(conference, track, status, **fields):
    """A talk of somebody with a row of everything that an address can name."""
    owner = scale.user()
    talk = cfp.talk_of(
        owner, conference, status=status, track=track, title=MARK, notes=MARK, **fields
    )
    link = talk.talk_speakers.create(speaker=cfp.speaker(name=MARK), position=1)
    cfp.review(talk, comment=MARK)
    named = {
        "cfp:drop-out": link.pk,
        "cfp:drop-invitation": cfp.invitation(talk, by=owner).pk,
        "cfp:change-answer": cfp.change(talk).pk,
        "cfp:answer-track": cfp.suggestion(talk).pk,
        "cfp:take-back": cfp.assignment(talk).reviewer_id,
    }
    return talk, {"pk": cfp.talk_file(talk).pk}, named


def addresses(talk, begins, pk, named):
    """(name, address) of whatever names the talk, or a row of it."""
    values = {"slug": talk.conference.slug, "code": talk.code, **pk}
    for name, pattern in ours().items():
        keys = set(pattern.pattern.converters)
        is_ours = name.startswith("cfp:") and str(pattern.pattern).startswith(begins)
        if is_ours and ("code" in keys or name in named) and "secret" not in keys:
            known = values | ({"pk": named[name]} if name in named else {})
            yield name, reverse(name, kwargs={key: known[key] for key in keys})


def state(talk):
    """All that a stranger might have changed."""
    talk.refresh_from_db()
    rows = [talk.talk_speakers, talk.files, talk.reviews, talk.invitations, talk.changes]
    rows += [talk.suggestions, talk.assignments, talk.decisions]
    return (
        *(talk.status, talk.title, talk.track_id, talk.content_mark(), hasattr(talk, "redaction")),
        *(list(one.values_list()) for one in rows),
    )


def ask_everything(client, found, expected):
    asked = 0
    for name, path in found:
        for ask in (client.get, client.post):
            answer = ask(path, {"do": "accept", "title": "stolen", "score": "1", "track": "1"})
            assert answer.status_code in {*expected, 405}, (name, ask, answer.status_code)
            assert MARK not in answer.content.decode(errors="replace"), name
        asked += 1
    return asked


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.CONFIRMED])
@pytest.mark.parametrize("who", ["attendee", "speaker", "reviewer", "program", "chair"])
def test_what_speakers_do_is_not_there_for_others(conference, track, as_role, who, status):
    talk, pk, named = furnished(conference, track, status)
    roles = {"reviewer": [Role.REVIEWER], "program": [Role.PROGRAM], "chair": [Role.CHAIR]}
    client = as_role(*roles.get(who, []))
    if who == "speaker":
        cfp.talk_of(client.user, conference, track=track)
    before = state(talk)
    assert ask_everything(client, addresses(talk, OWN, pk, named), {404}) >= 10
    assert state(talk) == before


@pytest.mark.parametrize("submitted", [False, True], ids=["draft", "draft thrown away"])
@pytest.mark.parametrize("who", ["reviewer", "program", "chair", "track reviewer", "track chair"])
def test_drafts_are_not_there_for_the_committee(
    conference, track, as_role, as_track, who, submitted
):
    status = Status.WITHDRAWN if submitted else Status.DRAFT
    talk, pk, named = furnished(conference, track, status, submitted_at=None)
    if who.startswith("track"):
        client = as_track(track, who.partition(" ")[2])
    else:
        client = as_role({"reviewer": Role.REVIEWER, "program": Role.PROGRAM}.get(who, Role.CHAIR))
    before = state(talk)
    asked = addresses(talk, COMMITTEE, pk, named)
    assert ask_everything(client, asked, {404, 403}) >= 15
    assert state(talk) == before


@pytest.mark.parametrize("role", ["reviewer", "chair"])
def test_talks_of_another_track_are_not_there(conference, track, as_track, role):
    talk, pk, named = furnished(conference, track, Status.SUBMITTED)
    client = as_track(cfp.track(conference), role)
    before = state(talk)
    assert ask_everything(client, addresses(talk, COMMITTEE, pk, named), {404, 403}) >= 15
    assert state(talk) == before


LISTS = ("talks", "reviews", "decisions", "sent", "changes", "suggestions", "doubles", "sheets")
LISTS += ("compare", "statistics", "assignments", "tracks")


@pytest.mark.parametrize("name", LISTS)
def test_lists_hold_neither_drafts_nor_talks_of_another_track(
    conference, track, as_role, as_track, name
):
    draft, *_ = furnished(conference, track, Status.DRAFT, submitted_at=None)
    cfp.decision(draft, released_at=None)
    other, *_ = furnished(conference, track, Status.SUBMITTED)
    chair = as_track(cfp.track(conference), "chair")
    path = reverse(f"cfp:{name}", args=[conference.slug])
    asked = {"talk": [draft.code, other.code]} if name == "compare" else {}
    page = chair.get(path, asked).content.decode()
    assert MARK not in page and other.code not in page and draft.code not in page
    page = as_role(Role.CHAIR).get(path, asked)
    assert page.status_code == 200
    assert draft.code not in page.content.decode()


def test_files_of_the_table_hold_neither_drafts_nor_talks_of_another_track(
    conference, track, as_role, as_track
):
    draft, *_ = furnished(conference, track, Status.DRAFT, submitted_at=None)
    other, *_ = furnished(conference, track, Status.SUBMITTED)
    for kind in ("csv", "json"):
        path = reverse("cfp:talks-file", args=[conference.slug, kind])
        ours = b"".join(as_role(Role.PROGRAM).get(path))
        assert other.code.encode() in ours and draft.code.encode() not in ours
        theirs = b"".join(as_track(cfp.track(conference), "chair").get(path))
        assert other.code.encode() not in theirs and draft.code.encode() not in theirs


def test_reviewers_find_no_review_of_others_in_the_api(conference, track, as_role):
    talk, *_ = furnished(conference, track, Status.SUBMITTED)
    draft, *_ = furnished(conference, track, Status.DRAFT, submitted_at=None)
    reviewer = as_role(Role.REVIEWER)
    _, secret = ApiToken.make(reviewer.user, "x", "committee")
    head = {"Authorization": f"Bearer {secret}"}
    path = f"/api/v1/{conference.slug}"
    assert reviewer.get(f"{path}/reviews/", headers=head).json()["count"] == 0
    [seen] = reviewer.get(f"{path}/submissions/", headers=head).json()["results"]
    assert (seen["code"], seen["mean"], seen["speakers"]) == (talk.code, None, None)
    assert reviewer.get(f"{path}/submissions/{draft.code}/", headers=head).status_code == 404
    type(reviewer.user).staff_roles.rel.related_model.objects.all().delete()
    for name in ("submissions/", "reviews/", f"submissions/{talk.code}/"):
        assert reviewer.get(f"{path}/{name}", headers=head).status_code == 403


def test_links_of_mails_open_their_own_row_only(conference, track, client):
    talk, *_ = furnished(conference, track, Status.ACCEPTED)
    other, *_ = furnished(conference, track, Status.ACCEPTED)
    one, two = (SpeakerInvitation.objects.filter(talk=row).first() for row in (talk, other))
    for name, args in (
        ("invitation", [one.code, two.secret]),
        ("invitation", [one.code, one.secret[:-1]]),
        ("invitation", [one.code, one.secret + "0"]),
    ):
        assert client.get(reverse(f"cfp:{name}", args=args)).status_code == 404
    assert TalkChange.objects.filter(status="waiting").count() == 2
