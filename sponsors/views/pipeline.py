"""The board of deals: a column for each step, a card for each deal."""

from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from scale.auth import staff_page
from scale.models import Role, User

from ..forms import BoardForm
from ..models import Package, Sponsorship
from . import WRITERS, rights_of
from .organizations import undoes

Status = Sponsorship.Status
ANY = 2**62  # stands for the number of a deal in what is drawn once for many


@require_GET
@staff_page(*WRITERS, Role.FINANCE)
def pipeline(request, conference):
    return render(request, "sponsors/pipeline.html", board(request, conference))


def board(request, conference):
    """All that the page shows: the cards in their columns, and the sums of all deals."""
    packages = list(Package.objects.filter(conference=conference))
    owners = User.objects.filter(sponsorships__conference=conference).distinct()
    form = BoardForm(request.GET, packages=packages, owners=owners.order_by("name", "email"))
    rights = rights_of(request.user, conference)
    rows = sums(conference, rights["sees_amounts"])
    signed = [row for row in rows if row["status"] in Sponsorship.SIGNED_STATES]
    cards = list(form.narrow(Sponsorship.objects.cards(conference)))
    if rights["may_deal"]:
        with_goals(cards, conference)
    return {
        "conference": conference,
        "form": form,
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "columns": columns(cards),
        "rows": rows,
        "number": sum(row["number"] for row in rows),
        "signed_number": sum(row["number"] for row in signed),
        "signed_sum": sum(row["sum"] for row in signed),
        "packages": packages,
        "today": conference.today(),
        **rights,
    }


def sums(conference, in_money):
    """A line a status, with the width of its bar: by money for who sees it, else by number."""
    figures = Sponsorship.objects.by_status(conference)
    rows = []
    for status in Status:
        number, total, in_kind = figures[status]
        worth = total + in_kind if in_money else number
        rows.append(
            {"status": status, "number": number, "sum": total, "kind": in_kind, "worth": worth}
        )
    most = max(row["worth"] for row in rows) or 1
    for row in rows:
        row["bar"] = round(100 * row["worth"] / most)
    return rows


def with_goals(cards, conference):
    """The buttons of each: drawn for every card they took half of the page's time."""
    drawn = {}
    for deal in cards:
        goals = [
            (goal, undoes(deal, goal)) for goal in Status if goal in Sponsorship.MOVES[deal.status]
        ]
        kind = (deal.status, *goals)
        if kind not in drawn:
            context = {"conference": conference, "status": deal.status, "goals": goals, "pk": ANY}
            drawn[kind] = render_to_string("sponsors/_goals.html", context)
        buttons = drawn[kind].replace(str(ANY), str(deal.pk))
        deal.goals = mark_safe(buttons)  # our own template, and a number  # nosec B308 B703


def columns(cards):
    now = timezone.now()
    found = {status: [] for status in Status}
    for deal in cards:
        deal.days = (now - deal.moved_at).days
        found[deal.status].append(deal)
    return [
        {
            "status": status,
            "cards": cards,
            "sum": sum(deal.amount for deal in cards),
            "kind": sum(deal.in_kind_value for deal in cards),
        }
        for status, cards in found.items()
    ]
