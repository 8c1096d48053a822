"""What machines ask, and the pages for when something is wrong."""

import logging

import pytest
from django.test import Client
from structlog.stdlib import ProcessorFormatter

from scale import health


@pytest.mark.sqlite
def test_healthz_says_words_and_costs_little(client, db, django_assert_max_num_queries):
    health.note_heartbeat()
    with django_assert_max_num_queries(6):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "healthy": True,
        "checks": {"database": "ok", "broker": "ok", "worker": "ok", "mail": "ok"},
    }


def test_healthz_tells_of_a_silent_worker_and_serves_on(client, db):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["healthy"] is False


def test_metrics_want_their_token(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a token of the test"
    wrong = {"Authorization": "Bearer something else"}
    assert client.get("/metrics", headers=wrong).status_code == 404
    right = {"Authorization": "Bearer a token of the test"}
    response = client.get("/metrics", headers=right)
    assert response.status_code == 200
    assert b"django_http" in response.content


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [("/nowhere/at/all/", 404, b"Nothing is here"), ("/e%00/", 400, b"cannot be read")],
)
def test_error_pages_wear_the_look(client, db, path, status, says):
    response = client.get(path)
    assert response.status_code == status
    assert says in response.content
    assert b"scale.css" in response.content


def test_post_from_elsewhere_is_told_what_to_do(conference):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/account/login/", {"login": "x", "password": "y"})
    assert response.status_code == 403
    assert b"send that again" in response.content


def test_crash_has_a_page_that_asks_no_database(client, db, monkeypatch, django_assert_num_queries):
    client.raise_request_exception = False

    def broken(request):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("pages.views.Conference.objects.current", lambda: broken(None))
    with django_assert_num_queries(0):
        response = client.get("/")
    assert response.status_code == 500
    assert b"Something broke here" in response.content


def test_logs_hold_an_id_and_no_secret(client, conference, caplog):
    secret = "f" * 40
    with caplog.at_level(logging.INFO):
        response = client.get(f"/{conference.slug}/orders/ABCDEFGH/{secret}/?who=ada@example.org")
    assert response["X-Request-ID"]
    written = [
        handler.format(record)
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, ProcessorFormatter)
        for record in caplog.records
    ]
    assert any('"request_id"' in line and '"status": 404' in line for line in written)
    assert not any(secret in line or "ada@example.org" in line for line in written)
