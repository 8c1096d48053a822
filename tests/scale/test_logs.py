"""Lines that the site really writes: JSON, an id each, no address and no secret."""

import json
import signal

import pytest

from scale.logs import redact
from tests.factories import scale as make
from tests.scale import processes

SECRET = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105
REQUESTS = f"""
from django.test import Client
from django.db import connection
import logging, structlog
import pages.views
from scale.models import Conference

def broken():
    raise ValueError("no place for ada@example.org at /24x/orders/ABCD/{SECRET}/")

client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
client.get("/{{slug}}/")
client.get("/{{slug}}/orders/ABCDEFGH/{SECRET}/?mail=ada@example.org")
client.get("/nowhere/ada@example.org/{SECRET}/")
client.get("/account/password/reset/key/1-cabc12-{SECRET[:32]}/")
client.post("/account/login/", {{{{"login": "ada@example.org", "password": "pass-word-1234"}}}})
Conference.objects.current = broken
pages.views.Conference.objects.current = broken
client.get("/")
logging.getLogger("some.library").warning("to %s failed", "ada@example.org")
structlog.get_logger().info("event", to=["ada@example.org"], deep={{{{"link": "/claim/{SECRET}"}}}})
try:
    broken()
except ValueError:
    logging.getLogger("some.library").exception("in a task")
"""


@pytest.fixture
def lines(transactional_db):
    slug = make.conference().slug
    done = processes.python(REQUESTS.format(slug=slug), LOG_LEVEL="INFO", DEMO="0")
    assert done.returncode == 0, done.stderr
    return [line for line in done.stderr.splitlines() if line.startswith("{")]


def test_every_line_is_json_and_holds_neither_address_nor_secret(lines):
    assert len([json.loads(line) for line in lines]) > 8
    for line in lines:
        assert "ada@" not in line
        assert SECRET[:32] not in line
        assert "pass-word" not in line


def test_every_request_has_its_line_and_its_id(lines):
    requests = [json.loads(line) for line in lines if '"event": "request"' in line]
    assert [line["status"] for line in requests] == [200, 404, 404, 200, 200, 500]
    assert len({line["request_id"] for line in requests}) == 6
    assert all(len(line["request_id"]) == 32 and line["ms"] >= 0 for line in requests)
    assert requests[1]["path"].endswith("/orders/ABCDEFGH/…/")


def test_a_crash_is_told_with_its_traceback_and_the_requests_id(lines):
    [crash] = [json.loads(line) for line in lines if "Internal Server Error" in line]
    assert "Traceback" in crash["exception"]
    assert "…@…" in crash["exception"]
    request = json.loads([line for line in lines if '"status": 500' in line][0])
    assert crash["request_id"] == request["request_id"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"/24x/orders/ABCDEFGH/{SECRET}/", "/24x/orders/ABCDEFGH/…/"),
        ("/door/pair/some-token-of-a-station", "/door/pair/…"),
        ("mail from a.b+c@sub.example.org!", "mail from …@…!"),
        ("?to=ada%40example.org", "?to=…@…"),
        ("ada@example.org+bea@example.org", "…@…"),
        ("a@b+ada@example.org", "a@…@…"),
        ("a%40b%40example.org", "…@…"),
        ("/static/scale.0123456789ab.css", "/static/scale.0123456789ab.css"),
        (
            "/24x/talks/K7QX2M-my-long-talk-about-things/",
            "/24x/talks/K7QX2M-my-long-talk-about-things/",
        ),
        ("task 6f1c2b9e-1111-2222-3333-444455556666", "task 6f1c2b9e-1111-2222-3333-444455556666"),
    ],
)
def test_only_what_opens_something_or_names_someone_is_cut_out(text, shown):
    assert redact(text) == shown


def give_up(*args):
    raise TimeoutError("half a minute for one line")


@pytest.mark.parametrize("piece", ["é", "a%", "%40", "a@", "a.", "/orders/A", "0fg", "A1"])
def test_a_megabyte_without_end_is_read_once(piece):
    """Walked again from each letter, it takes an hour."""
    text = piece * (1_000_000 // len(piece))
    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(30)
    try:
        assert redact(text) == text
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
