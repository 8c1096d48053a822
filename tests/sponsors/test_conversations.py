import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from scale.models import Role
from sponsors.forms import ConversationForm
from sponsors.models import Conversation, FollowUp, Note
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = pytest.mark.django_db
FUTURE = dt.date(2100, 3, 1)


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def errors(answer, form="form"):
    return {name: list(found) for name, found in answer.context[form].errors.items()}


@pytest.fixture
def client(as_role):
    return as_role("community")


def test_a_note_is_written_with_its_words_alone(conference, client):
    row = sell.organization()
    answer = client.post(at("note-new", conference, row.pk), {"text": "Called, nobody there"})
    note = Note.objects.get()
    assert (note.text, note.kind, note.author) == ("Called, nobody there", "note", client.user)
    assert answer["Location"] == (
        at("organization", conference, row.pk) + f"#conversation-{note.conversation_id}"
    )


def test_a_note_with_everything(conference, client):
    thread = sell.conversation(state="open")
    contact = sell.contact(organization=thread.organization)
    client.post(
        at("note-new", conference, thread.organization_id),
        {
            "text": "Met at the fair",
            "kind": "meeting",
            "contact": contact.pk,
            "conversation": thread.pk,
            "state": "us",
            "follow_up_on": FUTURE,
            "follow_up": "Send the prospectus",
        },
    )
    note, step = Note.objects.get(), FollowUp.objects.get()
    thread.refresh_from_db()
    assert (note.kind, note.contact, note.conversation) == ("meeting", contact, thread)
    assert (thread.state, step.what, step.owner) == ("us", "Send the prospectus", client.user)


def test_notes_stand_newest_first_and_open_conversations_before_done(conference, client):
    row = sell.organization()
    quiet = sell.conversation(organization=row, subject="Quiet")
    busy = sell.conversation(organization=row, subject="Busy")
    done = sell.conversation(organization=row, subject="Done", state="done")
    now = timezone.now()
    for thread, days, words in ((quiet, 9, "Q1"), (busy, 5, "B1"), (busy, 1, "B2"), (done, 0, "D")):
        note = sell.note(conversation=thread, text=words)
        Note.objects.filter(pk=note.pk).update(written_at=now - dt.timedelta(days=days))
    Conversation.objects.update(created_at=now - dt.timedelta(days=10))
    answer = client.get(at("organization", conference, row.pk))
    shown = [(t.subject, [n.text for n in t.notes.all()]) for t in answer.context["page"]]
    assert shown == [("Busy", ["B2", "B1"]), ("Quiet", ["Q1"]), ("Done", ["D"])]
    assert answer.context["note_form"].initial == {"conversation": busy.pk}


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 1_000_000}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"kind": "fax"}, "kind"),
        ({"contact": "999999"}, "contact"),
        ({"contact": "x"}, "contact"),
        ({"conversation": "999999"}, "conversation"),
        ({"conversation": "-1"}, "conversation"),
        ({"subject": "x" * 201}, "subject"),
        ({"state": "odd"}, "state"),
        ({"follow_up_on": "31.31.2031"}, "follow_up_on"),
        ({"follow_up_on": "2001-01-01"}, "follow_up_on"),
        ({"follow_up": "Call again"}, "follow_up_on"),
        ({"follow_up_on": "2100-01-01", "follow_up": "x" * 201}, "follow_up"),
    ],
)
def test_a_bad_note_is_refused_beside_the_field_and_kept(conference, client, bad, field):
    row = sell.organization()
    answer = client.post(
        at("note-new", conference, row.pk), {"text": "Keep this", "subject": "And this"} | bad
    )
    page = answer.content.decode()
    assert (answer.status_code, list(errors(answer, "note_form"))) == (200, [field])
    assert "text" in bad or "Keep this</textarea>" in page
    assert "subject" in bad or 'value="And this"' in page
    assert not Note.objects.exists()
    assert not Conversation.objects.exists()


def test_a_new_subject_asks_for_a_new_conversation(conference, client):
    thread = sell.conversation(subject="Old")
    sent = {"text": "Hm", "subject": "New", "conversation": thread.pk}
    answer = client.post(at("note-new", conference, thread.organization_id), sent)
    assert errors(answer, "note_form") == {
        "subject": ["Only a new conversation takes a new subject."]
    }
    client.post(at("note-new", conference, thread.organization_id), sent | {"conversation": ""})
    assert Note.objects.get().conversation.subject == "New"


