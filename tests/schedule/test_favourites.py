"""Stars: of a browser, of an account, carried over, in a private calendar."""

import datetime as dt
import json
import threading
from types import SimpleNamespace

import icalendar
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from cfp.models import Talk
from scale import editions, privacy
from scale.models import Conference
from schedule import favourites
from schedule.actions import publish
from schedule.models import Favourite, FavouriteList
from schedule.plans import working_plan
from schedule.views import favourites as views
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.pages.test_drift import compare, truth
from tests.readers import READERS
from tests.schedule.test_public import statements

KEY, OTHER = "a" * 32, "b" * 32


def send(client, conference, what="sync", key=KEY, **sent):
    return client.post(
        f"/{conference.slug}/my-schedule/{what}/",
        json.dumps({"key": key, **sent}),
        content_type="application/json",
    )


def starred(client, conference, **sent):
    answer = send(client, conference, **sent)
    assert answer.status_code == 200, answer.content
    return answer.json()["talks"]


@pytest.fixture
def talks(conference):
    return [make.slot(conference, starts_at=make.at(conference, 9 + n)).talk for n in range(3)]


def test_stars_stay_with_the_key(conference, client, talks):
    one, two, _ = (talk.code for talk in talks)
    assert starred(client, conference, add=[one, two]) == sorted([one, two])
    assert starred(Client(), conference) == sorted([one, two])
    assert starred(Client(), conference, drop=[one]) == [two]
    assert starred(Client(), conference, key=OTHER) == []


def test_the_key_itself_is_not_kept(conference, client, talks):
    starred(client, conference, add=[talks[0].code])
    kept = FavouriteList.objects.get()
    assert kept.browser != KEY
    assert kept.user is None


def test_looking_makes_no_row(conference, client, as_role):
    starred(client, conference)
    starred(as_role(), conference)
    assert not FavouriteList.objects.exists()


def test_stars_go_into_the_account_at_sign_in(conference, client, as_role, talks):
    one, two, three = (talk.code for talk in talks)
    starred(client, conference, add=[one])
    person = as_role()
    starred(person, conference, key=OTHER, add=[two])
    assert starred(person, conference, add=[three]) == sorted([one, two, three])
    assert starred(Client(), conference) == []  # the browser's own list is gone
    assert FavouriteList.objects.get().user == person.user


def test_who_knows_no_key_sees_no_stars(conference, client, as_role, talks):
    starred(as_role(), conference, key="", add=[talks[0].code])
    assert starred(as_role(), conference, key="") == []
    assert send(client, conference, key="").status_code == 400


def test_only_public_talks_of_this_edition_can_be_starred(conference, client, talks):
    hidden = make.confirmed(conference, status=Talk.Status.SUBMITTED)
    foreign = make.confirmed(make_scale.conference())
    codes = [hidden.code, foreign.code, "ZZZZZZ"]
    assert starred(client, conference, add=codes) == []


def test_a_list_holds_only_so_many(conference, client, talks, monkeypatch):
    monkeypatch.setattr(FavouriteList, "MOST", 2)
    starred(client, conference, add=[talks[0].code])
    assert len(starred(client, conference, add=[talks[1].code, talks[2].code])) == 2


@pytest.mark.parametrize("limit", ["NEW_LISTS", "STARS", "STARS_FROM", "CALLS"])
def test_flooding_is_slowed_down(conference, client, talks, monkeypatch, limit):
    monkeypatch.setattr(views, limit, {"limit": 1, "seconds": 900})
    starred(client, conference, add=[talks[0].code])
    again = send(
        client, conference, key=KEY if limit != "NEW_LISTS" else OTHER, add=[talks[1].code]
    )
    assert again.status_code == 429
    assert "Please wait" in again.json()["says"]
    assert Favourite.objects.count() == 1


def test_many_stars_at_once_count_as_many(conference, client, talks, monkeypatch):
    monkeypatch.setattr(views, "STARS_FROM", {"limit": 4, "seconds": 900})
    codes = [talk.code for talk in talks]
    starred(client, conference, add=codes)
    assert send(client, conference, key=OTHER, add=codes).status_code == 429


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[1]", b"null", b'{"key": 1}', b'{"key": "short"}',
        b'{"key": "%s", "add": "ABCDEF"}' % KEY.encode(),
        b'{"key": "%s", "add": [1]}' % KEY.encode(),
        b'{"key": "%s", "add": ["a\\u0000b"]}' % KEY.encode(),
        b'{"key": "%s", "add": %s}' % (KEY.encode(), json.dumps(["ABCDEF"] * 401).encode()),
        b"[" * 100_000,
    ],
    ids=lambda body: body[:25].decode(),
)  # fmt: skip
def test_what_our_pages_do_not_send_is_refused(conference, client, body):
    path = f"/{conference.slug}/my-schedule/sync/"
    assert client.post(path, body, content_type="application/json").status_code == 400
    assert client.post(path, {"key": KEY}).status_code == 400


