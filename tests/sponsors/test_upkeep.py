import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from sponsors import upkeep
from sponsors.models import Apart, Conversation, FollowUp, Note
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def at(name, conference, *args):
    return reverse(f"sponsors:{name}", args=[conference.slug, *args])


def found(conference, name):
    return upkeep.CHECKS[name].find(conference)


def fix(client, conference, remedy, **data):
    return client.post(at("upkeep-fix", conference, remedy), data, follow=True)


def test_clean_data_needs_no_look(conference, as_role):
    owner = as_role("community").user
    row = sell.organization(name="Harbor DB", owner=owner)
    sell.organization(name="Loomstack", owner=owner)
    sell.sponsorship(organization=row, conference=conference)
    thread = sell.conversation(organization=row, conference=conference)
    sell.follow_up(conversation=thread)
    out = io.StringIO()
    call_command("crm_check", edition=conference.slug, stdout=out)
    assert out.getvalue() == f"Nothing needs a look in {conference}.\n"


def test_doubles_are_joined_or_told_apart(conference, as_role):
    client = as_role("community")
    one, other = sell.organization(name="Harbor DB"), sell.organization(name="Harbor D.B. Inc")
    assert [(f.organization, f.other) for f in found(conference, "duplicates")] == [(one, other)]
    shown = client.get(at("upkeep", conference)).content.decode()
    assert at("merge", conference, one.pk, other.pk) in shown
    fix(client, conference, "apart", pk=other.pk, other=one.pk)
    assert Apart.objects.get().first == one
    assert found(conference, "duplicates") == []


def test_who_moved_makes_no_double_of_two_organizations(conference):
    old = sell.contact(email="ada@example.org", left_on=dt.date(2026, 1, 1))
    sell.contact(email="ada@example.org")
    assert found(conference, "duplicates") == []
    type(old).objects.update(left_on=None)
    assert len(found(conference, "duplicates")) == 1


def test_what_nobody_looks_after_gets_somebody(conference, as_role):
    client, row = as_role("community"), sell.organization()
    assert [one.organization for one in found(conference, "owner")] == [row]
    fix(client, conference, "owner", pk=row.pk, owner=client.user.pk)
    row.refresh_from_db()
    assert row.owner == client.user
    assert found(conference, "owner") == []


def test_what_goes_on_without_a_day_gets_one_or_ends(conference, as_role):
    client = as_role("community")
    one = sell.conversation(conference=conference, subject="One")
    two = sell.conversation(conference=conference, subject="Two")
    deal = sell.sponsorship(conference=conference)
    assert [f.organization for f in found(conference, "step")] == [
        *(one.organization, two.organization, deal.organization),
    ]
    day = conference.today() + dt.timedelta(days=3)
    fix(client, conference, "step", pk=one.pk, due_on=day, what="Ask again")
    fix(client, conference, "done", pk=two.pk)
    assert FollowUp.objects.get().owner == client.user
    two.refresh_from_db()
    assert two.state == Conversation.State.DONE
    assert [f.organization for f in found(conference, "step")] == [deal.organization]


def test_what_is_silent_for_three_months_is_found(conference):
    old = sell.conversation(conference=conference)
    for days in (200, 91):
        note = sell.note(conversation=old)
        Note.objects.filter(pk=note.pk).update(written_at=timezone.now() - dt.timedelta(days=days))
    sell.note(conversation=sell.conversation(conference=conference))
    assert [one.conversation for one in found(conference, "silent")] == [old]


def test_other_editions_conversations_are_theirs(conference):
    sell.conversation(conference=make.conference())
    assert found(conference, "step") == []


@pytest.mark.parametrize(
    ("remedy", "data", "status"),
    [
        ("owner", {"pk": "x"}, 404),
        ("owner", {"pk": "9" * 400}, 404),
        ("owner", {}, 404),
        ("step", {"pk": 0}, 404),
        ("apart", {"pk": 1}, 404),
        ("burn", {}, 400),
    ],
)
def test_a_wrong_remedy_is_refused(conference, as_role, remedy, data, status):
    assert fix(as_role("community"), conference, remedy, **data).status_code == status


def test_what_is_typed_wrongly_is_said_and_changes_nothing(conference, as_role):
    client, row = as_role("community"), sell.organization()
    thread = sell.conversation(organization=row, conference=conference)
    stranger = make.user()
    page = fix(client, conference, "owner", pk=row.pk, owner=stranger.pk).content.decode()
    assert "Looked after by: Select a valid choice" in page
    page = fix(client, conference, "step", pk=thread.pk, due_on="2020-01-01", what="x")
    assert "On: This day has passed." in page.content.decode()
    row.refresh_from_db()
    assert row.owner is None
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("much", [1, 3])
def test_the_page_asks_the_same_however_much_is_found(
    conference, as_role, django_assert_num_queries, much
):
    client = as_role("community")
    for n in range(much):
        sell.organization(name=f"Harbor {n}"), sell.organization(name=f"Harbor {n} Inc")
        sell.conversation(conference=conference)
        sell.sponsorship(conference=conference)
    with django_assert_num_queries(13):
        client.get(at("upkeep", conference))


def test_the_command_says_what_the_page_says(conference):
    row = sell.organization(name="Harbor DB")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 to look at"):
        call_command("crm_check", edition=conference.slug, stdout=out)
    assert f"Harbor DB ({row.pk}): nobody looks after it" in out.getvalue()
    with pytest.raises(CommandError, match="no edition"):
        call_command("crm_check", edition="none", stdout=out)
