"""Press: the public form and link, and the press team's list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration.exports.files import csv_lines
from scale import codes, throttle
from scale.accounts import too_many
from scale.auth import edition_page, staff_page
from scale.models import AuditEntry, Role
from scale.text import render_markdown

from .. import actions, dossier
from ..forms import (
    CoverageForm,
    PressCallForm,
    PressDecisionForm,
    PressEndForm,
    PressRequestForm,
    PressSearchForm,
)
from ..models import Announcement, Coverage, Organization, PressCall, PressRequest, with_use
from . import acted, pressed

TEAM = (Role.PRESS,)
LINES = 50
ASKS = {"limit": 20, "seconds": 3600}
MAILS = {"limit": 5, "seconds": 3600}
COLUMNS = [
    *("Outlet", "Website", "Name", "E-mail", "Role", "State", "Keeps embargoes"),
    *("Wants announcements", "Asked on", "Pass used"),
]
Status = PressRequest.Status


def call_of(conference):
    found = PressCall.objects.filter(conference=conference).select_related("pass_type").first()
    if found:
        found.conference = conference
    return found


@require_http_methods(["GET", "POST"])
@edition_page
def press(request, conference):
    """What press get, what is public by now, and the form.

    Rendered for each who asks and kept nowhere: no copy can outlast or outrun an embargo.
    Whether an address has asked before is told to that address alone.
    """
    form = PressRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            throttle.hit("press request", throttle.client(request), **ASKS)
            throttle.hit("press request mail", form.cleaned_data["email"], **MAILS)
        except throttle.Throttled as error:
            form.add_error(None, str(error))
        else:
            if acted(form, actions.ask_as_press, conference, **form.cleaned_data):
                request.session["asked_as_press"] = form.cleaned_data["email"]
                return redirect("sponsors:press", conference.slug)
    call = call_of(conference)
    context = {
        "conference": conference,
        "call": call,
        "state": call.state() if call else "none",
        "introduction": render_markdown(call.introduction) if call else "",
        "announcements": Announcement.objects.public(conference),
        "form": form,
        "email": request.session.pop("asked_as_press", ""),
    }
    response = render(request, "sponsors/press.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def press_page(view):
    """For views at the link in the mail: the request in place of pk and secret."""

    def guarded(request, conference, pk, secret):
        rows = PressRequest.objects.filter(conference=conference, pk=pk)
        found = rows.select_related("ticket").first()
        if found is None or not codes.secret_matches("press request", found.nonce, secret):
            try:
                throttle.hit("press link", throttle.client(request), limit=30, seconds=900)
            except throttle.Throttled as error:
                return too_many(request, error)
            raise Http404
        found.conference = conference
        return view(request, found)

    return edition_page(guarded)


@require_GET
@press_page
def press_mine(request, asked):
    conference = asked.conference
    ticket = asked.ticket
    if ticket:
        ticket.conference = conference
    context = {
        "conference": conference,
        "asked": asked,
        # Whose it is now may be somebody else; the link opens it for them alone.
        "ticket": ticket if ticket and ticket.attendee_email == asked.email else None,
        "may_withdraw": Status.WITHDRAWN in asked.MOVES[asked.status] and not conference.is_closed,
    }
    return render(request, "sponsors/press_mine.html", context)


@require_POST
@press_page
def press_withdraw(request, asked):
    if pressed(request, actions.withdraw_press_request, asked):
        messages.success(request, "The request is withdrawn.")
    return redirect(asked)


@require_http_methods(["GET", "POST"])
@press_page
def press_news(request, asked):
    """The way out of our announcements, and back; a program that follows links changes nothing."""
    wants = "again" in request.POST
    if request.method == "POST" and pressed(request, actions.want_news, asked, wants):
        said = "Our announcements come to you again." if wants else "No more announcements."
        messages.success(request, said)
        return redirect(asked.news_url)
    context = {"conference": asked.conference, "asked": asked}
    return render(request, "sponsors/press_news.html", context)


@require_GET
@staff_page(*TEAM)
def press_requests(request, conference):
    form = PressSearchForm(request.GET)
    rows = form.narrow(PressRequest.objects.filter(conference=conference))
    numbers = PressRequest.objects.numbers(conference)
    page = Paginator(rows.select_related("ticket"), LINES).get_page(request.GET.get("page"))
    page.object_list = with_use(page.object_list)
    context = {
        "conference": conference,
        "form": form,
        "call": call_of(conference),
        "page": page,
        "bars": [(status, status.label, number) for status, number in numbers.items()],
        "total": sum(numbers.values()),
        "may_write": not conference.is_closed,
    }
    return render(request, "sponsors/press_requests.html", context)


@require_GET
@staff_page(*TEAM)
def press_file(request, conference):
    """Who asked, as CSV; the audit trail keeps who took it."""
    asked = PressRequest.objects.filter(conference=conference).select_related("ticket")
    rows = with_use(asked.order_by("outlet", "pk"))
    words = f"press as CSV, {len(rows)} people"
    AuditEntry.objects.tell(conference, "exported", why=words, by=request.user)
    lines = csv_lines(COLUMNS, [cells(row, conference) for row in rows])
    response = StreamingHttpResponse(lines, content_type="text/csv")
    name = f"{conference.slug}-press-{conference.today():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def cells(row, conference):
    asked_on = row.asked_at.astimezone(conference.zone).date()
    return [
        *(row.outlet, row.website, row.name, row.email, row.role, row.get_status_display()),
        *(yes(row.keeps_embargo), yes(row.wants_news), asked_on, yes(row.came)),
    ]


def yes(fact):
    return "yes" if fact else "no"


def find(conference, pk):
    rows = PressRequest.objects.select_related("organization", "contact", "decided_by", "ticket")
    row = get_object_or_404(rows, pk=pk, conference=conference)
    row.conference = conference
    return row


@require_http_methods(["GET", "POST"])
@staff_page(*TEAM)
def press_request(request, conference, pk):
    """One request; POST decides, or with `look` shows the mail that would go out."""
    row = find(conference, pk)
    form = PressDecisionForm(request.POST or None, asked=row, call=call_of(conference))
    shown = None
    if request.method == "POST" and form.is_valid():
        if "look" in request.POST:
            shown = mail_for(row, form.cleaned_data)
        elif acted(form, actions.decide_press_request, row, by=request.user, **form.cleaned_data):
            messages.success(request, f"Decided. The mail to {row.name} is on its way.")
            return redirect("sponsors:press-requests", conference.slug)
    context = {
        "conference": conference,
        "asked": row,
        "came": with_use([row])[0].came,
        "form": form,
        "mail": shown,
        "may_write": not conference.is_closed,
        "may_end": Status.ENDED in row.MOVES[row.status] and not conference.is_closed,
        **dossier.press(row.organization, row),
    }
    return render(request, "sponsors/press_request.html", context)


def mail_for(row, decided):
    """(subject, text) as if it were decided so; nothing is saved."""
    before = row.status, row.words
    row.status, row.words = decided["status"], decided["words"]
    subject, text = actions.press_decision_mail(row)
    row.status, row.words = before
    # The link opens the request; it is for them alone.
    return subject, text.replace(row.secret, "…")


@require_http_methods(["GET", "POST"])
@staff_page(*TEAM)
def press_end(request, conference, pk):
    """Take the pass back; says first whether somebody came in with it."""
    [row] = with_use([find(conference, pk)])
    if Status.ENDED not in row.MOVES[row.status]:
        return redirect("sponsors:press-request", conference.slug, pk)
    form = PressEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        if ended := acted(form, actions.end_press_request, row, words=words, by=request.user):
            used = " It had been used at the door." if ended[1] else " It had not been used."
            messages.success(request, f"The pass is taken back.{used}")
            return redirect("sponsors:press-request", conference.slug, pk)
    context = {"conference": conference, "asked": row, "form": form}
    return render(request, "sponsors/press_end.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*TEAM)
def press_call(request, conference):
    """When journalists may ask, and what pass they get."""
    form = PressCallForm(request.POST or None, conference=conference, call=call_of(conference))
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, actions.set_press_call, conference, **form.facts)
    ):
        messages.success(request, "Saved.")
        return redirect("sponsors:press-requests", conference.slug)
    context = {"conference": conference, "form": form}
    return render(request, "sponsors/press_call.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*TEAM)
def coverage_new(request, conference, pk):
    """Something that the outlet published about this edition."""
    row = get_object_or_404(Organization, pk=pk)
    form = CoverageForm(request.POST or None)
    facts = {"by": request.user, **form.cleaned_data} if form.is_valid() else {}
    if (
        request.method == "POST"
        and facts
        and acted(form, actions.add_coverage, conference, row, **facts)
    ):
        messages.success(request, "Added.")
        return redirect("sponsors:organization", conference.slug, pk)
    title = f"What they published about {conference}"
    context = {"conference": conference, "organization": row, "form": form, "title": title}
    return render(request, "sponsors/form.html", context)


@require_POST
@staff_page(*TEAM)
def coverage_remove(request, conference, pk):
    row = get_object_or_404(Coverage, pk=pk, conference=conference)
    pressed(request, actions.remove_coverage, row)
    return redirect("sponsors:organization", conference.slug, row.organization_id)