def test_other_sites_cannot_star(conference, client, talks):
    answer = client.post(
        f"/{conference.slug}/my-schedule/sync/",
        json.dumps({"key": KEY, "add": [talks[0].code]}),
        content_type="application/json",
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_closed_edition_can_only_be_read(conference, client, talks):
    starred(client, conference, add=[talks[0].code])
    editions.close(conference)
    answer = send(client, conference, add=[talks[1].code])
    assert answer.status_code == 409
    assert "closed" in answer.json()["says"]
    assert starred(client, conference) == [talks[0].code]


def test_counts_name_each_talks_stars(conference, talks):
    make.favourites(conference, talks[0], talks[1])
    make.favourites(conference, talks[0])
    other = make_scale.conference()
    make.favourites(other, make.confirmed(other))
    found = Favourite.objects.counts(conference)
    assert found == {talks[0].pk: 2, talks[1].pk: 1}


def test_starring_makes_no_page_old(conference, client, talks):
    before = Conference.objects.get(pk=conference.pk).version
    starred(client, conference, add=[talks[0].code])
    assert Conference.objects.get(pk=conference.pk).version == before


# --- what the page shows ---------------------------------------------------------------------


def chosen(client, conference, *talks):
    codes = ",".join(talk.code for talk in talks)
    return client.get(f"/{conference.slug}/my-schedule/talks/?talks={codes}")


def test_page_itself_is_everybodys(conference, client, as_role, talks):
    person = as_role()
    starred(person, conference, add=[talks[0].code])
    page = person.get(f"/{conference.slug}/my-schedule/").content.decode()
    assert talks[0].title not in page
    answer = client.get(f"/{conference.slug}/my-schedule/")
    assert answer["Cache-Control"].startswith("public")


def test_talks_can_be_shown_to_others(conference, client, talks):
    """A page by itself, and the same talks as a part of one's own."""
    page = chosen(client, conference, *talks[:2])
    part = client.get(page.request["PATH_INFO"] + f"?part=1&talks={talks[0].code},{talks[1].code}")
    for answer in (page, part):
        text = answer.content.decode()
        assert [talk.title in text for talk in talks] == [True, True, False]
    assert b"<html" in page.content
    assert b"<html" not in part.content
    assert b"No talk is chosen" in chosen(client, conference).content


def test_overlaps_are_marked(conference, client):
    slots = [
        make.slot(conference, starts_at=make.at(conference, hour, minute), minutes=minutes)
        for hour, minute, minutes in ((10, 0, 120), (10, 30, 30), (11, 30, 45), (13, 0, 45))
    ]
    page = chosen(client, conference, *(slot.talk for slot in slots))
    clashes = {slot.talk_id for day in page.context["days"] for slot in day.slots if slot.clashes}
    assert clashes == {slot.talk_id for slot in slots[:3]}
    assert "3 of these overlap" in page.content.decode()


def moments(*spans):
    day = dt.datetime(2027, 3, 4, tzinfo=dt.UTC)
    return [
        SimpleNamespace(
            talk_id=n, talk=None, starts_at=day.replace(hour=begins), ends_at=day.replace(hour=ends)
        )
        for n, (begins, ends) in enumerate(spans)
    ]


@pytest.mark.parametrize(
    ("spans", "clashing"),
    [
        (((9, 10), (10, 11)), []),
        (((9, 11), (10, 12)), [0, 1]),
        (((9, 12), (10, 11), (11, 13)), [0, 1, 2]),
        (((9, 10), (9, 10), (10, 11)), [0, 1]),
    ],
)
def test_clashes(spans, clashing):
    slots = moments(*spans)
    favourites.mark_clashes(slots)
    assert [slot.talk_id for slot in slots if slot.clashes] == clashing


def test_cancelled_talk_overlaps_nothing(conference, client):
    slots = [make.slot(conference, starts_at=make.at(conference, 10)) for _ in range(2)]
    slots[0].talk.move_to(Talk.Status.CANCELLED)
    slots[0].talk.save()
    page = chosen(client, conference, *(slot.talk for slot in slots)).content.decode()
    assert "overlap" not in page
    assert "✕ Cancelled" in page


# --- the private calendar --------------------------------------------------------------------


def calendar_path(client, conference, **sent):
    answer = send(client, conference, "link", **sent)
    assert answer.status_code == 200
    return answer.json()["url"].partition("testserver")[2]


def test_calendar_holds_what_is_starred_and_follows_it(conference, client, talks):
    starred(client, conference, add=[talks[0].code])
    path = calendar_path(client, conference)
    slot = talks[0].slot_set.get()
    make.move(slot, starts_at=make.at(conference, 16))
    publish(working_plan(conference), notify=False)
    answer = Client().get(path)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["uid"]) == str(slot.uuid)
    assert event.decoded("dtstart") == make.at(conference, 16)
    wanted = truth(conference)
    assert [compare(fact, wanted, path) for fact in READERS["ics"](answer.content)]


