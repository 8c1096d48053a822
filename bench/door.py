"""The door: scans of many stations, what devices are told, and who looks at the live page."""

import itertools
import json
import random
import secrets
import uuid

from django.conf import settings
from django.db import connection
from django.utils import timezone

from checkin.models import Badge, CheckInList, Station
from registration.models import AddOn, Order, OrderLine, Ticket, TicketType
from scale import codes
from scale.models import Conference, Role

from .client import Browser
from .visitors import staff

SMALL, LARGE = 5_000, 100_000
QUEUE, AT_ONCE = 1_000, 200
BATCH = 2_000
SEARCHERS = 200  # stations: each may ask twice a second
JSON = {"Accept": "application/json"}
SENT = {**JSON, "Content-Type": "application/json"}
PARTS = ("an", "be", "cor", "da", "el", "fi", "ga", "ho", "in", "jo", "ka", "li", "mar", "no", "ri")


def edition(tickets: int) -> Conference:
    """One that is on today with so many paid tickets, a third of them with a T-shirt, all with
    badges; made once a database."""
    slug = f"door-{tickets}"
    if found := Conference.objects.filter(slug=slug).first():
        return found
    today = timezone.now().date()
    conference = Conference.objects.create(
        slug=slug, name=f"Door {tickets}", starts_on=today, ends_on=today, time_zone="UTC"
    )
    types = [
        TicketType.objects.create(conference=conference, name=name, code=name.lower())
        for name in ("Full", "Expo", "Student")
    ]
    sizes = [
        AddOn.objects.create(
            conference=conference, kind=AddOn.Kind.SHIRT, choice="T-shirt", name=f"Size {size}"
        )
        for size in ("S", "M", "L", "XL")
    ]
    CheckInList.objects.create(conference=conference, name="Entry")
    sell(conference, types, sizes, tickets)
    return conference


