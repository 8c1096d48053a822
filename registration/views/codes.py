"""Codes that people type or follow: promo codes, and group codes in the same field."""

from dataclasses import dataclass

from scale import codes, throttle
from scale.text import plain

from ..models import GroupCode, PromoCode

TRIES, SECONDS = 30, 900


@dataclass(frozen=True)
class Entered:
    """What came of a code: one in force, a group's, or a sentence why full prices are shown."""

    typed: str = ""
    promo: PromoCode | None = None
    group: GroupCode | None = None
    note: str = ""


def read_code(request, conference, typed) -> Entered:
    """Never an error: whatever is wrong, there are the full prices and a note."""
    code = codes.clean_code(typed)
    if not code:
        return Entered()
    who = throttle.client(request)
    try:
        throttle.check("promo code", who, limit=TRIES)
        promo = PromoCode.objects.typed(conference, code)
        group = None if promo else find_group(conference, code)
        if promo is None and group is None:
            throttle.hit("promo code", who, limit=TRIES, seconds=SECONDS)
    except throttle.Throttled as error:
        note = f"Too many codes were tried. Please wait {throttle.words(error.seconds)}."
        return Entered(code, note=f"{note} These are the full prices.")
    if group:
        return Entered(code, group=group)
    if promo is None:
        note = f"We do not know the code {plain(code, 40)}; these are the full prices."
        return Entered(code, note=note)
    promo.conference = conference
    if problem := promo.problem():
        return Entered(code, note=f"{problem} These are the full prices.")
    return Entered(code, promo=promo)


def find_group(conference, code):
    found = GroupCode.objects.filter(conference=conference, code=code)
    return found.select_related("order").first()
