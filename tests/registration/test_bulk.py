"""Files of lines: good ones are added, bad ones come back, again adds nothing."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registration.models import PromoCode, Quota, Ticket
from scale.editions import close
from scale.models import OutgoingEmail, Role
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
HEAD = "first,last,title,org,e-mail,postcode,phone,order,type\n"
GOOD = (
    "Ana,Okafor,Engineer,Acme,ana@example.org,91101,+1 555 0100,,full\n"
    "Bo,Lindqvist,,,,,,,Full access\n"
)


@pytest.fixture
def desk(as_role):
    return as_role(Role.REGISTRATION)


def send(client, conference, text, step="add", sheet="attendees", **more):
    url = reverse("registration:bulk-sheet", args=[conference.slug, sheet])
    return client.post(url, {"text": text, "step": step, "why": "Volunteer"} | more, follow=True)


def page(response):
    return " ".join(response.content.decode().split())


def test_good_lines_are_added_and_bad_ones_come_back_with_number_and_reason(desk, conference, full):
    bad = (
        ",,,,x@example.org,,,,full\n"
        "Cy,Ng,,,not an address,,,,full\n"
        "Di,Roy,,,,,,,platinum\n"
        "Ed,Sy,,,,,,NOSUCH22,full\n"
    )
    text = page(send(desk, conference, HEAD + GOOD + bad))
    assert {one.attendee_name for one in Ticket.objects.all()} == {"Ana Okafor", "Bo Lindqvist"}
    for line, reason in (
        (4, "There is no name."),
        (5, "Enter a valid e-mail address."),
        (6, "“platinum” is no ticket type"),
        (7, "There is no order NOSUCH22."),
    ):
        assert f'<td class="num">{line}</td><td><bdi>{reason}' in text
    ana = Ticket.objects.get(attendee_email="ana@example.org")
    assert (ana.title, ana.organization, ana.postcode, ana.phone, ana.why_free) == (
        *("Engineer", "Acme", "91101", "+1 555 0100", "Volunteer"),
    )
    assert Quota.objects.get().taken == 2


def test_same_file_again_adds_nothing(desk, conference, full):
    send(desk, conference, HEAD + GOOD)
    codes = set(Ticket.objects.values_list("code", flat=True))
    assert "0 added, 2 were there already." in page(send(desk, conference, HEAD + GOOD))
    assert set(Ticket.objects.values_list("code", flat=True)) == codes
    assert OutgoingEmail.objects.count() == 1


def test_check_writes_nothing_and_keeps_the_lines(desk, conference, full):
    text = page(send(desk, conference, HEAD + GOOD, step="check"))
    assert "✓ 2 would be added" in text
    assert "Ana,Okafor,Engineer" in text
    assert "Add 2 lines" in text
    assert (Ticket.objects.count(), OutgoingEmail.objects.count()) == (0, 0)
    assert Quota.objects.get().taken == 0


def test_file_is_read_and_comes_back_as_text(desk, conference, full):
    upload = SimpleUploadedFile("a.csv", b"\xef\xbb\xbf" + (HEAD + GOOD).encode())
    assert "Ana,Okafor,Engineer" in page(send(desk, conference, "", step="check", file=upload))
    latin = SimpleUploadedFile("a.csv", (HEAD + "Zo\u00eb,\u00d6z,,,,,,,full").encode("latin-1"))
    assert "The file is not in UTF-8." in page(send(desk, conference, "", file=latin))


def test_line_with_an_order_names_one_of_its_places(desk, conference, full):
    order = reg.order(conference, types=[full, full])
    order.tickets.update(attendee_name="")
    line = f"Ana,Okafor,,,ana@example.org,,,{order.code.lower()},full\n"
    for _ in range(2):
        send(desk, conference, HEAD + line)
    assert sorted(order.tickets.values_list("attendee_name", flat=True)) == ["", "Ana Okafor"]
    assert Ticket.objects.count() == 2
    rest = f"Bo,Li,,,,,,{order.code},full\nCy,Li,,,,,,{order.code},full\n"
    text = page(send(desk, conference, HEAD + rest))
    assert f"Every Full access of order {order.code} has a name already." in text


def test_other_editions_and_unpaid_orders_are_refused(desk, conference, full):
    foreign = reg.order(make.conference())
    waiting = reg.pending_order(conference, types=[full])
    lines = "".join(f"A,B{n},,,,,,{o.code},full\n" for n, o in enumerate((foreign, waiting)))
    text = page(send(desk, conference, HEAD + lines))
    assert f"There is no order {foreign.code}." in text
    assert f"Order {waiting.code} is not paid." in text


def test_no_more_are_added_than_there_are_places(desk, conference):
    small = reg.ticket_type(conference, code="full", quotas=[reg.quota(conference, size=1)])
    text = page(send(desk, conference, HEAD + "A,One,,,,,,,full\nB,Two,,,,,,,full\n"))
    assert f"No place is left for {small}." in text
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Choose a file or paste some lines."),
        ("first,org\nA,B\n", "last, type is not among them"),
        ("last,type,last name\nA,full,B\n", "names a column twice"),
        (HEAD, "There is no line below"),
        (HEAD + "A,B,,,,,,,full\n" * 1001, "1,001 lines are too many"),
        (HEAD + "x" * 1_000_001, "larger than a megabyte"),
        (HEAD + '"' + "y" * 140_000 + '"', "no table of comma-separated lines"),
    ],
)
def test_text_that_is_no_such_file_is_refused_as_a_whole(desk, conference, full, text, says):
    assert says in page(send(desk, conference, text))
    assert Ticket.objects.count() == 0


def test_other_separators_columns_and_scripts_are_understood(desk, conference, full):
    text = "Surname;Ticket;Shoe size;First name\r\nשלום;FULL;44;=cmd\r\n🎉;full;;\r\n"
    send(desk, conference, text)
    names = set(Ticket.objects.values_list("attendee_name", flat=True))
    assert names == {"=cmd שלום", "🎉"}


def test_closed_edition_takes_nothing(desk, conference, full):
    close(conference)
    send(desk, conference, HEAD + GOOD)
    assert Ticket.objects.count() == 0


def test_promo_codes_are_added_once(desk, conference, full):
    text = (
        "code,kind,value,tickets at most,from,until,types,note\n"
        "lug-pdx,percent,40 %,25,2026-05-01,2026-05-31,full,Portland users\n"
        "half,percent,150,,,,,\n"
        "free,gift,,,,,,\n"
        "ten,amount,$10.50,,soon,,,\n"
        "lugpdx,percent,10,,,,,\n"
    )
    for _ in range(2):
        told = page(send(desk, conference, text, sheet="promo-codes"))
    made = PromoCode.objects.get()
    assert (made.code, made.value, made.max_uses) == ("LUGPDX", Decimal(40), 25)
    assert [*made.ticket_types.all()] == [full]
    assert made.starts_at.astimezone(conference.zone).isoformat()[:16] == "2026-05-01T00:00"
    assert made.ends_at.astimezone(conference.zone).isoformat()[:16] == "2026-06-01T00:00"
    for words in ("Percent goes from 0 to 100.", "is not a valid choice", "“soon” is no day"):
        assert words in told
