"""Codes people read aloud, and secrets that only a link carries."""

import hashlib
import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without I, O, 0, 1: they are misread


def new_code(length: int = 8) -> str:
    """A random code of 5 bits a letter, upper case."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def clean_code(typed: str) -> str:
    """What was meant by a code typed with spaces, hyphens, in lower case or as a link."""
    last = typed.strip().rstrip("/").rsplit("/", 1)[-1]
    return "".join(c for c in last.upper() if c.isascii() and c.isalnum())[:64]


def digest(token: str) -> str:
    """How a token is stored and looked up: hexadecimal SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def secret(purpose: str, nonce: str) -> str:
    """The 160-bit secret of a link, derived from the row's random `nonce`.

    Nothing that opens the link is stored, so a copy of the database opens none;
    a new nonce makes every earlier link dead.
    """
    return salted_hmac(f"scale.codes.{purpose}", nonce, algorithm="sha256").hexdigest()[:40]


def secret_matches(purpose: str, nonce: str, given: str) -> bool:
    """Whether `given` is the secret, in constant time; older keys of the site count too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    wanted = [
        salted_hmac(f"scale.codes.{purpose}", nonce, secret=key, algorithm="sha256").hexdigest()[
            :40
        ]
        for key in keys
    ]
    return any([constant_time_compare(given, one) for one in wanted])  # noqa: C419
