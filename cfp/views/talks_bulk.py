"""From the table of talks: one change for many of them, and views that are kept."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from scale.editions import EditionClosed

from .. import actions
from ..access import program_page
from ..errors import Refused
from ..forms import BulkForm, SavedViewForm
from ..models import SavedView
from ..selection import Selection
from .talks import talks_page
from .talks_insight import MOST

TOLD = 5
MOST_TICKED = 50  # a page of the table


def back(request, reach):
    """To the table with the filters and the page of the address."""
    query = request.GET.urlencode()
    return redirect(reverse("cfp:talks", args=[reach.conference.slug]) + (query and f"?{query}"))


@require_POST
@program_page
def bulk(request, reach):
    if "compare" in request.POST:
        codes = urlencode({"talk": request.POST.getlist("talk")[:MOST]}, doseq=True)
        return redirect(f"{reverse('cfp:compare', args=[reach.conference.slug])}?{codes}")
    if "write" in request.POST:
        ticked = request.POST.getlist("talk")[:MOST_TICKED] or [""]  # nobody is not everybody
        codes = urlencode({"talk": ticked}, doseq=True)
        return redirect(f"{reverse('cfp:write', args=[reach.conference.slug])}?{codes}")
    form = BulkForm(request.POST, reach=reach)
    if not form.is_valid():
        return talks_page(request, reach, bulk_form=form)
    wanted = dict(form.cleaned_data)
    talks = [talk.pk for talk in wanted.pop("talk")]
    try:
        done = actions.change_talks(
            reach.conference, talks, by=request.user, within=reach.decides, **wanted
        )
    except (Refused, EditionClosed) as error:
        form.add_error(None, str(error))
        return talks_page(request, reach, bulk_form=form)
    for refused in done.refused[:TOLD]:
        messages.warning(request, refused)
    if len(done.refused) > TOLD:
        messages.warning(request, f"… and {len(done.refused) - TOLD} more for such reasons.")
    messages.success(request, f"Changed: {done.number}. Nobody was sent a mail.")
    return back(request, reach)


@require_POST
@program_page
def save_view(request, reach):
    form = SavedViewForm(request.POST)
    kept = SavedView.objects.filter(user=request.user, conference=reach.conference)
    query = Selection(reach, request.GET).query
    if form.is_valid() and kept.count() >= SavedView.MOST:
        form.add_error("name", f"You have {SavedView.MOST} views; take one away first.")
    if form.is_valid() and not query:
        form.add_error("name", "Choose filters or a sort first.")
    if not form.is_valid():
        return talks_page(request, reach, view_form=form)
    kept.update_or_create(
        user=request.user,
        conference=reach.conference,
        query=query,
        defaults={"name": form.cleaned_data["name"]},
    )
    return back(request, reach)


@require_POST
@program_page
def forget_view(request, reach, pk):
    kept = SavedView.objects.filter(user=request.user, conference=reach.conference)
    get_object_or_404(kept, pk=pk).delete()
    return back(request, reach)
