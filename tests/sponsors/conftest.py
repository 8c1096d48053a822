"""What the races of this floor share."""

import time

import pytest


@pytest.fixture
def dawdling(monkeypatch):
    """After this function the others have time to read what is about to be written."""

    def slow(owner, name):
        plain = getattr(owner, name)

        def then_waits(*args, **kwargs):
            found = plain(*args, **kwargs)
            time.sleep(0.02)
            return found

        monkeypatch.setattr(owner, name, then_waits)

    return slow
