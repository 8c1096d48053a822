from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.models import Role
from scale.uploads import send_private

from .. import actions, dossier
from ..forms import (
    ContactForm,
    FileForm,
    LogoForm,
    MoveForm,
    NoteForm,
    OrganizationForm,
    SearchForm,
    SignForm,
)
from ..models import (
    Contact,
    Conversation,
    Organization,
    OrganizationFile,
    Sponsorship,
)
from . import READERS, WRITERS, acted, pressed, rights_of

LINES = 50
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
    """The list; the script that searches while one types asks for its rows alone."""
    rights = rights_of(request.user, conference)
    form = SearchForm(request.GET, insider=rights["insider"])
    form.is_valid()  # what cannot be read is said beside its field and narrows nothing
    asked = form.cleaned_data
    rows = narrowed(Organization.objects.listed(conference), conference, asked)
    context = {
        "conference": conference,
        "form": form,
        "page": Paginator(rows, LINES).get_page(request.GET.get("page")),
        "narrowed": any(asked.get(name) for name in ("q", "kind", "tag", "state")),
        "today": conference.today(),
        **rights,
    }
    is_part = request.headers.get("X-Part") == "list"
    name = "_organizations.html" if is_part else "organizations.html"
    response = render(request, f"sponsors/{name}", context)
    response["Vary"] = "X-Part, Cookie"
    return response


def narrowed(rows, conference, asked):
    """What was asked for, in the order that was asked for."""
    if words := asked.get("q"):
        rows = rows.search(words)
    if kind := asked.get("kind"):
        rows = rows.of_kind(kind)
    if tag := asked.get("tag"):
        rows = rows.filter(tags=tag)
    if state := asked.get("state"):
        rows = rows.in_state(conference, state)
    order = asked.get("sort") or "name"
    if order == "newest":
        return rows.order_by("-created_at", "-pk")
    if order == "next":
        return rows.order_by(F("next_on").asc(nulls_last=True), "name", "pk")
    return rows.order_by("name", "pk")


@require_GET
@staff_page(*READERS)
def organization(request, conference, pk):
    row = find(pk)
    if row.pk != pk:  # it became a part of another one
        return redirect("sponsors:organization", conference.slug, row.pk)
    return show(request, conference, row)


def find(pk):
    """The organization, or the one that it became a part of."""
    rows = Organization.objects.select_related("owner")
    if row := rows.filter(pk=pk).first():
        return row
    return get_object_or_404(rows, merged__old_pk=pk)


def show(request, conference, row, **forms):
    """Everything about one organization; `forms` are those that were sent and have errors."""
    rights = rights_of(request.user, conference)
    there, left = dossier.contacts(row)
    part = dossier.Part()
    if rights["insider"]:
        part = dossier.conversations(row, request.GET.get("page"))
    deals = dossier.deals(row, in_money=rights["sees_amounts"])
    insiders = deals if rights["insider"] else []
    lines = dossier.lines(row, [*there, *left], part.entries, insiders)
    context = {
        "conference": conference,
        "organization": row,
        "contacts": there,
        "left": left,
        "part": part,
        "page": part.rows,
        "tags": lines["tag"],
        "other_names": lines["name"],
        "files": lines["file"],
        "talks": lines["talk"],
        "today": conference.today(),
        **deals_by_edition(conference, deals, rights),
        "writes_mail": bool(settings.MAILBOXES) and rights["may_write"],
        **rights,
    }
    if row.is_media:
        context["may_press"] = request.user.has_role(conference, Role.PRESS)
        context["press"] = dossier.press(row, decisions=context["may_press"])
    if rights["may_write"]:
        context["note_form"] = blank_note(request, conference, row, there, part)
    return render(request, "sponsors/organization.html", context | forms)


def blank_note(request, conference, row, contacts, part):
    """Offers the conversations in which the user may write; the newest is chosen."""
    for one in [*part.newest, *part.rows]:
        one.may_write = not one.why_not(request.user)
    mine = [one for one in dict.fromkeys([*part.newest, *part.rows]) if one.may_write]
    going_on = [one.pk for one in mine if one.state != Conversation.State.DONE]
    initial = {"conversation": request.GET.get("conversation", going_on[0] if going_on else "")}
    return note_form(conference, row, contacts, mine, initial=initial)


