"""Talks that come in accepted, and partners' tracks."""

import datetime as dt
import io
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from PIL import Image

from cfp import actions
from cfp.actions.partners import Person
from cfp.models import Speaker, Talk
from scale.models import OutgoingEmail, Role
from tests.factories import cfp as make
from tests.factories import scale

Status = Talk.Status
FILLED = {"title": "Why ships float", "name": "Grace Hopper", "email": "Grace@Example.org"}
HEAD = "title,speakers,e-mails,kind,abstract\n"
LINE = 'Why ships float,"Grace Hopper; Ada L","grace@example.org; ada@example.org",talk,Because.\n'


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue())


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


def path(name, conference, *args):
    return reverse(f"cfp:{name}", args=[conference.slug, *args])


# --- one talk by form ------------------------------------------------------------------------


def test_invited_talk_is_accepted_and_its_speaker_is_asked(conference, program):
    kind = make.kind(conference, name="Keynote", code="keynote", minutes=60, is_offered=False)
    page = program.get(path("enter", conference))
    once = page.context["form"]["once"].value()
    sent = FILLED | {"kind": kind.pk, "mail": "on", "once": once}
    response = program.post(path("enter", conference), sent)
    talk = Talk.objects.get()
    assert response["Location"] == path("talk", conference, talk.code)
    assert (talk.status, talk.minutes, talk.kind) == (Status.ACCEPTED, 60, kind)
    assert talk.submitted_at
    speaker = Speaker.objects.get()
    assert (speaker.email, speaker.user, speaker.name) == (
        "grace@example.org",
        None,
        "Grace Hopper",
    )
    mail = OutgoingEmail.objects.get()
    assert (mail.kind, mail.to_address) == ("talk entered", "grace@example.org")
    assert f"/{conference.slug}/confirm/{talk.code}/" in mail.text
    assert reverse("cfp:profile") in mail.text


def test_form_sent_twice_makes_one_talk_and_one_mail(conference, program):
    once = program.get(path("enter", conference)).context["form"]["once"].value()
    for _ in range(2):
        program.post(path("enter", conference), FILLED | {"mail": "on", "once": once})
    assert Talk.objects.count() == OutgoingEmail.objects.count() == 1


def test_profile_is_found_by_address_and_left_as_it_is(conference, program):
    user = scale.user(email="grace@example.org")
    known = make.speaker(user=user, name="Rear Admiral Hopper", email="other@example.org")
    namesake = make.speaker(name="Ada Lovelace", email="someone@example.org")
    others = "Ada Lovelace <ada@example.org>\nCharles Babbage"
    program.post(path("enter", conference), FILLED | {"others": others, "organization": "Navy"})
    first, second, third = Talk.objects.get().speakers()
    assert (first, first.name, first.organization) == (known, "Rear Admiral Hopper", "")
    assert (second.name, second.email) == ("Ada Lovelace", "ada@example.org")
    assert second != namesake
    assert (third.name, third.email) == ("Charles Babbage", None)


def test_address_that_nobody_has_proven_leads_to_no_other_profile(conference, program):
    user = scale.user(email="mallory@example.org")
    user.emailaddress_set.create(email="grace@example.org", verified=False)
    make.speaker(user=user, name="Mallory", email=None)
    program.post(path("enter", conference), FILLED)
    assert [one.name for one in Talk.objects.get().speakers()] == ["Grace Hopper"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("name", ""),
        ("email", "nobody"),
        ("minutes", "4"),
        ("others", "<ada@example.org>"),
        ("others", "Ada <ada@nowhere>"),
        ("abstract", "x" * 1201),
    ],
)
def test_form_says_what_is_wrong(conference, program, field, value):
    response = program.post(path("enter", conference), FILLED | {field: value})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Talk.objects.exists()


def test_track_chair_enters_into_their_track_only(conference, as_track):
    mine, other = make.track(conference), make.track(conference)
    organiser = as_track(mine)
    response = organiser.post(path("enter", conference), FILLED | {"track": other.pk})
    assert response.context["form"].errors["track"]
    organiser.post(path("enter", conference), FILLED)  # none is no way around it
    assert not Talk.objects.exists()
    organiser.post(path("enter", conference), FILLED | {"track": mine.pk})
    assert Talk.objects.get().track == mine


