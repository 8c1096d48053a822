"""“How was it?”: pages of who rates a talk. They are personal, so no cache keeps them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from registration.views.holder import in_force, ticket_page
from scale.auth import edition_page
from scale.editions import EditionClosed

from .. import actions, ratings
from ..forms import RatingForm
from ..models import Rating, Slot
from ..outputs import public_talks

A_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@edition_page
def rate(request, conference, code):
    """With the account: its own tickets tell whether it may."""
    talk = talk_of(conference, code.partition("-")[0])
    held = []
    if request.user.is_authenticated:
        held = ratings.tickets_in_hand(request.user, conference)
    rated = Rating.objects.filter(talk=talk, ticket__in=held).order_by("pk").first()
    ticket = next((one for one in held if rated and one.pk == rated.ticket_id), None)
    ticket = ticket or next(iter(held), None)
    back = talk.get_absolute_url()
    user = request.user if request.user.is_authenticated else None
    return rating_page(request, talk, ticket, rated=rated, user=user, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@ticket_page
@in_force
def ticket_rate(request, ticket, talk):
    """With the ticket's secret link, without an account."""
    found = talk_of(ticket.conference, talk)
    rated = Rating.objects.filter(talk=found, ticket=ticket).first()
    back = "schedule:ticket-talks"
    args = [ticket.conference.slug, ticket.code, ticket.secret]
    return rating_page(request, found, ticket, rated=rated, back=back, args=args)


def talk_of(conference, code):
    rows = public_talks(conference).with_speakers()
    talk = get_object_or_404(rows, code=code)
    talk.conference = conference
    return talk


def rating_page(request, talk, ticket, *, rated, back, args=(), user=None):
    window = ratings.window(talk)
    is_own = ticket is not None and ratings.gives(talk, ticket, user)
    may = ticket is not None and rated is None and not is_own and window.is_open
    form = RatingForm(request.POST if request.method == "POST" and may else None)
    if form.is_bound and form.is_valid():
        try:
            actions.rate_talk(talk, ticket, **form.cleaned_data, user=user)
        except actions.RatedAlready as error:
            rated = error.earlier
        except (actions.Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Thank you! The speakers will be glad to read it.")
            return redirect(back, *args)
    context = {
        "conference": talk.conference,
        "talk": talk,
        "window": window,
        "state": window.state(),
        "ticket": ticket,
        "rated": rated,
        "is_theirs": bool(rated and ticket and rated.is_of(ticket)),
        "is_own": is_own,
        "form": form if may and rated is None else None,
        "by_link": bool(args),
    }
    response = render(request, "schedule/rate.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@ticket_page
@in_force
def ticket_talks(request, ticket):
    """What has begun, the latest first, and what the ticket said of it."""
    conference = ticket.conference
    search = request.GET.get("q", "").strip()[:100]
    talks = ratings.begun(conference).defer("abstract", "description", "notes")
    if search:
        talks = talks.search(search)
    slots = Slot.objects.select_related("room").order_by("starts_at")
    rows = talks.with_speakers().prefetch_related(Prefetch("slot_set", slots, to_attr="slots_here"))
    page = Paginator(ratings.latest_first(rows), A_PAGE).get_page(request.GET.get("page"))
    said = Rating.objects.filter(ticket=ticket, talk__in=[talk.pk for talk in page])
    stars = dict(said.values_list("talk", "stars"))
    for talk in page:
        talk.conference, talk.my_stars = conference, stars.get(talk.pk)
    context = {"conference": conference, "ticket": ticket, "page": page, "search": search}
    context["is_over"] = ratings.is_over(conference)
    context["until"] = ratings.last_day(conference)
    return render(request, "schedule/ticket_talks.html", context)
