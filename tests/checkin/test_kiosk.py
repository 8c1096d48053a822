"""The self-service kiosk: whose ticket it opens, what it prints, and that it keeps nothing."""

import contextlib
import datetime as dt
import re
import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from checkin import actions, verdicts
from checkin.badges import actions as badges
from checkin.editions import erase
from checkin.kiosk import actions as kiosk_actions
from checkin.kiosk.models import LASTS, KioskVisit
from checkin.models import Badge, CheckIn, PrinterReport, PrintJob, Scan, Station
from checkin.views.kiosk import look_up as look_up_at
from registration.actions import pass_on
from registration.models import Ticket
from scale import throttle
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale
from tests.test_attacks import HOSTILE

from .kiosks import kiosk_of, look_up, scan, send, text, title

pytestmark = pytest.mark.django_db(transaction=True)
ME = {"email": "ana@example.org", "postcode": "90001"}


@pytest.fixture
def ticket(conference):
    held = make.ticket(conference, order_status="paid", attendee_name="Ana Ruiz")
    Ticket.objects.filter(pk=held.pk).update(
        attendee_email=ME["email"], postcode=ME["postcode"], organization="Northbeam"
    )
    held.refresh_from_db()
    return held


# --- the way of most ---------------------------------------------------------------------------


def test_scanned_ticket_shows_its_badge_and_prints_once(kiosk, ticket):
    answer = scan(kiosk, ticket.code.lower())
    assert (title(answer), answer.request["PATH_INFO"]) == ("Is that right?", "/door/kiosk/ticket/")
    assert "Ana Ruiz" in text(answer) and "Northbeam" in text(answer)
    assert not CheckIn.objects.exists() and not Badge.objects.exists()
    picture = kiosk.get("/door/kiosk/badge.svg")
    assert (
        picture["Content-Type"] == "image/svg+xml" and ticket.code not in picture.content.decode()
    )
    assert title(send(kiosk, "print")) == "The printer takes a break"
    assert title(send(kiosk, "print")) == "The printer takes a break"
    assert [one.station for one in CheckIn.objects.all()] == [kiosk.station]
    assert list(Scan.objects.values_list("verdict", flat=True)) == ["admitted"]
    assert PrintJob.objects.get().badge.ticket == ticket


def test_who_was_let_in_elsewhere_still_gets_the_badge(kiosk, ticket):
    door = make.station(kiosk.station.conference, checkin_list=kiosk.station.checkin_list)
    actions.admit(door, ticket.code, scan_id=uuid.uuid4())
    scan(kiosk, ticket.code)
    send(kiosk, "print")
    assert CheckIn.objects.get().station == door
    assert PrintJob.objects.count() == 1


def test_pressed_by_two_at_once_is_one_badge(kiosk, ticket):
    scan(kiosk, ticket.code)
    nonce = KioskVisit.objects.get().nonce
    answers = []

    def press():
        client = Client()
        client.cookies = kiosk.cookies
        answers.append(client.post("/door/kiosk/print/", {"visit": nonce})["Location"])
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == ["/door/kiosk/printing/"] * 4
    assert (Badge.objects.count(), PrintJob.objects.count(), CheckIn.objects.count()) == (1, 1, 1)


def test_own_badge_sends_nobody_to_the_help_desk(kiosk, ticket):
    """Two presses may meet anywhere: the second may have looked for a badge too early."""
    scan(kiosk, ticket.code)
    visit = KioskVisit.objects.select_related("station", "ticket").get()
    before = timezone.now()
    send(kiosk, "print")
    kiosk_actions.require_printable(visit.station, visit.ticket, since=before)
    with pytest.raises(kiosk_actions.TurnedAway, match="You have a badge already"):
        kiosk_actions.require_printable(visit.station, visit.ticket, since=timezone.now())


