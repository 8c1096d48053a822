"""Who waits longest has the place: no place lost, none doubled, nobody skipped."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from registration import actions
from registration.models import Order, Quota, TicketType, WaitlistEntry
from registration.proof import errors
from scale.models import Conference, OutgoingEmail
from tests.factories import registration as reg
from tests.factories import scale as make

from .test_races import at_once, buyer_of
from .test_views import text_of


def sold_out(conference, n=1, **fields):
    """A type with `n` places, all of them sold; the type and the orders."""
    quota = reg.quota(conference, size=n)
    kind = reg.ticket_type(conference, code="full", quotas=[quota], **fields)
    orders = []
    for _ in range(n):
        orders.append(
            reg.paid_order(
                conference,
                types=[TicketType.objects.get(pk=kind.pk)],
                paid_at=timezone.now(),
            )
        )
    return kind, orders


def states():
    return list(WaitlistEntry.objects.order_by("pk").values_list("status", flat=True))


def run_out(order):
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - dt.timedelta(minutes=1))


@pytest.mark.django_db
@pytest.mark.sqlite
def test_freed_place_is_offered_for_a_day_before_the_public_can_take_it(conference):
    kind, (order,) = sold_out(conference)
    first, second = reg.waiting(kind), reg.waiting(kind)
    actions.cancel_order(order, by=None)
    first.refresh_from_db()
    assert states() == ["offered", "waiting"]
    offered = first.order
    assert offered.is_cart
    left = offered.expires_at - timezone.now()
    assert dt.timedelta(hours=23, minutes=59) < left <= dt.timedelta(hours=24)
    assert Quota.objects.get().taken == 1
    assert buyer_of(conference, "full")(1) == "sold out"
    assert OutgoingEmail.objects.get(kind="waiting list").to_address == first.email
    assert list(errors()) == []
    assert second.place_in_line() == 1


@pytest.mark.django_db
@pytest.mark.sqlite
def test_lapsed_offer_goes_to_the_next_when_any_buyer_comes(conference):
    kind, (order,) = sold_out(conference)
    first, second = reg.waiting(kind), reg.waiting(kind)
    actions.cancel_order(order, by=None)
    first.refresh_from_db()
    run_out(first.order)
    assert buyer_of(conference, "full")(1) == "sold out"
    assert states() == ["lapsed", "offered"]
    second.refresh_from_db()
    run_out(second.order)
    assert buyer_of(conference, "full")(2) != "sold out"
    assert states() == ["lapsed", "lapsed"]
    assert list(errors()) == []


@pytest.mark.django_db
@pytest.mark.sqlite
def test_paying_takes_the_place(conference):
    kind, (order,) = sold_out(conference)
    entry = reg.waiting(kind)
    actions.cancel_order(order, by=None)
    entry.refresh_from_db()
    attendee = actions.Attendee(kind, "Zoë")
    actions.fill_in(entry.order, actions.Buyer("Zoë", entry.email), [attendee])
    actions.record_payment(
        entry.order.code,
        provider="demo",
        reference="r",
        amount=entry.order.total(),
        currency="USD",
    )
    assert states() == ["taken"]
    assert list(errors()) == []


@pytest.mark.django_db
@pytest.mark.sqlite
def test_larger_quota_is_offered_to_as_many_as_fit(conference, chair):
    kind, _ = sold_out(conference)
    for _ in range(3):
        reg.waiting(kind)
    quota = Quota.objects.get()
    page = reverse("admin:registration_quota_change", args=[quota.pk])
    data = {"conference": conference.pk, "name": quota.name, "size": 3}
    assert chair.post(page, data).status_code == 302
    assert states() == ["offered", "offered", "waiting"]
    assert list(errors()) == []


@pytest.mark.django_db
@pytest.mark.sqlite
def test_joining_says_the_same_whether_the_address_waits_already(client, conference):
    kind, (order,) = sold_out(conference)
    path = reverse("registration:wait", args=[conference.slug, kind.code])
    data = {"name": "Zoë", "email": "Zoe@Example.org"}
    pages = [text_of(client.post(path, data, follow=True)) for _ in range(2)]
    assert pages[0] == pages[1]
    entry = WaitlistEntry.objects.get()
    assert (entry.email, entry.status) == ("zoe@example.org", "waiting")
    assert "You are next" in text_of(client.get(entry.get_absolute_url()))
    actions.cancel_order(order, by=None)
    assert "A place is free for you" in text_of(client.get(entry.get_absolute_url()))
    leave = f"{entry.get_absolute_url()}leave/"
    assert "You have left the list" in text_of(client.post(leave, follow=True))
    client.post(leave)
    assert Quota.objects.get().taken == 0
    assert list(errors()) == []


@pytest.mark.django_db
@pytest.mark.sqlite
@pytest.mark.parametrize("email", ["", "x", "x" * 300 + "@example.org"])
def test_bad_address_joins_nothing(client, conference, email):
    kind, _ = sold_out(conference)
    path = reverse("registration:wait", args=[conference.slug, kind.code])
    assert client.post(path, {"name": "Zoë", "email": email}).status_code == 200
    assert WaitlistEntry.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.sqlite
def test_wrong_secret_of_an_entry_is_not_there(client, conference):
    kind, _ = sold_out(conference)
    entry = reg.waiting(kind)
    path = reverse("registration:waiting", args=[conference.slug, entry.pk, "f" * 40])
    assert client.get(path).status_code == 404
    assert client.post(f"{path}leave/").status_code == 404
    assert states() == ["waiting"]


@pytest.mark.django_db(transaction=True)
def test_places_freed_at_once_meet_waiters_and_buyers_at_once():
    """Four cancel, two offers lapse, four buy and two join, over some rounds."""
    for _ in range(3):
        conference = make.conference()
        kind, orders = sold_out(conference, 6)
        for _ in range(8):
            reg.waiting(kind)
        for order in orders[:2]:
            actions.cancel_order(order, by=None)
        offered = WaitlistEntry.objects.filter(conference=conference, status="offered")
        for entry in offered.select_related("order"):
            run_out(entry.order)
        buy = buyer_of(conference, "full")

        def work(number, conference=conference, kind=kind, orders=orders, buy=buy):
            if number < 4:
                return actions.cancel_order(orders[2 + number], by=None) and "cancelled"
            if number < 8:
                return buy(number, token=f"{conference.pk:016x}{number:016x}")
            fresh = TicketType.objects.select_related("conference").get(pk=kind.pk)
            return actions.join_waitlist(fresh, name="J", email=f"j{number}@example.org").pk

        outcome = at_once(work, 10)
        assert [one for one in outcome[4:8] if one != "sold out"] == []
        actions.expire_orders()
        entries = WaitlistEntry.objects.filter(conference=conference).order_by("pk")
        found = [one.status for one in entries]
        assert found == ["lapsed"] * 2 + ["offered"] * 6 + ["waiting"] * 2
        assert entries.exclude(order=None).values("order").distinct().count() == 8
        assert Quota.objects.get(conference=conference).taken == 6
        assert list(errors(conference)) == []


@pytest.mark.django_db(transaction=True)
def test_places_freed_for_people_who_leave_at_that_moment_go_to_the_next():
    """No offer is made to who has left, and none outlives their leaving."""
    for _ in range(4):
        conference = make.conference()
        kind, orders = sold_out(conference, 4)
        leaving = [reg.waiting(kind).pk for _ in range(4)]
        for _ in range(4):
            reg.waiting(kind)

        def work(n, orders=orders, leaving=leaving):
            if n % 2:
                return actions.leave_waitlist(WaitlistEntry.objects.get(pk=leaving[n // 2]))
            return actions.cancel_order(orders[n // 2], by=None)

        at_once(work, 8)
        entries = WaitlistEntry.objects.filter(conference=conference).order_by("pk")
        assert [one.status for one in entries] == ["left"] * 4 + ["offered"] * 4
        assert Quota.objects.get(conference=conference).taken == 4
        assert list(errors(conference)) == []


@pytest.mark.django_db(transaction=True)
def test_leaving_while_the_offer_is_being_made_gives_it_to_the_next(conference):
    kind, (order,) = sold_out(conference)
    first, second = reg.waiting(kind), reg.waiting(kind)

    def free_it():
        actions.cancel_order(order, by=None)
        connection.close()

    def leave():
        actions.leave_waitlist(WaitlistEntry.objects.get(pk=first.pk))
        connection.close()

    threads = [threading.Thread(target=one) for one in (free_it, leave)]
    with transaction.atomic():
        Conference.objects.select_for_update().get(pk=conference.pk)
        for one in threads:  # the first waits for us, the second for the first
            one.start()
            time.sleep(0.3)
    for one in threads:
        one.join()
    assert states() == ["left", "offered"]
    assert Order.objects.get(waitlist_entry=first).status == Order.Status.CANCELLED
    assert Order.objects.get(waitlist_entry=second).is_cart
    assert Quota.objects.get().taken == 1
    assert list(errors()) == []
