"""What each edition is set up with before anything happens in it."""

import datetime as dt

from cfp.models import Call, Equipment, TalkKind, Track
from scale.models import Conference
from schedule.models import Plan, Room, Venue

from .logos import draw_logo
from .maps import draw_map
from .words import words
from .world import Edition, World

ZONE = "America/Los_Angeles"
LOOKS = {
    "23x": ("#1d6b45", "#6fd3a0"),
    "24x": ("#b4400a", "#ffa366"),
    "25x": ("#5b3fd6", "#b3a4ff"),
}
CALL_TEXT = """\
We look for talks about **free and open source software**: how it is made, run, paid for and
taught. Tell us what happened, with numbers where you have them, and what you would do again.

- Talks take 45 minutes, short talks 25, lightning talks 15, workshops two or three hours.
- First-time speakers are welcome and can have a mentor.
- No product pitches; the expo hall is the place for those.

Every talk is read by at least three people. You hear from us within six weeks of the deadline.
"""
KINDS = (
    ("talk", "Talk", 45, True),
    ("short", "Short talk", 25, True),
    ("lightning", "Lightning talk", 15, True),
    ("workshop", "Workshop", 120, True),
    ("tutorial", "Long workshop", 180, True),
    ("bof", "Birds of a feather", 60, True),
    ("keynote", "Keynote", 60, False),
)
EQUIPMENT = (
    "Projector (HDMI)", "Audio out", "Lapel microphone", "Power at seats", "Whiteboard",
    "Internet", "Live captioning",
)  # fmt: skip
BALLROOMS = (
    ("A", 180), ("B", 160), ("C", 180), ("D", 420), ("E", 420), ("DE", 900), ("F", 320),
    ("G", 260), ("H", 260), ("GH", 540),
)  # fmt: skip
WHOLES = {"DE": "DE", "GH": "GH"}


def add_conference(world: World, slug: str, starts_on: dt.date) -> Conference:
    size, days = world.size, world.size.days
    accent, accent_dark = LOOKS[slug]
    number = {4: "Four", 5: "Five"}[days]
    return world.writer.add(
        Conference(
            slug=slug,
            name=f"SCALE {slug}",
            tagline=f"{number} days of free and open source, run by the people who use it.",
            introduction=f"{size.talks:,} talks, {size.rooms} rooms, {size.organizations:,}"
            " exhibitors. Come for a day or stay for the hallway.",
            time_zone=ZONE,
            starts_on=starts_on,
            ends_on=starts_on + dt.timedelta(days=days - 1),
            venue_name="Pasadena Convention Center",
            venue_address="300 E Green Street, Pasadena, California",
            accent=accent,
            accent_dark=accent_dark,
            conduct_url="https://conduct.example.org/",
            conduct_phone="+1 626 555 0100",
            conduct_email="conduct@demo.example",
            erase_personal_data_on=starts_on + dt.timedelta(days=3 * 365),
        )
    )


def add_setup(edition: Edition) -> None:
    add_programme(edition)
    add_rooms(edition)
    edition.plan = edition.add(
        Plan(
            conference=edition.conference,
            name="Working plan",
            working_for=edition.conference,
            created_by=edition.world.users["program"],
            created_at=edition.moment(-200, 12),
        )
    )


def add_programme(edition: Edition) -> None:
    """Tracks, kinds, equipment and the call."""
    conference = edition.conference
    for position, track in enumerate(words().tracks):
        own_day = None
        if track.partner_day:
            own_day = conference.starts_on + dt.timedelta(days=track.partner_day - 1)
        edition.tracks[track.code] = edition.add(
            Track(
                conference=conference,
                name=track.name,
                code=track.code,
                description=track.description,
                colour=track.colour,
                position=position,
                is_partner_event=bool(own_day),
                starts_on=own_day,
                ends_on=own_day,
                may_overlap=own_day is None,  # most tracks are too large for one room
                logo=draw_logo(track.name, edition.dice("logos"), "tracks") if own_day else "",
            )
        )
    for position, (code, name, minutes, is_offered) in enumerate(KINDS):
        edition.kinds[code] = edition.add(
            TalkKind(
                conference=conference,
                name=name,
                code=code,
                minutes=minutes,
                is_offered=is_offered,
                is_plenary=code == "keynote",
                position=position,
            )
        )
    for position, name in enumerate(EQUIPMENT):
        edition.equipment[name] = edition.add(
            Equipment(conference=conference, name=name, position=position)
        )
    opens, closes = (-150, -90)
    if edition.phase == "open":
        today = (conference.today(edition.world.now) - conference.starts_on).days
        opens, closes = today - 21, today + 24
    edition.add(
        Call(
            conference=conference,
            opens_at=edition.moment(opens, 9),
            closes_at=edition.moment(closes, 23, 59),
            text=CALL_TEXT,
            speaker_ticket=edition.guest,
        )
    )
    if edition.phase == "open":
        add_partners_call(edition, closes + 14)


