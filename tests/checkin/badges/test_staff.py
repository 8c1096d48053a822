"""The staff's pages of badges: the list, sheets, one ticket, the layout, the printers."""

import datetime as dt
import io
import uuid

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checkin.badges import actions
from checkin.badges.models import Badge, BadgeLayout, PrinterReport, PrintJob
from registration.models import Ticket
from scale.models import AuditEntry, Role
from tests.factories import badges as make
from tests.factories import checkin as door
from tests.factories import registration as reg
from tests.factories import scale as make_scale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conference():
    return make_scale.conference()


@pytest.fixture
def staff(as_role):
    return as_role(Role.REGISTRATION)


def url(name, conference, *args):
    return reverse(f"checkin:{name}", args=[conference.slug, *args])


def text(answer):
    return answer.content.decode()


def pages(answer):
    return pypdf.PdfReader(io.BytesIO(answer.content)).pages


# --- the list ---------------------------------------------------------------------------------


def test_the_list_finds_and_filters(staff, conference):
    reg.ticket_type(conference, name="Full access", price=None)
    expo = reg.ticket_type(conference, name="Expo only", price=None)
    make.printed(conference, attendee_name="Ada Printed")
    make.job(conference, attendee_name="Bob Waiting")
    door.ticket(conference, ticket_type=expo, attendee_name="Cleo Without")
    door.ticket(conference, attendee_name="Dan Cancelled", status="cancelled")
    door.ticket(make_scale.conference(), attendee_name="Eve Elsewhere")

    def names(**asked):
        page = text(staff.get(url("badges", conference), asked))
        return [name for name in ("Ada", "Bob", "Cleo", "Dan", "Eve") if f"<bdi>{name}" in page]

    assert names() == ["Ada", "Bob", "Cleo"]
    assert names(state="printed") == ["Ada"]
    assert names(state="waiting") == ["Bob"]
    assert names(state="none") == names(kind=expo.pk) == names(q="cleo") == ["Cleo"]
    assert names(q="nobody", kind="x", state="y", page="z") == []


def test_the_list_says_what_to_do_when_empty(staff, conference):
    assert "A badge can be printed as soon as" in text(staff.get(url("badges", conference)))


def test_the_list_warns_of_letters_without_a_font(staff, conference):
    door.ticket(conference, attendee_name="\U0001e290\U0001e291")
    assert "no font for Toto" in text(staff.get(url("badges", conference)))


@pytest.mark.parametrize("name", ["badges", "printers"])
def test_lists_ask_the_same_for_one_row_and_three(staff, conference, name):
    make.printer(conference)
    make.job(conference)
    staff.get(url(name, conference))
    from_one = count(staff, url(name, conference))
    for _ in range(2):
        make.job(conference)
        make.printer(conference)
    assert count(staff, url(name, conference)) == from_one


def count(client, path):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


# --- sheets -----------------------------------------------------------------------------------


def test_sheets_of_those_ticked(staff, conference):
    chosen = [door.ticket(conference, attendee_name=f"Ada {n}") for n in "BCDEF"]
    had = make.printed(conference)
    door.ticket(conference)
    ticked = [one.pk for one in chosen] + [had.ticket_id]
    answer = staff.post(url("badges-print", conference), {"to": "sheet", "ticket": ticked})
    run = Badge.objects.filter(run__isnull=False).values_list("run", flat=True)[0]
    assert answer["Location"] == url("badge-run", conference, run)
    page = text(staff.get(answer["Location"]))
    assert "5 badges to print" in page and "1 of 6 have a badge already" in page
    sheets = staff.get(url("badge-run-pdf", conference, run))
    assert [one.extract_text().count("Ada") for one in pages(sheets)] == [4, 1]
    assert len(pages(staff.get(url("badge-run-pdf", conference, run), {"one": 1}))) == 5
    actions.reprint(chosen[0].pk, why="torn")
    assert "printed again since" in text(staff.get(answer["Location"]))
    assert len(pages(staff.get(url("badge-run-pdf", conference, run), {"one": 1}))) == 4


def test_all_of_a_type_at_once(staff, conference):
    kind = reg.ticket_type(conference, name="Speaker", price=None)
    wanted = {door.ticket(conference, ticket_type=kind).pk for _ in range(3)}
    door.ticket(conference, ticket_type=reg.ticket_type(conference, name="Expo", price=None))
    staff.post(url("badges-print", conference), {"to": "sheet", "all": "1", "kind": kind.pk})
    assert set(Badge.objects.values_list("ticket", flat=True)) == wanted


