"""A device as docs/door-protocol.md describes it, without a person in front of it."""

import datetime as dt
import gzip
import http.client
import json
import random
import ssl
import time
import urllib.parse
import uuid
from dataclasses import dataclass, field

from django.utils import timezone

from registration.models import code_key

MOST = 200  # scans in one call
NO_ANSWER = (OSError, http.client.HTTPException)


class SentAway(Exception):
    """The server refused the device itself; the text is its answer."""


@dataclass
class Network:
    """`loses` is the share of the questions that is lost, and of the answers to the others.

    `repeats` is the share of what arrives twice.
    """

    loses: float = 0.0
    repeats: float = 0.0
    is_up: bool = True


@dataclass
class Device:
    """Decides by what it knows, keeps every scan until it was answered, and sends it again.

    `answers` are the server's by scan id, `shown` what the device had shown before; `times` are
    the seconds from sending a part of the queue to its answer.
    """

    server: str
    name: str
    credential: str
    checkin_list: int
    dice: random.Random = field(default_factory=random.Random)
    network: Network = field(default_factory=Network)
    queue: list[dict] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    answers: dict[str, dict] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    tickets: dict[str, dict] = field(default_factory=dict)
    # By this device, whatever the server knows: what it goes by, and the code.
    let_in: dict[str, str] = field(default_factory=dict)
    longest_queue: int = 0
    unanswered: int = 0
    _cursor: str = ""
    _line: http.client.HTTPConnection | None = None

    # --- what somebody at the door does

    def scan(self, code: str, at: dt.datetime | None = None) -> str:
        """Show a verdict at once, and queue it; returns the verdict."""
        key = code_key(code)
        verdict = self.judge(key)
        if verdict == "admitted":
            self.let_in[key] = code
        scan = {
            "id": str(uuid.uuid4()),
            "code": code,
            "list": self.checkin_list,
            "at": (at or timezone.now()).isoformat(),
            "verdict": verdict,
            "offline": not self.network.is_up,
        }
        self.shown[scan["id"]] = verdict
        self.queue.append(scan)
        self.longest_queue = max(self.longest_queue, len(self.queue))
        return verdict

    def judge(self, key: str) -> str:
        """Enough of the rules for tickets that admit every day to a list that takes them all."""
        line = self.tickets.get(key)
        if line is None:
            return "unknown"
        if line["s"] != "ok":
            return {"unpaid": "not_paid"}.get(line["s"], "cancelled")
        if not line.get("n"):
            return "help_desk"
        is_in = key in self.let_in or str(self.checkin_list) in line.get("in", {})
        return "already" if is_in else "admitted"

    # --- what it says to the server

    def sync(self) -> bool:
        """Take in what changed since the last time; False without an answer."""
        answer = self.ask("GET", f"/door/tickets/?since={self._cursor}")
        if answer is None:
            return False
        head, *lines = (json.loads(line) for line in answer.splitlines())
        if len(lines) != head["count"]:
            return False
        if head["full"]:
            self.tickets = {}
        self.tickets |= {line["h"]: line for line in lines}
        self._cursor = head["cursor"]
        return True

    def send(self, most: int = MOST) -> bool:
        """Send the oldest of the queue; what was answered is off it. False without an answer."""
        batch = self.queue[:most]
        if not batch:
            return True
        device = {"version": "rehearsal", "queued": len(self.queue)}
        device["clock"] = timezone.now().isoformat()
        told = {"device": device, "scans": batch}
        answer = self.ask("POST", "/door/scans/", told)
        if self.dice.random() < self.network.repeats:
            self.ask("POST", "/door/scans/", told)
        if answer is None:
            return False
        for one in json.loads(answer)["answers"]:
            self.answers[one["id"]] = one
        self.queue = [one for one in self.queue if one["id"] not in self.answers]
        return True

    def ask(self, method: str, path: str, body: dict | None = None) -> bytes | None:
        """The body of the answer, or None where the network or the server failed."""
        network = self.network
        if not network.is_up or self.dice.random() < network.loses:
            return None
        began = time.perf_counter()
        try:
            status, answer = self._exchange(method, path, body)
        except NO_ANSWER:
            self.hang_up()
            self.unanswered += 1
            return None
        if 400 <= status < 500:
            raise SentAway(f"{self.name}: {path} was answered {status}: {answer[:300]!r}")
        if status != 200:
            self.unanswered += 1
            return None
        if body is not None:
            self.times.append(time.perf_counter() - began)
        return None if self.dice.random() < network.loses else answer

    def _exchange(self, method, path, body):
        if self._line is None:
            self._line = line_to(self.server)
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Cookie": f"station={self.credential}",
        }
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        self._line.request(method, path, data, headers)
        answer = self._line.getresponse()
        read = answer.read()
        if answer.getheader("Content-Encoding") == "gzip":
            read = gzip.decompress(read)
        return answer.status, read

    def hang_up(self):
        if self._line:
            self._line.close()
        self._line = None


def line_to(server: str) -> http.client.HTTPConnection:
    parts = urllib.parse.urlsplit(server)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.netloc, timeout=30, context=context)
    return http.client.HTTPConnection(parts.netloc, timeout=30)
