"""What the staff home tells somebody who works with sponsors."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from scale.models import Role
from sponsors.models import NoteMention
from tests.factories import scale as make
from tests.factories import sponsors as sell

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def signed_in(conference, role):
    user = make.user()
    make.second_factor(user)
    make.staff_role(user, conference, role)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def ask(user, conference, number=1, **fields):
    """So often named in a note, and something to do in the same conversation."""
    fields = {"due_on": dt.date(2026, 1, 15)} | fields
    for n in range(number):
        firm = sell.organization(name=f"Harbor {n}")
        thread = sell.conversation(organization=firm, conference=conference)
        note = sell.note(conversation=thread, text="They ask for a quote", author=make.user())
        NoteMention.objects.create(note=note, user=user)
        sell.follow_up(conversation=thread, owner=user, what=f"Send quote {n}", **fields)


def asked(client, conference):
    return client.get(reverse("pages:staff-home", args=[conference.slug])).context["asked"]


def test_home_shows_who_names_me_and_what_is_due(conference):
    client = signed_in(conference, Role.COMMUNITY)
    ask(client.user, conference)
    ask(make.user(), conference)
    page = client.get(reverse("pages:staff-home", args=[conference.slug])).content.decode()
    assert page.count("They ask for a quote") == 1
    assert page.count("Send quote 0") == 1
    NoteMention.objects.update(seen_at="2027-01-01T00:00Z")
    found = asked(client, conference)
    assert (found["named"], len(found["due"])) == ([], 1)


def test_home_shows_a_few_and_leads_to_the_rest(conference):
    client = signed_in(conference, Role.SPONSORSHIP)
    ask(client.user, conference, number=7)
    found = asked(client, conference)
    assert [len(found["named"]), len(found["due"])] == [6, 6]
    assert found["more_named"]
    assert found["more_due"]


@pytest.mark.parametrize("much", [1, 3])
def test_home_asks_the_same_however_much(conference, much, django_assert_max_num_queries):
    client = signed_in(conference, Role.COMMUNITY)
    ask(client.user, conference, number=much)
    asked(client, conference)
    with django_assert_max_num_queries(14):
        asked(client, conference)


def test_home_is_silent_for_whom_it_does_not_concern(conference):
    press, idle = (signed_in(conference, role) for role in (Role.PRESS, Role.SPONSORSHIP))
    ask(press.user, conference)
    ask(idle.user, conference, due_on=dt.date(2099, 1, 1))
    NoteMention.objects.filter(user=idle.user).delete()
    assert asked(press, conference) is None
    assert asked(idle, conference) is None


def cards(client, conference):
    page = client.get(reverse("pages:staff-home", args=[conference.slug]))
    return {card.about: (card.number, card.says) for card in page.context["cards"]}


def test_home_tells_the_press_who_waits_for_an_answer(conference):
    client = signed_in(conference, Role.PRESS)
    assert cards(client, conference) == {
        "Press": ("0", "journalists wait for an answer; 0 have a pass")
    }
    sell.press_request(conference=conference)
    assert cards(client, conference)["Press"][0] == "1"


def test_home_tells_the_committee_of_mail_and_projects_while_they_wait(conference):
    client = signed_in(conference, Role.COMMUNITY)
    assert set(cards(client, conference)) == {"Sponsors"}
    sell.mail()
    sell.mail(status="ignored")
    sell.booth_application(conference=conference)
    sell.booth_application(conference=conference, status="declined")
    sell.booth_application()
    found = cards(client, conference)
    assert found["Mail to sponsors"] == ("1", "mail that nobody could place")
    assert found["Booths for projects"] == ("1", "project asks for a booth")
