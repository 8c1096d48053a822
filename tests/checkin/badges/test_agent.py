"""`manage.py print_agent` against a running server, with a printer of CUPS that makes PDFs."""

import io
import os
import shutil
import subprocess
import time
from pathlib import Path

import pypdf
import pytest
from django.core.management import CommandError, call_command

from checkin import actions as door_actions
from checkin.badges import agent
from checkin.badges.models import Badge, PrinterReport, PrintJob
from tests.factories import badges as make
from tests.factories import scale as make_scale

PPD = Path("/usr/share/ppd/cups-pdf/CUPS-PDF_noopt.ppd")
HAS_CUPS = bool(shutil.which("lp") and Path("/usr/sbin/cupsd").exists() and PPD.exists())
pytestmark = [
    pytest.mark.cups,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not HAS_CUPS, reason="needs cups and printer-driver-cups-pdf"),
    pytest.mark.skipif(os.geteuid() != 0, reason="CUPS-PDF prints only for root's CUPS"),
]
CUPSD = """
Listen {0}/run/cups.sock
Browsing Off
WebInterface No
<Location />
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""
FILES = """
ServerRoot {0}/etc
RequestRoot {0}/spool
TempDir {0}/spool/tmp
CacheDir {0}/cache
StateDir {0}/run
AccessLog {0}/access
ErrorLog {0}/error
PageLog {0}/page
"""


@pytest.fixture(scope="module")
def cups():
    """A CUPS of our own with a printer “Badges”; the machine's own is not touched."""
    root = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    root.chmod(0o755)
    for name in ("etc", "run", "spool", "spool/tmp", "cache"):
        (root / name).mkdir()
    (root / "etc/cupsd.conf").write_text(CUPSD.format(root))
    (root / "etc/cups-files.conf").write_text(FILES.format(root))
    conf = ["-c", str(root / "etc/cupsd.conf"), "-s", str(root / "etc/cups-files.conf")]
    server = subprocess.Popen(["/usr/sbin/cupsd", "-f", *conf])
    before, os.environ["CUPS_SERVER"] = os.environ.get("CUPS_SERVER"), f"{root}/run/cups.sock"
    for _ in range(50):
        if (root / "run/cups.sock").exists():
            break
        time.sleep(0.1)
    make_it = ["lpadmin", "-p", "Badges", "-E", "-v", "cups-pdf:/", "-P", str(PPD)]
    subprocess.run(make_it, check=True, capture_output=True)
    yield root
    server.terminate()
    server.wait()
    os.environ.pop("CUPS_SERVER") if before is None else os.environ.update(CUPS_SERVER=before)
    shutil.rmtree(root)


@pytest.fixture
def conference():
    return make_scale.conference()


def run(server, **options):
    out = io.StringIO()
    call_command(
        "print_agent", server=server.url, printer="Badges", once=True, stdout=out, **options
    )
    return out.getvalue()


@pytest.fixture
def papers():
    """What came out of the printer since: CUPS-PDF writes into a folder of its user."""
    folder = Path.home() / "PDF"
    before = set(folder.glob("*"))

    def new(many):
        for _ in range(50):
            found = [path for path in set(folder.glob("*.pdf")) - before if path.stat().st_size]
            if len(found) >= many:
                break
            time.sleep(0.1)
        return [pypdf.PdfReader(io.BytesIO(path.read_bytes())) for path in found]

    yield new
    for path in set(folder.glob("*")) - before:
        path.unlink()


def test_badges_come_out_in_order_once_each(cups, papers, conference, live_server):
    station, credential = make.printer(conference)
    jobs = [make.job(conference, attendee_name=name) for name in ("Ada One", "Grace Two")]
    said = run(live_server, station=credential)
    assert said.splitlines() == [f"job {job.pk}: printed" for job in jobs]
    assert [len(one.pages) for one in papers(2)] == [1, 1]
    ended = list(PrintJob.objects.order_by("ended_at").values_list("pk", "status"))
    assert ended == [(job.pk, "printed") for job in jobs]
    assert not Badge.objects.exclude(station=station).exists()
    assert run(live_server, station=credential) == ""


def test_pairing_by_code_gives_a_credential_that_prints(cups, papers, conference, live_server):
    station = make.printer(conference)[0]
    job = make.job(conference)
    code = door_actions.open_pairing(station)
    said = run(live_server, pair=code)
    assert said.endswith(f"job {job.pk}: printed\n")
    assert len(papers(1)) == 1
    credential = said.splitlines()[0].rpartition("=")[2]
    assert run(live_server, station=credential) == ""
    with pytest.raises(CommandError, match="No station waits"):
        run(live_server, pair=code)


def test_a_printer_that_is_off_is_told_to_staff_and_gets_nothing(
    cups, papers, conference, live_server
):
    station, credential = make.printer(conference)
    job = make.job(conference)
    subprocess.run(["cupsdisable", "Badges"], check=True)
    try:
        assert run(live_server, station=credential) == ""
        assert PrinterReport.objects.get(station=station).trouble == "paused"
    finally:
        subprocess.run(["cupsenable", "Badges"], check=True)
    assert run(live_server, station=credential) == f"job {job.pk}: printed\n"
    assert PrinterReport.objects.get(station=station).trouble == ""
    assert len(papers(1)) == 1


def test_what_does_not_come_out_is_taken_back(cups, papers, conference, live_server, monkeypatch):
    credential = make.printer(conference)[1]
    job = make.job(conference)
    queue = agent.Printer("Badges", ["job-hold-until=indefinite"])
    monkeypatch.setattr(agent, "PATIENCE", 1.0)
    site = agent.Server(live_server.url, credential)
    site.begin()
    said = []
    assert agent.one(site, queue, said.append)
    job.refresh_from_db()
    assert (job.status, job.why) == ("failed", "it did not come out within a minute")
    assert queue.run("lpstat", "-W", "not-completed", "-o", "Badges") == ""


def test_nobody_prints_with_a_wrong_credential(cups, papers, conference, live_server):
    with pytest.raises(CommandError, match="opens no print station"):
        run(live_server, station="nonsense")
    with pytest.raises(CommandError, match="cannot be the name"):
        call_command("print_agent", server=live_server.url, printer="-x y", station="z")
