"""A slot as it stands on every page. Hundreds of them stand on the schedule, so each fills one of
these patterns: a template of its own would cost ten times as much for each."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from scale.templatetags.scale import clock, day_clock, iso

from ..models import Kind, Slot

register = template.Library()

TALK = (
    '<article class="talk track-{track}{classes}" data-slot="{uuid}" data-talk="{code}"{facts}>'
    '<h3><a href="{href}"><bdi>{title}</bdi></a></h3>\n'
    '<p class="who">{when} <span class="place">{where}</span>'
    ' <bdi class="speakers">{speakers}</bdi></p>{states}</article>'
)
PAUSE = (
    '<article class="{classes}" data-slot="{uuid}"{facts}><h3 dir="auto">{title}</h3>'
    ' <p class="who">{when} <span class="place">{where}</span></p>{states}</article>'
)
WHEN = '<span class="when"><time datetime="{}">{}</time>–<time datetime="{}">{}</time></span>'
FACT = ' data-{}="{}"'
STATE = '<span class="state {}">{}</span>'
CANCELLED = ("bad", "✕ Cancelled")
CLASHES = ("warn", "⚠ overlaps with another of yours")


@register.simple_tag
def slot_card(slot: Slot, conference, place="", day=False, facts=False) -> SafeString:
    """A talk, or a pause; `place` is where in a grid, `day` tells its day too.

    `facts` are what the filters of the schedule look at.
    """
    when = when_of(slot, conference, day)
    if slot.talk:
        return talk(slot, when, place, facts)
    return pause(slot, when, place, leads(slot, conference))


def leads(slot: Slot, conference) -> SafeString | str:
    """The title; that of a place for a BoF leads to where one asks for it."""
    if not slot.is_open:
        return slot.title
    return format_html(
        '<a href="{}#{}">{}</a>',
        reverse("schedule:bofs", args=[conference.slug]),
        slot.uuid,
        slot.title,
    )


def when_of(slot: Slot, conference, day) -> SafeString:
    begins, ends = slot.starts_at, slot.ends_at
    return format_html(
        WHEN,
        iso(begins, conference),
        day_clock(begins, conference) if day else clock(begins, conference),
        iso(ends, conference),
        clock(ends, conference),
    )


def talk(slot: Slot, when: SafeString, place: str, facts: bool) -> SafeString:
    shown = slot.talk
    return format_html(
        TALK,
        track=shown.track_id or 0,
        classes=(f" {place}" if place else "") + (" cancelled" if shown.is_cancelled else ""),
        uuid=slot.uuid,
        code=shown.code,
        facts=facts_of(slot) if facts else "",
        href=shown.get_absolute_url(),
        title=shown.title,
        when=when,
        where=slot.where,
        speakers=slot.speaker_names,
        states=states_of(slot),
    )


def facts_of(slot: Slot) -> SafeString:
    talk = slot.talk
    facts = {
        "level": talk.level,
        "language": talk.language,
        "room": slot.room and slot.room.code,
        "kind": talk.kind and talk.kind.code,
        "track": talk.shown_track and talk.track.code,
    }
    return format_html_join("", FACT, (fact for fact in facts.items() if fact[1]))


def states_of(slot: Slot) -> SafeString:
    """What is to be known before one walks there."""
    said = []
    if slot.kind not in (Kind.MAIN, Kind.BOF):
        said.append(("info", capfirst(slot.get_kind_display())))
    is_cancelled = slot.talk.is_cancelled
    if is_cancelled:
        said.append(CANCELLED)
    elif getattr(slot, "clashes", False):
        said.append(CLASHES)
    if not is_cancelled:
        said += moved_of(slot)
    return format_html_join("", STATE, said)


def moved_of(slot: Slot) -> list[tuple[str, str]]:
    moved_in = getattr(slot, "moved_in", None)
    return [("warn", f"↪ moved here in version {moved_in}")] if moved_in else []


def pause(slot: Slot, when: SafeString, place: str, title: SafeString | str) -> SafeString:
    """Lunch, a walk, a party: what is no talk."""
    return format_html(
        PAUSE,
        classes=("talk pause-in" if slot.room else "pause") + (f" {place}" if place else ""),
        uuid=slot.uuid,
        facts=format_html(FACT, "room", slot.room.code) if slot.room else "",
        title=title,
        when=when,
        where=slot.where,
        states=format_html_join("", STATE, moved_of(slot)),
    )
