"""A MariaDB of a test's own, which may be killed and started again; and three of them as one."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

GALERA = Path("/usr/lib/galera/libgalera_smm.so")
OWN_FILES = shutil.ignore_patterns("galera.cache", "gvwstate.dat", "*.pid", "*.sock")


def free_ports(n):
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(n)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


class MariaDB:
    """What it has said it committed survives its end: the log is written at each commit."""

    user = "root"

    def __init__(self, folder: Path, *options: str, copy_of=None):
        self.folder, self.options, self.process = folder, options, None
        self.socket = folder / "mysql.sock"
        self.url = f"mysql://root:@localhost/scale?unix_socket={self.socket}"
        folder.mkdir(parents=True, exist_ok=True)
        if copy_of:
            shutil.copytree(copy_of.folder / "data", folder / "data", ignore=OWN_FILES)
            return
        install = shutil.which("mariadb-install-db") or "/usr/bin/mariadb-install-db"
        subprocess.run(
            [
                *(install, "--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db"),
                "--auth-root-authentication-method=normal",
            ],
            check=True,
            capture_output=True,
            env={**os.environ, "TMPDIR": str(folder)},
        )

    def start(self, *more: str, seconds=60):
        command = [
            *(shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults"),
            *(f"--datadir={self.folder / 'data'}", f"--socket={self.socket}"),
            f"--tmpdir={self.folder}",  # a server that starts clears it
            *("--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci"),
            *("--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=128M"),
            *(f"--pid-file={self.folder / 'pid'}", "--max-connections=300", "--skip-log-bin"),
            *(() if self.options else ("--skip-networking",)),
            *((f"--user={self.user}",) if os.geteuid() == 0 else ()),
            *self.options,
            *more,
        ]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        give_up = time.monotonic() + seconds
        while self.ask("SELECT 1") != "1":
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise AssertionError(f"no MariaDB:\n{(self.folder / 'log').read_text()[-3000:]}")
            time.sleep(0.1)

    def ask(self, statement, database="", **more):
        """The answer as text, None when there is none."""
        client = shutil.which("mariadb") or "mysql"
        done = subprocess.run(
            [client, "--no-defaults", "-uroot", f"-S{self.socket}", "-N", "-e", statement]
            + ([database] if database else []),
            capture_output=True,
            text=True,
            **more,
        )
        return done.stdout.strip() if done.returncode == 0 else None

    def fill_from(self, connection):
        """The tables of the test's own database, as it has them now."""
        theirs = connection.settings_dict
        dump = subprocess.Popen(
            [
                *(shutil.which("mariadb-dump") or "mysqldump", "--no-defaults", "-uroot"),
                f"-S{theirs['OPTIONS']['unix_socket']}",
                *("--skip-lock-tables", "--skip-add-locks", "--single-transaction"),
                theirs["NAME"],
            ],
            stdout=subprocess.PIPE,
        )
        self.ask("CREATE DATABASE scale CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        client = shutil.which("mariadb") or "mysql"
        subprocess.run(
            [client, "--no-defaults", "-uroot", f"-S{self.socket}", "scale"],
            stdin=dump.stdout,
            check=True,
        )
        assert dump.wait() == 0

    def kill(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


def _as_its_own_user(folder, nodes):
    """Nodes send each other files by rsync, which as root would work as nobody."""
    if os.geteuid() != 0:
        return
    folder.chmod(0o755)
    subprocess.run(["chown", "-R", "mysql", folder], check=True)
    for node in nodes:
        node.user = "mysql"


@contextmanager
def cluster(folder: Path, connection, nodes=3):
    """Galera: the nodes hold the same rows, and all of them take writes.

    They begin as copies of the first, which has the tables; so none has to send them to another.
    """
    ports = free_ports(nodes * 2)
    group = [ports[2 * n : 2 * n + 2] for n in range(nodes)]
    members = ",".join(f"127.0.0.1:{gossip}" for gossip, _ in group)
    made: list[MariaDB] = []
    try:
        for n, (gossip, transfer) in enumerate(group):
            node = MariaDB(
                folder / f"node{n}",
                *("--bind-address=127.0.0.1", "--skip-networking", "--binlog-format=ROW"),
                *("--innodb-autoinc-lock-mode=2", "--wsrep-on=ON", f"--wsrep-provider={GALERA}"),
                *(f"--wsrep-cluster-address=gcomm://{members}", "--wsrep-cluster-name=scale-test"),
                *("--wsrep-node-address=127.0.0.1", f"--wsrep-node-name=node{n}"),
                f"--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{gossip};"
                f"ist.recv_addr=127.0.0.1:{transfer};gcache.size=32M",
                copy_of=made[0] if made else None,
            )
            made.append(node)
            if n == 0:
                node.start("--wsrep-new-cluster")
                node.fill_from(connection)
                node.stop()
        _as_its_own_user(folder, made)
        made[0].start("--wsrep-new-cluster")
        for node in made[1:]:
            node.start()
        yield made
    finally:
        for node in reversed(made):
            node.stop()