def test_several_to_one_printer(staff, conference):
    printer = make.printer(conference)[0]
    ticked = [door.ticket(conference).pk for _ in range(2)] + [make.printed(conference).ticket_id]
    data = {"to": "printer", "ticket": ticked, "printer": printer.pk}
    answer = staff.post(url("badges-print", conference), data)
    assert answer["Location"] == url("printers", conference)
    assert list(PrintJob.objects.values_list("wanted", flat=True)) == [printer.pk] * 2


def test_nobody_ticked(staff, conference):
    for ticked in ([], ["x", "9" * 40], [door.ticket(make_scale.conference()).pk]):
        answer = staff.post(url("badges-print", conference), {"ticket": ticked}, follow=True)
        assert "Tick somebody first." in text(answer)
    assert not Badge.objects.exists()


def test_sheets_of_another_edition_are_not_found(staff, conference):
    other = make_scale.conference()
    run, _ = actions.print_sheets(other, [door.ticket(other).pk])
    for name in ("badge-run", "badge-run-pdf"):
        assert staff.get(url(name, conference, run)).status_code == 404
        assert staff.get(url(name, conference, uuid.uuid4())).status_code == 404


# --- one ticket -------------------------------------------------------------------------------


def test_print_and_reprint_with_a_reason(staff, conference):
    ticket = door.ticket(conference, attendee_name="Ada Example")
    path = url("badge", conference, ticket.code)
    assert "No badge was printed" in text(staff.get(path))
    assert staff.post(path, {"to": "printer"}).status_code == 302
    assert "on its way" in text(staff.get(path))
    refused = staff.post(path, {"to": "printer", "why": ""})
    assert refused.status_code == 200 and "Say why" in text(refused)
    assert Badge.objects.count() == 1
    staff.post(path, {"to": "here", "why": "coffee"})
    old, new = Badge.objects.order_by("pk")
    assert (old.status, old.why_void, new.status, new.by) == ("void", "coffee", "live", staff.user)
    assert "coffee" in text(staff.get(path))
    assert len(pages(staff.get(url("badge-pdf", conference, ticket.code)))) == 1


def test_a_badge_that_a_printer_has_is_not_printed_here_too(staff, conference):
    job = make.job(conference)
    code = job.badge.ticket.code
    assert staff.get(url("badge-pdf", conference, code)).status_code == 404


def test_the_picture_shows_no_code_that_works(staff, conference):
    badge = make.printed(conference)
    one, two = (staff.get(url("badge-svg", conference, badge.ticket.code)) for _ in range(2))
    assert one["Content-Type"] == "image/svg+xml"
    assert one.content != two.content


def test_the_badges_code_opens_nothing_else(staff, conference):
    badge = make.printed(conference)
    ticket = badge.ticket
    assert staff.get(url("badge", conference, badge.code)).status_code == 404
    assert Client().get(ticket.get_absolute_url()).status_code == 200
    # Its letters are more than the address of any ticket takes.
    path = ticket.get_absolute_url().replace(ticket.code, badge.code)
    assert Client().get(path).status_code == 404
    assert Ticket.objects.find(conference, badge.code) == []


def test_who_is_not_admitted(staff, conference):
    ticket = door.ticket(conference, order_status="pending")
    answer = staff.post(url("badge", conference, ticket.code), {"to": "here"})
    assert "This ticket admits nobody" in text(answer)


# --- layout -----------------------------------------------------------------------------------


def filled(form, **changes):
    data = {}
    for field in form:
        value = field.value()
        if not (value is None or value is False or value == "") and not field.name.endswith("logo"):
            data[field.name] = value
    return data | changes


def test_a_layout_is_kept_and_used(staff, conference):
    kind = reg.ticket_type(conference, name="Expo", price=None)
    path = url("badge-layout", conference)
    form = staff.get(path, {"preset": "label"}).context["form"]
    data = filled(form, **{f"colour_{kind.pk}": "#00AA88"})
    data.pop("type_on")
    assert staff.post(path, data).status_code == 302
    look = BadgeLayout.objects.get()
    assert (float(look.width_mm), look.colours) == (100.0, {kind.code: "#00aa88"})
    assert "type" not in look.places and look.places["name"]["size"] == 32
    badge = make.printed(conference, ticket_type=kind)
    picture = staff.get(url("badge-svg", conference, badge.ticket.code)).content
    assert b"#00aa88" in picture


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name_x": "60"}, "over the edge"),
        ({"name_w": ""}, "Five numbers"),
        ({"width_mm": "10"}, "Between 40"),
        ({"name_size": "abc"}, "Enter a number"),
    ],
)
def test_a_bad_layout_is_refused_and_nothing_typed_is_lost(staff, conference, changes, says):
    path = url("badge-layout", conference)
    data = filled(staff.get(path).context["form"], height_mm="130.5", **changes)
    answer = staff.post(path, data)
    assert answer.status_code == 200 and says in text(answer)
    assert 'value="130.5"' in text(answer)
    assert not BadgeLayout.objects.exists()


