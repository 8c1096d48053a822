"""What the board shows of one day of a plan, as plain data for the browser."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from cfp.models import Talk
from scale.models import Conference
from scale.time import local

from ..audience import PLACEABLE
from ..conflicts import Conflict
from ..facts import TalkFacts
from ..models import Placement, Plan, Room, Slot, SlotLock, SlotTemplate
from ..plans import Placed, State, overlay
from ..projection import Projection

MOST_TOLD = 200
ELSEWHERE = 0  # the column of what is in none of the rooms


def etag(plan: Plan) -> str:
    """Changes with the plan, the public schedule and the talks."""
    talks = Talk.objects.filter(conference=plan.conference_id)
    found = talks.aggregate(n=Count("pk"), last=Max("changed_at"))
    parts = (plan.pk, plan.edits, plan.conference.version, found["n"], found["last"])
    return '"' + "-".join(str(part) for part in parts).replace(" ", "T") + '"'


def data(plan: Plan, day: dt.date, user, decides: frozenset[int] | None) -> dict[str, Any]:
    """Everything of the day; `decides` are the tracks whose talks the person may move."""
    state = State.of(plan)
    conference, facts = plan.conference, state.facts
    locks = dict(SlotLock.objects.filter(conference=conference).values_list("slot_uuid", "why"))
    begins, ends = conference.day_bounds(day)
    lines = [line for line in state.lines if begins <= line.shown.starts_at < ends]
    conflicts = state.conflicts
    drafts = [line for line in state.lines if line.move]
    return {
        "etag": etag(plan),
        "plan": {"id": plan.pk, "name": plan.name, "edits": plan.edits},
        "rooms": rooms(conference, facts, day),
        "lines": [line_data(line, state, locks, decides) for line in lines],
        "unplaced": unplaced(state, decides),
        "cancelled": cancelled(state, locks, decides),
        "conflicts": told(conflicts, state, day),
        "hard": sum(one.is_hard for one in conflicts),
        "soft": sum(not one.is_hard for one in conflicts),
        "drafts": len(drafts),
        "stale": sum(line.move.is_stale for line in drafts if line.move),
        "will_not_fit": state.will_not_fit,
        "snaps": snaps(conference, day),
        **hours_shown(state, lines, day),
        **steps(plan, user),
    }


def places(plan: Plan, uuids: list[UUID]) -> list[dict[str, Any]]:
    """Where these lines of the plan are now, without all that is known of them."""
    slots = Slot.objects.filter(conference=plan.conference_id, uuid__in=uuids)
    lines = overlay(slots, plan.moves.filter(slot_uuid__in=uuids)) if uuids else []
    return [place_data(line, plan.conference) for line in lines]


def place_data(line: Placed, conference: Conference) -> dict[str, Any]:
    shown = line.shown
    return {
        "uuid": str(line.uuid),
        "mark": line.mark,
        "room": shown.room_id or ELSEWHERE,
        "place": shown.place,
        "starts": wall(shown.starts_at, conference),
        "ends": clock(drawn_end(shown, conference)),
        "draft": line.move is not None,
        "away": line.goes_away,
    }


def steps(plan: Plan, user) -> dict[str, str]:
    """What the person could undo and redo, in words; empty for nothing."""
    theirs = plan.steps.filter(by=user)
    last = theirs.filter(undone_at=None).first()
    undone = theirs.filter(undone_at__isnull=False, pk__gt=last.pk if last else 0)
    following = undone.order_by("pk").first()
    return {
        "undo": last.what if last else "",
        "redo": following.what if following else "",
    }


def rooms(conference: Conference, facts, day: dt.date) -> list[dict]:
    ordered = Room.objects.filter(conference=conference).values_list("pk", "code")
    found = [
        {
            "id": pk,
            "code": code,
            "name": facts.rooms[pk].name,
            "seats": facts.rooms[pk].seats_on(day),
            "leaves": sorted(facts.rooms[pk].leaves),
            "has": sorted(facts.rooms[pk].has),
            "closures": [
                {
                    "starts": wall(starts_at, conference),
                    "ends": wall(ends_at, conference),
                    "why": why,
                }
                for starts_at, ends_at, why in facts.rooms[pk].closures
            ],
        }
        for pk, code in ordered
    ]
    return found


def line_data(line: Placed, state: State, locks: dict, decides) -> dict[str, Any]:
    shown, facts = line.shown, state.facts
    talk = facts.talks.get(shown.talk_id or 0)
    return {
        **place_data(line, facts.conference),
        "kind": shown.kind,
        "part": shown.part,
        "new": line.now is None,
        "was": was(line, state),
        "stale": bool(line.move and line.move.is_stale),
        "why": line.move.why if line.move else "",
        "locked": line.uuid in locks,
        "lock": locks.get(line.uuid, ""),
        "seats": state.seats(line),
        "mine": may_move(talk, decides),
        **(talk_data(talk, state) if talk else {"title": shown.title, "track": 0, "code": ""}),
        **people(state.projections.get(line.uuid)),
    }


def talk_data(talk: TalkFacts, state: State) -> dict[str, Any]:
    speakers = state.facts.speakers.get(talk.pk, {})
    return {
        "code": talk.code,
        "title": talk.title,
        "track": talk.track or 0,
        "who": ", ".join(speakers.values()),
        "speakers": list(speakers),
        "needs": list(state.facts.needs.get(talk.pk, {}).values()),
        "needed": list(state.facts.needs.get(talk.pk, {})),
        "cancelled": talk.is_cancelled,
        "confirmed": talk.is_confirmed,
    }


def people(found: Projection | None) -> dict[str, Any]:
    if found is None:
        return {"expected": None, "range": "", "said": False, "by": []}
    return {
        "expected": found.people,
        "range": found.range,
        "said": found.is_overridden,
        "by": list(found.by),
    }


def unplaced(state: State, decides) -> list[dict[str, Any]]:
    """Accepted talks that the plan puts nowhere, by title."""
    there = {line.shown.talk_id for line in state.staying}
    facts = state.facts
    kinds = dict(facts.conference.talk_kinds.values_list("pk", "name"))
    waiting = [
        talk for talk in facts.talks.values() if talk.status in PLACEABLE and talk.pk not in there
    ]
    return [
        {
            **talk_data(talk, state),
            "minutes": talk.minutes,
            "kind": kinds.get(talk.kind, ""),
            "mine": may_move(talk, decides),
            **people(state.audience.alone(talk.pk)),
        }
        for talk in sorted(waiting, key=lambda talk: talk.title.casefold())
    ]


def cancelled(state: State, locks: dict, decides) -> list[dict[str, Any]]:
    """Talks that do not take place, on whatever day: the plan proposes to take them off."""
    conference, rooms = state.facts.conference, state.facts.rooms
    found = []
    for line in state.cancelled[:MOST_TOLD]:
        shown, at = line.shown, local(line.shown.starts_at, conference)
        talk = state.facts.talks[shown.talk_id or 0]
        where = rooms[shown.room_id].name if shown.room_id else shown.place
        found.append(
            {
                "uuid": str(line.uuid),
                "mark": line.mark,
                "title": talk.title,
                "where": f"{where}, {at:%a %H:%M}",
                "day": at.date().isoformat(),
                "mine": may_move(talk, decides) and line.uuid not in locks,
            }
        )
    return found


def may_move(talk: TalkFacts | None, decides: frozenset[int] | None) -> bool:
    """A track's chair moves talks of their track; what is no talk is the program's."""
    return decides is None or (talk is not None and talk.track in decides)


def was(line: Placed, state: State) -> str:
    """Where the public sees it, when the plan has it elsewhere."""
    if not line.move or not line.now:
        return ""
    room = state.facts.rooms.get(line.now.room_id or 0)
    at = local(line.now.starts_at, state.facts.conference)
    return f"{room.name if room else line.now.place}, {at:%a %H:%M}"


def told(conflicts: list[Conflict], state: State, day: dt.date) -> list[dict[str, Any]]:
    """The hard ones, then those of the day, then others, as far as a person will read."""
    conference = state.facts.conference
    days = {line.uuid: local(line.shown.starts_at, conference).date() for line in state.staying}
    ordered = sorted(conflicts, key=lambda one: (not one.is_hard, days[one.slots[0]] != day))
    return [
        {
            "kind": one.kind,
            "title": one.title,
            "hard": one.is_hard,
            "says": one.says,
            "slots": [str(slot) for slot in one.slots],
            "day": days[one.slots[0]].isoformat(),
        }
        for one in ordered[:MOST_TOLD]
    ]


def snaps(conference: Conference, day: dt.date) -> list[dict[str, str]]:
    """Times that talks snap to on that day."""
    found = []
    for template in SlotTemplate.objects.filter(conference=conference, date=day):
        begins = dt.datetime.combine(day, template.first_at)
        for _ in range(template.number):
            ends = begins + dt.timedelta(minutes=template.minutes)
            found.append({"starts": clock(begins), "ends": clock(ends)})
            begins = ends + dt.timedelta(minutes=template.gap)
    return found


def hours_shown(state: State, lines: Iterable[Placed], day: dt.date) -> dict[str, str]:
    """From the full hour before the first to the one after the last; 8 to 18 at least."""
    conference = state.facts.conference
    first, last = 8, 18
    spans = [(line.shown.starts_at, line.shown.ends_at) for line in lines]
    if hours := state.facts.house.hours.get(day):
        spans.append(hours)
    midnight = dt.datetime.combine(day, dt.time(0))
    for starts_at, ends_at in spans:
        begins, ends = (local(at, conference).replace(tzinfo=None) for at in (starts_at, ends_at))
        first = min(first, int((begins - midnight).total_seconds() // 3600))
        last = max(last, -int(-(ends - midnight).total_seconds() // 3600))
    return {"first": f"{max(first, 0):02}:00", "last": f"{min(last, 30):02}:00"}


def drawn_end(shown: Placement, conference: Conference) -> dt.datetime:
    """On the clocks; where these are put back to before its start, as long as it lasts."""
    begins, ends = (
        local(at, conference).replace(tzinfo=None) for at in (shown.starts_at, shown.ends_at)
    )
    return ends if ends > begins else begins + (shown.ends_at - shown.starts_at)


def wall(instant: dt.datetime, conference: Conference) -> str:
    """The clocks of the conference, without an offset: the board draws just that."""
    return clock(local(instant, conference))


def clock(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}"
