"""Another type or other extras: the difference, once, and nothing lost on the way."""

from decimal import Decimal

import pytest
from django.utils import timezone

from registration import actions
from registration.models import Order, OrderLine, PromoCode, Quota, Ticket
from registration.proof import errors
from scale import email
from scale.editions import EditionClosed, close
from scale.models import OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
D = Decimal


@pytest.fixture
def ten(conference):
    return reg.ticket_type(
        conference, code="ten", price=10, quotas=[reg.quota(conference, name="Ten")]
    )


@pytest.fixture
def thirty(conference):
    return reg.ticket_type(
        conference, code="thirty", price=30, quotas=[reg.quota(conference, name="Thirty")]
    )


@pytest.fixture
def five(conference):
    """An extra for $5 with its own stock."""
    return reg.add_on(conference, price=5, quotas=[reg.quota(conference, name="Five")])


@pytest.fixture
def half(conference):
    return PromoCode.objects.create(conference=conference, code="HALF", kind="percent", value=50)


def bought(conference, ticket_type, *add_ons, promo=None):
    """A ticket, bought and paid the usual way."""
    attendee = actions.Attendee(ticket_type, "Zoë Öz", email="zoe@example.org", add_ons=add_ons)
    buyer = actions.Buyer("Zoë Öz", "zoe@example.org")
    token = f"{Order.objects.count():032x}"
    order, _ = actions.place_order(conference, buyer, [attendee], form_token=token, promo=promo)
    if order.status == "pending":
        pay(order)
    return Ticket.objects.select_related("order").get(order=order)


def pay(order, reference=None, amount=None):
    actions.record_payment(
        order.code,
        provider="demo",
        reference=reference or f"pay-{order.code}",
        amount=order.total() if amount is None else amount,
        currency="USD",
    )
    order.refresh_from_db()


def cost(ticket, ticket_type, *add_ons):
    return actions.quote(ticket, ticket_type, add_ons, timezone.now()).cost


def upgrade(ticket, ticket_type, *add_ons, token="u" * 32, shown=None):
    order, _ = actions.upgrade_ticket(
        ticket,
        ticket_type,
        add_ons,
        form_token=token,
        shown_cost=cost(ticket, ticket_type, *add_ons) if shown is None else D(shown),
    )
    return order


def taken(thing):
    return Quota.objects.get(pk=thing.quotas.get().pk).taken


def sound(*orders):
    """Money and places agree, order by order and quota by quota."""
    assert list(errors()) == []
    for order in Order.objects.prefetch_related("lines", "payments", "refunds"):
        assert order.charged() == order.received()
    return True


# --- scenario 11: what it costs --------------------------------------------------------------


def test_ten_to_thirty_costs_twenty(conference, ten, thirty):
    assert cost(bought(conference, ten), thirty) == D("20")


def test_ten_to_thirty_with_an_extra_of_five_costs_twenty_five(conference, ten, thirty, five):
    assert cost(bought(conference, ten), thirty, five) == D("25")


def test_ten_with_an_extra_of_five_to_thirty_alone_costs_fifteen(conference, ten, thirty, five):
    assert cost(bought(conference, ten, five), thirty) == D("15")


def test_first_orders_promo_halves_it_even_when_it_has_ended(conference, ten, thirty, half):
    ticket = bought(conference, ten, promo=half)
    PromoCode.objects.update(is_active=False, max_uses=1, ends_at=timezone.now())
    assert cost(ticket, thirty) == D("10")
    pay(upgrade(ticket, thirty))
    assert PromoCode.objects.get().uses == 1
    assert sound()


def test_promo_for_another_type_alone_does_not_cover_the_new_one(conference, ten, thirty, half):
    half.ticket_types.set([ten])
    assert cost(bought(conference, ten, promo=half), thirty) == D("25")


def test_what_is_kept_keeps_the_price_that_was_charged(conference, ten, thirty, five):
    ticket = bought(conference, ten, five)
    ten.prices.update(amount=99)
    type(five).objects.update(price=77)
    assert cost(ticket, thirty, five) == D("20")
    another = reg.add_on(conference, price=3)
    assert cost(ticket, ten, five, another) == D("3")


def test_extra_that_replaces_the_price_takes_the_ticket_off(conference, ten):
    instead = reg.add_on(conference, price=14, replaces_ticket_price=True)
    ticket = bought(conference, ten)
    assert cost(ticket, ten, instead) == D("4")
    pay(upgrade(ticket, ten, instead))
    ticket.refresh_from_db()
    assert [(line.thing(), line.price) for line in actions.lines_in_force(ticket)] == [
        (str(ten), D("0")),
        (str(instead), D("14")),
    ]
    assert sound()


def test_second_upgrade_counts_from_the_first(conference, ten, thirty):
    ticket = bought(conference, ten)
    pay(upgrade(ticket, thirty))
    fifty = reg.ticket_type(conference, price=50)
    ticket.refresh_from_db()
    assert cost(ticket, fifty) == D("20")
    pay(upgrade(ticket, fifty, token="v" * 32))
    assert sound()


# --- what becomes of it ----------------------------------------------------------------------


