"""Staff send a schedule file, try it, import it, and read what became of it."""

import datetime as dt
import html
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cfp.models import Talk
from scale.editions import close, erase_personal_data
from scale.models import Conference, Role
from schedule.imports.runs import ask_again, work
from schedule.models import Release, ScheduleImport, Slot
from tests.factories import scale as make_scale
from tests.factories import schedules as make

GOOD = make.signs(make.sign(), make.sign(Name="Clash", Speakers="Li"))


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


@pytest.fixture
def url(conference):
    return f"/staff/{conference.slug}/import/"


@pytest.fixture
def send(program, url, django_capture_on_commit_callbacks):
    """Upload as the program chair; the worker does it at once."""

    def send(data=GOOD, name="demo.json", *, client=program, to=url, **options):
        if data is not None:
            options["file"] = SimpleUploadedFile(name, data)
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(to, options)

    return send


def page(client, response):
    assert response.status_code == 302
    return client.get(response["Location"]).content.decode()


@pytest.mark.sqlite
def test_a_file_is_imported_and_reported(conference, program, send):
    said = page(program, send())
    assert "is up to date with the file (schedule version 1)." in said
    assert "Room taken" in said
    assert "“Growing tomatoes with cron” (entry 1) is there" in said
    assert "left without a room and time" in said
    assert (Talk.objects.count(), Slot.objects.count()) == (2, 1)
    assert Release.objects.get().by == program.user
    run = ScheduleImport.objects.get()
    assert (run.status, run.by, run.file_name, bool(run.file)) == (
        *("done", program.user, "demo.json"),
        False,
    )


def test_what_was_tried_is_imported_with_one_click(conference, program, url, send, settings):
    response = send(dry_run="on")
    said = page(program, response)
    assert "would change." in said
    assert (Talk.objects.count(), Release.objects.count()) == (0, 0)
    assert "Import it now" in said
    done = send(None, to=response["Location"])
    said = page(program, done)
    assert "is up to date with the file" in said
    assert Talk.objects.count() == 2
    again = send(None, to=response["Location"])  # the button a second time
    assert again["Location"] == url
    assert (ScheduleImport.objects.count(), Release.objects.count()) == (2, 1)
    assert "Import it now" not in program.get(response["Location"]).content.decode()
    assert list((settings.MEDIA_ROOT / "imports").iterdir()) == []


def test_prune_is_kept_from_trying_to_importing(conference, program, send):
    send()
    tried = send(make.signs(make.sign()), dry_run="on", prune="on")
    assert Talk.objects.filter(status="cancelled").count() == 0
    send(None, to=tried["Location"])
    assert Talk.objects.get(status="cancelled").title == "Clash"


def test_the_same_file_again_says_so(program, send):
    send()
    version = Conference.objects.get().version
    assert "Nothing to change in" in page(program, send())
    assert Conference.objects.get().version == version


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "neither JSON nor XML"),
        (b"  ", "The file is empty."),
        (b"", "The submitted file is empty."),
        (None, "This field is required."),
    ],
)
def test_what_is_no_schedule_is_refused_beside_the_field(program, send, data, says):
    response = send(data, dry_run="on")
    assert response.status_code == 200
    assert says in response.content.decode()
    assert ScheduleImport.objects.count() == 0


def test_a_file_that_is_too_large_is_refused(program, send, monkeypatch):
    monkeypatch.setattr("schedule.imports.read.LARGEST", 1_000_000)
    response = send(b"[" + b" " * 1_100_000 + b"]")
    assert "of more than 1 MB is not read" in response.content.decode()


@pytest.mark.parametrize("data", [GOOD[:-9], b"<html></html>", b'{"a": 1}'])
def test_a_broken_file_changes_nothing_and_says_why(program, send, data, settings):
    said = page(program, send(data))
    assert "Nothing was changed" in said
    assert ScheduleImport.objects.get().error in html.unescape(said)
    assert Talk.objects.count() == 0
    assert list((settings.MEDIA_ROOT / "imports").iterdir()) == []


def test_a_hostile_name_of_a_file_is_only_text(program, send, settings):
    said = page(program, send(name="../../<script>\u202e" + "x" * 150 + ".json", dry_run="on"))
    assert "<script>\u202e" not in said
    assert len(list((settings.MEDIA_ROOT / "imports").iterdir())) == 1


def test_markup_in_a_file_is_shown_as_text(program, send):
    data = make.signs(make.sign(Name="<script>alert(1)</script>", Location=""))
    said = page(program, send(data))
    assert "<script>alert(1)" not in said
    assert "&lt;script&gt;alert(1)" in said


def test_the_report_is_there_as_text(program, send):
    response = send()
    text = program.get(response["Location"] + "?as=text")
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    assert "Room taken: 1\n  entry 2: “Clash”" in text.content.decode()


def test_a_long_report_is_cut_and_its_counts_are_not(program, send):
    rows = [make.sign(Name=f"Talk {n}", Speakers=f"P {n}") for n in range(30)]
    said = page(program, send(make.signs(*rows)))
    assert 'Room taken <span class="quiet num">399</span>' in said
    assert said.count('text-nowrap">entry ') == 100
    assert "The first 100;" in said