def test_the_example_comes_without_any_set_up(staff, conference):
    assert staff.get(url("badge-layout-svg", conference)).content.startswith(b"<svg")
    assert len(pages(staff.get(url("badge-layout-pdf", conference), {"preset": "card"}))) == 1


def test_layouts_are_not_the_door_teams(as_role, conference):
    client = as_role(Role.DOOR)
    assert client.get(url("badge-layout", conference)).status_code == 403


# --- printers ---------------------------------------------------------------------------------


def test_printers_show_backlog_trouble_and_failures(staff, conference):
    printer = make.printer(conference, name="Zebra at desk 3")[0]
    make.job(conference, printer=printer)
    make.job(conference)
    PrinterReport.objects.create(station=printer, trouble="out of paper", since=timezone.now())
    PrintJob.objects.filter(wanted=None).update(status="failed", why="jam")
    page = text(staff.get(url("printers", conference)))
    for words in ("Zebra at desk 3", "out of paper", "1 for it alone", "1 failed", "jam"):
        assert words in page


def test_a_printer_that_was_not_heard_of_is_not_called_ready(staff, conference):
    """In the same words and after the same time as on the live page."""
    printer = make.printer(conference, name="Zebra")[0]
    page = text(staff.get(url("printers", conference)))
    assert "✓ ready" in page and "silent" not in page
    printer.last_seen_at = timezone.now() - dt.timedelta(minutes=32, seconds=5)
    printer.save()
    for name in ("printers", "live"):
        page = text(staff.get(url(name, conference)))
        assert "! silent for 32 min" in page and "ready" not in page


def test_a_failed_job_goes_to_another_printer(staff, conference):
    job = make.job(conference)
    printer = make.printer(conference)[0]
    PrintJob.objects.update(status="failed")
    staff.post(url("print-again", conference, job.pk), {"printer": printer.pk})
    job.refresh_from_db()
    assert (job.status, job.wanted) == ("queued", printer)
    foreign = make.job(make_scale.conference())
    assert staff.post(url("print-again", conference, foreign.pk)).status_code == 404


def test_a_closed_edition_prints_nothing(staff, conference):
    ticket = door.ticket(conference)
    conference.closed_at = timezone.now()
    conference.save(update_fields=["closed_at"])
    staff.post(url("badges-print", conference), {"ticket": [ticket.pk]})
    staff.post(url("badge", conference, ticket.code), {"to": "here"})
    assert not Badge.objects.exists()


def test_the_door_team_is_led_to_no_page_that_is_closed_to_it(as_role, staff, conference):
    ticket = door.ticket(conference, order_status="paid")
    path = url("badge", conference, ticket.code)
    order = reverse("registration:staff-order", args=[conference.slug, ticket.order.code])
    assert order in text(staff.get(path))
    assert order not in text(as_role(Role.DOOR).get(path))


# --- out of the queue -------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["queued", "failed"])
def test_staff_drop_what_waits_with_a_reason(staff, conference, status):
    job = make.job(conference)
    PrintJob.objects.update(status=status)
    path = url("print-drop", conference, job.pk)
    assert path in text(staff.get(url("printers", conference)))
    asked = staff.post(path, {"why": ""})
    assert asked.status_code == 200 and "why" in asked.context["form"].errors
    answer = staff.post(path, {"why": "Wrong type"}, follow=True)
    assert "out of the queue" in text(answer) and "Nothing waits" in text(answer)
    job.refresh_from_db()
    badge = Badge.objects.get()
    assert (job.status, job.why) == ("dropped", "Wrong type")
    assert (badge.status, badge.why_void) == ("void", "Wrong type")
    told = AuditEntry.objects.of_rows([badge])
    assert "taken out of the print queue: Wrong type" in [one.says() for one in told]
    make_again = staff.post(url("badge", conference, badge.ticket.code), {"to": "printer"})
    assert make_again.status_code == 302 and Badge.objects.live().count() == 1


def test_what_is_being_printed_is_not_dropped(staff, conference):
    printer = make.printer(conference)[0]
    job = make.job(conference)
    actions.claim(printer)
    path = url("print-drop", conference, job.pk)
    assert path not in text(staff.get(url("printers", conference)))
    assert "It is not waiting any more." in text(staff.post(path, {"why": "x"}))
    job.refresh_from_db()
    assert (job.status, Badge.objects.live().count()) == ("claimed", 1)
    foreign = make.job(make_scale.conference())
    assert staff.post(url("print-drop", conference, foreign.pk), {"why": "x"}).status_code == 404
