"""What waits for an answer of staff: tickets to give back, letters of invitation."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..forms.answers import AnswerForm, CancellationAnswerForm
from ..models import CancellationRequest, VisaRequest

KINDS = {"cancel": CancellationRequest, "letter": VisaRequest}
FORMS = {"cancel": CancellationAnswerForm, "letter": AnswerForm}


def waiting(kind, conference):
    asked = KINDS[kind].objects.filter(status="open", ticket__conference=conference)
    return asked.select_related("ticket__ticket_type", "ticket__order").order_by("pk")


@require_GET
@staff_page(Role.REGISTRATION)
def requests(request, conference):
    asked = [(kind, one) for kind in KINDS for one in waiting(kind, conference)]
    asked.sort(key=lambda pair: pair[1].asked_at)
    return render(request, "registration/requests.html", {"conference": conference, "asked": asked})


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def answer_request(request, conference, kind, pk):
    if kind not in KINDS:
        raise Http404
    asked = get_object_or_404(
        KINDS[kind].objects.select_related("ticket__ticket_type", "ticket__order"),
        ticket__conference=conference,
        pk=pk,
    )
    form = FORMS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid() and give_answer(kind, asked, form, request):
        messages.success(request, f"{asked.ticket.attendee_name} is told by mail.")
        return redirect("registration:requests", conference.slug)
    context = {"conference": conference, "kind": kind, "one": asked, "form": form}
    return render(request, "registration/request.html", context)


def give_answer(kind, asked, form, request):
    """Whether it was given; else the form says why not."""
    common = {"by": request.user, "answer": form.cleaned_data["answer"]}
    try:
        if kind == "cancel":
            keep = form.cleaned_data["keep"]
            actions.answer_cancellation(asked, grant=form.is_yes, keep=keep, **common)
        else:
            actions.answer_letter(asked, approve=form.is_yes, **common)
    except (actions.Answered, actions.CannotCancel, EditionClosed) as error:
        form.add_error(None, str(error))
        return False
    return True
