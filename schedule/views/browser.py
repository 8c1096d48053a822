"""What browsers and other sites ask for beside the pages: worker, manifest, pictures."""

import json

from django.conf import settings
from django.core.cache import cache as shelf
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from scale import cache
from scale.auth import edition_page
from scale.codes import digest

from .. import cards
from ..models import Slot
from ..outputs import public_talks

DAY = 24 * 3600
FILES = (
    *("vendor/bootstrap.min.css", "scale.css", "vendor/inter.woff2", "icon.svg", "theme.js"),
    *("schedule.js", "stars.js", "zone.js", "mine.js", "now.js", "offline.js"),
)


@require_safe
@edition_page
def worker(request, conference):
    """The script that lets pages be seen without network; its address says which it sees.

    Not one of the cached answers: browsers ask whether it changed, and must hear so at once.
    """
    first = [static(name) for name in FILES]
    first += [
        reverse(f"schedule:{name}", args=[conference.slug])
        for name in ("schedule", "my-schedule", "now")
    ]
    first.append(reverse("pages:edition-css", args=[conference.slug]))
    context = {"conference": conference, "first": first, "is_off": not settings.OFFLINE_PAGES}
    script = render_to_string("schedule/worker.js", context)
    script = script.replace("BUILD", digest(script)[:12])
    etag = f'"{digest(script)[:24]}"'
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(script, content_type="text/javascript")
    response["ETag"], response["Cache-Control"] = etag, "no-cache"
    return response


@require_safe
@cache.public()
def manifest(request, conference):
    """What a phone needs to put the edition on its home screen."""
    found = {
        "name": conference.name,
        "short_name": conference.edition if len(conference.name) > 12 else conference.name,
        "start_url": reverse("schedule:schedule", args=[conference.slug]),
        "scope": reverse("pages:front", args=[conference.slug]),
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": conference.accent,
        "icons": [{"src": static("icon.svg"), "type": "image/svg+xml", "sizes": "any"}],
    }
    return HttpResponse(
        json.dumps(found, ensure_ascii=False), content_type="application/manifest+json"
    )


@require_safe
@edition_page
def picture(request, conference, code):
    """The preview picture of a talk, drawn once for each version of what stands in it."""
    talks = public_talks(conference).select_related("track", "kind").with_speakers()
    talk = get_object_or_404(talks, code=code)
    slots = Slot.objects.filter(talk=talk).select_related("room").order_by("starts_at")
    card = cards.card_of(talk, slots, conference)
    key = f"card:{digest(repr(card))}"
    etag = f'"{key[-24:]}"'
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        drawn = shelf.get(key)
        if drawn is None:
            drawn = cards.draw(card)
            shelf.set(key, drawn, DAY)
        response = HttpResponse(drawn, content_type="image/png")
    response["ETag"] = etag
    if conference.is_public:
        response["Cache-Control"] = "public, max-age=300"
    return response
