"""The desk station: a paired laptop finds, lets in, corrects, prints, sells; no account."""

import datetime as dt
import random
import uuid
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.client import hidden
from checkin import actions
from checkin.badges import actions as badges
from checkin.models import Badge, CheckIn, PrintJob, Scan, Station
from registration.actions import close_drawer, expire_orders
from registration.models import CashDrawer, Order, OrderLine, Payment, Ticket, TicketPrice
from scale.models import AuditEntry
from tests.factories import badges as make_badge
from tests.factories import checkin as make
from tests.factories import registration as reg
from tests.factories import scale as make_scale
from tests.test_attacks import Forms, hostile_addresses, tries

pytestmark = pytest.mark.django_db(transaction=True)


def url(name, *args):
    return reverse(f"checkin:desk-{name}" if name else "checkin:desk", args=args)


def begin(client, **fields):
    return client.post(url("shift"), {"volunteer": "AB"} | fields)


@pytest.fixture
def conference():
    return make_scale.conference()


@pytest.fixture
def desk(conference):
    """A client of a paired desk whose shift has begun, as `desk.station`."""
    return desk_of(conference, name="Desk 3")


def desk_of(conference, **fields):
    station, credential = make.paired(conference, kind=Station.Kind.DESK, **fields)
    client = Client()
    client.cookies["station"] = credential
    client.station = station
    assert begin(client).status_code == 302
    return client


@pytest.fixture
def full(conference):
    return reg.ticket_type(conference, name="Full access", quotas=[reg.quota(conference)])


@pytest.fixture
def bought(conference, full):
    order = reg.paid_order(
        conference, types=[full], buyer_name="Ana Ruiz", buyer_email="ana@example.org"
    )
    return order.tickets.get()


def text(answer):
    return " ".join(answer.content.decode().split())


def told(row):
    return [entry.says() for entry in AuditEntry.objects.of_rows([row])]


# --- who sits there ---------------------------------------------------------------------------


def test_initials_are_asked_once_for_a_shift(conference, bought):
    station, credential = make.paired(conference, kind=Station.Kind.DESK)
    client = Client()
    client.cookies["station"] = credential
    path = url("ticket", bought.code)
    asked = client.get(path)
    assert asked.url == f"{url('shift')}?next={path.replace('/', '%2F')}"
    wrong = client.post(asked.url, {"volunteer": " "})
    assert (wrong.status_code, "volunteer" in wrong.context["form"].errors) == (200, True)
    assert client.post(asked.url, {"volunteer": "AB"}).url == path
    assert client.get(path).status_code == 200
    client.post(url("shift"), {"end": "1"})
    assert client.get(path).status_code == 302


def test_initials_of_yesterday_are_asked_again(desk, bought, monkeypatch):
    assert desk.get(url("ticket", bought.code)).status_code == 200
    later = timezone.now() + dt.timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert desk.get(url("ticket", bought.code)).status_code == 302


@pytest.mark.parametrize("then", ["https://evil.example/door/desk/", "//evil.example", "/staff/"])
def test_after_the_initials_one_stays_at_the_desk(desk, then):
    answer = desk.post(f"{url('shift')}?next={then}", {"volunteer": "AB"})
    assert answer.url == url("")


def test_a_desk_that_is_paired_lands_on_its_desk(conference, client):
    station = make.station(conference, kind=Station.Kind.DESK)
    code = actions.open_pairing(station)
    assert client.post(reverse("checkin:pair", args=[code])).url == url("")
    begin(client)
    assert f'href="{reverse("checkin:door")}"' in text(client.get(url("")))


def test_revoked_desk_can_do_nothing_from_that_moment(desk, bought):
    assert desk.get(url("ticket", bought.code)).status_code == 200
    actions.revoke(desk.station)
    for path in (url(""), url("ticket", bought.code), url("sell"), url("shift")):
        assert desk.get(path).status_code == 403
    assert desk.post(url("print", bought.code)).status_code == 403
    assert not Badge.objects.exists()


