"""The catalogue page, and what goes into the next edition."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from scale import editions
from scale.models import Role
from sponsors import actions
from sponsors.models import Benefit, BenefitConflict, PackageBenefit, SponsorshipExtra
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def client(as_role):
    return as_role(Role.SPONSORSHIP)


@pytest.fixture
def gold(conference):
    return sell.package(conference=conference, name="Gold")


def at(name, conference, *pk):
    return reverse(f"sponsors:{name}", args=[conference.slug, *pk])


def words(answer):
    return " ".join(answer.content.decode().split())


FORM = {"name": "Banner", "kind": "logo", "side": "us", "position": 0, "wanted": ""}


# --- benefits ----------------------------------------------------------------------------------


def test_a_benefit_is_added_and_corrected(client, conference, gold):
    form = FORM | {"name": " Entrance  banner ", "days_before": 10, "size": 3, "price": "250.50"}
    page = words(client.post(at("benefit-new", conference), form, follow=True))
    row = Benefit.objects.get()
    assert (row.name, row.size, row.days_before, str(row.price)) == (
        *("Entrance banner", 3, 10),
        "250.50",
    )
    assert "● 3 of 3" in page
    assert "$250.50" in page
    client.post(at("benefit", conference, row.pk), form | {"size": "", "due_on": ""})
    row.refresh_from_db()
    assert (row.size, row.left) == (None, None)


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"kind": "x"}, "kind", "Select a valid choice"),
        ({"kind": "passes"}, "pass_type", "Say which ticket the passes are."),
        ({"wanted": "pdf"}, "wanted", "What we owe, they do not send."),
        ({"page_width": 10}, "page_width", "A page size has a width and a height."),
        ({"days_before": 3, "due_on": "2027-01-05"}, "due_on", "not both"),
        ({"side": "them", "reminders": "7"}, "reminders", "need a day"),
        ({"days_before": 3, "reminders": "7"}, "reminders", "Reminders go to them"),
        ({"reminders": "soon"}, "reminders", "Numbers of days"),
        ({"reminders": "9999999"}, "reminders", "Numbers of days"),
        ({"reminders": "1,2,3,4,5,6,7,8,9"}, "reminders", "at most 8"),
        ({"price": "-1"}, "price", "greater than or equal to 0"),
        ({"size": "-1"}, "size", "greater than or equal to 0"),
        ({"min_pixels": "0"}, "min_pixels", "greater than or equal to 1"),
        ({"days_before": "9" * 30}, "days_before", "less than or equal"),
        ({"due_on": "2027-02-30"}, "due_on", "Enter a valid date."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client, conference, changed, field, says):
    answer = client.post(at("benefit-new", conference), FORM | changed)
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert says in errors[field][0]
    assert not Benefit.objects.exists()


def test_reminders_are_kept_in_order(client, conference):
    form = FORM | {"side": "them", "days_before": 30, "reminders": "1 14,7, 7 -3"}
    client.post(at("benefit-new", conference), form)
    assert Benefit.objects.get().reminders == "14, 7, 1, -3"


def test_there_are_never_fewer_than_promised(client, conference, gold):
    row = sell.benefit(conference, size=5)
    sell.having(gold, row, 2)
    deal = sell.sponsorship(package=gold)
    actions.sign_sponsorship(deal.pk, signed_by="Jo")
    answer = client.post(at("benefit", conference, row.pk), FORM | {"size": 1})
    assert answer.context["form"].errors["size"] == ["2 are promised already."]
    client.post(at("benefit", conference, row.pk), FORM | {"size": 2})
    row.refresh_from_db()
    assert (row.size, row.taken) == (2, 2)


def test_the_ticket_of_another_edition_is_no_choice(client, conference):
    elsewhere = reg.ticket_type(make.conference())
    form = FORM | {"kind": "passes", "pass_type": elsewhere.pk}
    answer = client.post(at("benefit-new", conference), form)
    assert "Select a valid choice" in answer.context["form"].errors["pass_type"][0]


def test_only_what_nobody_was_promised_is_removed(client, conference, gold):
    free, sold = sell.benefit(conference), sell.benefit(conference, name="Banner")
    sell.having(gold, sold)
    actions.sign_sponsorship(sell.sponsorship(package=gold).pk, signed_by="Jo")
    client.post(at("benefit-remove", conference, free.pk))
    page = words(client.post(at("benefit-remove", conference, sold.pk), follow=True))
    assert "“Banner” stands in a deal." in page
    assert list(Benefit.objects.all()) == [sold]


# --- the table ---------------------------------------------------------------------------------


def test_the_table_is_saved_as_a_whole(client, conference, gold):
    silver = sell.package(conference=conference, name="Silver")
    banner, flag = sell.benefit(conference), sell.benefit(conference)
    sell.having(gold, banner, 2)
    sell.having(silver, flag, 4)
    form = {
        f"q-{gold.pk}-{banner.pk}": "",
        f"q-{gold.pk}-{flag.pk}": 3,
        f"q-{silver.pk}-{banner.pk}": 0,
        f"q-{silver.pk}-{flag.pk}": 5,
    }
    client.post(at("quantities", conference), form)
    rows = PackageBenefit.objects.values_list("package", "benefit", "quantity")
    assert set(rows) == {(gold.pk, flag.pk, 3), (silver.pk, flag.pk, 5)}


@pytest.mark.parametrize("typed", ["-1", "x", "1001", "9" * 400, "1.5", "🐧"])
def test_the_table_keeps_what_was_typed_wrong(client, conference, gold, typed):
    row = sell.benefit(conference)
    name = f"q-{gold.pk}-{row.pk}"
    answer = client.post(at("quantities", conference), {name: typed})
    assert list(answer.context["quantities"].errors) == [name]
    assert f'value="{typed}"' in answer.content.decode()
    assert not PackageBenefit.objects.exists()


def test_a_package_has_not_both_of_what_excludes_each_other(client, conference, gold):
    one, other = sell.benefit(conference, name="A"), sell.benefit(conference, name="B")
    sell.conflict(one, other)
    form = {f"q-{gold.pk}-{one.pk}": 1, f"q-{gold.pk}-{other.pk}": 1}
    answer = client.post(at("quantities", conference), form)
    assert answer.context["quantities"].non_field_errors() == ["“A” and “B” exclude each other."]
    assert not PackageBenefit.objects.exists()


@pytest.mark.parametrize("much", [1, 3])
def test_the_page_asks_the_same_however_much_is_sold(
    client, conference, django_assert_num_queries, much
):
    guest = reg.ticket_type(conference)
    for n in range(much):
        row = sell.benefit(conference, kind="passes", pass_type=guest, days_before=3)
        sell.having(sell.package(conference=conference), row)
        sell.conflict(row, sell.benefit(conference, price=n))
    client.get(at("catalogue", conference))
    with django_assert_num_queries(11):
        client.get(at("catalogue", conference))


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.FINANCE, Role.PRESS])
def test_the_catalogue_belongs_to_sponsorship(as_role, conference, role):
    client = as_role(role)
    assert client.get(at("catalogue", conference)).status_code == 403
    assert client.post(at("benefit-new", conference), FORM).status_code == 403
    assert client.post(at("quantities", conference), {}).status_code == 403
    assert client.post(at("conflict-new", conference), {}).status_code == 403


def test_an_empty_catalogue_says_what_to_do(client, conference):
    page = words(client.get(at("catalogue", conference)))
    assert "No benefit yet" in page
    assert "There is no package yet" in page


def test_a_closed_edition_keeps_its_catalogue(client, conference, gold):
    row = sell.benefit(conference)
    type(conference).objects.update(closed_at="2027-04-01T00:00Z")
    answer = client.post(at("benefit-new", conference), FORM)
    assert "is closed" in answer.context["form"].non_field_errors()[0]
    client.post(at("benefit-remove", conference, row.pk))
    client.post(at("quantities", conference), {f"q-{gold.pk}-{row.pk}": 1})
    assert Benefit.objects.count() == 1
    assert not PackageBenefit.objects.exists()
    assert client.get(at("catalogue", conference)).status_code == 200


# --- conflicts ---------------------------------------------------------------------------------


def test_conflicts_are_made_and_lifted(client, conference, gold):
    one, other = sell.benefit(conference, name="A"), sell.benefit(conference, name="B")
    for form in (
        {"benefit": other.pk, "other": f"b{one.pk}"},
        {"benefit": one.pk, "other": f"b{other.pk}"},
        {"benefit": one.pk, "other": f"p{gold.pk}"},
    ):
        client.post(at("conflict-new", conference), form)
    found = BenefitConflict.objects.values_list("benefit", "other", "package").order_by("pk")
    assert list(found) == [(one.pk, other.pk, None), (one.pk, None, gold.pk)]
    client.post(at("conflict-remove", conference, BenefitConflict.objects.first().pk))
    assert BenefitConflict.objects.get().package == gold


@pytest.mark.parametrize("other", ["", "x", "b0", "b999999", "p1'", "b" + "9" * 400])
def test_a_conflict_is_with_something(client, conference, other):
    row = sell.benefit(conference)
    answer = client.post(at("conflict-new", conference), {"benefit": row.pk, "other": other})
    assert list(answer.context["conflict_form"].errors) == ["other"]


def test_no_conflict_with_itself_nor_within_a_package(client, conference, gold):
    one, other = sell.benefit(conference, name="A"), sell.benefit(conference, name="B")
    for row in (one, other):
        sell.having(gold, row)
    for chosen, says in (
        (f"b{one.pk}", "A benefit cannot exclude itself."),
        (f"b{other.pk}", "Gold has both: take one of them out first."),
        (f"p{gold.pk}", "Gold has both: take one of them out first."),
    ):
        answer = client.post(at("conflict-new", conference), {"benefit": one.pk, "other": chosen})
        assert answer.context["conflict_form"].errors["other"] == [says]


# --- the database ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        *({"kind": "x"}, {"side": "x"}, {"wanted": "x"}, {"wanted": "pdf"}, {"kind": "passes"}),
        *({"page_height": 3}, {"price": -1}, {"size": 0, "taken": 1}),
        {"days_before": 1, "due_on": "2027-01-05"},
    ],
)
def test_the_database_refuses_half_a_benefit(conference, facts):
    row = sell.benefit(conference)
    with pytest.raises(IntegrityError), transaction.atomic():
        Benefit.objects.filter(pk=row.pk).update(**facts)


def test_the_database_refuses_doubles_and_nothing(conference, gold):
    one, other = sell.benefit(conference), sell.benefit(conference)
    deal = sell.sponsorship(package=gold)
    sell.having(gold, one)
    sell.conflict(one, other)
    BenefitConflict.objects.create(benefit=one, package=gold)
    extra = sell.extra(deal, benefit=sell.benefit(conference, price=1))
    for make_it in (
        lambda: sell.having(gold, one),
        lambda: sell.having(gold, other, 0),
        lambda: sell.conflict(one, other),
        lambda: BenefitConflict.objects.create(benefit=other, other=one),
        lambda: BenefitConflict.objects.create(benefit=one, package=gold),
        lambda: BenefitConflict.objects.create(benefit=one),
        lambda: BenefitConflict.objects.create(benefit=other, other=one, package=gold),
        lambda: SponsorshipExtra.objects.create(deal=deal, benefit=extra.benefit, price=1),
        lambda: SponsorshipExtra.objects.create(deal=deal, benefit=one, price=-1),
        lambda: SponsorshipExtra.objects.create(deal=deal, benefit=one, price=1, quantity=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_it()


# --- the next edition --------------------------------------------------------------------------


def test_the_next_edition_sells_the_same_on_its_own_days(conference):
    guest = reg.ticket_type(conference, code="guest", price=None)
    gold = sell.package(conference=conference, name="Gold")
    facts = {"size": 3, "price": 90, "reminders": "7, 1", "description": "With power"}
    booth = sell.benefit(conference, name="Booth", kind="booth", days_before=30, **facts)
    logo = sell.benefit(
        conference, name="Logo", wanted="picture", min_pixels=600, owner=make.user()
    )
    passes = sell.benefit(conference, name="Passes", kind="passes", pass_type=guest)
    for row, quantity in ((booth, 2), (passes, 5)):
        sell.having(gold, row, quantity)
    sell.conflict(logo, booth)
    BenefitConflict.objects.create(benefit=logo, package=gold)
    actions.sign_sponsorship(sell.sponsorship(package=gold).pk, signed_by="Jo")
    new = editions.create_next(
        conference, slug="next", name="Next", starts_on=conference.starts_on + dt.timedelta(364)
    )
    copied = {row.name: row for row in new.benefits.all()}
    assert set(copied) == {"Booth", "Logo", "Passes"}
    again = copied["Booth"]
    assert {name: getattr(again, name) for name in facts} == facts
    assert (again.taken, again.kind, again.due_day) == (
        *(0, "booth"),
        new.starts_on - dt.timedelta(days=30),
    )
    assert (copied["Logo"].min_pixels, copied["Logo"].owner) == (600, None)
    assert copied["Passes"].pass_type == new.ticket_types.get(code="guest")
    pairs = PackageBenefit.objects.filter(package__conference=new)
    assert set(pairs.values_list("package__name", "benefit__name", "quantity")) == {
        ("Gold", "Booth", 2),
        ("Gold", "Passes", 5),
    }
    conflicts = BenefitConflict.objects.filter(benefit__conference=new).order_by("pk")
    first, second = conflicts
    assert (first.benefit.name, first.other.name) == ("Booth", "Logo")
    assert (second.benefit.name, second.package.name) == ("Logo", "Gold")
    assert second.package.conference == new
    assert not new.sponsorships.exists()


@pytest.mark.parametrize(
    ("starts", "due", "next_starts", "next_due"),
    [
        ("2028-03-09", "2028-02-29", "2029-03-08", "2029-02-27"),
        ("2027-03-04", "2027-03-01", "2028-03-02", "2028-02-28"),
        ("2027-03-05", "2027-03-01", "2028-03-04", "2028-02-29"),
        ("2028-02-29", "2028-02-29", "2029-03-01", "2029-03-01"),
    ],
)
def test_due_days_keep_their_distance_over_a_leap_day(starts, due, next_starts, next_due):
    first = dt.date.fromisoformat(starts)
    old = make.conference(starts_on=first, ends_on=first + dt.timedelta(days=3))
    sell.benefit(old, due_on=dt.date.fromisoformat(due))
    new = editions.create_next(
        old, slug="leap", name="Leap", starts_on=dt.date.fromisoformat(next_starts)
    )
    assert new.benefits.get().due_on == dt.date.fromisoformat(next_due)
