import threading

import pytest
from django.db import connection
from django.urls import reverse

from registration.actions import comps, give_ticket
from registration.models import CompAllowance
from scale import db, editions
from scale.models import AuditEntry
from sponsors import actions
from sponsors.actions import deals, merging, press
from sponsors.models import Apart, Contact, MergedOrganization, Organization, OtherName
from tests.factories import leads
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = pytest.mark.django_db


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def pair(**fields):
    keep = sell.organization(name="Harbor DB", tags=["old"])
    lose = sell.organization(name="Harbor Databases", kinds=["media"], tags=["new"], **fields)
    return keep, lose


def test_everything_that_points_at_the_one_points_at_the_other_then(conference, as_role):
    keep, lose = pair(website="https://harbor.example", owner=make.user())
    thread = sell.conversation(organization=lose)
    person = sell.contact(organization=lose)
    deal = sell.sponsorship(organization=lose, conference=conference)
    kept_file = sell.organization_file(organization=lose)
    phone = leads.phone(conference, lose)
    client = as_role("community")
    answer = client.post(at("merge", conference, keep.pk, lose.pk))
    assert answer["Location"] == at("organization", conference, keep.pk)
    for row in (thread, person, deal, kept_file, phone.station):
        row.refresh_from_db()
        assert row.organization_id == keep.pk
    keep.refresh_from_db()
    assert (keep.name, keep.website) == ("Harbor DB", "https://harbor.example")
    assert keep.owner == lose.owner
    assert keep.kinds == ["company", "media"]
    assert sorted(tag.name for tag in keep.tags.all()) == ["new", "old"]
    assert [one.name for one in keep.other_names.all()] == ["Harbor Databases"]
    assert not Organization.objects.filter(pk=lose.pk).exists()
    assert any("joined with" in entry.says() for entry in AuditEntry.objects.of_rows([keep]))


def test_the_old_page_leads_to_the_new_one_through_several_joins(conference, as_role):
    first, second, third = (sell.organization() for _ in range(3))
    client = as_role("press")
    by = make.user()
    actions.merge_organizations(conference, second.pk, first.pk, by)
    actions.merge_organizations(conference, third.pk, second.pk, by)
    for old in (first.pk, second.pk):
        answer = client.get(at("organization", conference, old))
        assert answer["Location"] == at("organization", conference, third.pk)
    assert MergedOrganization.objects.count() == 2


def test_facts_that_differ_are_chosen_one_by_one(conference, as_role):
    keep, lose = pair(website="https://lose.example", address="Pier 5")
    Organization.objects.filter(pk=keep.pk).update(website="https://keep.example", address="Dock 1")
    client = as_role("community")
    shown = client.get(at("merge", conference, keep.pk, lose.pk)).content.decode()
    assert all(words in shown for words in ("https://lose.example", "Pier 5", "Dock 1"))
    client.post(at("merge", conference, keep.pk, lose.pk), {"address": "other", "name": "other"})
    keep.refresh_from_db()
    assert (keep.name, keep.website, keep.address) == (
        *("Harbor Databases", "https://keep.example", "Pier 5"),
    )
    assert OtherName.objects.get().name == "Harbor DB"


def test_two_deals_of_one_edition_stand_in_the_way(conference, as_role):
    keep, lose = pair()
    for row in (keep, lose):
        sell.sponsorship(organization=row, conference=conference)
    client = as_role("sponsorship")
    shown = client.get(at("merge", conference, keep.pk, lose.pk)).content.decode()
    assert f"Both have a deal in {conference}" in shown
    answer = client.post(at("merge", conference, keep.pk, lose.pk), follow=True)
    assert "One of them must be lost first" in answer.content.decode()
    assert Organization.objects.count() == 2


def test_lost_deals_do_not_stand_in_the_way(conference):
    keep, lose = pair()
    sell.sponsorship(organization=keep, conference=conference)
    sell.sponsorship(organization=lose, conference=conference, status="lost")
    actions.merge_organizations(conference, keep.pk, lose.pk, make.user())
    assert keep.sponsorships.count() == 2


def test_one_person_at_both_has_one_row_then(conference):
    keep, lose = pair()
    ours = sell.contact(organization=keep, email="ada@example.org", roles=["billing"], phone="")
    theirs = sell.contact(organization=lose, email="ada@example.org", roles=["press"], phone="+1 5")
    note = sell.note(conversation=sell.conversation(organization=lose), contact=theirs)
    actions.merge_organizations(conference, keep.pk, lose.pk, make.user())
    note.refresh_from_db()
    ours.refresh_from_db()
    assert note.contact == ours
    assert (ours.roles, ours.phone) == (["billing", "press"], "+1 5")
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(("people", "words"), [(1, "1 contact of"), (2, "2 contacts of")])
def test_the_preview_counts_what_goes_along(conference, as_role, people, words):
    keep, lose = pair()
    for _ in range(people):
        sell.contact(organization=lose)
    answer = as_role("community").get(at("merge", conference, keep.pk, lose.pk))
    assert words in answer.content.decode()


