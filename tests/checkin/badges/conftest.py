import pytest

from tests.factories import badges as make
from tests.factories.checkin import device


@pytest.fixture
def box(conference):
    """A client that holds the credential of a print station, as `box.station`."""
    return device(*make.printer(conference, name="desk 3"))
