import pytest
from django.urls import resolve, reverse

from scale.models.conference import RESERVED_SLUGS


@pytest.mark.parametrize("path, name", [("/door/", "checkin:door"), ("/staff/", "pages:staff")])
def test_reserved_word_is_no_edition(path, name):
    assert resolve(path).view_name == name


@pytest.mark.parametrize("word", sorted(RESERVED_SLUGS))
def test_slug_may_begin_with_a_reserved_word(word):
    assert reverse("pages:front", args=[f"{word}s-24"[:20]]) == f"/{word}s-24/"
