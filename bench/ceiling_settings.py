"""The site's own settings without any middleware: for the ceiling."""

from scale.settings import *  # noqa: F403

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.ceiling"
