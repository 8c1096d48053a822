"""Every staff page of the schedule marks where one is: once in each row of links."""

import re

import pytest
from django.urls import reverse

from scale.models import Role
from schedule.plans import working_plan
from tests.factories import schedule as make

PLACES = [
    ("board", [], ["Rooms and times", "Board"]),
    ("plan", [], ["Rooms and times", "List"]),
    ("place", [], ["Rooms and times"]),
    ("plans", [], ["Rooms and times", "Plans"]),
    ("compare", ["plan"], ["Rooms and times", "Plans"]),
    ("workshops", [], ["Rooms and times", "Seats"]),
    ("releases", [], ["Versions", "Versions"]),
    ("release", [1], ["Versions", "Versions"]),
    ("rebuilt", [1], ["Versions", "Versions"]),
    ("releases-compare", [], ["Versions", "Versions"]),
    ("import", [], ["Import"]),
    ("crew", [], ["Crew", "Rooms"]),
    ("crew-speakers", [], ["Crew", "Speakers"]),
    ("crew-workshops", [], ["Crew", "Workshops"]),
    ("head-counts", [], ["Crew", "Head counts"]),
]


@pytest.mark.parametrize(("name", "args", "marked"), PLACES, ids=[one[0] for one in PLACES])
def test_page_marks_where_it_is(conference, as_role, name, args, marked):
    make.slot(conference)
    args = [working_plan(conference).pk if one == "plan" else one for one in args]
    path = reverse(f"schedule:{name}", args=[conference.slug, *args])
    page = as_role(Role.PROGRAM).get(path).content.decode()
    rows = re.findall(r'<nav class="(?:tabs|[^"]*overflow-auto)[^"]*".*?</nav>', page, re.DOTALL)
    assert re.findall(r'aria-current="page">([^<]+)</a>', "".join(rows)) == marked
