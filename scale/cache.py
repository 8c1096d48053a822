"""Public answers: rendered once for each version of an edition, then served from memory.

The key of an answer is its address and the edition's `version`, which every
change of a public fact raises; so nothing is ever invalidated, old keys just
stop being asked for. One worker renders while the others wait for it. The
render reads one snapshot of the database, so no page mixes two releases.
"""

import functools
import gzip
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    HttpResponseRedirect,
    QueryDict,
)
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from .auth import edition_page
from .codes import digest
from .db import snapshot
from .models import Conference

# What templates/_account.html says to someone who is not signed in.
SIGN_IN = b'<a class="btn btn-plain btn-sm" href="/account/login/">Sign in</a>'
KEEP_SECONDS = 3600
WAIT_SECONDS = 10
MEMORY_BYTES = 8_000_000
BUILD = digest(str(time.time()))[:8] if settings.DEBUG else "1"


@dataclass
class Rendered:
    """A finished body, as it is and compressed."""

    status: int
    headers: dict
    body: bytes
    packed: bytes


class Memory:
    """This process's own shelf in front of the shared cache; oldest out first."""

    def __init__(self, limit):
        self.limit, self.size = limit, 0
        self.shelf: OrderedDict[str, Rendered] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key):
        return self.shelf.get(key)

    def put(self, key, rendered):
        with self.lock:
            if key in self.shelf:
                return
            self.shelf[key] = rendered
            self.size += len(rendered.body) + len(rendered.packed)
            while self.size > self.limit:
                _, old = self.shelf.popitem(last=False)
                self.size -= len(old.body) + len(old.packed)

    def clear(self):
        with self.lock:
            self.shelf.clear()
            self.size = 0


memory = Memory(MEMORY_BYTES)
rendering: dict[str, threading.Lock] = {}


def public(*, seconds: int = 0, asked: tuple[str, ...] = ()):
    """Decorates a view `(request, conference, …)` whose answer is the same for everyone.

    `seconds` is how long an answer that depends on the time of day stays right;
    0 means it depends on the version alone. `asked` names the parameters in the query
    string that count. The view must not look at the user, the rest of the query string
    or the session: it is rendered for nobody, and the account corner is put in place of
    SIGN_IN afterwards.
    """

    def decorate(view):
        @functools.wraps(view)
        def answer(request, slug, *args, **kwargs):
            found = edition_version(slug)
            if found is None or not found[1] or request.method not in ("GET", "HEAD"):
                return unshared(view, request, slug, *args, **kwargs)
            bucket = int(time.time() // seconds) if seconds else 0
            # A digest: an address may hold characters that no cache takes as a key.
            query = {name: request.GET[name] for name in asked if name in request.GET}
            words = f"{request.path}:{query}" if query else request.path
            key = digest(f"page:{BUILD}:{slug}:{words}:{found[0]}:{bucket}")
            signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
            etag = f'W/"{digest(key)[:24]}"'
            if not signed_in and etag in request.headers.get("If-None-Match", ""):
                response = HttpResponseNotModified()
            else:
                bare = for_nobody(request, query)
                rendered = fetch(key, lambda: render(view, bare, slug, *args, **kwargs))
                response = respond(request, rendered, signed_in)
            if not signed_in:
                response["ETag"] = etag
                response["Cache-Control"] = "public, max-age=0, s-maxage=1"
            else:
                response["Cache-Control"] = "private, no-cache"
            patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
            return response

        return answer

    return decorate


def edition_version(slug):
    """(version, is public), or None: the one statement of a warm answer.

    In plain SQL: building the query costs three times as much as running it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, is_public FROM scale_conference WHERE slug = %s", [slug])
        return cursor.fetchone()


def unshared(view, request, slug, *args, **kwargs):
    """For staff who look at an edition before it is public, and for unknown slugs."""
    response = edition_page(view)(request, slug, *args, **kwargs)
    response["Cache-Control"] = "private, no-store"
    return response


def fetch(key, make):
    """The answer for the key: from this process, from the shared cache, or made now by one."""
    if found := memory.get(key):
        return found
    lock = rendering.setdefault(key, threading.Lock())
    with lock:
        try:
            if found := memory.get(key):
                return found
            found = cache.get(key)
            if found is None:
                found = make_once(key, make)
            if found.status == 200:
                memory.put(key, found)
            return found
        finally:
            rendering.pop(key, None)


def make_once(key, make):
    """Between processes: who adds the claim renders, the others wait for the result."""
    claim = f"{key}:claim"
    if not cache.add(claim, 1, WAIT_SECONDS):
        give_up = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < give_up:
            time.sleep(0.01)
            if found := cache.get(key):
                return found
            if cache.get(claim) is None:
                break
    try:
        # Between the last look and the claim another may have finished.
        if found := cache.get(key):
            return found
        found = make()
        if found.status == 200:
            cache.set(key, found, KEEP_SECONDS)
        return found
    finally:
        cache.delete(claim)


def render(view, request, slug, *args, **kwargs):
    with snapshot():
        conference = Conference.objects.get(slug=slug)
        response = view(request, conference, *args, **kwargs)
    body = response.content
    return Rendered(
        status=response.status_code,
        headers=dict(response.items()),
        body=body,
        packed=gzip.compress(body, 6) if len(body) > 500 else b"",
    )


def for_nobody(request, query):
    """The request without whatever is its sender's own: cookies, session, messages, query.

    Of the query string only what the view said that it looks at.
    """
    bare = HttpRequest()
    bare.GET = QueryDict(urlencode(query))
    bare.method, bare.path, bare.path_info = "GET", request.path, request.path_info
    bare.resolver_match = request.resolver_match
    bare.user = AnonymousUser()
    return bare


def respond(request, rendered, signed_in):
    if "Location" in rendered.headers:
        return HttpResponseRedirect(rendered.headers["Location"])
    body, encoding = rendered.body, None
    if signed_in and SIGN_IN in body:
        body = body.replace(SIGN_IN, account_corner(request))
    elif rendered.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
        body, encoding = rendered.packed, "gzip"
    response = HttpResponse(body, status=rendered.status, headers=rendered.headers)
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def account_corner(request) -> bytes:
    return render_to_string("_account.html", {"user": request.user}).encode()
