"""The live page: who came so far, in a fixed number of statements."""

import time
from collections import Counter, defaultdict

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone

from registration.models import OrderLine, Ticket
from scale.db import snapshot

from .badges.models import PrinterReport, PrintJob
from .charts import Arrivals
from .models import CheckIn, CheckInList, Scan, Station
from .shirts import shirts
from .soon import turns

LATEST = 12
ON_THE_WALL = 18  # doors that a projector shows
FRESH, SHARE = 2, 10  # seconds that an answer is shared; or so many times what it took


def shared(conference):
    """The report for everybody who looks within two seconds, so that ten cost as much as one.

    If the reading took longer, it is shared for longer: it never takes more than a tenth of
    the database's time.
    """
    key = f"door-live:{conference.pk}"
    if found := cache.get(key):
        return found
    begun = time.monotonic()
    found = report(conference)
    cache.set(key, found, max(FRESH, round(SHARE * (time.monotonic() - begun))))
    return found


def forget(conference):
    """What staff changed shows at once."""
    cache.delete(f"door-live:{conference.pk}")


def report(conference, now=None):
    """Everything that the live page and the wall say, as of one moment."""
    now = now or timezone.now()
    with snapshot():
        types = dict(conference.ticket_types.values_list("pk", "name"))
        today = conference.today(now)
        day = Arrivals.of_day(conference, today, CheckIn.objects, types)
        lists = list(conference.checkin_lists.values_list("pk", flat=True))
        # Keys first: the database would sort all scans with everything that a screen says.
        last = Scan.objects.filter(checkin_list__in=lists).order_by("-pk").values_list("pk")
        latest = Scan.objects.told().filter(pk__in=[pk for (pk,) in last[:LATEST]])
        return {
            "now": now,
            "today": today,
            "conflicts": Scan.objects.open_conflicts(conference).count(),
            "failed": Scan.objects.failed(lists, conference.day_bounds(today)).count(),
            "lists": by_list(conference),
            **by_station(conference, now),
            "latest": list(latest.order_by("-pk")),
            "chart": day.whole_day(),
            "hour": day.last_hour(now),
            "total": day.total,
            "lately": day.lately(now),
            "printing": printing(conference),
            "shirts": shirts(conference),
            "soon": turns(conference, now),
        }


def printing(conference):
    """Badges that wait and that failed, and printers that say what is wrong with them."""
    backlog = PrintJob.objects.backlog(conference).values()
    troubles = PrinterReport.objects.filter(station__conference=conference).exclude(trouble="")
    return {
        "waiting": sum(waiting for waiting, _ in backlog),
        "failed": sum(failed for _, failed in backlog),
        "troubles": list(troubles.select_related("station").order_by("station__name")),
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
                "left": max(0, sum(row["sold"] - row["came"] for row in rows)),
                "is_narrow": bool(types or extras),
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


def by_station(conference, now):
    """Each that has a device or had one that scanned, with what it did; what is cut off last.

    `silent` says for how long it said nothing, where that is long; `unpaired` how many wait for
    their first device.
    """
    counts = Scan.objects.by_station(conference)
    rows, unpaired = [], 0
    for station in conference.stations.select_related("checkin_list"):
        scans, admitted = counts.get(station.pk, (0, 0))
        paired = station.revoked_at is None and station.credential_hash is not None
        if not paired and not scans:
            unpaired += station.revoked_at is None
            continue
        rows.append(
            {
                "station": station,
                "scans": scans,
                "admitted": admitted,
                "paired": paired,
                "scanning": station.kind in Station.SCANNING,
                "silent": station.silence(now),
            }
        )
    rows.sort(key=lambda row: not row["paired"])
    return {"stations": rows, "unpaired": unpaired, **on_the_wall(rows)}


def on_the_wall(rows):
    """The doors that fit on one screen: first what needs a look, then who let in most."""
    doors = [row for row in rows if row["paired"] and row["scanning"]]
    wanted = sorted(
        doors, key=lambda row: (not (row["silent"] or row["station"].queued), -row["admitted"])
    )
    shown = [row["station"].pk for row in wanted[:ON_THE_WALL]]
    return {
        "doors": [row for row in doors if row["station"].pk in shown],
        "more_doors": len(doors) - len(shown),
    }
