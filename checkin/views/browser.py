"""What makes the scanner an app on a phone: its worker, and what its icon says."""

import functools
import json
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from scale.codes import digest

# The scanner's own scripts, in the order in which they are loaded.
SCRIPTS = (
    *("door-decide.js", "door-store.js", "door-tickets.js", "door-line.js", "door-send.js"),
    *("door-sync.js", "door-here.js", "door-online.js", "door-find.js", "door-sound.js"),
    *("door-keys.js", "door-camera.js", "door-status.js", "door-screen.js", "door-people.js"),
    *("door-who.js", "door.js"),
)
# Those of an exhibitor's phone; only the last is its own.
LEADS = ("door-store.js", "door-line.js", "door-keys.js", "door-camera.js", "leads.js")
# What opens without network. Another page under /door/ adds its name to PAGES and what it loads
# to FILES; the worker then keeps both, and nothing else has to be changed.
PAGES = ("checkin:door",)
FILES = (
    *("vendor/bootstrap.min.css", "scale.css", "vendor/inter.woff2", "icon.svg", "theme.js"),
    *("vendor/idb.js", "vendor/barcode-detector.js", "vendor/zxing_reader.wasm"),
    *("door-192.png", "door-512.png", "door-gone.js", *SCRIPTS, LEADS[-1]),
)


@functools.cache
def version():
    """Another text when any file of the scanner changed: phones fetch it anew, staff see it."""
    texts = [Path(finders.find(name)).read_bytes() for name in FILES]
    return digest("".join(digest(text.decode("latin-1")) for text in texts))[:8]


@require_safe
def worker(request):
    """The script under whose hands the scanner opens without network.

    Browsers ask whether it changed, and must hear so at once. It is the same for every phone.
    """
    context = {
        "pages": [reverse(name) for name in PAGES],
        "files": [static(name) for name in FILES],
    }
    script = render_to_string("checkin/worker.js", context)
    script = script.replace("BUILD", digest(script + version())[:12])
    etag = f'"{digest(script)[:24]}"'
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(script, content_type="text/javascript")
    response["ETag"], response["Cache-Control"] = etag, "no-cache"
    return response


@require_safe
def manifest(request):
    """What a phone needs to put the scanner on its home screen."""
    door = reverse("checkin:door")
    found = {
        "id": door,
        "name": "Door scanner",
        "short_name": "Door",
        "start_url": door,
        "scope": door,
        "display": "standalone",
        "background_color": "#10161d",
        "theme_color": "#10161d",
        "icons": [
            {"src": static(f"door-{size}.png"), "type": "image/png", "sizes": f"{size}x{size}"}
            | {"purpose": "any maskable"}
            for size in (192, 512)
        ],
    }
    response = HttpResponse(json.dumps(found), content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response
