"""Files of a talk: its speakers upload and remove them; they and its committee fetch them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale import uploads
from scale.editions import EditionClosed
from scale.models import Role

from .. import actions
from ..access import committee_page
from ..errors import Refused
from ..forms import FileForm, posted
from ..models import Calls, ReviewRules, TalkFile
from ..standing import may_add_files, may_edit
from ..steps import progress
from .mine import own_talk


@require_http_methods(["GET", "POST"])
@login_required
def files(request, code):
    talk = own_talk(request, code)
    form = FileForm(posted(request), request.FILES or None)
    leads_on = request.POST.get("do") == "next"
    if leads_on and not request.FILES:
        return redirect("cfp:check", code)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_file(
                talk,
                form.cleaned_data["file"],
                form.name,
                by=request.user,
                is_slides=form.cleaned_data["is_slides"],
            )
        except (Refused, EditionClosed) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{form.name}” is uploaded.")
            return redirect("cfp:check" if leads_on else "cfp:files", code)
    calls = Calls(talk.conference)
    context = {
        "conference": talk.conference,
        "talk": talk,
        "steps": progress(talk, calls) if may_edit(talk, calls) else None,
        "files": talk.files.all(),
        "form": form,
        "may_add": may_add_files(talk, calls),
    }
    return render(request, "cfp/files.html", context)


@require_POST
@login_required
def remove(request, code, pk):
    talk = own_talk(request, code)
    try:
        actions.remove_file(talk, pk, by=request.user)
    except (Refused, EditionClosed) as error:
        messages.warning(request, str(error))
    return redirect("cfp:files", code)


@require_GET
@login_required
def fetch(request, code, pk):
    return sent(own_talk(request, code), pk)


@require_GET
@committee_page(lambda reach: reach.may_review or reach.may_decide, Role.REVIEWER, Role.PROGRAM)
def fetch_for_committee(request, reach, code, pk):
    rows = reach.to_decide().exclude(pk__in=reach.kept_from)
    if not ReviewRules.objects.of(reach.conference).is_anonymous:
        rows |= reach.to_read()  # a file may say who speaks
    return sent(get_object_or_404(rows.distinct(), code=code), pk)


def sent(talk, pk):
    row = get_object_or_404(TalkFile, talk=talk, pk=pk)
    if not row.file.storage.exists(row.file.name):
        raise Http404
    return uploads.send_private(row.file, row.name)
