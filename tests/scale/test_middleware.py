import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from scale.middleware import refused_encodings
from tests.scale import processes

CSS = b"body { margin: 0 }" * 100


@pytest.fixture
def served(settings, tmp_path):
    """The static files as the site serves them, asked with an Accept-Encoding."""
    (tmp_path / "x.css").write_bytes(CSS)
    (tmp_path / "x.css.gz").write_bytes(gzip.compress(CSS))
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = False
    site = refused_encodings(WhiteNoiseMiddleware(lambda request: HttpResponse(status=404)))

    def ask(accepted):
        answer = site(RequestFactory().get("/static/x.css", headers={"Accept-Encoding": accepted}))
        return answer.get("Content-Encoding", "")

    return ask


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, gzip;q=0.5", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("gzip; q=1.0, *;q=0", "gzip"),
        ("gzip;q=0", ""),
        ("GZIP ; Q=0.000, br", ""),
        ("br, gzip;q=0.0", ""),
        ("gzip;q=0" + ",gzip;q=0" * 500, ""),
        ("identity", ""),
        ("", ""),
    ],
)
def test_a_file_comes_compressed_to_whom_it_should(served, accepted, encoding):
    assert served(accepted) == encoding


def test_refusals_are_read_before_anything_compresses():
    """In the settings of a site: the tests take WhiteNoise out of theirs."""
    asked = "from django.conf import settings; print(*settings.MIDDLEWARE, sep='\\n')"
    names = processes.python(asked, DATABASE_URL="sqlite:////tmp/none").stdout.split()
    first = names.index("scale.middleware.refused_encodings")
    assert first < names.index("whitenoise.middleware.WhiteNoiseMiddleware")
