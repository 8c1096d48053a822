"""A print station without a screen: asks the server for badges, prints them through CUPS.

It knows nothing but addresses and HTTP; it may run on any machine beside a printer.
"""

import http.client
import json
import os
import re
import subprocess  # nosec B404
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from http.cookies import SimpleCookie

PATIENCE = 60.0  # seconds for one badge to come out; shorter than a lease
ASK_EVERY = 2.0
LONGEST_PAUSE = 30.0
NO_TROUBLE = ("none", "cups-waiting-for-job-completed", "")
WORDS = {
    "media-empty": "out of paper",
    "media-needed": "out of paper",
    "media-jam": "paper jam",
    "door-open": "a door is open",
    "cover-open": "a cover is open",
    "marker-supply-empty": "out of ink or ribbon",
    "toner-empty": "out of toner",
    "offline": "switched off or unplugged",
    "paused": "paused",
}


class Refused(Exception):
    """The server's no: the station was revoked, or the badge went to another printer."""


class CannotReach(Exception):
    """No answer from the server; the same request may be sent again."""


class PrintFailed(Exception):
    """The badge did not come out; the text is for staff."""


class Server:
    """The addresses of a print station, opened with its credential."""

    def __init__(self, url: str, credential: str = ""):
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise Refused(f"{url} is no address of a server.")
        self.url = url.rstrip("/")
        self.cookies = {"station": credential} if credential else {}

    def ask(self, path: str, data: dict | None = None) -> tuple[int, bytes]:
        body = None if data is None else urllib.parse.urlencode(data).encode()
        request = urllib.request.Request(self.url + path, body)  # noqa: S310
        token = next((v for k, v in self.cookies.items() if k.endswith("csrftoken")), "")
        request.add_header("Cookie", "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        request.add_header("Accept", "application/json")
        request.add_header("X-CSRFToken", token)
        request.add_header("Referer", self.url + "/")
        try:
            opener = urllib.request.build_opener(_Stay)
            with opener.open(request, timeout=20) as answer:
                self._remember(answer.headers)
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            self._remember(error.headers)
            if error.code >= 500 or error.code == 429:
                raise CannotReach(f"the server answered {error.code}") from error
            return error.code, error.read()
        except (OSError, http.client.HTTPException) as error:
            raise CannotReach(str(error)) from error

    def _remember(self, headers) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value

    def pair(self, code: str) -> str:
        """Exchanges a pairing code for the credential, which only this answer ever tells."""
        path = f"/door/pair/{urllib.parse.quote(code.replace(' ', ''))}/"
        self.ask(path)
        self.cookies.pop("station", None)
        status, _ = self.ask(path, {})
        if status != 302 or "station" not in self.cookies:
            raise Refused("No station waits for this code. Ask for a new one.")
        return self.cookies["station"]

    def begin(self) -> None:
        """Sees whether the credential is one of a print station."""
        if self.ask("/door/print/")[0] != 200:
            raise Refused("This credential opens no print station.")

    def claim(self, trouble: str) -> dict | None:
        status, body = self.ask("/door/print/claim/", {"trouble": trouble})
        if status == 204:
            return None
        if status != 200:
            raise Refused("This station is not paired any more.")
        return json.loads(body)

    def fetch(self, job: dict) -> bytes:
        status, body = self.ask(job["pdf"])
        if status != 200:
            raise Refused("the badge went to another printer")
        return body

    def report(self, job: dict, *, printed: bool, why: str = "") -> None:
        path = f"/door/print/{job['job']}/{job['attempt']}/report/"
        result = {"result": "printed" if printed else "failed", "why": why[:200]}
        if self.ask(path, result)[0] != 200:
            raise Refused("another printer took the badge over: throw this one away")


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer of its own: pairing tells the credential in one."""

    def redirect_request(self, *args, **kwargs):
        return None


class Printer:
    """One CUPS queue, by the commands that come with CUPS."""

    def __init__(self, name: str, options: Sequence[str] = ()):
        if not re.fullmatch(r"[^\s/#'\"<>&-][^\s/#'\"<>&]*", name):
            raise Refused(f"“{name}” cannot be the name of a printer.")
        self.name, self.options = name, options

    def run(self, *command: str, data: bytes | None = None) -> str:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
        try:
            done = subprocess.run(  # noqa: S603  # nosec B603
                command, input=data, capture_output=True, timeout=20, env=environment, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PrintFailed(f"{command[0]} does not answer") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise PrintFailed(said[0][:150] if said else f"{command[0]} failed")
        return done.stdout.decode(errors="replace")

    def trouble(self) -> str:
        """Why it would print nothing now, in words; empty when it is ready."""
        try:
            told = self.run("lpstat", "-l", "-p", self.name)
        except PrintFailed as error:
            return str(error)
        alerts = re.search(r"^\s*Alerts:\s*(.*)$", told, re.MULTILINE)
        for alert in re.split(r"[,\s]+", alerts.group(1)) if alerts else ():
            reason = re.sub(r"-(error|warning|report)$", "", alert)
            if reason in WORDS and not alert.endswith(("-warning", "-report")):
                return WORDS[reason]
        if "disabled since" in told.splitlines()[0]:
            return "switched off in CUPS"
        return ""

    def print(self, pdf: bytes, title: str) -> None:
        """Returns when CUPS has finished with it; raises PrintFailed and takes it back else."""
        options = [part for option in self.options for part in ("-o", option)]
        told = self.run("lp", "-d", self.name, "-t", title, *options, "-", data=pdf)
        found = re.search(r"request id is (\S+)", told)
        if not found:
            raise PrintFailed("lp did not say which job it is")
        self.wait(found.group(1))

    def wait(self, job: str) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            waiting = self.run("lpstat", "-W", "not-completed", "-o", self.name)
            if job not in [line.split()[0] for line in waiting.splitlines() if line.strip()]:
                return
            time.sleep(0.2)
        trouble = self.trouble() or "it did not come out within a minute"
        self.run("cancel", job)
        raise PrintFailed(trouble)


def patiently(call: Callable, say: Callable[[str], None]):
    """Again and again while the server cannot be reached: its requests may be repeated."""
    pause = 1.0
    while True:
        try:
            return call()
        except CannotReach as error:
            say(f"no connection ({error}); trying again")
            time.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)


def one(server: Server, printer: Printer, say: Callable[[str], None]) -> bool:
    """Prints the next badge, if there is one; says so."""
    trouble = printer.trouble()
    job = patiently(lambda: server.claim(trouble), say)
    if job is None:
        return False
    try:
        pdf = patiently(lambda: server.fetch(job), say)
    except Refused as error:
        say(f"job {job['job']}: {error}")
        return True
    why = ""
    try:
        printer.print(pdf, f"badge {job['job']}")
    except PrintFailed as error:
        why = str(error)
    try:
        patiently(lambda: server.report(job, printed=not why, why=why), say)
    except Refused as error:
        say(f"job {job['job']}: {error}")
    else:
        say(f"job {job['job']}: {why or 'printed'}")
    return True
