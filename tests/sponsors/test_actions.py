import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from scale import editions
from scale.editions import EditionClosed
from sponsors import actions
from sponsors.actions import Refused, SoldOut
from sponsors.models import Contact, Conversation, FollowUp, Note, Organization, Sponsorship
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
Status = Sponsorship.Status


def version(conference):
    conference.refresh_from_db()
    return conference.version


# --- deals -----------------------------------------------------------------------------------


def test_signing_takes_a_place_and_says_when_and_by_whom(conference):
    package = sell.package(conference=conference, size=1)
    deal = sell.sponsorship(package=package, status=Status.CONTRACT)
    before = version(conference)
    actions.sign_sponsorship(deal.pk, signed_by="Jo Lindqvist")
    deal.refresh_from_db()
    package.refresh_from_db()
    assert (deal.status, deal.signed_by, package.left) == ("signed", "Jo Lindqvist", 0)
    assert timezone.now() - deal.signed_at < dt.timedelta(minutes=1)
    assert version(conference) > before


def test_signing_a_sold_out_package_changes_nothing(conference):
    package = sell.package(conference=conference, size=1, name="Diamond")
    sell.sponsorship(package=package, status=Status.SIGNED)
    deal = sell.sponsorship(package=package)
    with pytest.raises(SoldOut) as refusal:
        actions.sign_sponsorship(deal.pk, signed_by="Jo")
    deal.refresh_from_db()
    package.refresh_from_db()
    assert str(refusal.value) == "Diamond is sold out: all 1 are signed."
    assert (deal.status, deal.signed_at, package.taken) == ("lead", None, 1)


def test_a_package_without_a_size_is_never_sold_out():
    package = sell.package(size=None)
    for _ in range(3):
        actions.sign_sponsorship(sell.sponsorship(package=package).pk, signed_by="Jo")
    package.refresh_from_db()
    assert (package.taken, package.left) == (3, None)


def test_signing_twice_takes_one_place():
    package = sell.package(size=5)
    deal = sell.sponsorship(package=package)
    actions.sign_sponsorship(deal.pk, signed_by="Jo")
    with pytest.raises(Refused) as refusal:
        actions.sign_sponsorship(deal.pk, signed_by="Jo")
    package.refresh_from_db()
    assert str(refusal.value) == "This deal is “signed” already."
    assert package.taken == 1


@pytest.mark.parametrize("status", [Status.CONTRACT, Status.LOST])
def test_a_signature_taken_back_gives_the_place_back(status):
    package = sell.package(size=1)
    deal = sell.sponsorship(package=package, status=Status.SIGNED, signed_by="Jo")
    why = {"lost_why": "price"} if status == Status.LOST else {}
    actions.move_sponsorship(deal.pk, status, **why)
    deal.refresh_from_db()
    package.refresh_from_db()
    assert (deal.status, deal.signed_at, deal.signed_by) == (status, None, "")
    assert package.taken == 0


def test_paying_and_not_paying_after_all_keep_the_place():
    package = sell.package(size=1)
    deal = sell.sponsorship(package=package, status=Status.SIGNED, signed_by="Jo")
    for status in (Status.PAID, Status.SIGNED):
        actions.move_sponsorship(deal.pk, status)
        deal.refresh_from_db()
        package.refresh_from_db()
        assert (deal.status, deal.signed_by, package.taken) == (status, "Jo", 1)


def test_a_deal_cannot_become_signed_without_a_signature():
    deal = sell.sponsorship()
    with pytest.raises(Refused):
        actions.move_sponsorship(deal.pk, Status.SIGNED)
    deal.package.refresh_from_db()
    assert deal.package.taken == 0


def test_a_paid_deal_cannot_be_lost_at_once():
    deal = sell.sponsorship(status=Status.PAID)
    with pytest.raises(Refused) as refusal:
        actions.move_sponsorship(deal.pk, Status.LOST)
    assert str(refusal.value) == "A deal that is paid cannot become lost."


def test_the_package_of_a_signed_deal_stays():
    deal = sell.sponsorship(status=Status.SIGNED, package=sell.package(name="Gold"))
    other = sell.package(conference=deal.conference)
    with pytest.raises(Refused) as refusal:
        actions.change_sponsorship(deal.pk, package=other, amount=Decimal(1), owner=None)
    deal.refresh_from_db()
    assert "is signed for Gold" in str(refusal.value)
    assert (deal.package.name, deal.amount) == ("Gold", 5000)


