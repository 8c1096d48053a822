"""The life of a mail in the ledger, against a real SMTP server."""

import datetime as dt
import email.header
import threading
from email import policy
from email.parser import BytesParser

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from scale import email as ledger
from scale.models import OutgoingEmail
from tests.scale import mail_server

Status = OutgoingEmail.Status


@pytest.fixture
def mailbox(settings):
    with mail_server.running() as box:
        mail_server.send_through(box, settings)
        yield box


def queue(to="someone@example.org", key=None, **fields):
    fields = {"subject": "Hello", "text": "A text."} | fields
    return ledger.send("test", to, key=key or to, **fields)


def one(row):
    return OutgoingEmail.objects.filter(pk=row.pk)


def status(row):
    row.refresh_from_db()
    return row.status


@pytest.mark.sqlite
def test_a_mail_is_sent_once_and_says_when(db, mailbox):
    row = queue()
    assert ledger.deliver_queued() == 1
    assert ledger.deliver_queued() == 0
    row.refresh_from_db()
    assert (row.status, row.attempts, row.lease) == (Status.SENT, 1, "")
    assert row.sent_at is not None
    assert mailbox.ids() == [row.message_id]


@pytest.mark.sqlite
def test_the_same_key_is_the_same_mail(db):
    first = queue(key="order-1")
    second = queue(key="order-1", subject="Another subject")
    assert second.pk == first.pk
    assert OutgoingEmail.objects.count() == 1
    assert queue(key="order-2").pk != first.pk


def test_the_database_refuses_a_second_row_of_one_key(db):
    row = queue()
    row.pk, row.message_id = None, "<other@example.org>"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_database_refuses_a_second_row_of_one_message_id(db):
    row = queue()
    row.pk, row.dedupe_key = None, "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_database_refuses_an_unknown_status(db):
    row = queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingEmail.objects.filter(pk=row.pk).update(status="flying")


@pytest.mark.sqlite
def test_a_mail_of_a_rolled_back_action_does_not_exist(transactional_db):
    def action():
        with transaction.atomic():
            queue()
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        action()
    assert OutgoingEmail.objects.count() == 0


def test_the_worker_is_woken_once_for_each_transaction_after_commit(db, monkeypatch):
    woken = []
    waking = ledger.waking
    monkeypatch.setattr(waking, "wake_worker", lambda: woken.append(OutgoingEmail.objects.count()))
    outer = len(connection.run_on_commit)
    for n in range(3):
        queue(key=str(n))
    assert len(connection.run_on_commit) == outer + 1
    assert woken == []


@pytest.mark.django_db(transaction=True)
def test_a_queued_mail_leaves_after_commit(mailbox):
    with transaction.atomic():
        row = queue()
        assert mailbox.ids() == []
    assert status(row) == Status.SENT


@pytest.mark.parametrize(
    ("to", "answer", "ends"),
    [
        ("greylisted@example.org", "451 later", Status.QUEUED),
        ("full@example.org", None, Status.QUEUED),
        ("unknown@example.org", "550 nobody here", Status.FAILED),
        ("spam@example.org", None, Status.FAILED),
        ("hangup-before@example.org", None, Status.QUEUED),
        ("closing@example.org", "421 going down", Status.QUEUED),
        ("silent@example.org", None, Status.IN_DOUBT),
    ],
)
def test_the_answer_of_the_server_decides(db, mailbox, to, answer, ends):
    mailbox.said = {to.split("@")[0]: answer} if answer else {}
    row, other = queue(to), queue("other@example.org")
    ledger.deliver_queued()
    assert status(row) == ends
    assert row.attempts == 1
    assert row.last_error
    assert status(other) == Status.SENT, "one bad mail stops no other"


def test_put_back_waits_longer_each_time_and_fails_in_the_end(db, mailbox):
    mailbox.said = {"greylisted": "451 later"}
    row = queue("greylisted@example.org")
    waits = []
    while status(row) == Status.QUEUED:
        OutgoingEmail.objects.filter(pk=row.pk).update(not_before=timezone.now())
        ledger.deliver_queued()
        row.refresh_from_db()
        waits.append(round((row.not_before - timezone.now()).total_seconds() / 60))
    assert waits[:9] == [1, 2, 4, 8, 16, 32, 64, 128, 240]
    assert (row.status, row.attempts) == (Status.FAILED, 21)
    assert mailbox.ids() == []


