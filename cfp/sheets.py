"""Ready-made talks from a file, for partners' pages and for the command line."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from registration.bulk.reading import Column, Refused, Sheet
from scale.codes import digest
from scale.models import Conference, User
from scale.text import canonical_email, plain

from .actions.partners import Person, enter_talk
from .forms.fields import INVISIBLE, LONG_TEXT, SHORT_TEXT, usual_minutes
from .models import Speaker, Talk, TalkKind, Track

MOST_SPEAKERS = 10
COLUMNS = (
    Column("title", "title of the talk", is_required=True),
    Column("track", "code or name of the track; empty: the one chosen beside the file"),
    Column("kind", "code or name of the kind, such as talk or workshop", ("type",)),
    Column(
        "speakers",
        "names, with ; between them, in their order",
        ("speaker", "name"),
        longest=MOST_SPEAKERS * 202,
    ),
    Column(
        "e-mails",
        "their addresses in the same order, with ; between them; only an address tells who is who",
        ("email", "emails", "e-mail", "mail"),
        longest=MOST_SPEAKERS * 192,
    ),
    Column("organization", "of the first speaker", ("organisation", "company")),
    Column("biography", "of the first speaker; Markdown", ("bio",), is_prose=True),
    Column("abstract", "short, at most 1,200 characters", is_prose=True),
    Column("description", "long; Markdown", is_prose=True),
    Column("minutes", "length; empty: the kind’s", ("length", "duration")),
    Column("level", "anyone, beginner, intermediate or advanced"),
    Column("language", "empty: English"),
    Column(
        "id",
        "the talk’s number in your own system: with it a corrected title is not a new talk",
        ("key", "uid"),
    ),
)
LIMITS = {
    "title": Talk._meta.get_field("title").max_length,
    "language": Talk._meta.get_field("language").max_length,
    "organization": Speaker._meta.get_field("organization").max_length,
    "abstract": Talk._meta.get_field("abstract").max_length,
    "description": LONG_TEXT,
    "biography": SHORT_TEXT,
}


def add(conference: Conference, row: Mapping[str, str], options: Mapping, by: User | None) -> bool:
    """One talk, accepted; False when it is there already.

    `options` may hold `track` (where a line names none), `tracks` (ids of those that may be
    written into; None: all) and `mail` (ask the speakers to confirm).
    """
    row = {name: INVISIBLE.sub("", cell) for name, cell in row.items()}
    if not row.get("title"):
        raise Refused("There is no title.")
    for name, limit in LIMITS.items():
        if len(row.get(name, "")) > limit:
            raise Refused(f"{name} is longer than {limit:,} characters.")
    track = track_of(conference, row.get("track", ""), options)
    kind = named(conference.talk_kinds.all(), row.get("kind", ""), "kind of talk")
    people = people_of(row)
    content = {
        "title": row["title"],
        "abstract": row.get("abstract", ""),
        "description": row.get("description", ""),
        "track": track,
        "kind": kind,
        "minutes": minutes_of(row.get("minutes", ""), kind),
        "level": level_of(row.get("level", "")),
        "language": row.get("language") or Talk._meta.get_field("language").default,
    }
    _, is_new = enter_talk(
        conference,
        content,
        people,
        by=by,
        source_key=key_of(track, row, people),
        mail=bool(options.get("mail")),
    )
    return is_new


def key_of(track: Track | None, row: Mapping[str, str], people: Iterable[Person]) -> str:
    """By what the same line is known again: its own id, else its title and who speaks."""
    where = f"talks-file:{track.pk if track else ''}"
    if row.get("id"):
        return digest(f"{where}:id:{row['id']}")
    who = sorted(person.email or person.name.casefold() for person in people)
    return digest(f"{where}:{plain(row['title']).casefold()}:{';'.join(who)}")


def named(rows, words: str, what: str):
    """The row with this code or name; None where nothing is said."""
    if not words:
        return None
    known = {key.casefold(): row for row in rows for key in (row.name, row.code)}
    if found := known.get(words.casefold()):
        return found
    raise Refused(f"There is no {what} “{words}”.")


def track_of(conference: Conference, words: str, options: Mapping) -> Track | None:
    track = named(conference.tracks.all(), words, "track") or options.get("track")
    allowed = options.get("tracks")
    if allowed is None:
        return track
    if track is None:
        raise Refused("No track is named.")
    if track.pk not in allowed:
        raise Refused(f"“{track}” is not your track.")
    return track


def people_of(row: Mapping[str, str]) -> list[Person]:
    names = parts(row.get("speakers", ""))
    emails = parts(row.get("e-mails", ""), keep_empty=True)
    if len(names) > MOST_SPEAKERS:
        raise Refused(f"More than {MOST_SPEAKERS} speakers are no talk but a meeting.")
    if len(emails) > len(names):
        raise Refused("There are more addresses than names.")
    people = []
    for number, name in enumerate(names):
        email = canonical_email(emails[number]) if number < len(emails) else ""
        people.append(person(name, email, row if number == 0 else {}))
    return people


def person(name: str, email: str, row: Mapping[str, str]) -> Person:
    if len(name) > Speaker._meta.get_field("name").max_length:
        raise Refused("A name is longer than 200 characters.")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused(f"“{email}” is no e-mail address.") from error
        if len(email) > Speaker._meta.get_field("email").max_length:
            raise Refused("An address is longer than 190 characters.")
    return Person(name, email, row.get("organization", ""), row.get("biography", ""))


def parts(cell: str, *, keep_empty: bool = False) -> list[str]:
    found = [part.strip() for part in cell.split(";")] if cell else []
    return found if keep_empty else [part for part in found if part]


def minutes_of(cell: str, kind: TalkKind | None) -> int:
    if not cell:
        return usual_minutes(kind)
    if not (cell.isascii() and cell.isdigit() and len(cell) < 5 and 5 <= int(cell) <= 1440):
        raise Refused(f"“{cell}” is no length: whole minutes from 5 to 1,440.")
    return int(cell)


def level_of(cell: str) -> str:
    level = cell.casefold() or Talk.Level.ANYONE
    if level not in Talk.Level.values:
        raise Refused(f"“{cell}” is no level: {', '.join(Talk.Level.values)}.")
    return level


TALKS = Sheet(
    name="talks",
    label="Talks",
    says="One line a talk. Each comes in accepted, without review; a line that is here already "
    "adds nothing.",
    columns=COLUMNS,
    add=add,
    options=("track", "mail"),
)
