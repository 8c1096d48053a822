"""The table of talks, row by row: tags, first-timers, who offers several, headings, editing."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cfp import actions
from cfp.errors import DecidedMeanwhile, NotTheirs
from cfp.models import Decision, Talk
from scale.models import AuditEntry, OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status
PART = {"X-Part": "row"}


def text_of(response):
    return response.content.decode()


def at(conference, query="", name="talks", *args):
    return reverse(f"cfp:{name}", args=[conference.slug, *args]) + query


def row_of(talk, query=""):
    return at(talk.conference, query, "row", talk.code)


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


def listed(client, conference, query):
    return client.get(at(conference, query)).context["rows"]


# --- filters -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_filters_by_tag_and_by_who_speaks(program, conference):
    tag, other = cfp.review_tag(conference, name="Needs a mentor"), cfp.review_tag(conference)
    foreign = cfp.review_tag(scale.conference())
    zoe = cfp.speaker(name="Zoe")
    first = cfp.talk(conference, is_first_time=True, speakers=[zoe])
    second = cfp.talk(conference, speakers=[cfp.speaker(), zoe])
    lone = cfp.talk(conference)
    for status, submitted_at in ((Status.WITHDRAWN, timezone.now()), (Status.DRAFT, None)):
        gone = cfp.talk(
            conference,
            speakers=[lone.speakers()[0]],
            status=status,
            submitted_at=submitted_at,
        )
    cfp.talk(scale.conference(), speakers=[lone.speakers()[0]])
    first.tags.add(tag)
    shown = lambda query: set(listed(program, conference, query)) - {gone}  # noqa: E731
    assert shown(f"?tag={tag.pk}") == {first}
    assert shown(f"?tag={other.pk}") == set()
    assert first not in shown("?tag=none") and second in shown("?tag=none")
    assert shown("?who=first") == {first}
    assert shown("?who=several") == {first, second}
    everything = shown("")
    for nonsense in (f"?tag={foreign.pk}", "?tag=x", "?who=nobody"):
        assert shown(nonsense) == everything, nonsense
    page = text_of(program.get(at(conference, "?who=first")))
    assert "★ first talk" in page and "2 talks" in page and ">Needs a mentor</bdi>" in page


def test_track_chair_counts_talks_of_their_track_alone(as_track, conference):
    track, zoe = cfp.track(conference), cfp.speaker(name="Zoe")
    cfp.talk(conference, track=track, speakers=[zoe])
    cfp.talk(conference, speakers=[zoe])
    client = as_track(track)
    assert "2 talks" not in text_of(client.get(at(conference)))
    assert listed(client, conference, "?who=several") == []


def test_open_ones_hide_whether_an_own_talk_is_decided(program, conference):
    own = cfp.talk_of(program.user, conference)
    assert listed(program, conference, "?decision=open") == [own]
    actions.decide_talk(own, "reject", by=scale.user())
    assert listed(program, conference, "?decision=open") == [own]


def test_reviewers_and_speakers_do_not_see_the_tags(as_role, conference, client):
    talk = cfp.talk_of(scale.user(), conference)
    talk.tags.add(cfp.review_tag(conference, name="Sounds like a pitch"))
    address = reverse("cfp:reviews", args=[conference.slug])
    assert "Sounds like" not in text_of(as_role(Role.REVIEWER).get(address))
    client.force_login(talk.speakers()[0].user)
    for address in (reverse("cfp:my-talks"), reverse("cfp:talk-edit", args=[talk.code])):
        assert "Sounds like" not in text_of(client.get(address))


# --- headings ----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_headings_sort_and_turn_round(program, conference):
    one, two = cfp.track(conference, name="Ann", position=1), cfp.track(conference, position=2)
    kind = cfp.kind(conference, name="BoF")
    a = cfp.talk(conference, title="A", track=two, status=Status.CONFIRMED)
    b = cfp.talk(conference, title="B", track=one, kind=kind)
    c = cfp.talk(conference, title="C")
    cfp.review(a, score=2)
    cfp.review(b, score=5)
    cfp.review(b, score=1)
    for sort, expected in {
        "title": [a, b, c],
        "-title": [c, b, a],
        "track": [b, a, c],
        "-track": [a, b, c],
        "kind": [b, a, c],
        "-kind": [b, a, c],
        "status": [b, c, a],
        "-status": [a, b, c],
        "score": [b, a, c],
        "-score": [a, b, c],
        "spread": [b, a, c],
        "-spread": [a, b, c],
        "few": [c, a, b],
        "-few": [b, a, c],
        "-": [a, b, c],
    }.items():
        assert listed(program, conference, f"?sort={sort}") == expected, sort


@pytest.mark.parametrize(
    ("sort", "column", "says", "link"),
    [
        ("score", "Mean", "descending", "-score"),
        ("-score", "Mean", "ascending", "score"),
        ("title", "Talk", "ascending", "-title"),
        ("-few", "Reviews", "descending", "few"),
    ],
)
def test_heading_says_how_it_sorts_and_keeps_the_filters(
    program, conference, sort, column, says, link
):
    cfp.talk(conference)
    page = text_of(program.get(at(conference, f"?status=submitted&sort={sort}")))
    [found] = re.findall(r'<th[^>]*aria-sort="(\w+)"[^>]*><a href="([^"]*)"[^>]*>(\w+)', page)
    assert found == (says, f"?status=submitted&amp;sort={link}", column)


# --- tags of many ------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_tag_is_put_on_many_and_taken_off(program, conference):
    tag, old = cfp.review_tag(conference, name="Demo"), cfp.review_tag(conference)
    talks = [cfp.talk(conference) for _ in range(3)]
    talks[0].tags.add(old)
    ticked = {"talk": [talk.code for talk in talks[:2]]}
    address = at(conference, "", "bulk")
    page = program.post(address, ticked | {"add_tag": tag.pk, "drop_tag": old.pk}, follow=True)
    assert "Changed: 2." in text_of(page)
    assert [list(talk.tags.all()) for talk in talks] == [[tag], [tag], []]
    page = program.post(address, ticked | {"add_tag": tag.pk}, follow=True)
    assert "Changed: 0." in text_of(page)
    trail = AuditEntry.objects.get_for_object(talks[1])
    assert any("tags" in (entry.changes or {}) for entry in trail)
    assert not OutgoingEmail.objects.exists()


def test_tag_of_another_edition_is_refused(program, conference):
    talk, foreign = cfp.talk(conference), cfp.review_tag(scale.conference())
    for tag in (foreign.pk, "9" * 40, "\x00", "x"):
        page = program.post(at(conference, "", "bulk"), {"talk": [talk.code], "add_tag": tag})
        assert page.context["bulk_form"].errors["add_tag"]
        page = save(program, talk, tags=[tag])
        assert page.status_code == 422 and "alid" in text_of(page)
    assert not talk.tags.exists()


# --- one row -----------------------------------------------------------------------------------


def said(client, talk):
    """What the editor holds when it opens."""
    form = client.get(row_of(talk), headers=PART).context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value is not None}


def save(client, talk, **fields):
    return client.post(row_of(talk), said(client, talk) | fields, headers=PART)


@pytest.mark.sqlite
def test_row_is_edited_in_place(program, conference, sent):
    talk = cfp.talk(conference, track=cfp.track(conference), kind=cfp.kind(conference))
    cfp.review(talk, score=4)
    track, kind = cfp.track(conference, name="Cloud"), cfp.kind(conference, name="BoF")
    tag = cfp.review_tag(conference, name="Has a demo")
    wanted = {"track": track.code, "kind": kind.code, "tags": [tag.pk], "verdict": "accept"}
    answer = save(program, talk, **wanted, why="Good")
    page = text_of(answer)
    assert answer.status_code == 200 and page.count("<tr>") == 1 and "<html" not in page
    for words in ("Cloud", "BoF", "Has a demo", "→ Accept, not told", "4.0"):
        assert words in page, words
    talk.refresh_from_db()
    assert (talk.track, talk.kind, talk.status) == (track, kind, Status.SUBMITTED)
    held = talk.decisions.get()
    assert (held.verdict, held.by, held.why) == ("accept", program.user, "Good")
    again = save(program, talk, verdict="", tags=[])
    assert "not told" not in text_of(again) and "Has a demo" not in text_of(again)
    assert not Decision.objects.exists() and sent() == []


@pytest.mark.sqlite
def test_without_script_the_form_has_a_page_and_goes_back_to_the_table(program, conference):
    track = cfp.track(conference)
    talk = cfp.talk(conference, title="Zebras")
    query = "?status=submitted&page=2"
    page = program.get(row_of(talk, query))
    assert "Zebras" in text_of(page) and "No track" in text_of(page) and "<html" in text_of(page)
    done = program.post(row_of(talk, query), said(program, talk) | {"track": track.code})
    assert done.url == at(conference, query)
    talk.refresh_from_db()
    assert talk.track == track
    done = program.post(row_of(talk), said(program, talk), follow=True)
    assert "As it was." in text_of(done)


def test_row_that_changed_meanwhile_is_shown_anew(program, conference):
    track, tag = cfp.track(conference), cfp.review_tag(conference)
    talk = cfp.talk(conference)
    for change in (
        lambda: talk.tags.add(tag),
        lambda: Talk.objects.filter(pk=talk.pk).update(track=cfp.track(conference)),
        lambda: actions.decide_talk(talk, "reject", by=scale.user()),
        lambda: Talk.objects.filter(pk=talk.pk).update(status=Status.ACCEPTED),
    ):
        old = said(program, talk)
        change()
        before = Talk.objects.get(pk=talk.pk)
        answer = program.post(row_of(talk), old | {"track": track.code}, headers=PART)
        assert answer.status_code == 422
        assert "changed this talk meanwhile" in text_of(answer)
        assert answer.context["form"]["seen"].value() == said(program, talk)["seen"]
        after = Talk.objects.get(pk=talk.pk)
        assert (after.track_id, after.status) == (before.track_id, before.status)


@pytest.mark.parametrize(
    "fields",
    [
        {"track": "nope"},
        {"track": "\x00"},
        {"kind": "🐧" * 300},
        {"verdict": "nonsense"},
        {"seen": ""},
        {"seen": "x" * 65},
        {"why": "x" * 251},
    ],
    ids=str,
)
def test_bad_row_is_refused_beside_the_field_and_nothing_typed_is_lost(program, conference, fields):
    talk = cfp.talk(conference)
    answer = save(program, talk, **{"verdict": "accept", "why": "Kept words"} | fields)
    assert answer.status_code == 422 and set(answer.context["form"].errors) == set(fields)
    if "why" not in fields:
        assert 'value="Kept words"' in text_of(answer)
    assert not Decision.objects.exists()


def test_nobody_decides_on_an_own_talk_in_the_row(program, conference):
    own = cfp.talk_of(program.user, conference)
    page = text_of(program.get(row_of(own), headers=PART))
    assert "Somebody else decides" in page and 'name="verdict"' not in page
    tag = cfp.review_tag(conference)
    actions.decide_talk(own, "reject", by=scale.user())
    answer = save(program, own, tags=[tag.pk], verdict="accept")
    assert answer.status_code == 200 and list(own.tags.all()) == [tag]
    assert [one.verdict for one in Decision.objects.all()] == ["reject"]


def test_mark_of_an_own_row_does_not_tell_whether_it_is_decided(program, conference):
    own = cfp.talk_of(program.user, conference)
    before = said(program, own)["seen"]
    actions.decide_talk(own, "reject", by=scale.user())
    assert said(program, own)["seen"] == before


def test_decision_that_is_not_allowed_changes_nothing_of_the_row(program, conference):
    talk, track = cfp.talk(conference, status=Status.CONFIRMED), cfp.track(conference)
    assert 'name="verdict"' not in text_of(program.get(row_of(talk), headers=PART))
    waiting = cfp.talk(conference, status=Status.WAITLISTED)
    answer = save(program, waiting, track=track.code, verdict="waitlist")
    assert "verdict" in answer.context["form"].errors
    waiting.refresh_from_db()
    assert waiting.track is None


def test_track_chair_edits_rows_of_their_track_alone(as_track, conference):
    track, foreign = cfp.track(conference), cfp.track(conference)
    mine, other = cfp.talk(conference, track=track), cfp.talk(conference, track=foreign)
    client = as_track(track)
    assert client.get(row_of(other)).status_code == 404
    assert client.post(row_of(other), {}).status_code == 404
    assert save(client, mine, track=foreign.code).context["form"].errors["track"]
    assert save(client, mine, verdict="accept").status_code == 200
    with pytest.raises(NotTheirs):
        actions.classify_talk(other, by=client.user, seen="", within=frozenset({track.pk}))


def test_talk_moved_into_another_track_meanwhile_is_left_alone(as_track, conference):
    track = cfp.track(conference)
    moved = cfp.talk(conference, track=cfp.track(conference), title="Moved")
    done = actions.change_talks(
        conference, [moved.pk], by=scale.user(), within=frozenset({track.pk}), verdict="accept"
    )
    assert done.number == 0 and done.refused == (
        "Moved: it was moved into a track that is not yours.",
    )
    assert not Decision.objects.exists()


def test_closed_edition_keeps_its_rows(program, conference):
    talk, track = cfp.talk(conference), cfp.track(conference)
    conference.closed_at = timezone.now()
    conference.save()
    answer = save(program, talk, track=track.code)
    assert answer.status_code == 422 and "can only be read" in text_of(answer)
    talk.refresh_from_db()
    assert talk.track is None


def test_old_mark_is_refused_by_the_action(conference):
    talk = cfp.talk(conference)
    with pytest.raises(DecidedMeanwhile):
        actions.classify_talk(talk, by=scale.user(), seen="x" * 64)
