import datetime as dt
from decimal import Decimal

import pytest

from registration.models import (
    Answer,
    Order,
    OrderNote,
    Quota,
    Terms,
    Ticket,
    VisaRequest,
    WaitlistEntry,
)
from scale.editions import close, create_next, erase_personal_data
from tests.factories import registration as reg
from tests.factories import scale as make

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_next_edition_takes_over_types_prices_and_quotas_with_dates_moved(conference, full, quota):
    """From Thursday 4 March 2027 to Thursday 2 March 2028: 52 weeks."""
    full.admits_from = conference.starts_on
    full.on_sale_from = dt.datetime(2026, 11, 2, 17, tzinfo=dt.UTC)  # 09:00 in Pasadena
    full.save()
    reg.ticket_price(
        full,
        label="late",
        amount=Decimal("120"),
        starts_at=dt.datetime(2027, 2, 1, 8, tzinfo=dt.UTC),
    )
    reg.order(conference, types=[full])
    new = create_next(conference, slug="next", name="SCALE next", starts_on=dt.date(2028, 3, 2))
    [copied] = new.ticket_types.all()
    assert (copied.code, copied.name, copied.pk != full.pk) == ("full", "Full access", True)
    assert copied.admits_from == dt.date(2028, 3, 2)
    assert copied.on_sale_from == dt.datetime(
        2027, 11, 1, 16, tzinfo=dt.UTC
    )  # 09:00, in summer time
    assert [(p.label, p.amount) for p in copied.prices.all()] == [
        ("", Decimal("90.00")),
        ("late", Decimal("120.00")),
    ]
    assert copied.prices.last().starts_at == dt.datetime(2028, 1, 31, 8, tzinfo=dt.UTC)
    [places] = copied.quotas.all()
    assert (places.conference, places.size, places.taken) == (new, quota.size, 0)
    assert not Order.objects.filter(conference=new).exists()
    assert not Ticket.objects.filter(conference=new).exists()


def test_next_edition_takes_over_the_whole_offer(conference, full, quota):
    """29 February 2028 is a Tuesday; so is 27 February 2029."""
    leap = make.conference(starts_on=dt.date(2028, 3, 2))
    places = reg.quota(leap, size=40, name="Tutorial")
    hidden = reg.ticket_type(
        leap,
        code="student",
        is_hidden=True,
        included="A T-shirt\nLunch",
        on_sale_until=dt.datetime(2028, 2, 29, 20, tzinfo=dt.UTC),  # noon in Pasadena
    )
    shirt = reg.add_on(leap, choice="T-shirt", name="Size M", kind="shirt", quotas=[places])
    shirt.ticket_types.set([hidden])
    asked = reg.question(
        leap, kind="choice", choices="Vegan\nAnything", ticket_types=[hidden], add_ons=[shirt]
    )
    promo = reg.promo_code(leap, code="STUDENT", ticket_types=[hidden], max_uses=9, uses=4)
    rules = reg.sale_rules(leap, cancel_until=dt.date(2028, 2, 29), seller="Us", invoice_days=30)
    rules.accessibility_readers.add(make.user())
    for text in ("Old", "New"):
        Terms.objects.create(conference=leap, kind="refund", text=text)

    new = create_next(leap, slug="29", name="SCALE 29", starts_on=dt.date(2029, 3, 1))

    [kind] = new.ticket_types.all()
    assert (kind.included, kind.on_sale_until) == (
        "A T-shirt\nLunch",
        dt.datetime(2029, 2, 27, 20, tzinfo=dt.UTC),
    )
    [extra] = new.add_ons.all()
    assert (str(extra), extra.price, extra.kind) == ("T-shirt Size M", shirt.price, "shirt")
    assert [quota.name for quota in extra.quotas.all()] == ["Tutorial"]
    assert list(extra.ticket_types.all()) == [kind]
    [question] = new.questions.all()
    assert (question.text, question.options()) == (asked.text, ["Vegan", "Anything"])
    assert (list(question.ticket_types.all()), list(question.add_ons.all())) == ([kind], [extra])
    [code] = new.promo_codes.all()
    assert (code.code, code.value, code.max_uses) == ("STUDENT", promo.value, 9)
    assert (code.is_active, code.uses, list(code.ticket_types.all())) == (False, 0, [kind])
    copied = new.sale_rules
    assert (copied.cancel_until, copied.seller) == (dt.date(2029, 2, 27), "Us")
    assert (copied.invoice_days, copied.accessibility_readers.count()) == (30, 0)
    assert [(one.number, one.text) for one in new.terms.all()] == [(1, "New")]


@pytest.fixture
def told(conference, full):
    """A ticket whose holder told us of a need and asked for a visa letter."""
    ticket = reg.ticket(full, attendee_email="ana@example.org", accessibility_needs="A ramp")
    VisaRequest.objects.create(
        ticket=ticket,
        full_name="Ana Ruiz",
        passport_number="X123",
        born_on=dt.date(1990, 1, 1),
        address="Street 1",
        status="approved",
    )
    return ticket


def test_closing_forgets_needs_and_passports_and_leaves_the_badge(conference, told):
    other = reg.ticket(reg.ticket_type(make.conference()), accessibility_needs="Quiet")
    close(conference)
    told.refresh_from_db()
    visa = VisaRequest.objects.get()
    assert (told.accessibility_needs, told.attendee_email) == ("", "ana@example.org")
    assert (visa.full_name, visa.passport_number, visa.born_on, visa.address) == ("", "", None, "")
    assert (visa.status, visa.erased_at is not None) == ("approved", True)
    other.refresh_from_db()
    assert other.accessibility_needs == "Quiet"


def test_erasing_an_edition_leaves_numbers_and_no_words(conference, full, told):
    chosen = reg.question(conference, kind="choice", choices="Vegan\nAnything")
    reg.answer(told, chosen, "Vegan")
    reg.answer(told, reg.question(conference, kind="text"), "I am Ana")
    order = reg.paid_order(conference, types=[full], buyer_organization="Harbor")
    OrderNote.objects.create(order=order, text="Called Ana", by=make.user())
    entry = {"conference": conference, "ticket_type": full}
    WaitlistEntry.objects.create(name="Ana", email="ana@example.org", **entry)
    WaitlistEntry.objects.create(name="Bo", email="bo@example.org", **entry)
    total, taken = order.total(), Quota.objects.get().taken
    erase_personal_data(conference)
    order.refresh_from_db()
    assert [one.value for one in Answer.objects.all()] == ["Vegan"]
    assert (order.buyer_organization, order.total()) == ("", total)
    assert Quota.objects.get().taken == taken
    assert OrderNote.objects.get().text == "(erased)"
    assert set(WaitlistEntry.objects.values_list("name", "status")) == {("", "left")}
    assert VisaRequest.objects.get().full_name == ""
