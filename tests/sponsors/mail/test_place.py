"""Which conversation a message belongs to: token, references, contact; else nobody guesses."""

import datetime as dt

import pytest
from django.db import DataError
from django.utils import timezone

from scale.db import retry
from scale.models import OutgoingEmail
from sponsors.mail import parse, place
from sponsors.models import Conversation, Mail, Note
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.sponsors.test_races import at_once

from .messages import bounce, message

OURS = "sponsors@conference.example"
NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
TOKEN = "0123456789abcdef" * 2  # noqa: S105
State = Conversation.State


@pytest.fixture(autouse=True)
def one_mailbox(settings):
    account = type("Account", (), {"address": OURS})()
    settings.MAILBOXES = (account,)


def arrive(raw=None, *, from_sent=False, **fields):
    raw = raw or message(**fields)
    return place.take_in(parse.letter(raw), from_sent=from_sent, received_at=NOW)


def fresh(mail):
    return Mail.objects.select_related("conversation", "contact").get(pk=mail.pk)


# Each of these opens transactions of its own.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


def test_an_unknown_sender_waits_to_be_sorted():
    mail = fresh(arrive(subject="Hello"))
    assert (mail.status, mail.way, mail.conversation) == ("triage", "in", None)
    assert (mail.party_name, mail.party_address) == ("Ada Quill", "ada@harbor.example")
    assert (mail.mailbox, mail.recipients) == (OURS, OURS)
    assert mail.sent_at == dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)


def test_a_contacts_address_begins_a_conversation_of_the_present_edition():
    conference = make.conference(is_public=True)
    owner = make.user()
    contact = sell.contact(email="ada@harbor.example", organization=sell.organization(owner=owner))
    mail = fresh(arrive(subject="Re: [scale] RE: Our booth"))
    thread = mail.conversation
    assert (mail.status, mail.contact) == ("attached", contact)
    assert (thread.organization, thread.subject) == (contact.organization, "Our booth")
    assert (thread.owner, thread.conference) == (owner, conference)
    assert thread.state == State.WAITING_FOR_US


def test_the_same_subject_of_a_contact_goes_on_in_one_conversation():
    contact = sell.contact(email="ada@harbor.example")
    first = fresh(arrive(subject="Our booth"))
    again = fresh(arrive(subject="AW: our  Booth"))
    other = fresh(arrive(subject="The invoice"))
    assert again.conversation == first.conversation
    assert other.conversation != first.conversation
    assert contact.organization.conversations.count() == 2


def test_a_conversation_that_is_done_is_not_gone_on_with_by_its_subject_alone():
    contact = sell.contact(email="ada@harbor.example")
    done = sell.conversation(
        organization=contact.organization, subject="Our booth", state=State.DONE
    )
    assert fresh(arrive(subject="Our booth")).conversation != done


def test_references_count_more_than_the_subject_and_the_address():
    contact = sell.contact(email="ada@harbor.example")
    first = fresh(arrive(subject="Our booth", message_id="<1@harbor.example>"))
    answer = fresh(
        arrive(
            sender="carol@elsewhere.example",
            subject="Quite another subject",
            references=["<0@x>", "<1@harbor.example>"],
        )
    )
    assert answer.conversation == first.conversation
    assert (answer.contact, first.contact) == (None, contact)


def test_our_token_counts_more_than_the_references():
    theirs = fresh_thread = sell.conversation(mail_token=TOKEN)
    sell.contact(email="ada@harbor.example")
    arrive(subject="Our booth", message_id="<1@harbor.example>")
    mail = fresh(arrive(references=["<1@harbor.example>", f"<c.{TOKEN}.x1@conference.example>"]))
    assert mail.conversation == theirs == fresh_thread


@pytest.mark.parametrize(
    "wrong", [f"<c.{TOKEN[:-1]}0.x@y>", f"<d.{TOKEN}.x@y>", f"<c.{TOKEN.upper()}.x@y>", "<c..x@y>"]
)
def test_a_token_that_is_not_ours_opens_nothing(wrong):
    sell.conversation(mail_token=TOKEN)
    assert fresh(arrive(references=[wrong])).status == "triage"


def test_what_comes_before_what_it_answers_finds_it_later():
    """As at a first reading: the inbox before the folder of what was sent."""
    sell.contact(email="ada@harbor.example")
    answer = fresh(arrive(subject="Re: Booths", references=["<ours@conference.example>"]))
    ours = fresh(
        arrive(
            from_sent=True,
            sender=OURS,
            to="Someone <someone@elsewhere.example>",
            message_id="<ours@conference.example>",
            subject="Booths",
        )
    )
    assert ours.conversation == answer.conversation
    assert (ours.way, ours.party_address) == ("out", "someone@elsewhere.example")