def test_another_editions_tickets_and_orders_are_unknown(desk):
    other = make_scale.conference()
    kind = reg.ticket_type(other)
    theirs = reg.paid_order(other, types=[kind]).tickets.get()
    for name in ("ticket", "correct", "reprint", "paper", "upgrade"):
        assert desk.get(url(name, theirs.code)).status_code == 404
    for name in ("let-in", "print", "undo"):
        assert desk.post(url(name, theirs.code)).status_code == 404
    for name in ("cash", "sold"):
        assert desk.get(url(name, theirs.order.code)).status_code == 404
    badge = make_badge.printed(other, ticket_type=kind)
    assert "Nobody found" in text(desk.get(url(""), {"q": badge.code}))
    assert not CheckIn.objects.exists()


# --- finding ----------------------------------------------------------------------------------


def test_finds_by_name_order_code_address_and_postcode(desk, conference, full, bought):
    reg.ticket(full, attendee_name="Anaïs Roux")
    Ticket.objects.filter(pk=bought.pk).update(
        attendee_email="ana@example.org", postcode="94110", phone="+1 555 7777"
    )
    page = url("ticket", bought.code)
    for words in ("ruiz", bought.order.code, bought.code.lower(), "ana@example.org", "94110"):
        assert desk.get(url(""), {"q": words}).url == page, words
    listed = desk.get(url(""), {"q": "ana"}, headers={"HX-Request": "true"})
    assert "2 found" in text(listed) and "<html" not in text(listed)
    assert "ana@example.org" not in text(listed)
    assert "Nobody found for “xyzzy”" in text(desk.get(url(""), {"q": "xyzzy"}))
    opened = text(desk.get(page))
    assert "ana@example.org" not in opened and "555 7777" not in opened


def test_scan_of_a_badge_opens_its_ticket(desk, conference):
    first = make_badge.printed(conference)
    assert desk.get(url(""), {"q": first.code}).url == url("ticket", first.ticket.code)
    badges.print_here(first.ticket_id, why="lost")
    answer = desk.get(url(""), {"q": first.code}, follow=True)
    assert "This is an old badge" in text(answer)


def test_search_is_slowed_down(desk, monkeypatch):
    monkeypatch.setattr("checkin.views.desk.MOST_QUESTIONS", 2)
    found = [desk.get(url(""), {"q": "ana"}).status_code for _ in range(3)]
    assert found == [200, 200, 429]


@pytest.mark.parametrize("page", ["found", "ticket"])
def test_queries_do_not_grow(desk, conference, full, page):
    order = reg.paid_order(conference, types=[full] * 4, buyer_name="Ana Ruiz")
    tickets = list(order.tickets.order_by("pk"))
    Ticket.objects.filter(pk__in=[one.pk for one in tickets[1:]]).update(attendee_name="Bo")
    path = f"{url('')}?q=ruiz" if page == "found" else url("ticket", tickets[0].code)
    headers = {"HX-Request": "true"} if page == "found" else {}

    def statements():
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(path, headers=headers).status_code == 200
        return len(seen)

    statements()
    one = statements()
    for n in range(3):
        reg.ticket(full, attendee_name=f"Cy{n} Ruiz", order=order)
        badges.print_here(tickets[0].pk, why="lost" if n else "")
    assert statements() == one


# --- at the ticket ----------------------------------------------------------------------------


def let_in(client, ticket):
    scan_id = client.get(url("ticket", ticket.code)).context["scan_id"]
    return client.post(url("let-in", ticket.code), {"scan_id": scan_id}, follow=True)


def test_lets_in_like_a_scan_and_takes_back(desk, bought):
    assert "Admitted" in text(let_in(desk, bought))
    scan = Scan.objects.get()
    assert (scan.station, scan.volunteer, scan.verdict) == (desk.station, "AB", "admitted")
    assert "Already in" in text(let_in(desk, bought))
    stranger = make.ticket(bought.conference)
    wrong = desk.post(url("undo", stranger.code), {"scan_id": scan.scan_id}, follow=True)
    assert "There is no admission to undo here" in text(wrong)
    assert CheckIn.objects.live().filter(ticket=bought).exists()
    undone = desk.post(url("undo", bought.code), {"scan_id": scan.scan_id}, follow=True)
    assert "is not in" in text(undone)
    assert not CheckIn.objects.live().exists()


