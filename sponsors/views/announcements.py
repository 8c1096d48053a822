"""Announcements: everyone's page from the minute of the embargo, and the press team's list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from scale import cache
from scale.auth import staff_page
from scale.text import render_markdown

from .. import actions
from ..forms import AnnouncementForm
from ..models import Announcement, PressRequest
from . import acted, pressed
from .press import TEAM

LINES = 30
MINUTE = 60


@require_safe
@cache.public(seconds=MINUTE)
def announcement(request, conference, code):
    """Embargoes end on the minute, and with each minute this is rendered anew."""
    rows = Announcement.objects.public(conference)
    row = get_object_or_404(rows, code=code.partition("-")[0])
    row.conference = conference
    context = {"conference": conference, "announcement": row, "text": render_markdown(row.text)}
    return render(request, "sponsors/announcement.html", context)


@require_GET
@staff_page(*TEAM)
def announcements(request, conference):
    rows = Announcement.objects.filter(conference=conference).defer("text").select_related("by")
    context = {
        "conference": conference,
        "page": Paginator(rows, LINES).get_page(request.GET.get("page")),
        "may_write": not conference.is_closed,
    }
    for row in context["page"]:
        row.conference = conference
    return render(request, "sponsors/announcements.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*TEAM)
def announcement_new(request, conference):
    form = AnnouncementForm(request.POST or None, conference=conference)
    if request.method == "POST" and form.is_valid():
        facts = {"by": request.user, **form.cleaned_data}
        if made := acted(form, actions.write_announcement, conference, **facts):
            return redirect("sponsors:announcement-edit", conference.slug, made.pk)
    return show(request, conference, None, form)


@require_http_methods(["GET", "POST"])
@staff_page(*TEAM)
def announcement_edit(request, conference, pk):
    row, is_stale = find(conference, pk), False
    form = AnnouncementForm(request.POST or None, conference=conference, announcement=row)
    if request.method == "POST" and form.is_valid():
        if acted(form, actions.change_announcement, row, **form.cleaned_data):
            messages.success(request, "Saved.")
            return redirect("sponsors:announcement-edit", conference.slug, pk)
        row = find(conference, pk)
        if is_stale := row.seen != form.cleaned_data["was"]:
            form = AnnouncementForm.over(request.POST, row)
    return show(request, conference, row, form, is_stale=is_stale)


def find(conference, pk):
    row = get_object_or_404(Announcement, pk=pk, conference=conference)
    row.conference = conference
    return row


def show(request, conference, row, form, *, is_stale=False):
    context = {
        "is_stale": is_stale,
        "conference": conference,
        "announcement": row,
        "form": form,
        "may_write": not conference.is_closed,
    }
    if row:
        now = timezone.now()
        told = PressRequest.objects.to_be_told(row, row.embargo_until or now)
        context["text"] = render_markdown(row.text)
        context["press"] = told.count()
        context["ahead"] = told.filter(keeps_embargo=True).count()
        context["has_embargo"] = row.embargo_until is not None and row.embargo_until > now
    return render(request, "sponsors/announcement_edit.html", context)


@require_POST
@staff_page(*TEAM)
def announcement_send(request, conference, pk):
    row = find(conference, pk)
    number = pressed(request, actions.send_announcement, row, was=request.POST.get("was", ""))
    if number is not None:
        people = "1 person" if number == 1 else f"{number} people"
        messages.success(request, f"Sent to {people} of the press.")
    return redirect("sponsors:announcement-edit", conference.slug, pk)


@require_POST
@staff_page(*TEAM)
def announcement_pull(request, conference, pk):
    row = find(conference, pk)
    if pressed(request, actions.pull_announcement, row):
        messages.success(request, "Pulled back: it is on no page. Mails that left cannot be.")
    return redirect("sponsors:announcement-edit", conference.slug, pk)
