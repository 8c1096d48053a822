"""Logs hold codes, never secrets: what opens something, and addresses, are cut out of a line."""

import re

# Secrets of links are `scale.codes.secret` (40 hexadecimal digits), tokens as long, or
# stand where an address of ours carries one.
LONG_TOKEN = r"(?<![\w-])[0-9a-f]{32,}(?![\w-])"  # noqa: S105
AFTER_A_WORD = (
    r"(?P<keep>/(?:(?:orders|confirm|invitation)/[A-Z0-9]+|pair|reply|claim|portal|reset/key)/)"
    r"[^/\s\"'?]{8,}"
)
TICKET_PICTURE = r"(?<=/)[A-Z0-9]{8,16}(?=\.svg)"  # its code opens the door
SECRETS = re.compile(f"{AFTER_A_WORD}|{LONG_TOKEN}|{TICKET_PICTURE}")
# Only from where a word begins: a megabyte without an @ would be walked once from each letter.
# What follows without a gap goes along, so that no second address is left in it.
ADDRESSES = re.compile(r"(?<![\w.+%-])[\w.+%-]+(?:@|%40)[\w-]+\.[\w.+%@-]+")


def redact_links(text: str) -> str:
    """Without the secret part of links."""
    return SECRETS.sub(lambda found: f"{found['keep'] or ''}…", text)


def redact(text: str) -> str:
    """Without the secret part of links and without e-mail addresses."""
    return ADDRESSES.sub("…@…", redact_links(text))


def redact_event(logger, method, event: dict) -> dict:
    """The last step before a line is written: tracebacks and arguments are text by now.

    Only the request's own id may look like a secret.
    """
    request = getattr(event.get("_record"), "request", None)
    match = getattr(request, "resolver_match", None)
    secret = match.kwargs.get("secret") if match else None
    return {
        key: cleaned(value, secret) if key != "request_id" else value
        for key, value in event.items()
        if key not in ("_record", "_from_structlog")
    }


def cleaned(value: object, secret: str | None = None) -> object:
    if isinstance(value, dict):
        return {key: cleaned(inner, secret) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(inner, secret) for inner in value]
    if isinstance(value, int | float | bool | None):
        return value
    text = str(value)
    return redact(text.replace(secret, "…") if secret else text)
