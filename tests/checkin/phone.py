"""What a volunteer does with a phone at the door, in a real browser."""

import os
import re
import signal
import time
from pathlib import Path

import segno
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from checkin import actions
from checkin.models import Lead, Scan
from tests.browser.steps import PATIENCE
from tests.factories import checkin as make

PHONE = {"viewport": {"width": 390, "height": 844}}
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
# Every value of every store, as somebody reads it who has the phone's files.
STORED = """async () => {
  const text = new TextDecoder("latin1"), found = [];
  const spell = (value) => {
    if (value instanceof ArrayBuffer) return text.decode(value);
    if (value && typeof value === "object" && !(value instanceof CryptoKey))
      return Object.values(value).map(spell).join(" ");
    return String(value);
  };
  for (const { name } of await indexedDB.databases()) {
    const db = await idb.openDB(name);
    for (const store of db.objectStoreNames)
      for (const value of await db.getAll(store)) found.push(`${store}: ${spell(value)}`);
    db.close();
  }
  return found;
}"""


def pair(page, address, conference, station=None, **fields):
    station = station or make.station(conference, **{"name": "Door 3"} | fields)
    page.goto(f"{address}/door/pair/{actions.open_pairing(station)}/")
    asks = re.escape(f" as {station} of {conference}?")
    expect(page.get_by_role("heading")).to_have_text(
        re.compile(f"^Pair this (phone|device){asks}$")
    )
    press_pair(page)
    page.wait_for_url(re.compile(r"/door/(desk/.*)?$"))
    if station.kind == "desk":  # its scanner is a link away
        page.goto(f"{address}/door/")
    return station


def press_pair(page):
    page.get_by_role("button", name=re.compile("^Pair this (phone|device)$")).click()


def type_code(page, code):
    page.get_by_label("Ticket code").fill(code)
    page.get_by_role("button", name="Check", exact=True).click()


def verdict(page):
    return page.locator("[data-look]")


def standing(page):
    return page.locator("[data-standing]")


def wait_for(page, whether):
    """Until the database says so: the phone shows a verdict before the server has it."""
    give_up = time.monotonic() + PATIENCE
    while not whether():
        assert time.monotonic() < give_up, [
            *Scan.objects.values_list("verdict", "volunteer"),
            *Lead.objects.values_list("name", "note"),
        ]
        page.wait_for_timeout(100)


def film(path, text):
    """One frame of a QR code on grey, as the raw video Chromium plays for a camera."""
    width, height, scale = 640, 480, 8
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix]
    side = len(rows) * scale
    left, top = (width - side) // 2, (height - side) // 2
    light = bytearray([200]) * (width * height)
    for y in range(-4 * scale, side + 4 * scale):
        for x in range(-4 * scale, side + 4 * scale):
            inside = 0 <= x < side and 0 <= y < side
            dark = inside and rows[y // scale][x // scale]
            light[(top + y) * width + left + x] = 16 if dark else 235
    colours = bytes([128]) * (width * height // 2)
    path.write_bytes(
        b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\nFRAME\n" % (width, height)
        + bytes(light)
        + colours
    )


def written(page, profile):
    """Chromium writes cookies down half a minute late; phones are paired longer before."""
    cookies = [profile / "Default" / name for name in ("Cookies", "Network/Cookies")]
    wait_for(page, lambda: any(c.exists() and b"station" in c.read_bytes() for c in cookies))


def kill(profile):
    """The browser of this profile dies as with an empty battery."""
    wanted = f"--user-data-dir={profile}"
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if wanted in words and not any(word.startswith("--type=") for word in words):
            os.kill(int(folder.name), signal.SIGKILL)
            return
    raise AssertionError("no browser to kill")


def camera(folder, text):
    """Arguments for a Chromium before whose camera the QR code of the text is held."""
    film(folder / "held.y4m", text)
    return [*CAMERA, f"--use-file-for-fake-video-capture={folder / 'held.y4m'}"]


def faults(page):
    """What axe finds on the page, light and dark, and whether it scrolls sideways."""
    page.emulate_media(reduced_motion="reduce")  # colours that fade would be read half-way
    found = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    contrast = {"runOnly": ["color-contrast"]}
    found += Axe().run(page, options=contrast).response["violations"]
    page.emulate_media(color_scheme="light")
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [fault["id"] for fault in found] + ["scrolls sideways"] * too_wide
