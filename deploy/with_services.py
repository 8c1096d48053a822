#!/usr/bin/env python3
"""Run a command beside a private MariaDB and a private Redis.

    deploy/with_services.py pytest tests/

Each is started only where DATABASE_URL or REDIS_URL is not set already, with its
data in memory, on a socket or port of its own; what was started is stopped at
the end, nothing else. The database is empty and named `scale`.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path


def wait_for(ready, what, process, seconds=30):
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if process.poll() is not None:
            sys.exit(f"{what} stopped at once; its log is above.")
        if ready():
            return
        time.sleep(0.05)
    sys.exit(f"{what} did not start within {seconds} s.")


@contextmanager
def stopped_at_end(command, log):
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@contextmanager
def mariadb(folder: Path, port: int | None = None):
    """Yields a DATABASE_URL; `port` also opens it on 127.0.0.1."""
    install_mariadb(folder)
    with running_mariadb(folder, port):
        yield mariadb_url(folder)


def mariadb_url(folder: Path):
    return f"mysql://root:@localhost/scale?unix_socket={folder / 'mysql.sock'}"


def install_mariadb(folder: Path):
    install = shutil.which("mariadb-install-db") or "/usr/bin/mariadb-install-db"
    subprocess.run(
        [
            *(install, "--no-defaults", f"--datadir={folder / 'mysql'}", "--skip-test-db"),
            *(
                "--auth-root-authentication-method=normal",
                f"--user={os.environ.get('USER', 'root')}",
            ),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(folder)},
    )


@contextmanager
def running_mariadb(folder: Path, port: int | None = None, *, survives_kill=False):
    """Yields its process once it answers. What was committed survives a kill only if asked for."""
    unix_socket = folder / "mysql.sock"
    server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    command = [
        *(server, "--no-defaults", f"--datadir={folder / 'mysql'}", f"--socket={unix_socket}"),
        # A server that starts clears its folder of temporary tables, whoever's they are.
        f"--tmpdir={folder}",
        *(f"--pid-file={folder / 'mysql.pid'}", "--character-set-server=utf8mb4"),
        *("--collation-server=utf8mb4_unicode_ci", "--innodb-buffer-pool-size=512M"),
        f"--innodb-flush-log-at-trx-commit={int(survives_kill)}",
        f"--innodb-doublewrite={int(survives_kill)}",
        *("--sync-binlog=0", "--skip-log-bin"),
        *("--max-connections=400", "--innodb-log-file-size=256M"),
        *((f"--port={port}", "--bind-address=127.0.0.1") if port else ("--skip-networking",)),
    ]
    if os.geteuid() == 0:
        command.append("--user=root")
    with stopped_at_end(command, folder / "mysql.log") as process:
        client = [shutil.which("mariadb") or "mysql", "--no-defaults", "-uroot", f"-S{unix_socket}"]

        def ready():
            asked = [*client, "-e", "CREATE DATABASE IF NOT EXISTS scale"]
            return subprocess.run(asked, capture_output=True).returncode == 0

        wait_for(ready, f"mariadbd (see {folder / 'mysql.log'})", process)
        yield process


@contextmanager
def redis(folder: Path):
    """Yields a REDIS_URL on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = shutil.which("redis-server") or "/usr/bin/redis-server"
    command = [
        *(server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"),
        *("--dir", str(folder)),
    ]
    with stopped_at_end(command, folder / "redis.log") as process:

        def ready():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_for(ready, "redis-server", process)
        yield f"redis://127.0.0.1:{port}/0"


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # nosec B108
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scale-", dir=memory)))
        env = dict(os.environ)
        if not env.get("DATABASE_URL"):
            env["DATABASE_URL"] = stack.enter_context(mariadb(folder))
        if not env.get("REDIS_URL"):
            env["REDIS_URL"] = stack.enter_context(redis(folder))
        try:
            return subprocess.run(sys.argv[1:], env=env).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main())
