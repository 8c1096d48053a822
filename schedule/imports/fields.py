"""One entry's raw values made into clean ones, with a note of every one that was not."""

import datetime as dt
import re
from urllib.parse import urlsplit

from cfp.models import Talk

from . import report
from .item import Fault, Item, Person
from .prose import one_line, paragraphs, printable

LONGEST_TEXT = 50_000
LONGEST_ABSTRACT = 1_200
MOST_PEOPLE = 60
SUFFIX = re.compile(r"(jr|sr|i{2,3}|iv|ph\.? ?d|m\.?d|esq|cissp)\.?\Z", re.I)
CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?\Z")
AFTERWARDS = {"slides": "slides_url", "media": "recording_url"}
LANGUAGES = {
    **{"en": "English", "de": "German", "fr": "French", "es": "Spanish", "nl": "Dutch"},
    **{"it": "Italian", "pt": "Portuguese", "cs": "Czech", "pl": "Polish", "sv": "Swedish"},
    **{"ja": "Japanese", "zh": "Chinese", "ko": "Korean", "ru": "Russian", "tr": "Turkish"},
}

# How files name the licences of recordings that talks have here; what is only shown has none.
LICENCES = {
    Talk.Licence.CC_BY: "CC BY 4.0",
    Talk.Licence.CC_BY_SA: "CC BY-SA 4.0",
    Talk.Licence.CC_BY_ND: "CC BY-ND 4.0",
}


