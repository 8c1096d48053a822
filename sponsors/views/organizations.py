from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Prefetch, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registration.models import Ticket
from scale.auth import staff_page
from scale.uploads import send_private

from .. import actions
from ..forms import (
    ContactForm,
    LogoForm,
    NoteForm,
    OrganizationForm,
    PassForm,
    SearchForm,
    SignForm,
)
from ..models import Contact, Conversation, FollowUp, Note, Organization, Sponsorship
from . import READERS, WRITERS, acted, pressed, rights_of

LINES = 50
CONVERSATIONS = 15
Status = Sponsorship.Status
STEP_WORDS = {
    Status.LEAD: "Back to lead",
    Status.ASKED: "We asked them",
    Status.INTERESTED: "They are interested",
    Status.CONTRACT: "Contract sent",
    Status.PAID: "They paid",
    Status.LOST: "Lost",
    (Status.SIGNED, Status.CONTRACT): "Take the signature back",
    (Status.PAID, Status.SIGNED): "Not paid after all",
    (Status.LOST, Status.LEAD): "Try again",
}


@require_GET
@staff_page(*READERS)
def organizations(request, conference):
    rights = rights_of(request.user, conference)
    form = SearchForm(request.GET, insider=rights["insider"])
    form.is_valid()  # what cannot be read is said beside its field and narrows nothing
    asked = form.cleaned_data
    rows = Organization.objects.listed(conference)
    if words := asked.get("q"):
        rows = rows.search(words)
    if state := asked.get("state"):
        rows = rows.in_state(conference, state)
    order = asked.get("sort") or "name"
    if order == "newest":
        rows = rows.order_by("-created_at", "-pk")
    elif order == "next":
        rows = rows.order_by(F("next_on").asc(nulls_last=True), "name", "pk")
    else:
        rows = rows.order_by("name", "pk")
    context = {
        "conference": conference,
        "form": form,
        "page": Paginator(rows, LINES).get_page(request.GET.get("page")),
        "narrowed": bool(asked.get("q") or asked.get("state")),
        "today": conference.today(),
        **rights,
    }
    return render(request, "sponsors/organizations.html", context)


@require_GET
@staff_page(*READERS)
def organization(request, conference, pk):
    return show(request, conference, find(pk))


def find(pk):
    return get_object_or_404(Organization.objects.select_related("owner"), pk=pk)


def show(request, conference, row, **forms):
    """Everything about one organization; `forms` are those that were sent and have errors."""
    rights = rights_of(request.user, conference)
    contacts = list(row.contacts.first_to_call())
    conversations = list(row.conversations.latest_first().select_related("owner", "conference"))
    if not rights["insider"]:
        conversations = []
    page = Paginator(conversations, CONVERSATIONS).get_page(request.GET.get("page"))
    with_what_was_said(page)
    mine = []
    for one in conversations:
        one.may_write = rights["may_write"] and not one.why_not(request.user)
        mine += [one] if one.may_write else []
    deals = list(row.sponsorships.live_first().select_related("conference"))
    if not rights["insider"]:
        deals = [deal for deal in deals if deal.is_signed]
    deal = next((deal for deal in deals if deal.conference_id == conference.pk), None)
    if rights["insider"]:
        with_passes([one for one in deals if one.conference_id == conference.pk])
    context = {
        "conference": conference,
        "organization": row,
        "contacts": contacts,
        "page": page,
        "deal": deal,
        "steps": steps_from(deal) if deal else [],
        "earlier": sorted(
            (one for one in deals if one is not deal),
            key=lambda one: one.conference.starts_on,
            reverse=True,
        ),
        "today": conference.today(),
        **rights,
    }
    if rights["may_write"]:
        going_on = [one.pk for one in mine if one.state != Conversation.State.DONE]
        latest = going_on[0] if going_on else ""
        initial = {"conversation": request.GET.get("conversation", latest)}
        context["note_form"] = note_form(conference, row, contacts, mine, initial=initial)
        context["logo_form"] = logo_form(conference, row)
    if deal and Status.SIGNED in Sponsorship.MOVES[deal.status] and not deal.is_signed:
        context["sign_form"] = sign_form(conference, deal)
    if deal and deal.is_signed and deal.package.passes:
        context["pass_form"] = pass_form(conference, deal)
    return render(request, "sponsors/organization.html", context | forms)


