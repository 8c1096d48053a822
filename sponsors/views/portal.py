"""A sponsor's own page, behind its secret link: what we need, what they have, who they are."""

import functools

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.utils import flatatt
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from registration import bindings
from scale import throttle
from scale.accounts import too_many
from scale.auth import staff_page
from scale.codes import secret_matches
from scale.models import Role
from scale.uploads import send_private

from .. import actions
from ..forms import (
    AcceptForm,
    HolderForm,
    PassForm,
    PeopleForm,
    ReachForm,
    ReceiveForm,
    WantedForm,
)
from ..models import Benefit, ContractTerms, Deliverable, Portal, Sponsorship
from ..passes import codes_of, with_passes
from . import acted, pressed
from .promises import send_proof

Status = Sponsorship.Status


def portal_page(view):
    """For views at the link: the Portal in place of edition, code and secret.

    A wrong secret is told like a wrong code and like a revoked link; only wrong ones are
    counted, and everything that is sent. The edition need not be public yet.
    """

    @functools.wraps(view)
    def guarded(request, slug, code, secret, **kwargs):
        found = Portal.objects.live().select_related(
            "deal__organization", "deal__package", "deal__conference", "deal__owner"
        )
        portal = found.filter(code=code, deal__conference__slug=slug).first()
        matches = secret_matches("portal", portal.nonce if portal else "", secret)
        try:
            if portal is None or not matches:
                throttle.hit("portal link", throttle.client(request), limit=30, seconds=900)
                raise Http404
            if request.method == "POST":
                throttle.hit("portal", portal.code, limit=200, seconds=3600)
        except throttle.Throttled as error:
            return too_many(request, error)
        return view(request, portal, **kwargs)

    return guarded


@require_GET
@portal_page
def portal(request, portal):
    if not portal.seen_at:
        Portal.objects.filter(pk=portal.pk).update(seen_at=timezone.now())
    return show(request, portal)


def show(request, portal, **forms):
    """The whole page, with the form that was refused in place of a fresh one."""
    deal = portal.deal
    conference = deal.conference
    with_passes([deal])
    printed = bindings.printed(deal.given) if deal.given else set()
    codes = codes_of(deal)
    context = {
        "conference": conference,
        "portal": portal,
        "deal": deal,
        "organization": deal.organization,
        "is_open": not conference.is_closed and deal.status != Status.LOST,
        "today": conference.today(),
        "contract": deal.contracts.live().select_related("terms").first(),
        **promises_of(portal, forms),
        "pass_lines": [
            pass_line(portal, line, printed, forms) | {"code": codes.get(line.kind.pk)}
            for line in deal.passes
        ],
        "extras": list(deal.extras.select_related("benefit").order_by("pk")),
        "booths": list(deal.booths.select_related("plan").order_by("number")),
        "invoices": invoices_of(deal),
        "contacts": [
            (one, forms.get(f"contact {one.pk}") or reach_form(portal, one))
            for one in deal.organization.contacts.present().first_to_call()
        ],
    }
    context["offered"] = offered(deal, context["extras"])
    context["extra_form"] = forms.get("extra")
    terms = ContractTerms.objects.of(conference)
    if terms and not context["contract"] and context["is_open"] and not deal.is_signed:
        context["terms"] = terms
        context["accept_form"] = forms.get("accept") or AcceptForm(
            action=portal.url("portal-accept"), initial={"number": terms.number}
        )
    return render(request, "sponsors/portal.html", context)


def invoices_of(deal):
    """Invoices and credit notes that were issued, each with how it stands today."""
    papers = deal.invoices.filter(number__isnull=False).with_sums().order_by("number")
    found = list(papers.select_related("sponsorship__conference"))
    for paper in found:
        paper.is_now = paper.state(deal.conference.today())
    return found


def promises_of(portal, forms):
    """What they send, each with its form, and what we do for them."""
    deal = portal.deal
    rows = list(Deliverable.objects.standing().filter(deal=deal).order_by("due_on", "position"))
    owed = []
    for row in rows:
        row.deal = deal
        row.is_late = row.late(deal.conference.today())
        if row.side == Deliverable.Side.THEM:
            takes = row.wanted and row.status in ("open", "arrived")
            owed.append((row, forms.get(f"send {row.pk}") or send_form(portal, row, takes)))
    return {"owed": owed, "ours": [row for row in rows if row.side == Deliverable.Side.US]}


def send_form(portal, row, takes=True, *args):
    if not takes:
        return None
    form = ReceiveForm(
        *args, wanted=row, action=portal.url("portal-send", row.pk), auto_id=f"send_{row.pk}_%s"
    )
    button = form.helper.inputs[0]
    button.id = f"send-{row.pk}"
    button.value = "Send it" if row.status == "open" else "Send it anew"
    button.flat_attrs = flatatt({"aria-label": f"{button.value}: {row.name}"})  # one of several
    return form


def pass_line(portal, line, printed, forms):
    """One kind of pass: who has one, who may be replaced, and the forms for more."""
    key = line.kind.pk
    holders = []
    for ticket in line.given:
        bought = ticket.order_id and not ticket.pass_code
        stays = bought or ticket.pk in printed or not ticket.attendee_name
        holders.append((ticket, None if stays else replace_form(portal, ticket, forms)))
    return {
        "line": line,
        "holders": holders,
        "one": forms.get(f"one {key}") or one_form(portal, line.kind),
        "many": forms.get(f"many {key}") or many_form(portal, line),
    }


