"""My schedule: a page that is the same for everyone, and what a browser asks for to fill it.

Nothing personal is rendered into the page; the browser keeps its stars and brings them here.
"""

import json
import re
from http import HTTPStatus

from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from scale import cache, throttle
from scale.auth import edition_page, refuse_other_sites
from scale.db import snapshot
from scale.editions import EditionClosed

from .. import favourites
from ..feeds import ics
from ..feeds.lines import read
from ..grid import arrange
from ..models import FavouriteList
from .public import latest_release

KEY = re.compile(r"[0-9a-f]{32,64}")
CODE = re.compile(r"[A-Z0-9]{4,12}")
QUARTER = 900  # seconds
# A hall full of people shares one address.
NEW_LISTS = {"limit": 1_000, "seconds": QUARTER}
STARS_FROM = {"limit": 30_000, "seconds": QUARTER}
STARS = {"limit": 1_200, "seconds": QUARTER}
CALLS = {"limit": 300, "seconds": QUARTER}


class Unreadable(Exception):
    """What was sent is not what our pages send."""


@require_safe
@cache.public()
def my_schedule(request, conference):
    release, _ = latest_release(conference)
    context = {"conference": conference, "release": release}
    return render(request, "schedule/my_schedule.html", context)


@require_safe
@edition_page
def chosen(request, conference):
    """The talks named in the address, day by day: to show to others, or a part of My schedule."""
    with snapshot():
        release, moved = latest_release(conference)
        slots = favourites.slots_of(conference, codes_in(request.GET.get("talks", "")))
        days = arrange(slots, conference, moved)
        context = {
            "conference": conference,
            "days": days,
            "clashes": sum(slot.clashes for slot in slots),
            "release": release,
        }
        template = "_chosen.html" if request.GET.get("part") else "chosen.html"
        response = render(request, f"schedule/{template}", context)
    response["Cache-Control"] = "private, no-store"
    return response


def codes_in(text):
    return CODE.findall(text[:10_000])[: FavouriteList.MOST]


def answers_in_json(view):
    """For what our scripts send: problems are told in a sentence, with a status."""

    def answer(request, conference):
        refuse_other_sites(request)
        try:
            response = view(request, conference, sent_by(request))
        except Unreadable:
            response = says("This cannot be read.", HTTPStatus.BAD_REQUEST)
        except EditionClosed as error:
            response = says(str(error), HTTPStatus.CONFLICT)
        except throttle.Throttled as error:
            response = says(str(error), HTTPStatus.TOO_MANY_REQUESTS)
        response["Cache-Control"] = "private, no-store"
        return response

    return csrf_exempt(require_POST(edition_page(answer)))


def says(words, status):
    return JsonResponse({"says": words}, status=status)


def sent_by(request):
    """The checked contents: {key, add, drop, anew}."""
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if request.content_type != "application/json" or not isinstance(sent, dict):
        raise Unreadable
    key, add, drop = sent.get("key", ""), sent.get("add", []), sent.get("drop", [])
    if not isinstance(key, str) or (key and not KEY.fullmatch(key)):
        raise Unreadable
    for codes in (add, drop):
        if not isinstance(codes, list) or len(codes) > FavouriteList.MOST:
            raise Unreadable
        if not all(isinstance(code, str) and CODE.fullmatch(code) for code in codes):
            raise Unreadable
    if not key and not request.user.is_authenticated:
        raise Unreadable
    return {"key": key, "add": add, "drop": drop, "anew": sent.get("anew") is True}


def who_of(request, sent):
    user = request.user if request.user.is_authenticated else None
    return user, f"user {user.pk}" if user else sent["key"]


@answers_in_json
def sync(request, conference, sent):
    """Stars that were set and taken since; all of them come back."""
    user, who = who_of(request, sent)
    address = throttle.client(request)
    throttle.hit("favourite calls", who, **CALLS)
    if sent["add"]:
        stars = len(sent["add"])
        throttle.hit("favourites", who, times=stars, **STARS)
        throttle.hit("favourites from", address, times=stars, **STARS_FROM)
        if favourites.owned(conference, user, sent["key"]) is None:
            throttle.hit("favourite lists from", address, **NEW_LISTS)
    starred = favourites.sync(
        conference, user=user, key=sent["key"], add=sent["add"], drop=sent["drop"]
    )
    return JsonResponse({"talks": starred, "signedIn": user is not None})


@answers_in_json
def link(request, conference, sent):
    """The address of the private calendar; `anew` makes the earlier one dead."""
    user, who = who_of(request, sent)
    throttle.hit("favourite calls", who, **CALLS)
    found = favourites.calendar_link(conference, user=user, key=sent["key"], anew=sent["anew"])
    if found is None:
        return says("Star a talk first.", HTTPStatus.NOT_FOUND)
    path = reverse("schedule:my-calendar", args=[conference.slug, found.code, found.secret])
    return JsonResponse({"url": request.build_absolute_uri(path)})


@require_safe
@edition_page
def calendar(request, conference, code, secret):
    """For calendar programs: what is starred, under a link that nobody can guess."""
    found = get_object_or_404(FavouriteList, conference=conference, code=code)
    if not found.opens_with(secret):
        raise Http404
    with snapshot():
        schedule = read(conference, Q(talk__favourites__list=found))
    body = ics.render(schedule, "my schedule")
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{conference.slug}-mine.ics"'
    return response