def note_form(conference, row, contacts, conversations, *args, **kwargs):
    action = reverse("sponsors:note-new", args=[conference.slug, row.pk])
    return NoteForm(
        *args,
        action=action,
        conference=conference,
        contacts=contacts,
        conversations=conversations,
        **kwargs,
    )


def logo_form(conference, row, *args):
    return LogoForm(*args, action=reverse("sponsors:logo-change", args=[conference.slug, row.pk]))


def sign_form(conference, deal, *args):
    return SignForm(*args, action=reverse("sponsors:sign", args=[conference.slug, deal.pk]))


def pass_form(conference, deal, *args):
    return PassForm(*args, action=reverse("sponsors:give-pass", args=[conference.slug, deal.pk]))


def with_passes(deals):
    """The tickets that are out for each of these deals of one edition, in one statement."""
    by_source = {deal.source: deal for deal in deals}
    for deal in deals:
        deal.given = []
    tickets = Ticket.objects.live().filter(allowance__source__in=by_source)
    for ticket in tickets.select_related("allowance").order_by("attendee_name", "pk"):
        by_source[ticket.allowance.source].given.append(ticket)


def with_what_was_said(page):
    """Notes and open follow-ups of the conversations on the page, in two statements."""
    steps = FollowUp.objects.filter(done_at=None).select_related("owner")
    prefetch_related_objects(
        page.object_list,
        Prefetch("notes", Note.objects.select_related("author", "contact")),
        Prefetch("follow_ups", steps, to_attr="open_steps"),
    )


def steps_from(deal):
    """[(status, words)] a button each; signing has a form of its own."""
    return [
        (status, STEP_WORDS.get((deal.status, status)) or STEP_WORDS[status])
        for status in Status
        if status in Sponsorship.MOVES[deal.status]
        and (status != Status.SIGNED or deal.status == Status.PAID)
    ]


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def organization_new(request, conference):
    form = OrganizationForm(
        request.POST or None, conference=conference, initial={"owner": request.user}
    )
    if request.method == "POST" and form.is_valid():
        if made := acted(form, actions.add_organization, conference, **form.cleaned_data):
            return redirect("sponsors:organization", conference.slug, made.pk)
        form.offer_same_name()
    context = {"conference": conference, "form": form, "title": "New organization"}
    return render(request, "sponsors/form.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def organization_edit(request, conference, pk):
    row = find(pk)
    form = OrganizationForm(request.POST or None, instance=row, conference=conference)
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, actions.change, conference, row, **form.cleaned_data)
    ):
        messages.success(request, "Saved.")
        return redirect("sponsors:organization", conference.slug, pk)
    context = {"conference": conference, "organization": row, "form": form, "title": "Facts"}
    return render(request, "sponsors/form.html", context)


@require_GET
@staff_page(*READERS)
def organization_logo(request, conference, pk):
    """The logo for staff, whether or not it is public yet."""
    row = find(pk)
    if not row.logo or not row.logo.storage.exists(row.logo.name):
        raise Http404
    return send_private(row.logo, "logo.png")


@require_POST
@staff_page(*WRITERS)
def logo_change(request, conference, pk):
    """Another logo, or with `remove` none."""
    row = find(pk)
    if "remove" in request.POST:
        pressed(request, actions.set_logo, conference, row, None)
        return redirect("sponsors:organization", conference.slug, pk)
    form = logo_form(conference, row, request.POST, request.FILES)
    if form.is_valid() and acted(
        form, actions.set_logo, conference, row, form.cleaned_data["logo"]
    ):
        messages.success(request, "The logo is changed.")
        return redirect("sponsors:organization", conference.slug, pk)
    return show(request, conference, row, logo_form=form)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def contact_new(request, conference, pk):
    row = find(pk)
    return edit_contact(request, conference, Contact(organization=row), "New contact")


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def contact_edit(request, conference, pk):
    contact = get_object_or_404(Contact.objects.select_related("organization"), pk=pk)
    return edit_contact(request, conference, contact, "Contact")


def edit_contact(request, conference, contact, title):
    form = ContactForm(request.POST or None, instance=contact)
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, actions.save_contact, conference, contact, **form.cleaned_data)
    ):
        return redirect("sponsors:organization", conference.slug, contact.organization_id)
    context = {
        "conference": conference,
        "organization": contact.organization,
        "form": form,
        "title": title,
    }
    return render(request, "sponsors/form.html", context)
