"""What machines ask, and the pages for when something is wrong."""

import logging

import pytest
from django.test import Client
from django.urls import reverse
from structlog.stdlib import ProcessorFormatter

from scale import email, health
from scale.accounts import too_many
from scale.throttle import Throttled
from tests.factories import registration as make_registration
from tests.scale import processes


@pytest.mark.sqlite
def test_healthz_says_words_and_costs_little(client, db, django_assert_max_num_queries):
    health.note_heartbeat()
    with django_assert_max_num_queries(6):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "healthy": True,
        "checks": dict.fromkeys(
            ["database", "broker", "worker", "mail", "fonts", "ledger", "shared mailbox"], "ok"
        ),
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


# --- without a database ------------------------------------------------------------------------

ASK = """
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
for path in ("/healthz", "/", "/24x/", "/account/login/", "/nowhere/at/all/", "/robots.txt"):
    answer = client.get(path, HTTP_COOKIE="sessionid=" + "x" * 32)
    print(path, answer.status_code, "scale.css" in answer.content.decode())
print(client.get("/healthz").content.decode())
"""


@pytest.mark.parametrize(
    "url",
    ["mysql://root:@localhost/scale?unix_socket=/nowhere/mysql.sock", "sqlite:////proc/no/db"],
)
def test_without_a_database_there_is_a_page_that_says_so(url):
    done = processes.python(ASK, DATABASE_URL=url, LOG_LEVEL="CRITICAL")
    assert done.returncode == 0, done.stderr[-2000:]
    *pages, body = done.stdout.splitlines()
    assert pages[0] == "/healthz 503 False"
    assert '"database": "failing"' in body
    for line in pages[1:4]:
        assert line.endswith(" 500 True")
    assert pages[5] == "/robots.txt 200 False"


# --- metrics ----------------------------------------------------------------------------------

COUNT = """
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1")
for _ in range({n}):
    client.get("/robots.txt")
"""
SUM = """
import re
from django.test import Client
bearer = {"Authorization": "Bearer a token of twenty letters"}
body = Client(SERVER_NAME="127.0.0.1").get("/metrics", headers=bearer).content.decode()
print(re.search(r'responses_total_by_status_view_method_total.*view="robots".* ([0-9.]+)', body)[1])
"""


def test_metrics_of_several_processes_are_added(tmp_path, transactional_db):
    shared = {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "METRICS_TOKEN": "a token of twenty letters",
    }
    for n in (2, 3):
        assert processes.python(COUNT.format(n=n), **shared).returncode == 0
    done = processes.python(SUM, **shared)
    assert done.stdout.strip() == "5.0", done.stderr[-2000:]


def test_metrics_name_nobody(client, settings, conference):
    settings.METRICS_TOKEN = "a token of the test"
    client.get(f"/{conference.slug}/orders/ABCDEFGH/{'f' * 40}/")
    bearer = {"Authorization": "Bearer a token of the test"}
    body = client.get("/metrics", headers=bearer).content.decode()
    assert "f" * 40 not in body
    assert conference.slug not in body


# --- demo mail --------------------------------------------------------------------------------


@pytest.fixture
def demo_mail(db, settings):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "scale.transport.FolderBackend"
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )
    email.send(
        "test",
        "ada@example.org",
        key="1",
        subject="Hello <b>Ada</b> 🎉",
        to_name="Ada",
        text="See http://127.0.0.1:8000/24x/ <script>alert(1)</script>",
        attachments=[("qr.png", "image/png", pixel), ("x.html", "text/html", b"<script>")],
    )
    email.deliver_queued()
    [path] = settings.MAIL_FOLDER.iterdir()
    return path.stem


def test_demo_mails_can_be_read(client, demo_mail):
    page = client.get(reverse("scale:dev-mail")).content.decode()
    assert "Hello &lt;b&gt;Ada&lt;/b&gt; 🎉" in page
    page = client.get(reverse("scale:dev-mail-one", args=[demo_mail])).content.decode()
    assert '<a href="http://127.0.0.1:8000/24x/"' in page
    assert "<script>alert" not in page
    assert "qr.png" in page


def test_demo_pictures_are_shown_and_other_files_are_downloads(client, demo_mail):
    picture = client.get(reverse("scale:dev-mail-part", args=[demo_mail, 0]))
    assert (picture["Content-Type"], picture["X-Content-Type-Options"]) == ("image/png", "nosniff")
    page = client.get(reverse("scale:dev-mail-part", args=[demo_mail, 1]))
    assert page["Content-Type"] == "application/octet-stream"
    assert page["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("scale:dev-mail-part", args=[demo_mail, 2])).status_code == 404


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fsecret-key", "0" * 300, "1", "%2e%2e"])
def test_no_other_file_is_read(client, demo_mail, name):
    assert client.get(f"/dev/mail/{name}/").status_code == 404


def test_without_mails_the_demo_says_what_to_do(client, db, settings):
    settings.DEMO = True
    assert b"No mail yet" in client.get(reverse("scale:dev-mail")).content


def test_outside_the_demo_no_mail_is_shown(client, demo_mail, settings):
    settings.DEMO, settings.DEBUG = False, True
    for name, args in (("dev-mail", []), ("dev-mail-one", [demo_mail])):
        assert client.get(reverse(f"scale:{name}", args=args)).status_code == 404


# --- NUL, caches, too many tries ---------------------------------------------------------------


@pytest.mark.parametrize("path", ["/%00", "/24x/%00/", "/24x/?q=%00", "/24x/?%00=1"])
def test_a_nul_in_an_address_is_refused(client, db, path):
    assert client.get(path).status_code == 400


def test_a_nul_in_a_form_is_an_error_beside_its_field(client, db):
    data = {"login": "a\x00@example.org", "password": "a\x00b"}
    answer = client.post(reverse("account_login"), data)
    assert answer.status_code == 200
    assert "Null characters are not allowed" in answer.content.decode()


def test_a_nul_in_a_cookie_or_a_header_breaks_nothing(client, conference):
    client.cookies["sessionid"] = "a\x00b"
    path = reverse("pages:front", args=[conference.slug])
    assert client.get(path, headers={"User-Agent": "a\x00b", "Referer": "\x00"}).status_code == 200


def test_a_secret_link_is_kept_nowhere_and_told_to_nobody(client, conference):
    kind = make_registration.ticket_type(conference)
    order = make_registration.order(conference, types=[kind])
    for path in (order.get_absolute_url(), f"/{conference.slug}/orders/ABCDEFGH/{'f' * 40}/"):
        answer = client.get(path)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/account/login/", "/my/orders/", "/staff/", "/admin/"])
def test_what_is_personal_is_kept_by_no_cache(client, db, path):
    assert "no-store" in client.get(path)["Cache-Control"]


def test_too_many_tries_have_a_page(rf):
    answer = too_many(rf.get("/"), Throttled(90))
    assert (answer.status_code, answer["Retry-After"]) == (429, "90")
    assert b"Please wait 2 minutes" in answer.content


def test_robots_stay_out_of_what_is_not_for_them(client):
    body = client.get("/robots.txt").content.decode()
    for path in ("/staff/", "/account/", "/door/"):
        assert f"Disallow: {path}" in body
