"""gunicorn under test, and the same gunicorn with bare views: the ceiling of this machine."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, process, port):
        self.process, self.port = process, port

    def workers(self):
        out = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        ).stdout
        return [int(pid) for pid in out.split()]

    def cpu_ms(self):
        """CPU that all workers have used so far, user and system."""
        total = 0
        for pid in self.workers():
            with contextlib.suppress(FileNotFoundError):
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                total += int(fields[11]) + int(fields[12])
        return total * 1000 / TICKS

    def peak_megabytes(self):
        """The most that any worker ever had resident."""
        peaks = [0.0]
        for pid in self.workers():
            with contextlib.suppress(FileNotFoundError):
                status = Path(f"/proc/{pid}/status").read_text()
                peaks.append(int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 1000)
        return max(peaks)

    def megabytes(self):
        """Resident memory of the largest worker."""
        sizes = [
            int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE for pid in self.workers()
        ]
        return max(sizes, default=0) / 1e6


@contextlib.contextmanager
def gunicorn(app="scale.wsgi", workers=2):
    port = free_port()
    with tempfile.TemporaryDirectory() as metrics:
        env = {
            **os.environ,
            "SITE_URL": f"http://127.0.0.1:{port}",
            "PROMETHEUS_MULTIPROC_DIR": metrics,
            "PAYMENT_PROVIDERS": "demo",
            "MALLOC_ARENA_MAX": "2",  # as in deploy/scale-web.service
            "LOG_LEVEL": "INFO",
        }
        log = open(Path(metrics, "log"), "w")  # noqa: SIM115  (lives as long as the server)
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", app, "-c", "deploy/gunicorn.py"),
                *("--bind", f"127.0.0.1:{port}", "--workers", str(workers)),
                *("--worker-class", "gthread", "--threads", "4", "--keep-alive", "60"),
            ],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
        )
        try:
            give_up = time.monotonic() + 30
            while time.monotonic() < give_up:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            time.sleep(1)
            if process.poll() is not None:
                sys.exit(f"gunicorn did not start:\n{Path(metrics, 'log').read_text()[-3000:]}")
            yield Server(process, port)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            log.close()
