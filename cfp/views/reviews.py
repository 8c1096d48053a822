"""For who reviews: what waits for an opinion, and one talk after the other."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.editions import EditionClosed

from .. import actions, blind
from ..access import review_page
from ..errors import Refused
from ..forms import Filter, ReviewForm, SuggestForm, posted
from ..models import Assignment, Criterion, Review, ReviewRules, ReviewTag, Talk
from ..progress import standing_of
from .suggestions import waiting

SHOW = [
    ("", "Still to review"),
    ("asked", "Asked of me"),
    ("done", "Reviewed by me"),
    ("all", "All"),
]
SORT = [("", "Most in need first"), ("new", "Newest first"), ("title", "By title")]
ORDERS = {
    "": ["-is_asked", "opinions", "pk"],
    "new": [F("submitted_at").desc(nulls_last=True), "-pk"],
    "title": ["title", "pk"],
}


@require_GET
@review_page
def reviews(request, reach):
    conference = reach.conference
    rules = ReviewRules.objects.of(conference)
    filters = Filter(request.GET, conference=conference, show=SHOW, sort=SORT)
    chosen = filters.chosen()
    rows = with_mine(reach)
    is_asked, progress = progress_of(rows)
    ids = narrowed(rows, chosen, rules).order_by(*ORDERS[chosen["sort"]])
    page = Paginator(ids.values_list("pk", flat=True), 50).get_page(request.GET.get("page"))
    page.object_list = shown(rows, list(page.object_list), rules)
    context = {
        "conference": conference,
        "reach": reach,
        "rules": rules,
        "filters": filters,
        "is_filtered": any(chosen.values()),
        "page": page,
        "is_asked": is_asked,
        "progress": progress,
        "standing": standing_of(reach, rules) if reach.may_decide else None,
        "suggested": waiting(reach).count() if reach.may_decide else 0,
        "next": next_for(reach),
    }
    return render(request, "cfp/reviews.html", context)


def shown(rows, ids, rules):
    """These talks in this order: sorting ids is quicker than sorting texts."""
    rows = rows.filter(pk__in=ids).with_scores().select_related("track", "kind").with_speakers()
    if rules.is_anonymous:
        rows = rows.select_related("track", "kind", "redaction")
    talks = {talk.pk: blind.blind(talk) if rules.is_anonymous else talk for talk in rows}
    return [talks[pk] for pk in ids if pk in talks]


def with_mine(reach):
    """What the person may review, with what they said of it and whether they are asked to."""
    mine = Review.objects.filter(talk=OuterRef("pk"), reviewer=reach.user)
    asked = Assignment.objects.filter(talk=OuterRef("pk"), reviewer=reach.user)
    return reach.to_review().annotate(
        is_mine=Exists(mine), is_asked=Exists(asked), my_score=Subquery(mine.values("score")[:1])
    )


def progress_of(rows):
    """Whether the person was asked for single talks, and how many of those (or of all) are done."""
    asked = rows.filter(is_asked=True)
    if is_asked := asked.exists():
        rows = asked
    return is_asked, {"total": rows.count(), "done": rows.filter(is_mine=True).count()}


def narrowed(rows, chosen, rules):
    if chosen["q"] and rules.is_anonymous:
        rows = blind.search(rows, chosen["q"])
    elif chosen["q"]:
        rows = rows.search(chosen["q"])
    if chosen.get("track"):
        rows = rows.filter(track__code=chosen["track"])
    if chosen["show"] == "asked":
        rows = rows.filter(is_asked=True)
    elif chosen["show"] != "all":
        rows = rows.filter(is_mine=chosen["show"] == "done")
    return rows.with_scores()


def next_for(reach, after=None):
    """What needs the person's opinion most: asked of them, then with the fewest scores.

    `after` is one that they skip. Only its code is read: sorting texts takes long.
    """
    rows = with_mine(reach).filter(is_mine=False).with_scores().order_by(*ORDERS[""]).only("code")
    if after is None:
        return rows.first()
    asked = after.assignments.filter(reviewer=reach.user).exists()
    scores = after.reviews.filter(score__isnull=False).count()
    later = Q(is_asked=asked) & (Q(opinions__gt=scores) | Q(opinions=scores, pk__gt=after.pk))
    if asked:
        later |= Q(is_asked=False)
    return rows.filter(later).first() or rows.exclude(pk=after.pk).first()


def find(reach, code, rules):
    """The talk as the person may see it."""
    rows = reach.to_read().select_related("conference", "track", "kind").with_speakers()
    if rules.is_anonymous:
        rows = rows.select_related("conference", "track", "kind", "redaction")
    talk = get_object_or_404(rows.prefetch_related("equipment"), code=code)
    return blind.blind(talk) if rules.is_anonymous else talk


@require_http_methods(["GET", "POST"])
@review_page
def review(request, reach, code):
    rules = ReviewRules.objects.of(reach.conference)
    talk = find(reach, code, rules)
    mine = Review.objects.filter(talk=talk, reviewer=request.user)
    mine = mine.prefetch_related("marks", "tags").first()
    form = ReviewForm(
        posted(request),
        review=mine,
        criteria=Criterion.objects.filter(conference=reach.conference),
        tags=ReviewTag.objects.filter(conference=reach.conference),
        rules=rules,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_talk(talk, request.user, **form.opinion())
        except (Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            return onward(request, reach)
    return review_page_of(request, reach, talk, rules=rules, form=form, mine=mine)


def review_page_of(request, reach, talk, *, rules, form, mine):
    others = []
    if rules.shows_others(mine):
        rows = talk.reviews.exclude(reviewer=request.user).select_related("reviewer")
        others = rows.prefetch_related("tags").order_by("created_at", "pk")
    context = {
        "conference": reach.conference,
        "reach": reach,
        "rules": rules,
        "talk": talk,
        "form": form,
        "mine": mine,
        "others": others,
        "is_open": talk.status in (Talk.Status.SUBMITTED, Talk.Status.WAITLISTED),
        "skip_to": next_for(reach, after=talk),
        **extras(talk, rules),
    }
    return render(request, "cfp/review.html", context)


def extras(talk, rules):
    """Answers and files are often signed: anonymous reviews go without."""
    if rules.is_anonymous:
        return {}
    return {"answers": talk.answers.for_reviewers(), "files": talk.files.all()}


def onward(request, reach):
    """To the next talk, or back to the list when nothing is left."""
    if following := next_for(reach):
        return redirect("cfp:review", reach.conference.slug, following.code)
    messages.success(request, "Saved. You have reviewed everything there is. Thank you!")
    return redirect("cfp:reviews", reach.conference.slug)


@require_POST
@review_page
def conflict(request, reach, code):
    """The talk is not this person's any more."""
    talk = find(reach, code, ReviewRules.objects.of(reach.conference))
    following = next_for(reach, after=talk)
    try:
        actions.declare_conflict(talk, request.user)
    except EditionClosed as error:
        messages.error(request, str(error))
        following = talk
    else:
        messages.success(request, "Noted. You are not asked about that talk again.")
    if following:
        return redirect("cfp:review", reach.conference.slug, following.code)
    return redirect("cfp:reviews", reach.conference.slug)


@require_http_methods(["GET", "POST"])
@review_page
def suggest(request, reach, code):
    """Another track for the talk; its chair is asked."""
    talk = find(reach, code, ReviewRules.objects.of(reach.conference))
    form = SuggestForm(posted(request), talk=talk)
    if request.method == "POST" and form.is_valid():
        try:
            actions.suggest_track(talk, by=request.user, **form.cleaned_data)
        except (Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Suggested. The chair of that track answers.")
            return redirect("cfp:review", reach.conference.slug, talk.code)
    context = {"conference": reach.conference, "reach": reach, "talk": talk, "form": form}
    return render(request, "cfp/review_suggest.html", context)
