"""`make run` as a newcomer meets it: the real script, real processes, a copy of its own."""

import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from pages.demo.people import DEMO_PEOPLE, PASSWORD

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CELERY_EAGER", "MEDIA_ROOT", "VAR_DIR")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def copy_to(target):
    """What git would clone, with today's edits, and the virtual environment that runs us."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)
    (target / ".venv").symlink_to(sys.prefix)
    return target


@pytest.fixture
def copy(tmp_path):
    return copy_to(tmp_path / "copy")


def environment(**more):
    return {k: v for k, v in os.environ.items() if k not in NOT_OURS} | more


def refusal(copy, *prefix, **env):
    """The one line that a start which cannot be ends with."""
    done = subprocess.run(
        [*prefix, copy / ".venv/bin/python", "deploy/run.py"],
        cwd=copy,
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    return done.stderr.strip()


@pytest.mark.parametrize("port", ["abc", "", "0", "-1", "65536", "80 80", "8e3"])
def test_port_that_is_no_port(copy, port):
    assert refusal(copy, PORT=port) == f"PORT: {port!r} is not a number from 1 to 65535."


def test_taken_port(copy):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refusal(copy, PORT=str(port))
    assert said == f"Port {port} is taken; try: make run PORT={port + 1}"
    assert not (copy / "var").exists()


def test_port_that_only_root_may_use(copy):
    limit = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if not limit.exists() or int(limit.read_text()) <= 81:
        pytest.skip("here everyone may use low ports")
    drop = [] if os.geteuid() else ["setpriv", "--bounding-set", "-net_bind_service"]
    said = refusal(copy, *drop, PORT="81")
    assert said == "Port 81 needs rights that you do not have; try: make run PORT=8000"


def test_folder_that_cannot_be_written(copy):
    (copy / "var").write_text("in the way")
    said = refusal(copy, PORT=str(free_port()))
    assert said == f"{copy}/var cannot be written to: Not a directory."


def test_wrong_setting_is_named(copy):
    port = str(free_port())
    done = subprocess.run(
        [copy / ".venv/bin/python", "deploy/run.py"],
        cwd=copy,
        env=environment(PORT=port, EMAIL_URL="nonsense://"),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("EMAIL_URL: ")
    assert "Traceback" not in done.stderr


# --- the running site ------------------------------------------------------------------------


class Run:
    """One run of the script, in a session of its own."""

    def __init__(self, copy, port):
        self.site = f"http://127.0.0.1:{port}"
        self.browser = build_opener(HTTPCookieProcessor(CookieJar()))
        self.out = open(copy / f"said-on-{port}", "w+")  # noqa: SIM115  (closed with the run)
        self.process = subprocess.Popen(
            [copy / ".venv/bin/python", "deploy/run.py"],
            cwd=copy,
            env=environment(PORT=str(port), DEMO_SIZE="small"),
            stdout=self.out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self):
        return Path(self.out.name).read_text()

    def wait_for_greeting(self, seconds=240):
        give_up = time.monotonic() + seconds
        while "Ctrl-C stops everything" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < give_up, self.said()
            time.sleep(0.1)

    def get(self, path):
        with self.browser.open(self.site + path, timeout=120) as answer:
            return answer.read().decode()

    def post(self, path, page, **fields):
        """Send a form of `page`, with its token, as a browser does."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
        data = urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        asked = Request(self.site + path, data, {"Referer": self.site + path})
        with self.browser.open(asked, timeout=120) as answer:
            return answer.url, answer.read().decode()

    def stop(self, number):
        self.process.send_signal(number)
        return self.process.wait(120)


@contextlib.contextmanager
def runs_in(folder):
    """A function that starts the script there; whatever happens, nothing of it is left."""
    started = []

    def start():
        started.append(Run(folder, free_port()))
        return started[-1]

    try:
        yield start
    finally:
        for one in started:
            if one.process.poll() is None:
                one.process.kill()
            one.out.close()
        for pid in processes_in(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A copy that was started once and stopped by Ctrl-C, and what the first start said."""
    folder = copy_to(tmp_path_factory.mktemp("prepared") / "copy")
    with runs_in(folder) as run:
        first = run()
        first.wait_for_greeting()
        assert first.stop(signal.SIGINT) == 0
        said = first.said()
    assert processes_in(folder) == []
    return folder, said


def processes_in(folder):
    """Every process whose working folder is the copy."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if (entry / "cwd").resolve(strict=True) == folder:
                found.append(int(entry.name))
    return found


def wait_until(true, seconds=30):
    give_up = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.1)