def add_partners_call(edition: Edition, closes: int) -> None:
    """A partner's track decides for itself how long it takes talks."""
    for track in edition.tracks.values():
        if track.is_partner_event:
            edition.add(
                Call(
                    conference=edition.conference,
                    track=track,
                    opens_at=edition.moment(closes - 50, 9),
                    closes_at=edition.moment(closes, 23, 59),
                    text="Are you between ten and eighteen, and have you made something? Show it.",
                    speaker_ticket=edition.guest,
                )
            )


def room_list(size) -> list[tuple[str, int, list[str]]]:
    """(name, seats, names of its parts) of `size.rooms` rooms."""
    if size.rooms < 17:
        few = [("Ballroom D", 420, []), ("Ballroom E", 420, [])]
        few += [("Ballroom DE", 900, ["Ballroom D", "Ballroom E"])]
        return few + [("Room 101", 90, []), ("Room 106", 120, [])]
    rooms = [
        (f"Ballroom {name}", seats, [f"Ballroom {part}" for part in WHOLES.get(name, "")])
        for name, seats in BALLROOMS
    ]
    numbers = [101, 103, 104, 105, 106, 107, 211]
    numbers += [n for n in (*range(108, 122), *range(201, 222), *range(301, 340)) if n != 211]
    sizes = (90, 110, 70, 90, 120, 110, 150)
    small = [
        (f"Room {n}", sizes[place % len(sizes)], [])
        for place, n in enumerate(numbers[: size.rooms - len(rooms)])
    ]
    return rooms + sorted(small)


def add_rooms(edition: Edition) -> None:
    conference = edition.conference
    venue = edition.add(
        Venue(conference=conference, name=conference.venue_name, address=conference.venue_address)
    )
    by_name = {}
    listed = room_list(edition.world.size)
    for position, (name, seats, parts) in enumerate(listed):
        floor = [one for one, _, its in listed if not its and one[:6] == name[:6]]
        room = edition.add(
            Room(
                conference=conference,
                venue=venue,
                code=name.lower().replace(" ", "-"),
                name=name,
                capacity=seats,
                note=way_to(name, parts),
                map=draw_map(name, floor, parts or [name]),
                map_alt=map_in_words(name, parts, floor),
                position=position,
                changed_at=edition.world.now,
            )
        )
        by_name[name] = room
        edition.rooms.append(room)
        edition.fitted[room.pk] = fittings(name, seats)
        for thing in sorted(edition.fitted[room.pk]):
            edition.world.writer.link(
                Room.equipment, room_id=room.pk, equipment_id=edition.equipment[thing].pk
            )
        edition.parts[room.pk] = [by_name[part].pk for part in parts]
        for part in edition.parts[room.pk]:
            edition.world.writer.link(Room.parts, from_room_id=room.pk, to_room_id=part)


def way_to(name: str, parts: list[str]) -> str:
    """How to find the room."""
    if parts:
        return f"{' and '.join(parts)} with the wall between them open. Use either door."
    if "Ballroom" in name:
        return "Ground floor, off the long lobby. The lift is beside the registration desk."
    floor = {"1": "Ground floor", "2": "Upstairs", "3": "Top floor"}[name[5]]
    return f"{floor} of the **conference building**: through the courtyard, then left."


def map_in_words(name: str, parts: list[str], floor: list[str]) -> str:
    marked = " and ".join(parts) if parts else name
    beside = [one for one in floor if one not in (name, *parts)][:2]
    return f"Plan of the floor with {marked} marked; {' and '.join(beside)} are on it, too."


def fittings(name: str, seats: int) -> set[str]:
    has = {"Projector (HDMI)", "Internet"}
    if "Ballroom" in name:
        has |= {"Audio out", "Lapel microphone"}
        if seats >= 320:
            has.add("Live captioning")
    else:
        has.add("Whiteboard")
        if name[-1] in "1468":
            has |= {"Power at seats", "Audio out"}
    if name in ("Ballroom A", "Ballroom C", "Room 104", "Room 211"):
        has.add("Power at seats")
    return has
