"""The public schedule in a real browser: searching, starring, without network, on paper."""

import datetime as dt
import io
import re

import pypdf
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cfp.models import Talk
from schedule.actions import publish
from schedule.models import Favourite, FavouriteList
from schedule.plans import working_plan
from tests.factories import cfp as make_cfp
from tests.factories import scale as make_scale
from tests.factories import schedule as make
from tests.factories import sponsors as make_sponsors

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def stage(conference):
    """Two days, two rooms, two tracks; one talk of 90 minutes beside two of 45."""
    tracks = [
        make_cfp.track(conference, name=name, code=name.lower()) for name in ("Cloud", "Home")
    ]
    rooms = [make.room(conference, name=name) for name in ("North", "South")]
    spots = [
        ("Long one", 0, 0, 10, 0, 90, 0),
        ("First short", 1, 1, 10, 0, 45, 0),
        ("Second short", 1, 1, 10, 45, 45, 0),
        ("Next day", 0, 0, 11, 0, 45, 1),
    ]
    return {
        title: make.slot(
            conference,
            room=rooms[room],
            minutes=minutes,
            starts_at=make.at(conference, hour, minute, day),
            talk=make.confirmed(conference, title=title, track=tracks[track]),
        )
        for title, track, room, hour, minute, minutes, day in spots
    }


@pytest.fixture
def goto(page, live_server, conference):
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))

    def go(path):
        page.goto(f"{live_server.url}/{conference.slug}/{path}")
        return page

    yield go
    assert page.faults == []


def card(page, title):
    return page.locator(".talk", has=page.get_by_role("link", name=title, exact=True))


def star(page, title):
    return card(page, title).locator(".star")


def test_grid_is_true_to_time(goto, stage):
    page = goto("schedule/")
    page.set_viewport_size(DESKTOP)
    long, first, second = (
        card(page, title).bounding_box() for title in ("Long one", "First short", "Second short")
    )
    assert long["y"] == pytest.approx(first["y"], abs=1)
    assert long["y"] + long["height"] == pytest.approx(second["y"] + second["height"], abs=1)
    assert first["y"] + first["height"] <= second["y"]
    assert first["x"] == second["x"] > long["x"]