def test_the_amount_of_a_signed_deal_can_be_corrected():
    deal = sell.sponsorship(status=Status.SIGNED)
    actions.change_sponsorship(deal.pk, package=deal.package, amount=Decimal("9.50"), owner=None)
    deal.refresh_from_db()
    assert deal.amount == Decimal("9.50")


def test_a_deal_takes_packages_of_its_own_edition_only():
    deal = sell.sponsorship()
    with pytest.raises(Refused):
        actions.change_sponsorship(deal.pk, package=sell.package(), amount=Decimal(1), owner=None)
    with pytest.raises(Refused):
        actions.start_sponsorship(
            make.conference(), sell.organization(), package=deal.package, amount=Decimal(1)
        )


def test_a_second_deal_of_the_edition_is_refused_in_a_sentence():
    deal = sell.sponsorship(organization=sell.organization(name="Harbor DB"))
    with pytest.raises(Refused) as refusal:
        actions.start_sponsorship(
            deal.conference, deal.organization, package=deal.package, amount=Decimal(1)
        )
    assert str(refusal.value) == "Harbor DB has a deal in this edition already."


def test_a_lost_deal_cannot_come_back_beside_a_new_one():
    lost = sell.sponsorship(status=Status.LOST)
    actions.start_sponsorship(
        lost.conference, lost.organization, package=lost.package, amount=Decimal(1)
    )
    with pytest.raises(Refused) as refusal:
        actions.move_sponsorship(lost.pk, Status.LEAD)
    lost.refresh_from_db()
    assert "has another deal" in str(refusal.value)
    assert lost.status == "lost"


def test_nothing_is_written_in_a_closed_edition(conference):
    deal = sell.sponsorship(conference=conference, status=Status.SIGNED)
    conversation = sell.conversation(organization=deal.organization)
    editions.close(conference)
    conference.refresh_from_db()
    user = make.user()
    for attempt in (
        lambda: actions.sign_sponsorship(deal.pk, signed_by="Jo"),
        lambda: actions.move_sponsorship(deal.pk, Status.PAID),
        lambda: actions.change_sponsorship(
            deal.pk, package=deal.package, amount=Decimal(1), owner=None
        ),
        lambda: actions.start_sponsorship(
            conference, sell.organization(), package=deal.package, amount=Decimal(1)
        ),
        lambda: actions.add_organization(conference, name="New"),
        lambda: actions.change(conference, deal.organization, name="Other"),
        lambda: actions.set_logo(conference, deal.organization, None),
        lambda: actions.save_contact(
            conference, Contact(organization=deal.organization), name="A", email=""
        ),
        lambda: actions.write_note(conference, deal.organization, user, text="Hello"),
        lambda: actions.add_follow_up(
            conference, conversation, user, owner=user, due_on=dt.date(2030, 1, 1), what="Call"
        ),
    ):
        with pytest.raises(EditionClosed):
            attempt()
    assert not Note.objects.exists()


# --- organizations and people ----------------------------------------------------------------


def test_an_organization_known_by_name_must_be_meant(conference):
    sell.organization(name="Harbor DB")
    Organization.objects.update(created_at=timezone.now() - dt.timedelta(days=1))
    with pytest.raises(Refused) as refusal:
        actions.add_organization(conference, name="harbor db")
    assert (str(refusal.value), refusal.value.field) == (
        "There is an organization named “Harbor DB” already.",
        "name",
    )
    actions.add_organization(conference, name="harbor db", same_name_too=True)
    assert Organization.objects.count() == 2


def test_a_form_sent_twice_makes_one_organization(conference):
    first = actions.add_organization(conference, name="Harbor DB")
    assert actions.add_organization(conference, name="Harbor DB") == first
    assert Organization.objects.count() == 1


def test_a_new_logo_takes_the_old_file_away(conference, django_capture_on_commit_callbacks):
    row = sell.organization()
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_logo(conference, row, ContentFile(b"one", name="one.png"))
    row.refresh_from_db()
    old = row.logo
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_logo(conference, row, ContentFile(b"two", name="two.png"))
    row.refresh_from_db()
    assert (row.logo.name, row.logo.read()) == ("logos/two.png", b"two")
    assert not old.storage.exists(old.name)
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_logo(conference, row, None)
    row.refresh_from_db()
    assert not row.logo
    assert not old.storage.exists("logos/two.png")


