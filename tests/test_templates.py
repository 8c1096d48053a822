"""What templates name really exists."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver

TEMPLATES = Path(settings.BASE_DIR, "templates")
NAMED = re.compile(r"{% url [\"']([a-z0-9_:-]+)[\"']")


def names_of(resolver, before=""):
    for name in resolver.reverse_dict:
        if isinstance(name, str):
            yield before + name
    for space, (_, inner) in resolver.namespace_dict.items():
        yield from names_of(inner, f"{before}{space}:")


@pytest.fixture(scope="module")
def known():
    return set(names_of(get_resolver()))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda one: one.name)
def test_every_address_has_a_view(path, known):
    """`{% url … as x %}` is silent about a name that nobody has: the link just goes missing."""
    assert set(NAMED.findall(path.read_text())) - known == set()
