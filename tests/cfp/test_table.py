"""The table's tools: sort by fairness, budgets, views, bulk edits, comparison, files, numbers."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cfp import actions, doubles
from cfp.access import Reach
from cfp.budgets import uses
from cfp.doubles import are_alike, plain_title
from cfp.models import Budget, Decision, SavedView, Talk
from scale.models import OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status


def text_of(response):
    return response.content.decode()


def at(conference, name="talks", *args, query=""):
    return reverse(f"cfp:{name}", args=[conference.slug, *args]) + query


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


def reach(conference):
    chair = scale.user()
    scale.staff_role(chair, conference, Role.PROGRAM)
    return Reach.of(chair, conference)


# --- filters and sort --------------------------------------------------------------------------


@pytest.mark.sqlite
def test_filters_by_kind_level_and_decision(program, conference):
    kind = cfp.kind(conference, code="bof")
    held = cfp.talk(conference, kind=kind)
    open_ = cfp.talk(conference, level="advanced")
    cfp.talk(conference, status=Status.CONFIRMED)
    actions.decide_talk(held, "waitlist", by=scale.user())
    for query, expected in {
        "kind=bof": [held],
        "level=advanced": [open_],
        "decision=any": [held],
        "decision=waitlist": [held],
        "decision=accept": [],
        "decision=open": [open_],
    }.items():
        rows = program.get(at(conference, query=f"?{query}")).context["rows"]
        assert rows == expected, query
    assert "→ Waitlist, not told" in text_of(program.get(at(conference)))


def test_sort_by_normalised_score_and_by_dispute(program, conference):
    mild, severe = scale.user(), scale.user()
    for _ in range(5):
        cfp.review(cfp.talk(conference, status=Status.REJECTED), mild, score=5)
        cfp.review(cfp.talk(conference, status=Status.REJECTED), severe, score=1)
    by_mild, by_severe, disputed = (cfp.talk(conference) for _ in range(3))
    cfp.review(by_mild, mild, score=4)
    cfp.review(by_severe, severe, score=4)
    cfp.review(disputed, mild, score=3)
    cfp.review(disputed, severe, score=1)
    look = lambda sort: program.get(at(conference, query=f"?status=submitted&sort={sort}"))  # noqa: E731
    assert look("fair").context["rows"] == [by_severe, by_mild, disputed]
    assert look("spread").context["rows"][0] == disputed


def test_own_talks_pending_decision_is_hidden(program, conference):
    own = cfp.talk_of(program.user, conference)
    actions.decide_talk(own, "reject", by=scale.user())
    assert "not told" not in text_of(program.get(at(conference)))
    assert program.get(at(conference, query="?decision=any")).context["rows"] == []


# --- budgets -----------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_budget_counts_what_is_accepted_or_will_be(program, conference):
    cloud, kind = cfp.track(conference, name="Cloud"), cfp.kind(conference, name="Workshop")
    cfp.budget(conference, track=cloud, slots=14, hours=Decimal("11"))
    cfp.budget(conference, kind=kind, hours=Decimal("1.5"))
    for status in ("accepted", "confirmed", "rejected", "submitted", "waitlisted"):
        cfp.talk(conference, track=cloud, kind=kind, status=status, minutes=45)
    held = cfp.talk(conference, track=cloud, minutes=60)
    actions.decide_talk(held, "accept", by=scale.user())
    actions.decide_talk(cfp.talk(conference, track=cloud), "reject", by=scale.user())
    of_track, of_kind = uses(reach(conference))
    if of_track.name != "Cloud":
        of_track, of_kind = of_kind, of_track
    assert of_track.says == "3 of 14 slots, 2.5 of 11 hours"
    assert (of_kind.says, of_kind.is_over) == ("2 slots, 1.5 of 1.5 hours", False)
    assert "3 of 14 slots, 2.5 of 11 hours" in text_of(program.get(at(conference)))
    cfp.talk(conference, kind=kind, status="confirmed", minutes=5)
    assert "over" in text_of(program.get(at(conference)))


def test_budget_does_not_tell_what_is_decided_about_ones_own_talk(conference, as_track):
    cloud = cfp.track(conference, name="Cloud")
    cfp.budget(conference, track=cloud, slots=14)
    chair = as_track(cloud)
    mine = cfp.talk_of(chair.user, conference, track=cloud)
    actions.decide_talk(mine, "accept", by=scale.user())
    assert "0 of 14 slots" in text_of(chair.get(at(conference)))
    assert "1 of 14 slots" in text_of(as_track(cloud).get(at(conference)))


def test_database_and_form_refuse_a_budget_of_both_or_of_another_edition(conference):
    track, kind = cfp.track(conference), cfp.kind(conference)
    for fields in ({}, {"track": track, "kind": kind}):
        with pytest.raises(IntegrityError), transaction.atomic():
            cfp.budget(conference, **fields)
    with pytest.raises(ValidationError, match="another edition"):
        Budget(conference=scale.conference(), track=track).full_clean()


# --- saved views -------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_view_is_saved_named_and_forgotten(program, conference, as_role):
    query = "?status=submitted&sort=fair&page=2&nonsense=1"
    save = at(conference, "save-view", query=query)
    program.post(save, {"name": "First look"})
    program.post(save, {"name": "Second look"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Second look", "status=submitted&sort=fair")
    assert "Second look" in text_of(program.get(at(conference)))
    other = as_role(Role.PROGRAM)
    assert "Second look" not in text_of(other.get(at(conference)))
    assert other.post(at(conference, "forget-view", view.pk)).status_code == 404
    assert program.post(at(conference, "forget-view", view.pk)).status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("query", "name"), [("", "No filter"), ("?sort=title", ""), ("?sort=title", "x" * 61)]
)
def test_bad_view_is_refused(program, conference, query, name):
    response = program.post(at(conference, "save-view", query=query), {"name": name})
    assert response.status_code == 200 and response.context["view_form"].errors
    assert not SavedView.objects.exists()


def test_views_have_an_end(program, conference):
    for n in range(SavedView.MOST):
        SavedView.objects.create(user=program.user, conference=conference, name="x", query=f"q={n}")
    page = program.post(at(conference, "save-view", query="?q=more"), {"name": "One more"})
    assert "take one away first" in text_of(page)


# --- bulk edits --------------------------------------------------------------------------------


def change(client, conference, talks, query="", **fields):
    data = {"talk": [talk.code for talk in talks], **fields}
    return client.post(at(conference, "bulk", query=query), data, follow=True)


@pytest.mark.sqlite
def test_many_talks_are_changed_at_once(program, conference, sent):
    track, kind = cfp.track(conference), cfp.kind(conference)
    talks = [cfp.talk(conference) for _ in range(3)]
    other = cfp.talk(conference)
    page = change(
        *(program, conference, talks, "?status=submitted"),
        **{"track": track.code, "kind": kind.code, "verdict": "accept", "why": "Good"},
    )
    assert "Changed: 3." in text_of(page)
    assert page.redirect_chain[0][0].endswith("?status=submitted")
    for talk in Talk.objects.filter(pk__in=[talk.pk for talk in talks]):
        assert (talk.track, talk.kind, talk.status) == (track, kind, Status.SUBMITTED)
        decision = talk.decisions.get()
        assert (decision.verdict, decision.by, decision.why) == ("accept", program.user, "Good")
    assert not other.decisions.exists() and sent() == []
    assert "Changed: 0." in text_of(change(program, conference, talks, verdict="accept"))


def test_one_talk_that_forbids_it_does_not_hold_up_the_others(program, conference):
    good, bad = cfp.talk(conference), cfp.talk(conference, status=Status.CONFIRMED)
    own = cfp.talk_of(program.user, conference)
    page = text_of(change(program, conference, [good, bad, own], verdict="reject"))
    assert "Changed: 1." in page
    assert "cannot become not accepted" in page and "a talk of your own" in page
    assert [one.talk for one in Decision.objects.all()] == [good]


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": "nonsense"},
        {"track": "nope"},
        {"kind": "nope"},
        {},
        {"verdict": "accept", "talk": []},
        {"verdict": "accept", "talk": ["ZZZZZZ"]},
        {"verdict": "accept", "talk": ["\x00"]},
        {"verdict": "accept", "why": "x" * 251},
    ],
    ids=str,
)
def test_bad_change_is_refused_and_the_ticks_stay(program, conference, fields):
    talk = cfp.talk(conference)
    response = program.post(at(conference, "bulk"), {"talk": [talk.code], **fields})
    assert response.status_code == 200 and response.context["bulk_form"].errors
    assert not Decision.objects.exists()
    if "talk" not in fields:
        assert f'value="{talk.code}" aria-label="Tick {talk}" checked' in text_of(response)


def test_track_chair_changes_their_track_alone(as_track, conference):
    track, foreign = cfp.track(conference), cfp.track(conference)
    mine, other = cfp.talk(conference, track=track), cfp.talk(conference, track=foreign)
    client = as_track(track)
    assert (
        client.post(at(conference, "bulk"), {"talk": [other.code], "verdict": "accept"})
        .context["bulk_form"]
        .errors
    )
    assert (
        client.post(at(conference, "bulk"), {"talk": [mine.code], "track": foreign.code})
        .context["bulk_form"]
        .errors
    )
    change(client, conference, [mine], verdict="accept")
    assert [one.talk for one in Decision.objects.all()] == [mine]


def test_closed_edition_changes_nothing(program, conference):
    talk = cfp.talk(conference)
    conference.closed_at = timezone.now()
    conference.save()
    assert "can only be read" in text_of(change(program, conference, [talk], verdict="accept"))
    assert not Decision.objects.exists()


# --- side by side, and twice -------------------------------------------------------------------


@pytest.mark.sqlite
def test_two_to_four_talks_stand_side_by_side(program, conference, django_assert_num_queries):
    talks = [cfp.talk(conference) for _ in range(5)]
    for talk in talks:
        cfp.review(talk, score=4, comment=f"About {talk}")
    page = change(program, conference, talks[:2], compare="1")
    assert page.context["rows"] == talks[:2]
    assert f"About {talks[0]}" in text_of(page)
    query = "?" + "&".join(f"talk={talk.code}" for talk in talks)
    with django_assert_num_queries(21):
        assert program.get(at(conference, "compare", query=query)).context["rows"] == talks[:4]
    with django_assert_num_queries(21):
        program.get(page.redirect_chain[0][0])
    one = f"?talk={talks[0].code}"
    for odd in ("", one, "?talk=%F0%9F%90%A7&talk=x", f"{one}&{one[1:]}"):
        assert "Tick two to four" in text_of(program.get(at(conference, "compare", query=odd)))


def test_comparison_hides_own_and_foreign_talks(as_track, conference):
    track = cfp.track(conference)
    client = as_track(track)
    own = cfp.talk_of(client.user, conference, track=track)
    cfp.review(own, comment="Weak")
    mine, foreign = cfp.talk(conference, track=track), cfp.talk(conference)
    query = f"?talk={own.code}&talk={mine.code}&talk={foreign.code}"
    page = client.get(at(conference, "compare", query=query))
    assert page.context["rows"] == [own, mine] and "Weak" not in text_of(page)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Ceph at scale", "CEPH, at scale!", True),
        ("Ceph at scale", "Ceph at scale: part two", False),
        ("Debugging Kubernetes networks", "Debuging Kubernetes network", True),
        ("Ceph at scale", "Postgres at rest", False),
        ("!!!", "???", False),
    ],
)
def test_titles_that_are_nearly_the_same(one, other, alike):
    assert are_alike(plain_title(one), plain_title(other)) is alike


def test_one_person_with_hundreds_of_talks_does_not_stop_the_page(conference, monkeypatch):
    asked = []
    monkeypatch.setattr(doubles, "are_alike", lambda *pair: asked.append(pair))
    ana, rows = cfp.speaker(), [Talk(title=f"Talk {n}") for n in range(150)]
    for n, row in enumerate([*rows, Talk(title="Talk 149!")]):
        row.pk, row.is_here = n + 1, n > 50
    [found] = doubles.doubles({ana: [*rows, row]})
    assert (found.talk.title, found.other.title) == ("Talk 149", "Talk 149!")
    assert len(asked) <= doubles.MOST_PAIRS


@pytest.mark.sqlite
def test_doubles_of_this_edition_and_of_earlier_ones(
    program, conference, django_assert_num_queries
):
    zoe, max_ = cfp.speaker(name="Zoe"), cfp.speaker(name="Max")
    one = cfp.talk(conference, title="Ceph at scale", speakers=[zoe, max_])
    two = cfp.talk(conference, title="Ceph at Scale!", speakers=[zoe, max_])
    cfp.talk(conference, title="Ceph at scale", speakers=[cfp.speaker()])
    third = cfp.talk(conference, title="Other things", speakers=[max_])
    old = cfp.talk(scale.conference(), title="Other thing", speakers=[max_])
    with django_assert_num_queries(12):
        page = program.get(at(conference, "doubles"))
    pairs = {frozenset((row.talk, row.other)) for row in page.context["doubles"]}
    assert pairs == {frozenset((one, two)), frozenset((third, old))}
    assert [(person, len(talks)) for person, talks in page.context["several"]] == [
        (max_, 3),
        (zoe, 2),
    ]
    cfp.talk(conference, title="Ceph, at scale", speakers=[zoe, max_])
    with django_assert_num_queries(12):
        assert len(program.get(at(conference, "doubles")).context["doubles"]) == 4


# --- files, paper, numbers ---------------------------------------------------------------------


@pytest.mark.sqlite
def test_file_holds_what_the_link_asks_for_and_no_formulas(program, conference):
    talk = cfp.talk(
        conference,
        title='=HYPERLINK("x")',
        speakers=[cfp.speaker(name="Zoe", email="z@example.org")],
    )
    cfp.review(talk, score=4)
    cfp.talk(conference, status=Status.CONFIRMED)
    actions.decide_talk(talk, "accept", by=scale.user())
    response = program.get(at(conference, "talks-file", "csv", query="?status=submitted"))
    assert response["Content-Type"] == "text/csv"
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(body))
    assert row["title"] == '\'=HYPERLINK("x")'
    assert (row["decision"], row["speakers"], row["emails"]) == ("accept", "Zoe", "z@example.org")
    assert (row["reviews"], row["mean"]) == ("1", "4.0")
    told = json.loads(program.get(at(conference, "talks-file", "json")).content)
    assert len(told) == 2 and {one["title"] for one in told} >= {'=HYPERLINK("x")'}
    assert program.get(at(conference, "talks-file", "xls")).status_code == 404


def test_file_of_a_track_chair_holds_their_track_and_no_opinions_on_own(as_track, conference):
    track = cfp.track(conference)
    client = as_track(track)
    own = cfp.talk_of(client.user, conference, track=track)
    cfp.review(own, score=1)
    cfp.talk(conference)
    [row] = json.loads(client.get(at(conference, "talks-file", "json")).content)
    assert (row["code"], row["reviews"], row["mean"]) == (own.code, 0, "")


def test_sheets_show_each_talk_without_scores(program, conference, django_assert_num_queries):
    talk = cfp.talk(conference, title="Zebras")
    cfp.review(talk, score=5, comment="Take it")
    with django_assert_num_queries(20):
        page = text_of(program.get(at(conference, "sheets")))
    assert "Zebras" in page and "Take it" not in page and "data-print" in page
    cfp.talk(conference)
    with django_assert_num_queries(20):
        program.get(at(conference, "sheets"))


@pytest.mark.sqlite
def test_statistics_compare_with_the_last_edition_at_the_same_distance(
    program, conference, django_assert_num_queries
):
    now = timezone.now()
    cfp.call(conference, closes_at=now + dt.timedelta(days=10))
    old = scale.conference(series=conference.series, starts_on=dt.date(2020, 3, 5))
    ended = now - dt.timedelta(days=365)
    cfp.call(old, opens_at=ended - dt.timedelta(days=90), closes_at=ended)
    for days in (30, 20, 11, 3):
        cfp.talk(old, submitted_at=ended - dt.timedelta(days=days))
    track = cfp.track(conference, name="Cloud")
    talk = cfp.talk(conference, track=track, submitted_at=now - dt.timedelta(days=1))
    cfp.review(talk)
    cfp.talk(conference, level="advanced", submitted_at=now, is_first_time=True)
    cfp.talk(conference, status=Status.DRAFT, submitted_at=None)
    cfp.review_rules(conference, reviews_a_talk=1)
    with django_assert_num_queries(21):
        page = program.get(at(conference, "statistics"))
    told = page.context["numbers"]
    assert (told.total, told.at_this_time, told.before) == (2, 3, old)
    assert [line.last for line in told.chart.lines] == [2, 4]
    assert {(bar.name, bar.n) for bar in told.tracks} == {("No track", 1), ("Cloud", 1)}
    assert [bar.n for bar in told.reviews] == [1, 1, 0, 0, 0, 0]
    assert [(bar.name, bar.n) for bar in told.newcomers] == [
        ("First talk of a speaker", 1),
        ("Have spoken before", 1),
    ]
    assert {(bar.name, bar.n, bar.width, bar.note) for bar in told.ready} == {
        ("No track", 0, 0, "of 1"),
        ("Cloud", 1, 100, "of 1"),
    }
    assert "At the same distance" in text_of(page)


def test_statistics_of_nothing(program, conference):
    assert "A curve is drawn here" in text_of(program.get(at(conference, "statistics")))


def test_looking_at_talks_sends_nothing(program, conference):
    cfp.talk(conference)
    for name in ("talks", "compare", "doubles", "sheets", "statistics", "decisions", "sent"):
        assert program.get(at(conference, name)).status_code == 200
    assert not OutgoingEmail.objects.exists()
