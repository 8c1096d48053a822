"""From one edition to the next, and what becomes of the old one."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from scale import editions, privacy
from scale.models import Conference, OutgoingEmail, Role
from scale.tasks import erase_due
from tests.factories import cfp as make_cfp
from tests.factories import registration as make_registration
from tests.factories import scale as make
from tests.factories import schedule as make_schedule


def next_of(conference, starts_on, slug="next"):
    return editions.create_next(conference, slug=slug, name="SCALE next", starts_on=starts_on)


@pytest.mark.sqlite
def test_set_up_is_copied_and_talks_orders_and_places_are_not(conference):
    make_cfp.call(conference)
    make_cfp.track(conference, name="Storage")
    slot = make_schedule.slot(conference)
    quota = make_registration.quota(conference, size=50)
    kind = make_registration.ticket_type(conference, quotas=[quota])
    make_registration.order(conference, types=[kind])
    make.staff_role(make.user(), conference, Role.CHAIR)
    make.staff_role(make.user(), conference, Role.PROGRAM)  # ends with its edition
    made = next_of(conference, conference.starts_on + dt.timedelta(days=364))

    assert not made.is_public
    assert [track.name for track in made.tracks.all()] == ["Storage"]
    assert [room.name for room in made.rooms.all()] == [slot.room.name]
    assert [role.role for role in made.staff_roles.all()] == [Role.CHAIR]
    assert [(q.size, q.taken) for q in made.quotas.all()] == [(50, 0)]
    assert [one.quotas.count() for one in made.ticket_types.all()] == [1]
    assert (made.talks.count(), made.orders.count(), made.slots.count()) == (0, 0, 0)


@pytest.mark.parametrize("first", [dt.date(2028, 3, 2), dt.date(2027, 12, 30)])
def test_dates_move_to_the_same_weekday(conference, first):
    call = make_cfp.call(
        conference,
        opens_at=make_schedule.at(conference, 9, day=-120),
        closes_at=make_schedule.at(conference, 23, 59, day=-60),
    )
    made = next_of(conference, first)
    copied = made.calls.get()
    here, there = call.closes_at.astimezone(made.zone), copied.closes_at.astimezone(made.zone)
    assert (there.weekday(), there.time()) == (here.weekday(), here.time())


def test_edition_of_other_weekdays_keeps_what_happens_on_its_days(conference, chair):
    """A ticket must admit on its days, whatever they are called."""
    days = [conference.starts_on + dt.timedelta(days=n) for n in range(4)]
    make_registration.ticket_type(conference, admits_from=days[2], admits_until=days[3])
    first = conference.starts_on + dt.timedelta(days=366)
    page = chair.post(
        reverse("scale:next-edition", args=[conference.slug]),
        {"slug": "next", "name": "Next", "starts_on": first.isoformat()},
        follow=True,
    )
    assert f"begins on a {first:%A}" in page.content.decode()
    made = Conference.objects.get(slug="next")
    copied = made.ticket_types.get()
    assert copied.admits_from == first + dt.timedelta(days=2)
    assert copied.admits_until == made.ends_on


def test_leap_day_is_moved_like_any_other(db):
    old = make.conference(starts_on=dt.date(2028, 2, 26), ends_on=dt.date(2028, 2, 29))
    made = next_of(old, dt.date(2029, 2, 24))
    assert made.ends_on == dt.date(2029, 2, 27)
    assert editions.shifter(old, made)(dt.date(2028, 2, 29)) == dt.date(2029, 2, 27)


def test_closed_edition_stays_readable_and_can_be_opened_again(conference, client, chair):
    slot = make_schedule.slot(conference)
    editions.close(conference)
    body = client.get(slot.talk.get_absolute_url())
    assert body.status_code == 200
    conference.refresh_from_db()
    with pytest.raises(editions.EditionClosed):
        editions.require_open(conference)
    assert editions.reopen(conference)
    conference.refresh_from_db()
    editions.require_open(conference)


def test_personal_data_goes_on_its_day_and_money_stays(conference):
    kind = make_registration.ticket_type(conference)
    order = make_registration.order(conference, types=[kind], buyer_email="ada@example.org")
    total = order.total()
    yesterday = timezone.now().date() - dt.timedelta(days=2)
    Conference.objects.filter(pk=conference.pk).update(
        starts_on=yesterday - dt.timedelta(days=40),
        ends_on=yesterday - dt.timedelta(days=37),
        erase_personal_data_on=yesterday,
    )
    erase_due()
    conference.refresh_from_db()
    order.refresh_from_db()
    assert conference.erased_at
    assert conference.is_closed
    assert order.buyer_email != "ada@example.org"
    assert order.total() == total
    assert OutgoingEmail.objects.filter(conference=conference).count() == 0
    assert not editions.reopen(conference)


def test_one_person_is_shown_and_erased_everywhere(conference):
    user = make.user(email="ada@example.org", name="Ada Quintero")
    kind = make_registration.ticket_type(conference)
    order = make_registration.order(conference, types=[kind], buyer_email="ada@example.org")
    speaker = make_cfp.talk_of(user, conference).speakers()[0]
    assert len(privacy.show("Ada@Example.org")) >= 3
    assert privacy.erase("ada@example.org") >= 3
    for row in (user, order, speaker):
        row.refresh_from_db()
    assert "ada@example.org" not in (user.email, order.buyer_email, speaker.email)
    assert not user.is_active
    assert privacy.show("ada@example.org") == {}
