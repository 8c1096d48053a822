from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.files.base import ContentFile
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from scale.auth import staff_page
from scale.models import AuditEntry, Role
from scale.uploads import clean_picture, send_private

from .. import actions
from ..forms import AssignForm, ExtraForm, ProofForm, ReceiveForm, ReleaseForm, SettleForm
from ..forms.organizations import LOGO_PIXELS
from ..models import Deliverable, Sponsorship, SponsorshipExtra
from ..passes import with_passes
from ..readiness import look
from . import WRITERS, acted, pressed, rights_of
from .deals import find_deal
from .organizations import undoes

Status, Wanted = Deliverable.Status, Deliverable.Wanted
UNDO = {
    Sponsorship.Status.CONTRACT: "Take the signature back",
    Sponsorship.Status.LOST: "The deal is lost",
    "release": "Take the early release back",
}


@require_GET
@staff_page(*WRITERS)
def promises(request, conference, pk):
    return show(request, conference, find_deal(conference, pk))


def show(request, conference, deal, **forms):
    """Everything that one deal promises, and what it has beside its package."""
    rights = rights_of(request.user, conference)
    rows = list(deal.deliverables.select_related("owner", "pass_type").order_by(*ORDER))
    with_passes([deal])
    for row in rows:
        given = sum(len(one.given) for one in deal.passes if one.kind == row.pass_type)
        row.look = look(row, conference.today(), given)
    context = {
        "conference": conference,
        "deal": deal,
        "rows": [row for row in rows if row.taken_back_at is None],
        "left_over": [row for row in rows if row.taken_back_at],
        "extras": deal.extras.select_related("benefit").order_by("pk"),
        "coming": coming(deal) if not deal.is_promised else [],
        "undo": [(name, words) for name, words in UNDO.items() if can_undo(deal, name)],
        **rights,
    }
    if rights["may_deal"] and deal.status != Sponsorship.Status.LOST:
        context["extra_form"] = forms.get("extra_form") or extra_form(conference, deal)
        if not deal.is_promised:
            context["release_form"] = forms.get("release_form") or release_form(conference, deal)
    return render(request, "sponsors/promises.html", context)


ORDER = ("side", "position", "name", "pk")


def coming(deal):
    """[(how many, benefit)] that the package would promise today."""
    rows = deal.package.package_benefits.select_related("benefit")
    return [(row.quantity, row.benefit) for row in rows.order_by("benefit__position", "pk")]


def can_undo(deal, name):
    if name == "release":
        return deal.released_at is not None and not deal.is_signed
    return name in Sponsorship.MOVES[deal.status] and undoes(deal, name)


def extra_form(conference, deal, *args):
    action = reverse("sponsors:extra-add", args=[conference.slug, deal.pk])
    return ExtraForm(*args, conference=conference, action=action)


def release_form(conference, deal, *args):
    return ReleaseForm(*args, action=reverse("sponsors:release", args=[conference.slug, deal.pk]))


@require_POST
@staff_page(Role.SPONSORSHIP)
def release(request, conference, pk):
    deal = find_deal(conference, pk)
    form = release_form(conference, deal, request.POST)
    if form.is_valid() and acted(
        form, actions.release_early, pk, by=request.user, **form.cleaned_data
    ):
        messages.success(request, "Released: the promises are out before the signature.")
        return redirect("sponsors:promises", conference.slug, pk)
    return show(request, conference, deal, release_form=form)


