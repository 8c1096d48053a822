import pytest
from django.test import Client

from tests.factories import badges as make


@pytest.fixture
def box(conference):
    """A client that holds the credential of a print station, as `box.station`."""
    station, credential = make.printer(conference, name="desk 3")
    client = Client()
    client.cookies["station"] = credential
    client.station = station
    return client
