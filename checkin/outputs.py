"""What shows schedule facts at the door, for `scale.outputs`."""

from django.urls import reverse

from scale import outputs
from scale.time import local


def speakers_soon(conference):
    """At the beginning of each talk."""
    page = reverse("checkin:speakers-soon", args=[conference.slug])
    begins = conference.slots.exclude(talk=None).values_list("starts_at", flat=True)
    return [f"{page}?at={local(at, conference):%Y-%m-%dT%H:%M}" for at in sorted(set(begins))]


def live(conference):
    return [reverse("checkin:live", args=[conference.slug])]


def register():
    outputs.register("speakers who are not in", "html", speakers_soon, is_public=False)
    outputs.register("the door, live", "html", live, is_public=False)
