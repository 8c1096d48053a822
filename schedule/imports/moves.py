"""The places of an import as the moves of one plan, published as one release."""

from collections import defaultdict

from django.utils import timezone

from cfp.models import Talk
from scale.models import Conference, User
from scale.time import local
from schedule.actions import apply_plan
from schedule.facts import Facts
from schedule.models import Change, Move, Plan, Slot

from . import report
from .item import Fault, Item
from .match import Entry
from .place import Clash, Stand, Want, decide, give_slots
from .prose import same
from .report import Report
from .rows import BATCH
from .talks import Talks

# How the plans of imports are named: it tells what an import placed from what staff did.
PLAN = "Import of "
UNPLACED, HELD = "left without a room and time", "stays where it was"


class Moves:
    """What the file wants, against what stands: decided, reported, published."""

    def __init__(self, conference: Conference, talks: Talks, rooms, told: Report, prune: bool):
        self.conference, self.talks, self.told = conference, talks, told
        self.rooms, self.prune = rooms, prune
        facts = Facts(conference).rooms
        self.leaves = {pk: room.leaves for pk, room in facts.items()}
        self.names = {pk: room.name for pk, room in facts.items()}
        self.titles = {talk.pk: talk.title for talk in talks.known}
        self.wants: list[Want] = []
        self.by_talk: dict[int, list[Want]] = defaultdict(list)
        for item, entry in self.in_order():
            self.want(item, entry)
        self.gone: list[Slot] = []
        self.left_over()

    def in_order(self) -> list[tuple[Item, Entry | None]]:
        """The file's entries that count, in its order: who comes first keeps the place."""
        order = {id(item): number for number, item in enumerate(self.talks.source.items)}
        pairs = [(item, entry) for entry in self.talks.entries for item in entry.items]
        pairs += [(item, None) for item in self.talks.breaks]
        return sorted(pairs, key=lambda pair: order[id(pair[0])])

    def want(self, item: Item, entry: Entry | None) -> None:
        room = self.rooms.get(same(item.room)) if item.room else None
        if room is None and entry:
            item.faults.append(Fault(report.PLACE, "the file names no room"))
        if not item.has_place or (entry and not (item.title and room)):
            return
        talk = entry.talk.pk if entry else None
        want = Want(
            what=entry.talk.title if entry else item.title,
            position=item.position,
            talk=talk,
            speakers=self.talks.speakers.get(talk, {}),
            room=room.pk if room else None,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            item=item,
        )
        self.wants.append(want)
        self.by_talk[talk].append(want)

    def left_over(self) -> None:
        """Give the wants the slots there are; what is left is kept, or goes away when pruning."""
        extra = []
        for talk, wants in self.by_talk.items():
            slots = self.talks.slots.get(talk, [])
            for title in {None} if talk else {same(want.what) for want in wants}:
                alike = [w for w in wants if title is None or same(w.what) == title]
                extra += give_slots(
                    alike, [s for s in slots if title is None or same(s.title) == title]
                )
        told_of = {same(want.what) for want in self.by_talk.get(None, ())}
        extra += [s for s in self.talks.slots.get(None, ()) if same(s.title) not in told_of]
        halves = {
            entry.talk.pk
            for entry in self.talks.entries
            if len(self.by_talk.get(entry.talk.pk, ())) < len(entry.items)
        }
        extra = [slot for slot in extra if slot.talk_id not in halves]
        made_here = set(
            Change.objects.filter(
                slot_uuid__in=[slot.uuid for slot in extra],
                before=None,
                release__plan__name__startswith=PLAN,
            ).values_list("slot_uuid", flat=True)
        )
        for slot in extra:
            if slot.uuid in made_here:
                self.absent(slot, f"{self.at(slot)} is not in the file")
        for talk in self.talks.vanished:
            self.absent_talk(talk)

    def absent(self, slot: Slot, says: str) -> None:
        what = slot.title or self.titles[slot.talk_id]
        if self.prune:
            self.gone.append(slot)
            self.told.edit("not in the file", what, [f"{self.at(slot)} taken off the schedule"])
        else:
            self.told.problem(report.ABSENT, "", what, says, "left as it is")

    def absent_talk(self, talk: Talk) -> None:
        position = f"talk {talk.code}"
        if self.prune:
            self.gone += self.talks.slots.get(talk.pk, [])
            self.told.edit(position, talk.title, ["cancelled and taken off the schedule"])
        else:
            says, done = "it came from a file, but is not in this one", "left as it is"
            self.told.problem(report.ABSENT, position, talk.title, says, done)

    def at(self, place: Slot | Want) -> str:
        """Sat 10:00, Ballroom A"""
        room = place.room_id if isinstance(place, Slot) else place.room
        where = self.names.get(room) or (place.place if isinstance(place, Slot) else "")
        return f"{local(place.starts_at, self.conference):%a %H:%M}{', ' if where else ''}{where}"

    def fixed(self) -> list[Stand]:
        """What stays where it is because the file does not place it: in everyone's way."""
        placed = {want.slot.uuid for want in self.wants if want.slot}
        placed |= {slot.uuid for slot in self.gone}
        cancelled = {talk.pk for talk in self.talks.known if talk.is_cancelled}
        return [
            Stand(
                what=slot.title or self.titles[slot.talk_id],
                position="not in the file",
                talk=slot.talk_id,
                speakers=self.talks.speakers.get(slot.talk_id, {}),
                room=slot.room_id,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
            )
            for slots in self.talks.slots.values()
            for slot in slots
            if slot.uuid not in placed and slot.talk_id not in cancelled
        ]

    def publish(self, by: User | None, label: str) -> None:
        placed, refused = decide(self.wants, self.fixed(), self.leaves)
        moves = []
        for want in self.wants:
            if want not in placed:
                self.refuse(want, refused[want])
            elif want.slot is None:
                moves.append(Move(**want.placement(), why="import", by=by))
                self.told.counts["placed"] += 1
            elif want.slot.placement() != want.placement():
                moves.append(self.moved(want, by))
        for slot in self.gone:
            moves.append(
                Move(
                    **slot.placement(),
                    slot_uuid=slot.uuid,
                    made_against=slot.version,
                    goes_away=True,
                    why="import",
                    by=by,
                )
            )
            self.told.counts["removed"] += 1
        self.tell_faults(placed)
        if moves:
            plan = Plan.objects.create(
                conference=self.conference, name=f"{PLAN}{label}"[:80], created_by=by
            )
            for move in moves:
                move.plan = plan
            Move.objects.bulk_create(moves, batch_size=BATCH)
            release = apply_plan(plan, by=by, notify=False)
            Plan.objects.filter(pk=plan.pk).update(closed_at=timezone.now())
            self.told.release = release.number if release else None

    def moved(self, want: Want, by: User | None) -> Move:
        slot = want.slot
        assert slot is not None  # nosec B101
        self.told.counts["moved"] += 1
        before, after = self.at(slot), self.at(want)
        if before == after:
            after = f"until {local(want.ends_at, self.conference):%H:%M}"
        self.told.edit(want.position, want.what, [f"{before} → {after}"])
        return Move(
            **want.placement(),
            slot_uuid=slot.uuid,
            made_against=slot.version,
            why="import",
            by=by,
        )

    def refuse(self, want: Want, ways: list[Clash]) -> None:
        done = HELD if want.slot else UNPLACED
        self.told.counts["held" if want.slot else "unplaced"] += 1
        for clash in ways:
            other = f"“{clash.other.what}” ({clash.other.position})"
            if clash.kind == report.ROOM:
                says = f"{self.at(want)}: {other} is there"
            else:
                says = f"{clash.name} is at {other} when it is {self.at(want)}"
            if self.is_perhaps(want, clash.other):
                says += "; perhaps it is the same under another title"
                says += ": then rename it here first" if self.told.dry_run else ""
            self.told.problem(clash.kind, want.position, want.what, says, done)

    def is_perhaps(self, want: Want, other: Stand) -> bool:
        """A file without ids may have renamed a talk; only people can know."""
        return (
            want.slot is None
            and other.talk in {talk.pk for talk in self.talks.vanished}
            and (want.room, want.starts_at) == (other.room, other.starts_at)
            and want.speakers == other.speakers
        )

    def tell_faults(self, placed: set[Want]) -> None:
        places = {id(want.item) for want in placed}
        wanted = {id(want.item) for want in self.wants}
        for item, entry in self.in_order():
            stays = entry is not None and entry.talk.pk in self.talks.slots
            done = HELD if stays else UNPLACED if entry else "left out"
            if id(item) not in wanted:
                self.told.counts["held" if stays else "unplaced"] += 1
            for fault in item.faults:
                what = item.title or ", ".join(person.name for person in item.people[:3])
                if fault.kind == report.CUT:
                    outcome = ""
                else:
                    outcome = "placed all the same" if id(item) in places else done
                self.told.problem(fault.kind, item.position, what, fault.says, outcome)
