"""The board of deals: who sees what, moving, narrowing, what it costs."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sponsors import actions
from sponsors.models import Sponsorship
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.sponsors.test_races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
Status = Sponsorship.Status


def at(name, conference, *args, query=""):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args]) + query


@pytest.fixture
def client(as_role):
    return as_role("sponsorship")


def names(answer):
    return {
        column["status"].value: [deal.organization.name for deal in column["cards"]]
        for column in answer.context["columns"]
        if column["cards"]
    }


def deal(conference, name, **fields):
    return sell.sponsorship(
        conference=conference, organization=sell.organization(name=name), **fields
    )


def test_pipeline_counts_and_sums(conference, client):
    package = sell.package(conference=conference, name="Gold", size=2, price=11111)
    sell.sponsorship(package=package, status="signed", amount=1000)
    sell.sponsorship(package=package, status="paid", amount=2500)
    gift = {"in_kind_value": 750, "in_kind_what": "Coffee"}
    sell.sponsorship(package=package, status="asked", amount=9000, **gift)
    sell.sponsorship(status="signed", amount=5)  # another edition's
    answer = client.get(at("pipeline", conference))
    figures = {
        row["status"].value: (row["number"], row["sum"], row["kind"], row["bar"])
        for row in answer.context["rows"]
        if row["number"]
    }
    page = answer.content.decode()
    assert figures == {
        **{"asked": (1, 9000, 750, 100), "signed": (1, 1000, 0, 10), "paid": (1, 2500, 0, 26)},
    }
    assert "2 signed or paid, $3,500" in page
    assert "✕ sold out" in page
    assert "$9,000 + $750 in kind" in page


def test_cards_stand_in_their_columns_longest_there_first(conference, client):
    now = timezone.now()
    deal(conference, "New", status="asked", moved_at=now)
    old = deal(conference, "Old", status="asked", moved_at=now - dt.timedelta(days=9))
    deal(conference, "Gone", status="lost", lost_why="budget")
    sell.follow_up(
        conversation=sell.conversation(organization=old.organization), due_on=dt.date(2026, 3, 1)
    )
    answer = client.get(at("pipeline", conference))
    page = answer.content.decode()
    assert names(answer) == {"asked": ["Old", "New"], "lost": ["Gone"]}
    assert "9 days here" in page
    assert "overdue since 1 March" in page or "overdue since March 1" in page
    assert "no money for it this year" in page


def test_community_sees_the_board_without_amounts_and_without_moves(conference, as_role):
    deal(conference, "Harbor DB", amount=1234, in_kind_value=77, in_kind_what="Coffee")
    page = as_role("community").get(at("pipeline", conference)).content.decode()
    assert "Harbor DB" in page
    for hidden in ("1,234", "$77", "Together", "Price", "formaction", 'draggable="true"'):
        assert hidden not in page


def test_finance_sees_amounts_and_no_next_steps(conference, as_role):
    row = deal(conference, "Harbor DB", amount=1234)
    sell.follow_up(conversation=sell.conversation(organization=row.organization))
    page = as_role("finance").get(at("pipeline", conference)).content.decode()
    assert "$1,234" in page
    assert "Harbor DB" in page
    for hidden in ("next step", "overdue", "formaction", "/organizations/"):
        assert hidden not in page.partition('id="board"')[2]


def test_the_board_is_narrowed_by_owner_package_and_name(conference, client):
    gold = sell.package(conference=conference, name="Gold")
    owner = make.user()
    deal(conference, "Harbor DB", package=gold, owner=owner)
    deal(conference, "Loomstack")
    for query, found in [
        ("?q=harb", ["Harbor DB"]),
        (f"?package={gold.pk}", ["Harbor DB"]),
        (f"?owner={owner.pk}", ["Harbor DB"]),
        ("?owner=none", ["Loomstack"]),
        ("?q=nobody", []),
        ("?package=x&owner=999999", ["Harbor DB", "Loomstack"]),
    ]:
        answer = client.get(at("pipeline", conference, query=query))
        assert (query, sorted(sum(names(answer).values(), []))) == (query, found)
        assert answer.context["number"] == 2


def test_pipeline_of_nothing_says_what_to_do(conference, client):
    page = client.get(at("pipeline", conference)).content.decode()
    assert "No deal has begun." in page


@pytest.mark.parametrize("much", [1, 3])
def test_pipeline_asks_the_same_however_many(conference, client, django_assert_num_queries, much):
    for _ in range(much):
        sell.sponsorship(conference=conference, owner=make.user())
    with django_assert_num_queries(8):
        client.get(at("pipeline", conference))


# --- moving ----------------------------------------------------------------------------------


def moved(client, row, status, expected, **headers):
    path = at("move", row.conference, row.pk, query=f"?board=1&expected={expected}")
    return client.post(path, {"status": status}, headers=headers)


def test_a_card_that_is_dropped_gets_the_board_anew(conference, client):
    row = deal(conference, "Harbor DB", moved_at=timezone.now() - dt.timedelta(days=9))
    answer = moved(client, row, "interested", "lead", **{"X-Board": "1"})
    page = answer.content.decode()
    row.refresh_from_db()
    assert (answer.status_code, row.status) == (200, "interested")
    assert "Harbor DB is in “interested” now." in page
    assert "new here" in page
    assert "<html" not in page
    assert names(answer) == {"interested": ["Harbor DB"]}


def test_who_moves_second_hears_where_it_is(conference, client):
    row = deal(conference, "Harbor DB", status="contract")
    answer = moved(client, row, "interested", "lead", **{"X-Board": "1"})
    row.refresh_from_db()
    assert (answer.status_code, row.status) == (409, "contract")
    assert "Harbor DB was moved to “contract sent” meanwhile" in answer.content.decode()
    assert names(answer) == {"contract": ["Harbor DB"]}


def test_an_illegal_move_is_refused_and_the_card_goes_back(conference, client):
    row = deal(conference, "Harbor DB", status="paid")
    answer = moved(client, row, "lead", "paid", **{"X-Board": "1"})
    assert answer.status_code == 409
    assert "A deal that is paid cannot become lead." in answer.content.decode()
    assert names(answer) == {"paid": ["Harbor DB"]}


def test_without_scripts_the_board_comes_back_with_the_reason(conference, client):
    row = deal(conference, "Harbor DB", status="contract")
    answer = moved(client, row, "interested", "lead")
    assert answer["Location"] == at("pipeline", conference)
    assert "meanwhile" in client.get(answer["Location"]).content.decode()


def test_a_card_offers_the_moves_of_the_table(conference, client):
    row = deal(conference, "Harbor DB", status="signed")
    page = client.get(at("pipeline", conference)).content.decode()
    card = page.partition(f'id="deal-{row.pk}"')[2].partition("</li>")[0]
    offered = [part.partition('"')[0] for part in card.split('data-goal="')[1:]]
    assert offered == ["contract", "paid", "lost"]
    assert at("lost", conference, row.pk) in card


def test_lost_asks_why(conference, client):
    row = deal(conference, "Harbor DB")
    answer = moved(client, row, "lost", "lead")
    assert answer["Location"] == at("lost", conference, row.pk, query="?expected=lead")
    page = client.get(answer["Location"]).content.decode()
    assert "Why it came to nothing" in page
    for said, field in [({"lost_words": "x"}, "lost_why"), ({"lost_why": "no"}, "lost_why")]:
        answer = client.post(at("lost", conference, row.pk), said)
        assert list(answer.context["form"].errors) == [field]
    long = {"lost_why": "price", "lost_words": "x" * 301}
    answer = client.post(at("lost", conference, row.pk), long)
    assert list(answer.context["form"].errors) == ["lost_words"]
    said = {"lost_why": "price", "lost_words": "Twice too much 🐧", "expected": "lead"}
    assert client.post(at("lost", conference, row.pk), said).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.lost_why, row.lost_words) == ("lost", "price", "Twice too much 🐧")
    page = client.get(at("organization", conference, row.organization_id)).content.decode()
    assert "Too expensive" in page
    assert "Twice too much 🐧" in page


def test_a_deal_moved_meanwhile_is_not_lost(conference, client):
    row = deal(conference, "Harbor DB", status="signed")
    said = {"lost_why": "price", "expected": "lead"}
    answer = client.post(at("lost", conference, row.pk), said)
    row.refresh_from_db()
    assert "meanwhile" in str(answer.context["form"].errors)
    assert row.status == "signed"


def test_a_deal_that_lives_again_forgets_why_it_was_lost(conference, client):
    row = deal(conference, "Harbor DB", status="lost", lost_words="No")
    moved(client, row, "lead", "lost")
    row.refresh_from_db()
    assert (row.status, row.lost_why, row.lost_words) == ("lead", "", "")


@pytest.mark.parametrize("role", ["community", "finance", "press"])
def test_only_sponsorship_moves_signs_or_loses(conference, as_role, role):
    row, other = deal(conference, "Harbor DB"), as_role(role)
    for name in ("move", "sign", "lost", "contract"):
        assert other.post(at(name, conference, row.pk), {"status": "asked"}).status_code == 403
    row.refresh_from_db()
    assert row.status == "lead"


def test_what_they_give_in_kind_is_kept_exactly(conference, client):
    row = deal(conference, "Harbor DB", amount=0)
    said = {"package": row.package_id, "amount": "0", "owner": "", "outcome": "Came with six"}
    answer = client.post(at("deal-edit", conference, row.pk), said | {"in_kind_value": "99.95"})
    assert answer.context["form"].errors == {"in_kind_what": ["Say what they give."]}
    said |= {"in_kind_value": "99.95", "in_kind_what": "Coffee  for two days"}
    assert client.post(at("deal-edit", conference, row.pk), said).status_code == 302
    row.refresh_from_db()
    assert (str(row.in_kind_value), row.in_kind_what) == ("99.95", "Coffee for two days")
    assert row.outcome == "Came with six"
    page = client.get(at("organization", conference, row.organization_id)).content.decode()
    assert "$99.95</span> in kind" in page


# --- races: each guard was taken out once to see them fail -----------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_from_one_column_the_second_is_told(conference):
    row = deal(conference, "Harbor DB")
    ends = at_once(
        *(
            lambda status=status: actions.move_sponsorship(row.pk, status, expected="lead")
            for status in ("asked", "interested", "contract") * 2
        )
    )
    assert sorted(type(end).__name__ for end in ends) == ["Refused"] * 5 + ["Sponsorship"]