def test_name_is_corrected_by_the_holders_own_form(kiosk, ticket):
    reg.sale_rules(ticket.conference, ask_organization="required")
    scan(kiosk, ticket.code)
    shown = kiosk.get("/door/kiosk/correct/").content.decode()
    assert 'name="attendee_email"' not in shown and ME["email"] not in shown
    wrong = send(kiosk, "correct", attendee_name="Ana Ruiz-Sol", organization="")
    assert "This field is required." in text(wrong) and 'value="Ana Ruiz-Sol"' in str(wrong.content)
    right = send(kiosk, "correct", attendee_name="Ana  Ruiz-Sol", organization="Corvid")
    assert title(right) == "Is that right?" and "Ana Ruiz-Sol" in text(right)
    ticket.refresh_from_db()
    assert (ticket.attendee_name, ticket.organization, ticket.attendee_email, ticket.postcode) == (
        *("Ana Ruiz-Sol", "Corvid"),
        *(ME["email"], ME["postcode"]),
    )


def test_after_the_last_day_of_corrections_the_help_desk_corrects(kiosk, ticket):
    yesterday = ticket.conference.today() - dt.timedelta(days=1)
    reg.sale_rules(ticket.conference, corrections_until=yesterday)
    answer = scan(kiosk, ticket.code)
    assert "The help desk corrects it" in text(answer)
    send(kiosk, "correct", attendee_name="Mallory")
    ticket.refresh_from_db()
    assert ticket.attendee_name == "Ana Ruiz"


# --- who goes to the help desk -----------------------------------------------------------------


def stopped(kiosk, code):
    answer = scan(kiosk, code)
    assert answer.request["PATH_INFO"] == "/door/kiosk/stop/"
    assert not PrintJob.objects.exists() and not CheckIn.objects.exists()
    assert "Ana" not in text(answer)
    return title(answer), text(answer)


@pytest.mark.parametrize(
    ("status", "words", "verdict"),
    [
        ("pending", "This ticket is not paid yet", "not_paid"),
        ("cancelled", "This ticket no longer counts", "cancelled"),
    ],
)
def test_ticket_of_an_open_or_cancelled_order(kiosk, conference, status, words, verdict):
    held = make.ticket(conference, order_status=status, attendee_name="Ana Ruiz")
    assert stopped(kiosk, held.code)[0] == words
    assert Scan.objects.get().verdict == verdict


def test_unknown_code_is_kept_and_can_be_followed_by_a_look_up(kiosk):
    assert stopped(kiosk, "NOSUCHTICKET")[0] == "We do not know this code"
    assert Scan.objects.get().verdict == "unknown"


@pytest.mark.parametrize("typed", ["😀", "?!", "A" * 5000])
def test_what_cannot_be_a_code_is_told_apart(kiosk, typed):
    assert stopped(kiosk, typed)[0] == "That is no code of a ticket"
    assert not Scan.objects.exists()


def test_nothing_typed_stays_on_the_welcome_page(kiosk):
    assert title(scan(kiosk, "  ")) == "Scan the QR code of your ticket"


def test_ticket_of_another_edition_is_unknown(kiosk):
    other = make.ticket(make_scale.conference(), attendee_name="Ana Ruiz")
    assert stopped(kiosk, other.code)[0] == "We do not know this code"


def test_code_from_before_the_ticket_was_passed_on(kiosk, ticket):
    old = ticket.code
    pass_on(ticket, name="Bo Lind", email="bo@example.org")
    words, all_of_it = stopped(kiosk, old)
    assert words == "This code is no longer good" and "Bo" not in all_of_it


def test_ticket_without_a_name(kiosk, conference):
    held = make.ticket(conference, attendee_name="")
    assert stopped(kiosk, held.code)[0] == "Nobody is named on this ticket yet"


def test_list_of_another_kind_of_ticket(kiosk, conference, ticket):
    kiosk.station.checkin_list.ticket_types.set([make.ticket_type(conference, name="Expo")])
    words, said = stopped(kiosk, ticket.code)
    assert words == "This ticket is for something else" and "send to" not in said


