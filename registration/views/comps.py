"""Who got a free ticket beside a bought one decides, behind a secret link."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from scale import codes, money, throttle
from scale.accounts import too_many
from scale.auth import edition_page
from scale.editions import EditionClosed

from .. import actions
from ..forms.comps import CompChoiceForm
from ..models import CompChoice, SaleRules


def choice_page(view):
    """For views at the link of a choice: the CompChoice in place of code and secret."""

    def guarded(request, conference, code, secret):
        known = CompChoice.objects.select_related("ticket__ticket_type", "ticket__order")
        choice = known.filter(ticket__conference=conference, ticket__code=code).first()
        nonce = choice.ticket.nonce if choice else ""
        if not codes.secret_matches("comp choice", nonce, secret) or choice is None:
            try:
                throttle.hit("order link", throttle.client(request), limit=30, seconds=900)
            except throttle.Throttled as error:
                return too_many(request, error)
            raise Http404
        choice.ticket.conference = conference
        return view(request, choice)

    return edition_page(guarded)


@require_http_methods(["GET", "POST"])
@choice_page
def comp_choice(request, choice):
    ticket = choice.ticket
    conference = ticket.conference
    is_open = choice.is_open()
    form = CompChoiceForm(
        request.POST if is_open and request.method == "POST" else None,
        cost=money.show(ticket.admission_cost(), conference.currency) if is_open else "",
        may_pass_on=SaleRules.objects.of(conference).may_pass_on(),
    )
    if request.method == "POST":
        if not is_open:
            messages.warning(request, "This was decided already; nothing was changed.")
            return redirect(choice)
        if form.is_valid() and decided(request, choice, form):
            return redirect(choice)
    context = {"conference": conference, "choice": choice, "ticket": ticket, "form": form}
    return render(request, "registration/comp_choice.html", context | {"is_open": is_open})


def decided(request, choice, form):
    """Whether it is done, or nothing is left to be done; else the form says why not."""
    try:
        actions.answer_choice(choice, **form.cleaned_data)
    except actions.AnsweredAlready:
        messages.warning(request, "This was decided already; nothing was changed.")
    except actions.SoldOut:
        form.add_error("answer", "There is no free place of that kind just now. Please ask us.")
        return False
    except EditionClosed as error:
        messages.error(request, str(error))
    return True
