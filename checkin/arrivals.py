"""The live page: who came so far, in a fixed number of statements."""

import datetime as dt
from collections import Counter, defaultdict

from django.db.models import Count, Q
from django.utils import timezone

from registration.models import OrderLine, Ticket
from scale.time import local

from .models import CheckIn, CheckInList, Scan

QUARTER = dt.timedelta(minutes=15)
LATEST = 12


def report(conference, now=None):
    now = now or timezone.now()
    latest = Scan.objects.told().of_edition(conference).order_by("-pk")
    return {
        "conflicts": Scan.objects.open_conflicts(conference).count(),
        "conference": conference,
        "lists": by_list(conference),
        "stations": by_station(conference),
        "latest": latest[:LATEST],
        "chart": chart(conference, now),
        "today": conference.today(now),
    }


def by_day(conference, now):
    """{date: people who came} for days that have begun, in one statement.

    Where a list admits once in all, whoever came on an earlier day counts as there again on
    each day that the ticket admits.
    """
    days = [day for day in conference.days() if day <= conference.today(now)]
    kind = "ticket__ticket_type__admits"
    counts = {}
    for n, day in enumerate(days):
        begun = Q(day=None, at__lt=conference.day_bounds(day)[1])
        begun &= Q(**{f"{kind}_from": None}) | Q(**{f"{kind}_from__lte": day})
        begun &= Q(**{f"{kind}_until": None}) | Q(**{f"{kind}_until__gte": day})
        counts[f"day_{n}"] = Count("ticket", distinct=True, filter=Q(day=day) | begun)
    rows = CheckIn.objects.live().filter(
        checkin_list__conference=conference, checkin_list__kind=CheckInList.Kind.ENTRY
    )
    found = rows.aggregate(**counts) if days else {}
    return {day: found[f"day_{n}"] for n, day in enumerate(days)}


def by_list(conference):
    """For each list: people in and tickets that could be, in all and by type."""
    came: dict = defaultdict(Counter)
    for checkin_list, kind, people in CheckIn.objects.by_list_and_type(conference):
        came[checkin_list][kind] = people
    sold = Counter(
        dict(
            Ticket.objects.admitting()
            .filter(conference=conference)
            .values_list("ticket_type")
            .annotate(Count("pk"))
            .order_by()
        )
    )
    by_extra = tickets_by_extra(conference)
    every_type = list(conference.ticket_types.all())
    found = []
    for checkin_list in conference.checkin_lists.prefetch_related("ticket_types", "add_ons"):
        types, extras = set(checkin_list.ticket_types.all()), checkin_list.add_ons.all()
        of_extra, of_list = by_extra[checkin_list.pk], came[checkin_list.pk]
        rows = [
            {
                "type": kind,
                "came": of_list[kind.pk],
                "sold": sold[kind.pk]
                if kind in types or not (types or extras)
                else of_extra[kind.pk],
            }
            for kind in every_type
        ]
        rows = [row for row in rows if row["sold"] or row["came"]]
        found.append(
            {
                "list": checkin_list,
                "came": sum(row["came"] for row in rows),
                "sold": sum(row["sold"] for row in rows),
                "rows": rows,
            }
        )
    return found


def tickets_by_extra(conference):
    """{list: {type: tickets}} of those that hold an extra which qualifies for the list."""
    found: dict = defaultdict(Counter)
    rows = (
        OrderLine.objects.in_force()
        .filter(add_on__checkin_lists__conference=conference, ticket__status=Ticket.Status.LIVE)
        .values_list("add_on__checkin_lists", "ticket__ticket_type")
        .annotate(tickets=Count("ticket", distinct=True))
        .order_by()
    )
    for checkin_list, kind, tickets in rows:
        found[checkin_list][kind] = tickets
    return found


def by_station(conference):
    counts = Scan.objects.by_station(conference)
    return [
        {
            "station": station,
            "scans": counts.get(station.pk, (0, 0))[0],
            "admitted": counts.get(station.pk, (0, 0))[1],
        }
        for station in conference.stations.select_related("checkin_list")
    ]


def chart(conference, now):
    """Today's arrivals by quarter of an hour, from the first full hour to the last; or None."""
    since, until = conference.day_bounds(conference.today(now))
    quarters: Counter = Counter()
    for minute, n in CheckIn.objects.by_minute(conference, since, until):
        quarters[int((minute - since) / QUARTER)] += n
    if not quarters:
        return None
    first = min(quarters) // 4 * 4
    last = (max(quarters) // 4 + 1) * 4
    most = max(quarters.values())
    bars = [
        {
            "x": (quarter - first) * 10 + 1,
            "y": round(100 - 100 * quarters[quarter] / most, 1),
            "height": round(100 * quarters[quarter] / most, 1),
            "clock": f"{local(since + quarter * QUARTER, conference):%H:%M}",
            "n": quarters[quarter],
        }
        for quarter in range(first, last)
    ]
    return {
        "bars": bars,
        "width": (last - first) * 10,
        "most": most,
        "total": sum(quarters.values()),
        "busiest": max(bars, key=lambda bar: bar["n"]),
        "begins": bars[0]["clock"],
        "ends": f"{local(since + last * QUARTER, conference):%H:%M}",
    }
