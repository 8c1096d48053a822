"""Reading the environment: a wrong value stops the start with its name."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
VAR_DIR = Path(env.str("VAR_DIR", "") or BASE_DIR / "var")
BOOLEANS = {"1": True, "true": True, "yes": True, "on": True}
BOOLEANS |= {"0": False, "false": False, "no": False, "off": False}


def read(name, kind, default):
    """The variable as `kind` (str, bool, int, list), or an error that names it; empty is unset."""
    given = env.str(name, "").strip()
    if not given:
        return default
    if kind == "bool":
        if given.lower() not in BOOLEANS:
            raise ImproperlyConfigured(f"{name}: {given!r} is neither 1 nor 0")
        return BOOLEANS[given.lower()]
    try:
        return getattr(env, kind)(name, default=default)
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name}: {given!r} is not a {kind}") from error


def in_var(name):
    """A path in the folder for everything that changes, which is there from then on."""
    try:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"VAR_DIR: {error}") from error
    return VAR_DIR / name


def checked(name, value, fault):
    """The value, unless `fault` says what is wrong with it."""
    if fault:
        raise ImproperlyConfigured(f"{name}: {fault}")
    return value
