"""What is written here leaves through a real SMTP server, once, and lies in Sent, once."""

import itertools
from email.utils import parseaddr

import pytest

from scale import email as ledger
from scale.models import OutgoingEmail
from sponsors import actions
from sponsors.mail import capture, imap, outbox
from sponsors.models import Conversation, Mail
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.scale import mail_server as smtp

from .messages import bounce, message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def relay(settings, monkeypatch):
    monkeypatch.setattr(ledger.waking, "wake_worker", lambda: None)
    with smtp.running() as server:
        smtp.send_through(server, settings)
        yield server


@pytest.fixture
def ada():
    return sell.contact(name="Ada Quill", email="ada@harbor.example")


@pytest.fixture
def by():
    return make.user(name="Bea Chair")


def write(contact, by, **fields):
    given = {"contact": contact.pk, "subject": "A booth?", "text": "Do you want one?"} | fields
    conference = make.conference(is_public=True)
    return actions.write_mail(conference, contact.organization, by, **given)


def test_a_mail_goes_out_as_a_persons_and_its_answer_comes_back(box, relay, ada, by):
    mail = write(ada, by, files=[("plan.pdf", "application/pdf", b"%PDF-1")])
    assert ledger.deliver_queued() == 1
    (sent,) = relay.messages
    assert parseaddr(sent["From"]) == ("Bea Chair", box.user)
    assert parseaddr(sent["To"]) == ("Ada Quill", "ada@harbor.example")
    assert sent["Message-ID"] == f"<{mail.message_id}>"
    assert sent["Auto-Submitted"] is None
    assert sent["In-Reply-To"] is None
    text, file = sent.get_payload()
    assert text.get_payload().strip() == "Do you want one?"
    assert (file.get_filename(), file.get_payload(decode=True)) == ("plan.pdf", b"%PDF-1")
    box.put(
        sender="Carol <carol@elsewhere.example>",
        subject="Quite another subject",
        references=[sent["Message-ID"]],
        date="",  # just now
    )
    capture.run()
    answer = Mail.objects.get(way="in")
    assert answer.conversation == mail.conversation
    assert Conversation.objects.get().state == "us"


def test_an_answer_names_the_thread_it_belongs_to(box, relay, ada, by):
    box.put(
        sender="Ada <ada@harbor.example>",
        message_id="<second@harbor.example>",
        references=["<first@harbor.example>"],
    )
    capture.run()
    asked = Mail.objects.get()
    write(ada, by, conversation=asked.conversation_id, answers=asked)
    ledger.deliver_queued()
    (sent,) = relay.messages
    assert sent["In-Reply-To"] == "<second@harbor.example>"
    assert sent["References"] == "<first@harbor.example> <second@harbor.example>"


def test_what_was_sent_lies_in_sent_once_and_is_one_row(box, relay, ada, by):
    mail = write(ada, by)
    capture.run()
    assert box.messages("Sent") == []  # not before it is sent
    ledger.deliver_queued()
    for _ in range(3):
        capture.run()
    (copy,) = box.messages("Sent")
    (sent,) = relay.messages
    assert copy["Message-ID"] == sent["Message-ID"]
    assert copy["From"] == sent["From"]
    assert copy.get_payload().strip() == sent.get_payload().strip()
    assert "\\Seen" in box.flags("Sent")[0]
    assert Mail.objects.get() == mail
    assert Mail.objects.get().filed_at is not None


def test_a_worker_that_dies_after_filing_files_nothing_twice(box, relay, ada, by, monkeypatch):
    class Killed(BaseException):
        pass

    def die(mail):
        raise Killed

    write(ada, by)
    ledger.deliver_queued()
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "note_filed", die)
        with pytest.raises(Killed):
            capture.run()
    assert len(box.messages("Sent")) == 1
    assert Mail.objects.get().filed_at is None
    capture.run()
    assert len(box.messages("Sent")) == 1
    assert Mail.objects.get().filed_at is not None


def test_a_server_that_takes_no_copy_is_asked_again(box, relay, ada, by, monkeypatch):
    write(ada, by)
    ledger.deliver_queued()
    append, tries = imap.Server.append, itertools.count()

    def fails_once(*args):
        if next(tries) == 0:
            raise OSError("gone")
        return append(*args)

    monkeypatch.setattr(imap.Server, "append", fails_once)
    capture.run()
    capture.run()
    assert len(box.messages("Sent")) == 1


def test_a_mail_that_the_relay_refuses_is_not_filed_and_says_so(box, relay, by):
    nobody = sell.contact(email="spam@harbor.example")
    mail = write(nobody, by)
    ledger.deliver_queued()
    capture.run()
    assert box.messages("Sent") == []
    assert OutgoingEmail.objects.get(pk=mail.outgoing_id).status == "failed"


def test_a_mail_that_comes_back_marks_its_contact(box, relay, ada, by):
    mail = write(ada, by)
    ledger.deliver_queued()
    box.put(bounce(message(message_id=f"<{mail.message_id}>"), ada.email))
    capture.run()
    ada.refresh_from_db()
    assert ada.bounces
    assert Mail.objects.get(status="bounce").conversation == mail.conversation


def test_from_two_mailboxes_an_answer_leaves_from_where_it_was_asked(
    box, second_box, relay, ada, by
):
    second_box.put(sender="ada@harbor.example", to=second_box.user)
    capture.run()
    asked = Mail.objects.get()
    write(ada, by, conversation=asked.conversation_id, answers=asked)
    ledger.deliver_queued()
    capture.run()
    assert parseaddr(relay.messages[0]["From"])[1] == second_box.user
    assert (len(box.messages("Sent")), len(second_box.messages("Sent"))) == (0, 1)


def test_a_program_still_says_that_it_is_one(relay):
    ledger.send("t", "a@example.org", key="1", subject="s", text="t")
    ledger.deliver_queued()
    assert relay.messages[0]["Auto-Submitted"] == "auto-generated"
