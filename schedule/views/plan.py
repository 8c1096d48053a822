"""Staff give talks rooms and times: Plan → Move → Release, as plain forms."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cfp.models import Talk
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role
from scale.time import local

from .. import actions
from ..conflicts import touching
from ..forms import PlacementForm, PublishForm
from ..models import Change, Release, Room, Slot
from ..plans import State, working_plan


@require_GET
@staff_page(Role.PROGRAM)
def plan(request, conference):
    """The working plan: what is not placed, the days, what is wrong, and publishing."""
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
    drafts = [line for line in lines if line.move]
    context = {
        "conference": conference,
        "plan": working,
        "page": Paginator(unplaced, 25).get_page(request.GET.get("page")),
        "search": search,
        "days": by_day(state),
        "drafts": drafts,
        "stale": sum(line.move.is_stale for line in drafts),
        "hard": [conflict for conflict in conflicts if conflict.is_hard],
        "soft": [conflict for conflict in conflicts if not conflict.is_hard],
        "cancelled": [
            slot
            for slot in actions.cancelled_still_shown(conference)
            if slot.uuid not in {line.uuid for line in drafts}
        ],
        "next_number": actions.next_number(conference),
        "form": PublishForm(),
    }
    return render(request, "schedule/plan.html", context)


def by_day(state):
    """[(date, lines)] for the tables, with expected people beside the seats."""
    days: dict = {}
    for line in state.lines:
        line.projection, line.seats = state.projections.get(line.uuid), state.seats(line)
        line.expected = line.projection.people if line.projection else None
        line.over = max(0, (line.expected or 0) - line.seats) if line.seats else 0
        day = local(line.shown.starts_at, state.plan.conference).date()
        days.setdefault(day, []).append(line)
    return sorted(days.items())


@require_http_methods(["GET", "POST"])
@staff_page(Role.PROGRAM)
def place(request, conference):
    """Give a talk, an own title or an existing slot its room and time in the working plan."""
    working = working_plan(conference)
    slot, move, talk = subject(request, conference, working)
    form = PlacementForm(
        request.POST or None, conference=conference, slot=slot, move=move, talk=talk
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.note_move(
                working,
                form.placement(),
                once=form.cleaned_data["once"],
                slot_uuid=(move.slot_uuid if move else None) or (slot.uuid if slot else None),
                by=request.user,
                why=form.cleaned_data["why"],
            )
        except (actions.Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            report(request, working, saved)
            return redirect("schedule:plan", conference.slug)
    rooms = Room.objects.filter(conference=conference).prefetch_related("equipment")
    context = {"conference": conference, "form": form, "slot": slot, "talk": talk, "rooms": rooms}
    return render(request, "schedule/place.html", context)


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
@staff_page(Role.PROGRAM)
def change_move(request, conference):
    """Drop a move, confirm a stale one, or plan that a slot goes away."""
    uuid = safe_uuid(request.POST.get("slot", ""))
    what = request.POST.get("what", "")
    try:
        if not actions.change_plan(working_plan(conference), uuid, what, by=request.user):
            raise Http404
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, str(error))
    return redirect("schedule:plan", conference.slug)


@require_POST
@staff_page(Role.PROGRAM)
def publish(request, conference):
    form = PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The reason is too long (250 letters at most).")
        return redirect("schedule:plan", conference.slug)
    reason = form.cleaned_data["override_reason"].strip()
    if reason and not request.user.has_role(conference, Role.CHAIR):
        raise PermissionDenied
    try:
        release = actions.publish(
            working_plan(conference),
            by=request.user,
            notify=form.cleaned_data["notify"],
            override_reason=reason,
        )
    except actions.Blocked as blocked:
        for conflict in blocked.conflicts[:5]:
            messages.error(request, f"{conflict.title}. {conflict.says}")
        messages.error(request, "Nothing was published.")
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, f"{error} Nothing was published.")
    else:
        if release:
            messages.success(request, f"Version {release.number} is public now.")
        else:
            messages.info(request, "There was nothing to publish.")
    return redirect("schedule:plan", conference.slug)


@require_GET
@staff_page(Role.PROGRAM, Role.CREW)
def releases(request, conference):
    rows = (
        Release.objects.filter(conference=conference)
        .select_related("by")
        .annotate(size=Count("changes"))
        .order_by("-number")
    )
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "schedule/releases.html", {"conference": conference, "page": page})


@require_GET
@staff_page(Role.PROGRAM, Role.CREW)
def release(request, conference, number):
    """What one release changed, in words."""
    found = get_object_or_404(Release, conference=conference, number=number)
    changes = Change.objects.filter(release=found).select_related(
        "room", "talk", "before", "before__room"
    )
    page = Paginator(changes.order_by("starts_at", "pk"), 100).get_page(request.GET.get("page"))
    context = {"conference": conference, "release": found, "page": page}
    return render(request, "schedule/release.html", context)
