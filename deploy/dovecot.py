#!/usr/bin/env python3
"""A private Dovecot: IMAP on a free port of 127.0.0.1, mail in a folder, any user, one password.

    deploy/dovecot.py FOLDER      runs one until Ctrl-C and prints its MAILBOX_URLS

Tests and benchmarks import it. Nothing of the system's own Dovecot is read or touched.
"""

import grp
import os
import pwd
import shutil
import socket
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
ssl = no
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
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  client_limit = 1000
}}
"""


@dataclass(frozen=True)
class Dovecot:
    folder: Path
    port: int

    def url(self, user="sponsors@conference.example", **options):
        """What MAILBOX_URLS takes; each user has a mailbox of its own, there when first asked."""
        query = "&".join(f"{name}={quote(value)}" for name, value in options.items())
        name, password = quote(user, safe=""), quote(PASSWORD, safe="")
        return f"imap://{name}:{password}@127.0.0.1:{self.port}/" + (f"?{query}" if query else "")

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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for part in ("run", "state", "mail"):
        (folder / part).mkdir(exist_ok=True)
    config, run_by = folder / "dovecot.conf", people()
    config.write_text(CONFIG.format(folder=folder, port=port, password=PASSWORD, **run_by))
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
        yield Dovecot(folder, port)


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
