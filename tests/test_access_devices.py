"""Every address × every kind of paired device: its own few under /door/, and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from checkin.actions import revoke
from checkin.models import Station
from tests.factories import checkin as make
from tests.test_access import KWARGS, RIGHTS, STATION, ours

K = Station.Kind
SCANNING, EVERY = {K.PHONE, K.DESK, K.COUNTER}, set(K)

MAY = {
    "checkin:door": {*SCANNING, K.KIOSK, K.EXHIBITOR},
    "checkin:leads": {K.EXHIBITOR},
    "checkin:lead": {K.EXHIBITOR},
    "checkin:lead-scan": {K.EXHIBITOR},
    "checkin:leads-send": {K.EXHIBITOR},
    "checkin:leads-file": {K.EXHIBITOR},
    "checkin:scan": SCANNING,
    "checkin:scans": SCANNING,
    "checkin:tickets": SCANNING,
    "checkin:search": SCANNING,
    "checkin:undo": SCANNING,
    "checkin:state": EVERY,
    "checkin:kiosk-begin": {K.KIOSK},
    "checkin:kiosk-scan": {K.KIOSK},
    "checkin:kiosk-stop": {K.KIOSK},
    "checkin:kiosk-find": {K.KIOSK},
    "checkin:kiosk-choose": {K.KIOSK},
    "checkin:kiosk-ticket": {K.KIOSK},
    "checkin:kiosk-badge": {K.KIOSK},
    "checkin:kiosk-correct": {K.KIOSK},
    "checkin:kiosk-print": {K.KIOSK},
    "checkin:kiosk-printing": {K.KIOSK},
    "checkin:kiosk-buy": {K.KIOSK},
    "checkin:kiosk-buy-one": {K.KIOSK},
    "checkin:kiosk-upgrade": {K.KIOSK},
    "checkin:kiosk-pay": {K.KIOSK},
    "checkin:kiosk-pay-svg": {K.KIOSK},
    "checkin:kiosk-drop": {K.KIOSK},
    "checkin:printer": {K.PRINTER},
    "checkin:print-claim": {K.PRINTER},
    "checkin:print-here": {K.PRINTER},
    "checkin:print-hold": {K.PRINTER},
    "checkin:print-page-size": {K.PRINTER, K.DESK},
    "checkin:print-pdf": {K.PRINTER},
    "checkin:print-svg": {K.PRINTER},
    "checkin:print-report": {K.PRINTER},
    **dict.fromkeys((name for name in RIGHTS if name.split("-")[0] == "checkin:desk"), {K.DESK}),
}


def path_of(name, conference):
    values = KWARGS | {"slug": conference.slug}
    return reverse(name, kwargs={key: values[key] for key in ours()[name].pattern.converters})


def ask(client, path):
    answer = client.get(path)
    return client.post(path) if answer.status_code == 405 else answer


@pytest.fixture
def devices(conference):
    """{kind: a client with such a station's credential, sent to every address}."""
    found = {}
    for kind in K:
        found[kind] = Client()
        found[kind].station, found[kind].cookies["station"] = make.paired(conference, kind=kind)
    return found


def test_every_address_of_devices_has_its_line():
    assert set(MAY) == {name for name, rule in RIGHTS.items() if rule == STATION}


@pytest.mark.parametrize("name", sorted(MAY))
def test_device_may_what_its_kind_allows_until_it_is_revoked(conference, devices, name):
    path = path_of(name, conference)
    for kind, client in devices.items():
        status = ask(client, path).status_code
        assert (status == 403) == (kind not in MAY[name]) and status < 500, (kind, status)
        revoke(client.station)
        answer = client.get(path, headers={"accept": "application/json"})
        if answer.status_code == 405:
            answer = client.post(path, headers={"accept": "application/json"})
        assert (answer.status_code, answer.json()["paired"]) == (403, False), kind


@pytest.mark.django_db
def test_everywhere_else_a_device_is_nobody(conference, devices):
    nobody, others = Client(), sorted(set(RIGHTS) - set(MAY))
    for name in others:
        path = path_of(name, conference)
        wanted = ask(nobody, path)
        for kind in (K.DESK, K.EXHIBITOR):
            got = ask(devices[kind], path)
            told = (name, kind, got.status_code)
            assert got.status_code == wanted.status_code, told
            assert got.get("Location", "") == wanted.get("Location", ""), told
