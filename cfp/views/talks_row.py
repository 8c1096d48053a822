"""One row of the table of talks: track, kind, tags and decision, without leaving the table.

The script asks for a part of the page; without it the same form has a page of its own.
"""

from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from scale.editions import EditionClosed

from .. import actions
from ..access import program_page
from ..errors import Refused
from ..forms import RowForm, posted
from ..selection import Selection
from .talks import find
from .talks_bulk import back

WRONG = 422


@require_http_methods(["GET", "POST"])
@program_page
def row(request, reach, code):
    talk = shown(reach, request, code)
    form = RowForm(posted(request), reach=reach, talk=talk, initial=said_of(talk))
    if request.method == "GET" or not form.is_valid():
        return answer(request, reach, talk, form)
    said = {"verdict": None, "why": "", **form.cleaned_data}
    try:
        is_new = actions.classify_talk(talk, by=request.user, within=reach.decides, **said)
    except (Refused, EditionClosed) as error:
        talk = shown(reach, request, code)
        form = RowForm(reach=reach, talk=talk, initial=said_of(talk))
        return answer(request, reach, talk, form, str(error))
    if is_part(request):
        talk = shown(reach, request, code)
        return render(request, "cfp/_talk_row.html", context_of(request, reach, talk))
    messages.success(request, "Changed. Nobody was sent a mail." if is_new else "As it was.")
    return back(request, reach)


def shown(reach, request, code):
    """The talk as the table shows it."""
    [talk] = Selection(reach, request.GET).rows([find(reach, code).pk])
    return talk


def said_of(talk):
    tags = sorted(tag.pk for tag in talk.tags.all())
    return {
        "track": talk.track and talk.track.code,
        "kind": talk.kind and talk.kind.code,
        "tags": tags,
        "verdict": talk.pending.verdict if talk.pending else "",
        "why": talk.pending.why if talk.pending else "",
        "seen": actions.row_mark(talk, tags, talk.pending),
    }


def is_part(request):
    return request.headers.get("X-Part") == "row"


def context_of(request, reach, talk):
    return {"conference": reach.conference, "reach": reach, "talk": talk}


def answer(request, reach, talk, form, error=""):
    template = "cfp/_row_form.html" if is_part(request) else "cfp/row.html"
    context = context_of(request, reach, talk) | {"form": form, "error": error}
    status = WRONG if is_part(request) and request.method == "POST" else 200
    return render(request, template, context, status=status)