def test_reviewers_and_speakers_enter_nothing(conference, as_track, as_role, ana):
    for client in (as_track(make.track(conference), "reviewer"), as_role(Role.REVIEWER), ana):
        for name in ("enter", "enter-file", "tracks"):
            assert client.post(path(name, conference), FILLED).status_code in (403, 405)
            assert client.get(path(name, conference)).status_code == 403
    assert not Talk.objects.exists()


def test_closed_edition_takes_no_talk(conference, program):
    conference.closed_at = dt.datetime(2027, 4, 1, tzinfo=dt.UTC)
    conference.save()
    response = program.post(path("enter", conference), FILLED)
    assert "closed" in response.content.decode()
    assert not Talk.objects.exists()


def test_invited_speaker_confirms_by_the_link(conference, program, client):
    program.post(path("enter", conference), FILLED | {"mail": "on"})
    mail = OutgoingEmail.objects.get()
    link = next(w for w in mail.text.split() if "/confirm/" in w)
    response = client.post(link[link.index("/", 8) :], {"do": "confirm", "may_record": "on"})
    assert response.status_code == 302
    assert Talk.objects.get().status == Status.CONFIRMED


# --- files -----------------------------------------------------------------------------------


def send(client, conference, lines, step="check", **fields):
    return client.post(path("enter-file", conference), {"text": lines, "step": step} | fields)


def test_file_is_checked_first_then_added_once(
    conference, program, django_capture_on_commit_callbacks
):
    make.kind(conference, code="talk", minutes=30)
    checked = send(program, conference, HEAD + LINE, mail="on")
    assert checked.context["result"].added == 1
    assert not Talk.objects.exists()
    assert not Speaker.objects.exists()
    assert not OutgoingEmail.objects.exists()
    send(program, conference, HEAD + LINE, "add", mail="on")
    talk = Talk.objects.get()
    assert (talk.status, talk.minutes, talk.abstract) == (Status.ACCEPTED, 30, "Because.")
    assert [one.email for one in talk.speakers()] == ["grace@example.org", "ada@example.org"]
    assert OutgoingEmail.objects.count() == 2
    again = send(program, conference, HEAD + LINE)
    assert (again.context["result"].added, again.context["result"].known) == (0, 1)


def test_corrected_title_is_no_new_talk_where_the_line_has_an_id(conference, program):
    send(program, conference, "id,title\n7,Shipps\n", "add")
    result = send(program, conference, "id,title\n7,Ships\n8,Ships\n").context["result"]
    assert (result.added, result.known) == (1, 1)


def test_long_text_keeps_its_lines_and_is_never_cut(conference, program):
    prose = "First.\n\n" + "word " * 300
    send(program, conference, f'title,description\nShips,"{prose}"\n', "add")
    assert Talk.objects.get().description == prose.strip()


@pytest.mark.parametrize(
    ("head", "line", "says"),
    [
        ("title", '""', "is no title"),
        ("title,kind", "a,opera", "no kind of talk “opera”"),
        ("title,track", "a,nowhere", "no track “nowhere”"),
        ("title,minutes", "a,٣٣", "no length"),
        ("title,minutes", "a,1e3", "no length"),
        ("title,level", "a,expert", "no level"),
        ("title,speakers,e-mails", "a,Ada,ada", "no e-mail address"),
        ("title,speakers,e-mails", "a,Ada,a@b.example;c@d.example", "more addresses than names"),
        ("title,abstract", f"a,{'x' * 1201}", "abstract is longer than 1,200"),
        ("title,speakers", f"a,{';'.join('ABCDEFGHIJK')}", "More than 10 speakers"),
    ],
)
def test_each_bad_line_says_why_and_the_others_are_added(conference, program, head, line, says):
    empty = "," * head.count(",")
    lines = f"{head},id\n{line},1\nGood{empty},2\n"
    result = send(program, conference, lines, "add").context["result"]
    assert [number for number, _ in result.problems] == [2]
    assert says in result.problems[0][1]
    assert Talk.objects.get().title == "Good"


def test_long_lists_of_speakers_keep_every_address_whole(conference, program):
    addresses = [f"{n}-{'x' * 50}@partner.example.com" for n in range(10)]
    names = [f"Person {n} {'y' * 150}" for n in range(10)]
    line = f"title,speakers,e-mails\nShips,{';'.join(names)},{';'.join(addresses)}\n"
    send(program, conference, line, "add")
    assert [one.email for one in Talk.objects.get().speakers()] == addresses
    result = send(program, conference, f"title,kind\nShips,{'z' * 501}\n").context["result"]
    assert result.problems == [(2, "kind is longer than 500 characters.")]