def test_an_address_stands_once_an_organization(conference):
    known = sell.contact(name="Ada", email="ada@example.org")
    new = Contact(organization=known.organization)
    with pytest.raises(Refused) as refusal:
        actions.save_contact(conference, new, name="Bea", email="ADA@example.org")
    assert (str(refusal.value), refusal.value.field) == (
        "Ada has this e-mail address already.",
        "email",
    )
    other = Contact(organization=sell.organization())
    actions.save_contact(conference, other, name="Ada", email="ada@example.org")
    actions.save_contact(conference, known, name="Ada L.", email="ada@example.org")
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Ada", "Ada L."]


def test_contacts_without_address_are_no_duplicates(conference):
    row = sell.organization()
    for name in ("Ada", "Bea", "Ada"):  # the last one is the first form sent again
        actions.save_contact(conference, Contact(organization=row), name=name, email="")
    assert sorted(row.contacts.values_list("name", flat=True)) == ["Ada", "Bea"]


# --- conversations ---------------------------------------------------------------------------


def test_the_first_note_begins_a_conversation(conference):
    row, user = sell.organization(), make.user()
    note = actions.write_note(
        conference,
        row,
        user,
        text="Met at the fair.\nThey want a booth near the coffee, and power, and light.",
        kind="meeting",
    )
    thread = note.conversation
    assert thread.subject == "Met at the fair. They want a booth near the coffee, and…"
    assert (thread.state, thread.owner, thread.conference) == ("open", user, conference)
    assert (note.kind, note.author) == ("meeting", user)


def test_a_note_moves_the_conversation_and_sets_the_next_step(conference):
    thread, user = sell.conversation(), make.user()
    contact = sell.contact(organization=thread.organization)
    note = actions.write_note(
        conference,
        thread.organization,
        user,
        text="Sent the prospectus",
        contact=contact.pk,
        conversation=thread.pk,
        state="them",
        follow_up_on=dt.date(2027, 2, 1),
        follow_up="Ask whether it came",
    )
    thread.refresh_from_db()
    step = thread.follow_ups.get()
    assert (note.conversation, note.contact, thread.state) == (thread, contact, "them")
    assert (step.owner, step.due_on, step.what) == (
        user,
        dt.date(2027, 2, 1),
        "Ask whether it came",
    )


def test_a_note_leaves_the_state_as_it_was(conference):
    thread = sell.conversation(state="us")
    actions.write_note(
        conference, thread.organization, make.user(), text="Hm", conversation=thread.pk
    )
    thread.refresh_from_db()
    assert thread.state == "us"


def test_a_note_sent_twice_is_written_once(conference):
    row, user = sell.organization(), make.user()
    sent = {"text": "Called them", "follow_up_on": dt.date(2027, 2, 1)}
    first = actions.write_note(conference, row, user, **sent)
    assert actions.write_note(conference, row, user, **sent) == first
    assert (Note.objects.count(), Conversation.objects.count(), FollowUp.objects.count()) == (
        *(1, 1, 1),
    )
    actions.write_note(conference, row, make.user(), **sent)  # another person said the same
    Note.objects.update(written_at=timezone.now() - dt.timedelta(minutes=2))
    actions.write_note(conference, row, user, **sent)  # and the first one again, later
    assert Note.objects.count() == 3


def test_a_note_stays_within_its_organization(conference):
    other = sell.conversation()
    with pytest.raises(Refused):
        actions.write_note(
            conference, sell.organization(), make.user(), text="Hm", conversation=other.pk
        )
    assert not Note.objects.exists()


def test_a_follow_up_sent_twice_stands_once(conference):
    thread, user = sell.conversation(), make.user()
    for what in ("Call", "Call", "Write"):
        due = {"owner": user, "due_on": dt.date(2027, 2, 1)}
        actions.add_follow_up(conference, thread, user, what=what, **due)
    assert sorted(thread.follow_ups.values_list("what", flat=True)) == ["Call", "Write"]
