"""The menu of the staff pages: which headings, which links, where one is."""

import re

import pytest
from django.urls import reverse

from scale.models import Role
from scale.navigation import links_for, menu_for

pytestmark = pytest.mark.django_db


def headings(menu):
    return {str(group["label"]): [link["label"] for link in group["links"]] for group in menu}


def test_chair_finds_everything_under_six_headings(chair, conference):
    menu = menu_for(chair.user, conference, "")
    assert headings(menu) == {
        "Program": ["Talks", "Reviews", "Changes", "Tracks", "Ratings"],
        "Rooms": ["Rooms and times", "Versions", "Import", "Crew"],
        "Attendees": ["Desk", "Sale"],
        "Door": ["Stations", "Door", "Badges", "Report"],
        "Sponsors": [
            *("Sponsors", "Conversations", "Mail", "Deals", "Catalogue", "Readiness"),
            *("Booths", "Applications", "Invoices", "Exhibitors", "Press", "Reports"),
        ],
        "Edition": ["Set-up"],
    }


@pytest.mark.parametrize("role", Role)
def test_menu_has_each_link_of_the_role_once(as_role, conference, role):
    user = as_role(role).user
    links = links_for(user, conference, "")
    shown = [link for group in menu_for(user, conference, "") for link in group["links"]]
    assert sorted(link["url"] for link in shown) == sorted(link["url"] for link in links)


def test_few_links_stand_side_by_side(as_role, conference):
    client = as_role(Role.DOOR)
    assert [len(group["links"]) for group in menu_for(client.user, conference, "")] == [1, 1, 1]
    text = client.get(reverse("checkin:stations", args=[conference.slug])).content.decode()
    assert 'class="menu group"' not in text and text.count('aria-current="page"') == 1


def test_page_one_is_on_is_marked_and_its_heading_too(chair, conference):
    url = reverse("checkin:stations", args=[conference.slug])
    text = chair.get(url).content.decode()
    assert re.findall(r'<summary aria-current="true">([^<]+)<', text) == ["Door"]
    assert f'<a href="{url}" aria-current="page">Stations</a>' in text
    # A page behind another is marked as that one is; a link without a heading by itself.
    text = chair.get(reverse("checkin:failed-scans", args=[conference.slug])).content.decode()
    live = reverse("checkin:live", args=[conference.slug])
    assert f'<a href="{live}" aria-current="page">Door</a>' in text
    stations = reverse("checkin:stations", args=[conference.slug])
    text = chair.get(reverse("checkin:lists", args=[conference.slug])).content.decode()
    assert f'<a href="{stations}" aria-current="page">Stations</a>' in text
    url = reverse("scale:setup", args=[conference.slug])
    text = chair.get(url).content.decode()
    assert f'<a href="{url}" aria-current="page">Set-up</a>' in text
    assert "<summary aria-current" not in text