@pytest.mark.parametrize(
    "lines",
    ['title,description\nA,"begun\nB,fine\nC,fine\n', 'title,description\nA,"one"two\nB,fine\n'],
    ids=["never closed", "closed too early"],
)
def test_stray_quote_swallows_no_lines(conference, program, lines):
    page = send(program, conference, lines, "add").content.decode()
    assert "no table of comma-separated lines" in page and "written twice" in page
    assert not Talk.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xef\xbb\xbftitle\nShips\n", ""),
        ("title\nZo\u00eb\n".encode("latin-1"), "not in UTF-8"),
        ("title\nShips\n".encode("utf-16"), "not in UTF-8"),
        (b"title\n" + b"Ships\n" * 100_000, "100,000 lines are too many"),
        (b"title\n" + b"A much longer title of a talk\n" * 100_000, "larger than a megabyte"),
        (b"PK\x03\x04\x00\x00title", "UTF-8|title is not among them"),
        (b"title\nSh\x00ips\n", ""),
    ],
    ids=["BOM", "latin-1", "UTF-16", "many lines", "large", "a spreadsheet", "NUL"],
)
def test_files_of_every_kind_are_read_or_refused(conference, program, content, says):
    page = send(program, conference, "", "add", file=SimpleUploadedFile("a.csv", content))
    if says:
        assert re.search(says, page.content.decode())
        assert not Talk.objects.exists()
    else:
        assert Talk.objects.get().title == "Ships"


def test_partner_file_writes_into_their_track_only(conference, as_track):
    mine, other = make.track(conference, code="pg"), make.track(conference, code="kids")
    organiser = as_track(mine)
    lines = "title,track\nA,kids\nB,\nC,pg\n"
    result = send(organiser, conference, lines, "add", track=mine.pk).context["result"]
    assert result.problems == [(2, f"“{other}” is not your track.")]
    assert set(Talk.objects.values_list("track", flat=True)) == {mine.pk}
    result = send(organiser, conference, "title\nD\n").context["result"]
    assert result.problems == [(2, "No track is named.")]
    foreign = send(organiser, conference, "title\nE\n", "add", track=other.pk)
    assert foreign.context["form"].errors["track"]
    assert Talk.objects.count() == 2


def test_formula_and_markup_are_stored_as_they_are(conference, program, chair):
    nasty = '=HYPERLINK("http://evil")<script>alert(1)</script>🐧'
    quoted = nasty.replace('"', '""')
    send(program, conference, f'title\n"{quoted}"\n', "add")
    talk = Talk.objects.get()
    assert talk.title == nasty
    assert "<script>alert" not in chair.get(path("talk", conference, talk.code)).content.decode()


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def command(conference, tmp_path):
    def run(lines, *options):
        file = tmp_path / "talks.csv"
        file.write_text(lines)
        out = io.StringIO()
        call_command(
            "import_talks", str(file), "--conference", conference.slug, *options, stdout=out
        )
        return out.getvalue()

    return run


def test_command_says_it_all_and_changes_nothing_in_a_dry_run(conference, command):
    make.kind(conference, code="talk")
    assert command(HEAD + LINE, "--dry-run").startswith("1 would be added, 0 there already")
    assert not Talk.objects.exists()
    assert command(HEAD + LINE).startswith("1 added")
    assert command(HEAD + LINE).startswith("0 added, 1 there already")
    assert not OutgoingEmail.objects.exists()


def test_command_names_lines_and_fails(conference, tmp_path, capsys):
    file = tmp_path / "talks.csv"
    file.write_text("title,kind\nA,opera\nB,\n")
    with pytest.raises(CommandError):
        call_command("import_talks", str(file), "--conference", conference.slug)
    assert "line 2: There is no kind of talk “opera”." in capsys.readouterr().out
    assert Talk.objects.get().title == "B"


@pytest.mark.parametrize(
    ("lines", "options"),
    [
        ("nothing", []),
        ("", []),
        (b"title\n\xff\xfe", []),
        ("title\nA\n", ["--track", "nowhere"]),
    ],
)
def test_command_refuses_what_is_no_such_file(conference, tmp_path, lines, options):
    file = tmp_path / "talks.csv"
    file.write_bytes(lines if isinstance(lines, bytes) else lines.encode())
    with pytest.raises(CommandError):
        call_command("import_talks", str(file), "--conference", conference.slug, *options)
    with pytest.raises(CommandError):
        call_command("import_talks", str(file), "--conference", "nowhere")


