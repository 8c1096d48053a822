"""Who holds a ticket for speaking, who lacks one, and who holds one and speaks no more."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from scale.auth import staff_page
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..models import Calls, SpeakerTicket

SHOWN = 50


@require_GET
@staff_page(Role.PROGRAM, Role.REGISTRATION)
def speaker_tickets(request, conference):
    tickets = SpeakerTicket.objects.filter(conference=conference)
    missing = SpeakerTicket.objects.missing(conference).select_related("speaker", "talk")
    left = SpeakerTicket.objects.without_talk(conference).select_related("speaker", "ticket")
    calls = Calls(conference)
    main = calls.counting(conference)
    counting = [call for call in (main, *calls.of_tracks(conference)) if call]
    prefetch_related_objects(counting, "speaker_ticket")
    context = {
        "conference": conference,
        "calls": counting,
        "held": tickets.held().count(),
        "missing": missing.order_by("speaker__name", "pk")[:SHOWN],
        "missing_count": missing.count(),
        "left": left.prefetch_related("ticket__ribbons").order_by("speaker__name", "pk"),
        "may_take_back": request.user.has_role(conference, Role.REGISTRATION),
        "may_set_up": request.user.has_role(conference, Role.PROGRAM),
    }
    return render(request, "cfp/speaker_tickets.html", context)


@require_POST
@staff_page(Role.PROGRAM, Role.REGISTRATION)
def give_missing(request, conference):
    try:
        given, refused = actions.give_missing(conference, by=request.user)
    except EditionClosed as error:
        messages.error(request, str(error))
    else:
        for why in refused[:5]:
            messages.warning(request, why)
        if given:
            messages.success(request, f"Tickets given: {given}. They are on their way by mail.")
    return redirect("cfp:speaker-tickets", conference.slug)
