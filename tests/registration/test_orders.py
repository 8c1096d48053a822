"""Orders as `registration.actions.orders` makes and cancels them."""

import datetime as dt
import io
from decimal import Decimal

import pypdf
import pytest
from django.db import IntegrityError
from django.utils import timezone

from registration import actions
from registration.models import Order, Quota, Refund, Ticket, TicketType
from scale import email
from scale.editions import EditionClosed, close
from scale.models import OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
BUYER = actions.Buyer("Marisol Quintero", " Marisol@Example.org")


def buy(conference, *types, token="t" * 32, buyer=BUYER, **facts):
    """Types are read anew, as the view does."""
    offered = {one.pk: one for one in TicketType.objects.on_offer(conference)}
    attendees = [
        actions.Attendee(offered.get(one.pk, one), **{"name": "Ana", **facts}) for one in types
    ]
    return actions.place_order(conference, buyer, attendees, form_token=token)


def taken(quota):
    return Quota.objects.get(pk=quota.pk).taken


def test_order_that_costs_something_waits_for_payment(conference, full, quota):
    order, is_new = buy(conference, full, full)
    assert is_new
    assert (order.status, order.total(), order.currency) == ("pending", Decimal("180.00"), "USD")
    assert order.buyer_email == "marisol@example.org"
    assert order.expires_at - order.created_at <= dt.timedelta(minutes=30)
    assert taken(quota) == 2
    assert Ticket.objects.admitting().count() == 0
    assert OutgoingEmail.objects.count() == 0


def test_free_order_is_paid_at_once_and_mailed_with_a_code_for_each_ticket(
    conference, free, mailoutbox
):
    order, _ = buy(conference, free, free)
    email.deliver_queued()
    assert (order.status, order.expires_at) == ("paid", None)
    assert Ticket.objects.admitting().count() == 2
    [mail] = mailoutbox
    assert mail.to == ["Marisol Quintero <marisol@example.org>"]
    assert order.get_absolute_url() in mail.body
    codes = list(Ticket.objects.order_by("pk").values_list("code", flat=True))
    assert [name for name, _, _ in mail.attachments] == [f"ticket-{code}.pdf" for code in codes]
    assert all(content.startswith(b"%PDF") for _, content, _ in mail.attachments)


def test_ticket_mail_is_sent_again_when_in_doubt(conference, free):
    buy(conference, free)
    assert OutgoingEmail.objects.get().resend_if_in_doubt


def test_order_charges_the_price_in_force(conference, full):
    now = timezone.now()
    reg.ticket_price(full, amount=Decimal("60.00"), starts_at=now - dt.timedelta(minutes=1))
    reg.ticket_price(full, amount=Decimal("999.00"), starts_at=now + dt.timedelta(minutes=1))
    order, _ = buy(conference, full)
    assert order.total() == Decimal("60.00")
    reg.ticket_price(full, amount=Decimal("120.00"), starts_at=now)
    assert Order.objects.get().total() == Decimal("60.00")


def test_order_holds_several_people_and_types(conference, full, free):
    order, _ = buy(conference, full, free, full)
    assert [line.ticket_type.code for line in order.lines.order_by("pk")] == [
        "full",
        "free",
        "full",
    ]
    assert order.total() == Decimal("180.00")


def test_badge_facts_are_kept(conference, free):
    buy(
        conference,
        free,
        name="محمد 🎉",
        email="M@Example.org",
        organization="Harbor DB",
        pronouns="he/him",
        guardian_name="Ana",
        guardian_phone="+1 555 0100",
    )
    ticket = Ticket.objects.get()
    assert (ticket.attendee_name, ticket.attendee_email) == ("محمد 🎉", "m@example.org")
    assert (ticket.organization, ticket.guardian_phone) == ("Harbor DB", "+1 555 0100")


def test_same_form_sent_again_leads_to_the_same_order(conference, full, quota):
    first, _ = buy(conference, full)
    second, is_new = buy(conference, full)
    assert (second, is_new) == (first, False)
    assert (Order.objects.count(), taken(quota)) == (1, 1)


def test_same_form_sent_again_is_not_told_sold_out_by_its_own_order(conference, full, quota):
    Quota.objects.filter(pk=quota.pk).update(size=1)
    first, _ = buy(conference, full)
    assert buy(conference, full) == (first, False)


def test_places_are_taken_from_every_quota_of_the_type(conference, quota):
    kids = reg.quota(conference, size=2)
    one = reg.ticket_type(conference, quotas=[quota, kids])
    buy(conference, one, one)
    assert (taken(quota), taken(kids)) == (2, 2)
    with pytest.raises(actions.SoldOut) as error:
        buy(conference, one, token="u" * 32)
    assert (error.value.quota_id, error.value.left) == (kids.pk, 0)
    assert (taken(quota), taken(kids)) == (2, 2)
    assert Order.objects.count() == 1


