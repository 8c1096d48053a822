"""What is measured: each row is a page or an action, what it is compared with, and its bounds."""

import itertools
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection
from django.utils import timezone

from checkin.models import CheckInList, Station
from registration.models import Quota, Ticket, TicketType
from scale import codes
from scale.models import Conference, Role
from schedule.models import Slot

from . import committee, deals, door, promises, scheduling, shopper, sponsoring
from .client import Browser, hidden
from .visitors import staff


@dataclass
class Row:
    """`act(port, n)` makes the function that one client calls again and again.

    `ceiling` is a path of bench.ceiling, with {size} for the bytes of the answer;
    `bounds` are {figure: limit}, with figures sql, cpu (ms), bytes, p50 (ms, with the fewest
    clients), p95 (ms, with the most), mb (the largest a web process ever was), and the minima
    ratio and rate (a second, with as many clients as go fastest).
    """

    name: str
    act: Callable
    ceiling: str = "/bare"
    bounds: dict = field(default_factory=dict)
    clients: tuple[int, ...] = (1, 8)


def rows(conference: Conference) -> list[Row]:
    front = f"/{conference.slug}/"
    slug = conference.slug
    desk = f"/staff/{slug}/desk/"
    schedule, tickets = f"{front}schedule/", f"{front}tickets/"
    slot = Slot.objects.filter(conference=conference, talk__isnull=False).select_related("talk")
    talk = slot.order_by("pk").first().talk
    page = f"{front}talks/{talk.named_code}/"
    api = f"/api/v1/{slug}/talks/"
    talks = slot.values("talk").distinct().count()
    select, cached = f"/select/{slug}", "/body/{size}"
    per_300 = max(1.0, talks / 300)
    return [
        Row("front page, cold", cold(conference, front), select, clients=(1,)),
        Row("front page, warm", warm(front), cached),
        Row(
            "schedule page, cold",
            cold(conference, schedule),
            select,
            {"sql": 10, "cpu": 150 * per_300},
            clients=(1,),
        ),
        Row("schedule page, warm", warm(schedule), cached, {"ratio": 0.6}),
        Row("schedule page, 304", not_modified(schedule), select),
        Row("talk page, cold", cold(conference, page), select, {"sql": 8}, clients=(1,)),
        Row("talk page, warm", warm(page), cached),
        *schedule_rows(conference, select, per_300),
        *feed_rows(conference, select, cached, per_300),
        Row("api list, cold", cold(conference, api), select, {"sql": 6, "cpu": 40}, clients=(1,)),
        Row("api list, warm", warm(api), cached),
        Row("tickets page, cold", cold(conference, tickets), select, {"sql": 8}, clients=(1,)),
        Row("tickets page, warm", warm(tickets), cached),
        Row(
            "free ticket, whole purchase",
            purchase(conference, "bench-free", 0),
            f"/lock/{slug}",
            {"cpu": 60, "rate": 15},
        ),
        Row("paid ticket, whole purchase", purchase(conference, "bench-paid", 20), f"/lock/{slug}"),
        Row("desk, search", at_desk(conference, desk + "?q={}"), select, {"p50": 50}),
        Row("desk, attendee list", at_desk(conference, f"{desk}attendees/"), select, {"p50": 50}),
        Row("check-in", check_in(conference), f"/lock/{slug}", {"sql": 8, "cpu": 10}),
        *door_rows(select, f"/lock/{slug}"),
        *call_rows(select, f"/lock/{slug}"),
        *sponsor_rows(select),
    ]


def sponsor_rows(select):
    """Among 1,000 organizations, 5,000 contacts, 50,000 notes and mails."""
    most = {"sql": 12, "cpu": 60}
    return [
        Row("sponsors: organization page", sponsoring.organization_page(), select, most),
        Row("sponsors: search as you type", sponsoring.search(), select, {"p50": 60}),
        Row("board of 200 deals", deals.board(200), select, {"sql": 10, "cpu": 80}),
        Row("readiness board, 150 × 12", promises.readiness(150), select, {"sql": 12, "cpu": 120}),
    ]


