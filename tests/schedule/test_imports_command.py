"""`manage.py import_schedule` for people at a terminal."""

import pytest
from django.core.management import CommandError, call_command

from cfp.models import Talk
from scale.editions import close
from scale.models import Conference
from schedule.models import Release, Slot
from tests.factories import schedules as make


@pytest.fixture
def file(tmp_path):
    def write(data, name="demo.json"):
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


def run(capsys, path, *options):
    call_command("import_schedule", path, "--conference", "27x", *options)
    return capsys.readouterr()


@pytest.mark.sqlite
def test_it_says_what_it_did(db, file, capsys):
    path = file(make.signs(make.sign(), make.sign(Name="Clash", Speakers="Li")))
    said = run(capsys, path)
    assert said.out.splitlines() == [
        "Sign feed → SCALE 27x (newly made)",
        "      2  entries in the file",
        "      1  new tracks",
        "      1  new rooms",
        "      2  new speakers",
        "      2  new talks",
        "      1  given a room and time",
        "      1  left without a room and time",
        "Room taken: 1",
        "  entry 2: “Clash”: Fri 10:00, Room 7: “Growing tomatoes with cron” (entry 1) is there"
        " (left without a room and time)",
        "SCALE 27x is up to date with the file (schedule version 1).",
    ]
    assert said.err.splitlines()[0] == "demo.json: reading …"
    assert run(capsys, path, "-v0").err == ""


def test_the_kind_of_file_is_told_by_content_not_name(db, file, capsys):
    assert "Schedule XML" in run(capsys, file(make.frab(make.event()), "demo.json")).out


def test_dry_run_writes_nothing(db, file, capsys):
    said = run(capsys, file(make.signs(make.sign())), "--dry-run")
    assert said.out.splitlines()[-1] == "SCALE 27x would change."
    assert Conference.objects.count() == 0


def test_prune_name_and_zone_reach_the_import(db, file, capsys):
    naive = make.sign(StartTime="2027-03-05T10:00:00", EndTime="2027-03-05T11:00:00")
    path = file(make.signs(naive, make.sign(Name="Gone", Location="R2", Speakers="")))
    run(capsys, path, "--name", "Demo 27", "--time-zone", "Europe/Paris")
    found = Conference.objects.get()
    assert (found.name, found.time_zone) == ("Demo 27", "Europe/Paris")
    assert Slot.objects.get(talk__title=naive["Name"]).starts_at.hour == 9
    run(capsys, file(make.signs(naive)), "--prune")
    assert Talk.objects.get(title="Gone").status == "cancelled"


@pytest.mark.parametrize(
    "data", [b"", b"<html/>", make.signs(make.sign())[:-5], b'{"schedule": 1}', b"\x1f\x8b"]
)
def test_a_bad_file_ends_in_one_line_and_changes_nothing(conference, file, data):
    version = Conference.objects.get().version
    with pytest.raises(CommandError) as refused:
        call_command("import_schedule", file(data), "--conference", conference.slug, "-v0")
    assert refused.value.returncode == 1
    assert str(refused.value).endswith("Nothing was changed.")
    assert "\n" not in str(refused.value)
    conference.refresh_from_db()
    assert (conference.version, Talk.objects.count(), Release.objects.count()) == (version, 0, 0)


def test_a_missing_file_and_a_closed_edition(conference, file, tmp_path):
    close(conference)
    with pytest.raises(CommandError, match="There is no such file"):
        call_command("import_schedule", str(tmp_path / "no"), "--conference", "27x", "-v0")
    with pytest.raises(CommandError, match="closed"):
        path = file(make.signs(make.sign()))
        call_command("import_schedule", path, "--conference", conference.slug, "-v0")


def test_chairs_of_the_latest_edition_chair_a_new_one(conference, chair, tmp_path):
    file = tmp_path / "schedule.json"
    file.write_text(
        '[{"Name": "One", "Location": "Room 1", "Speakers": "Ana", "Topic": "Talks",'
        ' "Description": "", "StartTime": "2030-03-05T10:00:00-08:00",'
        ' "EndTime": "2030-03-05T11:00:00-08:00"}]'
    )
    call_command("import_schedule", str(file), conference="30x")
    assert chair.get("/staff/30x/rooms/").status_code == 200
