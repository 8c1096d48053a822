"""Reading a real Dovecot: once, from where it stood, whatever happens in between."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from scale import health
from scale.settings.mailbox import mailbox as read_url
from sponsors.mail import capture, imap
from sponsors.models import Mail, MailAttachment, Mailbox, MailFolder
from sponsors.tasks import capture_mail
from tests.factories import sponsors as sell
from tests.sponsors.test_races import at_once

from .messages import message

pytestmark = pytest.mark.django_db(transaction=True)


def subjects():
    return sorted(Mail.objects.values_list("subject", flat=True))


def test_what_is_new_is_taken_in_and_nothing_changes_in_the_mailbox(box):
    box.put(subject="One")
    box.put(subject="Two", folder="Sent", sender=box.user, to="ada@harbor.example")
    before = box.flags() + box.flags("Sent")
    assert capture.run() == 2
    assert subjects() == ["One", "Two"]
    assert [(m.way, m.party_address) for m in Mail.objects.order_by("subject")] == [
        ("in", "ada@harbor.example"),
        ("out", "ada@harbor.example"),
    ]
    assert box.flags() + box.flags("Sent") == before
    assert not any("\\Seen" in flags for flags in before)
    assert capture.run() == 0
    box.put(subject="Three")
    capture_mail()
    assert subjects() == ["One", "Three", "Two"]


@pytest.mark.parametrize("scheme", ["imaps", "imap+tls"])
def test_a_server_is_told_the_password_only_when_its_certificate_is_good(box, settings, scheme):
    box.put(subject="One")
    for options, taken in (({}, 0), ({"ca": str(box.server.certificate)}, 1)):
        settings.MAILBOXES = (read_url(box.server.url(box.user, scheme, **options)),)
        assert capture.run() == taken
        refused = "CERTIFICATE_VERIFY_FAILED" in Mailbox.objects.get().last_error
        assert refused == (taken == 0)


def test_mail_that_was_read_by_someone_is_taken_in_all_the_same(box):
    box.put(subject="One")
    with box.open() as mailbox:
        mailbox.folder.set("INBOX")
        mailbox.flag("1", ["\\Seen"], True)
    assert capture.run() == 1
    assert box.flags() == [("\\Seen",)]


def test_the_same_message_is_one_row_wherever_it_lies(box, second_box):
    copy = message(subject="Once", message_id="<once@harbor.example>")
    box.put(copy, copy)
    box.put(copy, folder="Sent")
    second_box.put(copy)
    second_box.put(copy.replace(b"Subject: Once", b"X-List: y\r\nSubject: Once"))
    nameless = message(subject="No name", message_id="<x>").replace(b"Message-ID: <x>\r\n", b"")
    assert b"Message-ID" not in nameless
    box.put(nameless, nameless)
    assert capture.run() == 2
    assert subjects() == ["No name", "Once"]


def test_one_message_id_from_two_senders_is_two_messages(box):
    for name in ("ada", "bea"):
        box.put(sender=f"{name}@harbor.example", message_id="<1@localhost>", subject=name)
    capture.run()
    assert subjects() == ["ada", "bea"]


def test_a_new_uidvalidity_brings_nothing_twice(box):
    for n in range(3):
        box.put(subject=f"Old {n}", message_id=f"<{n}@old.example>")
    capture.run()
    known = MailFolder.objects.get(name="INBOX")
    again = [one.as_bytes() for one in box.messages()]
    box.server.maildir(box.user).joinpath("dovecot-uidlist").unlink()
    for index in box.server.maildir(box.user).glob("dovecot.index*"):
        index.unlink()
    box.put(subject="New")
    assert capture.run() == 1
    now = MailFolder.objects.get(name="INBOX")
    assert now.uidvalidity != known.uidvalidity
    assert len(again) == 3
    assert subjects() == ["New", "Old 0", "Old 1", "Old 2"]


def test_a_folder_made_anew_is_read_from_its_beginning(box):
    for n in range(3):
        box.put(subject=f"Old {n}", folder="Sent")
    capture.run()
    box.delete_folder("Sent")
    box.put(subject="New", folder="Sent")
    assert capture.run() == 1
    assert subjects() == ["New", "Old 0", "Old 1", "Old 2"]


class Killed(BaseException):
    """As if the process had been."""


def test_a_reader_that_dies_in_the_middle_loses_and_doubles_nothing(box, monkeypatch):
    """It leaves its lease behind; the next reader waits for its end, and repeats half a batch."""
    box.put(*(message(subject=f"{n:02}") for n in range(30)))
    monkeypatch.setattr(capture, "BATCH", 8)
    steps, take = itertools.count(), capture.take

    def die(*args):
        if next(steps) == 20:
            raise Killed
        return take(*args)

    with monkeypatch.context() as patch:
        patch.setattr(capture, "take", die)
        patch.setattr(capture, "release", lambda *args, **kwargs: None)
        with pytest.raises(Killed):
            capture.run()
    assert Mail.objects.count() == 20
    assert MailFolder.objects.get(name="INBOX").last_uid == 16
    assert capture.run() == 0  # the dead one's lease
    Mailbox.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    assert capture.run() == 10
    assert subjects() == [f"{n:02}" for n in range(30)]


def test_what_the_time_is_too_short_for_is_for_the_next_minute(box, monkeypatch):
    box.put(*(message(subject=f"{n:02}") for n in range(30)))
    monkeypatch.setattr(capture, "BATCH", 10)
    assert capture.run(seconds=0) == 10
    assert MailFolder.objects.get(name="INBOX").waiting == 20
    assert "20 messages not yet taken in" in capture.health().says
    capture.run()
    assert Mail.objects.count() == 30
    assert MailFolder.objects.get(name="INBOX").waiting == 0


def test_of_many_readers_one_has_the_mailbox(box, dawdling):
    dawdling(Mailbox.objects, "get_or_create")
    capture.release(capture.leased(box.account))
    ends = at_once(*[lambda: capture.leased(box.account)] * 6)
    assert sum(end is not None for end in ends) == 1


def test_who_lost_the_lease_stops(box, monkeypatch):
    box.put(*(message(subject=f"{n:02}") for n in range(30)))
    monkeypatch.setattr(capture, "BATCH", 10)
    take = capture.take_batch

    def slowly(*args, **kwargs):
        Mailbox.objects.update(lease="another")
        return take(*args, **kwargs)

    monkeypatch.setattr(capture, "take_batch", slowly)
    capture.run()
    assert Mail.objects.count() == 10
    assert Mailbox.objects.get().lease == "another"


def test_one_message_that_the_database_refuses_does_not_stop_the_others(box, monkeypatch):
    box.put(subject="Before")
    box.put(subject="Odd")
    box.put(subject="After")
    letter = capture.parse.letter

    def overlong(content, **kwargs):
        made = letter(content, **kwargs)
        if made.subject == "Odd":
            made.sender = (made.sender[0], "x" * 300)
        return made

    monkeypatch.setattr(capture.parse, "letter", overlong)
    assert capture.run() == 3
    odd = Mail.objects.get(subject="Odd")
    assert odd.is_cut
    assert "cannot be read here" in odd.text


def test_a_message_of_40_mb_is_taken_by_its_beginning(box):
    content = b"%PDF-" + bytes(30_000_000)
    box.put(subject="Big", files=[("plan.pdf", content, "application/pdf")])
    assert capture.run() == 1
    mail = Mail.objects.get()
    assert mail.is_cut
    assert mail.text.strip() == "Hello, is the booth free?"
    file = MailAttachment.objects.get()
    assert (file.name, file.refused, file.file.name) == ("plan.pdf", "too large", "")


def test_a_file_that_fits_is_kept_under_a_name_of_its_own(box, settings):
    box.put(files=[("../../our logo.svg", b"<svg/>", "image/svg+xml")])
    capture.run()
    file = MailAttachment.objects.get()
    assert (file.name, file.size, file.refused) == ("our logo.svg", 6, "")
    assert file.file.read() == b"<svg/>"
    assert "our" not in file.file.name


def test_a_folder_that_is_not_there_is_said_and_the_inbox_is_read(box, settings, mail_server):
    from scale.settings.mailbox import mailbox  # noqa: PLC0415

    settings.MAILBOXES = (mailbox(mail_server.url(box.user, sent="Posted")),)
    box.put(subject="One")
    capture.run()
    assert subjects() == ["One"]
    row = Mailbox.objects.get()
    assert (row.last_good_at, row.lease) == (None, "")
    assert "Posted" in row.last_error


# --- health ----------------------------------------------------------------------------------


def test_health_says_when_it_was_read_and_alarms_after_a_quarter_of_an_hour(box):
    assert not capture.health().ok
    capture.run()
    finding = health.run()["shared mailbox"]
    assert (finding.ok, finding.says) == (True, "the shared mailbox was read 0 seconds ago")
    late = timezone.now() - dt.timedelta(minutes=16)
    Mailbox.objects.update(last_good_at=late)
    finding = capture.health()
    assert (finding.ok, finding.says) == (False, "the shared mailbox was read 16 minutes ago")
    box.put()
    capture.run()
    assert capture.health().ok


def test_health_alarms_when_a_server_is_away(box, settings):
    from dataclasses import replace  # noqa: PLC0415

    capture.run()
    settings.MAILBOXES = (replace(box.account, password="wrong"),)
    Mailbox.objects.update(last_good_at=timezone.now() - dt.timedelta(minutes=20))
    assert capture.run() == 0
    finding = capture.health()
    assert not finding.ok
    assert "wrong" not in finding.says
    assert "20 minutes ago" in finding.says
    assert "AUTHENTICATIONFAILED" in finding.says


def test_without_a_mailbox_nothing_is_read_and_nothing_alarms(db):
    assert capture.run() == 0
    assert capture.health().ok
    assert Mailbox.objects.count() == 0


def test_a_server_that_hangs_up_is_no_fault_of_ours(box, monkeypatch):
    box.put()
    monkeypatch.setattr(imap, "TIMEOUT", 5)
    Fault = type("Fault", (OSError,), {})

    def gone(*args):
        raise Fault("gone")

    monkeypatch.setattr(imap.Server, "heads", gone)
    assert capture.run() == 0
    assert Mailbox.objects.get().last_error == "Fault: gone"
    monkeypatch.undo()
    sell.contact(email="ada@harbor.example")
    assert capture.run() == 1