def sell(conference, types, sizes, tickets):
    dice = random.Random(tickets)  # nosec B311
    for begin in range(0, tickets, BATCH):
        number = min(BATCH, tickets - begin)
        orders = Order.objects.bulk_create(
            Order(conference=conference, currency=conference.currency, status=Order.Status.PAID)
            for _ in range((number + 1) // 2)
        )
        sold = Ticket.objects.bulk_create(
            Ticket(
                conference=conference,
                ticket_type=dice.choices(types, [6, 3, 1])[0],
                order=orders[n // 2],
                attendee_name=f"{word(dice)} {word(dice)}",
                attendee_email=f"{secrets.token_hex(6)}@example.org",
            )
            for n in range(number)
        )
        OrderLine.objects.bulk_create(
            OrderLine(order=one.order, ticket=one, ticket_type=one.ticket_type, price=90)
            for one in sold
        )
        OrderLine.objects.bulk_create(
            OrderLine(order=one.order, ticket=one, add_on=dice.choice(sizes), price=20)
            for one in sold
            if dice.random() < 1 / 3
        )
        Badge.objects.bulk_create(
            Badge(ticket=one, holder=one.nonce, printed_at=timezone.now()) for one in sold
        )


def word(dice):
    return "".join(dice.choices(PARTS, k=dice.randint(2, 4))).capitalize()


def station(conference, port, **fields):
    """A browser that is a paired station of the edition."""
    credential = secrets.token_urlsafe(32)
    Station.objects.create(
        conference=conference,
        name=f"Bench {secrets.token_hex(4)}",
        checkin_list=conference.checkin_lists.first(),
        credential_hash=codes.digest(credential),
        paired_at=timezone.now(),
        **fields,
    )
    browser = Browser(port)
    browser.cookies["station"] = credential
    return browser


def waiting(conference):
    """Codes of tickets that have not come yet, in any order; one iterator for all clients."""
    entry = conference.checkin_lists.first()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.code FROM registration_ticket t
               LEFT JOIN checkin_checkin c ON c.ticket_id = t.id AND c.checkin_list_id = %s
               WHERE t.conference_id = %s AND c.id IS NULL ORDER BY t.code""",
            [entry.pk, conference.pk],
        )
        return iter([row[0] for row in cursor.fetchall()])


def scan_of(code, entry):
    return {"id": str(uuid.uuid4()), "code": code, "list": entry, "verdict": "admitted"}


def send(browser, scans):
    """The verdicts."""
    now = timezone.now().isoformat()
    body = json.dumps(
        {
            "device": {"version": "bench", "queued": len(scans), "clock": now},
            "scans": [{"at": now, **one} for one in scans],
        }
    ).encode()
    plain = {**SENT, "Accept-Encoding": "identity"}
    status, _, answer = browser.request("POST", "/door/scans/", body, plain)
    if status != 200:
        return []
    return [one.get("verdict") for one in json.loads(answer)["answers"]]


def redeem(tickets=LARGE):
    """Each client is a station that sends each scan as it happens."""
    codes_left = None

    def act(port, n):
        nonlocal codes_left
        conference = edition(tickets)
        codes_left = codes_left or waiting(conference)
        browser, entry = station(conference, port), conference.checkin_lists.first().pk
        return lambda: send(browser, [scan_of(next(codes_left), entry)]) == ["admitted"]

    return act


def duplicates(tickets=LARGE):
    """The same, of people who are in already."""

    def act(port, n):
        conference = edition(tickets)
        browser, entry = station(conference, port), conference.checkin_lists.first().pk
        came = list(itertools.islice(waiting(conference), n * 10, n * 10 + 10))
        send(browser, [scan_of(code, entry) for code in came])
        again = itertools.cycle(came)
        return lambda: (
            send(browser, [{**scan_of(next(again), entry), "verdict": ""}]) == ["already"]
        )

    return act


def queue(tickets=LARGE):
    """A device that was offline for a thousand scans, every tenth of somebody who is in."""

    def act(port, n):
        conference = edition(tickets)
        browser, entry = station(conference, port), conference.checkin_lists.first().pk
        left = waiting(conference)

        def once():
            found = list(itertools.islice(left, QUEUE * 9 // 10))
            found += found[: QUEUE - len(found)]
            scans = [{**scan_of(code, entry), "offline": True} for code in found]
            parts = [scans[k : k + AT_ONCE] for k in range(0, len(scans), AT_ONCE)]
            return len([one for part in parts for one in send(browser, part) if one]) == QUEUE

        return once

    return act


def first_sync(tickets):
    def act(port, n):
        browser = station(edition(tickets), port)
        return lambda: browser.request("GET", "/door/tickets/", headers=JSON)[0] == 200

    return act


def what_changed(tickets, changes):
    """Asked with the cursor from before so many check-ins."""

    def act(port, n):
        conference = edition(tickets)
        browser, entry = station(conference, port), conference.checkin_lists.first().pk
        plain = {**JSON, "Accept-Encoding": "identity"}
        _, _, told = browser.request("GET", "/door/tickets/", headers=plain)
        cursor = json.loads(told.split(b"\n", 1)[0])["cursor"]
        new = list(itertools.islice(waiting(conference), changes))
        send(browser, [scan_of(code, entry) for code in new])
        path = f"/door/tickets/?since={cursor}"
        return lambda: browser.request("GET", path, headers=JSON)[0] == 200

    return act


def search(tickets):
    """Of other names each time, by stations that take turns."""

    def act(port, n):
        conference = edition(tickets)
        browser = Browser(port)
        turns = itertools.cycle(
            [station(conference, port).cookies["station"] for _ in range(SEARCHERS // 8)]
        )
        names = conference.tickets.order_by("code").values_list("surname", flat=True)[:500]
        asked = itertools.cycle(names)

        def once():
            browser.cookies["station"] = next(turns)
            path = f"/door/search/?q={next(asked)}"
            return browser.request("GET", path, headers=JSON)[0] == 200

        return once

    return act


def live_page(tickets):
    def act(port, n):
        conference = edition(tickets)
        browser = Browser(port)
        browser.cookies[settings.SESSION_COOKIE_NAME] = staff(conference, Role.CHAIR)
        path = f"/staff/{conference.slug}/door/"
        return lambda: browser.get(path)[0] == 200

    return act