@require_http_methods(["GET", "POST"])
@staff_page(Role.SPONSORSHIP)
def take_back(request, conference, pk):
    """Asks first and says what is used already; then takes every promise back."""
    deal = find_deal(conference, pk)
    to = request.POST.get("to") or request.GET.get("to") or ""
    if to not in UNDO:
        raise BadRequest
    if not can_undo(deal, to):
        messages.error(request, "There is nothing to take back: look at how the deal stands now.")
        return redirect("sponsors:promises", conference.slug, pk)
    if to == Sponsorship.Status.LOST:  # asks why as well
        return redirect("sponsors:lost", conference.slug, pk)
    if request.method == "POST":
        if to == "release":
            done = pressed(request, actions.take_release_back, pk)
        else:
            done = pressed(request, actions.move_sponsorship, pk, to)
        if done:
            say_what_was_used(request, done)
        return redirect("sponsors:promises", conference.slug, pk)
    standing = deal.deliverables.filter(taken_back_at=None)
    context = {
        **{"conference": conference, "deal": deal, "to": to, "words": UNDO[to]},
        **{"used": actions.used_of(deal), "number": standing.count()},
    }
    return render(request, "sponsors/take_back.html", context)


def say_what_was_used(request, deal):
    messages.success(request, "The promises are taken back.")
    for words in deal.told:
        messages.warning(request, f"Used already, and still there: {words}.")


@require_POST
@staff_page(Role.SPONSORSHIP)
def extra_add(request, conference, pk):
    deal = find_deal(conference, pk)
    form = extra_form(conference, deal, request.POST)
    if form.is_valid() and acted(form, actions.add_extra, pk, **form.cleaned_data):
        return redirect("sponsors:promises", conference.slug, pk)
    return show(request, conference, deal, extra_form=form)


@require_POST
@staff_page(Role.SPONSORSHIP)
def extra_remove(request, conference, pk):
    extra = get_object_or_404(SponsorshipExtra, pk=pk, deal__conference=conference)
    pressed(request, actions.remove_extra, pk)
    return redirect("sponsors:promises", conference.slug, extra.deal_id)


# --- one promise -------------------------------------------------------------------------------


def find_one(conference, pk):
    rows = Deliverable.objects.select_related(
        *("deal__organization", "deal__package", "owner", "pass_type", "benefit")
    )
    return get_object_or_404(rows, pk=pk, deal__conference=conference)


@require_GET
@staff_page(*WRITERS)
def deliverable(request, conference, pk):
    return show_one(request, conference, find_one(conference, pk))


def history_of(row):
    """[(audit entry, what was changed in words)], the latest first."""
    found = []
    for entry in AuditEntry.objects.of_rows([row])[:20]:
        changes = entry.changes_display_dict
        for moment in ("arrived at", "done at"):
            changes.pop(moment, None)
        if entry.action == AuditEntry.Action.CREATE:
            found.append((entry, ["promised"]))
        elif changes:
            found.append(
                (entry, [f"{name}: {old} → {new}" for name, (old, new) in changes.items()])
            )
    return found


def show_one(request, conference, row, **forms):
    rights = rights_of(request.user, conference)
    with_passes([row.deal])
    lines = [one for one in row.deal.passes if one.kind == row.pass_type]
    row.look = look(row, conference.today(), sum(len(one.given) for one in lines))
    stands = row.taken_back_at is None and row.deal.is_promised
    context = {
        "conference": conference,
        "row": row,
        "passes": lines,
        "talks": row.talks.order_by("pk"),
        "reminded": row.reminded.all(),
        "history": history_of(row),
        "may_act": stands and rights["may_deal"],
        "is_logo": row.kind == Deliverable.Kind.LOGO and row.file.name.endswith(".png"),
        "sees_talks": request.user.has_role(conference, Role.PROGRAM),
        **rights,
    }
    if context["may_act"]:
        context["assign_form"] = assign_form(conference, row)
        if row.side == Deliverable.Side.US and row.status != Status.WAIVED:
            context["proof_form"] = proof_form(conference, row)
        if row.wanted and row.status in (Status.OPEN, Status.ARRIVED):
            context["receive_form"] = receive_form(conference, row)
    return render(request, "sponsors/deliverable.html", context | forms)


def assign_form(conference, row, *args):
    action = reverse("sponsors:deliverable-assign", args=[conference.slug, row.pk])
    return AssignForm(*args, instance=row, conference=conference, action=action)


