"""Logs hold codes, never secrets: what opens something is cut out of every line."""

import logging
import re

SECRET_PATTERNS = re.compile(
    r"(?P<keep>/(?:(?:orders|confirm)/[A-Z0-9]+|pair|reply|claim|portal)/)[^/\s\"'?]{8,}"
    r"|(?P<mail>[\w.+-]+@[\w-]+\.[\w.-]+)"
)


def redact(text: str) -> str:
    """Without the secret part of links and without e-mail addresses."""
    return SECRET_PATTERNS.sub(lambda m: f"{m['keep']}…" if m["keep"] else "…@…", text)


class RedactSecrets(logging.Filter):
    def filter(self, record):
        if isinstance(record.msg, dict):  # structlog hands over its event as a dict
            record.msg = {
                key: redact(value) if isinstance(value, str) else value
                for key, value in record.msg.items()
            }
        else:
            record.msg, record.args = redact(record.getMessage()), ()
        return True
