import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cfp.models import Talk
from scale import editions
from sponsors import actions, dossier, timeline
from sponsors.models import Contact, OrganizationFile
from tests.factories import cfp, registration
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
TODAY = dt.date(2026, 11, 1)


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def page(client, conference, row, **query):
    answer = client.get(at("organization", conference, row.pk), query)
    assert answer.status_code == 200
    return answer.content.decode()


def talk_by(conference, email, **fields):
    speakers = [cfp.speaker(email=email)]
    return cfp.talk(conference, status=Talk.Status.CONFIRMED, speakers=speakers, **fields)


def fill(conference, row, by):
    """One more of everything on the page."""
    other = make.conference()
    person = sell.contact(organization=row)
    came = sell.contact(left_on=TODAY, moved_to=person)
    sell.contact(organization=row, left_on=TODAY, moved_to=sell.contact())
    thread = sell.conversation(organization=row, conference=conference, owner=by)
    for _ in range(7):
        sell.note_file(note=sell.note(conversation=thread, author=by, contact=came), by=by)
    sell.mail_file(sell.mail(conversation=thread, written_by=by))
    sell.follow_up(conversation=thread, owner=by)
    sell.sponsorship(organization=row, conference=other, status="paid", owner=by)
    talk_by(other, person.email)
    row.other_names.create(name=f"Also {person.pk}")
    actions.organizations.set_tags(row, [f"Tag {person.pk}"])
    sell.organization_file(organization=row, by=by)


@pytest.mark.parametrize("much", [1, 3])
def test_the_page_asks_the_same_however_much_there_is(
    conference, as_role, django_assert_num_queries, much
):
    client = as_role("sponsorship")
    row = sell.organization(owner=client.user)
    kind = registration.ticket_type(conference, quotas=[registration.quota(conference)])
    package = sell.package(conference=conference, passes=5, pass_type=kind)
    deal = sell.sponsorship(organization=row, package=package, status="signed")
    allowance = conference.comp_allowances.create(
        source=deal.source_of(kind.pk), size=5, given=much
    )
    for _ in range(much):
        fill(conference, row, client.user)
        registration.ticket(kind, allowance=allowance)
    with django_assert_num_queries(12):
        page(client, conference, row)


def test_files_stand_below_the_note_or_mail_that_has_them(conference, as_role):
    client = as_role("community")
    thread = sell.conversation(conference=conference)
    note, mail = sell.note(conversation=thread), sell.mail(conversation=thread)
    mine = sell.note_file(note=note, name="Plan <1>.pdf", size=2_000, by=client.user)
    theirs = sell.note_file(note=note, name="Terms.pdf", by=None)
    came = sell.mail_file(mail, name="Logo.svg")
    sell.mail_file(mail, name="huge.zip", file="", refused="larger than 20 MB")
    for found in (
        page(client, conference, thread.organization),
        client.get(at("conversation", conference, thread.pk)).content.decode(),
    ):
        assert f'href="{at("note-file", conference, mine.pk)}"><bdi>Plan &lt;1&gt;.pdf' in found
        assert f'href="{at("mail-file", conference, mail.pk, came.pk)}"><bdi>Logo.svg' in found
        assert "<bdi>huge.zip</bdi>: larger than 20 MB" in found
        assert at("note-file-remove", conference, mine.pk) in found
        assert at("note-file-remove", conference, theirs.pk) not in found


def test_the_next_step_stands_on_top(conference, as_role):
    client = as_role("community")
    row = sell.organization()
    assert "None is set." in page(client, conference, row)
    thread = sell.conversation(organization=row, conference=conference)
    sell.follow_up(conversation=thread, what="Later", due_on=dt.date(2027, 2, 1))
    sell.follow_up(conversation=thread, what="Sooner", due_on=dt.date(2027, 1, 1))
    sell.follow_up(
        conversation=thread, what="Was", due_on=dt.date(2026, 1, 1), done_at=timezone.now()
    )
    assert dossier.conversations(row, None).next_step.what == "Sooner"


def test_talks_by_its_people_are_those_that_the_public_sees(conference, as_role):
    row, old = sell.organization(), make.conference()
    sell.contact(organization=row, email="ada@example.org")
    ada = talk_by(old, "ada@example.org", title="On stage").speakers()[0]
    cfp.talk(conference, speakers=[ada], title="Not decided")
    talk_by(conference, "bea@example.org", title="By somebody else")
    found = page(as_role("press"), conference, row)
    assert "On stage" in found
    assert "Not decided" not in found
    assert "By somebody else" not in found


def test_conversations_are_paged_and_the_latest_come_first(conference, as_role):
    row, client = sell.organization(), as_role("community")
    latest = dossier.CONVERSATIONS * 4
    for n in range(latest + 1):
        sell.conversation(organization=row, conference=conference, subject=f"Subject <{n:03}>")
    first, last = page(client, conference, row), page(client, conference, row, page=5)
    assert "Earlier conversations" in first
    assert f"Subject &lt;{latest:03}&gt;</bdi></a></h2>" in first
    assert "Subject &lt;000&gt;</bdi></a></h2>" in last
    assert "Earlier conversations" not in last
    for odd in ("0", "-1", "x", "9" * 400, "٣", "1.5"):
        page(client, conference, row, page=odd)


