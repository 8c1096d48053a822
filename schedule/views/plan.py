"""Staff give talks rooms and times: Plan → Move → Release, as plain forms."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cfp.models import Talk
from scale.editions import EditionClosed
from scale.time import local

from .. import actions, arranging
from ..board.data import may_move
from ..board.verbs import NOT_PUBLIC, NOT_YOURS, within
from ..conflicts import touching
from ..forms import PlacementForm
from ..models import Room, Slot
from ..plans import State, working_plan
from .board import board_page


@require_GET
@board_page
def plan(request, reach):
    """The working plan: what is not placed, the days, what is wrong, and publishing."""
    conference = reach.conference
    working = working_plan(conference)
    state = State.with_names(working)
    lines, conflicts = state.lines, state.conflicts
    placed = {line.shown.talk_id for line in lines if not line.goes_away}
    search = request.GET.get("q", "").strip()[:100]
    unplaced = Talk.objects.filter(conference=conference).placeable().exclude(pk__in=placed)
    if search:
        unplaced = unplaced.filter(
            Q(title__icontains=search) | Q(talk_speakers__speaker__name__icontains=search)
        ).distinct()
    unplaced = unplaced.select_related("track", "kind").prefetch_related("equipment")
    page = Paginator(unplaced, 25).get_page(request.GET.get("page"))
    for talk in page:
        talk.is_mine = reach.decides_on(talk)
    drafts = [line for line in lines if line.move]
    context = {
        "conference": conference,
        "reach": reach,
        "plan": working,
        "page": page,
        "search": search,
        "days": by_day(state, reach),
        "drafts": drafts,
        "stale": sum(line.move.is_stale for line in drafts),
        "hard": [conflict for conflict in conflicts if conflict.is_hard],
        "soft": [conflict for conflict in conflicts if not conflict.is_hard],
        "cancelled": [
            slot
            for slot in actions.cancelled_still_shown(conference)
            if slot.uuid not in {line.uuid for line in drafts} and reach.decides_on(slot.talk)
        ],
    }
    return render(request, "schedule/plan.html", context)


def by_day(state, reach):
    """[(date, lines)] for the tables, with expected people beside the seats."""
    days: dict = {}
    for line in state.lines:
        line.is_mine = is_theirs(line, state, reach)
        line.projection, line.seats = state.projections.get(line.uuid), state.seats(line)
        line.expected = line.projection.people if line.projection else None
        line.over = max(0, (line.expected or 0) - line.seats) if line.seats else 0
        day = local(line.shown.starts_at, state.plan.conference).date()
        days.setdefault(day, []).append(line)
    return sorted(days.items())


def is_theirs(line, state, reach):
    """Whether the person may move it: what is public and what is planned are of their track."""
    talks = [one.talk_id for one in (line.now, line.move) if one]
    return all(may_move(state.facts.talks.get(talk or 0), reach.decides) for talk in talks)


@require_http_methods(["GET", "POST"])
@board_page
def place(request, reach):
    """Give a talk, an own title or an existing slot its room and time in the working plan."""
    conference = reach.conference
    working = working_plan(conference)
    slot, move, talk = subject(request, conference, working)
    touched = [talk, *(one.talk for one in (slot, move) if one)]
    if reach.decides is not None and not all(one and reach.decides_on(one) for one in touched):
        raise PermissionDenied(NOT_YOURS)
    form = PlacementForm(
        request.POST or None,
        conference=conference,
        slot=slot,
        move=move,
        talk=talk,
        tracks=reach.decides,
    )
    if request.method == "POST" and form.is_valid():
        slot_uuid = move.slot_uuid if move else (slot.uuid if slot else None)
        act = publish_now if "now" in request.POST else note
        try:
            act(request, working, form, slot_uuid, reach)
        except (actions.Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            return redirect("schedule:plan", conference.slug)
    rooms = Room.objects.filter(conference=conference).prefetch_related("equipment")
    context = {"form": form, "slot": slot, "talk": talk, "rooms": rooms}
    context |= {"conference": conference, "reach": reach}
    return render(request, "schedule/place.html", context)


def note(request, working, form, slot_uuid, reach):
    saved = actions.note_move(
        working,
        form.placement(),
        once=form.cleaned_data["once"],
        slot_uuid=slot_uuid,
        by=request.user,
        why=form.cleaned_data["why"],
        seen=seen_by(reach, working, slot_uuid) if slot_uuid else None,
        also=lambda edit: cleared_for(edit, State.of(working), reach),
    )
    report(request, working, saved)


def cleared_for(edit, state, reach):
    """Cancelled talks in its place, as far as the person may take them off."""
    return within(state, arranging.displaced(state, [edit]), reach)


def seen_by(reach, working, slot_uuid):
    """The mark of a line that a track's chair may move: what it is cannot change meanwhile."""
    if reach.decides is None:
        return None
    state = State.of(working)
    line = arranging.find(state, slot_uuid)
    if not is_theirs(line, state, reach):
        raise PermissionDenied(NOT_YOURS)
    return line.mark


def publish_now(request, working, form, slot_uuid, reach):
    if reach.decides is not None:
        raise PermissionDenied(NOT_PUBLIC)
    said = form.cleaned_data
    edit = actions.Edit(slot_uuid or said["once"], form.placement(), why=said["why"])
    release = actions.change_now(working.conference, [edit], by=request.user, notify=said["notify"])
    if release:
        messages.success(request, f"Version {release.number} is public now, with this change.")
    else:
        messages.info(request, "It is there already. Nothing was published.")


def subject(request, conference, working):
    """(slot, move, talk) that the address names; what is not of this edition is not there."""
    slot = move = talk = None
    if uuid := request.GET.get("slot"):
        move = working.moves.filter(slot_uuid=safe_uuid(uuid)).select_related("talk").first()
        found = Slot.objects.filter(conference=conference, uuid=safe_uuid(uuid))
        slot = found.select_related("talk").first()
        if slot is None and move is None:
            get_object_or_404(Slot, pk=None)
        talk = (move or slot).talk
    elif code := request.GET.get("talk"):
        talk = get_object_or_404(
            Talk.objects.filter(conference=conference).placeable(), code=code[:12]
        )
    return slot, move, talk


def safe_uuid(value):
    try:
        return UUID(value)
    except ValueError:
        return None


def report(request, plan, slot_uuid):
    """Say at once what the move would clash with."""
    mine = touching(State.of(plan).conflicts, {slot_uuid})
    for conflict in mine[:5]:
        level = messages.error if conflict.is_hard else messages.warning
        level(request, f"{conflict.title}. {conflict.says}")
    if not mine:
        messages.success(request, "Noted in the working plan. Nothing is public yet.")


@require_POST
@board_page
def change_move(request, reach):
    """Drop a move, confirm a stale one, or plan that a slot goes away."""
    conference = reach.conference
    uuid = safe_uuid(request.POST.get("slot", ""))
    what = request.POST.get("what", "")
    if what == "clear":
        return clear(request, reach)
    working = working_plan(conference)
    try:
        seen = seen_by(reach, working, uuid)
        if not actions.change_plan(working, uuid, what, by=request.user, seen=seen):
            raise Http404
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, str(error))
    return redirect("schedule:plan", conference.slug)


def clear(request, reach):
    """Note that every cancelled talk goes away, as far as the person may take it off."""
    conference = reach.conference
    working = working_plan(conference)
    state = State.of(working)
    edits = within(state, arranging.cleared(state), reach)
    try:
        actions.edit_plan(working, edits, by=request.user, what="Cancelled talks taken off")
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, str(error))
    return redirect("schedule:plan", conference.slug)