def test_pages_before_the_worker_comes_and_when_none_does(conference, program, url):
    run = ScheduleImport.objects.create(
        conference=conference, file="imports/x", file_name="x", changed_at=timezone.now()
    )
    said = program.get(f"{url}{run.pk}/").content.decode()
    assert "Waiting for its turn" in said
    assert "data-reload" in said
    ScheduleImport.objects.update(status="running")
    assert "Reading, matching" in program.get(f"{url}{run.pk}/").content.decode()
    ScheduleImport.objects.update(changed_at=timezone.now() - dt.timedelta(minutes=6))
    said = program.get(f"{url}{run.pk}/").content.decode()
    assert "Start it again" in said
    assert "data-reload" not in said


def test_what_got_stuck_can_be_started_again(program, send, url):
    response = send(dry_run="on")
    long_ago = timezone.now() - dt.timedelta(hours=1)
    ScheduleImport.objects.update(status="running", changed_at=long_ago, dry_run=False)
    assert "is up to date" in page(program, send(None, to=response["Location"]))
    assert ScheduleImport.objects.get().status == "done"


def test_a_task_that_comes_twice_does_nothing_the_second_time(conference, program, send):
    send()
    run = ScheduleImport.objects.get()
    work(run.pk)
    work(run.pk + 1_000)
    assert Release.objects.count() == 1


def test_a_file_that_is_gone_is_said(conference, program, url):
    run = ScheduleImport.objects.create(
        conference=conference, file="imports/gone", file_name="x", changed_at=timezone.now()
    )
    work(run.pk)
    assert "not there any more" in program.get(f"{url}{run.pk}/").content.decode()


def run_again(run):
    ScheduleImport.objects.update(
        status="waiting", file=run.file.storage.save("imports/x", ContentFile(GOOD))
    )
    work(run.pk)


def test_a_fault_of_ours_is_said_and_goes_on_to_the_log(program, send, monkeypatch):
    def fault(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("schedule.imports.runs.import_schedule", fault)
    assert "Nothing was changed" in page(program, send())
    run = ScheduleImport.objects.get()
    assert run.error == "It stopped by a fault of ours, which has been noted."
    with pytest.raises(ZeroDivisionError):
        run_again(run)


def test_a_closed_edition_takes_no_file(conference, program, send):
    tried = send(dry_run="on")
    close(conference)
    response = send()
    assert "is closed and can only be read" in response.content.decode()
    assert "is closed" in program.get(send(None, to=tried["Location"])["Location"]).content.decode()
    assert Talk.objects.count() == 0


def test_who_may_import(conference, as_role, client, url, send):
    response = send()
    report = response["Location"]
    other = make_scale.conference()
    people = {
        "chair": (as_role(Role.CHAIR), 200),
        "reviewer": (as_role(Role.REVIEWER), 403),
        "crew": (as_role(Role.CREW), 403),
        "elsewhere": (as_role(Role.PROGRAM, edition=other), 403),
        "nobody": (as_role(), 403),
        "visitor": (client, 302),
    }
    for person, status in people.values():
        assert person.get(url).status_code == status
        assert person.get(report).status_code == status
        if status != 200:
            assert send(client=person).status_code == status
            assert send(None, client=person, to=report).status_code == status
    assert ScheduleImport.objects.count() == 1


def test_a_report_is_found_in_its_own_edition_only(conference, as_role, send):
    send()
    run = ScheduleImport.objects.get()
    other = make_scale.conference()
    theirs = as_role(Role.PROGRAM, edition=other)
    assert theirs.get(f"/staff/{other.slug}/import/{run.pk}/").status_code == 404
    assert theirs.get(f"/staff/{other.slug}/import/999999999999999999999/").status_code == 404


def test_the_list_of_files_costs_the_same_with_one_and_three(program, send, url):
    counts = []
    for number in (1, 3):
        while ScheduleImport.objects.count() < number:
            send(dry_run="on")
        with CaptureQueriesContext(connection) as found:
            program.get(url)
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_personal_data_goes_with_the_edition(conference, program, send, settings):
    send(dry_run="on")
    erase_personal_data(conference)
    assert ScheduleImport.objects.count() == 0
    assert list((settings.MEDIA_ROOT / "imports").iterdir()) == []


def test_the_database_knows_the_states(conference):
    with pytest.raises(IntegrityError), transaction.atomic():
        ScheduleImport.objects.create(
            conference=conference, status="lost", changed_at=timezone.now()
        )


@pytest.mark.django_db(transaction=True)
def test_two_clicks_make_one_import():
    conference, by = make_scale.conference(), make_scale.user()
    tried = ScheduleImport.objects.create(
        conference=conference,
        file="imports/x",
        file_name="x",
        dry_run=True,
        status="done",
        changed_at=timezone.now(),
    )
    made, gate = [], threading.Barrier(2)

    def click():
        try:
            gate.wait()
            made.append(ask_again(tried, by=by))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([run for run in made if run]) == 1
    assert ScheduleImport.objects.count() == 2
