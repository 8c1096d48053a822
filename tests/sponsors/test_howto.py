"""Every screen of the committee says in a few words how its work is done."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR, "templates")
PANEL = re.compile(r'<details class="[^"]*\bhowto\b[^"]*"[^>]*>\s*<summary[^>]*>\s*How do I ')
INCLUDED = re.compile(r'{% include "(sponsors/_\w*howto\.html)" %}')
SCREENS = sorted(
    path
    for folder, pattern in (("sponsors", "*.html"), ("checkin", "sponsor_report*.html"))
    for path in TEMPLATES.joinpath(folder).glob(pattern)
    if '{% extends "staff_base.html" %}' in path.read_text()
)


def said(path):
    source = path.read_text()
    return source + "".join(TEMPLATES.joinpath(one).read_text() for one in INCLUDED.findall(source))


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.stem)
def test_every_screen_of_the_committee_has_its_panel(path):
    text = re.sub(r"{% (?:if|elif|else|with)[^%]*%}", "", said(path))
    assert PANEL.search(text), f"{path.name} does not say how to do it"


def test_the_walk_finds_the_screens():
    """Else the test above would prove nothing."""
    assert len(SCREENS) > 40
    assert {"organizations", "mails", "sponsor_reports"} <= {path.stem for path in SCREENS}
