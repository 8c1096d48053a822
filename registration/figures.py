"""The numbers of a sale: by type and day, codes, extras, answers, what was left in carts."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncHour
from django.utils import timezone

from scale import money
from scale.models import Conference

from .models import (
    FEW_LEFT,
    AddOn,
    Answer,
    Order,
    OrderLine,
    PromoCode,
    Question,
    Quota,
    TicketType,
    WaitlistEntry,
)

DAY = dt.timedelta(days=1)


@dataclass
class Curve:
    """What was sold up to each day: days before the first day (negative) → running total."""

    conference: Conference
    tickets: dict[int, int] = field(default_factory=dict)
    revenue: dict[int, Decimal] = field(default_factory=dict)

    def at(self, day: int) -> tuple[int, Decimal]:
        """Tickets and money up to that distance from day one."""
        known = [d for d in self.tickets if d <= day]
        if not known:
            return 0, money.ZERO
        return self.tickets[max(known)], self.revenue[max(known)]


def curve(conference: Conference) -> Curve:
    """Paid lines of tickets and extras by the day they were paid, in the edition's zone."""
    lines = OrderLine.objects.filter(
        order__conference=conference, order__paid_at__isnull=False
    ).exclude(status=OrderLine.Status.LAPSED)
    # By hours of UTC: the database need not know of zones, and a year has few of them. In a
    # zone of half hours a sale in the first half hour of a day counts for the day before.
    hours = (
        lines.annotate(hour=TruncHour("order__paid_at", tzinfo=dt.UTC))
        .order_by("hour")
        .values("hour")
        .annotate(sum=Sum("price"), n=Count("pk", filter=~Q(ticket_type=None) & Q(credits=None)))
        .values_list("hour", "n", "sum")
    )
    per_day: Counter[int] = Counter()
    earned: dict[int, Decimal] = {}
    for hour, n, amount in hours:
        day = (hour.astimezone(conference.zone).date() - conference.starts_on).days
        per_day[day] += n
        earned[day] = earned.get(day, money.ZERO) + amount
    made, tickets, revenue = Curve(conference), 0, money.ZERO
    for day in sorted(per_day):
        tickets, revenue = tickets + per_day[day], revenue + earned[day]
        made.tickets[day], made.revenue[day] = tickets, revenue
    return made


def edition_before(conference: Conference) -> Conference | None:
    """The edition of the same series that came last before this one."""
    earlier = Conference.objects.filter(
        series=conference.series, starts_on__lt=conference.starts_on
    )
    return earlier.order_by("-starts_on").first()


def distance(conference: Conference) -> int:
    """Today's distance from day one: −30 is a month before, never past the last day."""
    return (
        min(conference.today(), conference.ends_on).toordinal() - conference.starts_on.toordinal()
    )


@dataclass(frozen=True)
class Line:
    """One drawn line: points in a box of 1000 × 300, and the last value."""

    name: str
    points: str
    last: Decimal | int


@dataclass(frozen=True)
class Chart:
    lines: list[Line]
    top: Decimal | int
    first_day: int
    last_day: int

    @property
    def days_before(self) -> int:
        return -self.first_day

    @property
    def days_left(self) -> int:
        return -self.last_day


def chart(curves: list[Curve], what: str, until: int) -> Chart | None:
    """Running totals of several editions over the days before day one; None without sales."""
    days = [day for one in curves for day in one.tickets]
    if not days:
        return None
    first = min(days) - 1
    last = max(max(days), until, first + 1)
    top = max(max(getattr(one, what).values(), default=0) for one in curves) or 1
    lines = []
    for one in curves:
        steps = sorted(getattr(one, what).items())
        if not steps:
            continue
        end = until if one is curves[0] else max(day for day, _ in steps)
        corners = [(first, 0), *steps, (max(end, steps[-1][0]), steps[-1][1])]
        across, up = 1000 / (last - first), 290 / float(top)
        points = " ".join(
            f"{(day - first) * across:.1f},{300 - float(value) * up:.1f}" for day, value in corners
        )
        lines.append(Line(one.conference.name, points, steps[-1][1]))
    return Chart(lines, top, first, last)


@dataclass(frozen=True)
class Bar:
    name: str
    n: int
    of: int
    note: str = ""

    @property
    def width(self) -> float:
        """Hundredths of the longest bar."""
        return 100 * self.n / self.of if self.of else 0


