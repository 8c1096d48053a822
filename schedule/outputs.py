"""Everything public on this floor that shows schedule facts, for `scale.outputs`."""

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from cfp.api.pages import Pages
from cfp.models import Speaker, Talk
from scale import outputs
from scale.models import Conference

from .models import FavouriteList, Room, Slot


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
    """As a grid and as a list."""
    return [
        reverse("schedule:day", args=[conference.slug, day.isoformat()]) + view
        for day in conference.days()
        for view in ("", "?view=list")
    ]


def talk_pages(conference):
    return [talk.get_absolute_url() for talk in public_talks(conference)]


def rating_pages(conference):
    """“How was it?” of each talk; before it has begun they say when."""
    return [
        reverse("schedule:rate", args=[conference.slug, talk.named_code])
        for talk in public_talks(conference)
    ]


def public_speakers(conference):
    return Speaker.objects.filter(talk_speakers__talk__in=public_talks(conference)).distinct()


def speaker_pages(conference):
    return [
        reverse("schedule:speaker", args=[conference.slug, person.named_code])
        for person in public_speakers(conference)
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


def crew_sheets(name):
    """One for each room and day."""
    return lambda conference: [
        reverse(f"schedule:{name}", args=[conference.slug, room.code, day.isoformat()])
        for room in Room.objects.filter(conference=conference)
        for day in conference.days()
    ]


def since_printed(conference):
    """What became different from the first version, and from the one before the last."""
    last = conference.releases.count()
    return [
        f"{sheet}?since={number}"
        for sheet in crew_sheets("crew-sheet")(conference)
        for number in sorted({1, last - 1})
        if 0 < number <= last
    ]


def by_day(name):
    return lambda conference: [
        f"{reverse(f'schedule:{name}', args=[conference.slug])}?day={day.isoformat()}"
        for day in conference.days()
    ]


def counting_lists(conference):
    """What the code on a sheet opens."""
    return [
        reverse("schedule:count", args=[conference.slug, room.code, room.count_secret])
        + f"?day={day.isoformat()}"
        for room in Room.objects.filter(conference=conference)
        for day in conference.days()
    ]


def favourite_calendars(conference):
    """Under the links that their owners alone have."""
    return [
        reverse("schedule:my-calendar", args=[conference.slug, row.code, row.secret])
        for row in FavouriteList.objects.filter(conference=conference)
    ]


def calendars(conference):
    """Of each track, room and speaker."""
    for name, rows in (
        ("track", conference.tracks.shown()),
        ("room", conference.rooms.all()),
        ("speaker", public_speakers(conference)),
    ):
        for row in rows:
            yield reverse(f"schedule:{name}-ics", args=[conference.slug, row.code])


def both(name):
    """An address of ours, and the one where programs have looked for years."""
    return lambda conference: [
        reverse(f"schedule:{place}", args=[conference.slug]) for place in (name, f"old-{name}")
    ]


def tracks_feeds(conference):
    """Both addresses at which programs look."""
    return [
        reverse(f"schedule:{name}", args=[conference.slug])
        for name in ("tracks-feed", "old-tracks-feed")
    ]


def slot_pages(conference):
    """Every page of the API's list."""
    first = reverse("schedule:api-slots", args=[conference.slug])
    last = -(-conference.slots.count() // Pages.page_size)
    return [first, *(f"{first}?page={number}" for number in range(2, last + 1))]


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
    outputs.register("birds of a feather", "html", one("bofs"))
    outputs.register("now and next", "html", one("now"))
    outputs.register("my schedule", "html", one("my-schedule"))
    outputs.register("talks of my schedule", "html", chosen)
    outputs.register("what changed", "html", one("changes"))
    outputs.register("talk page", "html", talk_pages)
    outputs.register("rate a talk", "html", rating_pages)
    outputs.register("speakers", "html", one("speakers"))
    outputs.register("speaker page", "html", speaker_pages)
    outputs.register("announced", "html", one("announced"))
    outputs.register("track page", "html", track_pages)
    outputs.register("venue", "html", one("rooms"))
    outputs.register("room page", "html", room_pages)
    outputs.register("crew sheet", "html", crew_sheets("crew-sheet"), is_public=False)
    outputs.register("since the sheet was printed", "html", since_printed, is_public=False)
    outputs.register("crew sheet to print", "sheet", crew_sheets("crew-sheet-pdf"), is_public=False)
    outputs.register("rooms of the crew", "html", by_day("crew"), is_public=False)
    outputs.register("speakers of the day", "html", by_day("crew-speakers"), is_public=False)
    outputs.register("list to count heads", "html", counting_lists, is_public=False)
    outputs.register("head counts", "html", one("head-counts"), is_public=False)
    outputs.register("slides and recordings", "html", one("crew-links"), is_public=False)
    outputs.register("sign at the door", "html", signs_of_doors)
    outputs.register("board in the hall", "html", one("hall"))
    outputs.register("calendar", "ics", one("ics"))
    outputs.register("calendars of tracks, rooms and speakers", "ics", calendars)
    outputs.register("calendar of favourites", "ics", favourite_calendars, is_public=False)
    outputs.register("frab XML", "frab", one("xml"))
    outputs.register("schedule JSON", "c3voc", one("json"))
    outputs.register("signs", "signs", both("signs"))
    outputs.register("app", "app", both("app"))
    outputs.register("colours of tracks", "tracks", tracks_feeds)
    outputs.register("slots of the API", "slots", slot_pages)
    outputs.register("rooms of the API", "rooms", one("api-rooms"))
    outputs.register("Guidebook CSV", "guidebook", one("guidebook"))