def door_rows(select, lock):
    """Ratios are to the view that locks a row and inserts one."""
    scan = {"sql": 8, "cpu": 7, "p95": 60}
    eight = {**scan, "rate": 150, "ratio": 0.2}
    most = {door.SMALL: {"bytes": 1.5e6}, door.LARGE: {"bytes": 20e6, "mb": 200}}
    first = [
        Row(f"door: first sync, {n:,} tickets", door.first_sync(n), select, most[n], clients=(1,))
        for n in (door.SMALL, door.LARGE)
    ]
    return [
        Row("door: scan sent at once", door.redeem(), lock, eight),
        Row("door: the same, 40 stations", door.redeem(), lock, clients=(40,)),
        Row("door: scan of who is in", door.duplicates(), lock, eight),
        Row("door: scan of who is in, 40 stations", door.duplicates(), lock, clients=(40,)),
        Row("door: 1,000 offline scans", door.queue(), lock, {"p50": 5_000}, clients=(1,)),
        *first,
        Row("door: nothing new", door.what_changed(door.SMALL, 0), select),
        Row("door: 100 check-ins new", door.what_changed(door.SMALL, 100), select),
        *(
            Row(f"door: {name}, {n:,} tickets", make(n), select)
            for name, make in (("search", door.search), ("live page", door.live_page))
            for n in (door.SMALL, door.LARGE)
        ),
    ]


def call_rows(select, lock):
    """The committee's pages over few and over many submissions; the same statements for both."""
    found = []
    for talks, cpu in ((400, 120), (8_000, 400)):
        size = f"{talks:,} talks"
        for name, path, role in (
            (f"talks table, {size}", "talks/", Role.PROGRAM),
            (f"talks table by score, {size}", "talks/?sort=score", Role.PROGRAM),
            (f"review dashboard, {size}", "reviews/", Role.PROGRAM),
            (f"review list of a reviewer, {size}", "reviews/", Role.REVIEWER),
        ):
            found.append(Row(name, committee.page(talks, path, role), select, {"cpu": cpu}))
        save = committee.review_save(talks)
        found += [
            Row(f"review page, {size}", committee.review_page(talks), select),
            Row(f"review save, {size}", save, lock, {"p50": 40}),
        ]
    return [*found, Row("submit a talk", committee.submit(400), lock)]


def schedule_rows(conference: Conference, select: str, per_300: float) -> list[Row]:
    """What visitors look at while the conference is on, and what staff arrange."""
    front, lock = f"/{conference.slug}/", f"/lock/{conference.slug}"
    stars = Slot.objects.filter(conference=conference, talk__isnull=False).order_by("pk")[:30]
    chosen = f"{front}my-schedule/talks/?part=1&talks=" + ",".join(
        stars.values_list("talk__code", flat=True)
    )
    public = {"sql": 10}
    return [
        Row("now and next, cold", cold(conference, f"{front}now/"), select, public, clients=(1,)),
        Row("hall board, cold", cold(conference, f"{front}board/"), select, public, clients=(1,)),
        Row("my schedule, 30 stars", warm(chosen), select, public),
        Row("board data", scheduling.board_data(conference), select, {"cpu": 60 * per_300}),
        Row("board data, 304", scheduling.board_asked_again(conference), select),
        Row("board, move a talk", scheduling.board_move(conference), lock, {"cpu": 30 * per_300}),
    ]


def feed_rows(conference: Conference, select: str, cached: str, per_300: float) -> list[Row]:
    """Everything that programs read of the schedule; `per_300` is how many times 300 talks."""
    bounds = {"sql": 10, "cpu": 60 * per_300}
    found = []
    for name in ("schedule.ics", "schedule.xml", "schedule.json", "signs", "app", "guidebook.csv"):
        path = f"/{conference.slug}/{name}"
        limit = {**bounds, "cpu": 2 * bounds["cpu"]} if name == "app" else bounds
        found += [
            Row(f"feed {name}, cold", cold(conference, path), select, limit, clients=(1,)),
            Row(f"feed {name}, warm", warm(path), cached, {"ratio": 0.6}),
            Row(f"feed {name}, 304", not_modified(path), select),
        ]
    return found


def warm(path):
    def act(port, n):
        browser = Browser(port)
        browser.get(path)
        return lambda: browser.get(path)[0] == 200

    return act


