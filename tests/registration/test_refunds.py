"""Money that goes back: decided here, sent by the provider, told by either."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from registration import actions, tasks
from registration.models import CashDrawer, Order, Payment, Refund
from scale.models import AuditEntry
from tests.factories import registration as reg
from tests.factories import scale as make

from . import stripe_server

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
TEN, NINETY = Decimal("10.00"), Decimal("90.00")


@pytest.fixture
def staff(db):
    return make.user()


@pytest.fixture
def payment(company, client, conference, full):
    """$90 that came by Stripe for an order that is paid."""
    order = reg.pending_order(conference, types=[full])
    address = reverse("registration:pay", args=[conference.slug, order.code, order.secret])
    client.post(address, {"provider": "stripe"})
    notify(company.pay(order.payment_sessions.get().reference))
    return Payment.objects.get()


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """Do something and let the worker act on it."""

    def act(function, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            made = function(*args, **kwargs)
        made.refresh_from_db()
        return made

    return act


def notify(event, **changes):
    body, headers = stripe_server.signed(event, **changes)
    address = reverse("registration:payment-notice", args=["stripe"])
    return Client(headers=headers).post(address, body, content_type="application/json").status_code


def refund(payment, amount=TEN, **how):
    return actions.refund_payment(payment, amount, why="Cannot come.", **how)


def at_stripe(company):
    """The sums that Stripe has sent back, in cents."""
    return [one["amount"] for one in company.objects.values() if one.get("object") == "refund"]


def balance(order):
    """What we took less what we owe for: nothing, when the books are right."""
    order = Order.objects.get(pk=order.pk)
    return order.received() - order.charged()


# --- by the provider -------------------------------------------------------------------------


def test_refund_is_a_row_first_and_sent_after_commit(company, payment, staff, sent):
    made = refund(payment, by=staff)
    assert (made.status, made.by, at_stripe(company)) == ("waiting", staff, [])
    made = sent(refund, payment, by=staff)
    assert (made.status, at_stripe(company)) == ("done", [1000])
    assert made.provider_reference.startswith("re_")
    assert made.sent_at is not None
    assert balance(payment.order) == 0


def test_exactly_the_amount_goes_back_in_the_smallest_unit(company, payment, staff, sent):
    """Scenario 3's 3.28, on its way back."""
    sent(refund, payment, Decimal("3.28"), by=staff)
    assert at_stripe(company) == [328]


@pytest.mark.parametrize("amount", ["90.01", "0", "-1", "3.285", "NaN", "Infinity"])
def test_no_more_than_the_payment_and_only_whole_cents(company, payment, staff, amount):
    with pytest.raises(actions.CannotRefund):
        refund(payment, Decimal(amount), by=staff)
    assert Refund.objects.count() == 0


def test_refunds_together_are_never_more_than_the_payment(company, payment, staff, sent):
    sent(refund, payment, Decimal("50"), by=staff)
    refund(payment, Decimal("30"), by=staff)  # not even sent yet
    with pytest.raises(actions.CannotRefund, match=r"At most \$10 "):
        refund(payment, Decimal("10.01"), by=staff)
    sent(refund, payment, TEN, by=staff)
    assert balance(payment.order) == 0


def test_double_click_makes_one_refund(company, payment, staff, sent):
    first = sent(refund, payment, by=staff, form_token="f" * 32)
    second = sent(refund, payment, by=staff, form_token="f" * 32)
    assert (first, at_stripe(company)) == (second, [1000])


def test_task_that_runs_twice_sends_once(company, payment, staff, sent):
    made = sent(refund, payment, by=staff)
    tasks.ask_for_refund(made.pk)
    Refund.objects.update(status="waiting")  # as if the worker had died before writing it down
    tasks.ask_for_refund(made.pk)
    made.refresh_from_db()
    assert (made.status, at_stripe(company)) == ("done", [1000])


@pytest.mark.parametrize("how", ["drop", "lost", 500, 503, 429])
def test_refund_without_a_clear_answer_is_asked_for_again(company, payment, staff, sent, how):
    company.fail(0.0, how, where="refunds")  # the list of refunds is answered
    made = sent(refund, payment, by=staff)
    assert made.status == "waiting"
    tasks.look_after_money()
    made.refresh_from_db()
    assert (made.status, at_stripe(company)) == ("done", [1000])


