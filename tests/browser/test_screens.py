"""Every screen that has an address, as a chair sees it.

axe finds nothing and nothing scrolls sideways. A picture of each, in all four looks, is kept
by `PICTURES=folder make test ARGS="tests/browser/test_screens.py"`.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

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
        page.goto(live_server.url + path)
        violations = Axe().run(page).response["violations"]
        faults += [
            (path, one["id"], [node["html"][:150] for node in one["nodes"]][:3])
            for one in violations
        ]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            faults.append((path, "scrolls sideways", width))
        if PICTURES:
            words = f"{name.replace(':', '-')}-{path.strip('/').rpartition('/')[2][:20]}"
            page.screenshot(path=Path(PICTURES, look, f"{words}.png"), full_page=True)
    assert len(found) > 100
    assert {"cfp:change", "cfp:confirm", "cfp:talk-edit"} <= {name for name, _ in found}
    assert faults == []
