"""schemathesis asks everything that the OpenAPI document allows, and much that it does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from cfp.models import ApiToken, Talk
from scale.models import Role
from tests.factories import cfp as make
from tests.factories import scale, schedule

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
QUICK = ("--max-examples", "10", "--seed", "1", "--workers", "1", "--no-color")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_schemathesis_finds_nothing(live_server, tmp_path):
    """The running site, with talks in every state and a token that may read them all."""
    edition, user = scale.conference(slug="24x"), scale.user()
    scale.staff_role(user, edition, Role.CHAIR)
    scale.second_factor(user)
    track = make.track(edition, code="kernel")
    for status in Talk.Status:
        talk = make.talk(edition, status=status, track=track, kind=make.kind(edition))
        make.review(talk)
    schedule.slot(edition, talk=Talk.objects.confirmed().first())
    schedule.slot(edition, title="Lunch", place="Lawn")
    _, secret = ApiToken.make(user, "schemathesis", "committee")
    done = subprocess.run(
        [
            *(SCHEMATHESIS, "run", f"{live_server.url}/api/v1/schema/", *QUICK),
            *("--header", f"Authorization: Bearer {secret}"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: 13" in done.stdout, done.stdout