def test_what_stripe_declines_is_shown_and_can_be_tried_again(company, payment, staff, sent):
    company.objects[payment.reference]["latest_charge"] = "ch_gone"
    made = sent(refund, payment, by=staff)
    assert (made.status, made.problem) == ("failed", "No such charge: 'ch_gone'")
    tasks.look_after_money()
    assert len(company.asked(path="/v1/refunds")) == 1, "only people try again"
    charge = next(one for one in company.objects.values() if one.get("object") == "charge")
    company.objects[payment.reference]["latest_charge"] = charge["id"]
    made = sent(actions.send_refund, made, by=staff)
    assert (made.status, made.problem, at_stripe(company)) == ("done", "", [1000])
    assert balance(payment.order) == 0


def test_failed_refund_is_not_tried_again_when_the_rest_went_elsewhere(
    company, payment, staff, sent
):
    charge = company.objects[payment.reference]["latest_charge"]
    company.objects[payment.reference]["latest_charge"] = "ch_gone"
    failed = sent(refund, payment, NINETY, by=staff)
    company.objects[payment.reference]["latest_charge"] = charge
    sent(refund, payment, TEN, by=staff)
    with pytest.raises(actions.CannotRefund):
        actions.send_refund(failed, by=staff)


def test_sending_what_is_under_way_or_done_changes_nothing(company, payment, staff, sent):
    company.fail(0.0, "drop", where="refunds")
    made = sent(refund, payment, by=staff)
    assert sent(actions.send_refund, made, by=staff).tries == 1
    tasks.look_after_money()
    assert sent(actions.send_refund, made, by=staff).status == "done"
    assert at_stripe(company) == [1000]


def test_provider_that_the_site_dropped_is_said(company, payment, staff, sent, settings):
    settings.PAYMENT_PROVIDERS = []
    made = sent(refund, payment, by=staff)
    assert (made.status, made.problem) == ("failed", "This site no longer works with stripe.")


def test_money_too_many_waits_for_people_and_is_then_sent(company, payment, staff, sent):
    actions.cancel_order(payment.order, by=staff)
    [owed] = Refund.objects.all()
    tasks.look_after_money()
    assert (Refund.objects.get().status, at_stripe(company)) == ("waiting", [])
    owed = sent(actions.send_refund, owed, by=staff)
    assert (owed.status, at_stripe(company)) == ("done", [9000])
    assert balance(payment.order) == 0


def test_demo_money_goes_back_the_same_way(with_demo, conference, full, staff, sent):
    payment = reg.payment(reg.order(conference, types=[full]))
    made = sent(refund, payment, by=staff)
    assert (made.status, made.provider_reference) == ("done", f"demo-{made.reference}")


# --- told by the provider --------------------------------------------------------------------


def test_refund_of_the_dashboard_is_written_down_once(company, payment):
    company.refund_in_dashboard(payment.reference, 1000)
    first = company.events[-1]
    assert [notify(first) for _ in range(2)] == [200, 200]
    made = Refund.objects.get()
    assert (made.status, made.amount, made.by) == ("done", TEN, None)
    assert made.why == "Sent back at the provider, not here."
    assert balance(payment.order) == 0
    company.refund_in_dashboard(payment.reference, 500)
    for event in (company.events[-1], first):
        notify(event)
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [Decimal("5.00"), TEN]
    assert balance(payment.order) == 0


def test_our_own_refund_that_stripe_tells_of_is_not_doubled(company, payment, staff, sent):
    sent(refund, payment, by=staff)
    event = company.events[-1]
    assert event["type"] == "charge.refunded"
    assert notify(event) == 200
    assert Refund.objects.count() == 1


def test_notification_may_be_quicker_than_our_worker(company, payment, staff):
    made = refund(payment, by=staff)  # nobody has run the task yet
    company.refund(
        {
            "payment_intent": payment.reference,
            "amount": "1000",
            "metadata": {"refund": made.reference},
        }
    )
    assert notify(company.events[-1]) == 200
    tasks.look_after_money()
    assert (Refund.objects.get().status, at_stripe(company)) == ("done", [1000])


def test_what_we_owed_and_someone_sent_in_the_dashboard_is_that_refund(company, payment, staff):
    actions.cancel_order(payment.order, by=staff)
    company.refund_in_dashboard(payment.reference, 9000)
    assert notify(company.events[-1]) == 200
    made = Refund.objects.get()
    assert (made.status, made.provider_reference.startswith("re_")) == ("done", True)
    assert balance(payment.order) == 0


