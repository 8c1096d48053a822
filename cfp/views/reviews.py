"""For who reviews: what waits for an opinion, and one talk after the other."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from scale.editions import EditionClosed

from .. import actions
from ..access import review_page
from ..errors import Refused
from ..forms import Filter, ReviewForm, posted
from ..models import Review

SHOW = [("", "Still to review"), ("done", "Reviewed by me"), ("all", "All")]
SORT = [("", "Fewest reviews first"), ("new", "Newest first"), ("title", "By title")]
ORDERS = {
    "": ["opinions", "pk"],
    "new": [F("submitted_at").desc(nulls_last=True), "-pk"],
    "title": ["title", "pk"],
}


@require_GET
@review_page
def reviews(request, reach):
    conference = reach.conference
    filters = Filter(request.GET, conference=conference, show=SHOW, sort=SORT)
    chosen = filters.chosen()
    rows = reach.to_review()
    done = rows.filter(reviews__reviewer=request.user)
    progress = {"total": rows.count(), "done": done.count()}
    if chosen["q"]:
        rows = rows.search(chosen["q"])
    if chosen.get("track"):
        rows = rows.filter(track__code=chosen["track"])
    mine = Review.objects.filter(talk=OuterRef("pk"), reviewer=request.user).values("score")
    rows = rows.with_scores().annotate(my_score=Subquery(mine[:1]))
    if chosen["show"] != "all":
        rows = rows.filter(my_score__isnull=chosen["show"] != "done")
    rows = rows.select_related("track", "kind").with_speakers().order_by(*ORDERS[chosen["sort"]])
    context = {
        "conference": conference,
        "reach": reach,
        "filters": filters,
        "is_filtered": any(chosen.values()),
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "progress": progress,
        "next": next_for(reach),
    }
    return render(request, "cfp/reviews.html", context)


def next_for(reach, after=None):
    """The talk with the fewest opinions that lacks this person's; `after` one that they skip."""
    rows = reach.to_review().exclude(reviews__reviewer=reach.user)
    rows = rows.with_scores().order_by("opinions", "pk")
    if after is None:
        return rows.first()
    opinions = after.reviews.count()
    later = rows.filter(Q(opinions__gt=opinions) | Q(opinions=opinions, pk__gt=after.pk))
    return later.first() or rows.exclude(pk=after.pk).first()


@require_http_methods(["GET", "POST"])
@review_page
def review(request, reach, code):
    rows = reach.to_read().select_related("conference", "track", "kind").with_speakers()
    talk = get_object_or_404(rows.prefetch_related("equipment"), code=code)
    mine = Review.objects.filter(talk=talk, reviewer=request.user).first()
    form = ReviewForm(posted(request), instance=mine or Review(talk=talk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_talk(talk, request.user, **form.cleaned_data)
        except (Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            return onward(request, reach)
    context = {
        "conference": reach.conference,
        "reach": reach,
        "talk": talk,
        "answers": talk.answers.filter(question__shown_to_reviewers=True).select_related(
            "question"
        ),
        "files": talk.files.all(),
        "form": form,
        "mine": mine,
        "is_open": reach.to_review().filter(pk=talk.pk).exists(),
        "skip_to": next_for(reach, after=talk),
    }
    return render(request, "cfp/review.html", context)


def onward(request, reach):
    """To the next talk, or back to the list when nothing is left."""
    if following := next_for(reach):
        return redirect("cfp:review", reach.conference.slug, following.code)
    messages.success(request, "Saved. You have reviewed everything there is. Thank you!")
    return redirect("cfp:reviews", reach.conference.slug)
