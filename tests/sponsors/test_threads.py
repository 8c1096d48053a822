"""Reading conversations: the list, one of them, its files, and who is named in a note."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from scale import privacy
from scale.models import OutgoingEmail, Role
from sponsors.models import Digest, Note, NoteFile, NoteMention, named_in, nobody_in
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .test_conversations import at, errors

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a contract"


@pytest.fixture
def client(as_role):
    return as_role("community")


@pytest.fixture
def thread(conference):
    return sell.conversation(conference=conference)


def colleague(conference, name, role=Role.SPONSORSHIP, **fields):
    user = make.user(name=name, **fields)
    make.staff_role(user, conference, role)
    return user


def pdf(name="Contract.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def subjects(client, conference, **asked):
    page = client.get(at("conversations", conference), asked).context["page"]
    return [one.subject for one in page]


# --- the list ------------------------------------------------------------------------------------


def test_list_shows_what_goes_on_by_its_newest_word(conference, client):
    old, new, done = (
        sell.conversation(subject=name, conference=conference) for name in ("Old", "New", "Done")
    )
    for one, days in ((old, 9), (new, 1), (done, 0)):
        said = sell.note(conversation=one, text=f"said {days} days ago")
        Note.objects.filter(pk=said.pk).update(written_at=timezone.now() - dt.timedelta(days=days))
    type(done).objects.filter(pk=done.pk).update(state="done")
    assert subjects(client, conference) == ["New", "Old"]
    assert subjects(client, conference, state="all") == ["Done", "New", "Old"]
    assert "said 9 days ago" in client.get(at("conversations", conference)).content.decode()


def test_list_is_narrowed_by_words_state_owner_and_day(conference, client):
    today = conference.today()
    acme = sell.organization(name="Acme")
    ours = sell.conversation(
        subject="Ours", conference=conference, owner=client.user, state="us", organization=acme
    )
    theirs = sell.conversation(subject="Theirs", state="them")
    sell.note(conversation=theirs, text="They love lanyards")
    sell.follow_up(conversation=ours, owner=client.user, due_on=today)
    sell.follow_up(conversation=theirs, due_on=today - dt.timedelta(days=1))
    for asked, found in (
        ({"q": "acme"}, ["Ours"]),
        ({"q": "LANYARDS"}, ["Theirs"]),
        ({"state": "us"}, ["Ours"]),
        ({"who": "mine"}, ["Ours"]),
        ({"who": "none"}, ["Theirs"]),
        ({"who": str(client.user.pk)}, ["Ours"]),
        ({"when": "overdue"}, ["Theirs"]),
        ({"when": "due", "sort": "next"}, ["Theirs", "Ours"]),
        ({"sort": "name", "q": "s"}, ["Ours", "Theirs"]),
        ({"who": "named"}, []),
    ):
        assert subjects(client, conference, **asked) == found, asked
    page = client.get(at("conversations", conference), {"q": "nothing like it"})
    assert "No conversation fits" in page.content.decode()


def test_silent_are_those_without_a_word_for_as_many_days_as_one_set(conference, client, thread):
    type(thread).objects.update(created_at=timezone.now() - dt.timedelta(days=10))
    assert subjects(client, conference, when="silent") == []
    Digest.objects.create(user=client.user, silent_days=7)
    assert subjects(client, conference, when="silent") == [thread.subject]
    sell.note(conversation=thread)
    assert subjects(client, conference, when="silent") == []


def test_list_leaves_out_other_editions_and_takes_any_nonsense(conference, client):
    sell.conversation(conference=make.conference(), subject="Elsewhere")
    assert subjects(client, conference) == []
    odd = {"q": "<b>%_\\'😀" * 5, "state": "x", "who": "9" * 40, "when": "-", "page": "NaN"}
    answer = client.get(at("conversations", conference), odd)
    assert answer.status_code == 200
    assert "No conversation is going on" in client.get(answer.request["PATH_INFO"]).content.decode()


@pytest.mark.parametrize("name", ["conversations", "conversation"])
def test_pages_ask_the_same_however_much_there_is(conference, client, thread, name):
    args = [thread.pk] if name == "conversation" else []

    def more():
        one = thread if args else sell.conversation(conference=conference, owner=make.user())
        note = sell.note(conversation=one, author=make.user())
        sell.note_file(note=note, by=client.user)
        NoteMention.objects.create(note=note, user=make.user())
        sell.follow_up(conversation=one)

    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(at(name, conference, *args)).status_code == 200
        return len(asked)

    more()
    count()
    with_one = count()
    more()
    more()
    assert count() == with_one


# --- one of them ---------------------------------------------------------------------------------


def test_page_of_one_holds_all_notes_in_pages(conference, client, thread):
    for n in range(21):
        sell.note(conversation=thread, text=f"word {n}.")
    sell.follow_up(conversation=thread, what="Call again")
    first = client.get(at("conversation", conference, thread.pk)).content.decode()
    assert "word 20." in first and "word 0." not in first and "Call again" in first
    second = client.get(at("conversation", conference, thread.pk), {"page": 2}).content.decode()
    assert "word 0." in second


def test_note_is_added_on_its_page(conference, client, thread):
    answer = client.post(
        at("note-add", conference, thread.pk), {"text": "They sign", "state": "us", "files": pdf()}
    )
    note = Note.objects.get()
    assert answer["Location"] == at("conversation", conference, thread.pk) + f"#note-{note.pk}"
    thread.refresh_from_db()
    assert (note.conversation, thread.state, note.files.get().name) == (
        thread,
        "us",
        "Contract.pdf",
    )


def test_note_with_faults_keeps_what_was_typed(conference, client, thread):
    answer = client.post(
        at("note-add", conference, thread.pk), {"text": "They sign", "follow_up_on": "1999-01-01"}
    )
    assert errors(answer, "note_form") == {"follow_up_on": ["This day has passed."]}
    assert "They sign" in answer.content.decode()
    assert not Note.objects.exists()


def test_buttons_of_the_page_lead_back_to_it(conference, client, thread):
    step = sell.follow_up(conversation=thread)
    page = at("conversation", conference, thread.pk)
    for path, data in (
        (at("conversation-state", conference, thread.pk), {"state": "them"}),
        (at("follow-up-done", conference, step.pk), {}),
    ):
        assert client.post(path, data | {"own": "1"})["Location"] == page


@pytest.mark.parametrize("closed", [True, False])
def test_who_may_not_write_in_it_reads_only(conference, client, closed):
    elsewhere = make.conference()
    thread = sell.conversation(conference=conference if closed else elsewhere)
    file = sell.note_file(note=sell.note(conversation=thread, author=client.user), by=client.user)
    if closed:
        type(conference).objects.filter(pk=conference.pk).update(closed_at=timezone.now())
    page = client.get(at("conversation", conference, thread.pk)).content.decode()
    assert "Contract.pdf" in page and "Write it down" not in page and "Take away" not in page
    client.post(at("note-add", conference, thread.pk), {"text": "Too late"})
    client.post(at("note-file-remove", conference, file.pk))
    assert Note.objects.count() == 1 and NoteFile.objects.exists()


# --- files ---------------------------------------------------------------------------------------


def test_files_come_with_a_note_and_leave_as_downloads(conference, client, thread):
    files = [pdf("One.pdf"), pdf("../../<b>Two.pdf")]
    client.post(at("note-new", conference, thread.organization_id), {"text": "x", "files": files})
    first, second = NoteFile.objects.all()
    assert (first.name, first.size, first.by) == ("One.pdf", len(PDF), client.user)
    assert "/" not in second.name and second.file.name.startswith("note-files/")
    answer = client.get(at("note-file", conference, first.pk))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="One.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ([pdf("Run.exe")], ["Run.exe: This kind of file is not taken."]),
        ([pdf("A.pdf", b"MZ")], ["A.pdf: This is no PDF file."]),
        ([pdf("A.pdf", b"")], ["A.pdf: The submitted file is empty."]),
        ([pdf(content=PDF + b" " * 10_000_000)], ["Contract.pdf: The file is larger than 10 MB."]),
        ([pdf() for _ in range(11)], ["At most 10 files at once."]),
    ],
)
def test_other_files_are_refused_beside_the_field(conference, client, thread, files, says):
    answer = client.post(at("note-add", conference, thread.pk), {"text": "x", "files": files})
    assert errors(answer, "note_form") == {"files": says}
    assert not Note.objects.exists() and not NoteFile.objects.exists()


def test_double_click_attaches_once(conference, client, thread):
    for _ in range(2):
        client.post(at("note-add", conference, thread.pk), {"text": "x", "files": pdf()})
    assert (Note.objects.count(), NoteFile.objects.count()) == (1, 1)


def test_press_sees_neither_notes_nor_files(conference, as_role, thread):
    file = sell.note_file(note=sell.note(conversation=thread, text="private words"))
    press = as_role(Role.PRESS)
    for path in (
        at("conversations", conference),
        at("conversation", conference, thread.pk),
        at("note-file", conference, file.pk),
    ):
        assert press.get(path).status_code == 403
    page = press.get(at("organization", conference, thread.organization_id)).content.decode()
    assert "private words" not in page and "Contract.pdf" not in page


def test_who_attached_a_file_takes_it_away(
    conference, client, thread, django_capture_on_commit_callbacks
):
    note = sell.note(conversation=thread)
    own, other = sell.note_file(note=note, by=client.user), sell.note_file(note=note)
    path = own.file.path
    with django_capture_on_commit_callbacks(execute=True):
        for file in (own, other):
            client.post(at("note-file-remove", conference, file.pk))
    assert list(NoteFile.objects.all()) == [other]
    assert not own.file.storage.exists(path) and other.file.storage.exists(other.file.path)
    assert client.get(at("note-file", conference, own.pk)).status_code == 404


# --- who is named --------------------------------------------------------------------------------


def test_names_are_found_whole_and_where_they_are_somebodys_alone(conference):
    ana = make.user(name="Ana Ruiz", email="ar@example.org")
    bo = make.user(name="Bo Lind", email="bo@example.org")
    bob = make.user(name="Bo Berg", email="berg@example.org")
    people = [ana, bo, bob]
    for said, found in (
        ("@Ana Ruiz and @bo lind!", [ana, bo]),
        ("(@ana) ask", [ana]),
        ("@Bo", []),  # that could be either
        ("@bo lind's", [bo]),
        ("@Anastasia, x@ana, @@ana, ana", []),
        ("@berg @ANA @Ana Ruiz", [bob, ana]),
        ("@" * 5000, []),
    ):
        assert set(named_in(said, people)) == set(found), said


def test_names_that_are_nobodys_are_found(conference):
    ana = make.user(name="Ana Ruiz", email="ar@example.org")
    people = [ana, make.user(name="Bo Lind"), make.user(name="Bo Berg")]
    for said, found in (
        ("@Ana Ruiz, @ar, @bo lind: at @5pm, ana@example.org", []),
        ("@Bo and @Zoë, @Zoë", ["Bo", "Zoë"]),
        ("@Anastasia", ["Anastasia"]),
    ):
        assert nobody_in(said, people) == found, said


@pytest.mark.parametrize("name", ["note-new", "note-add"])
def test_whoever_names_nobody_is_told(conference, client, thread, name):
    colleague(conference, "Ana Ruiz")
    pk = thread.pk if name == "note-add" else thread.organization_id
    for text, told in (("@Mateo, call them", ["“@Mateo”"]), ("@Ana Ruiz: done", [])):
        answer = client.post(at(name, conference, pk), {"text": text}, follow=True)
        said = [str(one) for one in answer.context["messages"]]
        assert [re.search("“.*”", one).group() for one in said] == told


def test_whoever_is_named_gets_one_mail_with_a_link(conference, client, thread):
    ana = colleague(conference, "Ana Ruiz")
    colleague(conference, "Bo Press", role=Role.PRESS)
    text = f"@Ana Ruiz, @ana: call them. @Bo Press @{client.user.name}"
    client.post(at("note-add", conference, thread.pk), {"text": text})
    note = Note.objects.get()
    assert NoteMention.objects.get().user == ana
    mail = OutgoingEmail.objects.get()
    assert mail.to_address == ana.email and f"#note-{note.pk}" in mail.text
    client.post(at("note-edit", conference, note.pk), {"text": f"{text} Now!", "kind": "note"})
    assert OutgoingEmail.objects.count() == 1


def test_who_is_named_in_a_correction_hears_of_it_then(conference, client, thread):
    ana = colleague(conference, "Ana Ruiz")
    note = sell.note(conversation=thread, author=client.user)
    client.post(at("note-edit", conference, note.pk), {"text": "@Ana Ruiz", "kind": "note"})
    assert OutgoingEmail.objects.get().to_address == ana.email


def test_mention_is_new_until_its_page_was_open(conference, client, thread):
    note = sell.note(conversation=thread, text="hello @you")
    NoteMention.objects.create(note=note, user=client.user)
    assert "1 new" in client.get(at("conversations", conference)).content.decode()
    assert subjects(client, conference, who="named") == [thread.subject]
    client.get(at("conversation", conference, thread.pk))
    assert NoteMention.objects.get().seen_at
    assert "1 new" not in client.get(at("conversations", conference)).content.decode()


def test_somebody_is_named_once_in_a_note(conference):
    note, user = sell.note(), make.user()
    NoteMention.objects.create(note=note, user=user)
    with pytest.raises(IntegrityError):
        NoteMention.objects.create(note=note, user=user)


# --- a person's data -----------------------------------------------------------------------------


def test_files_and_mentions_are_shown_and_erased(conference, thread):
    contact = sell.contact(email="ana@example.org", organization=thread.organization)
    file = sell.note_file(note=sell.note(conversation=thread, contact=contact))
    user = make.user(name="Ana Ruiz", email="ana@example.org")
    note = sell.note(conversation=thread, text="Ask @ana ruiz, she knows.")
    NoteMention.objects.create(note=note, user=user)
    Digest.objects.create(user=user)
    shown = str(privacy.show("ana@example.org"))
    assert "Contract.pdf" in shown and "Named in a note" in shown
    privacy.erase("ana@example.org")
    note.refresh_from_db()
    assert note.text == "Ask @(erased), she knows."
    assert not NoteFile.objects.filter(pk=file.pk).exists()
    assert not NoteMention.objects.exists() and not Digest.objects.exists()
