"""Everything public on this floor that shows schedule facts, for `scale.outputs`."""

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from cfp.models import Speaker, Talk
from scale import outputs
from scale.models import Conference

from .models import Room, Slot


def public_talks(conference: Conference):
    return every_public_talk().filter(conference=conference)


def every_public_talk():
    """Confirmed talks, and whatever has a place on the schedule: cancelled ones too."""
    placed = Exists(Slot.objects.filter(talk=OuterRef("pk")))
    return Talk.objects.filter(Q(status=Talk.Status.CONFIRMED) | placed)


def announced(conference: Conference):
    """Confirmed talks that have no place yet, what cannot be submitted (keynotes) first."""
    placed = Exists(Slot.objects.filter(talk=OuterRef("pk")))
    rows = Talk.objects.filter(~placed, conference=conference).confirmed()
    rows = rows.select_related("track", "kind").defer("description", "notes").with_speakers()
    return rows.order_by(F("kind__is_offered").asc(nulls_last=True), "title", "pk")


def one(name):
    return lambda conference: [reverse(f"schedule:{name}", args=[conference.slug])]


def as_list(conference):
    """And a search, which is rendered for who asks."""
    path = reverse("schedule:schedule", args=[conference.slug])
    return [f"{path}?view=list", f"{path}?level=anyone"]


def days(conference):
    return [
        reverse("schedule:day", args=[conference.slug, day.isoformat()])
        for day in conference.days()
    ]


def talk_pages(conference):
    return [talk.get_absolute_url() for talk in public_talks(conference)]


def speaker_pages(conference):
    people = Speaker.objects.filter(talk_speakers__talk__in=public_talks(conference)).distinct()
    return [
        reverse("schedule:speaker", args=[conference.slug, person.named_code]) for person in people
    ]


def track_pages(conference):
    return [
        reverse("schedule:track", args=[conference.slug, track.code])
        for track in conference.tracks.shown()
    ]


def room_pages(conference):
    return [
        reverse("schedule:room", args=[conference.slug, room.code])
        for room in Room.objects.filter(conference=conference)
    ]


def chosen(conference):
    """What My schedule shows of everything, were it starred."""
    codes = ",".join(public_talks(conference).values_list("code", flat=True))
    return [f"{reverse('schedule:chosen', args=[conference.slug])}?talks={codes}"]


def signs_of_doors(conference):
    return [
        reverse("schedule:sign", args=[conference.slug, room.code])
        for room in Room.objects.filter(conference=conference)
    ]


def register():
    outputs.register("schedule", "html", one("schedule"))
    outputs.register("schedule as a list", "html", as_list)
    outputs.register("schedule of a day", "html", days)
    outputs.register("now and next", "html", one("now"))
    outputs.register("my schedule", "html", one("my-schedule"))
    outputs.register("talks of my schedule", "html", chosen)
    outputs.register("what changed", "html", one("changes"))
    outputs.register("talk page", "html", talk_pages)
    outputs.register("speakers", "html", one("speakers"))
    outputs.register("speaker page", "html", speaker_pages)
    outputs.register("announced", "html", one("announced"))
    outputs.register("track page", "html", track_pages)
    outputs.register("venue", "html", one("rooms"))
    outputs.register("room page", "html", room_pages)
    outputs.register("sign at the door", "html", signs_of_doors)
    outputs.register("board in the hall", "html", one("board"))
    outputs.register("calendar", "ics", one("ics"))
    outputs.register("signs", "signs", one("signs"))
