"""Joining two rows that are one: first what would happen, then it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from scale.auth import staff_page

from .. import actions, upkeep
from ..actions import merging
from ..models import Contact, Organization
from . import WRITERS, pressed, rights_of

FOUND = 20


@require_GET
@staff_page(*WRITERS)
def merge_with(request, conference, pk):
    """Which other one is it? What is like it stands first."""
    row = get_object_or_404(Organization, pk=pk)
    typed = request.GET.get("q", "")[:100].strip().replace("\x00", "")
    found = []
    if typed:
        found = Organization.objects.search(typed).exclude(pk=pk).order_by("name", "pk")[:FOUND]
    context = {
        "conference": conference,
        "organization": row,
        "typed": typed,
        "found": found,
        "likely": upkeep.like(row),
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/merge_with.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def merge(request, conference, pk, other):
    """`pk` stays, `other` goes."""
    rows = Organization.objects.select_related("owner").in_bulk([pk, other])
    if request.method == "POST":
        taken = chosen(request, merging.FACTS)
        if made := pressed(
            *(request, actions.merge_organizations, conference, pk, other, request.user),
            taken=taken,
        ):
            messages.success(request, f"Everything is on the page of {made} now.")
            return redirect("sponsors:organization", conference.slug, made.pk)
    if len(rows) < 2:
        raise Http404
    found = merging.preview_organizations(rows[pk], rows[other])
    return preview(request, conference, found, rows[pk], "sponsors:merge")


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def contact_merge(request, conference, pk, other):
    rows = Contact.objects.select_related("organization").in_bulk([pk, other])
    if len(rows) < 2:
        raise Http404
    if request.method == "POST":
        taken = chosen(request, merging.PERSON)
        if made := pressed(
            request, actions.merge_contacts, conference, pk, other, request.user, taken=taken
        ):
            messages.success(request, f"{made} has one row now.")
            return redirect("sponsors:organization", conference.slug, made.organization_id)
    found = merging.preview_contacts(rows[pk], rows[other])
    return preview(request, conference, found, rows[pk].organization, "sponsors:contact-merge")


def chosen(request, names):
    return [name for name in names if request.POST.get(name) == "other"]


def preview(request, conference, found, organization, url_name):
    context = {
        "conference": conference,
        "organization": organization,
        "preview": found,
        "url_name": url_name,
        **rights_of(request.user, conference),
    }
    return render(request, "sponsors/merge.html", context)