def test_takes_back_only_its_own_and_only_for_a_quarter_of_an_hour(desk, conference, bought):
    other = desk_of(conference, name="Desk 4")
    let_in(other, bought)
    scan = Scan.objects.get()
    assert 'data-key="z"' not in text(desk.get(url("ticket", bought.code)))
    answer = desk.post(url("undo", bought.code), {"scan_id": scan.scan_id}, follow=True)
    assert "There is no admission to undo here" in text(answer)
    assert 'data-key="z"' in text(other.get(url("ticket", bought.code)))
    CheckIn.objects.update(at=timezone.now() - dt.timedelta(minutes=16))
    assert 'data-key="z"' not in text(other.get(url("ticket", bought.code)))
    answer = other.post(url("undo", bought.code), {"scan_id": scan.scan_id}, follow=True)
    assert "more than 15 minutes ago" in text(answer)
    assert CheckIn.objects.live().count() == 1


@pytest.mark.parametrize("scan_id", ["", "x", "0"])
def test_let_in_without_a_good_id_lets_nobody_in(desk, bought, scan_id):
    answer = desk.post(url("let-in", bought.code), {"scan_id": scan_id}, follow=True)
    assert "Please try again" in text(answer)
    assert not Scan.objects.exists()


def test_unpaid_ticket_is_not_let_in_nor_printed(desk, conference, full):
    waiting = reg.pending_order(conference, types=[full], buyer_name="Ana Ruiz").tickets.get()
    page = text(desk.get(url("ticket", waiting.code)))
    assert "Take cash" in page and 'data-key="i"' not in page and 'data-key="p"' not in page
    answer = desk.post(url("let-in", waiting.code), {"scan_id": uuid.uuid4()}, follow=True)
    assert "Not paid" in text(answer)
    assert "admits nobody" in text(desk.post(url("print", waiting.code), follow=True))
    assert not CheckIn.objects.exists() and not Badge.objects.exists()


def test_refunds_and_gifts_are_not_offered(desk, bought):
    page = text(desk.get(url("ticket", bought.code))).lower()
    for word in ("refund", "give back", "free of charge", "/staff/", "cancel"):
        assert word not in page


def test_corrects_what_is_on_the_badge_and_tells_who(desk, bought):
    path = url("correct", bought.code)
    seen = desk.get(path).context["form"]["seen"].value()
    facts = {"attendee_name": "Ana Ruíz", "organization": "Northbeam", "seen": seen}
    answer = desk.post(path, facts | {"why": "married", "attendee_email": "x@evil.example"})
    assert answer.url == url("ticket", bought.code)
    now = Ticket.objects.get(pk=bought.pk)
    assert (now.attendee_name, now.organization) == ("Ana Ruíz", "Northbeam")
    assert (now.code, now.attendee_email) == (bought.code, bought.attendee_email)
    assert "corrected: Desk 3, AB: married" in told(now)
    again = desk.post(path, facts, follow=True)  # the form of before
    assert "somebody else changed it meanwhile" in text(again)


def test_correcting_without_a_name_is_an_error_beside_the_field(desk, bought):
    answer = desk.post(url("correct", bought.code), {"attendee_name": "", "title": "Engineer"})
    assert answer.status_code == 200 and "attendee_name" in answer.context["form"].errors
    assert 'value="Engineer"' in text(answer)


# --- badges -----------------------------------------------------------------------------------


def test_prints_once_and_then_says_when_and_where(desk, conference, bought):
    printer, _ = make_badge.printer(conference, name="Printer A")
    begin(desk, printer=printer.pk)
    path = url("print", bought.code)
    assert "on its way to Printer A" in text(desk.post(path, {"to": printer.pk}, follow=True))
    job = PrintJob.objects.get()
    assert (job.wanted, job.badge.asked) == (printer, "Desk 3, AB")
    assert "Badge already on its way" in text(desk.post(path, follow=True))
    badges.fetch(printer, badges.claim(printer).pk, 1)
    badges.report(printer, job.pk, 1, printed=True)
    when = dt.datetime.combine(conference.today(), dt.time(9, 14), tzinfo=conference.zone)
    Badge.objects.update(printed_at=when)
    answer = text(desk.post(path, follow=True))
    assert "Badge already printed" in answer and "09:14, Printer A" in answer
    assert PrintJob.objects.count() == 1


