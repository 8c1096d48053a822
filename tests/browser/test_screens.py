"""Every screen that has an address, as a chair sees it.

axe finds nothing and nothing scrolls sideways; the schedule also with sixty rooms and with titles
that are hard to set. A picture of each, in all four looks, is kept
by `PICTURES=folder make test ARGS="tests/browser/test_screens.py"`.
"""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from schedule.actions import plan_move, publish
from schedule.plans import working_plan
from tests.browser.steps import go
from tests.factories import cfp
from tests.factories import schedule as make
from tests.test_attacks import addresses, chair_of, furnish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PICTURES = os.environ.get("PICTURES", "")
LOOKS = {"phone-light": (PHONE, "light"), "desktop-dark": (DESKTOP, "dark")}
if PICTURES:
    LOOKS |= {"phone-dark": (PHONE, "dark"), "desktop-light": (DESKTOP, "light")}


def screens(client, edition, rows):
    """(name, address) of what answers with a page of ours, also where it says no."""
    for name, path in addresses(edition, rows):
        path += "?full=2" if name == "registration:checkout" else ""
        answer = client.get(path)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            yield name, path


def look_at(page, path, look, words):
    """What is wrong with the page that is open."""
    violations = Axe().run(page).response["violations"]
    faults = [
        (path, one["id"], [node["html"][:150] for node in one["nodes"]][:3]) for one in violations
    ]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > LOOKS[look][0]["width"]:
        faults.append((path, "scrolls sideways", width))
    if PICTURES:
        page.screenshot(path=Path(PICTURES, look, f"{words}.png"), full_page=True)
    return faults


@pytest.mark.parametrize("look", LOOKS)
def test_every_screen(browser, live_server, conference, settings, look):
    size, colours = LOOKS[look]
    settings.PAYMENT_PROVIDERS = ["demo"]
    chair = chair_of(conference)
    rows = furnish(conference, chair.user)
    chair.cookies["station"] = rows["credential"]
    context = browser.new_context(viewport=size, color_scheme=colours, reduced_motion="reduce")
    kept = [
        {"name": name, "value": chair.cookies[name].value, "url": live_server.url}
        for name in ("sessionid", "station")
    ]
    page = context.new_page()
    faults = []
    found = list(screens(chair, conference, rows))
    for name, path in found:
        context.clear_cookies()  # what one page keeps, such as a reservation, is not the next one's
        context.add_cookies(kept)
        go(page, live_server.url + path)
        words = f"{name.replace(':', '-')}-{path.strip('/').rpartition('/')[2][:20]}"
        faults += look_at(page, path, look, words)
    assert len(found) > 100
    assert {"cfp:change", "cfp:confirm", "cfp:talk-edit"} <= {name for name, _ in found}
    assert not faults, "\n".join(map(str, faults))


HARD = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "مقدمة في البرمجيات الحرة ومفتوحة المصدر",
    "🐧🎉 Penguins 👩‍👩‍👧‍👦 on parade",
    "<script>alert(1)</script> & <b>bold</b> {{ 7*7 }}",
)


def crowded(conference):
    """Two days of sixty rooms; a title and a name of each hard kind; one clash in the plan."""
    track = cfp.track(conference, code="hard", name=HARD[0][:60])
    plan, moves = working_plan(conference), []
    for n in range(60):
        title = HARD[n % 4] if n < 8 else f"Talk {n}"
        speakers = [cfp.speaker(name=title[:100])] if n < 8 else []
        talk = make.confirmed(conference, title=title, track=track, speakers=speakers)
        room = make.room(conference, name=f"{HARD[0][:40]} {n}" if n == 3 else f"Hall {n}")
        starts_at = make.at(conference, 10, day=n % 2)
        moves.append(plan_move(plan, make.placement(room, starts_at=starts_at, talk=talk)))
    publish(plan, notify=False)
    first, other = (move.slot_uuid for move in moves[:3:2])
    slots = {slot.uuid: slot for slot in conference.slots.select_related("room", "talk")}
    placement = make.placement(
        slots[first].room, starts_at=slots[first].starts_at, talk=slots[other].talk
    )
    plan_move(working_plan(conference), placement, slot=slots[other])
    return slots[first]


PUBLIC = (
    *("schedule/", "schedule/?view=list", "schedule/{day}/", "schedule/?q=penguins", "now/"),
    *("speakers/", "speakers/{speaker}/", "talks/{talk}/", "tracks/hard/", "rooms/", "board/"),
    *("rooms/{room}/", "rooms/{room}/sign/", "my-schedule/", "changes/"),
)
STAFF = (
    *("rooms/", "rooms/place/?slot={slot}", "plans/", "plans/{plan}/", "releases/1/schedule/"),
    *("releases/compare/", "crew/?day={day}", "crew/{room}/{day}/", "crew/speakers/?day={day}"),
    *("workshops/", "board/?day={day}"),
)


@pytest.mark.parametrize("look", LOOKS)
def test_schedule_of_sixty_rooms_with_titles_hard_to_set(browser, live_server, conference, look):
    slot = crowded(conference)
    chair = chair_of(conference)
    size, colours = LOOKS[look]
    context = browser.new_context(viewport=size, color_scheme=colours, reduced_motion="reduce")
    session = {"name": "sessionid", "value": chair.cookies["sessionid"].value}
    context.add_cookies([{**session, "url": live_server.url}])
    page = context.new_page()
    names = {
        "day": conference.starts_on.isoformat(),
        "talk": slot.talk.named_code,
        "speaker": slot.talk.speakers()[0].named_code,
        "room": slot.room.code,
        "slot": slot.uuid,
        "plan": working_plan(conference).pk,
    }
    faults = []
    places = [f"/{conference.slug}/{path}" for path in PUBLIC]
    places += [f"/staff/{conference.slug}/{path}" for path in STAFF]
    for n, place in enumerate(places):
        path = place.format(**names)
        assert page.goto(live_server.url + path).status == 200, path
        faults += look_at(page, path, look, f"crowded-{n:02}")
        if n == 0:  # so that my schedule is not empty
            page.locator(".star:visible").first.click()
    page.locator(".ec-event.line").first.click()
    page.locator("#line[open]").wait_for()
    assert page.locator("#hard").text_content().strip() == "✕ 1 must be solved"
    faults += look_at(page, "the board's dialog", look, "crowded-dialog")
    context.close()  # the board asks for news as long as it is open
    assert not faults, "\n".join(map(str, faults))


@pytest.mark.parametrize("paper", ["Letter", "A4"])
def test_schedule_is_printed_on_a_page_for_each_day(browser, live_server, conference, paper):
    crowded(conference)
    page = browser.new_page(viewport=DESKTOP)
    page.goto(f"{live_server.url}/{conference.slug}/schedule/")
    page.locator(".star:visible").first.wait_for()
    pdf = page.pdf(format=paper, landscape=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2
    if PICTURES:
        Path(PICTURES, f"schedule-{paper}.pdf").write_bytes(pdf)