def test_what_waits_of_the_same_thread_comes_along():
    first = arrive(sender="carol@elsewhere.example", message_id="<1@elsewhere.example>")
    sell.contact(email="ada@harbor.example")
    answer = fresh(arrive(references=["<1@elsewhere.example>"]))
    assert fresh(first).conversation == answer.conversation
    assert fresh(first).status == "attached"


def test_an_address_of_two_organizations_is_not_guessed():
    sell.contact(email="ada@harbor.example")
    sell.contact(email="ada@harbor.example")
    assert fresh(arrive()).status == "triage"
    assert Conversation.objects.count() == 0


def test_the_domain_alone_attaches_nothing():
    sell.contact(email="bea@harbor.example")
    assert fresh(arrive()).status == "triage"


def test_mail_without_a_sender_matches_no_contact_without_an_address():
    sell.contact(email="")
    raw = message().replace(b"From: Ada Quill <ada@harbor.example>", b"From: nobody")
    assert fresh(arrive(raw)).status == "triage"


def test_what_we_sent_is_placed_by_whom_it_went_to():
    contact = sell.contact(email="ada@harbor.example")
    mail = fresh(
        arrive(
            from_sent=True,
            sender=f"Sponsors <{OURS}>",
            to=f"carol@elsewhere.example, Ada <ada@harbor.example>, {OURS}",
        )
    )
    assert (mail.way, mail.contact, mail.party_name) == ("out", contact, "Ada")
    assert mail.conversation.state == State.WAITING_FOR_THEM


def test_what_we_sent_and_find_in_the_inbox_is_ours_too():
    sell.contact(email="ada@harbor.example")
    mail = fresh(arrive(sender=OURS, to=f"ada@harbor.example, {OURS}"))
    assert mail.way == "out"


def test_a_conversation_of_a_closed_edition_goes_on_in_the_present_one():
    past = dt.date(2020, 3, 5)
    old = make.conference(starts_on=past, ends_on=past, closed_at=timezone.now())
    now = make.conference(is_public=True)
    thread = sell.conversation(conference=old, mail_token=TOKEN, subject="Our booth")
    mail = fresh(arrive(references=[f"<c.{TOKEN}.1@x>"], subject="Re: Our booth"))
    assert mail.conversation != thread
    assert mail.conversation.organization == thread.organization
    assert mail.conversation.conference == now


def test_an_older_mail_does_not_change_how_a_conversation_stands():
    sell.contact(email="ada@harbor.example")
    arrive(
        from_sent=True, sender=OURS, to="ada@harbor.example", date="Thu, 26 Nov 2026 11:00:00 +0000"
    )
    mail = fresh(arrive(date="Wed, 25 Nov 2026 11:00:00 +0000"))
    assert mail.conversation.state == State.WAITING_FOR_THEM


def test_what_was_noted_later_counts_more():
    contact = sell.contact(email="ada@harbor.example")
    thread = sell.conversation(
        organization=contact.organization, subject="Our booth", state=State.WAITING_FOR_THEM
    )
    note = sell.note(conversation=thread)
    Note.objects.filter(pk=note.pk).update(written_at=NOW)
    assert fresh(arrive(subject="Our booth")).conversation.state == State.WAITING_FOR_THEM


def test_a_date_in_the_future_is_when_it_came():
    assert arrive(date="Thu, 26 Nov 2099 11:00:00 +0000").sent_at == NOW
    assert arrive(date="").sent_at == NOW


# --- machines --------------------------------------------------------------------------------


def test_an_automatic_reply_is_no_conversation_and_is_shown_in_its_thread():
    contact = sell.contact(email="ada@harbor.example")
    alone = fresh(arrive(Auto_Submitted="auto-replied"))
    assert (alone.status, alone.conversation) == ("auto", None)
    thread = sell.conversation(
        organization=contact.organization, mail_token=TOKEN, state=State.WAITING_FOR_THEM
    )
    away = fresh(arrive(Auto_Submitted="auto-replied", references=[f"<c.{TOKEN}.1@x>"]))
    assert (away.status, away.conversation) == ("auto", thread)
    assert away.conversation.state == State.WAITING_FOR_THEM
    assert Conversation.objects.count() == 1


def sent_to_ada():
    return arrive(
        from_sent=True, sender=OURS, to="ada@harbor.example", message_id="<s1@conference.example>"
    )