# --- a track's page --------------------------------------------------------------------------


def test_organiser_edits_the_page_of_their_track(conference, as_track, client):
    track = make.track(conference, code="pg", is_partner_event=True)
    organiser = as_track(track)
    organiser.user.name = "Michael Stonebraker"
    organiser.user.save()
    sent = {
        "name": "Postgres Day",
        "description": "**Elephants**",
        "starts_on": conference.starts_on.isoformat(),
        "ends_on": conference.starts_on.isoformat(),
        "logo": picture(),
    }
    response = organiser.post(path("track-edit", conference, "pg"), sent)
    assert response.status_code == 302
    track.refresh_from_db()
    page = client.get(reverse("schedule:track", args=[conference.slug, "pg"])).content.decode()
    assert "<strong>Elephants</strong>" in page
    assert "Michael Stonebraker" in page
    assert track.days in page
    logo = client.get(reverse("cfp:track-logo", args=[track.logo_name]))
    assert (logo.status_code, logo["Content-Type"]) == (200, "image/png")
    assert logo["X-Content-Type-Options"] == "nosniff"


def test_other_tracks_are_not_there_for_an_organiser(conference, as_track):
    mine, other = make.track(conference), make.track(conference)
    organiser = as_track(mine)
    assert organiser.get(path("track-edit", conference, mine.code)).status_code == 200
    assert organiser.get(path("track-edit", conference, other.code)).status_code == 404
    organiser.post(path("track-edit", conference, other.code), {"name": "Mine now"})
    other.refresh_from_db()
    assert other.name != "Mine now"
    assert organiser.get(path("tracks", conference)).context["rows"] == [(mine, None)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("starts_on", "1999-01-01"),
        ("logo", SimpleUploadedFile("x.png", b"<svg onload=alert(1)>")),
    ],
)
def test_page_form_says_what_is_wrong(conference, program, field, value):
    track = make.track(conference)
    sent = {"name": "New", "description": "", field: value}
    response = program.post(path("track-edit", conference, track.code), sent)
    assert field in response.context["form"].errors
    track.refresh_from_db()
    assert track.name != "New"


def test_logo_that_two_editions_share_survives_the_change_in_one(
    conference, django_capture_on_commit_callbacks
):
    track = make.track(conference)
    old = ContentFile(picture().read(), name="one.png")
    actions.save_track(track, {}, old)
    track.refresh_from_db()
    twin = make.track(scale.conference(), logo=track.logo.name)
    with django_capture_on_commit_callbacks(execute=True):
        actions.save_track(track, {}, False)
    assert twin.logo.storage.exists(twin.logo.name)
    with django_capture_on_commit_callbacks(execute=True):
        actions.save_track(twin, {}, False)
    assert not twin.logo.storage.exists(twin.logo.name)


def test_logo_and_page_of_a_hidden_track_wait_until_it_is_shown(conference, program, client):
    track = make.track(conference, logo=ContentFile(b"x", name="secret.png"), is_hidden=True)
    logo = reverse("cfp:track-logo", args=[track.logo_name])
    public = reverse("schedule:track", args=[conference.slug, track.code])
    edit = reverse("cfp:track-edit", args=[conference.slug, track.code])
    assert client.get(logo).status_code == 404
    text = program.get(edit).content.decode()
    assert "opens only with an access code" in text
    assert f'href="{public}"' not in text and logo not in text
    track.is_hidden = False
    track.save()
    assert client.get(logo).status_code == 200
    assert public in program.get(edit).content.decode()


def test_logo_of_an_edition_that_is_not_public_is_not_there(conference, client):
    track = make.track(conference, logo=ContentFile(b"x", name="secret.png"))
    conference.is_public = False
    conference.save()
    assert client.get(reverse("cfp:track-logo", args=[track.logo_name])).status_code == 404


def test_list_of_tracks_costs_the_same_for_one_and_three(
    conference, program, django_assert_num_queries
):
    make.track(conference)

    def count():
        with django_assert_num_queries(8):
            program.get(path("tracks", conference))

    program.get(path("tracks", conference))
    count()
    for _ in range(2):
        make.track_role(scale.user(), make.track(conference), "chair")
    count()


def test_person_without_address_is_made_anew(db):
    from_file = Person("Ada")
    assert actions.partners.speaker_for(from_file) != actions.partners.speaker_for(from_file)