def test_contacts_of_one_organization_are_joined(conference, as_role):
    keep = sell.contact(name="Ada", email="")
    lose = sell.contact(name="Ada L.", organization=keep.organization, email="ada@example.org")
    note = sell.note(contact=lose)
    client = as_role("community")
    assert client.get(at("contact-merge", conference, keep.pk, lose.pk)).status_code == 200
    client.post(at("contact-merge", conference, keep.pk, lose.pk), {"name": "other"})
    keep.refresh_from_db()
    note.refresh_from_db()
    assert (keep.name, keep.email, note.contact) == ("Ada L.", "ada@example.org", keep)
    assert Contact.objects.count() == 1


def test_contacts_of_two_organizations_are_moved_not_joined(conference, as_role):
    keep, lose = sell.contact(), sell.contact()
    shown = as_role("community").get(at("contact-merge", conference, keep.pk, lose.pk))
    assert "They are at two organizations" in shown.content.decode()
    with pytest.raises(actions.Refused):
        actions.merge_contacts(conference, keep.pk, lose.pk, make.user())
    assert Contact.objects.count() == 2


def test_one_with_itself_or_nothing_is_refused(conference, as_role):
    row, client = sell.organization(), as_role("community")
    answer = client.post(at("merge", conference, row.pk, row.pk))
    assert answer.status_code == 404
    assert client.get(at("merge", conference, row.pk, 0)).status_code == 404
    assert client.post(at("merge", conference, row.pk, 10**18)).status_code == 404
    assert Organization.objects.count() == 1


def test_nothing_is_joined_in_a_closed_edition(conference, as_role):
    keep, lose = pair()
    client = as_role("community")
    editions.close(conference)
    client.post(at("merge", conference, keep.pk, lose.pk))
    assert Organization.objects.count() == 2


def test_who_is_not_the_one_is_not_the_other_either(conference):
    keep, lose = pair()
    third = sell.organization()
    actions.tell_apart(conference, lose.pk, third.pk)
    actions.tell_apart(conference, third.pk, lose.pk)
    actions.merge_organizations(conference, keep.pk, lose.pk, make.user())
    assert [(one.first, one.second) for one in Apart.objects.all()] == [(keep, third)]


def test_a_public_logo_follows_and_pages_are_new(conference, django_capture_on_commit_callbacks):
    keep, lose = pair()
    lose.logo.save("a1.png", sell.ContentFile(sell.picture()))
    sell.sponsorship(organization=keep, conference=conference, status="signed")
    conference.refresh_from_db()
    before = conference.version
    actions.merge_organizations(conference, keep.pk, lose.pk, make.user())
    keep.refresh_from_db()
    conference.refresh_from_db()
    assert keep.logo.name == "logos/a1.png"
    assert keep.logo.storage.exists(keep.logo.name)
    assert conference.version > before


def together(*works):
    barrier, failed = threading.Barrier(len(works)), []

    def run(work):
        try:
            barrier.wait()
            work()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


