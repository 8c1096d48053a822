"""Birds of a feather as staff see them: who asks for what, and which places there are."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions, bofs
from ..forms import DeclineForm, PlacesForm
from ..models import BofClaim, Slot
from .plan import safe_uuid

A_PAGE = 50


@require_GET
@staff_page(Role.PROGRAM)
def claims(request, conference):
    """Who asks comes first; the others by what became of them."""
    rows = BofClaim.objects.of(conference)
    counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    search = request.GET.get("q", "").strip()[:100]
    status = request.GET.get("status", BofClaim.Status.ASKED)
    if status in BofClaim.Status.values:
        rows = rows.filter(status=status)
    if search:
        rows = rows.search(search)
    rows = rows.select_related("ticket", "talk", "by").order_by("asked_at", "pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    with_slots(page)
    context = {
        "conference": conference,
        "page": page,
        "search": search,
        "status": status,
        "states": [
            (value, words.capitalize(), counts.get(value, 0))
            for value, words in BofClaim.Status.choices
        ],
        "total": sum(counts.values()),
        "open": Slot.objects.for_bofs(conference).open().count(),
    }
    return render(request, "schedule/bof_claims.html", context)


def with_slots(found):
    """Each claim knows its place as `slot`, None where that is gone."""
    slots = Slot.objects.filter(uuid__in=[one.slot_uuid for one in found])
    by_uuid = {slot.uuid: slot for slot in slots.select_related("room")}
    for claim in found:
        claim.slot = by_uuid.get(claim.slot_uuid)


def claim_named(conference, pk):
    rows = BofClaim.objects.of(conference).select_related("ticket", "talk", "by", "user")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "POST"])
@staff_page(Role.PROGRAM)
def claim(request, conference, pk):
    """All that was said; sending the form declines it, or takes it off the schedule again."""
    found = claim_named(conference, pk)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline_claim(found, by=request.user, why=form.cleaned_data["why"])
        except (actions.Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The place is open again. They get a mail with your words.")
            return redirect("schedule:bof-claims", conference.slug)
    with_slots([found])
    if found.talk:
        found.talk.conference = conference
    context = {"conference": conference, "claim": found, "form": form}
    return render(request, "schedule/bof_claim.html", context)


@require_POST
@staff_page(Role.PROGRAM)
def approve(request, conference, pk):
    """One click: a talk, its place, public at once."""
    found = claim_named(conference, pk)
    try:
        release = actions.approve_claim(found, by=request.user)
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, f"“{found.title}” was not approved. {error}")
        return redirect("schedule:bof-claim", conference.slug, pk)
    messages.success(
        request, f"“{found.title}” is public, as version {release.number}. They get a mail."
    )
    return redirect("schedule:bof-claims", conference.slug)


@require_http_methods(["GET", "POST"])
@staff_page(Role.PROGRAM)
def places(request, conference):
    """Every place by day, and the form that opens more of them."""
    form = PlacesForm(request.POST or None, conference=conference)
    if request.method == "POST" and form.is_valid() and open_places(request, conference, form):
        return redirect("schedule:bof-places", conference.slug)
    found = bofs.places(conference)
    for place in found:
        if place.slot.talk:
            place.slot.talk.conference = conference
    context = {
        "conference": conference,
        "form": form,
        "days": bofs.by_day(found, conference),
    }
    return render(request, "schedule/bof_places.html", context)


def open_places(request, conference, form):
    said = form.cleaned_data
    try:
        release, left_out = actions.open_places(
            conference, said["rooms"], said["times"], by=request.user
        )
    except (actions.Refused, EditionClosed) as error:
        form.add_error(None, str(error))
        return False
    if release is None:
        form.add_error("rooms", "Something stands in each of these rooms at these times.")
        return False
    made = len(said["rooms"]) * len(said["times"]) - len(left_out)
    messages.success(
        request, f"{made} place{'s' if made > 1 else ''} opened, in version {release.number}."
    )
    if left_out:
        rooms = ", ".join(sorted({str(room) for room, _ in left_out}))
        messages.warning(request, f"{len(left_out)} left out, where something stands: {rooms}.")
    return True


@require_POST
@staff_page(Role.PROGRAM)
def close(request, conference):
    try:
        actions.close_place(conference, safe_uuid(request.POST.get("place", "")), by=request.user)
    except (actions.Refused, EditionClosed) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The place is off the schedule.")
    return redirect("schedule:bof-places", conference.slug)