def test_list_that_has_not_opened(kiosk, ticket):
    one = kiosk.station.checkin_list
    one.opens_at = timezone.now() + dt.timedelta(hours=2)
    one.save()
    words, said = stopped(kiosk, ticket.code)
    assert words == "This ticket is not good just now" and "opens" in said


@pytest.mark.parametrize("facts", [{"is_minor": True}, {"guardian_name": "Guardian"}])
def test_minors_come_with_their_guardian(kiosk, ticket, facts):
    Ticket.objects.filter(pk=ticket.pk).update(**facts)
    assert stopped(kiosk, ticket.code)[0] == "Please go to the help desk together"
    assert kept(kiosk) == [(ticket.pk, "help_desk", "under 18: a guardian signs")]
    assert title(look_up(kiosk, **ME)) == "Please go to the help desk together"
    assert len(kept(kiosk)) == 2


def kept(kiosk):
    rows = Scan.objects.filter(station=kiosk.station, checkin_list=kiosk.station.checkin_list)
    return list(rows.values_list("ticket", "verdict", "why"))


def test_printed_badge_is_never_printed_again(kiosk, ticket):
    desk = make.station(ticket.conference, name="Desk 3", kind=Station.Kind.DESK)
    badges.print_here(ticket.pk, station=desk)
    words, said = stopped(kiosk, ticket.code)
    assert words == "You have a badge already"
    assert re.search(r"Badge already printed \(\d\d:\d\d, Desk 3\)", said)
    assert kept(kiosk) == [(ticket.pk, "help_desk", "badge already printed")]
    assert "badge already printed" in verdicts.screen(Scan.objects.told().get())["says"]


def test_badge_printed_elsewhere_while_somebody_stood_here(kiosk, ticket):
    scan(kiosk, ticket.code)
    badge = badges.print_here(ticket.pk)
    Badge.objects.filter(pk=badge.pk).update(created_at=timezone.now() - dt.timedelta(hours=1))
    assert title(send(kiosk, "print")) == "You have a badge already"
    assert not PrintJob.objects.exists()
    assert kept(kiosk) == [(ticket.pk, "help_desk", "badge already printed")]


def test_badge_opens_nothing(kiosk, ticket):
    badge = badges.print_here(ticket.pk)
    assert stopped(kiosk, badge.code)[0] == "Your badge is good"
    badges.reprint(ticket.pk, why="lost")
    answer = scan(kiosk, badge.code)
    assert (title(answer), Scan.objects.get().verdict) == ("This is an old badge", "old_badge")


def test_ticket_passed_on_during_the_visit_is_let_go(kiosk, ticket):
    scan(kiosk, ticket.code)
    pass_on(ticket, name="Bo Lind", email="bo@example.org")
    assert kiosk.get("/door/kiosk/ticket/")["Location"] == "/door/"
    assert send(kiosk, "print").request["PATH_INFO"] == "/door/"
    assert not PrintJob.objects.exists()


def test_order_cancelled_during_the_visit_prints_nothing(kiosk, ticket):
    scan(kiosk, ticket.code)
    ticket.order.status = "cancelled"
    ticket.order.save()
    assert title(send(kiosk, "print")) == "This ticket no longer counts"
    assert not PrintJob.objects.exists()


# --- looking oneself up ------------------------------------------------------------------------


@pytest.mark.parametrize("postcode", ["90001", " 90001 ", "90001-1234"])
def test_look_up_by_address_and_postcode(kiosk, ticket, postcode):
    answer = look_up(kiosk, email=" Ana@Example.org", postcode=postcode)
    assert title(answer) == "Is that right?" and "Ana Ruiz" in text(answer)