class Fields:
    """Cleans the values of one item; what it has to change becomes a fault of the item."""

    def __init__(self, position: str):
        self.item = Item(position)

    def fault(self, kind: str, says: str) -> None:
        self.item.faults.append(Fault(kind, says))

    def text_of(self, name: str, value) -> str:
        """A string, whatever stood there; of translations the English or the first one."""
        if isinstance(value, str):
            return value
        if isinstance(value, dict):
            texts = {key: one for key, one in value.items() if isinstance(one, str) and one.strip()}
            return texts.get("en") or next(iter(texts.values()), "")
        if value is None or isinstance(value, bool):
            return ""
        if isinstance(value, int | float):
            return str(value)
        self.fault(report.CUT, f"{name} is not text and was left out")
        return ""

    def line(self, name: str, value, limit: int) -> str:
        """One line of at most `limit` characters."""
        raw = self.text_of(name, value)
        # A megabyte is not worth cleaning to the end only to be cut.
        clean = one_line(raw[: limit * 20])
        if len(raw) > limit * 20 or len(clean) > limit:
            self.fault(report.CUT, f"{name} is {len(raw):,} characters long, cut to {limit}")
            clean = clean[: limit - 1].rstrip() + "…"
        if "\x00" in raw[: limit * 20]:
            self.fault(report.CUT, f"{name} had NUL characters, taken out")
        return clean

    def prose(self, name: str, value) -> str:
        raw = self.text_of(name, value)
        clean = paragraphs(raw[: LONGEST_TEXT * 2])
        if len(raw) > LONGEST_TEXT * 2 or len(clean) > LONGEST_TEXT:
            self.fault(
                report.CUT, f"{name} is {len(raw):,} characters long, cut to {LONGEST_TEXT:,}"
            )
            clean = clean[:LONGEST_TEXT].rstrip() + "…"
        return clean

    def identity(self, **ids) -> None:
        """The source's ids of the entry, the best first.

        A guid is of one entry alone and lasts; a number or code may be shared by
        several entries of one talk, and some systems count anew at each export.
        """
        keys = [
            f"{name}:{clean.lower()}"
            for name, value in ids.items()
            if (clean := self.line(f"the {name}", value, 100))
        ]
        self.item.key = next(iter(keys), "")
        self.item.group = next((key for key in keys if not key.startswith("guid:")), "")

    def title(self, value) -> None:
        self.item.title = self.line("the title", value, 250)
        if not self.item.title:
            self.fault(report.TITLE, "the title is missing")

    def texts(self, subtitle, abstract, description=None, links=()) -> None:
        """A short abstract stays one; a long one begins the description."""
        lead = [self.prose("the subtitle", subtitle), self.prose("the abstract", abstract)]
        rest = [self.prose("the description", description), references(links)]
        first = "\n\n".join(filter(None, lead))
        if len(first) > LONGEST_ABSTRACT:
            rest.insert(0, first)
            first = ""
        self.item.abstract = first
        # Some systems say the abstract again where there is no description.
        self.item.description = "\n\n".join(text for text in rest if text and text != first)

    def references(self, links) -> list:
        """Keeps the first slides and the first recording; gives back the rest of the links.

        Each is (title, address, what it says that it is).
        """
        rest = []
        for title, address, kind in links:
            name = AFTERWARDS.get(kind.strip().lower()) if isinstance(kind, str) else None
            found = web_address(address)
            is_first = name and not getattr(self.item, name)
            if is_first and found.startswith(("https://", "http://")):
                setattr(self.item, name, found)
            else:
                rest.append((title, address))
        known = {self.item.slides_url, self.item.recording_url}
        return [one for one in rest if web_address(one[1]) not in known]

    def people_in_line(self, value) -> None:
        """“Ada Byron, Martin King, Jr.” are two people."""
        names: list[str] = []
        for part in self.text_of("Speakers", value).split(","):
            if part.strip() and names and SUFFIX.match(part.strip()):
                names[-1] += f", {part.strip()}"
            elif part.strip():
                names.append(part)
            if len(names) > MOST_PEOPLE:
                break
        for name in names:
            self.person(name)

    def person(self, name, key: str = "", biography=None) -> None:
        name = self.line("a speaker's name", name, 200)
        if not name:
            return
        if len(self.item.people) >= MOST_PEOPLE:
            if not any("speakers" in fault.says for fault in self.item.faults):
                self.fault(report.CUT, f"more than {MOST_PEOPLE} speakers, the rest left out")
            return
        if any(one.name == name and one.key == key for one in self.item.people):
            return
        self.item.people.append(Person(name, key, self.prose("a biography", biography)))

    def language(self, value) -> None:
        said = self.line("the language", value, 20)
        self.item.language = LANGUAGES.get(said.lower()[:2], said) if len(said) <= 5 else said

    def licence(self, value) -> None:
        """“CC BY 4.0”, also as “cc-by-4.0”."""
        said = self.line("the licence", value, 100)
        plain = re.sub(r"\W+", " ", said).casefold()
        for licence, name in LICENCES.items():
            if plain == re.sub(r"\W+", " ", name).casefold():
                self.item.licence = licence
        if said and not self.item.licence:
            self.fault(report.CUT, f"recordings cannot be under “{said}” here, left out")

    def instant(self, name: str, value) -> dt.datetime | None:
        """A time with the offset it was written with, or naive where it has none."""
        written = printable(self.text_of(name, value)[:64]).strip()
        if not written:
            self.fault(report.TIME, f"{name} is missing")
            return None
        # “2025-03-06 09:00:00 -0800” is common and only differs by a blank.
        tidy = re.sub(r"\s+(?=[+-]\d\d:?\d\d\Z|Z\Z)", "", written)
        try:
            if not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", tidy):
                raise ValueError
            found = dt.datetime.fromisoformat(tidy)
            if not 1980 <= found.year <= 2200:
                raise ValueError
            return found.replace(microsecond=0)
        except ValueError:
            self.fault(report.TIME, f"{name} “{written[:40]}” is not a date and time")
            return None

    def length(self, value) -> dt.timedelta | None:
        """“1:30” or “01:30:00”."""
        written = self.text_of("the duration", value)[:40].strip()
        if not written:
            self.fault(report.TIME, "the duration is missing")
            return None
        if found := CLOCK.match(written):
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
        self.fault(report.TIME, f"the duration “{written}” is not hours:minutes")
        return None


def web_address(value) -> str:
    """The address if it is one of the web, else nothing."""
    if not isinstance(value, str) or len(value) > 500:
        return ""
    value = one_line(value)
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    good = parts.scheme in ("http", "https") and parts.hostname and not re.search(r"[\s<>]", value)
    return value if good else ""


def references(links) -> str:
    """Links and attachments as a markdown list at the end of a description."""
    seen, lines = set(), []
    for title, address in links:
        address = web_address(address)
        if address and address not in seen and len(seen) < 50:
            seen.add(address)
            title = title[:500] if isinstance(title, str) else ""
            title = re.sub(r"[\[\]]", "", one_line(title))[:160]
            lines.append(f"- [{title or address}](<{address}>)")
    return "\n".join(lines)
