"""Last year's sponsors become this year's leads."""

import pytest
from django.urls import reverse

from scale import editions
from sponsors import actions
from sponsors.actions import Refused
from sponsors.models import Sponsorship
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.sponsors.test_races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def at(conference, query=""):
    return reverse("sponsors:ask-again", args=[conference.slug]) + query


@pytest.fixture
def old(conference):
    return make.conference(starts_on=conference.starts_on.replace(year=2020))


@pytest.fixture
def gold(conference, old):
    """This year's package of the name."""
    sell.package(conference=old, name="Gold", price=5000, passes=0)
    return sell.package(conference=conference, name="Gold", price=6000)


@pytest.fixture
def client(as_role):
    return as_role("sponsorship")


def before(old, name="Harbor DB", package="Gold", **fields):
    return sell.sponsorship(
        **{"status": "paid"}
        | fields
        | {
            "organization": sell.organization(name=name),
            "package": old.packages.get(name=package),
        }
    )


def test_sponsors_of_the_edition_before_become_leads(conference, old, gold, client):
    owner = make.user()
    one, other = before(old, owner=owner), before(old, "Loomstack", owner=None, status="signed")
    before(old, "Gone", status="lost")
    page = client.get(at(conference))
    assert [deal.organization.name for deal in page.context["deals"]] == ["Harbor DB", "Loomstack"]
    client.post(at(conference), {"chosen": [one.pk, other.pk]})
    made = Sponsorship.objects.filter(conference=conference).order_by("pk")
    assert [(lead.organization.name, lead.status, lead.package, lead.amount) for lead in made] == [
        ("Harbor DB", "lead", gold, 6000),
        ("Loomstack", "lead", gold, 6000),
    ]
    assert [lead.owner for lead in made] == [owner, client.user]
    assert [lead.previous for lead in made] == [one, other]


def test_each_stands_with_what_they_had_and_how_it_went(conference, old, gold, client):
    quota = reg.quota(old, size=50)
    guest = reg.ticket_type(old, price=None, quotas=[quota])
    sell.package(conference=old, name="Silver", passes=4, pass_type=guest)
    gift = {"in_kind_value": 300, "in_kind_what": "Coffee"}
    deal = before(old, package="Silver", outcome="Came with six, wants a corner", **gift)
    actions.give_pass(deal.pk, name="Ada", email="ada@example.org", role="sponsor", by=client.user)
    page = client.get(at(conference)).content.decode()
    for words in ("$5,000", "Coffee, worth $300", "1 of 4 passes used", "wants a corner"):
        assert words in page
    assert "! not sold" in page


def test_asking_again_makes_nothing_twice(conference, old, gold, client):
    deal = before(old)
    for says in ("1 lead made.", "All of them have a deal here already."):
        answer = client.post(at(conference), {"chosen": [deal.pk]}, follow=True)
        assert says in answer.content.decode()
    assert Sponsorship.objects.filter(conference=conference).count() == 1
    page = client.get(at(conference)).content.decode()
    assert "lead here already" in page
    assert "All of them have a deal" in page


def test_who_was_lost_this_year_is_left_alone(conference, old, gold, client):
    deal = before(old)
    sell.sponsorship(package=gold, organization=deal.organization, status="lost")
    client.post(at(conference), {"chosen": [deal.pk]})
    assert Sponsorship.objects.filter(conference=conference).count() == 1


def test_a_package_that_is_not_sold_any_more_needs_another(conference, old, gold, client):
    sell.package(conference=old, name="Diamond")
    deal, same = before(old, package="Diamond"), before(old, "Loomstack")
    answer = client.post(at(conference), {"chosen": [deal.pk, same.pk]})
    assert answer.context["form"].errors == {"otherwise": ["Some that you ticked need one."]}
    assert not Sponsorship.objects.filter(conference=conference).exists()
    client.post(at(conference), {"chosen": [deal.pk, same.pk], "otherwise": gold.pk})
    assert Sponsorship.objects.filter(conference=conference, package=gold).count() == 2
    with pytest.raises(Refused):
        actions.ask_again(make.conference(), [deal.pk], otherwise=None, by=client.user)


@pytest.mark.parametrize("chosen", [[], ["x"], ["999999"], ["9" * 40]])
def test_bad_choices_are_refused_in_words(conference, old, gold, client, chosen):
    before(old)
    answer = client.post(at(conference), {"chosen": chosen, "otherwise": ""})
    assert list(answer.context["form"].errors) == ["chosen"]


def test_another_edition_can_be_chosen(conference, old, gold, client):
    before(old)
    older = make.conference(starts_on=old.starts_on.replace(year=2018))
    sell.package(conference=older, name="Gold")
    before(older, "Loomstack")
    names = {
        query: [one.organization.name for one in client.get(at(conference, query)).context["deals"]]
        for query in ("", f"?since={older.slug}", "?since=nonsense")
    }
    assert names == {
        "": ["Harbor DB"],
        f"?since={older.slug}": ["Loomstack"],
        "?since=nonsense": ["Harbor DB"],
    }


def test_without_an_earlier_edition_it_says_so(conference, client):
    assert "No earlier edition had a signed deal" in client.get(at(conference)).content.decode()


def test_a_closed_edition_makes_no_leads(conference, old, gold, client):
    deal = before(old)
    editions.close(conference)
    answer = client.post(at(conference), {"chosen": [deal.pk]})
    assert "closed" in str(answer.context["form"].errors)


@pytest.mark.parametrize("role", ["community", "finance", "press"])
def test_only_sponsorship_asks(conference, as_role, role):
    other = as_role(role)
    assert other.get(at(conference)).status_code == 403
    assert other.post(at(conference), {}).status_code == 403


@pytest.mark.parametrize("much", [1, 3])
def test_the_list_asks_the_same_however_many(
    conference, old, gold, client, django_assert_num_queries, much
):
    for n in range(much):
        before(old, f"Firm {n}", owner=make.user())
    with django_assert_num_queries(10):
        client.get(at(conference))


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_make_one_lead_each(conference, old, gold):
    deals, by = [before(old, f"Firm {n}") for n in range(3)], make.user()
    ends = at_once(
        *[lambda: actions.ask_again(conference, [d.pk for d in deals], otherwise=None, by=by)] * 6
    )
    assert sorted(len(end) for end in ends) == [0] * 5 + [3]
    assert Sponsorship.objects.filter(conference=conference).count() == 3
