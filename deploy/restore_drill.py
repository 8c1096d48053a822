#!/usr/bin/env python3
"""Proves that the backup can be restored: `make restore-drill`.

Dumps the database of DATABASE_URL and the uploads as docs/database.md says, restores both beside
the originals, compares every table's rows and checksum and every file's, and drops the copies.
The live site may run on: what changed while the dump was made is named, and not compared.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scale.settings")

import django  # noqa: E402

ENDING = "_restore_drill"
Sums = dict[str, tuple[int, str]]  # table → rows, checksum


@dataclass(frozen=True)
class Server:
    """How mariadb's own programs reach it; the password goes through the environment."""

    args: tuple[str, ...]
    password: str

    @classmethod
    def of(cls, connection) -> "Server":
        known = connection.get_connection_params()
        args = [f"--user={known['user']}"] if known.get("user") else []
        for option, name in (("socket", "unix_socket"), ("host", "host"), ("port", "port")):
            if known.get(name):
                args.append(f"--{option}={known[name]}")
        return cls(tuple(args), known.get("password", ""))

    def command(self, program: str, *args: str) -> list[str]:
        return [program, "--no-defaults", *self.args, *args]

    def env(self) -> dict[str, str]:
        return os.environ | {"MYSQL_PWD": self.password}

    def ask(self, sql: str, database: str = "") -> list[list[str]]:
        asked = self.command("mariadb", "--batch", "--skip-column-names", "-e", sql)
        found = subprocess.run(
            [*asked, *([database] if database else [])],
            env=self.env(),
            check=True,
            capture_output=True,
            text=True,
        )
        return [line.split("\t") for line in found.stdout.splitlines()]


def dump(server: Server, database: str, file: Path) -> None:
    options = ("--single-transaction", "--quick", "--routines", "--triggers", "--hex-blob")
    with open(file, "wb") as out:
        command = server.command("mariadb-dump", *options, database)
        subprocess.run(command, env=server.env(), check=True, stdout=out)


def restore(server: Server, file: Path, database: str) -> None:
    server.ask(f"DROP DATABASE IF EXISTS `{database}`")
    server.ask(f"CREATE DATABASE `{database}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    with open(file, "rb") as dumped:
        command = server.command("mariadb", database)
        subprocess.run(command, env=server.env(), check=True, stdin=dumped)


def checksums(server: Server, database: str) -> Sums:
    tables = [row[0] for row in server.ask("SHOW TABLES", database)]
    if not tables:
        return {}
    names = ", ".join(f"`{name}`" for name in tables)
    sums = {
        full.partition(".")[2]: checksum
        for full, checksum in server.ask(f"CHECKSUM TABLE {names} EXTENDED", database)
    }
    # The names are the database's own.
    one = "SELECT '{0}', COUNT(*) FROM `{0}`"
    counted = " UNION ALL ".join(one.format(name) for name in tables)
    rows = {name: int(count) for name, count in server.ask(counted, database)}
    return {name: (rows[name], sums[name]) for name in tables}


def differences(wanted: Sums, found: Sums) -> list[str]:
    """What the second has not as the first has it, a sentence for each table."""
    wrong = []
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            wrong.append(f"{name} is missing")
        elif name not in wanted:
            wrong.append(f"{name} is there, and was not")
        elif wanted[name] != found[name]:
            rows, others = wanted[name][0], found[name][0]
            wrong.append(f"{name} has {others} rows of {rows}, or other ones")
    return wrong


def files_of(folder: Path) -> Sums:
    return {
        str(path.relative_to(folder)): (
            path.stat().st_size,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def drill_uploads(media: Path, folder: Path) -> list[str]:
    """Packed, unpacked elsewhere, compared; what was uploaded or changed meanwhile is left out."""
    before = files_of(media)
    packed, unpacked = folder / "media.tar", folder / "media"
    unpacked.mkdir()
    subprocess.run(["tar", "-C", str(media), "-cf", str(packed), "."], check=True)
    subprocess.run(["tar", "-C", str(unpacked), "-xf", str(packed)], check=True)
    still = {name: facts for name, facts in files_of(media).items() if before.get(name) == facts}
    found = files_of(unpacked)
    print(f"uploads: {len(still)} files compared")
    return differences(still, {name: facts for name, facts in found.items() if name in still})


def drill_database(server: Server, database: str, folder: Path) -> list[str]:
    copy, file = f"{database}{ENDING}", folder / "dump.sql"
    began = time.monotonic()
    before = checksums(server, database)
    dump(server, database, file)
    after = checksums(server, database)
    print(f"dumped {file.stat().st_size / 1e6:.1f} MB in {time.monotonic() - began:.1f} s")
    began = time.monotonic()
    try:
        restore(server, file, copy)
        found = checksums(server, copy)
    finally:
        server.ask(f"DROP DATABASE IF EXISTS `{copy}`")
    print(f"restored in {time.monotonic() - began:.1f} s")
    still = {name: facts for name, facts in before.items() if after.get(name) == facts}
    if moved := sorted(before.keys() - still.keys()):
        print(f"changed meanwhile, not compared: {', '.join(moved)}")
    rows = sum(number for number, _ in still.values())
    print(f"database: {len(still)} tables with {rows:,} rows compared")
    kept = {name: facts for name, facts in found.items() if name not in moved}
    return differences(still, kept) if still else ["there is nothing in the database"]


def main() -> int:
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "mysql":
        sys.exit(
            "The drill is for MySQL and MariaDB; SQLite is one file: copy it while nothing runs."
        )
    if not connection.introspection.table_names():
        print("an empty database: the tables are made first")
        call_command("migrate", verbosity=0)
    server, database = Server.of(connection), connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(prefix="restore-drill-") as name:
        wrong = drill_database(server, database, Path(name))
        media = Path(settings.MEDIA_ROOT)
        wrong += drill_uploads(media, Path(name)) if media.is_dir() else []
    for line in wrong:
        print(f"DIFFERENT: {line}")
    print("the restored copy is not the original" if wrong else "the restored copy is the original")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
