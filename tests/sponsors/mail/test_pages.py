"""Sorting mail, reading one, its files, and who may."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scale import privacy
from scale.models import OutgoingEmail
from sponsors import timeline
from sponsors.mail import parse, place
from sponsors.models import (
    Contact,
    Conversation,
    IgnoredSender,
    Mail,
    MailAttachment,
    Mailbox,
    MailFolder,
    MailReference,
    Organization,
)
from tests.factories import scale as make
from tests.factories import sponsors as sell

from .messages import message

pytestmark = pytest.mark.django_db


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


@pytest.fixture
def client(as_role):
    return as_role("community")


@pytest.fixture
def account(settings):
    made = type("Account", (), {"address": "sponsors@conference.example", "name": "shared"})()
    settings.MAILBOXES = (made,)
    return made


def page_of(answer):
    return answer.content.decode()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# --- the list --------------------------------------------------------------------------------


def test_what_waits_is_listed_and_nothing_else(conference, client, account):
    sell.mail(subject="Waits")
    sell.mail(subject="Known", conversation=sell.conversation())
    sell.mail(subject="Ads", status="ignored")
    sell.mail(subject="Away", status="auto")
    sell.mail(subject="Back", status="bounce")
    lost = sell.mail(subject="Lost", conversation=sell.conversation())
    lost.conversation.organization.delete()

    def listed(**asked):
        page = client.get(at("mails", conference), asked).context["page"]
        return sorted(one.subject for one in page)

    assert listed() == ["Lost", "Waits"]
    assert listed(box="attached") == ["Known"]
    assert listed(box="ignored") == ["Ads"]
    assert listed(box="auto") == ["Away"]
    assert listed(box="bounce") == ["Back"]
    assert listed(box="all") == ["Ads", "Away", "Back", "Known", "Lost", "Waits"]
    assert listed(box="all", q="kno") == ["Known"]
    assert listed(box="strange") == ["Lost", "Waits"]


def test_the_list_has_an_order_and_pages(conference, client, account):
    now = timezone.now()
    for n in range(60):
        sell.mail(
            subject=f"{n:02}",
            sent_at=now - dt.timedelta(hours=n),
            party_address=f"{99 - n}@x.example",
        )

    def first(**asked):
        return client.get(at("mails", conference), asked).context["page"][0].subject

    assert (first(), first(sort="oldest"), first(sort="sender")) == ("00", "59", "59")
    assert first(page=2) == "50"


def test_an_empty_list_says_what_comes_here(conference, client, account):
    assert "Everything is sorted" in page_of(client.get(at("mails", conference)))
    assert "No mail fits" in page_of(client.get(at("mails", conference), {"q": "x"}))


def test_without_a_mailbox_the_page_says_who_sets_it_up(conference, client):
    assert "MAILBOX_URLS" in page_of(client.get(at("mails", conference)))


def test_the_list_asks_the_same_of_one_mail_and_of_three(conference, client, account):
    organization = sell.organization(website="https://www.harbor.example/")
    counts = []
    for n in (1, 2):
        for i in range(n):
            sell.mail(party_address=f"{n}{i}@harbor.example")
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(at("mails", conference))
        counts.append(len(asked))
    assert len(answer.context["page"]) == 3
    assert counts[0] == counts[1]
    assert [one.suggested for one in answer.context["page"]] == [[organization]] * 3


@pytest.mark.parametrize(
    ("address", "suggests"),
    [
        ("new@harbor.example", True),
        ("new@loom.example", True),
        ("new@sub.harbor.example", False),
        ("new@notharbor.example", False),
        ("new@gmail.com", False),
        ("", False),
    ],
)
def test_a_domain_suggests_and_attaches_nothing(conference, client, account, address, suggests):
    organization = sell.organization(website="https://www.loom.example/about")
    sell.contact(organization=organization, email="ada@harbor.example")
    sell.contact(email="bea@gmail.com")
    mail = sell.mail(party_address=address)
    found = client.get(at("mail", conference, mail.pk)).context["suggested"]
    assert found == ([organization] if suggests else [])
    assert fresh(mail).conversation is None


# --- one mail --------------------------------------------------------------------------------

EVIL = """<html><head><title>t</title><style>body{background:url(//evil.example/x)}</style></head>
<body onload="bad()"><script>bad()</script><img src="https://evil.example/pixel.png">
<p style="position:fixed">Hello <b>you</b></p><a href="javascript:bad()">one</a>
<a href="https://ok.example/" onclick="bad()" target="_self">two</a><form action="//evil.example">
<input name=x><button>Go</button></form><iframe src="//evil.example"></iframe>
<svg><script>bad()</script></svg><meta http-equiv=refresh content="0;url=//evil.example">
<base href="//evil.example/"><link rel=stylesheet href="//evil.example/x.css"></body></html>"""


def test_foreign_html_is_shown_cleaned_in_a_sandbox(conference, client, account):
    mail = sell.mail(html=EVIL, text="Hello you")
    answer = client.get(at("mail", conference, mail.pk))
    document = answer.context["document"]
    for word in ("evil", "bad()", "javascript", "<img", "<form", "<input", "style=", "onload"):
        assert word not in document
    assert "<p>Hello <b>you</b></p>" in document
    link = '<a href="https://ok.example/" target="_blank" rel="noopener noreferrer nofollow">two'
    assert link in document
    page = page_of(answer)
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page
    assert "&lt;p&gt;Hello &lt;b&gt;you" in page  # inside the attribute, as text
    assert "1 picture in it is not shown" in page


@pytest.mark.parametrize("html", ["", "<div>" * 5000, "<p>x</p>" * 60_000])
def test_html_that_cannot_be_framed_is_shown_as_text(conference, client, account, html):
    mail = sell.mail(html=html, text="Only <b>words</b>")
    page = page_of(client.get(at("mail", conference, mail.pk)))
    assert "<iframe" not in page
    assert "Only &lt;b&gt;words&lt;/b&gt;" in page


def test_a_file_is_a_download_for_the_committee_alone(conference, as_role, account):
    mail = sell.mail()
    file = sell.mail_file(mail, name="bad.svg")
    path = at("mail-file", conference, mail.pk, file.pk)
    answer = as_role("sponsorship").get(path)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert answer["Content-Disposition"] == 'attachment; filename="bad.svg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    for role in ("press", "finance", "program"):
        assert as_role(role).get(path).status_code == 403
    other = at("mail-file", conference, sell.mail().pk, file.pk)
    assert as_role("sponsorship").get(other).status_code == 404
    refused = sell.mail_file(mail, file="", refused="too large")
    gone = at("mail-file", conference, mail.pk, refused.pk)
    assert as_role("sponsorship").get(gone).status_code == 404


# --- sorting ---------------------------------------------------------------------------------


def test_a_mail_is_attached_to_a_conversation(conference, client, account):
    thread = sell.conversation(conference=conference, state="them")
    contact = sell.contact(organization=thread.organization, email="ada@harbor.example")
    mail = sell.mail(party_address=contact.email)
    answer = client.post(at("mail-attach", conference, mail.pk), {"conversation": thread.pk})
    assert answer["Location"] == at("mails", conference)
    mail = fresh(mail)
    assert (mail.status, mail.conversation, mail.contact) == ("attached", thread, contact)
    assert fresh(thread).state == "us"


def test_a_mail_begins_a_conversation_with_an_organization(conference, client, account):
    organization = sell.organization()
    mail = sell.mail(subject="Re: A booth")
    client.post(at("mail-attach", conference, mail.pk), {"organization": organization.pk})
    thread = fresh(mail).conversation
    assert (thread.organization, thread.subject) == (organization, "A booth")
    assert (thread.owner, thread.conference, thread.state) == (client.user, conference, "us")


def test_a_mail_moves_to_another_conversation(conference, client, account):
    mail = sell.mail(conversation=sell.conversation())
    other = sell.conversation()
    client.post(at("mail-attach", conference, mail.pk), {"conversation": other.pk})
    assert fresh(mail).conversation == other


def test_what_may_not_be_written_in_takes_no_mail(conference, client, account):
    closed = sell.conversation(conference=make.conference(closed_at=timezone.now()))
    elsewhere = sell.conversation(conference=make.conference())
    mail = sell.mail()
    for thread in (closed, elsewhere):
        client.post(at("mail-attach", conference, mail.pk), {"conversation": thread.pk})
    client.post(at("mail-attach", conference, mail.pk), {"conversation": 999_999})
    client.post(at("mail-attach", conference, mail.pk), {"organization": 999_999})
    assert fresh(mail).status == "triage"
    assert client.post(at("mail-attach", conference, mail.pk), {}).status_code == 400


def test_organizations_are_found_to_attach_to(conference, client, account):
    known = sell.organization(name="Harbor DB")
    thread = sell.conversation(organization=known, subject="Booths", conference=conference)
    sell.organization(name="Loomstack")
    mail = sell.mail()
    path = at("mail-attach", conference, mail.pk)
    answer = client.get(path, {"q": "harbor"})
    assert [(one.name, one.threads) for one in answer.context["found"]] == [("Harbor DB", [thread])]
    assert "Nothing fits" in page_of(client.get(path, {"q": "zzz"}))
    assert client.get(path, {"q": "x" * 300}).status_code == 200


def test_the_sender_becomes_a_contact_and_what_waits_finds_its_place(conference, client, account):
    known = sell.organization(name="Harbor DB")
    waits = [sell.mail(party_address="ada@harbor.example", subject=f"S{n}") for n in range(2)]
    path = at("mail-contact", conference, waits[0].pk)
    assert client.get(path).context["form"].initial["email"] == "ada@harbor.example"
    given = {
        "organization": "harbor db",
        "name": "Ada Quill",
        "email": "ada@harbor.example",
        "roles": ["billing"],
    }
    assert client.post(path, given)["Location"] == at("mails", conference)
    contact = Contact.objects.get()
    assert (contact.name, contact.roles, contact.organization) == ("Ada Quill", ["billing"], known)
    for mail in waits:
        assert (fresh(mail).contact, fresh(mail).conversation.organization) == (contact, known)


def test_the_sender_becomes_a_contact_of_a_new_organization(conference, client, account):
    mail = sell.mail()
    given = {"organization": "Newcomer", "name": "Ada", "email": mail.party_address}
    client.post(at("mail-contact", conference, mail.pk), given | {"role": "primary"})
    assert fresh(mail).conversation.organization == Organization.objects.get(name="Newcomer")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"organization": ""}, "organization"),
        ({"name": ""}, "name"),
        ({"email": "ada"}, "email"),
        ({"roles": ["king"]}, "roles"),
        ({"organization": "x" * 121}, "organization"),
        ({"organization": "Twice"}, "organization"),
    ],
)
def test_a_contact_that_cannot_be_is_said_beside_the_field(
    conference, client, account, wrong, field
):
    sell.organization(name="Twice")
    sell.organization(name="Twice")
    mail = sell.mail()
    given = {"organization": "New", "name": "Ada", "email": "a@x.example", "roles": ["primary"]}
    answer = client.post(at("mail-contact", conference, mail.pk), given | wrong)
    assert list(answer.context["form"].errors) == [field]
    assert Contact.objects.count() == 0


def test_a_sender_is_ignored_and_heard_again(conference, client, account):
    waits = [sell.mail(party_address="ads@shop.example") for _ in range(2)]
    other = sell.mail()
    answer = client.post(at("mail-ignore", conference, waits[0].pk))
    row = IgnoredSender.objects.get()
    assert (row.address, row.by) == ("ads@shop.example", client.user)
    assert [fresh(one).status for one in (*waits, other)] == ["ignored", "ignored", "triage"]
    assert answer["Location"] == f"{at('mails', conference)}?ignored={row.pk}"
    assert "is ignored from now on" in page_of(client.get(answer["Location"]))
    client.post(at("mail-ignore", conference, waits[1].pk))
    assert IgnoredSender.objects.count() == 1
    client.post(at("mail-ignored-undo", conference, row.pk))
    assert [fresh(one).status for one in waits] == ["triage", "triage"]
    assert IgnoredSender.objects.count() == 0
    assert client.post(at("mail-ignored-undo", conference, row.pk)).status_code == 302


def test_contacts_we_ourselves_and_nobody_cannot_be_ignored(conference, client, account):
    contact = sell.contact()
    for mail in (
        sell.mail(party_address=contact.email),
        sell.mail(way="out"),
        sell.mail(party_address=""),
    ):
        client.post(at("mail-ignore", conference, mail.pk))
    assert IgnoredSender.objects.count() == 0


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 40, "", "0"])
def test_an_odd_undo_is_none(conference, client, account, odd):
    assert client.get(at("mails", conference), {"ignored": odd}).context["just_ignored"] is None


def test_ignored_senders_are_listed_and_searched(conference, client, account):
    assert "Nobody is ignored" in page_of(client.get(at("mail-ignored", conference)))
    sell.ignored_sender(address="ads@shop.example")
    sell.ignored_sender(address="news@paper.example")
    page = page_of(client.get(at("mail-ignored", conference), {"q": "shop"}))
    assert ("ads@shop.example" in page, "news@paper.example" in page) == (True, False)
    assert "No such sender" in page_of(client.get(at("mail-ignored", conference), {"q": "zzz"}))


def test_in_a_closed_edition_nothing_is_sorted(conference, as_role, account):
    closed = make.conference(closed_at=timezone.now())
    client = as_role("sponsorship", edition=closed)
    mail, row = sell.mail(), sell.ignored_sender()
    organization = sell.organization()
    client.post(at("mail-attach", closed, mail.pk), {"organization": organization.pk})
    client.post(at("mail-ignore", closed, mail.pk))
    client.post(at("mail-ignored-undo", closed, row.pk))
    assert (fresh(mail).status, IgnoredSender.objects.count()) == ("triage", 1)
    assert "data-key" not in page_of(client.get(at("mails", closed)))


# --- in conversations ------------------------------------------------------------------------


def test_mails_stand_beside_notes_by_their_time(conference, client, account):
    thread = sell.conversation(conference=conference)
    now = timezone.now()
    note = sell.note(conversation=thread)
    before = sell.mail(conversation=thread, sent_at=now - dt.timedelta(hours=1))
    after = sell.mail(conversation=thread, sent_at=now + dt.timedelta(hours=1), way="out")
    away = sell.mail(conversation=thread, sent_at=now - dt.timedelta(hours=2), status="auto")
    assert timeline.page_of(thread, None).object_list == [after, note, before, away]
    page = page_of(client.get(at("organization", conference, thread.organization_id)))
    assert page.index(after.text) < page.index(note.text) < page.index(before.text)


def test_the_newest_mail_brings_a_conversation_up(db):
    quiet, noted, mailed = (sell.conversation() for _ in range(3))
    sell.note(conversation=noted)
    sell.mail(conversation=mailed, sent_at=timezone.now() + dt.timedelta(minutes=1))
    sell.mail(conversation=quiet, sent_at=timezone.now() + dt.timedelta(minutes=2), status="auto")
    assert list(Conversation.objects.latest_first()) == [mailed, noted, quiet]


def test_what_is_quoted_is_folded_away(db):
    mail = Mail(text="Yes, please.\n\nOn 1 May 2026 Ada wrote:\n> Do you want it?\n")
    assert mail.said == "Yes, please."
    assert Mail(text="> only a quote").said == "> only a quote"


# --- writing ---------------------------------------------------------------------------------


def test_a_mail_is_written_in_a_conversation(conference, client, account):
    thread = sell.conversation(conference=conference, subject="Booths")
    contact = sell.contact(organization=thread.organization)
    path = at("conversation-mail", conference, thread.pk)
    assert client.get(path).context["form"].initial["subject"] == "Booths"
    given = {"contact": contact.pk, "subject": "Booths", "text": "Hello Ada"}
    files = [SimpleUploadedFile("plan.pdf", b"%PDF-1", "application/pdf")]
    answer = client.post(path, given | {"files": files})
    assert answer["Location"].endswith(f"#conversation-{thread.pk}")
    mail, row = Mail.objects.get(), OutgoingEmail.objects.get()
    thread = fresh(thread)
    assert (mail.conversation, mail.contact, mail.outgoing) == (thread, contact, row)
    assert row.message_id == f"<{mail.message_id}>"
    assert mail.message_id.startswith(f"c.{thread.mail_token}.")
    assert (row.conference, row.to_address, row.text) == (None, contact.email, "Hello Ada\n")
    assert [(one.name, one.file.read()) for one in mail.attachments.all()] == [
        ("plan.pdf", b"%PDF-1")
    ]
    assert (thread.state, mail.written_by) == ("them", client.user)
    again = client.post(path, given)
    assert again.status_code == 302
    assert OutgoingEmail.objects.count() == 1


def test_a_first_mail_begins_a_conversation(conference, client, account):
    contact = sell.contact()
    path = at("organization-mail", conference, contact.organization_id)
    assert client.get(path, {"contact": contact.pk}).status_code == 200
    client.post(path, {"contact": contact.pk, "subject": "A booth?", "text": "Hello"})
    thread = Conversation.objects.get()
    assert (thread.subject, thread.owner, thread.state) == ("A booth?", client.user, "them")
    assert (thread.conference, thread.organization) == (conference, contact.organization)


def test_an_answer_quotes_what_it_answers(conference, client, account):
    contact = sell.contact(name="Ada")
    thread = sell.conversation(organization=contact.organization, conference=conference)
    mail = sell.mail(
        conversation=thread,
        contact=contact,
        subject="Booth",
        text="Is it free?",
        party_name="Ada",
        refers_to="first@x second@x",
    )
    path = at("mail-reply", conference, mail.pk)
    initial = client.get(path).context["form"].initial
    assert (initial["subject"], initial["contact"]) == ("Re: Booth", contact.pk)
    assert initial["text"].endswith("Ada wrote:\n> Is it free?\n")
    client.post(path, {"contact": contact.pk, "subject": "Re: Booth", "text": "It is."})
    answer = Mail.objects.get(way="out")
    assert (answer.answers, answer.conversation) == (mail, thread)
    assert answer.refers_to == f"first@x second@x {mail.message_id}"


def test_what_waits_is_sorted_before_it_is_answered(conference, client, account):
    mail = sell.mail()
    answer = client.get(at("mail-reply", conference, mail.pk))
    assert answer["Location"] == at("mail", conference, mail.pk)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"contact": ""}, "contact"),
        ({"contact": 999_999}, "contact"),
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"text": " "}, "text"),
        ({"files": [SimpleUploadedFile("a.exe", b"MZ")]}, "files"),
        ({"files": [SimpleUploadedFile("a.pdf", b"no pdf")]}, "files"),
        ({"files": [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]}, "files"),
    ],
)
def test_a_mail_that_cannot_be_is_said_and_kept(conference, client, account, wrong, field):
    contact = sell.contact()
    given = {"contact": contact.pk, "subject": "Subject", "text": "Words that stay"}
    answer = client.post(
        at("organization-mail", conference, contact.organization_id), given | wrong
    )
    assert list(answer.context["form"].errors) == [field]
    assert OutgoingEmail.objects.count() == 0
    assert field == "text" or "Words that stay" in page_of(answer)


def test_nobody_writes_to_contacts_of_another_organization(conference, client, account):
    stranger = sell.contact()
    path = at("organization-mail", conference, sell.contact().organization_id)
    client.post(path, {"contact": stranger.pk, "subject": "S", "text": "T"})
    assert OutgoingEmail.objects.count() == 0


def test_without_a_mailbox_nothing_is_written(conference, client):
    contact = sell.contact()
    path = at("organization-mail", conference, contact.organization_id)
    assert "No shared mailbox is set up" in page_of(client.get(path))
    client.post(path, {"contact": contact.pk, "subject": "S", "text": "T"})
    assert (OutgoingEmail.objects.count(), Conversation.objects.count()) == (0, 0)


# --- one person's data -----------------------------------------------------------------------


def test_a_persons_mail_is_shown_and_erased_and_not_taken_in_again(
    conference, account, settings, django_capture_on_commit_callbacks
):
    raw = message(files=[("a.pdf", b"%PDF-", "application/pdf")])
    letter = parse.letter(raw)
    files = []
    mail = place.kept.__wrapped__.__wrapped__(letter, False, timezone.now(), files)
    cc = sell.mail(recipients="Ada <ada@harbor.example>", party_address="bea@x.example")
    other = sell.mail()
    sell.ignored_sender(address="ada@harbor.example")
    shown = privacy.show("ada@harbor.example")["Mail with sponsors"]
    assert len(shown) == 3
    assert shown[0].startswith("Mail “")
    privacy_erase = privacy.erase.__wrapped__.__wrapped__
    with django_capture_on_commit_callbacks(execute=True):
        assert privacy_erase("ada@harbor.example") == 3
    mail = fresh(mail)
    assert (mail.party_address, mail.text, mail.html, mail.subject) == ("", "", "", "(erased)")
    assert fresh(cc).recipients == "(erased)"
    assert fresh(other).text == other.text
    assert MailAttachment.objects.count() == 0
    assert list((settings.MEDIA_ROOT / "mail").iterdir()) == []
    assert mail.key == letter.key
    assert privacy.show("ada@harbor.example") == {}


# --- the database refuses --------------------------------------------------------------------


def refused(make_row):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_row()


def test_the_database_refuses_what_cannot_be(db):
    mail = sell.mail()
    refused(lambda: sell.mail(key=mail.key))
    refused(lambda: Mail.objects.filter(pk=mail.pk).update(way="by"))
    refused(lambda: Mail.objects.filter(pk=mail.pk).update(status="lost"))
    refused(lambda: sell.mail_file(mail, refused="too large"))
    refused(lambda: sell.mail_file(mail, file=""))
    MailReference.objects.create(mail=mail, digest="a" * 64)
    refused(lambda: MailReference.objects.create(mail=mail, digest="a" * 64))
    sell.ignored_sender(address="a@x.example")
    refused(lambda: sell.ignored_sender(address=" A@X.example"))
    box = Mailbox.objects.create(name="one")
    refused(lambda: Mailbox.objects.create(name="one"))
    MailFolder.objects.create(mailbox=box, name="INBOX", name_digest="a" * 64)
    refused(lambda: MailFolder.objects.create(mailbox=box, name="X", name_digest="a" * 64))
    sell.conversation(mail_token="a" * 32)
    refused(lambda: sell.conversation(mail_token="a" * 32))
