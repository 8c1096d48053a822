"""Stripe's library against a server that answers like Stripe's API."""

import contextlib
import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.utils import timezone

from registration.payments import Away, Declined, NotGenuine, Paid, Underway, Unpaid
from registration.payments import stripe as ours
from tests.factories import registration as reg

from . import stripe_server

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
PAGES = "/v1/checkout/sessions"
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def order(conference, full):
    return reg.pending_order(conference, types=[full], buyer_email="marisol@example.org")


def costing(conference, amount, currency="USD"):
    kind = reg.ticket_type(conference, price=Decimal(amount))
    return reg.pending_order(conference, types=[kind], currency=currency)


def begin(order, key="k1", minutes=35):
    closes_at = timezone.now() + dt.timedelta(minutes=minutes)
    return ours.provider.begin(order, None, key=key, closes_at=closes_at)


def said(event, **changes):
    """What we understand of an event."""
    body, headers = stripe_server.signed(event, **changes)
    return list(ours.provider.read(body, headers))


def paid_for(company, order, **how):
    """A payment of the order, as its event tells of it and as our rows keep it."""
    [notice] = said(company.pay(begin(order).reference, **how))
    return reg.payment(order, provider="stripe", reference=notice.reference)


# --- beginning -------------------------------------------------------------------------------


def test_page_asks_for_exactly_the_total_in_one_line(company, order):
    began = time.time()
    page = begin(order)
    [(_, _, asked, key)] = company.asked()
    address = f"{SITE}{order.get_absolute_url()}"
    price = asked["line_items"]["0"]["price_data"]
    assert (price["unit_amount"], price["currency"], key) == ("9000", "usd", "k1")
    assert asked["line_items"]["0"]["quantity"] == "1"
    assert order.code in price["product_data"]["name"]
    assert (asked["success_url"], asked["cancel_url"]) == (f"{address}paid/", address)
    assert asked["client_reference_id"] == order.code
    assert asked["customer_email"] == "marisol@example.org"
    assert asked["metadata"] == {"order": order.code, "conference": order.conference.slug}
    assert asked["payment_intent_data"]["metadata"]["order"] == order.code
    assert asked["mode"] == "payment"
    assert 30 * 60 <= page.expires_at.timestamp() - began <= 36 * 60
    assert page.url == company.objects[page.reference]["url"]


def test_price_rounded_half_even_goes_to_the_provider_to_the_cent(company, conference):
    """Scenario 3: $5.47 × 0.6."""
    begin(costing(conference, "3.28"))
    assert company.asked()[0][2]["line_items"]["0"]["price_data"]["unit_amount"] == "328"


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("3.28", "USD", 328),
        ("0.50", "USD", 50),
        ("15000.15", "EUR", 1500015),
        ("500", "JPY", 500),
        ("500.00", "KRW", 500),
        ("1.25", "KWD", 1250),
        ("500", "UGX", 50000),
        ("500", "ISK", 50000),
    ],
)
def test_smallest_units_of_a_currency(amount, currency, units):
    assert ours.minor(Decimal(amount), currency) == units
    assert ours.major(units, currency) == Decimal(amount)


def test_yen_have_no_cents(company, conference):
    assert begin(costing(conference, "500", "JPY")).url
    assert company.asked()[0][2]["line_items"]["0"]["price_data"]["unit_amount"] == "500"
    with pytest.raises(Declined, match=r"90\.50 JPY cannot be paid by card"):
        begin(costing(conference, "90.50", "JPY"))


@pytest.mark.parametrize("units", ["9000", 90.0, None])
def test_amount_that_is_no_whole_number_is_none(units):
    with pytest.raises(TypeError):
        ours.major(units, "USD")


def test_amount_finer_than_we_keep_is_refused():
    with pytest.raises(ValueError, match="finer"):
        ours.major(1251, "KWD")


def test_same_key_opens_the_same_page(company, order):
    closes_at = timezone.now() + dt.timedelta(minutes=35)
    first, second = (
        ours.provider.begin(order, None, key="k1", closes_at=closes_at) for _ in range(2)
    )
    assert first == second
    assert ours.provider.begin(order, None, key="k2", closes_at=closes_at) != first


def test_same_key_at_the_same_moment_opens_the_same_page(company, order):
    """While the first is under way Stripe says 409; the second waits for it."""
    closes_at = timezone.now() + dt.timedelta(minutes=35)
    company.fail("busy0.5")
    order.conference, list(order.lines.all())  # read here: the threads share no connection
    order = type(order).objects.select_related("conference").prefetch_related("lines").get()

    def one(_):
        return ours.provider.begin(order, None, key="k1", closes_at=closes_at)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, range(2))
    assert first == second
    assert len(company.asked()) > 2
    pages = [o for o in company.objects.values() if o.get("object") == "checkout.session"]
    assert len(pages) == 1


def test_same_key_for_something_else_is_declined(company, conference, order):
    begin(order)
    with pytest.raises(Declined, match="only be used with the same parameters"):
        begin(costing(conference, "10"))