def test_a_bounce_marks_the_contact_and_stands_in_the_thread():
    contact = sell.contact(email="ada@harbor.example")
    sent = fresh(sent_to_ada())
    back = fresh(arrive(bounce(message(message_id="<s1@conference.example>"), contact.email)))
    contact.refresh_from_db()
    assert contact.bounces
    assert contact.bounce_why == "550 5.1.1 no such user here"
    assert (back.status, back.conversation) == ("bounce", sent.conversation)
    assert sent.conversation.state == State.WAITING_FOR_THEM


def test_a_bounce_of_a_mail_from_the_ledger_counts():
    contact = sell.contact(email="ada@harbor.example")
    make_email(contact.email, "<ledger1@conference.example>")
    arrive(bounce(message(message_id="<ledger1@conference.example>"), contact.email))
    contact.refresh_from_db()
    assert contact.bounces


def make_email(address, message_id):
    return OutgoingEmail.objects.create(
        dedupe_key=message_id,
        message_id=message_id,
        kind="x",
        to_address=address,
        subject="x",
        text="x",
        not_before=NOW,
    )


@pytest.mark.parametrize(
    "raw",
    [
        bounce(message(message_id="<never-sent@x>"), "ada@harbor.example"),
        bounce(message(message_id="<s1@conference.example>"), "bea@harbor.example"),
        bounce(message(message_id="<s1@conference.example>"), "ada@harbor.example", status="4.4.1"),
    ],
    ids=["not ours", "somebody else", "only late"],
)
def test_what_is_no_final_bounce_of_our_mail_marks_nobody(raw):
    contact, other = (sell.contact(email=f"{n}@harbor.example") for n in ("ada", "bea"))
    sent_to_ada()
    assert fresh(arrive(raw)).status == "bounce"
    for one in (contact, other):
        one.refresh_from_db()
        assert not one.bounces


def test_who_writes_again_has_an_address_that_works():
    contact = sell.contact(
        email="ada@harbor.example", bounced_address="ada@harbor.example", bounced_at=NOW
    )
    arrive()
    contact.refresh_from_db()
    assert not contact.bounces


def test_another_address_does_not_bounce():
    contact = sell.contact(
        email="ada@harbor.example", bounced_address="ada@harbor.example", bounced_at=NOW
    )
    assert contact.bounces
    assert list(type(contact).objects.bounced()) == [contact]
    contact.email = "ada@new.example"
    contact.save()
    assert not contact.bounces
    assert list(type(contact).objects.bounced()) == []


# --- ignored ---------------------------------------------------------------------------------


def test_mail_of_an_ignored_sender_is_not_to_be_sorted():
    sell.ignored_sender(address="Ada@Harbor.example")
    assert fresh(arrive()).status == "ignored"
    thread = sell.conversation(mail_token=TOKEN)
    assert fresh(arrive(references=[f"<c.{TOKEN}.1@x>"])).conversation == thread


# --- at once ---------------------------------------------------------------------------------


def test_readers_with_the_same_message_take_it_in_once():
    sell.contact(email="ada@harbor.example")
    raw = message(files=[("a.pdf", b"%PDF-", "application/pdf")])
    ends = at_once(*[lambda: arrive(raw)] * 6)
    assert sorted(type(end).__name__ for end in ends) == ["Mail"] + ["NoneType"] * 5
    assert Mail.objects.count() == 1
    assert Conversation.objects.count() == 1


def test_files_of_a_message_that_cannot_be_kept_are_not_left(settings, monkeypatch):
    def refuses(*args):
        raise DataError

    monkeypatch.setattr(place, "place", refuses)
    with pytest.raises(DataError):
        arrive(files=[("a.pdf", b"%PDF-", "application/pdf")])
    assert list((settings.MEDIA_ROOT / "mail").iterdir()) == []


def test_two_mails_of_one_new_thread_begin_one_conversation():
    """Without the organization's lock each would begin its own."""
    sell.contact(email="ada@harbor.example")
    ends = at_once(*(lambda n=n: arrive(subject="New", message_id=f"<{n}@x>") for n in range(6)))
    assert [type(end).__name__ for end in ends] == ["Mail"] * 6
    assert Conversation.objects.count() == 1


def test_once_a_contact_is_known_what_waits_finds_its_place():
    waits = [arrive(), arrive(subject="The invoice"), arrive(sender="x@y.example")]
    sell.contact(email="ada@harbor.example")
    assert retry(place.place_waiting)("ada@harbor.example") == 2
    assert [fresh(one).status for one in waits] == ["attached", "attached", "triage"]
