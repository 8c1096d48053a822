"""What somebody at a kiosk does and reads."""

import re

from checkin.kiosk.models import KioskVisit
from checkin.models import Station
from tests.factories import checkin as make


def kiosk_of(conference, **fields):
    """A client that is a kiosk of the edition, as `client.station`."""
    return make.device(*make.paired(conference, kind=Station.Kind.KIOSK, **fields))


def scan(kiosk, code):
    return kiosk.post("/door/kiosk/scan/", {"code": code}, follow=True)


def send(kiosk, where, **said):
    """A form of the visit that goes on now."""
    visit = KioskVisit.objects.filter(station=kiosk.station).first()
    return kiosk.post(
        f"/door/kiosk/{where}/", {"visit": visit.nonce if visit else "", **said}, follow=True
    )


def look_up(kiosk, **said):
    kiosk.post("/door/kiosk/begin/", {"to": "find"})
    return send(kiosk, "find", **said)


def title(answer):
    return re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.S).group(1).strip()


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
