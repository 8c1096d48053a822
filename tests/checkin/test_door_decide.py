"""The phone says of a ticket what the server says, word for word."""

import datetime as dt
import hashlib
import json
import uuid

import pytest
from django.conf import settings
from django.utils import timezone

from checkin import actions, verdicts
from checkin.badges.actions import print_here
from checkin.models import Badge, CheckIn
from registration.actions import pass_on
from registration.models import AddOn, OrderLine, Ribbon
from tests.factories import checkin as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SAYS = ("verdict", "look", "sign", "words", "name", "says", "type", "notes", "conduct", "can_undo")
DAY = dt.timedelta(days=1)


def key(code):
    return hashlib.sha256(code.encode()).hexdigest()[:32]


def line_for(lines, code):
    """As the phone finds it: by its own code, else as the badge of a ticket."""
    own = [line for line in lines if line["h"] == key(code)]
    return (own or [line for line in lines if line.get("b") == key(code)] or [None])[0]


def on_the_phone(page, phone, code, checkin_list, now):
    answer = phone.get("/door/tickets/", headers={"accept": "application/json"})
    head, *lines = [json.loads(one) for one in answer.getvalue().splitlines()]
    wanted = next(one for one in head["lists"] if one["pk"] == checkin_list.pk)
    return page.evaluate(
        "([line, ...on]) => doorDecide.decide(line || undefined, on[0], new Date(on[1]), on[2])",
        [line_for(lines, code), wanted, now.isoformat(), head],
    )


def admitted(phone, conference):
    shirt = AddOn.objects.create(
        conference=conference, kind="shirt", choice="T-shirt", name="Size M"
    )
    ticket = make.ticket(
        conference, order_status="paid", attendee_name="Ana Ruiz", guardian_name="Eva"
    )
    OrderLine.objects.create(order=ticket.order, ticket=ticket, add_on=shirt, price=20)
    for role in ("speaker", "first-time"):
        Ribbon.objects.create(ticket=ticket, role=role, why="x")
    return ticket.code


def badge_admitted(phone, conference):
    return print_here(make.ticket(conference).pk).code


def used(phone, conference, ago=dt.timedelta(0)):
    ticket = make.ticket(conference)
    scan = actions.admit(phone.station, ticket.code, scan_id=uuid.uuid4())
    CheckIn.objects.filter(pk=scan.checkin.pk).update(at=timezone.now() - ago)
    return ticket.code


def used_long_ago(phone, conference):
    return used(phone, conference, 3 * DAY)


def entered_by_staff(phone, conference):
    code = used(phone, conference)
    CheckIn.objects.update(station=None)
    return code


def unpaid(phone, conference):
    return make.ticket(conference, order_status="pending").code


def cancelled(phone, conference):
    return make.ticket(conference, status="cancelled").code


def of_another_type(phone, conference):
    phone.station.checkin_list.ticket_types.set([make.ticket_type(conference, name="Tutorials")])
    return make.ticket(conference, ticket_type=make.ticket_type(conference, name="Expo")).code


def leftover(phone, conference, opened=-DAY):
    """One that was ordered is still here when it is somebody else's turn."""
    held = make.ticket_type(conference, name="With a shirt")
    make.ticket(conference, ticket_type=held)
    shirts = phone.station.checkin_list
    shirts.ticket_types.set([held])
    shirts.leftovers_open_at = timezone.now() + opened
    shirts.save()
    return make.ticket(conference, ticket_type=make.ticket_type(conference, name="Expo")).code


def leftover_later(phone, conference):
    return leftover(phone, conference, DAY)


def days(first, last):
    def made(phone, conference):
        today = conference.today()
        kind = make.ticket_type(
            conference,
            admits_from=today + first * DAY if first is not None else None,
            admits_until=today + last * DAY if last is not None else None,
        )
        return make.ticket(conference, ticket_type=kind).code

    made.__name__ = f"days_{first}_{last}"
    return made


def not_open_yet(phone, conference):
    entry = phone.station.checkin_list
    entry.opens_at = timezone.now() + 2 * DAY
    entry.save()
    return make.ticket(conference).code


def closed(phone, conference):
    entry = phone.station.checkin_list
    entry.closes_at = timezone.now() - DAY
    entry.save()
    return make.ticket(conference).code


def passed_on(phone, conference):
    ticket = make.ticket(conference)
    code = ticket.code
    pass_on(ticket, name="Bo Li", email="bo@example.org", by_staff=True)
    return code


def nameless(phone, conference):
    return make.ticket(conference, attendee_name="").code


def unknown(phone, conference):
    return "NOSUCHCODE"


CASES = [
    *(admitted, badge_admitted, used, used_long_ago, entered_by_staff, unpaid, cancelled),
    *(of_another_type, days(1, 2), days(1, 1), days(1, None), days(None, -1), not_open_yet),
    *(closed, passed_on, nameless, unknown, leftover, leftover_later),
]


@pytest.fixture
def page(page):
    page.goto("about:blank")
    page.add_script_tag(path=settings.BASE_DIR / "static" / "door-decide.js")
    return page


@pytest.mark.parametrize("case", CASES, ids=[case.__name__ for case in CASES])
def test_phone_and_server_say_the_same(page, phone, conference, case):
    code = case(phone, conference)
    said = on_the_phone(page, phone, code, phone.station.checkin_list, timezone.now())
    scan = actions.admit(phone.station, code, scan_id=uuid.uuid4())
    assert {name: said[name] for name in SAYS} == {
        name: verdicts.screen(scan)[name] for name in SAYS
    }


def reprinted(phone, conference):
    ticket = make.ticket(conference)
    old = print_here(ticket.pk)
    print_here(ticket.pk, why="lost")
    Badge.objects.filter(pk=old.pk).update(voided_at=timezone.now() - 2 * DAY)
    return old.code


def badge_passed_on(phone, conference):
    ticket = make.ticket(conference)
    old = print_here(ticket.pk)
    pass_on(ticket, name="Bo Li", email="bo@example.org", by_staff=True)
    return old.code


@pytest.mark.parametrize("case", [reprinted, badge_passed_on])
def test_old_badges_say_the_same_though_the_phone_knows_no_name(page, phone, conference, case):
    code = case(phone, conference)
    said = on_the_phone(page, phone, code, phone.station.checkin_list, timezone.now())
    screen = verdicts.screen(actions.admit(phone.station, code, scan_id=uuid.uuid4()))
    names = ("verdict", "look", "sign", "words", "says")
    assert {name: said[name] for name in names} == {name: screen[name] for name in names}


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_once_a_day_goes_by_the_day_of_the_conference(page, phone, conference, zone):
    """23:50 and 00:10 there are two days, whatever the phone or UTC say."""
    conference.time_zone = zone
    conference.save()
    entry = phone.station.checkin_list
    entry.once_a_day = True
    entry.save()
    ticket = make.ticket(conference)
    midnight = conference.day_bounds(conference.starts_on)[1]
    scan = actions.admit(phone.station, ticket.code, scan_id=uuid.uuid4())
    CheckIn.objects.filter(pk=scan.checkin.pk).update(at=midnight - dt.timedelta(minutes=10))
    found = [
        on_the_phone(page, phone, ticket.code, entry, midnight + dt.timedelta(minutes=minutes))
        for minutes in (-5, 10)
    ]
    assert [one["verdict"] for one in found] == ["already", "admitted"]