def test_without_a_server_mails_wait(db, settings, mailbox):
    settings.EMAIL_PORT = mail_server.free_port()
    first, second = queue("a@example.org"), queue("b@example.org")
    assert ledger.deliver_queued() == 0
    assert status(first) == status(second) == Status.QUEUED
    assert first.not_before > timezone.now() + dt.timedelta(seconds=50)
    assert "no mail server" in first.last_error
    settings.EMAIL_PORT = mailbox.port
    ledger.deliver_queued()
    assert status(second) == Status.SENT


def test_a_ticket_mail_whose_line_broke_is_sent_again_with_the_same_id(db, mailbox):
    row = queue("silent@example.org", resend_if_in_doubt=True)
    ledger.deliver_queued()
    assert status(row) == Status.QUEUED
    OutgoingEmail.objects.update(not_before=timezone.now())
    ledger.deliver_queued()
    assert mailbox.ids() == [row.message_id, row.message_id]


def test_a_ticket_mail_is_in_doubt_in_the_end_too(db, mailbox):
    row = queue("silent@example.org", resend_if_in_doubt=True)
    OutgoingEmail.objects.update(attempts=ledger.TRIES)
    ledger.deliver_queued()
    assert status(row) == Status.IN_DOUBT


# --- leases ----------------------------------------------------------------------------------


def lapse(row):
    OutgoingEmail.objects.filter(pk=row.pk).update(leased_until=timezone.now())


@pytest.mark.sqlite
def test_a_lease_that_ran_out_is_in_doubt(db, mailbox):
    row = queue()
    ledger.take_next()
    assert ledger.deliver_queued() == 0
    assert status(row) == Status.SENDING, "the lease still runs"
    lapse(row)
    ledger.deliver_queued()
    assert status(row) == Status.IN_DOUBT
    assert mailbox.ids() == []


def test_a_lease_of_a_ticket_mail_that_ran_out_is_sent_again(db, mailbox):
    row = queue(resend_if_in_doubt=True)
    ledger.take_next()
    lapse(row)
    ledger.deliver_queued()
    assert status(row) == Status.SENT
    assert row.attempts == 2


def test_a_mail_that_kills_every_worker_is_given_up(db):
    row = queue(resend_if_in_doubt=True)
    OutgoingEmail.objects.update(attempts=ledger.TRIES)
    ledger.take_next()
    lapse(row)
    ledger.settle_lapsed()
    assert status(row) == Status.IN_DOUBT


def test_a_slow_worker_still_ends_the_doubt(db):
    row = queue()
    slow = ledger.take_next()
    lapse(row)
    ledger.settle_lapsed()
    ledger.finish(slow, Status.SENT)
    assert status(row) == Status.SENT


def test_a_slow_worker_does_not_undo_what_staff_decided(db):
    row = queue()
    slow = ledger.take_next()
    lapse(row)
    ledger.settle_lapsed()
    assert ledger.decide(one(row), again=False)
    ledger.finish(slow, Status.SENT)
    assert status(row) == Status.DROPPED


def test_deciding_twice_changes_nothing(db, mailbox):
    row = queue()
    ledger.take_next()
    lapse(row)
    ledger.settle_lapsed()
    assert ledger.decide(one(row), again=True)
    assert not ledger.decide(one(row), again=False)
    ledger.deliver_queued()
    assert status(row) == Status.SENT
    assert not ledger.decide(one(row), again=True), "a sent mail is not sent again"


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite
def test_many_workers_at_once_never_send_one_mail_twice(mailbox):
    with transaction.atomic():
        rows = [queue(key=str(n)) for n in range(80)]
        connection.run_on_commit.clear()  # nobody is woken: the threads below do the work
    begin = threading.Barrier(6)

    def work():
        try:
            begin.wait()
            ledger.deliver_queued()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mailbox.ids()) == sorted(row.message_id for row in rows)
    assert OutgoingEmail.objects.filter(status=Status.SENT).count() == 80


# --- what is in a mail -----------------------------------------------------------------------


def header(message, name):
    return str(email.header.make_header(email.header.decode_header(message[name])))


def test_all_scripts_arrive(db, mailbox):
    queue(
        to_name="Łukasz “Wüßt” محمد 🐧",
        subject="Dein Vortrag 🎉 日本語",
        text="Grüße\n.\nفارسی 🐧\n" + "long " * 400,
    )
    ledger.deliver_queued()
    [message] = mailbox.messages
    assert header(message, "Subject") == "Dein Vortrag 🎉 日本語"
    assert "Łukasz “Wüßt” محمد 🐧" in header(message, "To")
    text = message.get_payload(decode=True).decode().replace("\r\n", "\n")
    assert text.startswith("Grüße\n.\nفارسی 🐧\nlong long")