def deals_by_edition(conference, deals, rights):
    """The deal of this edition with what can be done to it, and those of the others."""
    deals = [deal for deal in deals if rights["insider"] or deal.is_promised]
    deal = next((deal for deal in deals if deal.conference_id == conference.pk), None)
    others = [one for one in deals if one is not deal]
    found = {
        "deal": deal,
        "steps": steps_from(deal) if deal else [],
        "earlier": sorted(others, key=lambda one: one.conference.starts_on, reverse=True),
    }
    bound = getattr(deal, "binding", None)
    if deal and rights["may_deal"]:
        found |= {"contract": bound, "portal": getattr(deal, "portal", None)}
    if deal and Status.SIGNED in Sponsorship.MOVES[deal.status] and not deal.is_signed:
        found["sign_form"] = sign_form(conference, deal, bound)
    return found


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


def sign_form(conference, deal, contract, *args):
    """Asks for the contract where nothing binds the deal yet."""
    action = reverse("sponsors:sign", args=[conference.slug, deal.pk])
    return SignForm(*args, action=action, contract=contract)


def steps_from(deal):
    """[(status, words, asks first)] a button each; signing has a form of its own.

    What takes promises back says first what of them is used.
    """
    return [
        (status, STEP_WORDS.get((deal.status, status)) or STEP_WORDS[status], undoes(deal, status))
        for status in Status
        if status in Sponsorship.MOVES[deal.status]
        and (status != Status.SIGNED or deal.status == Status.PAID)
    ]


def undoes(deal, status):
    """Whether the step ends what the deal promises."""
    kept = status in Sponsorship.SIGNED_STATES or (not deal.is_signed and status != Status.LOST)
    return deal.is_promised and not kept


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def organization_new(request, conference):
    form = OrganizationForm(
        request.POST or None, conference=conference, initial={"owner": request.user}
    )
    if request.method == "POST" and form.is_valid():
        if made := acted(form, actions.add_organization, conference, **form.facts()):
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
        and acted(form, actions.change, conference, row, **form.facts())
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


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def logo_change(request, conference, pk):
    """Another logo, or with `remove` none."""
    row = find(pk)
    if "remove" in request.POST:
        pressed(request, actions.set_logo, conference, row, None)
        return redirect("sponsors:organization", conference.slug, pk)
    form = LogoForm(*sent(request))
    if form.is_valid() and acted(
        form, actions.set_logo, conference, row, form.cleaned_data["logo"]
    ):
        messages.success(request, "The logo is changed.")
        return redirect("sponsors:organization", conference.slug, pk)
    context = {"conference": conference, "organization": row, "form": form, "title": "Logo"}
    return render(request, "sponsors/form.html", context)


def sent(request):
    """What a form takes: nothing as long as it is only looked at."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


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
        and acted(form, actions.save_contact, conference, contact, **form.facts())
    ):
        return redirect("sponsors:organization", conference.slug, contact.organization_id)
    context = {
        "conference": conference,
        "organization": contact.organization,
        "form": form,
        "title": title,
    }
    return render(request, "sponsors/form.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def contact_move(request, conference, pk):
    """They work for another organization now."""
    contact = get_object_or_404(Contact.objects.select_related("organization"), pk=pk)
    initial = {"left_on": conference.today(), "roles": contact.roles}
    form = MoveForm(request.POST or None, contact=contact, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := acted(form, actions.move_contact, conference, contact, **form.facts()))
    ):
        messages.success(request, f"{made} is at {made.organization} now.")
        return redirect("sponsors:organization", conference.slug, made.organization_id)
    context = {
        "conference": conference,
        "organization": contact.organization,
        "form": form,
        "title": f"{contact} moved",
        "names": Organization.objects.order_by("name").values_list("name", flat=True)[:2_000],
    }
    return render(request, "sponsors/contact_move.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(*WRITERS)
def file_new(request, conference, pk):
    row = find(pk)
    form = FileForm(*sent(request))
    if form.is_valid() and acted(
        form, actions.add_file, conference, row, form.cleaned_data["file"], request.user
    ):
        return redirect("sponsors:organization", conference.slug, row.pk)
    context = {"conference": conference, "organization": row, "form": form, "title": "Document"}
    return render(request, "sponsors/form.html", context)


@require_GET
@staff_page(*WRITERS)
def organization_file(request, conference, pk):
    row = get_object_or_404(OrganizationFile, pk=pk)
    if not row.file.storage.exists(row.file.name):
        raise Http404
    return send_private(row.file, row.name)


@require_POST
@staff_page(*WRITERS)
def file_remove(request, conference, pk):
    row = get_object_or_404(OrganizationFile, pk=pk)
    pressed(request, actions.remove_file, conference, row)
    return redirect("sponsors:organization", conference.slug, row.organization_id)
