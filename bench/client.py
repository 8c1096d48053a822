"""A small HTTP client with keep-alive, and a load of it: bounded, loopback only."""

import re
import socket
import statistics
import threading
import time
from dataclasses import dataclass, field


class Browser:
    """One keep-alive connection with cookies."""

    last_size = 0  # bytes of the last body that any of them read

    def __init__(self, port, headers=()):
        self.port, self.extra = port, dict(headers)
        self.cookies: dict[str, str] = {}
        self.socket = None

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def request(self, method, path, body=b"", headers=()):
        """(status, headers, body)"""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        sent = {"Accept-Encoding": "gzip", **self.extra, **dict(headers)}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method == "POST":
            sent["Content-Length"] = str(len(body))
            sent["Referer"] = f"http://127.0.0.1:{self.port}/"
        lines += [f"{name}: {value}" for name, value in sent.items()]
        message = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        for attempt in (1, 2):
            try:
                if self.socket is None:
                    self.connect()
                self.socket.sendall(message)
                return self._read()
            except (ConnectionError, ValueError):
                self.socket = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _read(self):
        line = self.file.readline()
        if not line:
            raise ConnectionError("closed")
        status = int(line.split(b" ", 2)[1])
        headers = {}
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            name, value = name.lower(), value.strip()
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
            headers[name] = value
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self.file.readline(), 16):
                body += self.file.read(size)
                self.file.readline()
            self.file.readline()
        else:
            body = self.file.read(int(headers.get("content-length", 0) or 0))
        if headers.get("connection", "").lower() == "close":
            self.socket = None
        Browser.last_size = len(body)
        return status, headers, body

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def close(self):
        if self.socket is not None:
            self.socket.close()


def hidden(body, name):
    """The value of a hidden field in a page."""
    text = body.decode()
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', text).group(0)
    return re.search(r'value="([^"]*)"', tag).group(1)


@dataclass
class Load:
    """What came of a load; times in milliseconds."""

    seconds: float
    times: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def per_second(self):
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, share):
        if not self.times:
            return 0.0
        if len(self.times) < 3:
            return max(self.times)
        return statistics.quantiles(self.times, n=100, method="inclusive")[int(share * 100) - 1]


def load(act, clients, seconds):
    """`clients` threads that call `act(n)` for their own state, then act on it again and again.

    `act` is a factory: called once a client with its number, it returns the
    function to time, which returns True when all went well.
    """
    acts = [act(n) for n in range(clients)]
    times: list[list[float]] = [[] for _ in acts]
    errors = [0] * clients
    begin = threading.Barrier(clients + 1)
    until = [0.0]

    def run(n):
        begin.wait()
        while time.perf_counter() < until[0]:
            began = time.perf_counter()
            try:
                fine = acts[n]()
            except StopIteration:
                return
            except (OSError, AttributeError):
                fine = False
            if fine:
                times[n].append((time.perf_counter() - began) * 1000)
            else:
                errors[n] += 1

    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(clients)]
    for thread in threads:
        thread.start()
    until[0] = time.perf_counter() + seconds
    began = time.perf_counter()
    begin.wait()
    for thread in threads:
        thread.join(seconds + 30)
    took = time.perf_counter() - began
    return Load(took, [one for row in times for one in row], sum(errors))
