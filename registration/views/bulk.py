from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from scale.auth import staff_page
from scale.editions import EditionClosed, require_open
from scale.models import Role

from ..bulk import MOST_LINES, SHEETS, NotReadable
from ..bulk.reading import run
from ..forms.reports import BulkForm


@require_GET
@staff_page(Role.REGISTRATION)
def bulk(request, conference):
    context = {"conference": conference, "sheets": SHEETS.values()}
    return render(request, "registration/bulk.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.REGISTRATION)
def bulk_sheet(request, conference, sheet):
    """Check first: the lines come back in the text field, with a button that adds them."""
    found = SHEETS.get(sheet)
    if found is None:
        raise Http404
    form = BulkForm(request.POST or None, request.FILES or None, sheet=found)
    result = None
    adds = request.POST.get("step") == "add"
    if request.method == "POST" and form.is_valid():
        result = work(form, found, conference, request.user, dry=not adds)
        if result and adds and not result.problems:
            messages.success(request, f"{result.added} added, {result.known} were there already.")
            return redirect("registration:bulk-sheet", conference.slug, found.name)
        form = form_with(form, found)
    context = {
        "conference": conference,
        "sheet": found,
        "form": form,
        "result": result,
        "was_added": adds,
        "most": MOST_LINES,
    }
    return render(request, "registration/bulk_sheet.html", context)


def work(form, sheet, conference, user, *, dry):
    """The result, or None with the reason said in the form."""
    said = form.cleaned_data
    try:
        require_open(conference)
        return run(sheet, conference, said["lines"], said, by=user, dry=dry)
    except (NotReadable, EditionClosed) as error:
        form.add_error(None, str(error))
    return None


def form_with(form, sheet):
    """The same form with the file's lines in the text field: a browser forgets a file."""
    data = form.data.copy()
    data["text"] = form.cleaned_data.get("lines", data.get("text", ""))
    again = BulkForm(data, sheet=sheet)
    again.full_clean()
    for error in form.non_field_errors():
        again.add_error(None, error)
    return again
