"""Group codes: a company paid, and each of its people puts a name on one place."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from scale import codes, throttle
from scale.accounts import too_many
from scale.auth import edition_page
from scale.editions import EditionClosed

from .. import actions
from ..forms import GroupForm
from .codes import SECONDS, TRIES, find_group


@require_http_methods(["GET", "POST"])
@edition_page
def group(request, conference, group):
    """Wrong codes are counted; a hall full of people behind one address gets at its places."""
    who = throttle.client(request)
    try:
        throttle.check("promo code", who, limit=TRIES)
        found = find_group(conference, codes.clean_code(group))
        if found is None:
            throttle.hit("promo code", who, limit=TRIES, seconds=SECONDS)
            raise Http404
    except throttle.Throttled as error:
        return too_many(request, error)
    found.conference = found.order.conference = conference
    if found.code != group:
        return redirect("registration:group", conference.slug, found.code)
    return places_page(request, conference, found)


def places_page(request, conference, group):
    free, total = group.places()
    context = {"conference": conference, "group": group, "free": free, "total": total}
    context["left"] = sum(n for _, n in free)
    context["problem"] = group.problem() or ("" if free else "All places of this code are taken.")
    wanted = request.GET.get("type", "")
    chosen = next((one for one, _ in free if one.code == wanted or len(free) == 1), None)
    if context["problem"] or chosen is None:
        return render(request, "registration/group.html", context)
    chosen.conference = conference
    form = GroupForm(request.POST or None, conference=conference, ticket_type=chosen)
    if request.method == "POST" and form.is_valid() and (ticket := take_place(group, form)):
        messages.success(
            request, f"The place is yours. Your ticket is in the mail to {ticket.attendee_email}."
        )
        return redirect("registration:group", group.conference.slug, group.code)
    context |= {"form": form, "type": chosen}
    return render(request, "registration/group.html", context)


def take_place(group, form):
    """The ticket, or None with the reason said in the form."""
    try:
        return actions.redeem(group, form.attendee())
    except actions.SoldOut as error:
        form.add_gone(error.quota_id, error.left)
    except actions.NotOnSale as error:
        form.add_not_on_sale(error)
    except (actions.CannotRedeem, EditionClosed) as error:
        form.add_error(None, str(error))
    return None
