"""After a talk: where slides and recording are, and what its speakers read of the visitors."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cfp import actions as talk_actions
from cfp.errors import Refused
from cfp.forms import LinksForm, posted
from cfp.models import Talk
from cfp.views.mine import own_talk
from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import ratings
from ..models import Rating, Slot
from ..tallies import Tally

A_PAGE = 50
COMMENTS = 20
MISSING = {
    "slides": Q(slides_url=""),
    "recording": Q(recording_url="", may_record=True),
}


def save_links(request, talk, form, speaker=None):
    """Whether they were saved; else the form says why not."""
    if not form.is_valid():
        return False
    try:
        talk_actions.set_links(talk, **form.cleaned_data, speaker=speaker)
    except (Refused, EditionClosed) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "The links are saved; the talk’s page shows them now.")
    return True


@require_http_methods(["GET", "POST"])
@login_required
def after(request, code):
    """A speaker's own page; links also when nothing else of the talk can be changed."""
    talk = own_talk(request, code)
    may_link = talk.status in Talk.ON_STAGE and not talk.conference.is_closed
    form = LinksForm(posted(request), talk=talk)
    if request.method == "POST" and save_links(request, talk, form, speaker=request.user):
        return redirect("schedule:after", code)
    said = Rating.objects.filter(talk=talk)
    # In no order that tells who wrote when.
    words = said.heard().in_words().order_by("-stars", "comment", "pk")
    context = {
        "conference": talk.conference,
        "talk": talk,
        "form": form,
        "may_link": may_link,
        "tally": Tally.of(said),
        "page": Paginator(words, COMMENTS).get_page(request.GET.get("page")),
        "state": ratings.window(talk).state(),
        "until": ratings.last_day(talk.conference),
    }
    return render(request, "schedule/after.html", context)


@require_GET
@staff_page(Role.CREW, Role.PROGRAM)
def crew_links(request, conference):
    """Which talks have slides and a recording, and which lack them."""
    search = request.GET.get("q", "").strip()[:100]
    missing = request.GET.get("missing", "")
    talks = Talk.objects.filter(conference=conference, status__in=Talk.ON_STAGE)
    first = Slot.objects.filter(talk=OuterRef("pk")).order_by("starts_at").values("starts_at")
    rows = talks.annotate(begins=Subquery(first[:1])).exclude(begins=None)
    if search:
        rows = rows.search(search)
    if missing in MISSING:
        rows = rows.filter(MISSING[missing])
    rows = rows.defer("abstract", "description", "notes").with_speakers()
    page = Paginator(rows.order_by("begins", "title", "pk"), A_PAGE)
    context = {
        "conference": conference,
        "page": page.get_page(request.GET.get("page")),
        "search": search,
        "missing": missing if missing in MISSING else "",
    }
    return render(request, "schedule/crew_links.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.CREW, Role.PROGRAM)
def crew_link(request, conference, code):
    talk = get_object_or_404(
        Talk.objects.filter(conference=conference, status__in=Talk.ON_STAGE).with_speakers(),
        code=code,
    )
    talk.conference = conference
    form = LinksForm(posted(request), talk=talk)
    if request.method == "POST" and save_links(request, talk, form):
        return redirect("schedule:crew-links", conference.slug)
    context = {"conference": conference, "talk": talk, "form": form}
    return render(request, "schedule/crew_link.html", context)
