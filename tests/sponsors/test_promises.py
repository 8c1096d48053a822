"""Signing issues the promises, undo takes them back, and the catalogue changes neither."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cfp.models import Talk
from scale.models import Role
from sponsors import actions
from sponsors.actions import Refused, SoldOut
from sponsors.models import Benefit, Deliverable, PackageBenefit, Sponsorship
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def gold(conference):
    return sell.package(conference=conference, name="Gold", size=2)


@pytest.fixture
def deal(gold):
    return sell.sponsorship(
        package=gold,
        organization=sell.organization(name="Harbor DB"),
        owner=make.user(name="Olga"),
    )


@pytest.fixture
def client(as_role):
    return as_role(Role.SPONSORSHIP)


def promise(package, quantity=1, **fields):
    row = sell.benefit(package.conference, **fields)
    sell.having(package, row, quantity)
    return row


def at(name, deal, pk=None):
    return reverse(f"sponsors:{name}", args=[deal.conference.slug, pk or deal.pk])


def words(answer):
    return " ".join(answer.content.decode().split())


def sign(deal):
    return actions.sign_sponsorship(deal.pk, signed_by="Jo")


# --- signing -----------------------------------------------------------------------------------


def test_signing_copies_the_benefits_with_owner_and_day(deal, gold):
    printer = make.user(name="Petra")
    first = deal.conference.starts_on
    promise(gold, name="Logo file", wanted="picture", min_pixels=600, days_before=90, kind="logo")
    promise(gold, 2, name="Banner", owner=printer, due_on=dt.date(2027, 1, 5))
    sign(deal)
    logo, banner = deal.deliverables.order_by("pk")
    assert (logo.name, logo.side, logo.wanted, logo.min_pixels) == (
        *("Logo file", "them", "picture"),
        600,
    )
    assert (logo.owner, logo.due_on) == (deal.owner, first - dt.timedelta(days=90))
    assert (banner.owner, banner.due_on, banner.quantity) == (printer, dt.date(2027, 1, 5), 2)
    assert {row.status for row in (logo, banner)} == {"open"}


def test_signing_takes_stock_and_holds_a_talk_for_the_committee(deal, gold):
    slot = promise(gold, 2, kind="talk", name="Talk slot", size=3)
    sign(deal)
    slot.refresh_from_db()
    assert slot.taken == 2
    talks = Talk.objects.filter(deliverables__deal=deal)
    assert {(one.title, one.status) for one in talks} == {("Talk of Harbor DB", "submitted")}
    assert talks.count() == 2
    assert "Promised to Harbor DB with Gold: Talk slot" in talks[0].notes
    assert set(talks) <= set(Talk.objects.seen_by_committee())


def test_a_benefit_that_is_gone_signs_nothing(deal, gold):
    free = promise(gold, size=5)
    lanyards = promise(gold, name="Lanyards", size=1)
    Benefit.objects.filter(pk=lanyards.pk).update(taken=1)
    with pytest.raises(SoldOut, match="“Lanyards” is all promised already."):
        sign(deal)
    deal.refresh_from_db()
    gold.refresh_from_db()
    free.refresh_from_db()
    assert (deal.status, gold.taken, free.taken) == ("lead", 0, 0)
    assert not Deliverable.objects.exists()


def test_too_few_left_says_how_many(deal, gold):
    promise(gold, 3, name="Chairs", size=2)
    with pytest.raises(SoldOut, match="“Chairs”: 2 left, and this deal needs 3."):
        sign(deal)


def test_what_excludes_each_other_is_not_signed_together(deal, gold):
    lanyards = promise(gold, name="Lanyards")
    backs = promise(gold, name="Badge backs")
    sell.conflict(backs, lanyards)
    with pytest.raises(Refused, match="“Lanyards” and “Badge backs” exclude each other."):
        sign(deal)


def test_the_catalogue_changes_no_signed_deal(deal, gold):
    row = promise(gold, 2, name="Banner", description="2 m wide", due_on=dt.date(2027, 1, 5))
    sign(deal)
    facts = {"name": "Flag", "description": "small", "size": None, "due_on": dt.date(2027, 2, 1)}
    actions.save_benefit(deal.conference, row, **facts)
    actions.set_quantities(deal.conference, {(gold.pk, row.pk): 0})
    copy = deal.deliverables.get()
    assert (copy.name, copy.description, copy.quantity) == ("Banner", "2 m wide", 2)
    assert copy.due_on == dt.date(2027, 1, 5)
    with pytest.raises(Refused, match="stands in a deal"):
        actions.remove_benefit(deal.conference, row)


# --- early release -----------------------------------------------------------------------------


def test_released_early_promises_before_the_signature(client, deal, gold):
    promise(gold, name="Banner")
    answer = client.post(at("release", deal), {"why": "Their board meets in May"}, follow=True)
    page = words(answer)
    assert "released early" in page
    assert "Their board meets in May" in page
    gold.refresh_from_db()
    assert (gold.taken, deal.deliverables.count()) == (1, 1)
    public = reverse("sponsors:sponsors", args=[deal.conference.slug])
    assert b"Harbor DB" in client.get(public).content
    sign(deal)
    gold.refresh_from_db()
    assert (gold.taken, deal.deliverables.count()) == (1, 1)


@pytest.mark.parametrize("why", ["", "  ", "x" * 201])
def test_a_release_needs_a_reason(client, deal, why):
    answer = client.post(at("release", deal), {"why": why})
    assert list(answer.context["release_form"].errors) == ["why"]
    deal.refresh_from_db()
    assert not deal.is_promised


def test_a_lost_deal_is_not_released(deal):
    actions.move_sponsorship(deal.pk, "lost", lost_why="price")
    with pytest.raises(Refused, match="lost"):
        actions.release_early(deal.pk, why="x")
    actions.move_sponsorship(deal.pk, "lead")
    actions.release_early(deal.pk, why="x")
    with pytest.raises(Refused, match="out already"):
        actions.release_early(deal.pk, why="x")


def test_the_database_wants_a_reason_and_no_lost_release(deal):
    rows = Sponsorship.objects.filter(pk=deal.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(released_at="2026-11-01T00:00Z")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(
            **{"released_at": "2026-11-01T00:00Z", "released_why": "x"},
            **{"status": "lost", "lost_why": "price"},
        )


def test_a_released_deal_keeps_its_package(deal):
    actions.release_early(deal.pk, why="x")
    other = sell.package(conference=deal.conference)
    with pytest.raises(Refused, match="Take the release back first"):
        actions.change_sponsorship(deal.pk, package=other, amount=Decimal(1), owner=None)


# --- undo --------------------------------------------------------------------------------------


def test_undo_gives_back_stock_and_leaves_nothing_unused(deal, gold):
    row = promise(gold, 2, size=4)
    talk = promise(gold, kind="talk")
    sign(deal)
    done = actions.move_sponsorship(deal.pk, "contract")
    for one in (row, talk, gold):
        one.refresh_from_db()
    assert (row.taken, talk.taken, gold.taken, done.told) == (0, 0, 0, [])
    assert not deal.deliverables.filter(taken_back_at=None).exists()
    assert Talk.objects.get().status == "withdrawn"
    sign(deal)
    assert Talk.objects.get().status == "submitted"
    assert deal.deliverables.filter(taken_back_at=None).count() == 2


def test_undo_tells_what_was_used_beforehand_and_after(client, deal, gold):
    conference = deal.conference
    guest = reg.ticket_type(
        conference, price=None, quotas=[reg.quota(conference, size=10)], name="Guests"
    )
    promise(gold, 3, kind="passes", pass_type=guest, name="Passes")
    promise(gold, kind="text", wanted="text", name="Words")
    promise(gold, kind="talk", name="Talk slot")
    promise(gold, name="Banner")
    sign(deal)
    actions.give_pass(deal.pk, name="Ada", email="ada@example.org", role="sponsor", by=client.user)
    actions.receive(deal.deliverables.get(name="Words").pk, text="We like logs.")
    Talk.objects.update(status="confirmed")
    told = [
        "Passes: 1 given; registration can take them back",
        "Words: arrived already",
        "Talk slot: “Talk of Harbor DB” is confirmed",
    ]
    page = client.get(at("take-back", deal) + "?to=contract")
    assert sorted(page.context["used"]) == sorted(told)
    assert page.context["number"] == 4
    page = client.get(at("take-back", deal) + "?to=lost", follow=True)
    assert sorted(page.context["used"]) == sorted(told)
    page = words(client.post(at("lost", deal), {"lost_why": "price"}, follow=True))
    assert all(f"Used already, and still there: {line}." in page for line in told)
    kept = deal.deliverables.exclude(taken_back_at=None)
    assert set(kept.values_list("name", flat=True)) == {"Passes", "Words", "Talk slot"}
    assert Talk.objects.get().status == "confirmed"
    assert kept.get(name="Words").text == "We like logs."


def test_what_was_used_lives_again_with_the_next_signature(deal, gold):
    promise(gold, kind="text", wanted="text", name="Words")
    sign(deal)
    row = deal.deliverables.get()
    actions.receive(row.pk, text="We like logs.")
    actions.move_sponsorship(deal.pk, "contract")
    with pytest.raises(Refused, match="taken back"):
        actions.settle(row.pk, "done")
    sign(deal)
    row.refresh_from_db()
    assert (row.taken_back_at, row.status, row.text) == (None, "arrived", "We like logs.")


def test_an_early_release_is_taken_back(client, deal, gold):
    promise(gold, name="Banner")
    actions.release_early(deal.pk, why="x")
    client.post(at("take-back", deal), {"to": "release"})
    deal.refresh_from_db()
    gold.refresh_from_db()
    assert (deal.released_at, deal.released_why, deal.status, gold.taken) == (None, "", "lead", 0)
    assert not deal.deliverables.exists()
    answer = client.post(at("take-back", deal), {"to": "release"}, follow=True)
    assert "There is nothing to take back" in words(answer)
    assert client.get(at("take-back", deal) + "?to=x").status_code == 400


def test_a_lost_release_takes_everything_back(deal, gold):
    actions.release_early(deal.pk, why="x")
    actions.move_sponsorship(deal.pk, "asked")
    gold.refresh_from_db()
    assert gold.taken == 1
    actions.move_sponsorship(deal.pk, "lost", lost_why="price")
    gold.refresh_from_db()
    assert gold.taken == 0


# --- passes of several kinds -------------------------------------------------------------------


def test_passes_of_several_kinds_are_counted_apart(client, deal, gold):
    conference = deal.conference
    quota = reg.quota(conference, size=10)
    full = reg.ticket_type(conference, code="full", name="Full", price=None, quotas=[quota])
    expo = reg.ticket_type(conference, code="expo", name="Expo", price=None, quotas=[quota])
    promise(gold, 1, kind="passes", pass_type=full, name="Full passes")
    promise(gold, 2, kind="passes", pass_type=expo, name="Expo passes")
    sign(deal)
    url = at("give-pass", deal)
    person = {"name": "Ada", "email": "ada@example.org", "role": "sponsor"}
    assert "kind" in client.post(url, person).context["form"].errors
    client.post(url, person | {"kind": full.pk})
    answer = client.post(url, person | {"kind": full.pk, "name": "B", "email": "b@example.org"})
    assert answer.context["form"].errors["name"] == ["All 1 passes are given already."]
    client.post(url, person | {"kind": expo.pk, "name": "B", "email": "b@example.org"})
    page = words(client.get(at("organization", deal, deal.organization_id)))
    assert '<span class="num">1 of 1</span> passes given <span class="quiet">Full</span>' in page
    assert '<span class="num">1 of 2</span> passes given <span class="quiet">Expo</span>' in page


def test_passes_of_one_kind_from_two_benefits_are_counted_together(client, deal, gold):
    quota = reg.quota(deal.conference, size=10)
    full = reg.ticket_type(deal.conference, code="full", name="Full", price=None, quotas=[quota])
    for name in ("For the booth", "For guests"):
        promise(gold, 2, kind="passes", pass_type=full, name=name)
    sign(deal)
    page = words(client.get(at("organization", deal, deal.organization_id)))
    assert '<span class="num">0 of 4</span> passes given' in page


# --- extras ------------------------------------------------------------------------------------


def test_an_extra_of_a_signed_deal_is_promised_at_once(client, deal, gold):
    table = sell.benefit(deal.conference, name="Second table", price=400, size=3)
    sign(deal)
    client.post(at("extra-add", deal), {"benefit": table.pk, "quantity": 2, "price": ""})
    table.refresh_from_db()
    extra = deal.extras.get()
    assert (extra.quantity, extra.price, table.taken) == (2, 800, 2)
    assert deal.deliverables.get().quantity == 2
    again = client.post(at("extra-add", deal), {"benefit": table.pk, "quantity": 1})
    assert again.context["extra_form"].errors["benefit"] == [
        "This deal has it already: take it out first."
    ]
    client.post(at("extra-remove", deal, extra.pk))
    table.refresh_from_db()
    assert (table.taken, deal.deliverables.count(), deal.extras.count()) == (0, 0, 0)


def test_an_extra_before_the_signature_is_promised_with_it(deal, gold):
    table = sell.benefit(deal.conference, price=400, size=3)
    sell.having(gold, table)
    actions.add_extra(deal.pk, benefit=table, quantity=2)
    table.refresh_from_db()
    assert table.taken == 0
    sign(deal)
    table.refresh_from_db()
    assert (table.taken, deal.deliverables.get().quantity) == (3, 3)


def test_an_extra_that_is_used_is_not_taken_out(client, deal):
    table = sell.benefit(deal.conference, name="Power", price=90)
    sign(deal)
    extra = actions.add_extra(deal.pk, benefit=table)
    actions.settle(deal.deliverables.get().pk, "done")
    page = words(client.post(at("extra-remove", deal, extra.pk), follow=True))
    assert "“Power” cannot be taken out: done already." in page
    assert deal.extras.exists()


@pytest.mark.parametrize("quantity", ["0", "-1", "1001", "x", ""])
def test_an_extra_counts_from_one(client, deal, quantity):
    table = sell.benefit(deal.conference, price=400)
    answer = client.post(at("extra-add", deal), {"benefit": table.pk, "quantity": quantity})
    assert list(answer.context["extra_form"].errors) == ["quantity"]


def test_only_what_is_sold_alone_is_an_extra(client, deal):
    row = sell.benefit(deal.conference)
    elsewhere = sell.benefit(price=1)
    for one in (row, elsewhere):
        answer = client.post(at("extra-add", deal), {"benefit": one.pk, "quantity": 1})
        assert list(answer.context["extra_form"].errors) == ["benefit"]
        with pytest.raises(Refused, match="not sold alone"):
            actions.add_extra(deal.pk, benefit=one)


def test_an_extra_that_the_package_excludes_is_refused(deal, gold):
    lanyards = promise(gold, name="Lanyards")
    backs = sell.benefit(deal.conference, name="Badge backs", price=1)
    sell.conflict(lanyards, backs)
    with pytest.raises(Refused, match="exclude each other"):
        actions.add_extra(deal.pk, benefit=backs)
    assert not PackageBenefit.objects.filter(benefit=backs).exists()


# --- who sees it -------------------------------------------------------------------------------


def test_community_reads_the_promises_and_no_amount(as_role, deal, gold):
    promise(gold, name="Banner")
    table = sell.benefit(deal.conference, name="Second table", price=4321)
    sign(deal)
    actions.add_extra(deal.pk, benefit=table)
    page = words(as_role(Role.COMMUNITY).get(at("promises", deal)))
    assert "Banner" in page
    assert "Second table" in page
    assert "4,321" not in page
    assert "Take out" not in page
    assert as_role(Role.PRESS).get(at("promises", deal)).status_code == 403
    assert as_role(Role.COMMUNITY).post(at("release", deal), {"why": "x"}).status_code == 403
    assert as_role(Role.COMMUNITY).post(at("take-back", deal), {"to": "lost"}).status_code == 403


@pytest.mark.parametrize("much", [1, 3])
def test_the_page_asks_the_same_however_much_is_promised(
    client, deal, gold, django_assert_num_queries, much
):
    for n in range(much):
        promise(gold, name=f"Banner {n}")
        actions.add_extra(deal.pk, benefit=sell.benefit(deal.conference, price=n))
    sign(deal)
    client.get(at("promises", deal))
    with django_assert_num_queries(10):
        client.get(at("promises", deal))
