"""What ticket holders said of talks, for the committee: nobody's name stands anywhere here.

Whoever decides on a talk reads what was said of it; of their own talks people read as speakers.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from cfp.access import program_page
from cfp.models import Talk, TalkSpeaker
from registration.exports.files import csv_lines
from scale.editions import EditionClosed

from .. import actions
from ..models import Rating
from ..tallies import BALLAST, Tally, chart, scores

A_PAGE = 50
# name: (whether the best stand above at first, what it sorts by)
SORTS = {
    "weighed": (True, lambda score, talk: score.weighed),
    "mean": (True, lambda score, talk: score.mean),
    "number": (True, lambda score, talk: score.number),
    "words": (True, lambda score, talk: score.words),
    "title": (False, lambda score, talk: talk[1].casefold()),
}
COLUMNS = ("Code", "Talk", "Speakers", "Track", "Stars", "Comment", "Kept from the speakers")


def talks_of(reach):
    return reach.to_decide().exclude(pk__in=reach.kept_from)


def ratings_of(reach):
    return Rating.objects.filter(talk__in=talks_of(reach))


def sorted_by(asked):
    """(name, whether it falls, what stands in the link)"""
    name = asked.removeprefix("-")
    if name not in SORTS:
        return "weighed", True, "weighed"
    return name, SORTS[name][0] != asked.startswith("-"), asked


@require_GET
@program_page
def overview(request, reach):
    """Every talk that was rated, the best first, and how the averages lie."""
    search = request.GET.get("q", "").strip()[:100]
    name, falls, sort = sorted_by(request.GET.get("sort", ""))
    found = scores(ratings_of(reach))
    rows = Talk.objects.filter(pk__in=list(found))
    if search:
        rows = rows.search(search)
    talks = {row[0]: row for row in rows.values_list("pk", "title", "code", "track__name")}
    order = sorted(talks, key=lambda pk: (talks[pk][1].casefold(), pk))
    order.sort(key=lambda pk: SORTS[name][1](found[pk], talks[pk]), reverse=falls)
    page = Paginator(order, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "conference": reach.conference,
        "reach": reach,
        "page": page,
        "rows": [(found[pk], *talks[pk][1:]) for pk in page],
        "headings": {one: heading(one, sort, search) for one in SORTS},
        "search": search,
        "sort": sort,
        "tally": Tally.of(ratings_of(reach)),
        "averages": chart(found.values()),
        "ballast": BALLAST,
        "talks": len(found),
    }
    return render(request, "schedule/ratings.html", context)


def heading(name, sort, search):
    """The link of a column's heading, and how it is sorted now."""
    is_here = sort.removeprefix("-") == name
    turned = f"-{name}" if sort == name else name
    falls = SORTS[name][0] != sort.startswith("-")
    query = f"sort={turned}" + (f"&{urlencode({'q': search})}" if search else "")
    way = ("descending" if falls else "ascending") if is_here else ""
    will_fall = SORTS[name][0] != turned.startswith("-")
    says = ("The other way round" if is_here else "Sort by it") + (
        ": most first" if will_fall and name != "title" else ""
    )
    return {"query": query, "sorted": way, "says": says}


@require_GET
@program_page
def comments(request, reach):
    """All words over the edition, the newest first: where somebody looks who keeps order."""
    search = request.GET.get("q", "").strip()[:100]
    rows = ratings_of(reach).in_words().select_related("talk").order_by("-pk")
    if search:
        found = Talk.objects.search(search).values("pk")
        rows = rows.filter(Q(comment__icontains=search) | Q(talk__in=found))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"conference": reach.conference, "reach": reach, "page": page, "search": search}
    return render(request, "schedule/ratings_comments.html", context)


@require_GET
@program_page
def of_talk(request, reach, code):
    talk = get_object_or_404(talks_of(reach).select_related("track").with_speakers(), code=code)
    said = Rating.objects.filter(talk=talk)
    words = said.in_words().order_by("-stars", "comment", "pk")
    talk.conference = reach.conference
    context = {
        "conference": reach.conference,
        "reach": reach,
        "talk": talk,
        "tally": Tally.of(said),
        "page": Paginator(words, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "schedule/ratings_talk.html", context)


@require_POST
@program_page
def hide(request, reach, pk):
    """Keep abuse from the speakers; the same button gives it back."""
    rating = get_object_or_404(ratings_of(reach).select_related("talk__conference"), pk=pk)
    is_hidden = request.POST.get("hide") == "yes"
    try:
        actions.hide_rating(rating, by=request.user, is_hidden=is_hidden)
    except EditionClosed as error:
        messages.error(request, str(error))
    else:
        said = "The speakers do not see it any more." if is_hidden else "The speakers see it again."
        messages.success(request, said)
    if request.POST.get("from") == "comments":
        return redirect("schedule:rating-comments", reach.conference.slug)
    return redirect("schedule:talk-ratings", reach.conference.slug, rating.talk.code)


@require_GET
@program_page
def csv_file(request, reach):
    """Every rating, without who gave it and when."""
    links = TalkSpeaker.objects.filter(talk__in=talks_of(reach)).order_by("position", "pk")
    people = {}
    for talk, name in links.values_list("talk", "speaker__name"):
        people.setdefault(talk, []).append(name)
    rows = ratings_of(reach).order_by("talk__title", "talk", "-stars", "comment", "pk")
    columns = ("talk", "talk__code", "talk__title", "talk__track__name", "stars", "comment")
    lines = (
        (code, title, ", ".join(people.get(talk, [])), track or "", stars, comment, hidden)
        for talk, code, title, track, stars, comment, hidden in (
            (*row[:-1], "yes" if row[-1] else "") for row in rows.values_list(*columns, "is_hidden")
        )
    )
    body = b"".join(csv_lines(COLUMNS, lines))
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    name = f"{reach.conference.slug}-ratings.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
