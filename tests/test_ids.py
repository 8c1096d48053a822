"""On every screen an id names one thing, and every label has its field."""

from collections import Counter
from html.parser import HTMLParser

import pytest

from tests.test_attacks import addresses, chair_of, furnish

pytestmark = pytest.mark.django_db


class Ids(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.ids, self.labels = Counter(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids[attrs["id"]] += 1
        if tag == "label" and attrs.get("for"):
            self.labels.add(attrs["for"])


def test_no_page_has_an_id_twice_or_a_label_of_nothing(conference):
    client = chair_of(conference)
    rows = furnish(conference, client.user)
    client.cookies["station"] = rows["credential"]
    faults, seen = {}, 0
    for _, path in addresses(conference, rows):
        answer = client.get(path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        page, seen = Ids(answer.content.decode()), seen + 1
        twice = {one for one, n in page.ids.items() if n > 1}
        if wrong := sorted(twice | (page.labels - set(page.ids))):
            faults[path] = wrong
    assert seen > 100
    assert not faults, "\n".join(f"{path}: {wrong}" for path, wrong in faults.items())