def test_only_the_latest_notes_are_read_and_a_page_has_the_others(conference, as_role):
    row, client = sell.organization(), as_role("community")
    thread = sell.conversation(organization=row, conference=conference)
    for n in range(timeline.ENTRIES + 1):
        sell.note(conversation=thread, text=f"Note <{n}>")
    found = page(client, conference, row)
    assert f"Note &lt;{timeline.ENTRIES}&gt;" in found
    assert "Note &lt;0&gt;" not in found
    assert "Everything that was said" in found
    whole = client.get(at("conversation", conference, thread.pk)).content.decode()
    assert "Note &lt;0&gt;" in whole
    assert f"Note &lt;{timeline.ENTRIES}&gt;" in whole


# --- people who move ---------------------------------------------------------------------------


def move(client, conference, contact, **fields):
    data = {"organization": "", "left_on": TODAY, "email": "", "phone": "", "roles": []} | fields
    return client.post(at("contact-move", conference, contact.pk), data)


def test_who_moves_keeps_the_history_at_both(conference, as_role):
    client, there = as_role("community"), sell.organization(name="New Home")
    contact = sell.contact(name="Ada", organization=sell.organization(name="Old Home"))
    thread = sell.conversation(organization=contact.organization, conference=conference)
    sell.note(conversation=thread, contact=contact, text="Said back then")
    move(client, conference, contact, organization="New Home", email="ADA@new.example")
    contact.refresh_from_db()
    moved = there.contacts.get()
    assert (contact.left_on, contact.moved_to) == (TODAY, moved)
    assert (moved.name, moved.email, moved.left_on) == ("Ada", "ada@new.example", None)
    assert "now at" in page(client, conference, contact.organization)
    assert "was at" in page(client, conference, there)
    for one in (contact, moved):
        history = client.get(at("contact-history", conference, one.pk)).content.decode()
        assert "Said back then" in history
        assert ("Old Home" in history, "New Home" in history) == (True, True)
    seen = as_role("press").get(at("contact-history", conference, moved.pk)).content.decode()
    assert "Old Home" in seen
    assert "Said back then" not in seen


def test_a_second_click_moves_nobody_twice(conference, as_role):
    client, contact = as_role("community"), sell.contact()
    there = sell.organization(name="New Home")
    for _ in range(2):
        assert move(client, conference, contact, organization="New Home").status_code == 302
    assert there.contacts.count() == 1


def test_who_is_known_there_under_the_address_is_that_one(conference, as_role):
    contact, known = sell.contact(), sell.contact(email="ada@new.example")
    name = known.organization.name
    move(as_role("community"), conference, contact, organization=name, email="ada@new.example")
    contact.refresh_from_db()
    assert contact.moved_to == known


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"organization": ""}, "organization"),
        ({"organization": "Nowhere"}, "organization"),
        ({"organization": "Old Home"}, "organization"),
        ({"organization": "Twice"}, "organization"),
        ({"organization": "x" * 200}, "organization"),
        ({"left_on": "2999-01-01"}, "left_on"),
        ({"left_on": "yesterday"}, "left_on"),
        ({"email": "nobody"}, "email"),
        ({"roles": ["boss"]}, "roles"),
    ],
)
def test_a_wrong_move_is_refused_beside_its_field(conference, as_role, bad, field):
    contact = sell.contact(organization=sell.organization(name="Old Home"))
    for name in ("New Home", "Twice", "Twice"):
        sell.organization(name=name)
    answer = move(as_role("community"), conference, contact, **{"organization": "New Home"} | bad)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert Contact.objects.get() == contact


def test_nobody_moves_in_a_closed_edition(conference, as_role):
    client, contact = as_role("community"), sell.contact()
    sell.organization(name="New Home")
    editions.close(conference)
    answer = move(client, conference, contact, organization="New Home")
    assert "is closed and can only be read" in str(answer.context["form"].errors)


# --- files ---------------------------------------------------------------------------------------


def test_a_document_is_kept_read_and_removed(conference, as_role):
    row, client = sell.organization(), as_role("community")
    upload = SimpleUploadedFile("media kit.pdf", b"%PDF-1.7 x")
    client.post(at("file-new", conference, row.pk), {"file": upload})
    kept = OrganizationFile.objects.get()
    assert (kept.name, kept.by) == ("media kit.pdf", client.user)
    assert "media kit.pdf" in page(client, conference, row)
    answer = client.get(at("organization-file", conference, kept.pk))
    assert answer.getvalue() == b"%PDF-1.7 x"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "media kit.pdf" not in page(as_role("press"), conference, row)
    client.post(at("file-remove", conference, kept.pk))
    assert not OrganizationFile.objects.exists()


@pytest.mark.parametrize("name", ["run.exe", "page.html", "fake.pdf", "x.svg"])
def test_other_documents_are_refused(conference, as_role, name):
    row = sell.organization()
    answer = as_role("community").post(
        at("file-new", conference, row.pk), {"file": SimpleUploadedFile(name, b"MZ<script>")}
    )
    assert list(answer.context["form"].errors) == ["file"]
    assert not OrganizationFile.objects.exists()