def test_postcodes_are_compared_as_people_vary_them(kiosk, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(postcode="SW1A 1AA")
    assert title(look_up(kiosk, email=ME["email"], postcode="sw1a1aa")) == "Is that right?"


def test_wrong_address_and_wrong_postcode_are_told_alike(kiosk, conference, ticket):
    none = make.ticket(conference, attendee_name="Cy Dee", attendee_email="cy@example.org")
    assert none.postcode == ""
    told = set()
    for said in (
        ME | {"postcode": "10001"},
        ME | {"email": "nobody@example.org"},
        {"email": "cy@example.org", "postcode": "90001"},
    ):
        answer = look_up(kiosk, **said)
        page = answer.content.decode()
        for value in (said["email"], said["postcode"], KioskVisit.objects.get().nonce):
            page = page.replace(value, "")
        told.add(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))
    assert len(told) == 1 and "the help desk finds it" in told.pop()


def test_name_alone_finds_nobody(kiosk, ticket):
    answer = look_up(kiosk, email="Ana Ruiz", postcode="90001")
    assert "Enter a valid e-mail address." in text(answer)
    assert "This field is required." in text(look_up(kiosk, email=ME["email"], postcode=""))


def test_look_up_does_not_reach_another_edition(kiosk):
    make.ticket(make_scale.conference(), attendee_email=ME["email"], postcode=ME["postcode"])
    assert "We find no ticket" in text(look_up(kiosk, **ME))


def test_guessing_is_slowed_for_an_address_at_all_kiosks(kiosk, conference, ticket):
    for n in range(12):
        look_up(kiosk, email=ME["email"], postcode=f"1000{n}")
    second = kiosk_of(conference)
    answer = look_up(second, **ME)
    assert answer.status_code == 429 and "Too many tries" in text(answer)
    assert "Ana" not in text(answer)


def test_guessing_is_slowed_for_a_kiosk(kiosk, ticket):
    for n in range(100):
        look_up(kiosk, email=f"a{n}@example.org", postcode="90001")
    assert look_up(kiosk, **ME).status_code == 429


def test_good_look_ups_are_not_counted(kiosk, ticket):
    for _ in range(14):
        assert look_up(kiosk, **ME).status_code == 200


