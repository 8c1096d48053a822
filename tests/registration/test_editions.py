import datetime as dt
from decimal import Decimal

import pytest

from registration.models import Order, Ticket
from scale.editions import create_next
from tests.factories import registration as reg

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
