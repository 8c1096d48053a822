"""Buys like a browser does: fills in whatever form comes next until the order is there."""

import re
import secrets
from html import unescape
from urllib.parse import parse_qsl, urlencode

ORDER = re.compile(r"/orders/[0-9A-Z]+/[^/]+/$")
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "identity"}


class NotSold(Exception):
    """The site did not sell; the text says what it answered."""


def buy(browser, slug, query):
    """The path of the order's page, for what `query` (full=1&promo=x) asks for.

    From the tickets page on, as most people come; who follows a link with quantities
    sees one page more.
    """
    path, wanted = f"/{slug}/tickets/", dict(parse_qsl(query))
    for _ in range(4):
        status, _, page = browser.get(path, **{"Accept-Encoding": "identity"})
        if status != 200:
            raise NotSold(f"{status} at {path}")
        action, fields = next_form(page.decode(), path)
        fields = [(name, value) for name, value in fields if name not in wanted]
        fields += wanted.items()
        wanted = {}
        status, headers, page = browser.request("POST", action, urlencode(fields).encode(), FORM)
        if status != 302:
            raise NotSold(f"{status} at {action}")
        path = headers["location"]
        if ORDER.search(path):
            return path
    raise NotSold(f"no order after four forms, but {path}")


def pay(browser, order_path):
    """The signed session of the demo's card page."""
    _, _, page = browser.get(order_path, **{"Accept-Encoding": "identity"})
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', page.decode())
    if token is None:
        raise NotSold("nothing to pay")
    fields = {"csrfmiddlewaretoken": token.group(1), "provider": "demo"}
    body = urlencode(fields).encode()
    status, headers, _ = browser.request("POST", f"{order_path}pay/", body, FORM)
    if status != 302 or "session=" not in headers["location"]:
        raise NotSold(f"{status} at pay")
    return headers["location"].partition("session=")[2]


def next_form(page, path):
    """(where it goes, its fields) of the first form to send in the page's main part."""
    main = page[page.index("<main") :]
    found = re.search(r'<form[^>]*method="post"[^>]*>(.*?)</form>', main, re.S)
    if found is None:
        raise NotSold(f"no form at {path}")
    action = re.search(r'action="([^"]*)"', found.group(0).partition(">")[0])
    return unescape(action.group(1)) if action else path, list(fill(found.group(1)))


def fill(form):
    """Every field: text with a name or an address, choices as they stand, terms accepted."""
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        kind = re.search(r'type="(\w+)"', tag)
        kind = kind.group(1) if kind else "text"
        if not name or kind == "submit":
            continue
        name = name.group(1)
        if kind in ("checkbox", "radio"):
            if "checked" in tag or name == "terms":
                value = re.search(r'value="([^"]*)"', tag)
                yield name, unescape(value.group(1)) if value else "on"
            continue
        given = re.search(r'value="([^"]*)"', tag)
        value = unescape(given.group(1)) if given else ""
        if not value and name == "form_token":
            value = secrets.token_hex(16)  # as static/shop.js does
        elif not value and "email" in name:
            value = f"{secrets.token_hex(6)}@example.org"
        elif not value and "name" in name:
            value = "Ada Quintero"
        yield name, value
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]*selected', options)
        first = chosen or re.search(r'<option[^>]*value="([^"]*)"', options)
        if first:
            yield name, unescape(first.group(1))
