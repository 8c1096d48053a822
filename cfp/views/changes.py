"""Changes when the call is closed: speakers ask or correct, the committee sees what differs."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.editions import EditionClosed

from .. import actions
from ..access import program_page
from ..diffs import pieces
from ..errors import Refused
from ..forms import ChangeAnswerForm, ChangeForm, posted
from ..models import Calls, Talk, TalkChange
from ..standing import may_ask, may_edit
from .mine import own_talk

Status = TalkChange.Status
WAITING_FIRST = Case(When(status=Status.WAITING, then=Value(0)), default=Value(1))


@require_http_methods(["GET", "POST"])
@login_required
def ask(request, code):
    talk = own_talk(request, code)
    calls = Calls(talk.conference)
    if may_edit(talk, calls) or not may_ask(talk, calls):
        return redirect("cfp:talk-edit", code)
    title = talk.title
    form = ChangeForm(posted(request), instance=talk)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.change_talk(
                talk, form.wanted(), by=request.user, why=form.cleaned_data["why"]
            )
        except (Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, told(made))
            return redirect("cfp:talk-edit", code)
    context = {"conference": talk.conference, "talk": talk, "title": title, "form": form}
    context["waiting"] = talk.changes.filter(status=Status.WAITING).first()
    return render(request, "cfp/change.html", context)


def told(made):
    states = {change.status for change in made}
    parts = []
    if Status.MADE in states:
        parts.append("Corrected; the committee sees what changed.")
    if Status.WAITING in states:
        parts.append("The committee is asked, and you get a mail with its answer.")
    return " ".join(parts) or "Nothing was changed."


@require_GET
@program_page
def changes(request, reach):
    return changes_page(request, reach)


def changes_page(request, reach, failed=None, form=None):
    rows = TalkChange.objects.filter(talk__in=reach.to_decide()).exclude(status=Status.REPLACED)
    rows = rows.select_related("talk", "by", "answered_by").order_by(WAITING_FIRST, "-pk")
    page = Paginator(rows, 20).get_page(request.GET.get("page"))
    context = {
        "conference": reach.conference,
        "reach": reach,
        "page": page,
        "rows": [
            (change, list(differences(change)), form if change.pk == failed else None)
            for change in page
        ],
    }
    return render(request, "cfp/changes.html", context)


def differences(change):
    """What waits is compared with the talk as it is now, the rest with what it was then."""
    is_waiting = change.status == Status.WAITING
    for name, new in change.after.items():
        old = getattr(change.talk, name) if is_waiting else change.before.get(name)
        label = Talk._meta.get_field(name).verbose_name
        yield label, list(pieces(*("" if one is None else str(one) for one in (old, new))))


@require_POST
@program_page
def answer(request, reach, pk):
    rows = TalkChange.objects.filter(talk__in=reach.to_decide())
    change = get_object_or_404(rows, pk=pk)
    form = ChangeAnswerForm(request.POST)
    if not form.is_valid():
        return changes_page(request, reach, pk, form)
    said = form.cleaned_data
    try:
        actions.answer_change(
            change,
            by=request.user,
            agreed=said["do"] == "accept",
            answer=said["answer"],
            seen=said["seen"],
        )
    except (Refused, EditionClosed) as error:
        form.add_error(None, str(error))
        return changes_page(request, reach, pk, form)
    messages.success(request, "Answered. Who asked gets a mail.")
    return redirect("cfp:changes", reach.conference.slug)