@pytest.mark.parametrize(
    ("amount", "minutes", "says"),
    [
        ("0.49", 35, "must add up to at least"),
        ("1000000.00", 35, "must add up to"),
        ("90", 29, "at least 30 minutes"),
        ("90", 24 * 60 + 1, "less than 24 hours"),
    ],
)
def test_what_stripe_does_not_take_is_declined_in_its_words(
    company, conference, amount, minutes, says
):
    with pytest.raises(Declined, match=says):
        begin(costing(conference, amount), minutes=minutes)


def test_wrong_key_is_declined(company, order, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_other"
    with pytest.raises(Declined, match="Invalid API Key"):
        begin(order)


@pytest.mark.parametrize(("how", "spent"), [(500, True), (503, True), ("drop", False)])
def test_no_clear_answer_is_no_answer(company, order, how, spent, caplog):
    company.fail(how)
    with pytest.raises(Away) as caught:
        begin(order)
    assert caught.value.key_is_spent is spent
    assert "marisol" not in caplog.text
    assert order.secret not in caplog.text


def test_what_was_lost_on_the_way_back_is_found_by_its_key(company, order):
    company.fail("lost")
    closes_at = timezone.now() + dt.timedelta(minutes=35)
    with pytest.raises(Away):
        ours.provider.begin(order, None, key="k1", closes_at=closes_at)
    made = [one for one in company.objects.values() if one.get("object") == "checkout.session"]
    assert ours.provider.begin(order, None, key="k1", closes_at=closes_at).url == made[0]["url"]


def test_a_result_of_500_is_repeated_for_its_key(company, order):
    company.fail(500)
    for _ in range(2):
        with pytest.raises(Away):
            begin(order)
    assert begin(order, key="k2").url


def test_slow_answer_is_not_waited_for(company, order, monkeypatch):
    monkeypatch.setattr(ours, "TIMEOUT", (1, 0.3))
    ours.client_for.cache_clear()
    company.fail(2.0)
    began = time.monotonic()
    with pytest.raises(Away):
        begin(order)
    assert time.monotonic() - began < 1.5
    ours.client_for.cache_clear()


def test_usual_time_out_is_a_few_seconds():
    assert sum(ours.TIMEOUT) <= 10


# --- notifications ---------------------------------------------------------------------------


def test_paid_page_says_order_amount_and_payment(company, order):
    page = begin(order)
    [notice] = said(company.pay(page.reference))
    intent = company.objects[page.reference]["payment_intent"]
    assert notice == Paid(order.code, intent, Decimal("90.00"), "USD", page.reference)


def test_bank_debit_is_under_way_until_it_came_in(company, order):
    page = begin(order)
    assert said(company.pay(page.reference, debit=True)) == [Underway(page.reference)]
    [notice] = said(company.settle(page.reference))
    assert (notice.order_code, notice.amount) == (order.code, Decimal("90.00"))


def test_bank_debit_that_failed_and_page_that_closed(company, order):
    page = begin(order)
    company.pay(page.reference, debit=True)
    failed = company.settle(page.reference, succeeded=False)
    assert said(failed) == [Unpaid(page.reference, failed=True)]
    other = begin(order, key="k2")
    assert said(company.expire(other.reference)) == [Unpaid(other.reference)]


@pytest.mark.parametrize("kind", ["payment_intent.created", "customer.created", "product.updated"])
def test_other_events_are_passed_over(company, kind):
    assert said(company.happen(kind, {"id": "x", "object": "thing"})) == []


def test_page_of_a_subscription_is_not_ours(company, order):
    event = company.pay(begin(order).reference)
    event["data"]["object"] |= {"mode": "subscription", "payment_intent": None}
    assert said(event) == []


def test_event_is_believed_for_five_minutes(company, order):
    event = company.pay(begin(order).reference)
    assert said(event, at=time.time() - 290)
    with pytest.raises(NotGenuine, match="too long ago"):
        said(event, at=time.time() - 310)


def test_event_signed_by_another_or_changed_on_the_way_is_not_genuine(company, order):
    event = company.pay(begin(order).reference)
    with pytest.raises(NotGenuine):
        said(event, secret="whsec_other")  # noqa: S106
    body, headers = stripe_server.signed(event)
    with pytest.raises(NotGenuine):
        ours.provider.read(body.replace(b"9000", b"9001"), headers)
    for wrong in ("", "t=1", "t=x,v1=y", "v1=" + "0" * 64, "t=99999999999999999999,v1=0"):
        with pytest.raises(NotGenuine):
            ours.provider.read(body, {"Stripe-Signature": wrong})
    with pytest.raises(NotGenuine):
        ours.provider.read(body, {})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{}",
        "not json",
        '{"object": "v2.core.event"}',
        '{"object": "event", "type": 7, "data": {"object": 3}}',
        '{"object": "event", "type": "checkout.session.completed"}',
        '{"object": "event", "type": "checkout.session.completed", "data": {"object": {}}}',
        '{"object": "event", "type": "charge.refunded", "data": {"object": {}}}',
        '{"object": "event", "type": "refund.created", "data": {"object": {"id": 1}}}',
        "\x00" * 100,
        "x" * 1_000_000,
    ],
    ids=lambda body: body[:60],
)
def test_signed_nonsense_is_not_genuine_or_says_nothing(company, body):
    with contextlib.suppress(NotGenuine):
        assert said(body) == []