def test_people_and_conversations_of_others_cannot_be_named(conference, client):
    row, other = sell.organization(), sell.conversation()
    stranger = sell.contact(organization=other.organization)
    for named in ({"contact": stranger.pk}, {"conversation": other.pk}):
        answer = client.post(at("note-new", conference, row.pk), {"text": "Hm"} | named)
        assert list(errors(answer, "note_form")) == list(named)
    assert not Note.objects.exists()


def test_what_was_typed_is_shown_as_text(conference, client):
    row = sell.organization()
    client.post(at("note-new", conference, row.pk), {"text": "<script>x</script>\n🎉 שלום"})
    page = client.get(at("organization", conference, row.pk)).content.decode()
    assert "&lt;script&gt;x&lt;/script&gt;<br>🎉 שלום" in page


def test_ones_own_note_can_be_corrected(conference, client, as_role):
    note = sell.note(author=client.user, text="Befor")
    page = at("note-edit", conference, note.pk)
    assert client.get(page).status_code == 200
    client.post(page, {"text": "Before", "kind": "call"})
    note.refresh_from_db()
    assert (note.text, note.kind) == ("Before", "call")
    assert as_role("chair").post(page, {"text": "Other", "kind": "call"}).status_code == 403
    assert list(errors(client.post(page, {"text": "", "kind": "call"}))) == ["text"]


def test_a_conversation_is_renamed_and_handed_on(conference, client, as_role):
    thread, other = sell.conversation(), as_role("sponsorship").user
    page = at("conversation-edit", conference, thread.pk)
    client.post(page, {"subject": "New", "state": "them", "owner": other.pk})
    thread.refresh_from_db()
    assert (thread.subject, thread.state, thread.owner) == ("New", "them", other)
    answer = client.post(page, {"subject": "", "state": "odd", "owner": "0"})
    assert list(errors(answer)) == ["subject", "state", "owner"]


def test_a_conversation_is_done_with_one_click(conference, client):
    thread = sell.conversation()
    page = at("conversation-state", conference, thread.pk)
    client.post(page, {"state": "done"})
    thread.refresh_from_db()
    assert thread.state == "done"
    assert client.post(page, {"state": "odd"}).status_code == 400
    assert client.post(page).status_code == 400


def test_a_follow_up_is_made_changed_and_done(conference, client, as_role):
    thread, other = sell.conversation(), as_role("sponsorship").user
    client.post(
        at("follow-up-new", conference, thread.pk),
        {"what": "Call", "due_on": FUTURE, "owner": client.user.pk},
    )
    step = FollowUp.objects.get()
    assert (step.what, step.due_on, step.owner) == ("Call", FUTURE, client.user)
    client.post(
        at("follow-up-edit", conference, step.pk),
        {"what": "Write", "due_on": FUTURE, "owner": other.pk},
    )
    client.post(at("follow-up-done", conference, step.pk))
    step.refresh_from_db()
    assert (step.what, step.owner, step.done_at is None) == ("Write", other, False)
    client.post(at("follow-up-done", conference, step.pk), {"undone": "1"})
    step.refresh_from_db()
    assert step.done_at is None


def test_an_overdue_follow_up_can_be_reworded_but_not_set_into_the_past(conference, client):
    step = sell.follow_up(owner=client.user, due_on=dt.date(2020, 1, 1))
    page = at("follow-up-edit", conference, step.pk)
    sent = {"what": "Call Ada", "due_on": "2020-01-01", "owner": client.user.pk}
    assert client.post(page, sent).status_code == 302
    answer = client.post(page, sent | {"due_on": "2020-01-02"})
    assert errors(answer) == {"due_on": ["This day has passed."]}
    step.refresh_from_db()
    assert (step.what, step.due_on) == ("Call Ada", dt.date(2020, 1, 1))


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"what": ""}, "what"),
        ({"what": "x" * 201}, "what"),
        ({"due_on": "soon"}, "due_on"),
        ({"due_on": "2001-01-01"}, "due_on"),
        ({"owner": ""}, "owner"),
        ({"owner": "999999"}, "owner"),
    ],
)
def test_a_bad_follow_up_is_refused_beside_the_field(conference, client, bad, field):
    sent = {"what": "Call", "due_on": FUTURE, "owner": client.user.pk} | bad
    answer = client.post(at("follow-up-new", conference, sell.conversation().pk), sent)
    assert list(errors(answer)) == [field]
    assert not FollowUp.objects.exists()