def test_all_or_nothing_when_fewer_are_left_than_asked_for(conference, full, quota):
    Quota.objects.filter(pk=quota.pk).update(taken=99)
    with pytest.raises(actions.SoldOut) as error:
        buy(conference, full, full)
    assert error.value.left == 1
    assert (taken(quota), Order.objects.count()) == (99, 0)


def test_type_without_quota_has_no_limit(conference):
    one = reg.ticket_type(conference)
    order, _ = buy(conference, *[one] * 20)
    assert order.lines.count() == 20


def test_next_buyer_frees_what_has_run_out(conference, full, quota):
    lapsed = reg.pending_order(conference, types=[full], minutes=-1)
    Quota.objects.filter(pk=quota.pk).update(size=1)
    order, _ = buy(conference, full)
    lapsed.refresh_from_db()
    assert (lapsed.status, order.status, taken(quota)) == ("expired", "pending", 1)


def test_places_still_reserved_are_not_freed(conference, full, quota):
    reg.pending_order(conference, types=[full], minutes=1)
    Quota.objects.filter(pk=quota.pk).update(size=1)
    with pytest.raises(actions.SoldOut):
        buy(conference, full)


@pytest.mark.parametrize("fields", [{"price": None}, {"is_hidden": True}])
def test_what_is_not_on_sale_cannot_be_bought(conference, fields):
    with pytest.raises(actions.NotOnSale):
        buy(conference, reg.ticket_type(conference, **fields))
    assert Order.objects.count() == 0


def test_closed_edition_sells_nothing(conference, full):
    close(conference)
    conference.refresh_from_db()
    with pytest.raises(EditionClosed):
        buy(conference, full)


def test_an_order_code_that_is_taken_is_drawn_again(conference, full, monkeypatch):
    codes = iter(["AAAAAA", "BBBBBB"])
    reg.order(conference, code="AAAAAA")
    monkeypatch.setattr(Order._meta.get_field("code"), "default", lambda: next(codes))
    monkeypatch.delattr(Order._meta.get_field("code"), "_get_default", raising=False)
    order, _ = buy(conference, full)
    assert order.code == "BBBBBB"


def test_other_broken_rules_are_not_swallowed(conference, full, monkeypatch):
    reg.order(conference, code="AAAAAA")
    monkeypatch.setattr(Order._meta.get_field("code"), "default", lambda: "AAAAAA")
    monkeypatch.delattr(Order._meta.get_field("code"), "_get_default", raising=False)
    with pytest.raises(IntegrityError):
        buy(conference, full)


def test_ticket_is_linked_to_the_account_only_through_a_proven_address(conference, free):
    user = make.user(email="ana@example.org")
    buyer = actions.Buyer("Ana", "ana@example.org", user)
    buy(conference, free, buyer=buyer, email="Ana@example.org")
    buy(conference, free, buyer=buyer, email="someone@example.org", token="u" * 32)
    assert list(Ticket.objects.order_by("pk").values_list("user", flat=True)) == [user.pk, None]
    assert set(Order.objects.values_list("user", flat=True)) == {user.pk}


def test_cancelling_gives_the_places_back_and_voids_the_tickets(conference, free, quota):
    order, _ = buy(conference, free, free)
    cancelled = actions.cancel_order(order, by=None)
    assert cancelled.status == "cancelled"
    assert taken(quota) == 0
    assert Ticket.objects.admitting().count() == 0
    with pytest.raises(actions.CannotCancel):
        actions.cancel_order(order, by=None)
    assert taken(quota) == 0


def test_cancelling_what_expired_changes_nothing(conference, full, quota):
    order = reg.pending_order(conference, types=[full], minutes=-1)
    actions.expire_orders()
    assert taken(quota) == 0
    with pytest.raises(actions.CannotCancel):
        actions.cancel_order(order, by=None)
    assert taken(quota) == 0


def test_cancelled_money_is_owed_back(conference, full):
    order = reg.order(conference, types=[full])
    payment = reg.payment(order)
    actions.cancel_order(order, by=None)
    assert [one.payment for one in Refund.objects.to_send(conference)] == [payment]


def test_mail_of_a_paid_order_encloses_a_sheet_for_each_ticket_and_the_receipt(
    conference, full, mailoutbox
):
    order, _ = buy(conference, full)
    actions.record_payment(
        order.code, provider="demo", reference="r", amount=order.total(), currency="USD"
    )
    Ticket.objects.update(attendee_name="Corrected Name")
    email.deliver_queued()
    [mail] = mailoutbox
    ticket = Ticket.objects.get()
    sheet, receipt = mail.attachments
    assert (sheet[0], receipt[0]) == (f"ticket-{ticket.code}.pdf", f"receipt-{order.code}.pdf")
    text = pypdf.PdfReader(io.BytesIO(sheet[1])).pages[0].extract_text()
    assert "Corrected Name" in text
    assert "$90" in pypdf.PdfReader(io.BytesIO(receipt[1])).pages[0].extract_text()
