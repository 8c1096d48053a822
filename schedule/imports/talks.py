"""Talks and their speakers, written as the file has them; what staff did elsewhere stays.

What the file says of a title, text, track, room or time wins where it differs,
and the report lists every such change. A field that the file leaves empty is
left as it is here, and so are a talk's status, notes and equipment, and the
profile of a speaker who has claimed it.
"""

from collections import defaultdict

from django.utils import timezone

from cfp.models import Speaker, Talk, TalkSpeaker, new_speaker_code, new_talk_code
from scale.models import Conference
from scale.text import plain
from schedule.actions.holders import tell_of_cancelled
from schedule.models import Slot

from . import report
from .item import Source
from .match import Entry, Known, gather, match_talks
from .people import Cast, match_people
from .prose import same
from .rows import BATCH, make_kinds, make_tracks, save_new

LABELS = {
    "title": "title",
    "abstract": "abstract",
    "description": "description",
    "track_id": "track",
    "kind_id": "kind",
    "language": "language",
    "minutes": "minutes",
    "may_record": "may be recorded",
    "slides_url": "slides",
    "recording_url": "recording",
    "licence": "licence of the recording",
}
LONG = {"abstract", "description"}
UNTITLED = "Untitled"


class Talks:
    """The talks of one import, from what the file says to rows that say it too."""

    def __init__(self, conference: Conference, source: Source, told: report.Report):
        self.conference, self.source, self.told = conference, source, told
        self.entries, self.breaks = gather(source, told)
        self.slots = defaultdict(list)
        for slot in Slot.objects.filter(conference=conference).select_related("room"):
            self.slots[slot.talk_id].append(slot)
        self.known = list(Talk.objects.filter(conference=conference).with_speakers())
        self.vanished = self.match()
        self.rekeyed: list[Talk] = []

    def match(self) -> list[Talk]:
        known = []
        for talk in self.known:
            slots = self.slots.get(talk.pk, ())
            people = tuple(sorted({same(speaker.name) for speaker in talk.speakers()}))
            known.append(
                Known(
                    talk,
                    (same(talk.title), people),
                    {slot.starts_at for slot in slots},
                    {same(slot.where) for slot in slots},
                )
            )
        unmatched = match_talks(self.entries, known, self.told)
        return [talk for talk in unmatched if talk.source_key and talk.status in Talk.ON_STAGE]

    def write(self) -> None:
        """Make what is new and change what differs."""
        self.set_aside()
        self.tracks = make_tracks(self.conference, self.source, self.told)
        self.kinds = make_kinds(self.conference, self.source, self.told)
        cast = Cast(self.entries)
        here = {talk.pk: talk.speakers() for talk in self.known}
        people = match_people(cast, here, self.told)
        self.write_speakers(cast, people)
        edits = {id(entry): self.differences(entry) for entry in self.entries if entry.talk}
        self.write_new()
        self.write_speakers_of_talks(cast, people, edits)
        self.write_changed(edits)

    def set_aside(self) -> None:
        """Entries that stay out: ambiguous ones, and talks that are not on stage here."""
        staying = []
        for entry in self.entries:
            talk = entry.talk
            if talk and talk.status not in Talk.ON_STAGE:
                says = f"the talk {talk.code} is {talk.get_status_display()} here"
                self.told.problem(
                    report.STATUS, entry.lead.position, talk.title, says, "left as it is"
                )
            elif not entry.is_ambiguous:
                staying.append(entry)
        self.entries = staying

    def fields(self, entry: Entry) -> dict:
        """What the file says of the talk, without what it leaves out."""
        lead = entry.lead
        said = {
            "title": lead.title,
            "abstract": lead.abstract,
            "description": lead.description,
            "language": lead.language,
            "slides_url": lead.slides_url,
            "recording_url": lead.recording_url,
        }
        said = {name: value for name, value in said.items() if value}
        if lead.track:
            said["track_id"] = self.tracks[same(lead.track)].pk
        if lead.kind:
            said["kind_id"] = self.kinds[same(lead.kind)].pk
        if lead.may_record is not None:
            said["may_record"] = lead.may_record
        # Speakers agree to a licence: a file says nothing against what they said here.
        if lead.licence and not (entry.talk and entry.talk.licence):
            said["licence"] = lead.licence
        if lead.has_place:
            minutes = round((lead.ends_at - lead.starts_at).total_seconds() / 60)
            said["minutes"] = min(max(minutes, 5), 1440)
        return said

    def differences(self, entry: Entry) -> list[str]:
        """Change the talk in memory; returns what changed, in words."""
        talk, says = entry.talk, []
        for name, value in self.fields(entry).items():
            if (old := getattr(talk, name)) != value:
                setattr(talk, name, value)
                says.append(self.in_words(name, old, value))
        if talk.source_key not in entry.keys:
            talk.source_key = entry.keys[0]
            self.rekeyed.append(talk)
            if entry.lead.key:
                says.append("known by its id in the file now")
        return says

    def in_words(self, name, old, new) -> str:
        if name in LONG:
            return f"{LABELS[name]} changed"
        rows = {"track_id": self.tracks, "kind_id": self.kinds}.get(name)
        if rows is not None:
            names = {row.pk: row.name for row in rows.values()}
            old, new = names.get(old, "another one" if old else "none"), names[new]
        return f"{LABELS[name]}: {plain(str(old), 80)} → {plain(str(new), 80)}"

    def write_new(self) -> None:
        new = []
        for entry in self.entries:
            if entry.talk:
                continue
            entry.talk = Talk(
                **{"title": UNTITLED} | self.fields(entry),
                conference=self.conference,
                status=Talk.Status.CONFIRMED,
                source_key=entry.keys[0],
            )
            new.append(entry.talk)
        save_new(Talk, new, new_talk_code)
        self.told.counts["new_talks"] = len(new)

    def write_speakers(self, cast: Cast, people: dict[str, Speaker]) -> None:
        """New speakers, and the biographies of those nobody has claimed."""
        new = [speaker for speaker in people.values() if speaker.pk is None]
        save_new(Speaker, new, new_speaker_code)
        changed = []
        for who, speaker in people.items():
            said = next((p.biography for p, _ in cast.mentions[who] if p.biography), "")
            if said and speaker.user_id is None and speaker.biography != said:
                speaker.biography = said
                changed.append(speaker)
        Speaker.objects.bulk_update(changed, ["biography"], batch_size=BATCH)
        if changed:
            Conference.objects.touch(
                Conference.objects.filter(talks__talk_speakers__speaker__in=changed)
                .exclude(pk=self.conference.pk)
                .values_list("pk", flat=True)
                .distinct()
            )
        self.told.counts["new_speakers"] = len(new)
        self.told.counts["changed_speakers"] = len(changed)

    def write_speakers_of_talks(self, cast: Cast, people: dict, edits: dict) -> None:
        """Who gives which talk, in the order of the file, wherever that differs."""
        now = {talk.pk: [speaker.pk for speaker in talk.speakers()] for talk in self.known}
        differing, links = [], []
        self.speakers: dict[int, dict[int, str]] = {
            talk.pk: {speaker.pk: speaker.name for speaker in talk.speakers()}
            for talk in self.known
        }
        for entry in self.entries:
            theirs = [people[who] for who in cast.of(entry)]
            if not theirs or now.get(entry.talk.pk) == [one.pk for one in theirs]:
                continue
            if entry.talk.pk in now:
                differing.append(entry.talk.pk)
                old = ", ".join(self.speakers[entry.talk.pk].values()) or "nobody"
                names = ", ".join(one.name for one in theirs)
                edits[id(entry)].append(f"speakers: {plain(old, 80)} → {plain(names, 80)}")
            self.speakers[entry.talk.pk] = {one.pk: one.name for one in theirs}
            links += [
                TalkSpeaker(talk_id=entry.talk.pk, speaker=one, position=number)
                for number, one in enumerate(theirs)
            ]
        TalkSpeaker.objects.filter(talk__in=differing).delete()
        TalkSpeaker.objects.bulk_create(links, batch_size=BATCH)

    def write_changed(self, edits: dict) -> None:
        changed, now = [], timezone.now()
        for entry in self.entries:
            if says := edits.get(id(entry)):
                entry.talk.changed_at = now
                changed.append(entry.talk)
                self.told.edit(entry.lead.position, entry.talk.title, says)
        Talk.objects.bulk_update(self.rekeyed, ["source_key"], batch_size=BATCH)
        Talk.objects.bulk_update(changed, [*LABELS, "changed_at"], batch_size=BATCH // 5)
        self.told.counts["changed_talks"] = len(changed)
        self.told.counts["same_talks"] = len(
            [entry for entry in self.entries if not edits.get(id(entry), True)]
        )

    def cancel_vanished(self) -> None:
        """Prune: what an import brought and the file has no more is cancelled, never deleted."""
        now = timezone.now()
        for talk in self.vanished:
            talk.move_to(Talk.Status.CANCELLED)
            talk.reason = "Not in the imported schedule any more."
            talk.changed_at = now
        Talk.objects.bulk_update(
            self.vanished, ["status", "reason", "changed_at"], batch_size=BATCH
        )
        if self.vanished:
            tell_of_cancelled(self.vanished)
        self.told.counts["cancelled_talks"] = len(self.vanished)
