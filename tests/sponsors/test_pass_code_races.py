"""The last free pass, wanted at the shop and on the sponsor's page at once."""

import uuid

import pytest
from django.db.models import F

from registration.actions import UsedUp, allowances, reserve, stock
from registration.models import CompAllowance, Order, PromoCode, Ticket, TicketType
from registration.proof import errors
from sponsors import actions
from sponsors.actions import Refused, pass_codes
from tests.factories import registration as reg
from tests.factories import scale as make
from tests.factories import sponsors as sell
from tests.sponsors.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def guest():
    """Without a quota, whose lock would put them in a row."""
    return reg.ticket_type(make.conference(), price=None)


@pytest.fixture
def deal(guest):
    package = sell.package(conference=guest.conference, passes=2, pass_type=guest)
    return sell.sponsorship(package=package, status="signed")


def at_the_shop(guest):
    promo = PromoCode.objects.typed(guest.conference, PromoCode.objects.get().code)
    kind = TicketType.objects.on_offer(guest.conference, promo=promo)[0]
    try:
        return reserve(guest.conference, [kind], form_token=uuid.uuid4().hex, promo=promo)[0]
    except UsedUp:
        return None


def named(deal, n):
    try:
        return actions.give_pass(
            deal.pk, name=f"P {n}", email=f"p{n}@example.org", role="sponsor", by=None
        )
    except Refused as error:
        assert "passes are given already" in str(error)
        return None


def count_of(deal):
    assert [one for one in errors() if one.check in ("allowances", "places", "promo codes")] == []
    row = CompAllowance.objects.get(source__startswith=deal.source_of(""))
    return row.given, row.size


def test_the_last_pass_is_taken_or_named_once(guest, deal):
    actions.open_passes(deal.pk, guest)
    named(deal, 99)
    wants = [lambda: at_the_shop(guest)] * 5 + [lambda n=n: named(deal, n) for n in range(3)]
    ends = at_once(*wants)
    assert [end for end in ends if isinstance(end, Exception)] == []
    assert sum(end is not None for end in ends) == 1
    assert count_of(deal) == (2, 2)
    assert Ticket.objects.count() == 2


def test_passes_taken_out_of_the_deal_while_they_are_taken_at_the_shop(guest, deal, meeting):
    """Either the shop is too late, or the extra stays: never more given than promised."""
    more = sell.benefit(guest.conference, kind="passes", pass_type=guest, price=10)
    extra = actions.add_extra(deal.pk, benefit=more, quantity=1)
    actions.open_passes(deal.pk, guest)
    for n in range(2):
        named(deal, n)
    # The shop has taken the last one and is not done; then the deal looks how many are given.
    meeting((pass_codes, "pass_kinds"), (stock, "count"))

    def lessen():
        try:
            actions.remove_extra(extra.pk)
        except Refused:
            return "refused"
        return "taken out"

    ends = at_once(lessen, lambda: at_the_shop(guest))
    assert [end for end in ends if isinstance(end, Exception)] == []
    given, size = count_of(deal)
    promised = sum(actions.pass_kinds(deal).values())
    assert (given <= promised, size) == (True, promised)
    assert ("taken out" in ends) == (not Order.objects.exists())


def test_two_who_make_a_code_make_one(guest, deal, dawdling):
    named(deal, 1)  # the count is there: only its lock puts them in a row
    dawdling(allowances, "close_pass_codes")
    codes = at_once(*[lambda: actions.open_passes(deal.pk, guest)] * 4)
    assert len({code.pk for code in codes}) == 1
    assert CompAllowance.objects.filter(promo_codes=codes[0].pk, size=F("given") + 1).exists()