def test_new_link_makes_the_old_one_dead(conference, client, talks):
    starred(client, conference, add=[talks[0].code])
    old = calendar_path(client, conference)
    new = calendar_path(client, conference, anew=True)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    assert calendar_path(client, conference) == new
    secret = new.rpartition("/")[2].removesuffix(".ics")
    assert len(secret) * 4 >= 128


def test_link_of_another_list_opens_nothing(conference, client, talks):
    mine, other = make.favourites(conference, talks[0]), make.favourites(conference, talks[1])
    path = f"/{conference.slug}/my-schedule/{mine.code}/{other.secret}.ics"
    assert client.get(path).status_code == 404


def test_calendar_of_another_edition_is_not_here(conference, client, talks):
    mine = make.favourites(conference, talks[0])
    other = make_scale.conference()
    path = f"/{other.slug}/my-schedule/{mine.code}/{mine.secret}.ics"
    assert client.get(path).status_code == 404


def test_browser_without_stars_has_no_link(conference, client):
    assert send(client, conference, "link").status_code == 404


# --- what the database holds to --------------------------------------------------------------


def test_database_refuses_a_second_star_and_a_second_list(conference, talks):
    user = make_scale.user()
    mine = make.favourites(conference, talks[0], user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Favourite.objects.create(list=mine, talk=talks[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        FavouriteList.objects.create(conference=conference, user=user)
    make.favourites(conference, key=KEY)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.favourites(conference, key=KEY)


def test_database_refuses_a_list_of_nobody_and_of_two(conference):
    for owner in ({}, {"user": make_scale.user(), "browser": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FavouriteList.objects.create(conference=conference, **owner)


@pytest.mark.django_db(transaction=True)
def test_many_tabs_at_once_make_one_list_and_no_more_than_it_holds(monkeypatch):
    conference = make_scale.conference()
    talks = [make.slot(conference, starts_at=make.at(conference, 9 + n)).talk for n in range(6)]
    monkeypatch.setattr(FavouriteList, "MOST", 3)
    start = threading.Barrier(6)
    faults = []

    def tab(talk):
        try:
            start.wait()
            favourites.sync(conference, user=None, key=KEY, add=[talk.code])
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tab, args=[talk]) for talk in talks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert FavouriteList.objects.count() == 1
    assert Favourite.objects.count() == 3


# --- privacy ---------------------------------------------------------------------------------


def test_person_is_shown_and_erased(conference, talks):
    user = make_scale.user()
    make.favourites(conference, *talks, user=user)
    make.favourites(conference, talks[0])
    shown = privacy.show(user.email)
    assert shown["Own schedule"] == [f"Own schedule, {conference}: 3 talks"]
    privacy.erase(user.email)
    assert [one.user for one in FavouriteList.objects.all()] == [None]


def test_erasing_an_edition_forgets_all_stars(conference, talks):
    make.favourites(conference, *talks)
    editions.erase_personal_data(conference)
    assert not FavouriteList.objects.exists()


def test_statements_do_not_grow_with_stars(conference, client, talks):
    mine = make.favourites(conference, talks[0])
    feed = f"/{conference.slug}/my-schedule/{mine.code}/{mine.secret}.ics"
    page = f"/{conference.slug}/my-schedule/talks/?talks="
    few = statements(client, feed), statements(client, page + talks[0].code)
    Favourite.objects.bulk_create(Favourite(list=mine, talk=talk) for talk in talks[1:])
    codes = ",".join(talk.code for talk in talks)
    assert (statements(client, feed), statements(client, page + codes)) == few
    assert max(few) <= 10
