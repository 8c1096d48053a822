"""What makes the scanner an app: its worker and its manifest, the same for everybody."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from checkin.views import browser

pytestmark = pytest.mark.django_db


def test_worker_keeps_files_that_exist_and_is_asked_for_again(client):
    answer = client.get(reverse("checkin:worker"))
    script = answer.content.decode()
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Cache-Control"] == "no-cache"
    files = [json.loads(text) for text in re.findall(r'"/static/[^"]+"', script)]
    assert len(files) == len(browser.FILES)
    assert all(finders.find(path.removeprefix("/static/")) for path in files)
    assert '["/door/"]' in script
    again = client.get(reverse("checkin:worker"), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_worker_is_another_one_when_a_file_changed(client, monkeypatch):
    before = client.get(reverse("checkin:worker"))["ETag"]
    monkeypatch.setattr(browser, "version", lambda: "changed1")
    assert client.get(reverse("checkin:worker"))["ETag"] != before


def test_worker_keeps_every_file_that_the_page_loads(phone):
    page = phone.get("/door/").content.decode()
    loaded = set(re.findall(r'(?:src|href|data-wasm)="/static/([^"]+)"', page))
    assert loaded <= set(browser.FILES)


def test_manifest_puts_the_scanner_on_the_home_screen(client):
    answer = client.get(reverse("checkin:manifest"))
    assert answer["Content-Type"] == "application/manifest+json"
    said = answer.json()
    assert (said["start_url"], said["scope"], said["display"]) == ("/door/", "/door/", "standalone")
    assert [icon["sizes"] for icon in said["icons"]] == ["192x192", "512x512"]
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in said["icons"])


@pytest.mark.parametrize("name", ["worker", "manifest"])
def test_nothing_is_sent_to_them(client, name):
    assert client.post(reverse(f"checkin:{name}")).status_code == 405
