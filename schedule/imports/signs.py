"""The SCALE sign feed: a JSON array of objects whose values are all strings."""

from collections import defaultdict

from . import report
from .fields import Fields
from .item import BadFile, Fault, Source
from .prose import same

MOST_ENTRIES = 10_000


def read(entries: list) -> Source:
    if len(entries) > MOST_ENTRIES:
        raise BadFile(f"The file has more than {MOST_ENTRIES:,} entries: this is no schedule.")
    source = Source("Sign feed", rooms_in_order=False)
    known = 0
    for number, raw in enumerate(entries, 1):
        position = f"entry {number}"
        if not isinstance(raw, dict):
            source.faults.append((position, Fault(report.ENTRY, "this is not an object")))
            continue
        # Feeds differ in how they write the names; what they mean does not.
        entry = {str(key).casefold(): value for key, value in raw.items()}
        known += "name" in entry and bool({"starttime", "location"} & set(entry))
        source.items.append(item(position, entry))
    if entries and not known:
        raise BadFile(
            "This JSON array is no sign feed: no entry has a Name and a StartTime or Location."
        )
    distrust_shared_links(source)
    return source


def distrust_shared_links(source: Source) -> None:
    """A link that stands on different talks, such as the site's, is nobody's id."""
    titles = defaultdict(set)
    for one in source.items:
        titles[one.key].add(same(one.title))
    for one in source.items:
        if len(titles[one.key]) > 1:
            one.key = one.group = ""


def item(position: str, entry: dict):
    fields = Fields(position)
    made = fields.item
    fields.title(entry.get("name"))
    fields.people_in_line(entry.get("speakers"))
    fields.texts("", entry.get("description"))
    made.track = fields.line("the topic", entry.get("topic"), 120)
    made.room = fields.line("the location", entry.get("location"), 120)
    made.kind = made.track if made.track.casefold() in made.BREAKS else ""
    made.starts_at = fields.instant("StartTime", entry.get("starttime"))
    made.ends_at = fields.instant("EndTime", entry.get("endtime"))
    # A feed with links gives each talk its own, also where the talk is there twice.
    if link := fields.line("the link", entry.get("link"), 500):
        made.key = made.group = f"link:{link}"
    return made
