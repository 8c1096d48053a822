"""How much of the room for talks is used: “Cloud 12 of 14 slots, 9.5 of 11 hours”."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from .models import Budget, Decision, Talk


@dataclass(frozen=True)
class Use:
    """One track or kind: talks that are accepted, or decided to be, against its budget."""

    name: str
    filter: str  # what the table of talks takes: track=code
    slots: int
    minutes: int
    budget: Budget | None

    @property
    def hours(self) -> str:
        return f"{self.minutes / 60:.1f}".removesuffix(".0")

    @property
    def is_over(self) -> bool:
        if self.budget is None:
            return False
        too_many = self.budget.slots is not None and self.slots > self.budget.slots
        return too_many or (
            self.budget.hours is not None and Decimal(self.minutes) > self.budget.hours * 60
        )

    @property
    def says(self) -> str:
        slots, hours = f"{self.slots}", self.hours
        if self.budget is None:
            return f"{slots} slots, {hours} hours"
        if self.budget.slots is not None:
            slots += f" of {self.budget.slots}"
        if self.budget.hours is not None:
            hours += f" of {self.budget.hours:f}".removesuffix(".0")
        return f"{slots} slots, {hours} hours"


def uses(reach) -> list[Use]:
    """The tracks and kinds that have a budget, as far as the person decides on them."""
    budgets = Budget.objects.filter(conference=reach.conference).select_related("track", "kind")
    if reach.decides is not None:
        budgets = budgets.filter(track__in=reach.decides)
    shown = list(budgets.order_by("track__position", "kind__position", "pk"))
    if not shown:
        return []
    taken = accepted(reach)
    by_track = _sums(taken, "track")
    by_kind = _sums(taken, "kind")
    found = []
    for budget in shown:
        row, sums, name = (
            (budget.track, by_track, "track") if budget.track else (budget.kind, by_kind, "kind")
        )
        slots, minutes = sums.get(row.pk, (0, 0))
        found.append(Use(row.name, f"{name}={row.code}", slots, minutes, budget))
    return found


def accepted(reach):
    """On stage, or going there with the next release; not who will be told no.

    What is decided about one's own talks is counted when it is released: a number tells too.
    """
    conference = reach.conference
    decided = Decision.objects.releasable().filter(talk__conference=conference)
    decided = decided.exclude(talk__in=reach.own)
    yes = list(decided.filter(verdict=Decision.Verdict.ACCEPT).values_list("talk", flat=True))
    rows = Talk.objects.filter(conference=conference)
    return rows.filter(Q(status__in=sorted(Talk.ON_STAGE)) | Q(pk__in=yes))


def _sums(rows, name):
    found = rows.order_by().values_list(name).annotate(n=Count("pk"), sum=Sum("minutes"))
    return {row: (n, int(minutes)) for row, n, minutes in found}
