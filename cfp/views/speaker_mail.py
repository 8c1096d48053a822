"""For who decides: a mail in their own words to the speakers of many talks."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from scale.editions import EditionClosed

from .. import actions
from ..access import program_page
from ..errors import Refused
from ..forms import SpeakerMailForm, posted
from ..models import Decision, SpeakerMail, SpeakerMailCopy, Talk
from ..selection import Selection
from ..speaker_mail import MOST, copies, mark
from .decisions import add_mails


def meant(reach, data):
    """The talks that a link names one by one, or those of its filters; None when too many."""
    rows = Talk.objects.defer("description", "notes", "abstract")
    if "talk" in data:
        named = reach.to_decide().filter(code__in=data.getlist("talk")[:MOST])
        ids = list(named.values_list("pk", flat=True))
    else:
        ids = Selection(reach, data).ids()
    return list(rows.filter(pk__in=ids)) if len(ids) <= MOST else None


@require_http_methods(["GET", "POST"])
@program_page
def write(request, reach):
    talks = meant(reach, request.GET)
    form = SpeakerMailForm(posted(request), reach=reach)
    error = ""
    if (
        request.method == "POST"
        and talks
        and form.is_valid()
        and request.POST.get("step") == "send"
    ):
        try:
            ids = [talk.pk for talk in talks]
            mail = actions.mail_speakers(
                reach.conference, ids, by=request.user, within=reach.decides, **form.content()
            )
        except (Refused, EditionClosed) as refused:
            error = str(refused)
        else:
            messages.success(request, "On their way. Each speaker gets one mail.")
            return redirect("cfp:written", reach.conference.slug, mail.code)
    context = context_of(reach, talks or [], form, error) | {"are_too_many": talks is None}
    return render(request, "cfp/write.html", context)


def context_of(reach, talks, form, error):
    """With every mail, once the form makes sense."""
    found = []
    if talks and form.is_bound and form.is_valid():
        said = form.cleaned_data
        found = copies(talks, said["subject"], said["text"], reach.conference)
    counted = Counter(Talk.Status(talk.status) for talk in talks)
    open_to_all = [talk.pk for talk in talks if talk.pk not in reach.kept_from]
    return {
        "conference": reach.conference,
        "reach": reach,
        "form": form,
        "error": error,
        "number": len(talks),
        "most": MOST,
        "counts": [(status, counted[status]) for status in Talk.Status if counted[status]],
        "held": Decision.objects.pending().filter(talk__in=open_to_all).count(),
        "copies": found,
        "reachable": sum(bool(one.speaker.address) for one in found),
        "seen": mark(found),
    }


def seen_by(reach):
    """Mails about talks that the person decides on."""
    return SpeakerMail.objects.filter(conference=reach.conference).about(reach.to_decide())


@require_GET
@program_page
def written(request, reach, code):
    """One such mail, and what became of each copy."""
    mail = get_object_or_404(seen_by(reach).select_related("by"), code=code)
    rows = SpeakerMailCopy.objects.filter(mail=mail, talk__in=reach.to_decide())
    page = Paginator(rows.select_related("speaker", "talk"), 100).get_page(request.GET.get("page"))
    add_mails(page.object_list)
    context = {"conference": reach.conference, "reach": reach, "mail": mail, "page": page}
    return render(request, "cfp/written.html", context)
