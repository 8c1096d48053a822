import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from sponsors.models import Contract, FollowUp, Organization, Package, Sponsorship
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
Status = Sponsorship.Status


def refused(rows, **values):
    """Whether the database itself refuses these values."""
    try:
        with transaction.atomic():
            rows.update(**values)
    except IntegrityError:
        return True
    return False


def test_database_refuses_a_second_live_deal_of_an_edition(conference):
    deal = sell.sponsorship(conference=conference)
    with pytest.raises(IntegrityError), transaction.atomic():
        sell.sponsorship(
            organization=deal.organization, package=deal.package, status=Status.INTERESTED
        )


def test_lost_deals_do_not_stand_in_the_way(conference):
    deal = sell.sponsorship(conference=conference, status=Status.LOST)
    sell.sponsorship(organization=deal.organization, package=deal.package, status=Status.LOST)
    sell.sponsorship(organization=deal.organization, package=deal.package)
    assert deal.organization.sponsorships.count() == 3


def test_other_editions_have_deals_of_their_own(conference):
    deal = sell.sponsorship(conference=conference)
    sell.sponsorship(organization=deal.organization)
    assert deal.organization.sponsorships.count() == 2


def test_database_refuses_to_oversell_a_package():
    package = sell.package(size=2)
    rows = Package.objects.filter(pk=package.pk)
    assert refused(rows, taken=3)
    assert not refused(rows, taken=2)
    assert refused(rows, size=1)


def test_database_refuses_negative_figures():
    deal = sell.sponsorship()
    assert refused(Package.objects.filter(pk=deal.package_id), price=-1)
    assert refused(Sponsorship.objects.filter(pk=deal.pk), amount=-1)


def test_database_refuses_gifts_without_a_name_and_losses_without_a_reason():
    deal = sell.sponsorship()
    rows = Sponsorship.objects.filter(pk=deal.pk)
    assert refused(rows, in_kind_value=5)
    assert refused(rows, in_kind_value=-5, in_kind_what="Coffee")
    assert not refused(rows, in_kind_value=5, in_kind_what="Coffee")
    assert refused(rows, status="lost")
    assert refused(rows, status="lost", lost_why="whatever")
    assert refused(rows, lost_why="price")
    assert refused(rows, lost_words="Too much")
    assert not refused(rows, status="lost", lost_why="price", lost_words="Too much")


def test_database_refuses_a_contract_that_is_neither_paper_nor_click():
    deal = sell.sponsorship(agreed=False)
    terms, rows = sell.terms(deal.conference), Contract.objects.filter(deal=deal)
    sell.contract(deal)
    assert refused(rows, file="")
    assert refused(rows, accepted_name="Jo")
    assert refused(rows, file="", terms=terms)
    assert not refused(rows, file="", terms=terms, accepted_name="Jo")


def test_database_refuses_two_contracts_that_bind_one_deal():
    deal = sell.sponsorship(agreed=False)
    old = sell.contract(deal)
    with pytest.raises(IntegrityError), transaction.atomic():
        sell.contract(deal)
    old.ended_at = timezone.now()
    old.save()
    sell.contract(deal)
    assert deal.contracts.count() == 2


def test_database_refuses_two_texts_of_one_number(conference):
    sell.terms(conference)
    with pytest.raises(IntegrityError), transaction.atomic():
        sell.terms(conference)
    sell.terms(make.conference())


def test_database_refuses_words_it_does_not_know():
    conversation = sell.conversation()
    note = sell.note(conversation=conversation)
    contact = sell.contact()
    deal = sell.sponsorship()
    assert refused(Organization.objects.filter(pk=contact.organization_id), is_company=False)
    assert refused(type(conversation).objects.filter(pk=conversation.pk), state="odd")
    assert refused(type(note).objects.filter(pk=note.pk), kind="fax")
    assert refused(Sponsorship.objects.filter(pk=deal.pk), status="maybe")


def test_database_refuses_signed_without_a_date_and_a_date_without_signature():
    deal = sell.sponsorship()
    rows = Sponsorship.objects.filter(pk=deal.pk)
    assert refused(rows, status=Status.SIGNED)
    assert refused(rows, status=Status.PAID)
    assert refused(rows, signed_at=timezone.now())
    assert not refused(rows, status=Status.SIGNED, signed_at=timezone.now())


def test_saving_a_package_keeps_what_was_taken_meanwhile():
    package = sell.package(size=5)
    Package.objects.filter(pk=package.pk).update(taken=3)
    package.name = "Platinum"
    package.save()
    package.refresh_from_db()
    assert (package.name, package.taken, package.left) == ("Platinum", 3, 2)