def test_prints_in_its_own_browser(desk, conference, bought):
    answer = desk.post(url("print", bought.code), {"to": "here"})
    assert answer.url == url("paper", bought.code)
    assert desk.get(answer.url).status_code == 200
    badge = Badge.objects.get()
    assert (badge.station, badge.printed_at is not None) == (desk.station, True)
    assert b"<svg" in desk.get(url("paper-svg", bought.code)).content
    assert desk.get(url("paper-pdf", bought.code)).content.startswith(b"%PDF")
    assert desk.get(reverse("checkin:print-page-size")).status_code == 200
    other = desk_of(conference, name="Desk 4")
    for name in ("paper", "paper-svg", "paper-pdf"):  # a code on paper is whose printer it is
        assert other.get(url(name, bought.code)).status_code == 404


def test_reprint_voids_the_old_badge_once(desk, bought):
    old = badges.print_here(bought.pk)
    path = url("reprint", bought.code)
    form = desk.get(path).context["form"]
    seen = form["seen"].value()
    assert "why" in desk.post(path, {"seen": seen}).context["form"].errors
    desk.post(path, {"seen": seen, "why": "coffee"})
    old.refresh_from_db()
    assert (old.status, old.why_void) == ("void", "coffee")
    twice = desk.post(path, {"seen": seen, "why": "coffee"}, follow=True)
    assert "A new badge was printed meanwhile" in text(twice)
    live = Badge.objects.live().get()
    assert (Badge.objects.count(), live.asked) == (2, "Desk 3, AB")


def test_nothing_to_print_again_before_the_first(desk, bought):
    answer = desk.get(url("reprint", bought.code), follow=True)
    assert "There is no badge to print again yet" in text(answer)


# --- cash -------------------------------------------------------------------------------------


@pytest.fixture
def drawer(desk):
    desk.post(url("drawer"), {"opening_float": "100"})
    return CashDrawer.objects.get()


def test_volunteer_opens_the_drawer_once(desk):
    assert desk.get(url("sell")).url == url("drawer")
    wrong = desk.post(url("drawer"), {"opening_float": "-1"})
    assert "opening_float" in wrong.context["form"].errors
    for _ in range(2):
        assert desk.post(url("drawer"), {"opening_float": "100"}).url == url("")
    opened = CashDrawer.objects.get()
    assert (opened.name, opened.volunteer, opened.opened_by) == ("Desk 3", "AB", None)
    assert (opened.station, opened.opening_float) == (desk.station, Decimal(100))
    assert "opened at the desk: Desk 3, AB" in told(opened)


def test_name_that_is_taken_asks_for_staff(desk, conference):
    reg.drawer(conference, name="Desk 3")
    answer = desk.post(url("drawer"), {"opening_float": "100"})
    assert "There is an open drawer “Desk 3” already" in text(answer)
    assert not Station.objects.exclude(drawer=None).exists()


def sale(full, **fields):
    return {
        "person1-name": "Walk In",
        "person1-type": full.code,
        "token": "a" * 32,
        "given": "100",
        "shown_total": "90.00",
    } | fields


def test_sells_for_cash_once_into_its_own_drawer(desk, conference, full, drawer):
    theirs = reg.drawer(conference)
    form = sale(full, drawer=theirs.pk, way="cheque")  # what is sent chooses nothing
    for _ in range(2):
        answer = desk.post(url("sell"), form, follow=True)
    assert "Give $10 change" in text(answer)
    payment = Payment.objects.get()
    assert (payment.drawer, payment.by, payment.provider) == (drawer, None, "cash")
    assert (payment.amount, payment.note) == (Decimal(90), "Desk 3, AB, given 100")
    assert "sold at the desk: Desk 3, AB" in told(Order.objects.get())
    assert drawer.expected() == Decimal(190)
    printed = desk.post(url("print-sold", Order.objects.get().code), follow=True)
    assert "on its way" in text(printed)
    assert Badge.objects.get().ticket.attendee_name == "Walk In"