@pytest.mark.django_db(transaction=True)
def test_two_joins_across_leave_one_of_the_two(conference):
    by = make.user()
    for _ in range(4):
        one, other = sell.organization(), sell.organization()
        failed = together(
            lambda a=one, b=other: actions.merge_organizations(conference, a.pk, b.pk, by),
            lambda a=one, b=other: actions.merge_organizations(conference, b.pk, a.pk, by),
        )
        assert [type(error) for error in failed] == [actions.Refused]
        assert Organization.objects.filter(pk__in=[one.pk, other.pk]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_deal_begun_meanwhile_is_moved_or_stands_in_the_way(conference, meeting):
    meeting((deals, "locked_organization"), (merging, "repoint"))
    by = make.user()
    for _ in range(4):
        keep, lose = sell.organization(), sell.organization()
        package = sell.package(conference=conference)
        sell.sponsorship(organization=keep, conference=conference)
        failed = together(
            lambda a=keep, b=lose: actions.merge_organizations(conference, a.pk, b.pk, by),
            lambda b=lose, p=package: actions.start_sponsorship(conference, b, package=p, amount=1),
        )
        assert [type(error) for error in failed] == [actions.Refused]
        live = keep.sponsorships.filter(conference=conference)
        assert live.count() == 1
        merged = not Organization.objects.filter(pk=lose.pk).exists()
        assert merged != lose.sponsorships.exists()


def test_who_works_on_a_page_that_was_joined_meanwhile_works_on_the_one_that_stays(conference):
    keep, lose = pair()
    person, by = sell.contact(organization=lose), make.user()
    third = sell.organization()
    actions.merge_organizations(conference, keep.pk, lose.pk, by)
    actions.merge_organizations(conference, third.pk, keep.pk, by)
    package = sell.package(conference=conference)
    deal = actions.start_sponsorship(conference, lose, package=package, amount=1)
    note = actions.write_note(conference, lose, by, text="Called", contact=person.pk)
    added = actions.save_contact(conference, Contact(organization=lose), name="Bea", email="")
    assert {deal.organization, note.conversation.organization, added.organization} == {third}
    with pytest.raises(actions.Refused, match=f"joined with “{third}” meanwhile"):
        actions.change(conference, lose, name="Harbor")
    deal.delete()
    third.delete()
    with pytest.raises(actions.Refused, match="deleted meanwhile"):
        actions.write_note(conference, lose, by, text="Called")


def test_a_person_who_was_joined_meanwhile_does_not_come_back(conference):
    keep = sell.contact(name="Ada")
    lose = sell.contact(name="Ada L.", organization=keep.organization)
    by = make.user()
    actions.merge_contacts(conference, keep.pk, lose.pk, by)
    facts = {"name": "Ada", "email": "a@example.org"}
    for act in (
        lambda: actions.save_contact(conference, lose, **facts),
        lambda: actions.write_note(conference, keep.organization, by, text="x", contact=lose.pk),
    ):
        with pytest.raises(actions.Refused, match="joined with another one meanwhile"):
            act()
    assert list(Contact.objects.all()) == [keep]


# --- in one order: who takes locks across another loses a deadlock, and is run again -----------


@pytest.fixture
def deadlocks(monkeypatch):
    """Those that were lost; SQLite has one lock for all, and none."""
    found, judge = [], db.lost_a_race
    monkeypatch.setattr(db, "lost_a_race", lambda error: found.append(error) or judge(error))
    return found


def merging_of(keep, lose, conference):
    by = make.user()
    return lambda: actions.merge_organizations(conference, keep.pk, lose.pk, by)


@pytest.mark.django_db(transaction=True)
def test_outlet_is_joined_while_its_journalist_is_approved(conference, meeting, deadlocks):
    keep, lose = (sell.organization(kinds=["media"]) for _ in range(2))
    call = sell.press_call(conference=conference)
    row = sell.press_request(conference=conference, organization=lose)
    facts = {"was": "new", "words": "", "pass_type": call.pass_type, "by": make.user()}
    meeting((press, "lock_press_request"), (merging, "deals_in_the_way"))
    failed = together(
        merging_of(keep, lose, conference),
        lambda: actions.decide_press_request(row, "approved", organization=lose, **facts),
    )
    assert deadlocks == []
    row.refresh_from_db()
    assert row.organization == keep
    assert [str(error) for error in failed] in (
        [],
        ["This organization was joined with another one meanwhile."],
    )


@pytest.mark.django_db(transaction=True)
def test_organization_is_joined_while_its_deal_is_changed(conference, meeting, deadlocks):
    keep, lose = sell.organization(), sell.organization()
    deal = sell.sponsorship(conference=conference, organization=lose, status="signed")
    facts = {"package": deal.package, "amount": 7, "owner": None}
    meeting((deals, "locked"), (merging, "same_people"))
    failed = together(
        merging_of(keep, lose, conference), lambda: actions.change_sponsorship(deal.pk, **facts)
    )
    assert (failed, deadlocks) == ([], [])
    deal.refresh_from_db()
    assert (deal.organization, deal.amount) == (keep, 7)


@pytest.mark.django_db(transaction=True)
def test_sponsor_becomes_an_outlet_while_others_get_tickets(conference, meeting, deadlocks):
    sponsor = sell.organization()
    sell.sponsorship(conference=conference, organization=sponsor, status="signed")
    call = sell.press_call(conference=conference)
    row = sell.press_request(conference=conference)
    facts = {"was": "new", "words": "", "pass_type": call.pass_type, "by": make.user()}
    guest = {"name": "Bo", "email": "bo@example.org", "why": "Helps", "role": "staff"}
    # The gate for free tickets is there: who makes it at once with another may lose.
    CompAllowance.objects.create(conference=conference, source="", size=0)
    meeting((press, "outlet_of"), (comps, "_held_already"))
    failed = together(
        lambda: actions.decide_press_request(row, "approved", organization=sponsor, **facts),
        lambda: give_ticket(conference, call.pass_type, **guest),
    )
    assert (failed, deadlocks) == ([], [])
    sponsor.refresh_from_db()
    assert sponsor.is_media
