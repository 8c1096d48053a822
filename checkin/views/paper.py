"""For an hour without electricity: the list to print, and what was ticked on it entered."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions, arrivals, documents, paper
from ..forms import PaperForm
from ..models import CheckIn, CheckInList

CLOSED = "This edition is closed and can only be read."
PER_PAGE = 100


def list_page(view):
    """For views of one list of the edition, which they get in place of its number."""

    @staff_page(Role.REGISTRATION, Role.DOOR)
    def found(request, conference, pk):
        rows = CheckInList.objects.filter(conference=conference)
        checkin_list = get_object_or_404(rows, pk=pk)
        checkin_list.conference = conference
        return view(request, conference, checkin_list)

    return found


def day_of(checkin_list, text, now):
    """The day that a list is printed for; None where it counts once in all."""
    conference = checkin_list.conference
    if not checkin_list.once_a_day:
        return None
    days = {day.isoformat(): day for day in conference.days()}
    today = conference.today(now)
    return days.get(text) or min(max(today, conference.starts_on), conference.ends_on)


@require_GET
@list_page
def show(request, conference, checkin_list):
    """The names by letter, a page at a time; all of them stand on what is printed."""
    now, asked = timezone.now(), request.GET
    day = day_of(checkin_list, asked.get("day", ""), now)
    rows = paper.people(checkin_list, day)
    letters, words = paper.begun(rows), asked.get("q", "").strip()
    chosen = asked.get("letter", "") if not words else ""
    if words:
        shown = paper.named(rows, words)
    elif chosen in letters:
        shown = paper.beginning(rows, letters[chosen])
    else:
        shown = rows
    page = Paginator(shown, PER_PAGE).get_page(asked.get("page"))
    came = CheckIn.objects.inside(checkin_list, day).filter(ticket__in=[one.pk for one in page])
    came_at = dict(came.values_list("ticket", "at"))
    for one in page:
        one.came_at = came_at.get(one.pk)
    context = {
        "conference": conference,
        "list": checkin_list,
        "people": sum(sum(firsts.values()) for firsts in letters.values()),
        "letters": letters,
        "chosen": chosen,
        "q": words,
        "page": page,
        "blocks": paper.blocks(page),
        "day": day,
        "now": now,
    }
    return render(request, "checkin/paper.html", context)


@never_cache
@require_GET
@list_page
def pdf(request, conference, checkin_list):
    """Everybody, to tick on paper: print it the evening before."""
    now = timezone.now()
    day = day_of(checkin_list, request.GET.get("day", ""), now)
    people = list(paper.people(checkin_list, day))
    came = dict(CheckIn.objects.inside(checkin_list, day).values_list("ticket", "at"))
    drawn = documents.paper_list(checkin_list, people, came, day=day, now=now)
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="list-{checkin_list.pk}.pdf"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@list_page
def enter(request, conference, checkin_list):
    """Tick who was ticked, over as many pages as there are; look; enter all."""
    ticks, step = ticks_of(request.POST), request.POST.get("go", "")
    is_final = step in ("look", "enter")
    form = PaperForm(request.POST if is_final else None, conference=conference, typed=request.POST)
    if is_final and not ticks:
        form.add_error(None, "Nobody is ticked yet.")
    elif is_final and form.is_valid():
        return look_or_enter(request, checkin_list, form, ticks, step)
    return choose(request, checkin_list, form, ticks, step)


def numbers(words):
    return {int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 19}


def ticks_of(data):
    """Of earlier pages, less what this page showed, and what is ticked on it."""
    kept = numbers(data.get("kept", "").split()) - numbers(data.get("shown", "").split())
    return kept | numbers(data.getlist("ticket")) if data else set()


def choose(request, checkin_list, form, ticks, step):
    """The names with their boxes; `step` says which page is asked for."""
    words = request.POST.get("q", "").strip()
    rows = paper.people(checkin_list)
    rows = paper.named(rows, words) if words else rows
    wanted = step.removeprefix("page:") if step.startswith("page:") else request.POST.get("page")
    page = Paginator(rows, PER_PAGE).get_page("1" if step == "search" else wanted or "1")
    shown = [one.pk for one in page]
    inside = paper.standing(checkin_list, shown, timezone.now())
    for one in page:
        one.came, one.is_ticked = inside.get(one.pk), one.pk in ticks
    context = {
        "conference": checkin_list.conference,
        "list": checkin_list,
        "lists": checkin_list.conference.checkin_lists.all(),
        "form": form,
        "page": page,
        "q": words,
        "ticks": len(ticks),
        "kept": " ".join(map(str, sorted(ticks))),
        "shown": " ".join(map(str, shown)),
    }
    return render(request, "checkin/paper_enter.html", context)


def look_or_enter(request, checkin_list, form, ticks, step):
    """Who is about to be entered and what stands against it; or it is done."""
    said, entered = form.cleaned_data, None
    if step == "enter":
        try:
            entered, rows = actions.enter_from_paper(
                checkin_list, sorted(ticks), **said, by=request.user
            )
        except EditionClosed:
            form.add_error(None, CLOSED)
            return choose(request, checkin_list, form, ticks, step)
        arrivals.forget(checkin_list.conference)
        messages.success(request, f"{entered:,} entered in {checkin_list}.")
        if not rows:
            return redirect("checkin:paper-enter", checkin_list.conference.slug, checkin_list.pk)
        ticks = {row.ticket.pk for row in rows}
    else:
        rows = paper.ticked(checkin_list, ticks, said["at"])
    context = {
        "conference": checkin_list.conference,
        "list": checkin_list,
        "form": form,
        "rows": sorted(rows, key=lambda row: not row.why),
        "good": sum(not row.why for row in rows),
        "entered": entered,
        "kept": " ".join(map(str, sorted(ticks))),
        "posted": request.POST,
        "at": said["at"],
    }
    return render(request, "checkin/paper_look.html", context)
