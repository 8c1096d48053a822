"""docs/database.md is true: its commands are run as they stand, and the drill finds a fault."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from deploy import restore_drill as drill
from tests.factories import invoices as bill
from tests.factories import scale as make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "mysql" not in settings.DATABASES["default"]["ENGINE"], reason="the page is about MariaDB"
    ),
]
PAGE = settings.BASE_DIR / "docs/database.md"
PATIENCE = 600  # seconds; a busy machine is no fault
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def site(tmp_path):
    """Rows of several apps, two uploads, and the environment of an administrator's shell."""
    make.conference(name="Conférence 🐧 “quoted” \\ back")
    bill.pay(bill.issued(), 5)
    media = tmp_path / "media"
    (media / "logos").mkdir(parents=True)
    (media / "logos" / "a name.png").write_bytes(bytes(range(256)) * 40)
    (media / "talk.pdf").write_bytes(b"%PDF-")
    known = connection.get_connection_params()
    places = "".join(
        f"{option}={known[name]}\n"
        for option, name in (
            *(("user", "user"), ("password", "password"), ("host", "host"), ("port", "port")),
            ("socket", "unix_socket"),
        )
        if known.get(name)
    )
    (tmp_path / ".my.cnf").write_text(f"[client]\n{places}")
    name = connection.settings_dict["NAME"]
    return os.environ | {
        "HOME": str(tmp_path),
        "DB": name,
        "MEDIA": str(media),
        "BACKUPS": str(tmp_path / "backups"),
        "APP": str(settings.BASE_DIR),
        "DATABASE_URL": f"mysql://{known.get('user', '')}:{known.get('password', '')}@"
        f"{known.get('host') or 'localhost'}/{name}?unix_socket={known.get('unix_socket', '')}",
        "MEDIA_ROOT": str(media),
        "LOG_LEVEL": "ERROR",
    }


def run(script, env):
    # The names stand in the first block, and a shell keeps them.
    return subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", f"{BLOCKS[0]}\n{script}"],
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@pytest.mark.slow
def test_every_command_of_the_page_does_what_it_says(site):
    said = []
    for block in BLOCKS:
        done = run(block, site)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        said.append(done.stdout)
    told = "".join(said)
    assert len(BLOCKS) > 8
    assert "the same rows" in told
    assert "the same files" in told
    assert "Money, places and codes agree." in told
    assert re.search(r"scale_conference|registration_ticket|django_\w+", told)
    backups = sorted(path.name for path in Path(site["BACKUPS"]).iterdir())
    assert [name.partition("-")[0] for name in backups] == ["media", "sums", site["DB"]]
    with connection.cursor() as cursor:
        cursor.execute("SHOW DATABASES LIKE '%%restored'")
        assert cursor.fetchall() == ()


def test_the_page_notices_a_copy_that_is_not_the_same(site):
    compare = next(block for block in BLOCKS if "CHECKSUM" in block)
    upto = BLOCKS.index(compare)
    for block in BLOCKS[:upto]:
        assert run(block, site).returncode == 0
    try:
        assert run(compare, site).returncode == 0
        run('mariadb "${DB}_restored" -e "UPDATE scale_conference SET name = \'x\' LIMIT 1"', site)
        done = run(compare, site)
        assert (done.returncode, "scale_conference" in done.stdout) == (1, True)
    finally:
        run(BLOCKS[upto + 2], site)


def drilled(site):
    script = str(settings.BASE_DIR / "deploy/restore_drill.py")
    return subprocess.run(
        [sys.executable, script], env=site, capture_output=True, text=True, timeout=PATIENCE
    )


@pytest.mark.slow
def test_the_drill_compares_every_table_and_file(site):
    done = drilled(site)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the restored copy is the original" in done.stdout
    assert "uploads: 2 files compared" in done.stdout
    tables = len(connection.introspection.table_names())
    assert f"database: {tables} tables" in done.stdout
    with connection.cursor() as cursor:
        cursor.execute("SHOW DATABASES LIKE '%%drill'")
        assert cursor.fetchall() == ()


def test_the_drill_finds_what_is_lost_changed_and_added(site, tmp_path):
    server, name = drill.Server.of(connection), connection.settings_dict["NAME"]
    copy, file = f"{name}{drill.ENDING}", tmp_path / "dump.sql"
    drill.dump(server, name, file)
    try:
        drill.restore(server, file, copy)
        before = drill.checksums(server, name)
        assert drill.differences(before, drill.checksums(server, copy)) == []
        server.ask("SET FOREIGN_KEY_CHECKS = 0; DELETE FROM sponsors_invoicepayment", copy)
        server.ask("UPDATE sponsors_invoiceline SET unit_price = unit_price + 0.01", copy)
        server.ask("DROP TABLE django_session; CREATE TABLE extra (id INT)", copy)
        assert drill.differences(before, drill.checksums(server, copy)) == [
            "django_session is missing",
            "extra is there, and was not",
            "sponsors_invoiceline has 1 rows of 1, or other ones",
            "sponsors_invoicepayment has 0 rows of 1, or other ones",
        ]
    finally:
        server.ask(f"DROP DATABASE IF EXISTS `{copy}`")