def test_forms_from_elsewhere_are_refused(conference, client):
    row = sell.organization()
    client.handler.enforce_csrf_checks = True
    answer = client.post(at("note-new", conference, row.pk), {"text": "Hm"})
    assert answer.status_code == 403
    assert not Note.objects.exists()


def of_the_last_edition(client, **fields):
    """A thread of another edition, with a note and a follow-up of the client's user."""
    thread = sell.conversation(conference=make.conference(name="SCALE 9x", **fields), state="open")
    note = sell.note(conversation=thread, author=client.user, text="Before")
    return thread, note, sell.follow_up(conversation=thread, owner=client.user, what="Call")


def changes(conference, client, thread, note, step):
    """The answers to everything that can be sent about a conversation, with its forms."""
    sent = {"text": "New words", "kind": "call", "conversation": thread.pk}
    follow_up = {"what": "New words", "due_on": FUTURE, "owner": client.user.pk}
    posts = [
        ("note-new", thread.organization_id, sent, "note_form"),
        ("note-edit", note.pk, sent, "form"),
        ("conversation-edit", thread.pk, {"subject": "New words", "state": "us"}, "form"),
        ("follow-up-new", thread.pk, follow_up, "form"),
        ("follow-up-edit", step.pk, follow_up, "form"),
        ("conversation-state", thread.pk, {"state": "done"}, None),
        ("follow-up-done", step.pk, {}, None),
    ]
    for name, pk, data, form in posts:
        yield name, client.post(at(name, conference, pk), data, follow=form is None), form


def nothing_changed(thread, note, step):
    for row in (thread, note, step):
        row.refresh_from_db()
    return (thread.state, note.text, step.what, step.done_at) == ("open", "Before", "Call", None)


@pytest.mark.parametrize(
    ("closed", "has_role", "says"),
    [
        (timezone.now(), True, "SCALE 9x is closed and can only be read."),
        (None, False, "You have no say in SCALE 9x, to which this conversation belongs."),
    ],
)
def test_a_conversation_of_another_edition_is_left_alone(
    conference, client, closed, has_role, says
):
    thread, note, step = of_the_last_edition(client, closed_at=closed)
    if has_role:
        make.staff_role(client.user, thread.conference, Role.COMMUNITY)
    for name, answer, form in changes(conference, client, thread, note, step):
        page = answer.content.decode()
        assert (name, answer.status_code, says in page) == (name, 200, True)
        assert form is None or "New words" in page
    assert nothing_changed(thread, note, step)
    assert (Note.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_a_conversation_of_an_open_edition_of_ones_own_goes_on(conference, client):
    thread, note, step = of_the_last_edition(client)
    make.staff_role(client.user, thread.conference, Role.COMMUNITY)
    answers = changes(conference, client, thread, note, step)
    statuses = [answer.status_code for _, answer, _ in answers]
    assert statuses == [302] * 5 + [200] * 2
    assert (Note.objects.count(), FollowUp.objects.count()) == (2, 2)
    assert not nothing_changed(thread, note, step)


def test_what_cannot_be_changed_offers_no_button(conference, client):
    thread, note, step = of_the_last_edition(client, closed_at=timezone.now())
    make.staff_role(client.user, thread.conference, Role.COMMUNITY)
    mine = sell.conversation(organization=thread.organization, conference=conference)
    answer = client.get(at("organization", conference, thread.organization_id))
    page = answer.content.decode()
    for name, row in (("note-edit", note), ("follow-up-edit", step), ("conversation-edit", thread)):
        assert f'href="{at(name, conference, row.pk)}"' not in page
    assert at("follow-up-done", conference, step.pk) not in page
    assert at("conversation-edit", conference, mine.pk) in page
    offered = answer.context["note_form"].fields["conversation"].choices
    assert [pk for pk, _ in offered] == ["", mine.pk]
    assert "Before" in page


def test_a_conversation_that_was_deleted_meanwhile_is_gone(conference, client, monkeypatch):
    """Both are on the page; then another deletes the thread in the admin."""
    thread = sell.conversation()
    page = at("conversation-edit", conference, thread.pk)
    real = ConversationForm.is_valid

    def deleted_first(form):
        Conversation.objects.all().delete()
        return real(form)

    monkeypatch.setattr(ConversationForm, "is_valid", deleted_first)
    answer = client.post(page, {"subject": "New", "state": "us"})
    assert errors(answer) == {"__all__": ["This conversation is gone."]}