def test_guesses_at_once_are_all_counted(kiosk, ticket, monkeypatch):
    """One is left of the address's twelve; of many that come together only one is looked at."""
    for n in range(11):
        look_up(kiosk, email=ME["email"], postcode=f"1000{n}")
    station, begin, seen, asked = kiosk.station, threading.Barrier(8), [], kiosk_actions.look_up

    def noted(station, email, postcode):
        seen.append(postcode)
        return asked(station, email, postcode)

    def guess(n):
        begin.wait()
        with contextlib.suppress(throttle.Throttled):
            look_up_at(station, ME["email"], f"2000{n}")
        connection.close()

    monkeypatch.setattr(kiosk_actions, "look_up", noted)
    threads = [threading.Thread(target=guess, args=[n]) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(seen) == 1


def test_guessing_codes_is_slowed_and_good_tickets_still_work(kiosk, ticket):
    for n in range(actions.UNKNOWN_LIMIT):
        actions.admit(kiosk.station, f"NOSUCH{n}", scan_id=uuid.uuid4())
    assert title(scan(kiosk, "NOSUCHTICKET")) == "Too many unknown codes"
    assert title(scan(kiosk, ticket.code)) == "Is that right?"


def several(conference):
    kind = make.ticket_type(conference)
    order = reg.order(conference, types=[kind] * 3, buyer_email=ME["email"])
    for name, held in zip(("Ana", "Bo", "Cy"), order.tickets.order_by("pk"), strict=True):
        Ticket.objects.filter(pk=held.pk).update(attendee_name=name, postcode=ME["postcode"][:5])
    order.tickets.filter(attendee_name="Ana").update(attendee_email=ME["email"])
    return order


def test_buyer_of_several_chooses_and_prints_one_after_the_other(kiosk, conference, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(attendee_email="other@example.org")
    order = several(conference)
    answer = look_up(kiosk, **ME)
    assert title(answer) == "Which ticket is yours?"
    assert [name in text(answer) for name in ("Ana", "Bo", "Cy", "Ruiz")] == [True] * 3 + [False]
    first, second, _ = order.tickets.order_by("pk")
    assert "Bo" in text(send(kiosk, "choose", ticket=second.pk))
    assert "Print another badge of mine" in text(send(kiosk, "print"))
    assert title(send(kiosk, "choose", ticket=second.pk)) == "You have a badge already"
    assert "Ana" in text(send(kiosk, "choose", ticket=first.pk))
    send(kiosk, "print")
    assert PrintJob.objects.count() == 2


def test_choosing_a_ticket_that_was_not_found_opens_nothing(kiosk, conference, ticket):
    several(conference)
    look_up(kiosk, **ME)
    Ticket.objects.filter(pk=ticket.pk).update(postcode="1")
    mine = Ticket.objects.filter(attendee_name="Cy").get()
    KioskVisit.objects.update(found=[mine.pk])
    for pk in (ticket.pk, "x", "9" * 40):
        assert title(send(kiosk, "choose", ticket=pk)) == "Which ticket is yours?"


def test_what_was_passed_on_is_not_the_buyers_any_more(kiosk, conference):
    order = several(conference)
    given = order.tickets.get(attendee_name="Bo")
    pass_on(given, name="Dee Fox", email="dee@example.org")
    answer = look_up(kiosk, **ME)
    assert "Dee" not in text(answer) and "Cy" in text(answer)


def test_holder_finds_their_own_and_not_the_rest_of_the_order(kiosk, conference):
    order = several(conference)
    order.tickets.filter(attendee_name="Cy").update(
        attendee_email="cy@example.org", postcode="20001"
    )
    assert "Cy" in text(look_up(kiosk, email="cy@example.org", postcode="20001"))
    assert "We find no" in text(look_up(kiosk, email="cy@example.org", postcode="90001"))


def test_postcode_of_another_in_the_group_opens_not_the_buyers_tickets(kiosk, conference):
    order = several(conference)
    bo, cy = (order.tickets.filter(attendee_name=name) for name in ("Bo", "Cy"))
    bo.update(attendee_email="bo@example.org", postcode="20001")
    cy.update(postcode="30001")
    assert "We find no" in text(look_up(kiosk, email=ME["email"], postcode="20001"))
    # Who has no address of their own is found by the buyer's; nobody else with them.
    answer = look_up(kiosk, email=ME["email"], postcode="30001")
    assert title(answer) == "Is that right?" and "Cy" in text(answer)
    cy.update(attendee_email=ME["email"])  # as its holder may have written
    answer = look_up(kiosk, email=ME["email"], postcode="30001")
    assert title(answer) == "Is that right?" and "Cy" in text(answer)
    assert title(look_up(kiosk, **ME)) == "Which ticket is yours?"


def test_buyer_without_a_ticket_opens_nobodys_who_has_an_address(kiosk, conference):
    order = several(conference)
    for name in ("Ana", "Bo", "Cy"):
        order.tickets.filter(attendee_name=name).update(attendee_email=f"{name}@example.net")
    assert "We find no" in text(look_up(kiosk, **ME))


# --- printers ----------------------------------------------------------------------------------


@pytest.fixture
def printer(conference):
    found = make.station(conference, name="Printer A", kind=Station.Kind.PRINTER)
    Station.objects.filter(pk=found.pk).update(last_seen_at=timezone.now())
    found.refresh_from_db()
    return found


def test_place_in_the_queue_and_the_way_of_the_badge(kiosk, conference, ticket, printer):
    kiosk.station.printer = printer
    kiosk.station.save()
    ahead = [make.ticket(conference) for _ in range(2)]
    for one in ahead:
        badges.print_badge(one.pk)
    scan(kiosk, ticket.code)
    assert title(send(kiosk, "print")) == "Your badge is number 3 in the queue"
    assert PrintJob.objects.latest("pk").wanted == printer

    def state():
        return title(kiosk.get("/door/kiosk/printing/", headers={"hx-request": "true"}))

    for one in ahead:
        job = badges.claim(printer)
        assert job.badge.ticket == one
        badges.report(printer, job.pk, job.attempt, printed=True)
    assert state() == "Your badge is next"
    job = badges.claim(printer)
    assert state() == "Your badge is being printed"
    badges.report(printer, job.pk, job.attempt, printed=True)
    assert state() == "Take your badge. Welcome!"


def test_printer_that_is_out_is_told(kiosk, ticket, printer):
    scan(kiosk, ticket.code)
    assert title(send(kiosk, "print")) == "Your badge is next"
    PrinterReport.objects.create(station=printer, trouble="out of paper", since=timezone.now())
    assert title(kiosk.get("/door/kiosk/printing/")) == "The printer takes a break"
    PrinterReport.objects.update(trouble="")
    silent = timezone.now() - dt.timedelta(minutes=3)
    Station.objects.filter(pk=printer.pk).update(last_seen_at=silent)
    assert title(kiosk.get("/door/kiosk/printing/")) == "The printer takes a break"


def test_badge_that_failed_is_for_the_help_desk(kiosk, ticket, printer):
    scan(kiosk, ticket.code)
    send(kiosk, "print")
    job = badges.claim(printer)
    badges.report(printer, job.pk, job.attempt, printed=False)
    assert title(kiosk.get("/door/kiosk/printing/")) == "The printer could not print it"


def test_printer_that_was_revoked_is_passed_over(kiosk, ticket, printer):
    kiosk.station.printer = printer
    kiosk.station.save()
    actions.revoke(printer)
    scan(kiosk, ticket.code)
    send(kiosk, "print")
    assert PrintJob.objects.get().wanted is None


# --- nothing is kept ---------------------------------------------------------------------------

PAGES = ("stop", "find", "choose", "ticket", "correct", "printing", "buy", "upgrade", "pay")


@pytest.mark.parametrize("where", [*(f"{name}/" for name in PAGES), "badge.svg", "pay.svg"])
def test_welcome_page_ends_the_visit(kiosk, ticket, where):
    scan(kiosk, ticket.code)
    assert title(kiosk.get("/door/")) == "Scan the QR code of your ticket"
    assert not KioskVisit.objects.exists()
    answer = kiosk.get(f"/door/kiosk/{where}")
    assert (answer.status_code, answer["Location"]) == (302, "/door/")
    assert kiosk.get(f"/door/kiosk/{where}", headers={"hx-request": "true"})["HX-Redirect"]


def test_worker_that_fetches_the_welcome_page_ends_no_visit(kiosk, ticket):
    scan(kiosk, ticket.code)
    answer = kiosk.get("/door/", headers={"door-worker": "install"})
    assert title(answer) == "Scan the QR code of your ticket" and "Ana" not in text(answer)
    assert title(kiosk.get("/door/kiosk/ticket/")) == "Is that right?"


@pytest.mark.parametrize("where", ["find", "choose", "correct", "print", "upgrade", "pay", "drop"])
def test_form_of_an_earlier_visit_does_nothing(kiosk, conference, ticket, where):
    scan(kiosk, ticket.code)
    old = KioskVisit.objects.get().nonce
    next_one = make.ticket(conference, attendee_name="Bo Lind")
    scan(kiosk, next_one.code)
    said = {"visit": old, "attendee_name": "Mallory", **ME}
    assert kiosk.post(f"/door/kiosk/{where}/", said)["Location"] == "/door/"
    next_one.refresh_from_db()
    assert next_one.attendee_name == "Bo Lind" and not PrintJob.objects.exists()


def test_visit_ends_by_itself_when_its_page_broke_down(kiosk, ticket):
    scan(kiosk, ticket.code)
    KioskVisit.objects.update(seen_at=timezone.now() - LASTS)
    assert kiosk.get("/door/kiosk/ticket/")["Location"] == "/door/"


def test_pages_are_kept_by_nobody_and_carry_no_secret(kiosk, ticket):
    for answer in (
        kiosk.get("/door/"),
        scan(kiosk, ticket.code),
        kiosk.get("/door/kiosk/correct/"),
    ):
        assert "no-store" in answer["Cache-Control"]
        page = answer.content.decode()
        assert ticket.code not in page and ticket.secret not in page and ME["email"] not in page
        for field in re.findall(r"<input [^>]*type=\"(?:text|email)\"[^>]*>", page):
            assert 'autocomplete="off"' in field, field


def test_two_kiosks_know_nothing_of_each_other(kiosk, conference, ticket):
    scan(kiosk, ticket.code)
    assert kiosk_of(conference).get("/door/kiosk/ticket/")["Location"] == "/door/"


def test_kiosk_scans_nobody_in_as_a_phone_does(kiosk, ticket):
    said = {"code": ticket.code, "scan_id": str(uuid.uuid4())}
    assert kiosk.post("/door/scan/", said).status_code == 403
    assert kiosk.get("/door/search/?q=Ruiz").status_code == 403


def test_phone_has_no_kiosk(phone, kiosk, ticket):
    scan(kiosk, ticket.code)
    assert phone.get("/door/kiosk/ticket/").status_code == 403
    assert phone.post("/door/kiosk/scan/", {"code": ticket.code}).status_code == 403


def test_closed_edition_ends_its_kiosks(kiosk, conference, ticket):
    conference.closed_at = timezone.now()
    conference.save()
    assert kiosk.post("/door/kiosk/scan/", {"code": ticket.code}).status_code == 403


def test_erasing_an_edition_ends_its_visits(kiosk, ticket):
    scan(kiosk, ticket.code)
    erase(ticket.conference)
    assert not KioskVisit.objects.exists()


# --- whatever is sent, however much there is ---------------------------------------------------


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_that_is_typed_is_too_strange(kiosk, conference, ticket, value):
    reg.ticket_type(conference, code="full")
    answers = [scan(kiosk, value), look_up(kiosk, email=value, postcode=value)]
    answers.append(look_up(kiosk, email=ME["email"], postcode=value))
    KioskVisit.objects.update(found=[ticket.pk])
    answers.append(send(kiosk, "choose", ticket=value))
    kiosk.post("/door/kiosk/begin/", {"to": value})
    kiosk.post("/door/kiosk/scan/", {"code": ticket.code})
    answers.append(kiosk.get("/door/kiosk/upgrade/", {"type": value, "extra": value}))
    answers.append(send(kiosk, "correct", attendee_name=value, organization=value, title=value))
    kiosk.post("/door/kiosk/begin/", {"to": "buy"})
    answers.append(send(kiosk, "buy/full", buyer_name=value, buyer_email="bo@example.org"))
    assert {answer.status_code for answer in answers} <= {200, 400, 429}


def test_pages_take_the_same_statements_for_one_and_three(
    kiosk, conference, ticket, django_assert_num_queries
):
    kinds = [reg.ticket_type(conference, quotas=[reg.quota(conference)])]
    scan(kiosk, ticket.code)
    KioskVisit.objects.update(found=[ticket.pk])
    pages = {"/door/kiosk/choose/": 4, "/door/kiosk/buy/": 6, "/door/kiosk/ticket/": 8}
    for found in (1, 3):
        for path, statements in pages.items():
            with django_assert_num_queries(statements):
                assert kiosk.get(path).status_code == 200
        if found == 1:
            more = [make.ticket(conference, ticket_type=kinds[0]).pk for _ in range(2)]
            KioskVisit.objects.update(found=[ticket.pk, *more])
            for _ in range(2):
                reg.ticket_type(conference, quotas=[reg.quota(conference)])
