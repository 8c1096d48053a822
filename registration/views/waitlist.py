"""Waiting for a place of a type that is sold out."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import codes, throttle
from scale.accounts import too_many
from scale.auth import edition_page
from scale.editions import EditionClosed

from .. import actions
from ..forms import JoinForm
from ..models import TicketType, WaitlistEntry

JOINS = {"limit": 20, "seconds": 3600}
MAILS = {"limit": 5, "seconds": 3600}


@require_http_methods(["GET", "POST"])
@edition_page
def join(request, conference, name):
    """Whether an address waits already is told to that address alone."""
    types = TicketType.objects.filter(conference=conference, is_hidden=False)
    wanted = get_object_or_404(types.prefetch_related("prices", "quotas"), code=name)
    wanted.conference = conference
    form = JoinForm(request.POST or None, initial=known(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            throttle.hit("waiting list", throttle.client(request), **JOINS)
            throttle.hit("waiting list mail", form.cleaned_data["email"], **MAILS)
            actions.join_waitlist(wanted, **form.cleaned_data)
        except throttle.Throttled as error:
            form.add_error(None, str(error))
        except (actions.NotOnSale, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            request.session["waits_for"] = [wanted.code, form.cleaned_data["email"]]
            return redirect("registration:wait", conference.slug, wanted.code)
    code, email = request.session.pop("waits_for", None) or ("", "")
    context = {
        "conference": conference,
        "type": wanted,
        "state": wanted.state(),
        "form": form,
        "email": email if code == wanted.code else "",
    }
    return render(request, "registration/wait.html", context)


def known(user):
    return {"name": user.name, "email": user.email} if user.is_authenticated else {}


def entry_page(view):
    """For views at the link in the mail: the entry in place of pk and secret."""

    def guarded(request, conference, pk, secret):
        found = WaitlistEntry.objects.filter(conference=conference, pk=pk)
        entry = found.select_related("ticket_type", "order").first()
        matches = codes.secret_matches("waitlist", entry.nonce if entry else "", secret)
        if entry is None or not matches:
            try:
                throttle.hit("waiting link", throttle.client(request), limit=30, seconds=900)
            except throttle.Throttled as error:
                return too_many(request, error)
            raise Http404
        entry.conference = entry.ticket_type.conference = conference
        return view(request, entry)

    return edition_page(guarded)


@require_GET
@entry_page
def waiting(request, entry):
    """Who looks frees what has run out, so that a place waits for no clock."""
    if not entry.conference.is_closed:
        actions.free_places([quota.pk for quota in entry.ticket_type.quotas.all()])
        entry = WaitlistEntry.objects.select_related("ticket_type", "order", "conference").get(
            pk=entry.pk
        )
    if entry.order:
        entry.order.conference = entry.conference
    context = {"conference": entry.conference, "entry": entry, "place": entry.place_in_line()}
    return render(request, "registration/waiting.html", context)


@require_POST
@entry_page
def leave(request, entry):
    left = actions.leave_waitlist(entry)
    if left.status == WaitlistEntry.Status.LEFT:
        messages.success(request, "You have left the waiting list.")
    return redirect(entry)
