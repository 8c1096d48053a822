"""Make a station, pair its device, cut it off."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone

from scale import codes
from scale.db import retry
from scale.editions import require_open
from scale.models import Conference

from ..models import Station

PAIRING_LETTERS = 10  # 50 bits
PAIRING_TIME = dt.timedelta(minutes=10)


class NotWaiting(Exception):
    """No station waits for a device with this code."""


class NameTaken(Exception):
    """Another station of the edition has this name."""


@retry
def save_station(station: Station) -> Station:
    """Make a station or change it; two of one name would be taken for each other.

    The edition's lock lets two clicks see each other.
    """
    conference = Conference.objects.select_for_update().get(pk=station.conference_id)
    require_open(conference)
    others = conference.stations.exclude(pk=station.pk).values_list("name", flat=True)
    if any(station.name.casefold() == other.casefold() for other in others):
        raise NameTaken("There is a station of this name already.")
    fields = ["name", "kind", "checkin_list", "organization", "printer"] if station.pk else None
    station.save(update_fields=fields)
    return station


@transaction.atomic
def open_pairing(station: Station) -> str:
    """The one-time code for the station's next device; an earlier code stops working.

    A device that is paired stays so until the new one takes over.
    """
    require_open(station.conference)
    station = Station.objects.select_for_update().get(pk=station.pk)
    code = codes.new_code(PAIRING_LETTERS)
    station.pairing_hash = codes.digest(code)
    station.pairing_ends_at = timezone.now() + PAIRING_TIME
    station.save(update_fields=["pairing_hash", "pairing_ends_at"])
    return code


@retry
def pair(code: str) -> tuple[Station, str]:
    """Hand the station to the device that sent its code; returns the device's credential.

    The lock makes the code work once: who comes second finds it gone.
    """
    now = timezone.now()
    station = Station.objects.waiting(code, now).select_for_update().first()
    if station is None:
        raise NotWaiting
    require_open(station.conference)
    credential = secrets.token_urlsafe(32)
    station.credential_hash = codes.digest(credential)
    station.paired_at = station.last_seen_at = now
    station.pairing_hash = station.pairing_ends_at = station.revoked_at = None
    station.save(
        update_fields=[
            *("credential_hash", "paired_at", "last_seen_at"),
            *("pairing_hash", "pairing_ends_at", "revoked_at"),
        ]
    )
    return station, credential


@transaction.atomic
def revoke(station: Station) -> None:
    """From the next request on, the device and any open code can do nothing."""
    station = Station.objects.select_for_update().get(pk=station.pk)
    station.credential_hash = station.pairing_hash = station.pairing_ends_at = None
    station.revoked_at = timezone.now()
    station.save(update_fields=["credential_hash", "pairing_hash", "pairing_ends_at", "revoked_at"])