def test_bytes_that_are_no_text_are_not_genuine(company):
    with pytest.raises(NotGenuine):
        ours.provider.read(b"\xff\xfe", {"Stripe-Signature": "t=1,v1=0"})


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_total": "9000"},
        {"amount_total": None},
        {"amount_total": 90.5},
        {"currency": None},
        {"payment_status": "paid", "id": None, "currency": 5},
    ],
)
def test_signed_page_with_a_strange_amount_is_not_genuine(company, order, changes):
    event = company.pay(begin(order).reference)
    event["data"]["object"] |= changes
    with pytest.raises(NotGenuine):
        said(event)


# --- looking, closing ------------------------------------------------------------------------


def test_looking_at_a_page_says_what_became_of_it(company, order):
    page = begin(order)
    assert list(ours.provider.look(page.reference)) == []
    event = company.pay(page.reference)
    assert list(ours.provider.look(page.reference)) == said(event)
    closed = begin(order, key="k2")
    ours.provider.close(closed.reference)
    assert list(ours.provider.look(closed.reference)) == [Unpaid(closed.reference)]
    with pytest.raises(Declined, match="No such checkout.session"):
        ours.provider.look("cs_nosuch")


def test_page_that_was_paid_cannot_be_closed(company, order):
    page = begin(order)
    company.pay(page.reference)
    with pytest.raises(Declined, match="can be expired"):
        ours.provider.close(page.reference)


# --- money back, fees ------------------------------------------------------------------------


def refund(payment, amount="90.00", reference="r1", key="r1-1"):
    return ours.provider.refund(payment, Decimal(amount), reference, key=key)


def test_refund_names_payment_amount_and_our_reference(company, order):
    payment = paid_for(company, order)
    done = refund(payment, "3.28")
    [(_, _, asked, key)] = company.asked(path="/v1/refunds")
    assert asked == {
        "payment_intent": payment.reference,
        "amount": "328",
        "metadata": {"refund": "r1", "order": order.code},
    }
    assert (key, done.amount, done.ours, done.problem) == ("r1-1", Decimal("3.28"), "r1", "")


def test_refund_asked_twice_is_made_once_even_with_another_key(company, order):
    payment = paid_for(company, order)
    assert refund(payment, "10") == refund(payment, "10") == refund(payment, "10", key="r1-2")
    assert len(company.asked(path="/v1/refunds")) == 1


def test_refund_lost_on_the_way_back_is_found(company, order):
    payment = paid_for(company, order)
    company.fail("lost", where="refunds")  # the list of what was sent
    with pytest.raises(Away):
        refund(payment, "10")
    company.fail(0.0, "lost", where="refunds")  # the list comes, the making is lost
    with pytest.raises(Away):
        refund(payment, "10")
    assert refund(payment, "10", key="r1-9").amount == Decimal("10.00")
    made = [one for one in company.objects.values() if one.get("object") == "refund"]
    assert [one["amount"] for one in made] == [1000]


def test_refund_of_too_much_is_declined_in_stripes_words(company, order):
    payment = paid_for(company, order)
    refund(payment, "60")
    with pytest.raises(Declined, match="greater than unrefunded amount"):
        refund(payment, "60", reference="r2", key="r2-1")
    refund(payment, "30", reference="r3", key="r3-1")
    with pytest.raises(Declined, match="already been refunded"):
        refund(payment, "1", reference="r4", key="r4-1")


def test_refunds_of_the_dashboard_are_read_from_the_charge(company, order):
    payment = paid_for(company, order)
    refund(payment, "10")
    company.refund_in_dashboard(payment.reference, 500)
    theirs, mine = said(company.events[-1])
    assert (theirs.amount, theirs.ours, theirs.of_order) == (Decimal("5.00"), "", order.code)
    assert (mine.amount, mine.ours, mine.payment) == (Decimal("10.00"), "r1", payment.reference)


def test_refund_event_waits_for_a_stripe_that_answers(company, order):
    payment = paid_for(company, order)
    company.refund_in_dashboard(payment.reference, 500)
    company.fail(500, where="refunds")
    with pytest.raises(Away):
        said(company.events[-1])


def test_refund_that_failed_later_says_why(company, order):
    payment = paid_for(company, order)
    made = company.refund_in_dashboard(payment.reference, 500)
    made |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    [notice] = said(company.happen("refund.failed", made))
    assert notice.problem == "Stripe could not send it: expired or canceled card."


def test_fee_is_what_stripe_kept(company, order):
    assert ours.provider.fee(paid_for(company, order)) == Decimal("2.91")


def test_fee_that_is_not_known_yet_is_none(company, order):
    company.fee_known = False
    assert ours.provider.fee(paid_for(company, order)) is None


def test_fee_in_the_banks_currency_is_told_in_the_charges(company, order):
    company.settles_in = {"currency": "eur", "exchange_rate": 0.9, "fee": 270}
    assert ours.provider.fee(paid_for(company, order)) == Decimal("3.00")
