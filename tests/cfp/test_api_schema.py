"""schemathesis asks everything that the OpenAPI document allows, and much that it does not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cfp.models import ApiToken, Talk
from scale.models import Role
from schedule.models import Room, Slot
from tests.factories import cfp as make
from tests.factories import scale, schedule

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# For each operation; `EXAMPLES=300 make test ARGS=tests/cfp/test_api_schema.py` takes long.
EXAMPLES = os.environ.get("EXAMPLES", "")
ARGUMENTS = ("--max-examples", EXAMPLES or "10", "--seed", "1", "--workers", "1", "--no-color")
# Who asks, by what they hold.
HOLDERS = ["nothing", "reviewer", "committee"]
HOLDERS += ["public", "no role", "revoked"] if EXAMPLES else []


@pytest.fixture
def edition(transactional_db):
    """Talks in every state, with and without track and kind, reviewed and hidden."""
    edition = scale.conference(slug="24x")
    track = make.track(edition, code="kernel")
    make.track(edition, code="hidden", is_hidden=True)
    make.review_rules(edition, is_anonymous=True)
    for status in Talk.Status:
        talk = make.talk(edition, code=status[:6].upper(), status=status, track=track)
        make.review(talk)
    loose = make.talk(edition, code="LOOSE", kind=make.kind(edition))
    make.review(loose, score=None)
    make.redaction(loose, "Talk")
    schedule.slot(edition, talk=Talk.objects.confirmed().first())
    schedule.slot(edition, title="Lunch", place="Lawn")
    return edition


def header_of(holder, edition):
    """The arguments that send the holder's token."""
    if holder == "nothing":
        return []
    user = scale.user()
    role = {"reviewer": Role.REVIEWER, "no role": None}.get(holder, Role.CHAIR)
    if role:
        scale.staff_role(user, edition, role)
        scale.second_factor(user)
    scope = "public" if holder == "public" else "committee"
    token, secret = ApiToken.make(user, "schemathesis", scope)
    if holder == "revoked":
        token.revoke()
    return ["--header", f"Authorization: Bearer {secret}"]


def write_known_values(folder):
    """Most of what is asked names rows that are there: by guessing every answer is a 404."""
    talks = list(Talk.objects.values_list("code", flat=True))
    person = Talk.objects.confirmed().get().speakers()[0]
    rows = {"talks": ["CONFIR", "DRAFT"], "submissions": talks, "speakers": [person.code]}
    rows |= {
        "tracks": ["kernel", "hidden"],
        "rooms": list(Room.objects.values_list("code", flat=True)),
    }
    rows["slots"] = [str(uuid) for uuid in Slot.objects.values_list("uuid", flat=True)]
    lines = ["[dictionaries]", 'editions = { values = ["24x"] }']
    lines += [f"{name} = {{ values = {json.dumps(codes)} }}" for name, codes in rows.items()]
    lines += ["[parameters]", '"path.slug" = { dictionary = "editions", probability = 0.8 }']
    for name in rows:
        key = "uuid" if name == "slots" else "code"
        lines += ["[[operations]]", f'include-path = "/api/v1/{{slug}}/{name}/{{{key}}}/"']
        binding = f'{{ dictionary = "{name}", probability = 0.8 }}'
        lines += ["[operations.parameters]", f'"path.{key}" = {binding}']
        lines += ['"path.slug" = { dictionary = "editions", probability = 0.9 }']
    Path(folder, "schemathesis.toml").write_text("\n".join(lines))


@pytest.mark.slow
@pytest.mark.parametrize("holder", HOLDERS)
def test_schemathesis_finds_nothing(live_server, tmp_path, edition, holder):
    write_known_values(tmp_path)
    done = subprocess.run(
        [
            *(SCHEMATHESIS, "run", f"{live_server.url}/api/v1/schema/", *ARGUMENTS),
            *header_of(holder, edition),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=3600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Tested: 14" in done.stdout, done.stdout
    if holder == "committee":
        assert "Missing test data" not in done.stdout, done.stdout
