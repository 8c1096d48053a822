"""Buying and upgrading at a kiosk: the shop's stock, money that comes elsewhere, then the badge."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from checkin.kiosk.models import KioskVisit
from checkin.models import PrintJob
from registration import actions as shop
from registration.models import Order, Quota, Ticket
from scale.models import OutgoingEmail
from tests.factories import registration as reg

from .kiosks import scan, send, text, title

pytestmark = pytest.mark.django_db(transaction=True)
BUYER = {"buyer_name": "Bo Lind", "buyer_email": "bo@example.org", "ticket-organization": "Corvid"}


@pytest.fixture
def full(conference):
    places = reg.quota(conference, size=2)
    return reg.ticket_type(conference, name="Full access", code="full", quotas=[places])


@pytest.fixture
def demo(settings):
    settings.PAYMENT_PROVIDERS = ["demo"]


@pytest.fixture
def no_cards(settings):
    settings.PAYMENT_PROVIDERS = []


def buy(kiosk, **said):
    kiosk.post("/door/kiosk/begin/", {"to": "buy"})
    return send(kiosk, "buy/full", **BUYER | said)


def test_types_for_sale_with_their_prices(kiosk, conference, full):
    reg.ticket_type(conference, name="Kids", for_minors=True)
    reg.ticket_type(conference, name="Not yet", price=None)
    reg.ticket_type(conference, name="Hidden", is_hidden=True)
    assert "I have no ticket yet" in text(kiosk.get("/door/"))
    kiosk.post("/door/kiosk/begin/", {"to": "buy"})
    said = text(kiosk.get("/door/kiosk/buy/"))
    assert "Full access" in said and "$90" in said
    assert not any(name in said for name in ("Kids", "Not yet", "Hidden"))


def test_nothing_for_sale(kiosk, conference):
    assert "I have no ticket yet" not in text(kiosk.get("/door/"))
    kiosk.post("/door/kiosk/begin/", {"to": "buy"})
    assert "nothing for sale" in text(kiosk.get("/door/kiosk/buy/"))
    assert title(send(kiosk, "buy/full", **BUYER)) == "Buy a ticket"


def test_sale_waits_for_its_money_and_goes_on_to_the_badge(kiosk, full, no_cards):
    answer = buy(kiosk)
    order = Order.objects.get()
    assert title(answer) == "$90 to pay" and order.code in text(answer)
    assert order.secret not in answer.content.decode()
    assert (order.status, order.tickets.get().organization) == ("pending", "Corvid")
    assert b"demo" not in answer.content
    assert kiosk.get("/door/kiosk/pay.svg")["Content-Type"] == "image/svg+xml"
    asks = {"hx-request": "true"}
    assert kiosk.get("/door/kiosk/pay/", headers=asks).status_code == 204
    shop.record_payment(
        order.code, provider="cash", reference="1", amount=Decimal(90), currency="USD"
    )
    on = kiosk.get("/door/kiosk/pay/", headers=asks)["HX-Redirect"]
    assert title(kiosk.get(on)) == "Is that right?"
    send(kiosk, "print")
    assert PrintJob.objects.get().badge.ticket.attendee_name == "Bo Lind"


def test_same_form_twice_is_one_order(kiosk, full, no_cards):
    kiosk.post("/door/kiosk/begin/", {"to": "buy"})
    visit = KioskVisit.objects.get()
    for _ in range(2):
        kiosk.post("/door/kiosk/buy/full/", {"visit": visit.nonce, **BUYER})
        KioskVisit.objects.update(order=None)
    assert (Order.objects.count(), Quota.objects.get().taken) == (1, 1)


def test_demo_card_pays(kiosk, full, demo):
    assert "Pay with the demo card" in text(buy(kiosk))
    assert title(send(kiosk, "pay")) == "Is that right?"
    order = Order.objects.get()
    assert (order.status, order.payments.get().amount) == ("paid", Decimal(90))


def test_demo_card_is_not_there_on_other_sites(kiosk, full, no_cards):
    buy(kiosk)
    assert title(send(kiosk, "pay")) == "$90 to pay"
    assert Order.objects.get().status == "pending"


def test_what_costs_nothing_goes_straight_to_the_badge(kiosk, conference, no_cards):
    reg.ticket_type(conference, code="full", price=Decimal(0))
    assert title(buy(kiosk)) == "Is that right?"
    assert OutgoingEmail.objects.filter(to_address="bo@example.org").exists()


def test_minor_who_buys_goes_to_the_help_desk(kiosk, conference, no_cards):
    reg.ticket_type(conference, code="full", price=Decimal(0))
    said = {"ticket-is_minor": "on", "ticket-guardian_name": "Mo", "ticket-guardian_agrees": "on"}
    assert "at least six digits" in text(buy(kiosk, **said, **{"ticket-guardian_phone": "1"}))
    answer = buy(kiosk, **said, **{"ticket-guardian_phone": "5550100"})
    assert title(answer) == "Please go to the help desk together"


def test_mistakes_stand_beside_their_fields_and_nothing_is_lost(kiosk, conference, full):
    reg.terms(conference)
    reg.sale_rules(conference, ask_postcode="required")
    answer = buy(kiosk, buyer_email="bo@", buyer_name="Bo Lind")
    said = text(answer)
    assert 'value="Bo Lind"' in answer.content.decode() and 'value="bo@"' in answer.content.decode()
    assert "Enter a valid e-mail address." in said and "who accepts these" in said
    assert "This field is required." in said and not Order.objects.exists()


def test_extras_questions_and_terms_are_those_of_the_shop(kiosk, conference, full, no_cards):
    shirt = reg.add_on(conference, name="Shirt")
    asked = reg.question(conference, text="Diet?")
    text_of_terms = reg.terms(conference)
    buy(
        kiosk,
        **{
            f"ticket-extra-{shirt.pk}": "on",
            f"ticket-question-{asked.pk}": "Vegan",
            "terms": "on",
            "terms_seen": str(text_of_terms.pk),
        },
    )
    order = Order.objects.get()
    assert (order.total(), order.conduct) == (Decimal(110), text_of_terms)
    assert order.tickets.get().answers.get().value == "Vegan"


def test_sold_out_while_the_form_was_filled_in(kiosk, full, no_cards):
    kiosk.post("/door/kiosk/begin/", {"to": "buy"})
    reg.order(full.conference, types=[full, full])
    assert title(send(kiosk, "buy/full", **BUYER)) == "Buy a ticket"
    assert Order.objects.count() == 1


def test_giving_it_back_frees_the_place(kiosk, full, no_cards):
    buy(kiosk)
    assert send(kiosk, "drop").request["PATH_INFO"] == "/door/"
    assert (Order.objects.get().status, Quota.objects.get().taken) == ("cancelled", 0)


def test_leaving_keeps_the_order_for_the_desk(kiosk, full, no_cards):
    buy(kiosk)
    kiosk.get("/door/")
    assert (Order.objects.get().status, Quota.objects.get().taken) == ("pending", 1)
    assert kiosk.get("/door/kiosk/pay.svg")["Location"] == "/door/"


def test_order_that_ran_out_says_so(kiosk, full, no_cards):
    buy(kiosk)
    Order.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    asks = {"hx-request": "true"}
    assert kiosk.get("/door/kiosk/pay/", headers=asks)["HX-Redirect"] == "/door/kiosk/stop/"
    assert title(kiosk.get("/door/kiosk/stop/")) == "The time to pay is over"


# --- upgrades ----------------------------------------------------------------------------------


@pytest.fixture
def bought(conference, full):
    expo = reg.ticket_type(conference, name="Expo", code="expo", price=Decimal(20))
    return reg.bought_ticket(conference, expo, name="Ana Ruiz", email="ana@example.org")


def upgrade(kiosk, query, **said):
    """Look at what it costs, then take it."""
    where = f"/door/kiosk/upgrade/?{query}"
    token = kiosk.get(where).content.decode().split('name="form_token" value="')[1][:32]
    said |= {"visit": KioskVisit.objects.get().nonce, "form_token": token}
    return kiosk.post(where, said, follow=True)


def test_upgrade_is_paid_at_the_desk_and_the_badge_shows_it(kiosk, bought, no_cards):
    scan(kiosk, bought.code)
    assert "+ $70" in text(kiosk.get("/door/kiosk/upgrade/"))
    answer = upgrade(kiosk, "type=full", shown_cost="70.00")
    order = Order.objects.get(upgrades=bought)
    assert title(answer) == "$70 to pay" and order.code in text(answer)
    shop.record_payment(
        order.code, provider="cash", reference="1", amount=Decimal(70), currency="USD"
    )
    assert "Full access" in text(kiosk.get("/door/kiosk/pay/", follow=True))
    send(kiosk, "print")
    assert PrintJob.objects.get().badge.ticket.ticket_type.code == "full"


def test_upgrade_never_shows_the_link_of_its_order(kiosk, bought, no_cards):
    scan(kiosk, bought.code)
    answer = upgrade(kiosk, "type=full", shown_cost="70.00")
    assert "pay.svg" not in answer.content.decode()
    assert kiosk.get("/door/kiosk/pay.svg").status_code == 404


def test_upgrade_for_nothing_is_done_at_once(kiosk, bought, no_cards):
    sticker = reg.add_on(bought.conference, name="Sticker", price=Decimal(0))
    scan(kiosk, bought.code)
    answer = upgrade(kiosk, f"type=expo&extra={sticker.pk}", shown_cost="0.00")
    assert title(answer) == "Is that right?"
    assert bought.lines.filter(add_on=sticker, order__status="paid").exists()


def test_price_that_changed_is_told(kiosk, bought, no_cards):
    scan(kiosk, bought.code)
    assert "The price changed" in text(upgrade(kiosk, "type=full", shown_cost="60.00"))


def test_upgrade_given_up_leads_back_to_the_badge(kiosk, bought, no_cards):
    scan(kiosk, bought.code)
    upgrade(kiosk, "type=full", shown_cost="70.00")
    assert title(send(kiosk, "drop")) == "Is that right?"
    assert Order.objects.get(upgrades=bought).status == "cancelled"
    assert Ticket.objects.get(pk=bought.pk).ticket_type.code == "expo"


def test_upgrade_that_waits_already_is_told(kiosk, bought, no_cards):
    scan(kiosk, bought.code)
    upgrade(kiosk, "type=full", shown_cost="70.00")
    scan(kiosk, bought.code)
    said = text(kiosk.get("/door/kiosk/upgrade/"))
    assert "waits for its payment" in said and Order.objects.get(upgrades=bought).code in said