def test_phone_gets_a_list_by_time(goto, stage):
    page = goto("schedule/")
    page.set_viewport_size(PHONE)
    boxes = [card(page, title).bounding_box() for title in ("Long one", "First short")]
    assert boxes[0]["x"] == boxes[1]["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "North" in card(page, "Long one").inner_text()


def test_days_are_tabs(goto, stage):
    page = goto("schedule/")
    expect(card(page, "Next day")).to_be_hidden()
    page.locator("#tabs a").nth(1).click()
    expect(card(page, "Next day")).to_be_visible()
    expect(card(page, "Long one")).to_be_hidden()
    page.get_by_role("link", name="All", exact=True).click()
    expect(card(page, "Long one")).to_be_visible()


def test_search_is_instant_and_stands_in_the_address(goto, stage, live_server):
    page = goto("schedule/")
    page.get_by_label("Search talks and speakers").fill("SHORT")
    expect(card(page, "First short")).to_be_visible()
    expect(card(page, "Long one")).to_be_hidden()
    expect(page.get_by_text("2 found")).to_be_visible()
    assert page.url.endswith("?q=SHORT")
    page.reload()
    expect(page.get_by_text("2 found")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(card(page, "Long one")).to_be_visible()


def test_link_to_a_search_goes_on_at_once(goto, stage):
    """The server answers the search alone; the rest comes after it."""
    page = goto("schedule/?track=cloud")
    expect(card(page, "Long one")).to_be_visible()
    expect(card(page, "First short")).to_be_hidden()
    page.locator(".chip", has_text="Home").click()
    expect(card(page, "First short")).to_be_visible()
    expect(card(page, "Next day")).to_be_visible()
    assert "track=home" in page.url
    page.locator(".chip", has_text="Cloud").click()
    expect(card(page, "Long one")).to_be_hidden()


def test_search_works_without_javascript(browser, live_server, conference, stage):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/{conference.slug}/schedule/")
    page.locator(".chip", has_text="Home").click()
    expect(card(page, "First short")).to_be_visible()
    expect(card(page, "Long one")).to_have_count(0)
    page.get_by_label("Search talks and speakers").fill("second")
    page.get_by_label("Search talks and speakers").press("Enter")
    expect(card(page, "Second short")).to_be_visible()
    expect(card(page, "First short")).to_have_count(0)
    page.context.close()


def test_times_switch_to_the_visitors_and_stay(browser, live_server, conference, stage):
    context = browser.new_context(timezone_id="Europe/Berlin", viewport=PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}/{conference.slug}/schedule/")
    page.get_by_role("button", name="show mine").click()
    expect(card(page, "Long one").locator("time").first).to_have_text("19:00")
    page.goto(live_server.url + stage["Long one"].talk.get_absolute_url())
    expect(page.locator("[data-slot] time").first).to_have_text("Thu 4 March, 19:00")
    page.get_by_role("button", name="show the venue’s").click()
    expect(page.locator("[data-slot] time").first).to_have_text("Thu 4 March, 10:00")
    context.close()


def test_every_page_with_times_switches(browser, live_server, conference, stage):
    """Berlin is nine hours ahead; what is kept on one page counts on all."""
    slot = stage["Long one"]
    make.move(slot, starts_at=make.at(conference, 9))
    publish(working_plan(conference), notify=False)
    paths = [
        *("schedule/", "schedule/?view=list", "schedule/?q=long", "schedule/2027-03-04/", "now/"),
        *("my-schedule/", f"my-schedule/talks/?talks={slot.talk.code}", "changes/"),
        *(f"rooms/{slot.room.code}/", f"tracks/{slot.talk.track.code}/"),
        f"speakers/{slot.talk.speakers()[0].named_code}/",
        slot.talk.get_absolute_url().removeprefix(f"/{conference.slug}/"),
    ]
    context = browser.new_context(timezone_id="Europe/Berlin", viewport=DESKTOP)
    page = context.new_page()
    page.clock.install(time=make.at(conference, 8))
    page.goto(f"{live_server.url}/{conference.slug}/schedule/")
    star(page, "Long one").click()
    page.get_by_role("button", name="show mine").click()
    for path in paths:
        page.goto(f"{live_server.url}/{conference.slug}/{path}")
        expect(page.get_by_text("times where you are (Europe/Berlin)")).to_be_visible()
        time = page.locator('#main time[datetime="2027-03-04T09:00:00-08:00"]:visible').first
        expect(time).to_have_text(re.compile(r"(^|, )18:00$"))
    page.get_by_role("button", name="show the venue’s").click()
    expect(time).to_have_text(re.compile(r"(^|, )09:00$"))
    context.close()


def wait_for(page, condition):
    for _ in range(100):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen")


def test_stars_are_kept_here_and_told_to_the_server(goto, stage):
    page = goto("schedule/")
    star(page, "Long one").click()
    expect(star(page, "Long one")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-star-count]").first).to_have_text("★ My schedule (1)")
    wait_for(page, lambda: Favourite.objects.count() == 1)
    page.locator("[data-star-count]").first.click()
    expect(card(page, "Long one")).to_be_visible()
    expect(card(page, "First short")).to_have_count(0)
    star(page, "Long one").click()
    expect(page.get_by_text("Nothing starred yet")).to_be_visible()
    wait_for(page, lambda: Favourite.objects.count() == 0)


def test_overlaps_are_shown_in_my_schedule(goto, stage):
    page = goto("schedule/")
    for title in ("Long one", "First short"):
        star(page, title).click()
    goto("my-schedule/")
    expect(page.get_by_text("2 of these overlap")).to_be_visible()


def test_stars_come_along_at_sign_in(goto, stage, client, live_server):
    page = goto("schedule/")
    star(page, "Long one").click()
    wait_for(page, lambda: Favourite.objects.count() == 1)
    user = make_scale.user()
    client.force_login(user)
    kept = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": kept, "url": live_server.url}])
    goto("schedule/")
    wait_for(page, lambda: FavouriteList.objects.get().user == user)
    page.context.clear_cookies()  # signed out: the next one at this screen sees none of it
    goto("schedule/")
    expect(star(page, "Long one")).to_have_attribute("aria-pressed", "false")
    assert Favourite.objects.get().talk == stage["Long one"].talk


def test_calendar_link_is_shown_and_made_anew(goto, stage):
    page = goto("schedule/")
    star(page, "Long one").click()
    goto("my-schedule/")
    page.get_by_role("button", name="Show my link").click()
    box = page.get_by_label("Your calendar link")
    expect(box).to_be_visible()
    first = box.input_value()
    assert page.request.get(first).ok
    page.get_by_role("button", name="Make a new link").click()
    expect(page.get_by_text("The earlier link is dead.")).to_be_visible()
    assert box.input_value() != first
    assert page.request.get(first).status == 404


# --- without network -------------------------------------------------------------------------


def until_kept(page, path):
    page.evaluate("navigator.serviceWorker.ready")
    ask = f"""async () => {{
        for (const name of await caches.keys()) {{
            const found = await (await caches.open(name)).match("{path}", {{ignoreVary: true}});
            if (found) return true;
        }}
        return false;
    }}"""
    wait_for(page, lambda: page.evaluate(ask))


def kept_pages(page):
    return page.evaluate("""async () => {
        const found = [];
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
                const answer = await cache.match(request, {ignoreVary: true});
                if (!answer.headers.get("Content-Type").includes("html")) continue;
                found.push([new URL(request.url).pathname, await answer.text()]);
            }
        }
        return found;
    }""")


def test_seen_pages_work_without_network(goto, stage, conference):
    page = goto("schedule/")
    until_kept(page, f"/{conference.slug}/schedule/")
    goto(stage["Long one"].talk.get_absolute_url().removeprefix(f"/{conference.slug}/"))
    until_kept(page, stage["Long one"].talk.get_absolute_url())
    page.context.set_offline(True)
    goto("schedule/")
    expect(page.get_by_text("You are offline. This is version 4 from")).to_be_visible()
    page.get_by_label("Search talks and speakers").fill("long")
    expect(card(page, "Long one")).to_be_visible()
    star(page, "Long one").click()
    expect(star(page, "Long one")).to_have_attribute("aria-pressed", "true")
    assert Favourite.objects.count() == 0
    goto(stage["Long one"].talk.get_absolute_url().removeprefix(f"/{conference.slug}/"))
    expect(page.get_by_role("button", name="★ In my schedule")).to_be_visible()
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.context.set_offline(False)
    wait_for(page, lambda: Favourite.objects.count() == 1)
    expect(page.get_by_text("You are offline")).to_have_count(0)


def test_my_schedule_works_without_network(goto, stage, conference):
    page = goto("schedule/")
    star(page, "Long one").click()
    goto("my-schedule/")
    expect(card(page, "Long one")).to_be_visible()
    until_kept(page, f"/{conference.slug}/my-schedule/")
    page.context.set_offline(True)
    goto("my-schedule/")
    expect(card(page, "Long one")).to_be_visible()
    expect(page.get_by_text("No network. This is version 4 from")).to_be_visible()


def test_nothing_personal_is_kept(goto, stage, conference, client, live_server):
    user = make_scale.user(name="Zdenka Private")
    make_scale.staff_role(user, conference, "chair")
    make_scale.second_factor(user)
    client.force_login(user)
    kept = client.cookies["sessionid"].value
    page = goto("schedule/")
    page.context.add_cookies([{"name": "sessionid", "value": kept, "url": live_server.url}])
    page.evaluate("navigator.serviceWorker.ready")
    for path in ("schedule/", "speakers/", "tickets/", "schedule/?q=short", "my-schedule/"):
        goto(path)
    assert "Zdenka" in page.locator(".account").inner_text()
    page.goto(f"{live_server.url}/staff/{conference.slug}/")
    page.goto(f"{live_server.url}/my/talks/")
    goto("speakers/")
    until_kept(page, f"/{conference.slug}/speakers/")
    pages = dict(kept_pages(page))
    assert f"/{conference.slug}/schedule/" in pages
    assert all(path.startswith(f"/{conference.slug}/") for path in pages)
    assert f"/{conference.slug}/tickets/" not in pages
    assert not any("Zdenka" in text for text in pages.values())


def test_worker_goes_when_it_is_switched_off(goto, stage, conference, settings):
    page = goto("schedule/")
    until_kept(page, f"/{conference.slug}/schedule/")
    settings.OFFLINE_PAGES = False
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    wait_for(page, lambda: page.evaluate("caches.keys()") == [])
    page.goto("about:blank")
    page = goto("schedule/")
    assert page.evaluate("navigator.serviceWorker.controller") is None
    wait_for(page, lambda: page.evaluate("caches.keys()") == [])


# --- screens at doors ------------------------------------------------------------------------


@pytest.fixture
def door(conference):
    """A room with a talk that is on, and one after it."""
    conference.starts_on = conference.today()
    conference.ends_on = conference.starts_on + dt.timedelta(days=3)
    conference.save()
    room = make.room(conference, name="Room 104", code="104")
    now = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
    on, after = (
        make.slot(
            conference,
            room=room,
            minutes=40,
            starts_at=now + dt.timedelta(minutes=minutes),
            talk=make.confirmed(conference, title=title),
        )
        for title, minutes in (("On the stage", -10), ("After it", 40))
    )
    return on, after


def test_sign_goes_by_the_clock_and_keeps_its_page_without_network(goto, page, door):
    page.clock.install()
    goto("rooms/104/sign/")
    expect(page.locator(".is-now h3")).to_have_text("On the stage")
    expect(page.locator(".is-next h3")).to_have_text("After it")
    assert (
        page.locator(".is-now h3").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        > 60
    )
    page.context.set_offline(True)
    page.clock.fast_forward("35:00")
    page.clock.run_for(31_000)
    expect(page.locator(".idle")).to_be_visible()
    page.clock.fast_forward("10:00")
    page.clock.run_for(31_000)
    expect(page.locator(".is-now h3")).to_have_text("After it")
    expect(page.locator("[data-net]")).to_contain_text("this is version 2")


def test_sign_shows_a_change_by_itself(goto, page, door):
    page.clock.install()
    goto("rooms/104/sign/")
    on, _ = door
    on.talk.refresh_from_db()
    on.talk.move_to(Talk.Status.CANCELLED)
    on.talk.save()
    make.move(door[1], starts_at=door[1].starts_at + dt.timedelta(minutes=10))
    publish(working_plan(on.conference), notify=False)
    page.clock.run_for(31_000)
    expect(page.locator(".is-now .state")).to_have_text("✕ Cancelled")
    expect(page.locator(".screen-says")).to_contain_text("version 3")


@pytest.fixture
def thanked(conference):
    """Two sponsors of different tiers, signed."""
    for position, (tier, firm) in enumerate((("Gold", "Acme"), ("Silver", "Umbra"))):
        thank(conference, tier, firm, position)


def thank(conference, tier, firm, position):
    make_sponsors.sponsorship(
        conference=conference,
        package=make_sponsors.package(conference=conference, name=tier, position=position),
        organization=make_sponsors.organization(name=firm),
        status="signed",
        signed_at=timezone.now(),
    )


@pytest.mark.parametrize("path", ["rooms/104/sign/", "board/"])
def test_screen_that_starts_without_network_shows_the_last_good_page(
    goto, page, door, thanked, conference, path
):
    """The power was away, or somebody pressed reload: the service worker has the page."""
    goto(path)
    expect(page.locator("[data-net]")).to_be_empty()
    until_kept(page, f"/{conference.slug}/{path}")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".is-now h3")).to_have_text("On the stage")
    expect(page.locator("[data-net]")).to_have_text(
        re.compile(r"^No network since (\w+, )?\d\d:\d\d, this is version 2$")
    )
    expect(page.get_by_text("You are offline")).to_have_count(0)
    expect(page.locator(".tier:visible")).to_have_text(re.compile("Gold *Acme"))
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.context.set_offline(False)
    expect(page.locator("[data-net]")).to_be_empty()
    expect(page.locator("body:not([data-offline])")).to_have_count(1)


