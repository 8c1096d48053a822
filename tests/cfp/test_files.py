"""Slides and other files: who may bring, fetch and remove them."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cfp import actions
from cfp.models import Talk, TalkFile
from scale import editions, uploads
from scale.models import Role
from tests.factories import cfp, scale

PDF = b"%PDF-1.7\nslides"
Status = Talk.Status


def upload(name="My slides.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "text/html")


def page(talk):
    return reverse("cfp:files", args=[talk.code])


def fetch(row):
    return reverse("cfp:file", args=[row.talk.code, row.pk])


def staff_fetch(row):
    return reverse("cfp:talk-file", args=[row.talk.conference.slug, row.talk.code, row.pk])


@pytest.fixture
def mine(ana, conference, open_call):
    return cfp.talk_of(ana.user, conference, track=cfp.track(conference))


@pytest.mark.sqlite
def test_file_is_uploaded_fetched_and_removed(ana, mine, django_capture_on_commit_callbacks):
    assert ana.post(page(mine), {"file": upload(), "is_slides": "on"}).url == page(mine)
    row = mine.files.get()
    assert (row.name, row.size, row.is_slides, row.by) == ("My slides.pdf", 15, True, ana.user)
    assert "slides" not in row.file.name.removeprefix("talk-files/")
    assert "My slides.pdf" in ana.get(page(mine)).content.decode()
    answer = ana.get(fetch(row))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="My slides.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    with django_capture_on_commit_callbacks(execute=True):
        ana.post(reverse("cfp:file-remove", args=[mine.code, row.pk]))
    assert not TalkFile.objects.exists() and not row.file.storage.exists(row.file.name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("run.svg", b"<svg>"),
        ("slides.pdf", b"MZ no pdf"),
        ("slides.pptx", b"%PDF-1.7"),
        ("notes.txt", b"a\x00b"),
        ("noending", PDF),
        (".pdf", PDF),
        ("empty.pdf", b""),
    ],
)
def test_other_kinds_are_refused(ana, mine, name, content):
    answer = ana.post(page(mine), {"file": upload(name, content)})
    assert set(answer.context["form"].errors) == {"file"}
    assert not TalkFile.objects.exists()


def test_large_files_are_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_DOCUMENT_BYTES", 10)
    with pytest.raises(ValidationError, match="larger"):
        uploads.check_document(upload())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\talks\\x.PDF", "x.pdf"),
        ("../../etc/x.pdf", "x.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.x.pdf", "fdp.x.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_name_of_a_file_is_tame(given, kept):
    one = upload()
    one._name = given
    assert uploads.check_document(one) == kept


def test_talk_has_room_for_ten(ana, mine):
    for _ in range(TalkFile.MOST):
        cfp.talk_file(mine)
    answer = ana.post(page(mine), {"file": upload()})
    assert "Take one away first" in answer.content.decode()
    assert mine.files.count() == TalkFile.MOST


@pytest.mark.parametrize(
    ("status", "late", "taken"),
    [
        (Status.DRAFT, False, True),
        (Status.SUBMITTED, False, True),
        (Status.SUBMITTED, True, False),
        (Status.ACCEPTED, True, True),
        (Status.CONFIRMED, True, True),
        (Status.REJECTED, False, False),
    ],
)
def test_slides_come_until_the_deadline_and_after_acceptance(
    ana, mine, open_call, at, status, late, taken
):
    Talk.objects.filter(pk=mine.pk).update(status=status)
    if late:
        at(open_call.closes_at)
        ana.force_login(ana.user)
    ana.post(page(mine), {"file": upload()})
    assert mine.files.exists() == taken


def test_closed_edition_takes_no_files(ana, mine, conference):
    row = cfp.talk_file(mine)
    conference.closed_at = timezone.now()
    conference.save()
    ana.post(page(mine), {"file": upload()})
    ana.post(reverse("cfp:file-remove", args=[mine.code, row.pk]))
    assert mine.files.get() == row
    assert ana.get(fetch(row)).status_code == 200


def test_files_of_others_are_not_there(ana, mine, as_role, as_track, conference, client):
    row = cfp.talk_file(mine)
    other = cfp.talk_file(cfp.talk(conference, track=mine.track))
    assert ana.get(fetch(other)).status_code == 404
    assert ana.get(reverse("cfp:file", args=[mine.code, other.pk])).status_code == 404
    assert client.get(fetch(row)).status_code == 302
    for who, status in [
        (as_role(), 403),
        (as_role(Role.DOOR), 403),
        (as_role(Role.REVIEWER), 200),
        (as_role(Role.PROGRAM), 200),
        (as_track(mine.track, "reviewer"), 200),
        (as_track(mine.track, "chair"), 200),
        (as_track(cfp.track(conference), "reviewer"), 404),
    ]:
        assert who.get(staff_fetch(row)).status_code == status
        assert who.get(fetch(row)).status_code == 404
        assert who.post(page(mine), {"file": upload()}).status_code == 404
    assert mine.files.count() == 1


def test_drafts_and_own_talks_hide_their_files_from_the_committee(conference, as_role):
    program = as_role(Role.PROGRAM)
    draft = cfp.talk_file(cfp.talk(conference, status=Status.DRAFT))
    own = cfp.talk_file(cfp.talk_of(program.user, conference))
    for row in (draft, own):
        assert program.get(staff_fetch(row)).status_code == 404


def test_file_that_is_gone_is_not_there(ana, mine):
    row = cfp.talk_file(mine)
    row.file.storage.delete(row.file.name)
    assert ana.get(fetch(row)).status_code == 404


def test_slides_of_talks_on_stage_outlive_the_edition(
    conference, django_capture_on_commit_callbacks
):
    stage = cfp.talk(conference, status=Status.CONFIRMED)
    kept = cfp.talk_file(stage, is_slides=True)
    gone = [cfp.talk_file(stage), cfp.talk_file(cfp.talk(conference), is_slides=True)]
    with django_capture_on_commit_callbacks(execute=True):
        editions.erase_personal_data(conference)
    assert list(TalkFile.objects.all()) == [kept]
    assert not any(row.file.storage.exists(row.file.name) for row in gone)


def test_who_does_not_speak_any_more_removes_nothing(mine):
    row = cfp.talk_file(mine)
    with pytest.raises(actions.speakers.NotEditable):
        actions.remove_file(mine, row.pk, by=scale.user())
    assert mine.files.exists()