def bars(counted: list[tuple[str, int, str]]) -> list[Bar]:
    top = max((n for _, n, _ in counted), default=0)
    return [Bar(name, n, top, note) for name, n, note in counted]


def extras(conference: Conference) -> dict[str, list[Bar]]:
    """Heading (the choice, or the kind) → how many of each were sold."""
    live = Q(lines__status="live", lines__credits=None, lines__order__status="paid")
    rows = AddOn.objects.filter(conference=conference).prefetch_related("quotas")
    groups: dict[str, list] = {}
    for one in rows.annotate(sold=Count("lines", filter=live)):
        left = one.left()
        note = "" if left is None else f"{left} left"
        heading = one.choice or one.get_kind_display().capitalize()
        groups.setdefault(heading, []).append((one.name, one.sold, note))
    return {heading: bars(counted) for heading, counted in groups.items()}


def answers(conference: Conference) -> list[tuple[Question, int, list[Bar]]]:
    """Each question with how many answered, and a bar for each choice; texts are not counted."""
    rows = Answer.objects.filter(question__conference=conference, ticket__status="live")
    counted = rows.values_list("question", "value").annotate(n=Count("pk")).order_by()
    choices: dict[int, Counter] = {}
    said: Counter[int] = Counter()
    for question, value, n in counted:
        said[question] += n
        for choice in value.split("\n"):
            choices.setdefault(question, Counter())[choice] += n
    found = []
    for question in Question.objects.filter(conference=conference):
        shown = [] if question.kind == Question.Kind.TEXT else choices.get(question.pk, Counter())
        drawn = bars([(choice, n, "") for choice, n in Counter(shown).most_common()])
        found.append((question, said[question.pk], drawn))
    return found


def promos(conference: Conference):
    """Codes with `saved`, what buyers paid less because of them."""
    used = Q(lines__order__status="paid")
    rows = PromoCode.objects.filter(conference=conference).exclude(uses=0)
    return rows.annotate(
        saved=Sum(F("lines__list_price") - F("lines__price"), filter=used, default=money.ZERO),
        paid=Count("lines", filter=used),
    ).order_by("-uses")[:20]


@dataclass(frozen=True)
class Abandoned:
    carts: int
    named: int
    tickets: int
    worth: Decimal


def abandoned(conference: Conference, now: dt.datetime | None = None) -> Abandoned:
    """Reservations of the last 30 days that ran out unpaid."""
    now = now or timezone.now()
    orders = Order.objects.filter(conference=conference, created_at__gte=now - 30 * DAY)
    lost = orders.filter(Q(status="expired") | Q(status="pending", expires_at__lt=now))
    lines = OrderLine.objects.filter(order__in=lost.order_by())
    told = lines.aggregate(
        worth=Sum("price", default=money.ZERO), n=Count("pk", filter=~Q(ticket_type=None))
    )
    count = lost.aggregate(n=Count("pk"), named=Count("pk", filter=~Q(filled_in_at=None)))
    return Abandoned(count["n"], count["named"], told["n"], told["worth"])


@dataclass(frozen=True)
class Warning:
    sentence: str
    is_bad: bool


def stock_warnings(conference: Conference) -> list[Warning]:
    """What is sold out or nearly, what sells without limit, and who waits for it."""
    told = []
    for quota in Quota.objects.filter(conference=conference).order_by("pk"):
        if quota.left <= 0:
            told.append(Warning(f"{quota.name}: all {quota.size:,} places are taken.", True))
        elif quota.left <= max(FEW_LEFT, quota.size // 20):
            told.append(Warning(f"{quota.name}: {quota.left:,} of {quota.size:,} left.", False))
    waiting = WaitlistEntry.objects.filter(conference=conference, status="waiting")
    named = waiting.annotate(thing=Coalesce("ticket_type__name", "add_on__name"))
    for name, n in named.values_list("thing").annotate(n=Count("pk")).order_by("thing"):
        told.append(Warning(f"{name}: {n:,} on the waiting list.", False))
    for one in TicketType.objects.filter(conference=conference, quotas=None, is_hidden=False):
        told.append(Warning(f"{one.name} is sold without any limit of places.", False))
    return told