@pytest.mark.slow
def test_first_start_prepares_and_greets(prepared):
    _, said = prepared
    assert "Preparing the database…\nCollecting static files…\n" in said
    assert re.search(r"The demo conference is at  http://127.0.0.1:\d+/\n", said)
    for person in DEMO_PEOPLE:
        assert re.search(rf"{person.key} +{person.email} +{PASSWORD} +{person.does}", said)
    assert "Logs are var/log/web.log and worker.log." in said
    assert said.endswith("Stopped.\n")


@pytest.mark.slow
def test_newcomer_signs_in_and_gets_a_mail(prepared):
    folder, _ = prepared
    with runs_in(folder) as run:
        site = run()
        site.wait_for_greeting()
        assert "Preparing" not in site.said()
        assert "Collecting" not in site.said()
        assert "SCALE <b>24x</b>" in site.get("/")
        url, _ = site.post("/dev/login/", site.get("/dev/login/"), who="chair@demo.example")
        assert url == f"{site.site}/staff/24x/"

        site.browser = build_opener(HTTPCookieProcessor(CookieJar()))
        assert "attendee@demo.example" not in site.get("/dev/mail/")
        form = site.get("/account/login/code/")
        site.post("/account/login/code/", form, email="attendee@demo.example")
        wait_until(lambda: "attendee@demo.example" in site.get("/dev/mail/"))

        assert "is running already" in refusal(folder, PORT=str(free_port()))
        # The script, gunicorn with two workers, celery with its beat.
        assert len(processes_in(folder)) >= 5
        assert site.stop(signal.SIGTERM) == 0
        assert processes_in(folder) == []


def prepare_again(folder, **env):
    """What the script does before web and worker start, as it does it."""
    env = environment(DEMO="1", DJANGO_SETTINGS_MODULE="scale.settings") | env
    done = subprocess.run(
        [folder / ".venv/bin/python", "deploy/run.py", "--prepare"],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_demo_of_another_week_says_so(prepared):
    folder, _ = prepared
    assert prepare_again(folder) == ""
    with contextlib.closing(sqlite3.connect(folder / "var" / "scale.sqlite3")) as database:
        shift = (
            "UPDATE scale_conference SET starts_on = date(starts_on, ?), ends_on = date(ends_on, ?)"
        )
        database.execute(shift, ["-9 days"] * 2)
        database.commit()
        said = prepare_again(folder)
        database.execute(shift, ["+9 days"] * 2)
        database.commit()
    assert said == "The demo’s SCALE 24x is over by now. For one made today: rm -r var\n"


@pytest.mark.slow
def test_unknown_size_is_one_line(prepared):
    folder, _ = prepared
    said = prepare_again(folder, DEMO_SIZE="huge")
    assert said.count("\n") == 1
    assert "invalid choice: 'huge'" in said


@pytest.mark.slow
def test_nothing_stays_when_the_script_is_killed(prepared):
    folder, _ = prepared
    with runs_in(folder) as run:
        site = run()
        site.wait_for_greeting()
        site.process.kill()
        wait_until(lambda: processes_in(folder) == [])


@pytest.mark.slow
def test_all_ends_when_a_part_ends(prepared):
    folder, _ = prepared
    with runs_in(folder) as run:
        site = run()
        site.wait_for_greeting()
        worker = next(pid for pid in processes_in(folder) if "celery" in command_of(pid))
        os.kill(worker, signal.SIGKILL)
        assert site.process.wait(120) == 1
        assert "The worker process has ended." in site.said()
        assert processes_in(folder) == []


def command_of(pid):
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "cmdline").read_text()
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.0, 0.15, 0.5, 1.0, 2.0])
def test_interrupt_while_it_prepares(copy, after):
    with runs_in(copy) as run:
        begun = run()
        wait_until(lambda: len(processes_in(copy)) > 1)
        time.sleep(after)
        assert begun.stop(signal.SIGINT) == 0
        assert "Traceback" not in begun.said()
        assert processes_in(copy) == []


# --- the web server's own settings -----------------------------------------------------------


def gunicorn(bind, demo="1"):
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py", "-b", bind, "scale.wsgi"],
        cwd=ROOT,
        env=environment(DEMO=demo, PORT="", BIND=""),
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize("demo", ["1", "true", "ON"])
def test_demo_never_listens_beyond_this_machine(demo):
    done = gunicorn(f"0.0.0.0:{free_port()}", demo)
    said = "DEMO: refused, because the server would listen beyond this machine."
    assert (done.returncode, done.stderr.strip()) == (1, said)


@pytest.mark.parametrize("bind", ["[::]:0", "192.0.2.1:8000", "example.org:8000", "unix:/tmp/x"])
def test_demo_listens_on_loopback_alone(bind):
    assert gunicorn(bind).returncode == 1