def test_ticket_changes_when_it_is_paid_and_keeps_its_code(conference, ten, thirty):
    ticket = bought(conference, ten)
    order = upgrade(ticket, thirty)
    assert (order.status, order.total(), order.upgrades) == ("pending", D("20"), ticket)
    assert (Ticket.objects.get().ticket_type, taken(ten), taken(thirty)) == (ten, 1, 1)
    assert sound()
    pay(order)
    after = Ticket.objects.get()
    assert (after.ticket_type, after.code, after.nonce) == (thirty, ticket.code, ticket.nonce)
    assert (taken(ten), taken(thirty)) == (0, 1)
    assert OutgoingEmail.objects.filter(kind="ticket upgraded").count() == 1
    assert sound()


def test_free_upgrade_needs_no_payment_and_keeps_its_history(conference, ten):
    same = reg.ticket_type(conference, price=10)
    ticket = bought(conference, ten)
    order = upgrade(ticket, same)
    assert (order.status, order.total(), order.lines.count()) == ("paid", D("0"), 2)
    ticket.refresh_from_db()
    assert (ticket.ticket_type, taken(ten)) == (same, 0)
    assert sound()


def test_one_that_costs_money_is_never_free(conference, ten, thirty):
    ticket = bought(conference, ten)
    with pytest.raises(actions.CannotUpgrade):
        upgrade(ticket, thirty, shown="0")
    assert Order.objects.count() == 1
    with pytest.raises(actions.PaymentRefused):
        pay(upgrade(ticket, thirty), amount=D("0"))
    with pytest.raises(actions.PaymentRefused):
        pay(Order.objects.get(upgrades=ticket), amount=D("19.99"))
    ticket.refresh_from_db()
    assert ticket.ticket_type == ten


def test_what_costs_less_is_not_done_here(conference, ten, thirty):
    ticket = bought(conference, thirty)
    with pytest.raises(actions.CannotUpgrade):
        upgrade(ticket, ten)
    assert sound()


def test_nothing_new_is_no_upgrade(conference, ten, five):
    ticket = bought(conference, ten, five)
    with pytest.raises(actions.CannotUpgrade):
        upgrade(ticket, ten, five)


def test_same_form_again_is_the_same_upgrade(conference, ten, thirty):
    ticket = bought(conference, ten)
    assert upgrade(ticket, thirty) == upgrade(ticket, thirty)
    assert Order.objects.filter(upgrades=ticket).count() == 1


def test_another_upgrade_waits_for_the_first(conference, ten, thirty, five):
    ticket = bought(conference, ten)
    first = upgrade(ticket, thirty)
    with pytest.raises(actions.UpgradeWaits) as error:
        upgrade(ticket, ten, five, token="v" * 32)
    assert error.value.order == first
    assert actions.drop_upgrade(first)
    assert not actions.drop_upgrade(first)
    assert (taken(thirty), upgrade(ticket, ten, five, token="v" * 32).total()) == (0, D("5"))
    assert sound()


def test_upgrade_that_ran_out_gives_its_places_back(conference, ten, thirty):
    ticket = bought(conference, ten)
    order = upgrade(ticket, thirty)
    run_out(order)
    actions.expire_orders()
    assert (taken(thirty), Order.objects.get(pk=order.pk).status) == (0, "expired")
    again = upgrade(ticket, thirty, token="v" * 32)
    assert again.status == "pending"
    assert sound()


def run_out(order):
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - reg.dt.timedelta(hours=1))


def test_new_one_frees_what_ran_out_by_itself(conference, ten, thirty):
    ticket = bought(conference, ten)
    run_out(upgrade(ticket, thirty))
    Quota.objects.filter(name="Thirty").update(size=1)
    assert upgrade(ticket, thirty, token="v" * 32).status == "pending"
    assert taken(thirty) == 1


def test_sold_out_type_cannot_be_upgraded_to(conference, ten, thirty):
    ticket = bought(conference, ten)
    Quota.objects.filter(name="Thirty").update(size=0)
    with pytest.raises(actions.SoldOut):
        upgrade(ticket, thirty)
    assert sound()


@pytest.mark.parametrize("price", [10, 30])
def test_full_building_lets_who_is_in_it_upgrade(conference, price):
    """Both types take from one quota that is full: the place is held once all the way."""
    building = reg.quota(conference, size=1)
    small = reg.ticket_type(conference, price=10, quotas=[building])
    large = reg.ticket_type(conference, price=price, quotas=[building])
    ticket = bought(conference, small)
    order = upgrade(ticket, large)
    assert sound()
    if price == 30:
        run_out(order)
        actions.expire_orders()
        assert sound()
        pay(upgrade(ticket, large, token="v" * 32))
    ticket.refresh_from_db()
    building.refresh_from_db()
    assert (ticket.ticket_type, building.taken) == (large, 1)
    assert sound()


def test_hidden_and_early_types_are_not_reached(conference, ten):
    ticket = bought(conference, ten)
    for thing in (
        reg.ticket_type(conference, price=30, is_hidden=True),
        reg.ticket_type(conference, price=None),
    ):
        with pytest.raises(actions.NotOnSale):
            upgrade(ticket, thing, shown="20")