@pytest.mark.parametrize("path", ["rooms/104/sign/", "board/"])
def test_screen_goes_through_the_tiers_and_takes_up_a_new_sponsor(
    goto, page, door, thanked, conference, path
):
    page.clock.install()
    goto(path)
    strip = page.locator(".tier:visible")
    expect(strip).to_have_text(re.compile("Gold *Acme"))
    page.clock.run_for(12_500)
    expect(strip).to_have_text(re.compile("Silver *Umbra"))
    thank(conference, "Bronze", "Newcomer", 2)
    page.clock.run_for(31_000)
    expect(page.locator("[data-strip]")).to_contain_text("Newcomer")
    expect(strip).to_have_count(1)
    expect(page.locator(".screen-says")).to_contain_text("version 2")


# --- on paper --------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["", "?view=list"])
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_schedule_prints_a_page_for_each_day(goto, page, conference, view, paper):
    rooms = [make.room(conference, name=f"Hall number {n}") for n in range(12)]
    for day in range(3):
        for n, room in enumerate(rooms):
            for hour in (9, 10, 11, 13, 14, 15, 16):
                title = f"A talk about the {n}th thing and what came after it, day {day} at {hour}"
                make.slot(
                    conference, room=room, title=title, starts_at=make.at(conference, hour, day=day)
                )
    texts = printed(goto(f"schedule/{view}"), paper)
    assert len(texts) == 3
    for day, text in enumerate(texts):
        assert f"day {day} at 16" in " ".join(text.split())
        assert f"day {(day + 1) % 3} at" not in " ".join(text.split())
    assert "times in Pacific" in texts[0]
    one_day = conference.starts_on + dt.timedelta(days=1)
    (text,) = printed(goto(f"schedule/{one_day.isoformat()}/{view}"), paper)
    assert "day 1 at 16" in " ".join(text.split())


def printed(page, paper):
    pdf = page.pdf(prefer_css_page_size=True, format=paper)
    return [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf)).pages]