def proof_form(conference, row, *args):
    action = reverse("sponsors:deliverable-prove", args=[conference.slug, row.pk])
    return ProofForm(*args, instance=row, action=action)


def receive_form(conference, row, *args):
    action = reverse("sponsors:deliverable-receive", args=[conference.slug, row.pk])
    label = "Put this in its place" if row.status == Status.ARRIVED else "It has arrived"
    return ReceiveForm(*args, wanted=row, action=action, label=label)


def back(conference, row):
    return redirect("sponsors:deliverable", conference.slug, row.pk)


@require_POST
@staff_page(Role.SPONSORSHIP)
def deliverable_assign(request, conference, pk):
    row = find_one(conference, pk)
    form = assign_form(conference, row, request.POST)
    if form.is_valid() and acted(form, actions.assign, pk, **form.cleaned_data):
        return back(conference, row)
    return show_one(request, conference, row, assign_form=form)


@require_POST
@staff_page(Role.SPONSORSHIP)
def deliverable_receive(request, conference, pk):
    """On behalf of the sponsor, with the same checks."""
    row = find_one(conference, pk)
    form = receive_form(conference, row, request.POST, request.FILES)
    if form.is_valid() and acted(form, actions.receive, pk, by=request.user, **form.cleaned_data):
        messages.success(request, f"“{row}” has arrived.")
        return back(conference, row)
    return show_one(request, conference, row, receive_form=form)


@require_POST
@staff_page(Role.SPONSORSHIP)
def deliverable_prove(request, conference, pk):
    row = find_one(conference, pk)
    form = proof_form(conference, find_one(conference, pk), request.POST, request.FILES)
    if form.is_valid() and acted(form, actions.prove, pk, **form.said()):
        messages.success(request, "Saved: it stands in their report.")
        return back(conference, row)
    return show_one(request, conference, row, proof_form=form)


@require_GET
@staff_page(*WRITERS)
def deliverable_proof(request, conference, pk):
    return send_proof(find_one(conference, pk))


def send_proof(row):
    if not row.proof_file or not row.proof_file.storage.exists(row.proof_file.name):
        raise Http404
    return send_private(row.proof_file, row.proof_name)


@require_POST
@staff_page(Role.SPONSORSHIP)
def deliverable_settle(request, conference, pk):
    row = find_one(conference, pk)
    form = SettleForm(request.POST)
    if "again" in request.POST:
        pressed(request, actions.send_again, pk)
        return back(conference, row)
    if form.is_valid() and acted(
        form, actions.settle, pk, form.cleaned_data["status"], why=form.cleaned_data["why"]
    ):
        return back(conference, row)
    if "status" in form.errors:
        raise BadRequest
    return show_one(request, conference, row, settle_form=form)


@require_POST
@staff_page(Role.SPONSORSHIP)
def deliverable_logo(request, conference, pk):
    """The logo that they sent goes up on every public page."""
    row = find_one(conference, pk)
    if row.kind != Deliverable.Kind.LOGO or not row.file.name.endswith(".png"):
        messages.error(request, "Only a logo that came as PNG can go up here.")
        return back(conference, row)
    try:
        with row.file.open("rb") as file:
            sent = ContentFile(file.read(), name="logo.png")
        picture = clean_picture(sent, size=LOGO_PIXELS)
    except (FileNotFoundError, ValidationError):
        messages.error(request, "The file cannot be read any more: ask them once again.")
        return back(conference, row)
    if pressed(request, actions.set_logo, conference, row.deal.organization, picture):
        messages.success(request, "The logo is up.")
    return back(conference, row)


@require_GET
@staff_page(*WRITERS)
def deliverable_file(request, conference, pk):
    row = find_one(conference, pk)
    if not row.file or not row.file.storage.exists(row.file.name):
        raise Http404
    return send_private(row.file, row.file_name)
