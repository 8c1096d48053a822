"""The committee's own words to speakers: written, read, sent once, and found again."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cfp import actions
from cfp.editions import erase
from cfp.models import SpeakerMail, SpeakerMailCopy, Talk
from scale import privacy
from scale.models import AuditEntry, OutgoingEmail, Role
from tests.factories import cfp, scale

Status = Talk.Status


def text_of(response):
    return response.content.decode()


def at(conference, name="write", *args, query=""):
    return reverse(f"cfp:{name}", args=[conference.slug, *args]) + query


@pytest.fixture
def program(as_role):
    return as_role(Role.PROGRAM)


@pytest.fixture
def zoe():
    return cfp.speaker(name="Zoe & Co", email="zoe@example.org")


def preview(client, conference, query="", **said):
    """The page with the mails, and what its form would send."""
    words = {"subject": "About {title}", "text": "Dear {name},\n\nplease bring {talks}."} | said
    once = client.get(at(conference, query=query)).context["form"]["once"].value()
    data = {"once": once, "step": "preview", **words}
    page = client.post(at(conference, query=query), data)
    return page, data | {"step": "send", "seen": page.context["seen"]}


def send(client, conference, query="", **said):
    _, data = preview(client, conference, query, **said)
    return client.post(at(conference, query=query), data, follow=True)


# --- from the table to the mailbox -------------------------------------------------------------


@pytest.mark.sqlite
def test_speaker_of_three_gets_one_mail_that_lists_them(program, conference, zoe, settings):
    talks = [cfp.talk(conference, title=t, speakers=[zoe]) for t in ("B & {name}", "A", "C")]
    other = cfp.talk(conference, title="Not meant", speakers=[zoe])
    query = "?" + "&".join(f"talk={talk.code}" for talk in talks)
    page, data = preview(program, conference, query, answers="on")
    assert "Send 1 mail" in text_of(page) and not OutgoingEmail.objects.exists()
    done = program.post(at(conference, query=query), data, follow=True)
    assert "On their way" in text_of(done)
    mail = OutgoingEmail.objects.get()
    assert (mail.kind, mail.to_address, mail.to_name, mail.status) == (
        *("speakers written to", "zoe@example.org", "Zoe & Co", "queued"),
    )
    assert mail.subject == "About A, B & {name} and C"
    assert mail.text == (
        "Dear Zoe & Co,\n\nplease bring   A\n  B & {name}\n  C.\n\n"
        f"{conference}\nYour talks: {settings.SITE_URL}/my/talks/\n"
    )
    assert mail.reply_to == program.user.email
    assert {copy.talk for copy in SpeakerMailCopy.objects.all()} == set(talks)
    for talk in talks:
        page = program.get(reverse("cfp:talk", args=[conference.slug, talk.code]))
        assert list(page.context["mails"]) == [mail]
    page = program.get(reverse("cfp:talk", args=[conference.slug, other.code]))
    assert list(page.context["mails"]) == []


@pytest.mark.sqlite
def test_all_of_a_filter_are_written_to(program, conference, sent):
    yes = [cfp.talk(conference, status=Status.CONFIRMED) for _ in range(2)]
    cfp.talk(conference)
    cfp.talk(conference, status=Status.DRAFT, submitted_at=None)
    table = text_of(program.get(reverse("cfp:talks", args=[conference.slug]) + "?status=confirmed"))
    assert "Write to the speakers of these 2 talks" in table
    send(program, conference, "?status=confirmed")
    assert sorted(address for _, address in sent()) == sorted(
        talk.speakers()[0].email for talk in yes
    )
    assert OutgoingEmail.objects.first().reply_to == ""


def test_ticked_talks_are_taken_along(program, conference):
    talks = [cfp.talk(conference) for _ in range(3)]
    ticked = {"write": "1", "talk": [talk.code for talk in talks[:2]]}
    page = program.post(reverse("cfp:bulk", args=[conference.slug]), ticked, follow=True)
    assert page.context["number"] == 2
    page = program.post(reverse("cfp:bulk", args=[conference.slug]), {"write": "1"}, follow=True)
    assert page.context["number"] == 0 and "No talk is meant" in text_of(page)


@pytest.mark.sqlite
def test_sent_twice_it_leaves_once(program, conference, sent):
    cfp.talk(conference)
    _, data = preview(program, conference)
    first = program.post(at(conference), data)
    again = program.post(at(conference), data)
    assert first.url == again.url and len(sent()) == 1 and SpeakerMail.objects.count() == 1
    send(program, conference)
    assert len(sent()) == 2  # another form is another mail


def test_other_mails_than_those_read_are_not_sent(program, conference, sent):
    talk = cfp.talk(conference, title="Old title")
    _, data = preview(program, conference)
    for change in (
        lambda: data.update(text="Other words"),
        lambda: Talk.objects.filter(pk=talk.pk).update(title="New title"),
        lambda: cfp.talk(conference, title="Came later"),
        lambda: data.update(seen=""),
    ):
        change()
        page = program.post(at(conference), data)
        assert "not those that you have read" in text_of(page), change
        data["seen"] = page.context["seen"]
    assert sent() == []
    program.post(at(conference), data)
    assert len(sent()) == 2


def test_speaker_without_address_is_named(program, conference):
    cfp.talk(conference, speakers=[cfp.speaker(name="Max"), cfp.speaker(email="a@example.org")])
    page, data = preview(program, conference)
    assert "no address known: gets no mail" in text_of(page) and "Send 1 mail" in text_of(page)
    done = text_of(program.post(at(conference), data, follow=True))
    assert "Max" in done and "no address known" in done


# --- what is said and what is not --------------------------------------------------------------


@pytest.mark.sqlite
def test_held_decision_is_not_told(program, conference):
    talk = cfp.talk(conference)
    actions.decide_talk(talk, "reject", by=scale.user(), why="Between us")
    page, data = preview(program, conference, text="{title} {name} {edition}")
    assert "<b>1</b> of these talks has a decision that nobody was told yet" in text_of(page)
    program.post(at(conference), data)
    text = OutgoingEmail.objects.get().text.lower()
    assert not re.search("reject|between us|not accepted|decision", text)


def test_own_held_decision_is_not_counted(program, conference):
    own = cfp.talk_of(program.user, conference)
    actions.decide_talk(own, "reject", by=scale.user())
    assert program.get(at(conference)).context["held"] == 0


def test_words_without_a_title_say_which_talk(program, conference):
    cfp.talk(conference, title="Zebras")
    send(program, conference, text="Bring water.", subject="Water")
    assert "Bring water.\n\nThis is about:\n\n  Zebras\n" in OutgoingEmail.objects.get().text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 151}, "subject"),
        ({"subject": "Hello {nmae}"}, "subject"),
        ({"text": ""}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "Dear {status},"}, "text"),
        ({"text": "Dear {name},"}, "text"),
    ],
    ids=str,
)
def test_bad_words_are_refused_beside_the_field(program, conference, said, field, sent):
    cfp.talk(conference)
    page, data = preview(program, conference, **{"text": "Kept words", "subject": "Kept"} | said)
    assert set(page.context["form"].errors) == {field} and "Kept" in text_of(page)
    program.post(at(conference), data)
    assert sent() == []


@pytest.mark.sqlite
def test_strange_words_arrive_as_they_are(program, conference):
    cfp.talk(conference, title="<b>{text}</b> 🐧 مرحبا")
    page, data = preview(
        program, conference, subject="Hi\r\nBcc: x@example.org {title}", text="<script>{title}"
    )
    assert "<script>{" not in text_of(page) and "&lt;script&gt;&lt;b&gt;{text}" in text_of(page)
    program.post(at(conference), data)
    mail = OutgoingEmail.objects.get()
    assert mail.subject == "Hi Bcc: x@example.org <b>{text}</b> 🐧 مرحبا"
    assert mail.text.startswith("<script><b>{text}</b> 🐧 مرحبا")


# --- who may -----------------------------------------------------------------------------------


def test_track_chair_writes_to_their_track_alone(as_track, conference, zoe, sent):
    track = cfp.track(conference)
    mine = cfp.talk(conference, track=track, title="Mine", speakers=[zoe])
    foreign = cfp.talk(conference, title="Foreign", speakers=[zoe])
    client = as_track(track)
    send(client, conference, f"?talk={mine.code}&talk={foreign.code}")
    send(client, conference)
    assert sent() == [("speakers written to", "zoe@example.org")] * 2
    assert all("Foreign" not in mail.text for mail in OutgoingEmail.objects.all())
    page = client.get(at(conference, query=f"?talk={foreign.code}"))
    assert "No talk is meant" in text_of(page)


def test_mail_about_other_tracks_is_not_there(as_track, program, conference):
    track = cfp.track(conference)
    mine, foreign = cfp.talk(conference, track=track), cfp.talk(conference, title="Foreign")
    send(program, conference, f"?talk={foreign.code}", subject="Theirs")
    send(program, conference, subject="Both")
    both, theirs = SpeakerMail.objects.all()
    client = as_track(track)
    page = text_of(client.get(at(conference, "sent")))
    assert "Both" in page and "Theirs" not in page
    page = text_of(client.get(at(conference, "written", both.code)))
    assert mine.title in page and "Foreign" not in page
    assert client.get(at(conference, "written", theirs.code)).status_code == 404
    elsewhere = scale.conference()
    scale.staff_role(program.user, elsewhere, Role.PROGRAM)
    assert program.get(at(elsewhere, "written", both.code)).status_code == 404


def test_another_persons_form_is_another_mail(as_role, program, conference, sent):
    cfp.talk(conference)
    _, data = preview(program, conference)
    program.post(at(conference), data)
    other = as_role(Role.PROGRAM)
    other.post(at(conference), data)
    assert len(sent()) == 2


def test_closed_edition_sends_nothing(program, conference, sent):
    cfp.talk(conference)
    conference.closed_at = timezone.now()
    conference.save()
    assert "can only be read" in text_of(send(program, conference))
    assert sent() == []


def test_too_many_talks_are_refused(program, conference, monkeypatch, sent):
    monkeypatch.setattr("cfp.views.speaker_mail.MOST", 1)
    for _ in range(2):
        cfp.talk(conference)
    assert "more than 1 talks" in text_of(program.get(at(conference)))
    program.post(at(conference), {"step": "send", "subject": "x", "text": "y"})
    assert sent() == []


# --- what it costs -----------------------------------------------------------------------------


def test_pages_cost_the_same_for_one_and_many(program, conference, django_assert_num_queries):
    def counts(statements):
        once = program.get(at(conference)).context["form"]["once"].value()
        said = {"once": once, "step": "preview", "subject": "S", "text": "T"}
        with django_assert_num_queries(statements):
            data = said | {
                "step": "send",
                "seen": program.post(at(conference), said).context["seen"],
            }
        done = program.post(at(conference), data)
        with django_assert_num_queries(9):
            program.get(done.url)

    cfp.talk(conference)
    counts(16)
    for _ in range(3):
        cfp.talk(conference, speakers=[cfp.speaker(user=scale.user()), cfp.speaker()])
    counts(16)


# --- what is kept ------------------------------------------------------------------------------


def test_person_is_shown_what_was_written_to_them(conference, zoe):
    cfp.speaker_mail(cfp.talk(conference, title="Zebras", speakers=[zoe]), subject="Slides")
    lines = privacy.show("zoe@example.org")["Talks and reviews"]
    assert "Mail of the committee “Slides” about “Zebras”" in lines


def test_words_go_with_the_editions_personal_data_and_leave_no_copy(program, conference):
    cfp.talk(conference)
    send(program, conference, text="About your illness, {title}")
    mail = SpeakerMail.objects.get()
    trail = " ".join(str(entry.changes) for entry in AuditEntry.objects.get_for_object(mail))
    assert "About" in trail and "illness" not in trail
    erase(conference)
    mail.refresh_from_db()
    assert (mail.text, mail.copies.count()) == ("", 1)
    assert "was erased" in text_of(program.get(at(conference, "written", mail.code)))
