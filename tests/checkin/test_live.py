"""The live page, the wall, failed scans, and speakers who are not in."""

import datetime as dt
import uuid

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from cfp.models import SpeakerTicket
from checkin import actions, arrivals, soon
from checkin.badges.models import PrinterReport, PrintJob
from checkin.models import Badge, CheckIn, Scan
from registration.models import OrderLine, code_key
from scale import editions
from scale.models import Role
from tests.factories import cfp, schedule
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db


def url(name, conference, *args):
    return reverse(f"checkin:{name}", args=[conference.slug, *args])


def scan(station, ticket, **fields):
    return actions.admit(station, ticket.code, scan_id=uuid.uuid4(), **fields)


def refused(station, name, **fields):
    ticket = make.ticket(station.conference, attendee_name=name, order_status="pending")
    return scan(station, ticket, **fields)


@pytest.fixture
def team(as_role):
    return as_role(Role.REGISTRATION)


@pytest.fixture
def pages(team, conference):
    """The text of a page as somebody sees it who did not look a second ago."""

    def text(name, query="", client=team):
        cache.clear()
        answer = client.get(url(name, conference) + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return text


# --- the live page -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["live", "wall"])
def test_statements_are_the_same_for_one_and_three(
    team, conference, station, django_assert_num_queries, name
):
    numbers = []
    for rows in (1, 2):
        for n in range(rows):
            everything(conference, f"{rows}{n}")
        cache.clear()
        team.get(url(name, conference))
        cache.clear()
        with django_assert_num_queries(32) as seen:
            team.get(url(name, conference))
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


def everything(conference, word):
    """A type, a list, a station with scans, a shirt, a printer in trouble, a speaker."""
    kind = make.ticket_type(conference, name=f"Type {word}")
    shirt = reg.add_on(conference, kind="shirt", name=f"Size {word}")
    shirts = make.checkin_list(conference, name=f"Shirts {word}", kind="shirt")
    shirts.add_ons.add(shirt)
    held = make.ticket(conference, ticket_type=kind, order_status="paid")
    OrderLine.objects.create(order=held.order, ticket=held, add_on=shirt, price=20)
    for one in (shirts, conference.checkin_lists.first()):
        scan(make.paired(conference, checkin_list=one)[0], held)
    refused(conference.stations.first(), f"Name {word}")
    printer = make.station(conference, kind="printer", name=f"Printer {word}")
    PrinterReport.objects.create(station=printer, trouble="jammed", since=timezone.now())
    badge = Badge.objects.create(ticket=held, holder=held.nonce)
    PrintJob.objects.create(conference=conference, badge=badge)
    talk = cfp.talk(conference, status="confirmed", title=f"Talk {word}")
    person = talk.speakers()[0]
    person.user = make_scale.user()
    person.save()
    schedule.slot(conference, talk=talk, starts_at=timezone.now() + dt.timedelta(minutes=30))


def test_whoever_looks_within_two_seconds_costs_next_to_nothing(
    team, conference, station, django_assert_num_queries
):
    team.get(url("live", conference))
    with django_assert_num_queries(4):
        team.get(url("live", conference))


def test_what_goes_wrong_is_seen(pages, conference, station):
    everything(conference, "X")
    late = make.paired(conference, name="Door 9", checkin_list=station.checkin_list)[0]
    late.last_seen_at = timezone.now() - dt.timedelta(minutes=7)
    late.queued, late.app_version = 12, "2027.3.1"
    late.save()
    text = pages("live")
    for words in (
        *("silent for 7 min", "version 2027.3.1", "✕ Printer X", "jammed", "1 failed today"),
        *("waiting or printing", "Size X"),
    ):
        assert words in text, words


def test_shirts_are_ordered_given_and_left(conference, station):
    shirts = make.checkin_list(conference, name="Shirts", kind="shirt")
    counter = make.paired(conference, checkin_list=shirts)[0]
    sizes = [reg.add_on(conference, kind="shirt", name=f"Size {name}") for name in "ML"]
    shirts.add_ons.set(sizes)
    tickets = [make.ticket(conference, order_status="paid") for _ in range(4)]
    for size, held in zip((sizes[0], sizes[0], sizes[1]), tickets, strict=False):
        OrderLine.objects.create(order=held.order, ticket=held, add_on=size, price=20)
    waiting = make.ticket(conference, order_status="pending")
    OrderLine.objects.create(order=waiting.order, ticket=waiting, add_on=sizes[1], price=20)
    scan(counter, tickets[0])
    actions.open_leftovers(shirts)
    counter = conference.stations.select_related("checkin_list", "conference").get(pk=counter.pk)
    assert scan(counter, tickets[3]).verdict == "admitted"
    found = arrivals.report(conference)["shirts"]
    assert [(one.ordered, one.given, one.left) for one in found.sizes] == [(2, 1, 1), (1, 0, 1)]
    assert (found.ordered, found.given, found.others, found.left) == (3, 2, 1, 1)


@pytest.mark.parametrize("role", [None, Role.PROGRAM, Role.FINANCE])
@pytest.mark.parametrize("name", ["live", "wall", "failed-scans"])
def test_pages_are_for_registration_and_door(as_role, conference, role, name):
    client = as_role(*[role] if role else [])
    assert client.get(url(name, conference)).status_code == 403


# --- the wall ----------------------------------------------------------------------------------


def test_wall_has_numbers_and_nobodys_name(pages, conference, station):
    held = make.ticket(conference, attendee_name="Ana Ruiz")
    scan(station, held, volunteer="Jo")
    refused(station, "Max Mole")
    talk = cfp.talk(conference, status="confirmed", title="Secret Talk")
    schedule.slot(conference, talk=talk, starts_at=timezone.now() + dt.timedelta(minutes=30))
    text = pages("wall")
    assert '<b class="num huge">1</b>' in text and "Door 1" in text
    for secret in ("Ana Ruiz", "Max Mole", "Jo<", held.code, "Secret Talk", "<nav"):
        assert secret not in text


def test_only_stations_with_a_device_stand_among_those_that_count(pages, conference, station):
    cut_off = make.paired(conference, name="Lost phone", checkin_list=station.checkin_list)[0]
    scan(cut_off, make.ticket(conference))
    actions.revoke(cut_off)
    actions.revoke(make.paired(conference, name="Spare phone")[0])
    for name in ("Door 7", "Door 8"):
        make.station(conference, name=name)
    told = arrivals.report(conference)
    rows = [(str(row["station"]), row["scans"]) for row in told["stations"]]
    assert rows == [("Door 1", 0), ("Lost phone", 1)] and told["unpaired"] == 2
    live = pages("live")
    assert "2 stations</a> wait for their first device." in live
    assert "Door 7" not in live and "Spare phone" not in live and "✕ revoked" in live
    wall = pages("wall")
    assert "Door 1" in wall and "Door 7" not in wall and "Lost phone" not in wall


def test_wall_shows_as_many_doors_as_fit_and_counts_the_others(pages, conference, station):
    for n in range(2, 23):
        door = make.paired(conference, name=f"Door {n}", checkin_list=station.checkin_list)[0]
        if n == 9:
            scan(door, make.ticket(conference))
    door.last_seen_at = timezone.now() - dt.timedelta(minutes=7)
    door.save()
    told = arrivals.report(conference)
    assert (len(told["doors"]), told["more_doors"]) == (arrivals.ON_THE_WALL, 4)
    assert {"Door 9", "Door 22"} <= {str(row["station"]) for row in told["doors"]}
    text = pages("wall")
    assert 'class="tiles many"' in text and "and 4 more doors" in text


def test_wall_before_anybody_came_says_so(pages):
    assert "Nobody in the last hour." in pages("wall")


# --- failed scans ------------------------------------------------------------------------------


def test_failed_scans_are_searched_and_narrowed(pages, conference, station):
    other = make.paired(conference, name="Door 2", checkin_list=station.checkin_list)[0]
    ana = refused(station, "Ana Ruiz", volunteer="Jo")
    refused(other, "Max Mole")
    unknown = actions.admit(other, "NOSUCHCODE22", scan_id=uuid.uuid4())
    inside = scan(station, make.ticket(conference, attendee_name="Ivy Inn"))
    assert (inside.verdict, unknown.verdict) == ("admitted", "unknown")
    text = pages("failed-scans")
    assert "Ana Ruiz" in text and "Max Mole" in text and "no ticket" in text
    assert "Ivy Inn" not in text
    for query in ("?q=ruiz", f"?q={ana.ticket.spoken_code}", "?q=jo", f"?station={station.pk}"):
        text = pages("failed-scans", query)
        assert "Ana Ruiz" in text and "Max Mole" not in text, query
    assert "Ana Ruiz" not in pages("failed-scans", "?verdict=unknown")
    assert "No scan is like that" in pages("failed-scans", "?q=nobody")
    # What is no choice narrows nothing.
    assert "Ana Ruiz" in pages("failed-scans", "?verdict=nonsense&station=x")


def test_failed_scan_says_why_the_kiosk_turned_somebody_away(pages, station):
    held = refused(station, "Ana Ruiz")
    Scan.objects.filter(pk=held.pk).update(verdict="help_desk", why="under 18: a guardian signs")
    assert "under 18: a guardian signs" in pages("failed-scans")


def test_failed_scans_come_in_pages(pages, conference, station):
    rows = [
        Scan(
            station=station,
            checkin_list=station.checkin_list,
            verdict="unknown",
            volunteer=f"V{n:03}",
            scanned_at=timezone.now(),
        )
        for n in range(51)
    ]
    Scan.objects.bulk_create(rows)
    assert "V050" in pages("failed-scans") and "V000" not in pages("failed-scans")
    assert "V000" in pages("failed-scans", "?page=2")


def test_old_code_does_not_show_who_has_the_ticket_now(pages, conference, station):
    held = make.ticket(conference, attendee_name="New Owner")
    old = held.retired_codes.create(code="OLDCODE22222", why="passed on")
    assert actions.admit(station, old.code, scan_id=uuid.uuid4()).verdict == "passed_on"
    assert "New Owner" not in pages("failed-scans")
    assert "No scan is like that" in pages("failed-scans", "?q=owner")


def test_no_failed_scan_says_so(pages):
    assert "No failed scan" in pages("failed-scans")


def test_failed_scans_take_the_same_statements(
    team, conference, station, django_assert_num_queries
):
    for rows in (1, 2):
        for n in range(rows):
            refused(station, f"Somebody {rows}{n}")
        with django_assert_num_queries(11):
            team.get(url("failed-scans", conference))


# --- speakers of the next two hours ------------------------------------------------------------


@pytest.fixture
def ten(conference):
    return schedule.at(conference, 10)


@pytest.fixture
def turn(conference, ten):
    """A talk at ten by somebody with an address and no account."""
    talk = cfp.talk(conference, status="confirmed", title="Compilers", day_phone="+1 555 0107")
    schedule.slot(conference, talk=talk, starts_at=ten)
    return talk


def address(user, email, *, verified=True):
    EmailAddress.objects.create(user=user, email=email, verified=verified)


def missing(conference, now):
    return [p.speaker.name for one in soon.turns(conference, now) for p in one.missing]


def test_speakers_are_missed_from_two_hours_before_to_a_quarter_after(conference, turn, ten):
    name = turn.speakers()[0].name
    for minutes, found in ((-121, []), (-119, [name]), (14, [name]), (16, [])):
        assert missing(conference, ten + dt.timedelta(minutes=minutes)) == found, minutes


@pytest.mark.parametrize("link", ["speaker ticket", "account", "own address", "proven address"])
def test_ticket_is_the_speakers_by_link_account_or_proven_address(conference, turn, ten, link):
    person, user = turn.speakers()[0], make_scale.user()
    held = make.ticket(conference, attendee_email="other@example.org")
    if link == "speaker ticket":
        SpeakerTicket.objects.create(conference=conference, speaker=person, ticket=held)
        held.ribbons.create(role=SpeakerTicket.ROLE)
    elif link == "own address":
        person.email = held.attendee_email = "own@example.org"
    else:
        person.user = user
        if link == "account":
            held.user = user
        else:
            address(user, "proven@example.org")
            held.attendee_email = "proven@example.org"
    person.save()
    held.save()
    (one,) = soon.turns(conference, ten)
    assert [p.ticket for p in one.missing] == [held]
    entry = make.checkin_list(conference)
    CheckIn.objects.create(checkin_list=entry, ticket=held, at=ten)
    assert missing(conference, ten) == []


def test_unproven_address_is_nobodys(conference, turn, ten):
    person, user = turn.speakers()[0], make_scale.user()
    address(user, "claimed@example.org", verified=False)
    person.user, person.email = user, None
    person.save()
    make.ticket(conference, attendee_email="claimed@example.org")
    (one,) = soon.turns(conference, ten)
    assert [p.ticket for p in one.missing] == [None]


def test_yesterdays_entry_and_a_t_shirt_are_no_presence(conference, turn, ten):
    person = turn.speakers()[0]
    person.email = "own@example.org"
    person.save()
    held = make.ticket(conference, attendee_email="own@example.org")
    daily = make.checkin_list(conference, once_a_day=True)
    shirts = make.checkin_list(conference, kind="shirt")
    today = conference.today(ten)
    CheckIn.objects.create(
        checkin_list=daily, ticket=held, at=ten, day=today - dt.timedelta(days=1)
    )
    CheckIn.objects.create(checkin_list=shirts, ticket=held, at=ten)
    assert missing(conference, ten) == [person.name]
    CheckIn.objects.create(checkin_list=daily, ticket=held, at=ten, day=today)
    assert missing(conference, ten) == []


def test_cancelled_talk_misses_nobody(conference, turn, ten):
    turn.status = "cancelled"
    turn.save()
    assert missing(conference, ten) == []


@pytest.mark.parametrize(
    "role, sees", [(Role.REGISTRATION, True), (Role.CREW, True), (Role.DOOR, False)]
)
def test_phone_is_for_who_may_see_it(as_role, pages, conference, turn, role, sees):
    text = pages("speakers-soon", "?at=2027-03-04T09:30", client=as_role(role))
    assert "Compilers" in text and "no ticket" in text
    assert ("+1 555 0107" in text) is sees


def test_nobody_missing_and_a_time_that_is_none(pages, conference, turn):
    assert "Everybody is in" in pages("speakers-soon")
    assert "Everybody is in" in pages("speakers-soon", "?at=half%20past")


def test_speakers_page_is_not_for_everybody(as_role, conference):
    assert as_role(Role.FINANCE).get(url("speakers-soon", conference)).status_code == 403


# --- leftovers ---------------------------------------------------------------------------------


@pytest.fixture
def shirts(conference):
    """A counter for a list of one extra that one ticket has: `shirts.owner`."""
    size = reg.add_on(conference, kind="shirt", name="Size M")
    made = make.checkin_list(conference, name="Shirts", kind="shirt")
    made.add_ons.add(size)
    made.counter = make.paired(conference, checkin_list=made, kind="counter")[0]
    made.owner = make.ticket(conference, order_status="paid")
    OrderLine.objects.create(order=made.owner.order, ticket=made.owner, add_on=size, price=20)
    made.conference = conference
    return made


def at_counter(shirts, ticket, **fields):
    """A scan by the counter's device, which reads its list anew for each."""
    shirts.refresh_from_db(fields=["leftovers_open_at"])
    shirts.counter.checkin_list = shirts
    return scan(shirts.counter, ticket, **fields)


def test_leftovers_go_to_who_asks_first_and_never_twice(conference, shirts):
    others = [make.ticket(conference) for _ in range(2)]
    assert at_counter(shirts, others[0]).verdict == "not_here"
    actions.open_leftovers(shirts)
    assert [at_counter(shirts, one).verdict for one in others] == ["admitted", "not_here"]
    late = at_counter(shirts, shirts.owner)
    assert late.verdict == "not_here" and shirts.left() == 0
    CheckIn.objects.update(undone_at=timezone.now())
    assert at_counter(shirts, shirts.owner).verdict == "admitted"


def test_who_got_one_is_told_so_when_none_is_left(conference, shirts):
    actions.open_leftovers(shirts)
    assert at_counter(shirts, shirts.owner).verdict == "admitted"
    assert at_counter(shirts, shirts.owner).verdict == "already"


def test_unpaid_ticket_gets_no_leftover(conference, shirts):
    actions.open_leftovers(shirts)
    pending = make.ticket(conference, order_status="pending")
    assert at_counter(shirts, pending).verdict == "not_paid"


def test_whole_queue_gets_no_more_than_there_is(conference, shirts):
    tickets = [make.ticket(conference) for _ in range(3)]
    actions.open_leftovers(shirts)
    shirts.refresh_from_db()
    now = timezone.now()
    attempts = [
        actions.Attempt(uuid.uuid4(), code_key(one.code), now, one.code, said="admitted")
        for one in tickets
    ]
    found = actions.take(shirts.counter, shirts, attempts)
    verdicts = [found[one.scan_id].verdict for one in attempts]
    assert sorted(verdicts) == ["admitted", "not_here", "not_here"]
    assert Scan.objects.open_conflicts(conference).count() == 2


def test_scan_from_before_the_opening_is_decided_as_then(conference, shirts):
    actions.open_leftovers(shirts)
    shirts.refresh_from_db()
    earlier = shirts.leftovers_open_at - dt.timedelta(minutes=1)
    stranger = make.ticket(conference)
    attempts = [
        actions.Attempt(uuid.uuid4(), code_key(one.code), earlier, one.code)
        for one in (stranger, shirts.owner)
    ]
    found = actions.take(shirts.counter, shirts, attempts)
    assert [found[one.scan_id].verdict for one in attempts] == ["not_here", "admitted"]


def test_ordinary_scan_takes_its_eight_statements(
    conference, station, django_assert_max_num_queries
):
    held = make.ticket(conference)
    with django_assert_max_num_queries(8):
        scan(station, held)


def test_staff_open_and_close_leftovers(team, conference, shirts):
    page = url("leftovers", conference, shirts.pk)
    assert team.post(page, {"open": "on"}).url == url("live", conference)
    shirts.refresh_from_db()
    first = shirts.leftovers_open_at
    text = team.get(url("live", conference)).content.decode()
    assert "Leftovers for everybody" in text and "Only for those who ordered" in text
    team.post(page, {"open": "on"})
    shirts.refresh_from_db()
    assert shirts.leftovers_open_at == first
    team.post(page, {"open": ""})
    shirts.refresh_from_db()
    assert shirts.leftovers_open_at is None


def test_who_may_not_open_leftovers(as_role, team, conference, shirts):
    page = url("leftovers", conference, shirts.pk)
    assert as_role(Role.DOOR).post(page, {"open": "on"}).status_code == 403
    assert team.get(page).status_code == 405
    foreign = make.checkin_list(make_scale.conference(), kind="shirt")
    assert team.post(url("leftovers", conference, foreign.pk)).status_code == 404
    editions.close(conference)
    team.post(page, {"open": "on"})
    shirts.refresh_from_db()
    assert shirts.leftovers_open_at is None


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_wall_of_many_doors_fits_on_its_screen(team, conference, station, live_server, page):
    for n in range(2, 26):
        make.paired(conference, name=f"Door {n}", checkin_list=station.checkin_list)
    scan(station, make.ticket(conference))
    cache.clear()
    session = team.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(live_server.url + url("wall", conference))
        assert page.get_by_text("and 7 more doors").is_visible()
        assert page.evaluate("document.documentElement.scrollHeight") <= height
