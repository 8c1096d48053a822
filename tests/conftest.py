"""What every test may use. Factories are plain functions in tests/factories/."""

import gc
import os
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from scale import cache as page_cache
from scale.models import Role
from tests.factories import scale as make

SHARED = Path(os.environ.get("SHARED_DATA", settings.BASE_DIR.parent / "shared"))

SQLITE_FOLDER = tempfile.TemporaryDirectory(prefix="scale-test-")


def pytest_configure(config):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "whitenoise" not in m]
    # Each process of a parallel run clears a Redis of its own.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if settings.REDIS_URL:
        address = settings.REDIS_URL.rpartition("/")[0]
        settings.CACHES["default"]["LOCATION"] = f"{address}/{worker}"
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:  # threads need a file, not memory
        database["TEST"]["NAME"] = f"{SQLITE_FOLDER.name}/test.sqlite3"


def pytest_collection_finish():
    """A third of the time went by with looking for garbage among what stays till the end."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("realdata") and not (SHARED / "data").exists():
            item.add_marker(pytest.mark.skip(reason=f"no real schedules under {SHARED}"))


@pytest.fixture(autouse=True)
def clean_caches():
    cache.clear()
    page_cache.memory.clear()


@pytest.fixture(autouse=True)
def files_in_a_folder_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MAIL_FOLDER = tmp_path / "mail"


@pytest.fixture
def shared():
    """The folder of real input beside the repository, for tests marked `realdata`."""
    return SHARED


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Debian's Chromium for pytest-playwright's `page`; such tests are marked `browser`."""
    # Playwright keeps an event loop running in this thread; Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=60_000)  # a busy machine is no fault
    return {
        "executable_path": "/usr/bin/chromium",
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture
def conference(db):
    return make.conference()


@pytest.fixture
def as_role(conference):
    """A client signed in with the given roles in the conference, second factor included."""

    def sign_in(*roles, edition=None):
        user = make.user()
        for role in roles:
            make.staff_role(user, edition or conference, role)
        if roles:
            make.second_factor(user)
        client = Client()
        client.force_login(user)
        client.user = user
        return client

    return sign_in


@pytest.fixture
def chair(as_role):
    return as_role(Role.CHAIR)


@pytest.fixture(autouse=True)
def no_window_stays_open(request):
    """A page that is left open goes on asking, and takes the time of every later test."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()