@pytest.mark.parametrize(
    ("status", "others"),
    [
        (Status.LEAD, {"asked", "interested", "contract", "signed", "lost"}),
        (Status.CONTRACT, {"lead", "asked", "interested", "signed", "lost"}),
        (Status.SIGNED, {"paid", "contract", "lost"}),
        (Status.PAID, {"signed"}),
        (Status.LOST, {"lead"}),
    ],
)
def test_a_deal_moves_only_as_the_table_says(status, others):
    allowed = set()
    for target in Status:
        deal = Sponsorship(status=status)
        try:
            deal.move_to(target)
        except ValueError as error:
            assert "cannot become" in str(error)
        else:
            allowed.add(deal.status)
    assert allowed == others


def test_contact_address_is_kept_in_its_canonical_form():
    contact = sell.contact(email="  Ada@Example.COM ")
    contact.refresh_from_db()
    assert contact.email == "ada@example.com"


def test_public_wall_is_ordered_by_package_then_name(conference):
    silver = sell.package(conference=conference, name="Silver", position=2)
    gold = sell.package(conference=conference, name="Gold", position=1)
    bronze = sell.package(conference=conference, name="Bronze", position=2)
    for package, name, status in [
        (silver, "Zeta", Status.SIGNED),
        (silver, "Alpha", Status.PAID),
        (bronze, "Mu", Status.SIGNED),
        (gold, "Omega", Status.SIGNED),
        (gold, "Beta", Status.CONTRACT),
        (gold, "Nu", Status.LOST),
    ]:
        sell.sponsorship(package=package, organization=sell.organization(name=name), status=status)
    sell.sponsorship(status=Status.SIGNED)  # of another edition
    shown = [deal.organization.name for deal in Sponsorship.objects.public(conference)]
    assert shown == ["Omega", "Mu", "Alpha", "Zeta"]


def test_open_deals_are_neither_signed_nor_lost(conference):
    deals = {status: sell.sponsorship(conference=conference, status=status) for status in Status}
    assert set(Sponsorship.objects.open(conference)) == {
        deals[status] for status in (Status.LEAD, Status.ASKED, Status.INTERESTED, Status.CONTRACT)
    }


def test_by_status_counts_and_sums_every_status(conference):
    sell.sponsorship(conference=conference, amount=100)
    sell.sponsorship(
        conference=conference, amount="250.50", in_kind_value="10.25", in_kind_what="Coffee"
    )
    sell.sponsorship(conference=conference, amount=7, status=Status.SIGNED)
    sell.sponsorship(amount=999)
    figures = {
        status.value: (number, float(total), float(in_kind))
        for status, (number, total, in_kind) in Sponsorship.objects.by_status(conference).items()
    }
    assert figures == {
        **dict.fromkeys(Status.values, (0, 0, 0)),
        "lead": (2, 350.5, 10.25),
        "signed": (1, 7, 0),
    }


def test_due_follow_ups_are_ones_own_open_and_come_oldest_first():
    today = dt.date(2027, 1, 15)
    user = make.user()
    late = sell.follow_up(owner=user, due_on=dt.date(2026, 12, 31))
    now = sell.follow_up(owner=user, due_on=today)
    sell.follow_up(owner=user, due_on=dt.date(2027, 1, 16))
    sell.follow_up(owner=user, due_on=today, done_at=timezone.now())
    sell.follow_up(due_on=today)
    assert list(FollowUp.objects.due(user, today)) == [late, now]


def test_search_finds_by_name_and_by_contact_once():
    first = sell.organization(name="Harbor DB")
    sell.contact(organization=first, name="Mina Harborough")
    sell.contact(organization=first, name="Harbo Two", email="x@harbor.example")
    second = sell.organization(name="Loomstack")
    sell.contact(organization=second, name="Sol", email="sol@harbor.example")
    sell.organization(name="Pinetree")
    assert list(Organization.objects.search("harbor").order_by("pk")) == [first, second]


def test_state_filter_tells_lost_from_begun_anew(conference):
    lost = sell.sponsorship(conference=conference, status=Status.LOST).organization
    again = sell.sponsorship(conference=conference, status=Status.LOST)
    sell.sponsorship(organization=again.organization, package=again.package, status=Status.ASKED)
    elsewhere = sell.sponsorship(status=Status.SIGNED).organization
    rows = Organization.objects.order_by("pk")
    assert list(rows.in_state(conference, "lost")) == [lost]
    assert list(rows.in_state(conference, "asked")) == [again.organization]
    assert list(rows.in_state(conference, "signed")) == []
    assert list(rows.in_state(conference, "none")) == [elsewhere]


def test_constraints_are_really_in_the_database():
    with connection.cursor() as cursor:
        made = {
            name
            for table in (
                *("sponsors_sponsorship", "sponsors_package", "sponsors_contact"),
                "sponsors_organization",
            )
            for name in connection.introspection.get_constraints(cursor, table)
        }
    assert {
        *("one_live_sponsorship", "sponsorship_status_known", "signed_has_a_date"),
        *("amount_not_negative", "package_not_oversold", "package_price_not_negative"),
        *("organization_is_of_a_kind", "who_moved_has_left"),
    } <= made
