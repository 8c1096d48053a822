import datetime as dt

import pytest
from django.test import Client

from scale.models import OutgoingEmail
from tests.factories import cfp, scale


@pytest.fixture
def open_call(conference):
    return cfp.call(conference)


@pytest.fixture
def ana(db):
    """A person without any role, and a client signed in as her."""
    user = scale.user(name="Ana Ruiz")
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def as_track(conference):
    """A client signed in with a role in one track only, second factor included."""

    def sign_in(track, role="chair"):
        user = scale.user()
        cfp.track_role(user, track, role)
        scale.second_factor(user)
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return sign_in


@pytest.fixture
def at(monkeypatch):
    """Sets the clock of the whole process."""

    def set_clock(instant):
        monkeypatch.setattr("django.utils.timezone.now", lambda: instant.astimezone(dt.UTC))

    return set_clock


@pytest.fixture
def sent(db):
    """The mails queued so far: (kind, address), in order."""

    def look():
        rows = OutgoingEmail.objects.order_by("pk").values_list("kind", "to_address")
        return list(rows)

    return look