def test_too_little_money_sells_nothing_and_loses_nothing(desk, full, drawer):
    answer = desk.post(url("sell"), sale(full, given="50"))
    assert "That is $40 too little." in text(answer) and 'value="Walk In"' in text(answer)
    assert not Order.objects.exists()


def test_sum_follows_the_form(desk, full, drawer):
    answer = text(desk.post(url("sale-sum"), sale(full)))
    assert "$90" in answer and "Change $10" in answer


def test_other_price_than_was_shown_is_looked_at_first(desk, full, drawer):
    form = sale(full, given="", shown_total=hidden(desk.get(url("sell")).content, "shown_total"))
    TicketPrice.objects.update(amount=95)
    answer = desk.post(url("sell"), form)
    words = "This costs $95 now; $90 was shown. Look at the sum and sell again."
    assert words in text(answer) and 'value="Walk In"' in text(answer)
    assert not Order.objects.exists()
    again = form | {"shown_total": hidden(answer.content, "shown_total")}
    sold = desk.post(url("sell"), again)
    assert (sold.status_code, Payment.objects.get().amount) == (302, 95)
    TicketPrice.objects.update(amount=99)
    assert desk.post(url("sell"), again).url == sold.url
    assert Payment.objects.count() == 1


def test_sale_without_scripts_shows_the_sum_of_another_type_first(desk, conference, full, drawer):
    expo = reg.ticket_type(conference, name="Expo hall", price=20)
    form = sale(expo, given="")
    looked = desk.post(url("sell"), form | {"look": "1"})
    assert "sell again" not in text(looked)
    for shown in ("90.00", hidden(looked.content, "shown_total")):
        answer = desk.post(url("sell"), form | {"shown_total": shown})
    assert (answer.status_code, Payment.objects.get().amount) == (302, 20)


def test_place_that_is_gone_is_told(desk, full, drawer):
    full.quotas.update(size=0)
    assert "has 0 left: it cannot be sold." in text(desk.post(url("sell"), sale(full)))
    assert not Order.objects.exists()


def test_sale_asks_the_database_the_same_for_any_number(
    desk, full, drawer, django_assert_num_queries
):
    ContentType.objects.get_for_models(Order, Payment)
    for n, token in ((1, "b"), (3, "c")):
        form = sale(full, given="", token=token * 32, shown_total=f"{90 * n}.00")
        for k in range(2, n + 1):
            form |= {f"person{k}-name": "More", f"person{k}-type": full.code}
        with django_assert_num_queries(38):
            assert desk.post(url("sell"), form).status_code == 302


def test_counted_drawer_takes_nothing_more(desk, full, drawer):
    close_drawer(drawer, closing_count=Decimal(100), note="", by=make_scale.user())
    assert desk.post(url("sell"), sale(full)).url == url("drawer")
    assert not Order.objects.exists()
    desk.post(url("drawer"), {"opening_float": "50"})
    assert Station.objects.get(pk=desk.station.pk).drawer.opening_float == 50


def pay_form(client, order, **fields):
    form = client.get(url("cash", order.code)).context["form"]
    kept = {name: form[name].value() for name in ("seen", "token")}
    return kept | {"given": "100"} | fields


def test_takes_cash_for_an_order_that_waits(desk, conference, full, drawer):
    order = reg.pending_order(conference, types=[full], buyer_name="Ana Ruiz")
    form = pay_form(desk, order)
    for _ in range(2):
        answer = desk.post(url("cash", order.code), form, follow=True)
    assert "Give $10 change" in text(answer)
    order.refresh_from_db()
    assert (order.status, Payment.objects.get().drawer) == ("paid", drawer)


def test_two_desks_take_the_money_of_one_order_once(desk, conference, full, drawer):
    other = desk_of(conference, name="Desk 4")
    other.post(url("drawer"), {"opening_float": "100"})
    order = reg.pending_order(conference, types=[full])
    mine, theirs = pay_form(desk, order), pay_form(other, order)
    desk.post(url("cash", order.code), mine)
    answer = other.post(url("cash", order.code), theirs, follow=True)
    assert "Nothing was done twice" in text(answer) and "Take no money" in text(answer)
    assert Payment.objects.count() == 1 and not order.refunds.exists()


