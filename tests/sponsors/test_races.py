"""Many hands at once; each guard was taken out once to see these fail."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from registration.actions.stock import held_places
from registration.models import CompAllowance
from scale.models import OutgoingEmail
from sponsors import actions
from sponsors.actions import Refused, SoldOut
from sponsors.models import (
    Deliverable,
    Note,
    Organization,
    Reminder,
    Sponsorship,
    SponsorshipExtra,
)
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(*jobs):
    """Run the jobs together; their results, or the exceptions they ended with."""
    barrier, results = threading.Barrier(len(jobs)), []

    def run(job):
        barrier.wait()
        try:
            results.append(job())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_last_place_of_a_package_is_sold_once():
    package = sell.package(size=3)
    for _ in range(2):
        sell.sponsorship(package=package, status="signed")
    deals = [sell.sponsorship(package=package) for _ in range(THREADS)]
    ends = at_once(
        *(lambda pk=deal.pk: actions.sign_sponsorship(pk, signed_by="Jo") for deal in deals)
    )
    package.refresh_from_db()
    assert sorted(type(end).__name__ for end in ends) == ["SoldOut"] * 7 + ["Sponsorship"]
    assert package.taken == 3
    assert Sponsorship.objects.filter(package=package, status="signed").count() == 3
    assert all(isinstance(end, SoldOut | Sponsorship) for end in ends)


def test_the_last_pass_is_given_once():
    conference = make.conference()
    quota = reg.quota(conference, size=50)
    guest = reg.ticket_type(conference, price=None, quotas=[quota])
    package = sell.package(conference=conference, passes=2, pass_type=guest)
    deal, by = sell.sponsorship(package=package, status="signed"), make.user()

    def give(n):
        return actions.give_pass(
            deal.pk, name=f"P {n}", email=f"p{n}@example.org", role="sponsor", by=by
        )

    give(99)
    ends = at_once(*(lambda n=n: give(n) for n in range(THREADS)))
    assert sorted(type(end).__name__ for end in ends) == ["Refused"] * 7 + ["Ticket"]
    assert CompAllowance.objects.get(source=deal.source_of(guest.pk)).given == 2
    quota.refresh_from_db()
    assert quota.taken == held_places(quota) == 2


def test_one_deal_signed_by_many_takes_one_place():
    package = sell.package(size=20)
    deal = sell.sponsorship(package=package)
    sign = [lambda: actions.sign_sponsorship(deal.pk, signed_by="Jo")] * THREADS
    ends = at_once(*sign)
    package.refresh_from_db()
    assert sum(isinstance(end, Sponsorship) for end in ends) == 1
    assert sum(isinstance(end, Refused) for end in ends) == THREADS - 1
    assert package.taken == 1


def test_one_deal_lost_by_many_gives_one_place_back():
    package = sell.package(size=20)
    deal = sell.sponsorship(package=package, status="signed")
    sell.sponsorship(package=package, status="signed")
    at_once(*[lambda: actions.move_sponsorship(deal.pk, "lost", lost_why="price")] * THREADS)
    package.refresh_from_db()
    assert package.taken == 1


def test_signing_and_choosing_another_package_do_not_cross():
    for _ in range(5):
        gold = sell.package(size=5)
        silver = sell.package(size=5, conference=gold.conference)
        deal = sell.sponsorship(package=gold)
        at_once(
            lambda: actions.sign_sponsorship(deal.pk, signed_by="Jo"),  # noqa: B023
            lambda: actions.change_sponsorship(
                deal.pk,  # noqa: B023
                package=silver,  # noqa: B023
                amount=Decimal(1),
                owner=None,
            ),
        )
        deal.refresh_from_db()
        taken = {package.pk: package.taken for package in gold.conference.packages.all()}
        assert deal.status == "signed"
        assert taken == {gold.pk: 0, silver.pk: 0} | {deal.package_id: 1}


def test_a_deal_begun_by_many_begins_once(conference):
    row, package = sell.organization(), sell.package(conference=conference)
    ends = at_once(
        *[lambda: actions.start_sponsorship(conference, row, package=package, amount=Decimal(1))]
        * THREADS
    )
    assert sum(isinstance(end, Refused) for end in ends) == THREADS - 1
    assert row.sponsorships.count() == 1


def test_double_clicks_write_one_note_and_one_organization(conference):
    row, user = sell.organization(), make.user()
    at_once(*[lambda: actions.write_note(conference, row, user, text="Called")] * THREADS)
    at_once(*[lambda: actions.add_organization(conference, name="Harbor DB")] * THREADS)
    assert Note.objects.count() == 1
    assert Organization.objects.filter(name="Harbor DB").count() == 1


def test_the_last_booth_is_sold_once_by_sixteen():
    """One stock, in two packages and as an extra."""
    conference = make.conference()
    gold, silver = (sell.package(conference=conference) for _ in range(2))
    booth = sell.benefit(conference, kind="booth", name="Corner booth", size=1, price=900)
    sell.having(gold, booth)
    sell.having(silver, booth)
    deals = [sell.sponsorship(package=(gold, silver)[n % 2]) for n in range(12)]
    jobs = [lambda pk=deal.pk: actions.sign_sponsorship(pk, signed_by="Jo") for deal in deals]
    bronze = sell.package(conference=conference)
    signed = [sell.sponsorship(package=bronze, status="signed") for _ in range(4)]
    jobs += [lambda pk=deal.pk: actions.add_extra(pk, benefit=booth) for deal in signed]
    ends = at_once(*jobs)
    booth.refresh_from_db()
    assert booth.taken == 1
    assert Deliverable.objects.filter(benefit=booth).count() == 1
    assert sum(isinstance(end, SoldOut) for end in ends) == 15, ends
    promised = Sponsorship.objects.filter(package__in=[gold, silver], status="signed").count()
    assert promised + SponsorshipExtra.objects.count() == 1


def test_signed_and_taken_back_at_once_leaves_whole_promises(dawdling):
    dawdling(Sponsorship, "move_to")
    conference = make.conference()
    gold = sell.package(conference=conference, size=8)
    banner = sell.benefit(conference, size=24)
    sell.having(gold, banner, 3)
    deal = sell.sponsorship(package=gold)
    for _ in range(3):
        at_once(
            *[lambda: actions.sign_sponsorship(deal.pk, signed_by="Jo")] * 4,
            *[lambda: actions.move_sponsorship(deal.pk, "contract")] * 4,
        )
        for row in (deal, gold, banner):
            row.refresh_from_db()
        standing = deal.deliverables.filter(taken_back_at=None).count()
        is_signed = int(deal.is_signed)
        assert (gold.taken, banner.taken, standing) == (is_signed, 3 * is_signed, is_signed)


def test_two_workers_remind_once():
    deal = sell.sponsorship(status="signed")
    today = deal.conference.today()
    sell.contact(organization=deal.organization)
    sell.deliverable(deal, wanted="text", due_on=today, reminders="7, 1")
    assert sorted(at_once(*[actions.send_reminders] * 4), key=str) == [0, 0, 0, 1]
    assert Reminder.objects.count() == 2
    assert OutgoingEmail.objects.filter(kind="sponsor reminder").count() == 1
