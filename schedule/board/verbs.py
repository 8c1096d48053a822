"""What people do on the board: the form's verb becomes edits, as far as the person may."""

from typing import Any
from uuid import UUID

from cfp.access import Reach

from .. import actions, arranging
from ..actions import Edit
from ..errors import Refused
from ..forms import BoardForm
from ..models import Plan, Room
from ..plans import Placed, State
from .data import may_move

NOT_YOURS = "You move talks of your track; the program committee moves the rest."
NOT_PUBLIC = "You propose; the program committee publishes."


def do(plan: Plan, form: BoardForm, reach: Reach) -> tuple[str, list[UUID]]:
    """Run the verb; what was done, in words for a screen reader, and the slots it was done to."""
    said, user = form.cleaned_data, reach.user
    match said["verb"]:
        case "undo" | "redo" as verb:
            step = (actions.undo if verb == "undo" else actions.redo)(plan, by=user)
            if step is None:
                return f"Nothing to {verb}.", []
            return f"{verb.capitalize()}: {step.what}", [UUID(key) for key in step.before]
        case "lock" | "unlock":
            return lock(plan, said, reach), []
        case "expect":
            return expect(said, reach), []
    state = State.of(plan)
    edits, what = edits_of(state, form)
    if said["verb"] == "clear":
        edits = within(state, arranging.cleared(state), reach)
        if not edits:
            raise Refused("No cancelled talk of yours is on the schedule any more.")
    require_rights(state, edits, reach)
    edits += within(state, arranging.displaced(state, edits), reach)
    touched = [edit.slot_uuid for edit in edits]
    if said["now"]:
        return publish_now(plan, edits, what, said["notify"], reach), touched
    actions.edit_plan(plan, edits, by=user, what=what)
    return what, touched


def publish_now(plan: Plan, edits: list[Edit], what: str, notify: bool, reach: Reach) -> str:
    if reach.decides is not None:
        raise Refused(NOT_PUBLIC)
    if plan.working_for_id is None:
        raise Refused("What is in this plan is published with it.")
    release = actions.change_now(plan.conference, edits, by=reach.user, notify=notify)
    return f"{what}: public as version {release.number}" if release else "Nothing to change."


def edits_of(state: State, form: BoardForm) -> tuple[list[Edit], str]:
    """The edits that the verb asks for, and the words for them."""
    said = form.cleaned_data
    if said["verb"] == "new":
        return new(form)
    if said["verb"] == "clear":
        return [], "Cancelled talks taken off"
    line = arranging.find(state, said["slot"], said["seen"] or None)
    title = title_of(line, state)
    match said["verb"]:
        case "move":
            return [arranging.placed(line, **form.spot_of(line.shown).facts)], f"“{title}” moved"
        case "swap":
            other = arranging.find(state, said["other"], said["other_seen"] or None)
            words = f"“{title}” and “{title_of(other, state)}” swapped"
            return arranging.swapped(line, other), words
        case "push":
            minutes = said["minutes"] or 0
            words = f"“{title}” and what follows {minutes:+} minutes"
            return arranging.pushed(state, line, minutes), words
        case "copy":
            rooms = Room.objects.filter(conference=state.plan.conference).values_list("pk")
            others = [pk for (pk,) in rooms if pk != line.shown.room_id]
            return arranging.copied(state, line, others), f"“{title}” copied to all rooms"
        case "remove" if line.now:
            edit = Edit(line.uuid, goes_away=True, seen=line.mark)
            return [edit], f"“{title}” taken off"
        case "confirm" if line.move:
            move = line.move
            facts = None if move.goes_away else move.placement()
            edit = Edit(line.uuid, facts, move.goes_away, line.mark, move.why)
            return [edit], f"“{title}” confirmed"
        case _:
            return [Edit(line.uuid, seen=line.mark)], f"“{title}” as it was"


def new(form: BoardForm) -> tuple[list[Edit], str]:
    said = form.cleaned_data
    talk = said["talk"]
    if talk is None and not said["title"]:
        raise Refused("Choose a talk, or say what it is.")
    if talk is not None and talk.is_cancelled:
        raise Refused(f"“{talk.title}” is {talk.get_status_display()}.")
    edit = arranging.new(
        form.spot,
        talk=talk.pk if talk else None,
        title="" if talk else said["title"],
        kind=said["kind"] or "main",
        part=said["part"],
    )
    return [edit], f"“{talk.title if talk else said['title']}” placed"


def title_of(line: Placed, state: State) -> str:
    talk = state.facts.talks.get(line.shown.talk_id or 0)
    return talk.title if talk else line.shown.title


def within(state: State, edits: list[Edit], reach: Reach) -> list[Edit]:
    """Those of the edits that the person may make."""
    talks = {line.uuid: state.facts.talks.get(line.shown.talk_id or 0) for line in state.lines}
    return [edit for edit in edits if may_move(talks[edit.slot_uuid], reach.decides)]


def require_rights(state: State, edits: list[Edit], reach: Reach) -> None:
    """A track's chair moves talks of their track, and nothing else."""
    if reach.decides is None:
        return
    lines = {line.uuid: line for line in state.lines}
    for edit in edits:
        touched = [edit.placement["talk_id"]] if edit.placement else []
        if line := lines.get(edit.slot_uuid):
            touched += [one.talk_id for one in (line.now, line.move) if one]
        for talk in touched:
            if not may_move(state.facts.talks.get(talk or 0), reach.decides):
                raise Refused(NOT_YOURS)


def lock(plan: Plan, said: dict[str, Any], reach: Reach) -> str:
    state = State.of(plan)
    line = arranging.find(state, said["slot"])
    require_rights(state, [Edit(line.uuid)], reach)
    if said["verb"] == "lock":
        actions.lock_slot(plan.conference, line.uuid, by=reach.user, why=said["why"])
    else:
        actions.unlock_slot(plan.conference, line.uuid)
    return f"“{title_of(line, state)}” {said['verb']}ed"


def expect(said: dict[str, Any], reach: Reach) -> str:
    """Staff's own number for a talk, or the projection again where they leave it empty."""
    talk = said["talk"]
    if talk is None or not (reach.decides is None or talk.track_id in reach.decides):
        raise Refused("Choose one of your talks.")
    actions.expect_people(talk, said["people"], by=reach.user, why=said["why"])
    number = "as projected" if said["people"] is None else said["people"]
    return f"“{talk.title}”: {number}"
