"""What a call asks beside the usual fields: questions, second choice, links, drafts that save."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from cfp.models import CallAnswer, CallQuestion, Talk
from scale import editions, privacy
from scale.models import Role
from tests.factories import cfp, scale

from .writing import fields_of, hand_in, page, save

Status = Talk.Status
DAY = dt.timedelta(days=1)
AUTOSAVE = {"X-Autosave": "1"}


def edit(talk):
    return page(talk)


def submit(conference):
    return reverse("cfp:submit", args=[conference.slug])


@pytest.fixture
def mine(ana, conference, open_call):
    return cfp.talk_of(
        ana.user,
        conference,
        track=cfp.track(conference, name="Databases"),
        kind=cfp.kind(conference),
    )


# --- questions ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_answer_is_kept_changed_and_taken_back(ana, mine, conference):
    question = cfp.question(conference, text="Which laptop?")
    save(ana, mine, "needs", **{question.name: "A ThinkPad"})
    assert mine.answers.get().value == "A ThinkPad"
    assert fields_of(ana, mine, "needs")[question.name] == "A ThinkPad"
    save(ana, mine, "needs", **{question.name: "An X1"})
    assert mine.answers.get().value == "An X1"
    save(ana, mine, "needs", **{question.name: ""})
    assert not mine.answers.exists()


def test_question_of_a_track_or_kind_is_asked_only_there(ana, mine, conference):
    other = cfp.track(conference)
    there = cfp.question(conference, tracks=[other], is_required=True)
    here = cfp.question(conference, tracks=[mine.track], kinds=[mine.kind], is_required=True)
    fields = fields_of(ana, mine, "needs", **{there.name: "stray"})
    assert there.name not in ana.get(page(mine, "needs")).context["form"].fields
    response = ana.post(page(mine, "needs"), fields)
    assert set(response.context["form"].errors) == {here.name}
    assert ana.post(page(mine, "needs"), {**fields, here.name: "Yes"}).status_code == 302
    assert [answer.question for answer in mine.answers.all()] == [here]


def test_answers_for_another_track_are_forgotten_with_it(ana, mine, conference):
    other = cfp.track(conference)
    for tracks in ([mine.track], [other, mine.track], []):
        question = cfp.question(conference, tracks=tracks)
        CallAnswer.objects.create(talk=mine, question=question, value="Yes")
    save(ana, mine, track=other.pk)
    kept = [list(one.question.tracks.all()) for one in mine.answers.all()]
    assert len(kept) == 2 and [mine.track] not in kept


def test_question_must_be_answered_from_its_date_on(ana, mine, conference, at):
    now = timezone.now()
    question = cfp.question(conference, is_required=True, required_from=now + DAY)
    assert "You can answer this later." in ana.get(page(mine, "needs")).content.decode()
    fields = fields_of(ana, mine, "needs")
    assert ana.post(page(mine, "needs"), fields).status_code == 302
    at(question.required_from)
    ana.force_login(ana.user)
    response = ana.post(page(mine, "needs"), fields)
    assert set(response.context["form"].errors) == {question.name}


def test_draft_may_leave_every_question_open(ana, conference, open_call):
    question = cfp.question(conference, text="Which laptop?", is_required=True)
    talk = cfp.talk_of(ana.user, conference, status=Status.DRAFT)
    assert save(ana, talk, "needs").status_code == 302
    response = hand_in(ana, talk)
    assert [one.words for one in response.context["missing"]] == ["an answer: Which laptop?"]
    talk.refresh_from_db()
    assert talk.status == Status.DRAFT
    save(ana, talk, "needs", **{question.name: "A ThinkPad"})
    assert hand_in(ana, talk).url == "/my/talks/"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("choice", "c"), ("yes_no", "maybe"), ("text", "x" * 5001), ("text", "a\x00b")],
)
def test_answer_that_is_none_gets_an_error(ana, mine, conference, kind, value):
    question = cfp.question(conference, kind=kind, choices="a\nb")
    response = save(ana, mine, "needs", **{question.name: value})
    assert set(response.context["form"].errors) == {question.name}


def test_questions_of_another_edition_are_not_asked(ana, mine):
    other = cfp.question(scale.conference())
    save(ana, mine, "needs", **{other.name: "x"})
    assert not CallAnswer.objects.exists()


def test_answer_that_another_changed_meanwhile_is_not_lost(ana, mine, conference):
    question = cfp.question(conference, text="Laptop?")
    fields = fields_of(ana, mine, "needs", **{question.name: "mine"})
    CallAnswer.objects.create(talk=mine, question=question, value="theirs")
    answer = ana.post(page(mine, "needs"), fields)
    assert dict(answer.context["form"].saved_now) == {"Laptop?": "theirs"}
    assert mine.answers.get().value == "theirs"


def test_questions_cost_the_same_when_there_are_more(
    ana, mine, conference, django_assert_max_num_queries
):
    cfp.question(conference, tracks=[mine.track], kinds=[mine.kind])
    with django_assert_max_num_queries(100) as one:
        ana.get(page(mine, "needs"))
    for _ in range(3):
        cfp.question(conference, tracks=[mine.track], kinds=[mine.kind])
    with django_assert_max_num_queries(len(one)):
        ana.get(page(mine, "needs"))


def test_questions_go_into_the_next_edition(conference):
    track, kind = cfp.track(conference, code="db"), cfp.kind(conference, code="long")
    moment = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
    cfp.question(conference, text="Why?", tracks=[track], kinds=[kind], required_from=moment)
    starts_on = conference.starts_on + dt.timedelta(days=364)
    new = editions.create_next(conference, slug="next", name="Next", starts_on=starts_on)
    copied = new.call_questions.get()
    assert (copied.text, copied.required_from) == ("Why?", moment + dt.timedelta(days=364))
    assert [one.code for one in copied.tracks.all()] == ["db"]
    assert [one.conference for one in copied.kinds.all()] == [new]


def test_personal_answers_go_with_the_edition(ana, mine, conference):
    for is_personal in (True, False):
        question = cfp.question(conference, is_personal=is_personal)
        CallAnswer.objects.create(talk=mine, question=question, value="x")
    editions.erase_personal_data(conference)
    assert [one.question.is_personal for one in CallAnswer.objects.all()] == [False]


def test_answers_and_files_of_a_person_are_shown_and_erased(
    ana, mine, conference, django_capture_on_commit_callbacks
):
    question = cfp.question(conference, text="Diet?", is_personal=True)
    CallAnswer.objects.create(talk=mine, question=question, value="Vegan")
    row = cfp.talk_file(mine, by=ana.user)
    lines = "\n".join(privacy.show(ana.user.email)["Talks and reviews"])
    assert "Answer to “Diet?”: Vegan" in lines and "File “slides.pdf”" in lines
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(ana.user.email)
    assert not CallAnswer.objects.exists() and not mine.files.exists()
    assert not row.file.storage.exists(row.file.name)


def test_choice_needs_two_options(db):
    with pytest.raises(Exception, match="at least two"):
        CallQuestion(kind="choice", choices="one").clean()


# --- second choice, links ----------------------------------------------------------------------


def test_second_choice_links_and_first_talk_are_kept(ana, mine, conference):
    second = cfp.track(conference)
    save(ana, mine, second_track=second.pk)
    save(ana, mine, "needs", is_first_time="on", links="a.example\nhttp://b.example/x")
    mine.refresh_from_db()
    assert (mine.second_track, mine.is_first_time) == (second, True)
    assert mine.links == "https://a.example\nhttp://b.example/x"
    save(ana, mine, second_track=mine.track_id)
    mine.refresh_from_db()
    assert mine.second_track is None


@pytest.mark.parametrize(
    "links", ["javascript:alert(1)", "javascript://x", "no address", "\n".join(["a.example"] * 11)]
)
def test_links_that_are_none_get_an_error(ana, mine, links):
    response = save(ana, mine, "needs", links=links)
    assert set(response.context["form"].errors) == {"links"}


# --- drafts that save themselves ---------------------------------------------------------------


@pytest.mark.sqlite
def test_new_draft_saves_itself_and_goes_on(ana, conference, open_call):
    once = ana.get(submit(conference)).context["form"]["once"].value()
    fields = {"once": once, "title": "Half", "level": "anyone", "language": "English"}
    answer = ana.post(submit(conference), fields, headers=AUTOSAVE)
    talk = Talk.objects.get()
    seen = fields_of(ana, talk)["seen"]
    assert answer.json() == {"address": edit(talk), "seen": seen}
    fields |= {"title": "Whole", "seen": seen}
    answer = ana.post(edit(talk), fields, headers=AUTOSAVE)
    assert answer.status_code == 200
    talk.refresh_from_db()
    assert (talk.title, talk.status) == ("Whole", Status.DRAFT)
    fields = fields_of(ana, talk, "needs", notes="Later")
    answer = ana.post(page(talk, "needs"), fields, headers=AUTOSAVE)
    assert answer.json()["address"] == page(talk, "needs")
    talk.refresh_from_db()
    assert (talk.title, talk.notes) == ("Whole", "Later")
    assert "Saved as a draft" not in ana.get("/my/talks/").content.decode()


def test_what_cannot_be_saved_says_why_in_a_line(ana, mine):
    fields = fields_of(ana, mine, "needs", expected_audience="many")
    answer = ana.post(page(mine, "needs"), fields, headers=AUTOSAVE)
    assert answer.status_code == 422
    assert answer.json()["said"].startswith("Not saved yet. How many people do you expect?: ")


def test_draft_never_overwrites_what_another_saved(ana, mine):
    fields = fields_of(ana, mine, title="Mine")
    Talk.objects.filter(pk=mine.pk).update(title="Theirs")
    answer = ana.post(edit(mine), fields, headers=AUTOSAVE)
    assert answer.status_code == 422 and "while you wrote" in answer.json()["said"]
    mine.refresh_from_db()
    assert mine.title == "Theirs"


def test_draft_of_another_is_not_saved(as_role, mine):
    assert as_role().post(edit(mine), {"title": "x"}, headers=AUTOSAVE).status_code == 404


def test_preview_shows_markdown_and_no_html(ana, client):
    path = reverse("cfp:preview")
    answer = ana.post(path, {"text": "**b** <script>x</script>\x00"})
    assert answer.content.decode() == "<p><strong>b</strong> &lt;script&gt;x&lt;/script&gt;</p>\n"
    assert ana.post(path, {"text": "x" * 20_001}).status_code == 400
    assert ana.get(path).status_code == 405
    assert client.post(path).status_code == 302


# --- what the committee reads ------------------------------------------------------------------


def test_reviewers_read_only_the_answers_for_them(mine, conference, as_role):
    for text, fields in [
        ("Which laptop?", {}),
        ("Which visa?", {"shown_to_reviewers": False}),
        ("Which diet?", {"is_personal": True}),
    ]:
        question = cfp.question(conference, text=text, **fields)
        CallAnswer.objects.create(talk=mine, question=question, value="It is there")
    cfp.talk_file(mine, name="early.pdf")
    Talk.objects.filter(pk=mine.pk).update(day_phone="555 7788")
    path = [conference.slug, mine.code]
    review = as_role(Role.REVIEWER).get(reverse("cfp:review", args=path)).content.decode()
    assert "Which laptop?" in review and "early.pdf" in review
    for words in ("Which visa?", "Which diet?", "555 7788"):
        assert words not in review
    page = as_role(Role.PROGRAM).get(reverse("cfp:talk", args=path)).content.decode()
    for words in ("Which laptop?", "Which visa?", "Which diet?", "early.pdf", "555 7788"):
        assert words in page
