from contextlib import suppress

import pytest
from playwright.sync_api import Error

from scale.models import Role
from tests.factories import checkin as make

from .kiosks import kiosk_of
from .phone import PHONE


@pytest.fixture
def registrar(as_role):
    return as_role(Role.REGISTRATION)


@pytest.fixture
def station(conference):
    """A paired door phone with one list that admits every ticket."""
    return make.paired(conference, name="Door 1")[0]


@pytest.fixture
def phone(conference):
    """A client that holds a station's credential, as `phone.station`."""
    return make.device(*make.paired(conference, name="Door 3"))


@pytest.fixture
def kiosk(conference):
    """A client that is a self-service kiosk, as `kiosk.station`."""
    return kiosk_of(conference, name="Kiosk 1")


@pytest.fixture
def address(live_server):
    """On localhost, which browsers trust as they trust https."""
    return live_server.url


@pytest.fixture
def start(browser_type, browser_type_launch_args):
    """Opens the browser of one phone: start(profile, *arguments) → its context."""
    usual, opened = browser_type_launch_args, []

    def launch(profile, *arguments, **options):
        context = browser_type.launch_persistent_context(
            profile, **usual | {"args": [*usual["args"], *arguments]}, **PHONE, **options
        )
        opened.append(context)
        return context

    yield launch
    for context in opened:
        with suppress(Error):  # one whose battery died is closed already
            context.close()