@pytest.mark.parametrize("bad", ["\n", "\r\n", "\r", "\x0b", "\u2028", "\x85", "\x00"])
def test_no_line_can_be_smuggled_into_the_head(db, mailbox, bad):
    smuggled = f"Hi{bad}Bcc: victim@example.org"
    queue(
        to_name=smuggled,
        subject=smuggled,
        text="x",
        attachments=[(f"a{bad}Bcc: victim@example.org.pdf", "application/pdf", b"%PDF")],
    )
    ledger.deliver_queued()
    [message] = mailbox.messages
    assert all(part["Bcc"] is None for part in message.walk())
    assert header(message, "Subject") in ("Hi Bcc: victim@example.org", "HiBcc: victim@example.org")


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "two@example.org\nBcc: victim@example.org"},
        {"to": ""},
        {"to": "nobody"},
        {"reply_to": "a@example.org\nBcc: victim@example.org"},
        {"attachments": [("x", "nonsense", b"")]},
    ],
)
def test_what_cannot_be_sent_has_failed_and_says_why(db, mailbox, fields):
    mailbox.said = {"nobody": "553 that is no address"}
    row = queue(**{"to": "x@example.org", "key": "k"} | fields)
    other = queue("other@example.org")
    ledger.deliver_queued()
    assert status(row) == Status.FAILED
    assert row.last_error
    assert status(other) == Status.SENT
    assert mailbox.ids() == [other.message_id]


def test_control_characters_and_halves_of_characters_are_left_out(db, mailbox):
    row = queue(subject="a\x00b\ud83d", text="x\x00y\x1b[31m\tz\r\nnext\ud83d")
    row.refresh_from_db()
    assert (row.subject, row.text) == ("ab?", "xy[31m\tz\nnext?\n")
    ledger.deliver_queued()
    assert status(row) == Status.SENT


def test_attachments_arrive_byte_for_byte(db, mailbox):
    content = bytes(range(256)) * 40
    queue(
        attachments=[
            ("ticket ü.png", "image/png", content),
            ("talk.ics", "text/calendar", "SUMMARY:Grüße\r\n".encode()),
        ]
    )
    ledger.deliver_queued()
    message = BytesParser(policy=policy.default).parsebytes(mailbox.messages[0].as_bytes())
    picture, calendar = message.iter_attachments()
    assert (picture.get_filename(), picture.get_content()) == ("ticket ü.png", content)
    assert calendar.get_content().replace("\r\n", "\n") == "SUMMARY:Grüße\n"


def test_a_very_long_subject_and_name_are_cut_and_sent(db, mailbox):
    row = queue(subject="word " * 200_000, to_name="n" * 1_000_000, text="x" * 1_000_000)
    assert (len(row.subject) <= 250, len(row.to_name) <= 120) == (True, True)
    ledger.deliver_queued()
    assert status(row) == Status.SENT


@pytest.mark.sqlite
def test_the_folder_keeps_each_mail_as_a_file(db, settings):
    settings.EMAIL_BACKEND = "scale.transport.FolderBackend"
    row = queue(to_name="Ada", text="Grüße")
    ledger.deliver_queued()
    assert status(row) == Status.SENT
    [path] = settings.MAIL_FOLDER.iterdir()
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert message["Message-ID"] == row.message_id
    assert message.get_content().strip() == "Grüße"


def test_a_full_disk_leaves_the_mail_waiting(db, settings):
    settings.EMAIL_BACKEND = "scale.transport.FolderBackend"
    settings.MAIL_FOLDER.parent.mkdir(exist_ok=True)
    settings.MAIL_FOLDER.write_text("a file stands where the folder should")
    row = queue()
    ledger.deliver_queued()
    assert status(row) == Status.QUEUED


def test_mails_about_something_are_found_newest_first(conference):
    for n, about in enumerate(["AAAA", "BBBB", "AAAA", ""]):
        ledger.send("test", "a@example.org", key=str(n), subject=str(n), text="x", about=about)
    found = OutgoingEmail.objects.about(["AAAA", "CCCC"])
    assert [mail.subject for mail in found] == ["2", "0"]