def replace_form(portal, ticket, forms):
    action = portal.url("portal-replace", ticket.code)
    return forms.get(f"replace {ticket.pk}") or HolderForm(action=action, key=ticket.pk)


def one_form(portal, kind, *args):
    action = portal.url("portal-pass", kind.pk)
    form = PassForm(*args, action=action, kinds=[kind], auto_id=f"pass_{kind.pk}_%s")
    form.helper.inputs[0].id = f"pass-{kind.pk}"
    form.helper.inputs[0].value = "Send this person a pass"
    return form


def many_form(portal, line, *args):
    action = portal.url("portal-passes", line.kind.pk)
    return PeopleForm(*args, action=action, key=line.kind.pk, left=line.left)


def reach_form(portal, contact, *args):
    action = portal.url("portal-contact", contact.pk)
    return ReachForm(*args, instance=contact, action=action)


def offered(deal, extras):
    """What they can add once it is signed, with the price; not what they have or is all taken."""
    if not deal.is_promised:
        return []
    had = {row.benefit_id for row in extras}
    rows = Benefit.objects.extras(deal.conference)
    return [one for one in rows if one.pk not in had and one.left != 0]


# --- acts: each is written down as done by the sponsor -----------------------------------------


@require_POST
@portal_page
def accept(request, portal):
    form = AcceptForm(request.POST, action=portal.url("portal-accept"))
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("number", "name", "title", "email")}
        if contract := acted(form, actions.accept_terms, portal.deal_id, **said):
            actions.tell(portal.deal, f"accepted {contract.terms}")
            actions.tell_owner(portal.deal, "they accepted the terms", f"contract:{contract.pk}")
            messages.success(request, "Thank you. We sign it and you are on the public pages.")
            return redirect(portal)
    return show(request, portal, accept=form)


@require_POST
@portal_page
def send(request, portal, pk):
    row = own_promise(portal, pk)
    form = send_form(portal, row, True, request.POST, request.FILES)
    if form.is_valid() and acted(form, actions.receive, pk, **form.cleaned_data):
        actions.tell(portal.deal, f"sent promise {pk}")
        messages.success(request, f"“{row}” has arrived. Thank you.")
        return redirect(portal)
    return show(request, portal, **{f"send {pk}": form})


@require_GET
@portal_page
def sent(request, portal, pk):
    """What they sent, as a download."""
    row = own_promise(portal, pk)
    if not row.file or not row.file.storage.exists(row.file.name):
        raise Http404
    return send_private(row.file, row.file_name)


@require_GET
@portal_page
def proof(request, portal, pk):
    """What shows them that we kept a promise."""
    rows = Deliverable.objects.standing().filter(deal=portal.deal)
    return send_proof(get_object_or_404(rows, pk=pk))


def own_promise(portal, pk):
    rows = Deliverable.objects.filter(
        deal=portal.deal, side=Deliverable.Side.THEM, taken_back_at=None
    )
    return get_object_or_404(rows, pk=pk)


@require_POST
@portal_page
def extra(request, portal):
    form = WantedForm(request.POST, conference=portal.deal.conference)
    if not portal.deal.is_promised:
        form.add_error(None, "Extras can be added once the deal is signed.")
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("benefit", "quantity")}
        if row := acted(form, actions.add_extra, portal.deal_id, **said):
            actions.tell(portal.deal, f"added {row}")
            actions.tell_owner(portal.deal, f"they added {row}", f"extra:{row.pk}")
            messages.success(request, f"{row} is yours. It comes on the next invoice.")
            return redirect(portal)
    return show(request, portal, extra=form)


@require_POST
@portal_page
def contact(request, portal, pk):
    row = get_object_or_404(portal.deal.organization.contacts, pk=pk)
    form = reach_form(portal, row, request.POST)
    if form.is_valid():
        fresh = portal.deal.organization.contacts.get(pk=pk)
        if acted(form, actions.correct_contact, portal.deal, fresh, **form.cleaned_data):
            messages.success(request, f"We reach {row.name} there from now on.")
            return redirect(portal)
    return show(request, portal, **{f"contact {pk}": form})


# --- the ways in: one's account, and what staff do about the link ------------------------------


@require_GET
@login_required
def my_portals(request):
    """The pages of those organizations whose contact the signed-in person is."""
    return render(
        request, "sponsors/my_portals.html", {"portals": Portal.objects.open_to(request.user)}
    )


@require_POST
@staff_page(Role.SPONSORSHIP)
def portal_act(request, conference, pk):
    """Make the page or a new link, send the link, or close the page."""
    deal = get_object_or_404(Sponsorship, pk=pk, conference=conference)
    act = request.POST.get("act")
    if act == "open" and pressed(request, actions.open_portal, pk, by=request.user):
        messages.success(request, "The link is new. Send it, or give it to them yourself.")
    elif act == "send" and (told := pressed(request, actions.send_portal, pk)):
        messages.success(request, f"On its way to {', '.join(told)}.")
    elif act == "revoke" and actions.revoke_portal(pk):
        messages.success(request, "The link opens nothing any more.")
    path = reverse("sponsors:organization", args=[conference.slug, deal.organization_id])
    return redirect(f"{path}#portal")
