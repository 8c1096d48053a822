"""Files of lines: good ones are added, bad ones come back, again adds nothing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registration import actions
from registration.actions import Attendee
from registration.models import GroupCode, Order, PromoCode, Quota, Ticket
from registration.proof import errors
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
    assert OutgoingEmail.objects.get().to_address == "ana@example.org"
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


def test_code_ends_with_a_day_after_which_the_clocks_skip_midnight(desk, conference, full):
    type(conference).objects.update(time_zone="America/Santiago")
    lines = (
        "code,kind,value,from,until\n"
        "one,free,,0001-01-01,2026-09-05\n"
        "two,free,,2026-09-06,9999-12-31\n"
    )
    told = page(send(desk, conference, lines, sheet="promo-codes"))
    made = PromoCode.objects.get()
    assert (made.code, made.ends_at.isoformat()) == ("ONE", "2026-09-06T04:00:00+00:00")
    assert "“9999-12-31” is no day" in told


# --- group codes ------------------------------------------------------------------------------

GROUPS = "company,paid by,type,places,contact,e-mail,code,until,reason\n"
INVOICED = "Corvid,invoice,full,3,Ana Okafor,hr@corvid.example,,,\n"
GIVEN = "Harbor DB,free,full,2,Bo Li,bo@harbor.example,HARBOR24,2026-05-31,Gold sponsor\n"


@pytest.fixture
def wide(conference):
    """Three months ahead, so that an invoice can be paid in time."""
    today = conference.today()
    conference.starts_on = today + dt.timedelta(days=90)
    conference.ends_on = today + dt.timedelta(days=93)
    conference.save()
    return conference


def add_groups(client, conference, lines, step="add"):
    return page(send(client, conference, GROUPS + lines, step=step, sheet="group-codes"))


def state():
    """What a file could have changed."""
    mails = OutgoingEmail.objects.order_by("pk").values_list("to_address", "text")
    quotas = Quota.objects.values_list("name", "taken")
    return (
        sorted(GroupCode.objects.values_list("pk", "code", "order", "ends_at")),
        sorted(Order.objects.values_list("pk", "status")),
        Ticket.objects.count(),
        [*mails],
        sorted(quotas),
    )


def proven():
    assert [str(one) for one in errors()] == []


def test_invoiced_places_wait_for_names_and_money(desk, wide, full):
    assert "1 added" in add_groups(desk, wide, INVOICED)
    group = GroupCode.objects.select_related("order").get()
    order = group.order
    assert (group.name, len(group.code)) == ("Corvid", 10)
    assert (order.status, order.total()) == ("pending", Decimal("270.00"))
    assert order.due_on == wide.today() + dt.timedelta(days=14)
    assert not order.has_run_out(order.expires_at - dt.timedelta(seconds=1))
    assert (order.tickets.unnamed().count(), full.quotas.get().taken) == (3, 3)
    mail = OutgoingEmail.objects.get()
    assert mail.to_address == "hr@corvid.example"
    for words in (
        "3 places at",
        group.code,
        reverse("registration:group", args=[wide.slug, group.code]),
        order.get_absolute_url(),
        "$270 are to be paid by",
    ):
        assert words in mail.text
    ana = Attendee(ticket_type=full, name="Ana", email="ana@corvid.example")
    assert actions.redeem(group, ana).order == order
    proven()
    actions.take_money(order, provider="invoice", by=desk.user, token="SEPA 1")
    order.refresh_from_db()
    assert (order.status, order.tickets.unnamed().count()) == ("paid", 2)
    proven()


def test_free_places_are_given_with_a_reason(desk, wide, full):
    assert "1 added" in add_groups(desk, wide, GIVEN.replace("2026-05-31", "2099-05-31"))
    group = GroupCode.objects.select_related("order").get()
    assert (group.code, group.order.status, group.order.total()) == ("HARBOR24", "paid", 0)
    assert group.ends_at.astimezone(wide.zone).isoformat()[:16] == "2099-06-01T00:00"
    tickets = group.order.tickets.all()
    assert [(one.why_free, one.standing()) for one in tickets] == [("Gold sponsor", "given")] * 2
    assert full.quotas.get().taken == 2
    assert "are to be paid" not in OutgoingEmail.objects.get().text
    proven()


def test_paid_order_gets_one_code_and_its_buyer_a_mail(desk, wide, full):
    order = reg.paid_order(wide, types=[full, full], buyer_email="buyer@corvid.example")
    order.tickets.update(attendee_name="")
    line = f"Corvid,{order.code.lower()},,2,,,corvid-26,,\n"
    for answer in ("1 added, 0 were there", "0 added, 1 were there"):
        assert answer in add_groups(desk, wide, line)
    group = GroupCode.objects.get()
    assert (group.order, group.code) == (order, "CORVID26")
    mail = OutgoingEmail.objects.get()
    assert mail.to_address == "buyer@corvid.example"
    assert order.get_absolute_url() in mail.text
    other = add_groups(desk, wide, line.replace("corvid-26", "other"))
    assert f"Order {order.code} has the group code CORVID26 already." in other


def test_contact_who_did_not_buy_gets_no_link_to_the_order(desk, wide, full):
    order = reg.paid_order(wide, types=[full])
    order.tickets.update(attendee_name="")
    add_groups(desk, wide, f"Corvid,{order.code},full,,Ana,ana@corvid.example,,,\n")
    mail = OutgoingEmail.objects.get()
    assert mail.to_address == "ana@corvid.example"
    assert order.secret not in mail.text


def test_same_groups_again_add_nothing(desk, wide, full):
    lines = INVOICED + GIVEN.replace("2026-05-31", "")
    add_groups(desk, wide, lines)
    before = state()
    assert "0 added, 2 were there already." in add_groups(desk, wide, lines)
    ana = Attendee(ticket_type=full, name="Ana", email="ana@corvid.example")
    actions.redeem(GroupCode.objects.get(name="Corvid"), ana)
    actions.cancel_order(Order.objects.get(code=orders_of("Harbor DB")[0]), by=desk.user)
    assert "0 added, 2 were there already." in add_groups(desk, wide, lines)
    assert len(before[0]) == GroupCode.objects.count() == 2


def orders_of(name):
    return [one.order.code for one in GroupCode.objects.filter(name=name)]


def test_check_of_groups_changes_nothing_and_says_the_same(desk, wide, full):
    lines = INVOICED + GIVEN + "Nobody,free,full,1,,x@example.org,,,\n"
    before = state()
    checked = add_groups(desk, wide, lines, step="check")
    assert state() == before
    added = add_groups(desk, wide, lines)
    for text in (checked, added):
        assert "3</td><td><bdi>The last day is over already." in text
        assert "4</td><td><bdi>Say under “reason” why the places are free." in text
    assert ("✓ 1 would be added" in checked, "✓ 1 added" in added) == (True, True)


def test_more_for_the_same_company_needs_a_code_of_its_own(desk, wide, full):
    add_groups(desk, wide, INVOICED)
    more = INVOICED.replace(",3,", ",5,")
    assert "has 3 places, with hr@corvid.example" in add_groups(desk, wide, more)
    other = INVOICED.replace("hr@", "it@")
    assert "give the line a code of its own" in add_groups(desk, wide, other)
    assert Order.objects.count() == 1
    assert "1 added" in add_groups(desk, wide, more.replace("example,,", "example,CORVIDIT,"))
    assert full.quotas.get().taken == 8


def test_groups_take_no_more_places_than_there_are(desk, wide):
    reg.ticket_type(wide, code="full", quotas=[reg.quota(wide, size=4)])
    text = add_groups(desk, wide, INVOICED + GIVEN.replace("2026-05-31", ""))
    assert "3</td><td><bdi>1 place is left for" in text
    assert (Quota.objects.get().taken, Order.objects.count(), GroupCode.objects.count()) == (
        3,
        1,
        1,
    )
    proven()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (",invoice,full,3,,a@example.org,,,", "There is no company."),
        ("C,,full,3,,a@example.org,,,", "an order’s code, invoice or free."),
        ("C,invoice,,3,,a@example.org,,,", "No type is named."),
        ("C,invoice,platinum,3,,a@example.org,,,", "“platinum” is no ticket type"),
        ("C,invoice,full,,,a@example.org,,,", "How many places?"),
        ("C,invoice,full,0,,a@example.org,,,", "There can be 1 to 1,000 places."),
        ("C,invoice,full,1001,,a@example.org,,,", "There can be 1 to 1,000 places."),
        ("C,invoice,full,-3,,a@example.org,,,", "“-3” is no number of"),
        ("C,invoice,full,3,,,,,", "no e-mail address that the code could go to"),
        ("C,invoice,full,3,,nothing,,,", "Enter a valid e-mail address."),
        ("C,free,full,3,,a@example.org,,,", "why the places are free"),
        ("C,invoice,full,3,,a@example.org,,soon,", "“soon” is no day"),
        ("C,invoice,full,3,,a@example.org,!!,,", "A code has letters or digits."),
        ("C,invoice,full,3,,a@example.org,TAKEN,,", "TAKEN is another group’s code already."),
        ("C,NOSUCH22,full,3,,a@example.org,,,", "There is no order NOSUCH22."),
        ("C,FOREIGN2,full,3,,a@example.org,,,", "There is no order FOREIGN2."),
        ("C,UNPAID22,,,,,,,", "Order UNPAID22 is not paid."),
        ("C,NAMED222,,,,,,,", "Order NAMED222 has no place without a name."),
        ("C,OPEN2222,full,7,,,,,", "Order OPEN2222 has 2 places without a name, not 7."),
        ("C,OPEN2222,bare,,,,,,", "Order OPEN2222 has no place without a name."),
        ("C,invoice,bare,1,,a@example.org,,,", "has no price yet."),
        (f"{'x' * 121},invoice,full,3,,a@example.org,,,", "company is longer than 120"),
    ],
)
def test_group_that_cannot_be_is_told(desk, wide, full, line, says):
    reg.ticket_type(wide, code="bare", price=None)
    reg.group_code(make.conference(), types=[], code="TAKEN")
    reg.order(make.conference(), code="FOREIGN2")
    reg.pending_order(wide, types=[full], code="UNPAID22").tickets.update(attendee_name="")
    reg.order(wide, types=[full], code="NAMED222")
    reg.order(wide, types=[full, full], code="OPEN2222").tickets.update(attendee_name="")
    before = state()
    text = add_groups(desk, wide, line + "\n")
    assert '<td class="num">2</td><td><bdi>' in text
    assert says in text
    assert state() == before


def test_no_invoice_where_it_could_not_be_paid_in_time(desk, wide, full):
    reg.sale_rules(wide, invoice_days=0)
    assert "this edition sends none" in add_groups(desk, wide, INVOICED)
    assert not Order.objects.exists()


def test_invoice_over_nothing_is_paid_at_once(desk, wide, free):
    add_groups(desk, wide, INVOICED.replace("full", "free"))
    assert GroupCode.objects.get().order.status == "paid"
    proven()


def test_closed_edition_opens_no_places(desk, wide, full):
    close(wide)
    add_groups(desk, wide, INVOICED + GIVEN)
    assert not GroupCode.objects.exists()


def test_group_code_is_no_promo_code_and_of_one_company(desk, wide, full):
    reg.promo_code(wide, code="HALF")
    taken = "Corvid,free,full,1,,hr@corvid.example,HALF,,Gold\n"
    assert "HALF is a promo code already." in add_groups(desk, wide, taken)
    mine = "Corvid,free,full,1,,hr@corvid.example,OURS,,Gold\n"
    other = "Dup,free,full,1,,hr@corvid.example,OURS,,Gold\n"
    assert "OURS is the code of Corvid already." in add_groups(desk, wide, mine + other)
    assert GroupCode.objects.get().code == "OURS"
    promo = PromoCode(conference=wide, code="ours", kind="free")
    with pytest.raises(ValidationError, match="OURS is a group code already"):
        promo.full_clean()
    with pytest.raises(ValidationError, match="HALF is a promo code already"):
        GroupCode(conference=wide, code="half", name="X").clean()
