"""Pages of the chair and of communications: set-up, mail, people, editions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .. import editions, email, health, navigation, privacy
from ..auth import staff_page
from ..forms import CloseForm, EraseDateForm, EraseForm, MailSearchForm, NextEditionForm, PersonForm
from ..models import OutgoingEmail, Role

PER_PAGE = 50


@require_GET
@staff_page(Role.COMMUNICATIONS)
def setup(request, conference):
    """What is done once a year, or rarely."""
    cards = navigation.setup_for(request.user, conference)
    return render(request, "scale/setup.html", {"conference": conference, "cards": cards})


@require_GET
@staff_page(Role.CHAIR)
def health_page(request, conference):
    findings = health.run()
    context = {
        "conference": conference,
        "findings": findings,
        "healthy": all(finding.ok for finding in findings.values()),
    }
    return render(request, "scale/health.html", context)


# --- mail -------------------------------------------------------------------------------------


@require_GET
@staff_page(Role.COMMUNICATIONS)
def mail_doubts(request, conference):
    """Mails that were maybe sent or could not be sent: staff decide."""
    form = MailSearchForm(request.GET)
    mails = mails_of(request.user, conference)
    rows = form.narrow(mails.undecided().select_related("conference"))
    totals = {
        row["status"]: row["n"] for row in mails.order_by().values("status").annotate(n=Count("pk"))
    }
    status = OutgoingEmail.Status
    context = {
        "conference": conference,
        "form": form,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": totals.get(status.QUEUED, 0) + totals.get(status.SENDING, 0),
        "sent": totals.get(status.SENT, 0),
        "undecided": totals.get(status.IN_DOUBT, 0) + totals.get(status.FAILED, 0),
    }
    return render(request, "scale/mail_doubts.html", context)


@require_POST
@staff_page(Role.COMMUNICATIONS)
def mail_decide(request, conference):
    """One decision on the ticked mails, or on all that the search found."""
    rows = mails_of(request.user, conference).undecided()
    if request.POST.get("all"):
        rows = MailSearchForm(request.POST).narrow(rows)
    else:
        ticked = [pk for pk in request.POST.getlist("mail") if pk.isdecimal() and len(pk) < 19]
        rows = rows.filter(pk__in=ticked)
    again = request.POST.get("decision") == "again"
    changed = email.decide(rows, again)
    if changed:
        words = "will be sent again" if again else "stay as they are and leave this list"
        messages.success(request, f"{changed} mail{'s' if changed > 1 else ''}: {words}.")
    else:
        messages.info(request, "No mail was ticked, or someone has decided already.")
    return redirect("scale:mail-doubts", conference.slug)


def mails_of(user, conference):
    """The edition's mails; who runs the whole site sees those of no edition too."""
    mine = Q(conference=conference)
    if user.is_superuser:
        mine |= Q(conference=None)
    return OutgoingEmail.objects.filter(mine)


# --- editions ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_page(Role.CHAIR)
def next_edition(request, conference):
    form = NextEditionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = editions.create_next(conference, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except IntegrityError:
            form.add_error("slug", "There is an edition at this address already.")
        else:
            messages.success(request, f"{new} is set up; it is not public yet.")
            if (new.starts_on - conference.starts_on).days % 7:
                messages.warning(
                    request,
                    f"{new} begins on a {new.starts_on:%A}, {conference} on a "
                    f"{conference.starts_on:%A}: every date moved along, so look at each of them.",
                )
            return redirect("pages:staff-home", new.slug)
    context = {"conference": conference, "form": form, "chapters": editions.CHAPTERS}
    return render(request, "scale/next_edition.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Role.CHAIR)
def close_edition(request, conference):
    kind = EraseDateForm if conference.is_closed else CloseForm
    form = kind(request.POST or None, conference=conference)
    if request.method == "POST" and form.is_valid():
        editions.set_erase_day(conference, form.cleaned_data["erase_on"])
        editions.close(conference)
        messages.success(request, f"{conference} is closed and can only be read.")
        return redirect("scale:close-edition", conference.slug)
    return render(request, "scale/close_edition.html", {"conference": conference, "form": form})


@require_POST
@staff_page(Role.CHAIR)
def reopen_edition(request, conference):
    if editions.reopen(conference):
        messages.success(request, f"{conference} is open again and can be changed.")
    else:
        messages.error(request, "Its personal data is erased; it cannot be opened again.")
    return redirect("scale:close-edition", conference.slug)


# --- people -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_page(Role.CHAIR)
def person(request, conference):
    """Everything the database holds about one address; with the word typed, it is erased.

    A person's data spans editions, so only who runs the whole site may erase. Addresses
    are posted, so that they stand in no log.
    """
    form = PersonForm(request.POST or None)
    context = {"conference": conference, "form": form}
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        erase_form = EraseForm(request.POST if "word" in request.POST else None)
        if erase_form.is_bound and not request.user.is_superuser:
            raise PermissionDenied
        if erase_form.is_bound and erase_form.is_valid():
            rows = privacy.erase(address)
            messages.success(request, f"Done: {rows} rows were erased or blanked.")
            return redirect("scale:person", conference.slug)
        context |= {"address": address, "found": privacy.show(address), "erase_form": erase_form}
    return render(request, "scale/person.html", context)