def test_given_ticket_and_closed_edition_are_refused(conference, ten, thirty):
    given = reg.ticket(ten)
    with pytest.raises(actions.CannotUpgrade):
        upgrade(given, thirty, shown="20")
    ticket = bought(conference, ten)
    close(conference)
    ticket.conference.refresh_from_db()
    with pytest.raises(EditionClosed):
        upgrade(ticket, thirty, shown="20")


# --- scenario 12: the ticket changed meanwhile -----------------------------------------------


def owed(order):
    return [(one.amount, one.why) for one in order.refunds.order_by("pk")]


def test_money_for_a_cancelled_ticket_is_owed_back(conference, ten, thirty):
    ticket = bought(conference, ten)
    order = upgrade(ticket, thirty)
    actions.cancel_tickets(ticket.order, [ticket], by=make.user(), why="Ill.")
    pay(order)
    assert owed(order) == [(D("20"), "The order was cancelled.")]
    assert (taken(ten), taken(thirty)) == (0, 0)
    assert sound()


def test_late_money_after_another_upgrade_is_owed_back(conference, ten, thirty):
    ticket = bought(conference, ten)
    first = upgrade(ticket, thirty)
    run_out(first)
    pay(upgrade(ticket, thirty, token="v" * 32))
    pay(first)
    assert owed(first) == [(D("20"), "The ticket had changed meanwhile.")]
    assert (first.status, taken(thirty)) == ("expired", 1)
    assert sound()


def test_late_money_takes_the_place_again_where_there_is_one(conference, ten, thirty):
    ticket = bought(conference, ten)
    order = upgrade(ticket, thirty)
    run_out(order)
    actions.expire_orders()
    pay(order)
    ticket.refresh_from_db()
    assert (order.status, ticket.ticket_type, taken(ten), taken(thirty)) == ("paid", thirty, 0, 1)
    assert sound()


def test_late_money_without_a_place_is_owed_back(conference, ten, thirty):
    ticket = bought(conference, ten)
    order = upgrade(ticket, thirty)
    run_out(order)
    actions.expire_orders()
    Quota.objects.filter(name="Thirty").update(size=0)
    pay(order)
    assert owed(order) == [(D("20"), "The reservation had run out and its places were gone.")]
    assert sound()


def test_ticket_that_was_passed_on_is_upgraded_all_the_same(conference, ten, thirty):
    ticket = bought(conference, ten)
    order = upgrade(ticket, thirty)
    actions.pass_on(ticket, name="Ana", email="ana@example.org")
    pay(order)
    after = Ticket.objects.get()
    assert (after.ticket_type, after.attendee_name) == (thirty, "Ana")
    assert sound()


def test_cancelling_takes_back_in_each_paid_order(conference, ten, thirty, five):
    ticket = bought(conference, ten, five)
    order = upgrade(ticket, thirty, five)
    pay(order)
    actions.cancel_tickets(ticket.order, [ticket], by=make.user(), why="Ill.", keep=D("20"))
    first = Order.objects.get(pk=ticket.order_id)
    order.refresh_from_db()
    assert (first.total(), order.total()) == (D("15"), D("5"))
    assert (owed(first), owed(order)) == ([], [(D("15"), "Ill.")])
    assert (first.status, order.status) == ("cancelled", "cancelled")
    assert (taken(ten), taken(thirty), taken(five)) == (0, 0, 0)
    assert sound()


def test_cancelling_the_whole_order_takes_its_upgrades_along(conference, ten, thirty):
    ticket = bought(conference, ten)
    order = upgrade(ticket, thirty)
    pay(order)
    with pytest.raises(actions.CannotCancel):
        actions.cancel_order(order, by=None)
    actions.cancel_order(ticket.order, by=None)
    assert owed(order) == [(D("20"), "The order was cancelled.")]
    assert owed(Order.objects.get(pk=ticket.order_id))[0][0] == D("10")
    assert OrderLine.objects.places() == {}
    assert sound()


def test_old_holder_does_not_upgrade_what_was_passed_on_meanwhile(conference, ten, thirty):
    ticket = bought(conference, ten)
    actions.pass_on(Ticket.objects.get(), name="Ana", email="ana@example.org")
    with pytest.raises(actions.CannotUpgrade, match="passed on"):
        upgrade(ticket, thirty)
    assert Order.objects.count() == 1


def test_mail_that_waits_while_the_ticket_is_passed_on_does_not_enclose_it(
    conference, ten, thirty, mailoutbox
):
    ticket = bought(conference, ten)
    pay(upgrade(ticket, thirty))
    OutgoingEmail.objects.exclude(kind="ticket upgraded").delete()
    actions.pass_on(Ticket.objects.get(), name="Ana", email="ana@example.org")
    email.deliver_queued()
    sent = {mail.subject: len(mail.attachments) for mail in mailoutbox}
    name = conference.name
    assert sent == {
        f"Your ticket for {name} was upgraded": 0,
        f"Your ticket for {name}": 1,
        f"A ticket for {name} was passed on": 0,
    }
