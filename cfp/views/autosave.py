"""Drafts that save themselves: the same form, sent by a script, is answered in a few words."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.views.decorators.http import require_POST

from scale.text import render_markdown

from ..forms.fields import LONG_TEXT
from ..steps import address


def is_wanted(request):
    return request.method == "POST" and "X-Autosave" in request.headers


def saved(talk, step, form):
    """Where the form is sent from now on, and the mark of what is saved."""
    return JsonResponse({"address": address(step, talk), "seen": form.mark_of(talk)})


def not_saved(form):
    """The script says why in one line; sent by hand, the form tells all of it."""
    for name, errors in form.errors.items():
        label = f"{form[name].label}: " if name in form.fields else ""
        return JsonResponse({"said": f"Not saved yet. {label}{errors[0]}"}, status=422)
    return JsonResponse({"said": "Not saved yet."}, status=422)


@require_POST
@login_required
def preview(request):
    """What Markdown will look like."""
    text = request.POST.get("text", "")
    if len(text) > LONG_TEXT:
        return HttpResponseBadRequest("Too long.")
    return HttpResponse(render_markdown(text.replace("\x00", "")))
