"""Who stands at the door: a paired device, known by the credential in its cookie."""

import functools

from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from scale.editions import EditionClosed

from .models import Station

COOKIE = "station"
COOKIE_PATH = "/door/"
# The server decides what a credential may do and until when; the cookie only outlives the show.
COOKIE_SECONDS = 90 * 24 * 3600


def give_credential(request, response, credential):
    response.set_cookie(
        COOKIE,
        credential,
        max_age=COOKIE_SECONDS,
        path=COOKIE_PATH,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def wants_json(request):
    return "application/json" in request.headers.get("Accept", "")


def door_page(*kinds):
    """For views that only a paired device may use: they receive its live Station.

    `kinds` of station that may; without them any may. The credential opens nothing
    else on the site, and no other edition.
    """

    def decorate(view):
        @functools.wraps(view)
        @never_cache
        def guarded(request, *args, **kwargs):
            credential = request.COOKIES.get(COOKIE, "")
            station = Station.objects.holding(credential) if credential else None
            if station is None:
                return not_paired(request, once=bool(credential))
            if kinds and station.kind not in kinds:
                return wrong_kind(request, station)
            station.note_seen(timezone.now())
            try:
                return view(request, station, *args, **kwargs)
            except EditionClosed:
                return not_paired(request, once=True)

        return guarded

    return decorate


def not_paired(request, once):
    """`once`: the device was paired before, and that has ended."""
    if wants_json(request):
        return JsonResponse(
            {"error": "This phone is no longer paired.", "paired": False}, status=403
        )
    return render(request, "checkin/not_paired.html", {"once": once}, status=403)


def wrong_kind(request, station):
    if wants_json(request):
        return JsonResponse({"error": "This station does not check people in."}, status=403)
    context = {"station": station, "conference": station.conference}
    context["scans"] = station.kind in Station.SCANNING  # its tickets stay
    return render(request, "checkin/wrong_kind.html", context, status=403)