def test_takes_no_money_that_the_order_has_no_use_for(desk, conference, drawer):
    full = reg.ticket_type(conference, quotas=[reg.quota(conference, size=1)])
    order = reg.pending_order(conference, types=[full])
    form = pay_form(desk, order)
    past = timezone.now() - dt.timedelta(minutes=1)
    Order.objects.filter(pk=order.pk).update(expires_at=past)
    expire_orders()
    assert "Take no money" in text(desk.get(url("cash", order.code)))
    answer = desk.post(url("cash", order.code), form, follow=True)
    assert "please look again" in text(answer)
    assert not Payment.objects.exists()


def test_form_without_its_state_takes_nothing(desk, conference, full, drawer):
    order = reg.pending_order(conference, types=[full])
    desk.post(url("cash", order.code), pay_form(desk, order, seen=""))
    assert not Payment.objects.exists()


def test_upgrades_for_cash(desk, conference, bought, drawer):
    gala = reg.ticket_type(conference, name="Gala", price=Decimal(120))
    path = f"{url('upgrade', bought.code)}?type={gala.code}"
    page = desk.get(path)
    assert "Take $30 in cash" in text(page)
    form = {name: page.context["form"][name].value() for name in ("form_token", "shown_cost")}
    to_pay = desk.post(path, form)
    order = bought.upgrade_orders.get()
    assert to_pay.url == url("cash", order.code)
    assert desk.post(path, form).url == to_pay.url  # a double click
    paid = desk.post(to_pay.url, pay_form(desk, order), follow=True)
    assert "Give $70 change" in text(paid)
    bought.refresh_from_db()
    assert bought.ticket_type == gala
    assert any(one.endswith("Desk 3, AB") for one in told(order))


def test_upgrade_that_nobody_pays_is_given_up(desk, conference, bought, drawer):
    gala = reg.ticket_type(conference, name="Gala", price=Decimal(120))
    path = f"{url('upgrade', bought.code)}?type={gala.code}"
    page = desk.get(path)
    form = {name: page.context["form"][name].value() for name in ("form_token", "shown_cost")}
    desk.post(path, form)
    order = bought.upgrade_orders.get()
    assert "Take cash for the upgrade" in text(desk.get(url("ticket", bought.code)))
    answer = desk.post(url("give-up", order.code), follow=True)
    assert "The upgrade is given up" in text(answer)
    assert OrderLine.objects.in_force().filter(ticket=bought).count() == 1
    assert desk.post(url("give-up", bought.order.code)).status_code == 404


# --- strange visitors -------------------------------------------------------------------------


def pages(ticket, waiting):
    yield from (url(""), url("shift"), url("drawer"), url("sell"), f"{url('')}?q=ana")
    for one in (ticket, waiting):
        names = ("ticket", "correct", "reprint", "upgrade", "paper", "paper-svg", "paper-pdf")
        yield from (url(name, one.code) for name in (*names, "let-in", "undo", "print"))
        names = ("cash", "sold", "print-sold", "give-up")
        yield from (url(name, one.order.code) for name in names)


def test_no_address_and_no_form_of_the_desk_is_too_strange(desk, conference, full, bought, drawer):
    gala = reg.ticket_type(conference, name="Gala", price=Decimal(120))
    waiting = reg.pending_order(conference, types=[gala], buyer_name="Bo Zhou").tickets.get()
    badges.print_here(bought.pk, station=desk.station)
    desk.raise_request_exception = True  # what crashes fails the test
    rng, sent = random.Random(4), 0
    for path in pages(bought, waiting):
        for strange in (path, *hostile_addresses(path.partition("?")[0])):
            assert desk.get(strange).status_code < 500
        page = desk.get(path)
        if page.status_code != 200 or "html" not in page["Content-Type"]:
            continue
        for action, method, fields in Forms(page.content.decode()).forms:
            goal = action or path
            for data in tries(fields, rng) if goal.startswith("/door/desk/") else ():
                assert getattr(desk, method)(goal, data).status_code < 500
                sent += 1
            begin(desk)
    assert sent > 40