def cold(conference, path):
    """A public fact changes before every request."""

    def act(port, n):
        browser = Browser(port)
        rows = Conference.objects.filter(pk=conference.pk)

        def once():
            Conference.objects.touch([conference.pk])
            return browser.get(path)[0] == 200

        assert rows.exists()  # nosec B101
        return once

    return act


def not_modified(path):
    def act(port, n):
        browser = Browser(port)
        _, headers, _ = browser.get(path)
        seen = {"If-None-Match": headers["etag"]}
        return lambda: browser.request("GET", path, headers=seen)[0] == 304

    return act


def bench_type(conference, code, amount):
    """A type of the bench's own; the free and the paid one draw from one quota, made once."""
    found, made = TicketType.objects.get_or_create(
        conference=conference, code=code, defaults={"name": f"Bench {code}", "position": 99}
    )
    if made:
        found.prices.create(amount=amount)
        scarce, _ = Quota.objects.get_or_create(
            conference=conference, name="Bench", defaults={"size": 1_000_000}
        )
        found.quotas.add(scarce)
    return found


def purchase(conference, code, amount):
    """From the tickets page to the order's page: every request that a browser would send."""
    slug = conference.slug

    def act(port, n):
        kind = bench_type(conference, code, amount)

        def once():
            browser = Browser(port)
            try:
                order = shopper.buy(browser, slug, f"{kind.code}=1")
                if amount:
                    session = shopper.pay(browser, order)
                    card = f"{order}card/?session={session}"
                    _, _, page = browser.get(card, **{"Accept-Encoding": "identity"})
                    token = hidden(page, "csrfmiddlewaretoken")
                    body = urlencode({"csrfmiddlewaretoken": token, "answer": "pay"}).encode()
                    status, _, _ = browser.request("POST", card, body, shopper.FORM)
                    if status != 302:
                        return False
                return browser.get(order)[0] == 200
            except shopper.NotSold:
                return False
            finally:
                browser.close()

        return once

    return act


def at_desk(conference, path):
    """`path` as the desk asks for it; {} is the surname of somebody else each time."""
    held = Ticket.objects.filter(conference=conference).live().exclude(surname="")

    def act(port, n):
        browser = Browser(port)
        browser.cookies[settings.SESSION_COOKIE_NAME] = staff(conference, Role.REGISTRATION)
        names = itertools.cycle(held.order_by("pk").values_list("surname", flat=True)[:50])
        return lambda: browser.get(path.format(quote(next(names))))[0] in (200, 302)

    return act


def check_in(conference):
    """Each client is a station; all of them admit tickets that have not come yet."""
    waiting: list = []

    def act(port, n):
        credential = secrets.token_urlsafe(32)
        entry = CheckInList.objects.filter(conference=conference).order_by("pk").first()
        Station.objects.create(
            conference=conference,
            name=f"Bench {secrets.token_hex(3)}",
            checkin_list=entry,
            credential_hash=codes.digest(credential),
            paired_at=timezone.now(),
        )
        browser = Browser(port)
        browser.cookies["station"] = credential
        _, _, page = browser.get("/door/", **{"Accept-Encoding": "identity"})
        token = hidden(page, "csrfmiddlewaretoken")
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        if not waiting:
            waiting.extend(unused_codes(conference, entry))

        def once():
            if not waiting:
                raise StopIteration
            fields = {
                "csrfmiddlewaretoken": token,
                "code": waiting.pop(),
                "scan_id": str(uuid.uuid4()),
            }
            body = urlencode(fields).encode()
            status, _, answer = browser.request("POST", "/door/scan/", body, headers)
            return status == 200 and b"admitted" in answer

        return once

    return act


def unused_codes(conference, entry):
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.code FROM registration_ticket t
               JOIN registration_tickettype y ON y.id = t.ticket_type_id
               JOIN registration_order o ON o.id = t.order_id
               LEFT JOIN checkin_checkin c ON c.ticket_id = t.id AND c.checkin_list_id = %s
               WHERE t.conference_id = %s AND t.status = 'live' AND o.status = 'paid'
                 AND y.admits_from <= %s AND y.admits_until >= %s AND c.id IS NULL""",
            [entry.pk, conference.pk, conference.today(), conference.today()],
        )
        return [row[0] for row in cursor.fetchall()]