def test_refund_told_before_its_payment_is_taken_on_its_repeat(company, client, conference, full):
    order = reg.pending_order(conference, types=[full])
    address = reverse("registration:pay", args=[conference.slug, order.code, order.secret])
    client.post(address, {"provider": "stripe"})
    page = order.payment_sessions.get().reference
    paid = company.pay(page)
    company.refund_in_dashboard(company.objects[page]["payment_intent"], 1000)
    refunded = company.events[-1]
    assert [notify(one) for one in (refunded, paid, refunded)] == [400, 200, 200]
    assert Refund.objects.get().amount == TEN
    assert balance(order) == 0


def test_refund_of_some_other_business_in_the_account_is_passed_over(company):
    page = company.make_page(
        {
            "mode": "payment",
            "line_items": {
                "0": {
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": "500",
                        "product_data": {"name": "A book"},
                    }
                }
            },
            "success_url": "https://shop.example.org",
            "cancel_url": "https://shop.example.org",
        }
    )
    company.pay(page["id"])
    company.refund_in_dashboard(page["payment_intent"], 500)
    assert notify(company.events[-1]) == 200
    assert Refund.objects.count() == 0


@pytest.mark.parametrize("kind", ["refund.failed", "refund.updated", "charge.refund.updated"])
def test_refund_that_failed_later_is_shown_and_stays_failed(company, payment, staff, sent, kind):
    made = sent(refund, payment, by=staff)
    earlier = company.events[-1]
    at_their_side = company.objects[made.provider_reference]
    created = company.happen("refund.created", at_their_side)
    at_their_side |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
    for event in (company.happen(kind, at_their_side), created):
        assert notify(event) == 200
    made.refresh_from_db()
    assert (made.status, made.problem) == (
        "failed",
        "Stripe could not send it: lost or stolen card.",
    )
    assert notify(earlier) == 200
    assert Refund.objects.get().status == "failed"


def test_failed_refund_that_is_tried_again_is_a_new_one_at_stripe(company, payment, staff, sent):
    made = sent(refund, payment, by=staff)
    theirs = company.objects[made.provider_reference]
    theirs |= {"status": "failed", "failure_reason": "unknown"}
    failed = company.happen("refund.failed", theirs)
    notify(failed)
    made.refresh_from_db()
    made = sent(actions.send_refund, made, by=staff)
    assert (made.status, len(at_stripe(company))) == ("done", 2)
    notify(failed)
    assert Refund.objects.get().status == "done"


# --- by hand ---------------------------------------------------------------------------------


@pytest.fixture
def drawer(conference, staff):
    return CashDrawer.objects.create(
        conference=conference,
        name="Desk 1",
        volunteer="Ana",
        opening_float=Decimal("100.00"),
        opened_by=staff,
    )


def by_hand(order, provider, staff, **how):
    return actions.record_payment(
        order.code,
        provider=provider,
        reference=f"{order.code}-1",
        amount=order.total(),
        currency="USD",
        by=staff,
        **how,
    )


def test_cash_is_given_back_at_once_out_of_the_drawer(conference, full, staff, drawer):
    order = reg.pending_order(conference, types=[full])
    payment = by_hand(order, "cash", staff, drawer=drawer)
    assert (payment.by, payment.drawer, drawer.expected()) == (staff, drawer, Decimal("190.00"))
    made = refund(payment, by=staff, drawer=drawer)
    assert (made.status, made.drawer) == ("done", drawer)
    assert drawer.expected() == Decimal("180.00")
    assert balance(order) == 0


@pytest.mark.parametrize("provider", ["cheque", "invoice"])
def test_cheques_and_transfers_are_given_back_by_hand(conference, full, staff, provider):
    order = reg.pending_order(conference, types=[full])
    payment = by_hand(order, provider, staff, note="No. 1234")
    order.refresh_from_db()
    assert (order.status, payment.note) == ("paid", "No. 1234")
    assert refund(payment, by=staff).status == "done"


@pytest.mark.parametrize("provider", ["cash", "cheque", "invoice"])
@pytest.mark.parametrize("amount", ["89.99", "90.01"])
def test_money_by_hand_is_exact_too(conference, full, staff, provider, amount):
    order = reg.pending_order(conference, types=[full])
    with pytest.raises(actions.PaymentRefused):
        actions.record_payment(
            order.code,
            provider=provider,
            reference="1",
            amount=Decimal(amount),
            currency="USD",
            by=staff,
        )


def test_refund_is_in_the_audit_trail(with_demo, conference, full, staff, sent):
    payment = reg.payment(reg.order(conference, types=[full]))
    made = sent(refund, payment, by=staff)
    assert AuditEntry.objects.filter(object_pk=made.pk, content_type__model="refund").exists()
