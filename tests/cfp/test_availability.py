"""When speakers cannot be there: days and hours on the conference's clocks."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from cfp.models import SpeakerAvailability
from scale.time import from_wall
from tests.factories import cfp, scale


@pytest.fixture
def page(conference):
    return reverse("cfp:availability", args=[conference.slug])


@pytest.fixture
def speaker(ana):
    return cfp.speaker(user=ana.user)


def rows(*given):
    sent = {"form-TOTAL_FORMS": len(given), "form-INITIAL_FORMS": 0}
    for number, row in enumerate(given):
        for name, value in zip(("day", "starts", "ends"), row, strict=False):
            sent[f"form-{number}-{name}"] = value
    return sent


def wall(conference, day, hour=0):
    moment = dt.datetime.combine(conference.starts_on + dt.timedelta(days=day), dt.time(hour))
    return from_wall(moment, conference)


@pytest.mark.sqlite
def test_days_and_hours_are_kept_and_replaced(ana, page, conference, speaker):
    first = conference.starts_on.isoformat()
    second = (conference.starts_on + dt.timedelta(days=1)).isoformat()
    ana.post(page, rows([first], [second, "09:00", "12:00"], [""], [first]))
    spans = list(speaker.absences.order_by("starts_at").values_list("starts_at", "ends_at"))
    assert spans == [
        (wall(conference, 0), wall(conference, 1)),
        (wall(conference, 1, 9), wall(conference, 1, 12)),
    ]
    shown = [form.initial for form in ana.get(page).context["forms"].initial_forms]
    assert shown == [{"day": first}, {"day": second, "starts": dt.time(9), "ends": dt.time(12)}]
    ana.post(page, rows([second, "14:00", ""]))
    absence = speaker.absences.get()
    assert (absence.starts_at, absence.ends_at) == (wall(conference, 1, 14), wall(conference, 2))
    ana.post(page, rows([""]))
    assert not speaker.absences.exists()


def test_absence_over_several_days_is_shown_day_by_day(ana, page, conference, speaker):
    SpeakerAvailability.objects.create(
        speaker=speaker,
        conference=conference,
        starts_at=wall(conference, 0, 15),
        ends_at=wall(conference, 1, 10),
    )
    shown = [form.initial for form in ana.get(page).context["forms"].initial_forms]
    days = [day.isoformat() for day in conference.days()]
    assert shown == [
        {"day": days[0], "starts": dt.time(15)},
        {"day": days[1], "ends": dt.time(10)},
    ]


@pytest.mark.parametrize(
    "row",
    [["2001-01-01"], ["", "09:00"], ["x"], ["FIRST", "12:00", "09:00"], ["FIRST", "25:00"]],
)
def test_row_that_makes_no_sense_gets_an_error(ana, page, conference, speaker, row):
    row = [conference.starts_on.isoformat() if part == "FIRST" else part for part in row]
    answer = ana.post(page, rows(row))
    assert answer.status_code == 200 and answer.context["forms"].total_error_count() == 1
    assert not speaker.absences.exists()


def test_other_people_and_other_editions_keep_theirs(ana, page, conference, speaker):
    elsewhere, other = scale.conference(), cfp.speaker()
    now = timezone.now()
    for who, where in ((speaker, elsewhere), (other, conference)):
        who.absences.create(conference=where, starts_at=now, ends_at=now + dt.timedelta(hours=1))
    ana.post(page, rows([""]))
    assert SpeakerAvailability.objects.count() == 2


def test_without_a_profile_there_is_nothing_to_say(ana, page, client):
    assert ana.get(page).url == reverse("cfp:my-talks")
    assert client.get(page).status_code == 302


def test_closed_edition_keeps_what_was_said(ana, page, conference, speaker):
    conference.closed_at = timezone.now()
    conference.save()
    ana.post(page, rows([conference.starts_on.isoformat()]))
    assert not speaker.absences.exists()
