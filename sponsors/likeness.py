"""Which organizations may be one: by domain, by an e-mail address, by nearly the same name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from urllib.parse import urlsplit

LEGAL = {
    *("ab", "ag", "bv", "co", "company", "corp", "corporation", "eg", "ev", "gmbh", "inc"),
    *("incorporated", "kg", "limited", "llc", "llp", "ltd", "nv", "ohg", "oy", "plc", "pty"),
    *("sa", "sarl", "sas", "se", "spa", "srl", "the", "ug"),
}
# Addresses that many people and organizations share tell nothing.
SHARED = {
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com"),
    *("icloud.com", "me.com", "aol.com", "proton.me", "protonmail.com", "gmx.de", "gmx.net"),
    *("web.de", "fastmail.com", "posteo.de", "mailbox.org", "github.com", "github.io"),
    *("gitlab.com", "gitlab.io", "codeberg.org", "codeberg.page", "facebook.com", "linkedin.com"),
    *("twitter.com", "x.com", "youtube.com", "meetup.com", "sourceforge.net", "medium.com"),
    *("wordpress.com", "blogspot.com", "sites.google.com", "linktr.ee"),
}
SHORTEST = 5  # letters; shorter names are alike by chance
ALIKE = 0.85
MOST_AT_A_DOMAIN = 5  # more than that share a host, not an owner

NAME, DOMAIN, EMAIL = "nearly the same name", "the same domain", "a contact with the same address"


def near_key(name: str) -> str:
    """Letters and digits in lower case, without accents and without Inc, GmbH and the like."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    return "".join(word for word in words if word not in LEGAL) or "".join(words)


def domain_of(address: str) -> str:
    """Of a website or an e-mail address; empty where it tells nothing."""
    host = address.rpartition("@")[2] if "@" in address else ""
    if not host:
        try:
            host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        except ValueError:
            return ""
    host = host.lower().removeprefix("www.")
    return "" if host in SHARED else host


def spellings(key: str) -> set[str]:
    """The key and what is left without one of its letters: two keys that differ by one letter,
    or by two that changed places, have one of these in common."""
    if len(key) < SHORTEST:
        return {key}
    return {key, *(key[:n] + key[n + 1 :] for n in range(len(key)))}


def is_near(one: str, other: str) -> bool:
    if one == other:
        return True
    if re.findall(r"\d+", one) != re.findall(r"\d+", other):  # Studio 54 and Studio 55
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


class Likeness:
    """What is known of organizations, looked up by likeness."""

    def __init__(self) -> None:
        self.keys: dict[int, set[str]] = defaultdict(set)
        self.by_spelling: dict[str, set[int]] = defaultdict(set)
        self.by_domain: dict[str, set[int]] = defaultdict(set)
        self.by_email: dict[str, set[int]] = defaultdict(set)

    def add(self, pk: int, name: str, website: str = "", emails: Iterable[str] = ()) -> None:
        if key := near_key(name):
            self.keys[pk].add(key)
            for spelling in spellings(key):
                self.by_spelling[spelling].add(pk)
        if domain := domain_of(website):
            self.by_domain[domain].add(pk)
        for email in filter(None, emails):
            self.by_email[email].add(pk)

    def find(self, name: str, website: str = "", emails: Iterable[str] = ()) -> dict[int, str]:
        """{organization: why it may be this one}, the surest reason of several."""
        found: dict[int, str] = {}
        emails = list(emails)
        key = near_key(name)
        for spelling in spellings(key) if key else ():
            for pk in self.by_spelling.get(spelling, ()):
                if any(is_near(key, other) for other in self.keys[pk]):
                    found[pk] = NAME
        for domain in {domain_of(address) for address in (website, *emails)} - {""}:
            sharing = self.by_domain.get(domain, set())
            if len(sharing) <= MOST_AT_A_DOMAIN:
                found |= dict.fromkeys(sharing, DOMAIN)
        for email in emails:
            found |= dict.fromkeys(self.by_email.get(email, ()), EMAIL)
        return found
