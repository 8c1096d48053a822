"""The shared mailboxes that are read for mail with sponsors; none is a setting too."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from .environment import read
from .site import LOOPBACK

PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}
OPTIONS = {"inbox", "sent", "address", "ca"}


@dataclass(frozen=True)
class Mailbox:
    """One account; `address` is what people write to and what our mails are sent from."""

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    address: str
    inbox: str
    sent: str
    ca: str = ""  # whom we trust to vouch for the server, in place of the system's authorities

    @property
    def name(self):
        """How it is known in the database: never with its password."""
        return f"{self.user}@{self.host}:{self.port}"[:190]

    @property
    def folders(self):
        return (self.inbox, self.sent)


def mailbox(url):
    """The account that an address such as imaps://user:password@host/?sent=Sent names."""
    try:
        parts = urlsplit(url)
        port, options = parts.port, parse_qsl(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise wrong("cannot be read as an address") from None  # the cause names what is secret
    if parts.scheme not in PORTS:
        raise wrong("must begin with imaps:// or imap+tls://")
    if not (parts.hostname and parts.username and parts.password):
        raise wrong("needs a host, a user and a password: imaps://user:password@host")
    if parts.scheme == "imap" and parts.hostname not in LOOPBACK:
        raise wrong("sends the password in the clear: imaps:// or imap+tls://")
    if parts.path not in ("", "/") or parts.fragment:
        raise wrong("takes folders as ?inbox=…&sent=…, nothing after the host")
    given = dict(options)
    if unknown := given.keys() - OPTIONS:
        raise wrong(f"does not know {', '.join(sorted(unknown))}")
    user = unquote(parts.username)
    address = given.get("address", user).strip().lower()
    if "@" not in address[1:-1] or not address.isascii() or set(address) & set(" ,<>\r\n"):
        raise wrong("say ?address=… when the user's name is not the mail address")
    folders = given.get("inbox", "INBOX"), given.get("sent", "Sent")
    if folders[0] == folders[1]:
        raise wrong("needs two folders, inbox and sent")
    if any(len(name) > 120 or not name.isprintable() for name in folders):
        raise wrong("has a folder with an odd name")
    if "ca" in given and not Path(given["ca"]).is_file():
        raise wrong("names a file of certificates (ca) that is not there")
    return Mailbox(
        parts.scheme,
        parts.hostname,
        port or PORTS[parts.scheme],
        user,
        unquote(parts.password),
        address,
        *folders,
        given.get("ca", ""),
    )


def wrong(fault):
    """Without the address, which has a password in it."""
    return ImproperlyConfigured(f"MAILBOX_URLS: an address in it {fault}")


MAILBOXES = tuple(mailbox(url) for url in read("MAILBOX_URLS", "str", "").split())
if len({one.name for one in MAILBOXES}) < len(MAILBOXES):
    raise ImproperlyConfigured("MAILBOX_URLS: an account stands in it twice")
