import pytest
from django.test import Client

from tests.factories import checkin as make


@pytest.fixture
def station(conference):
    """A paired door phone with one list that admits every ticket."""
    return make.paired(conference, name="Door 1")[0]


@pytest.fixture
def phone(conference):
    """A client that holds a station's credential, as `phone.station`."""
    station, credential = make.paired(conference, name="Door 3")
    client = Client()
    client.cookies["station"] = credential
    client.station = station
    return client
