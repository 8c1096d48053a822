"""When a speaker cannot be there."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from scale.auth import edition_page
from scale.editions import EditionClosed

from .. import actions
from ..errors import Refused
from ..forms import ABSENCES, by_day, posted
from ..models import Speaker


@require_http_methods(["GET", "POST"])
@edition_page
@login_required
def availability(request, conference):
    speaker = Speaker.objects.filter(user=request.user).first()
    if speaker is None:
        return redirect("cfp:my-talks")
    rows = by_day(speaker.absences.filter(conference=conference).order_by("starts_at"), conference)
    forms = ABSENCES(posted(request), initial=rows, form_kwargs={"conference": conference})
    if request.method == "POST" and forms.is_valid():
        try:
            actions.set_absences(request.user, conference, forms.spans())
        except (Refused, EditionClosed) as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, "Saved. The program committee plans around it.")
        return redirect("cfp:availability", conference.slug)
    context = {"conference": conference, "forms": forms}
    return render(request, "cfp/availability.html", context)
