#!/usr/bin/env python3
"""A private Dovecot: IMAP on free ports of 127.0.0.1, mail in a folder, any user, one password.

    deploy/dovecot.py FOLDER      runs one until Ctrl-C and prints its MAILBOX_URLS

Tests and benchmarks import it. Nothing of the system's own Dovecot is read or touched.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from deploy.with_services import stopped_at_end, wait_for  # noqa: E402

PASSWORD = "only-for-tests"  # noqa: S105  # nosec B105
SERVER = shutil.which("dovecot") or "/usr/sbin/dovecot"
CONFIG = """
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_fsync = never
mail_max_userip_connections = 100
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  client_limit = 1000
}}
"""


# Made by itself, so whoever trusts this file trusts the server.
CERTIFICATE = (
    *("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
    *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
    *("-addext", "subjectAltName=IP:127.0.0.1"),
)


@dataclass(frozen=True)
class Dovecot:
    folder: Path
    port: int
    tls_port: int

    @property
    def certificate(self):
        return self.folder / "certificate.pem"

    def url(self, user="sponsors@conference.example", scheme="imap", **options):
        """What MAILBOX_URLS takes; each user has a mailbox of its own, there when first asked."""
        port = self.tls_port if scheme == "imaps" else self.port
        query = "&".join(f"{name}={quote(value)}" for name, value in options.items())
        name, password = quote(user, safe=""), quote(PASSWORD, safe="")
        return f"{scheme}://{name}:{password}@127.0.0.1:{port}/" + (f"?{query}" if query else "")

    def maildir(self, user="sponsors@conference.example", folder="INBOX"):
        root = self.folder / "mail" / user
        return root if folder == "INBOX" else root / f".{folder}"


def installed():
    return Path(SERVER).exists()


@contextmanager
def dovecot():
    """A running server; its folder goes with it."""
    # Sockets have short paths; the mail processes must be able to walk there.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # nosec B108
    with tempfile.TemporaryDirectory(prefix="dovecot-", dir=memory) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with running_dovecot(folder) as server:
            yield server


@contextmanager
def running_dovecot(folder: Path):
    port, tls_port = free_ports()
    for part in ("run", "state", "mail"):
        (folder / part).mkdir(exist_ok=True)
    config, run_by = folder / "dovecot.conf", people()
    config.write_text(
        CONFIG.format(folder=folder, port=port, tls_port=tls_port, password=PASSWORD, **run_by)
    )
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*CERTIFICATE, *files], check=True, capture_output=True)  # noqa: S603
    if not os.geteuid():
        shutil.chown(folder / "mail", run_by["user"], run_by["group"])
    with stopped_at_end([SERVER, "-F", "-c", str(config)], folder / "start.log") as process:

        def ready():
            try:
                with socket.create_connection(("127.0.0.1", port), 1) as line:
                    return line.recv(4) == b"* OK"
            except OSError:
                return False

        wait_for(ready, f"dovecot (see {folder / 'dovecot.log'})", process)
        yield Dovecot(folder, port, tls_port)


def free_ports():
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def people():
    """Who runs what: as root Dovecot's own users, otherwise whoever we are."""
    me, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    if os.geteuid():
        return dict.fromkeys(("user", "internal", "login"), me) | dict.fromkeys(
            ("group", "internal_group"), group
        )
    own = {"internal": "dovecot", "internal_group": "dovecot", "login": "dovenull"}
    return {"user": "mail", "group": "mail", **own}  # root may read no mail


def main():
    folder = Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with running_dovecot(folder) as server:
        print(f"MAILBOX_URLS={server.url()}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
