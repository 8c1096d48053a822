"""What the database itself refuses, whoever writes: the sale's set-up, gifts and wishes."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from registration.models import (
    AddOn,
    Answer,
    CancellationRequest,
    CashDrawer,
    CompAllowance,
    CompChoice,
    GroupCode,
    OrderLine,
    PromoCode,
    Question,
    RetiredCode,
    Ribbon,
    SaleRules,
    Terms,
    Ticket,
    VisaRequest,
    WaitlistEntry,
)
from tests.factories import registration as reg

pytestmark = pytest.mark.sqlite


def refused(change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change()


@pytest.fixture
def ticket(full):
    return reg.ticket(full)


def test_an_extra_with_a_negative_price(conference):
    refused(lambda: AddOn.objects.create(conference=conference, name="x", price=Decimal("-0.01")))


def test_a_promo_code_twice_overused_or_impossible(conference):
    promo = reg.promo_code(conference, max_uses=2)
    rows = PromoCode.objects.filter(pk=promo.pk)
    refused(lambda: reg.promo_code(conference, code=promo.code))
    refused(lambda: rows.update(uses=3))
    refused(lambda: rows.update(kind="percent", value=101))
    refused(lambda: rows.update(kind="amount", value=-1))
    rows.update(kind="amount", value=101, uses=2)


def test_a_group_code_or_its_order_twice(conference, full):
    first, second = (reg.order(conference) for _ in range(2))
    common = {"conference": conference, "name": "Harbor"}
    GroupCode.objects.create(order=first, code="HARBOR", **common)
    refused(lambda: GroupCode.objects.create(order=second, code="HARBOR", **common))
    refused(lambda: GroupCode.objects.create(order=first, code="OTHER", **common))


def test_an_allowance_twice_or_exceeded(conference):
    row = CompAllowance.objects.create(conference=conference, source="press", size=1, given=1)
    refused(lambda: CompAllowance.objects.create(conference=conference, source="press", size=1))
    refused(lambda: CompAllowance.objects.filter(pk=row.pk).update(given=2))


def test_a_question_of_an_unknown_kind_and_two_answers(conference, ticket):
    refused(lambda: Question.objects.create(conference=conference, text="?", kind="riddle"))
    question = reg.question(conference)
    reg.answer(ticket, question, "a")
    refused(lambda: Answer.objects.create(ticket=ticket, question=question, value="b"))


def test_two_rules_of_one_edition(conference):
    reg.sale_rules(conference)
    refused(lambda: SaleRules.objects.create(conference=conference))


def test_one_version_of_a_text_twice(conference):
    one = Terms.objects.create(conference=conference, kind="refund", text="a")
    again = Terms(conference=conference, kind="refund", text="b", number=one.number)
    refused(again.save)
    assert Terms.objects.create(conference=conference, kind="refund", text="b").number == 2


def test_a_drawer_of_negative_cash_or_closed_without_a_count(conference):
    rows = CashDrawer.objects.filter(pk=reg.drawer(conference).pk)
    refused(lambda: rows.update(opening_float=Decimal("-1")))
    refused(lambda: rows.update(closing_count=Decimal("-1"), closed_at=timezone.now()))
    refused(lambda: rows.update(closed_at=timezone.now()))
    refused(lambda: rows.update(closing_count=Decimal("1")))


def test_a_ribbon_a_retired_code_or_a_letter_twice(ticket, full):
    Ribbon.objects.create(ticket=ticket, role="press", why="…")
    refused(lambda: Ribbon.objects.create(ticket=ticket, role="press", why="…"))
    RetiredCode.objects.create(ticket=ticket, code="OLD", why="…")
    refused(lambda: RetiredCode.objects.create(ticket=reg.ticket(full), code="OLD", why="…"))
    VisaRequest.objects.create(ticket=ticket)
    refused(lambda: VisaRequest.objects.create(ticket=ticket))


def test_offers_to_people_under_18(ticket):
    refused(lambda: Ticket.objects.filter(pk=ticket.pk).update(is_minor=True, consent="offers"))


def test_an_address_that_waits_twice_for_a_type(conference, full):
    entry = {"conference": conference, "ticket_type": full, "name": "A", "email": "a@example.org"}
    first = WaitlistEntry.objects.create(**entry)
    refused(lambda: WaitlistEntry.objects.create(**entry))
    refused(lambda: WaitlistEntry.objects.create(status="offered", **entry))
    WaitlistEntry.objects.filter(pk=first.pk).update(status="left")
    WaitlistEntry.objects.create(**entry)


def test_two_open_wishes_to_cancel_one_ticket(ticket):
    first = CancellationRequest.objects.create(ticket=ticket)
    refused(lambda: CancellationRequest.objects.create(ticket=ticket))
    CancellationRequest.objects.filter(pk=first.pk).update(status="refused")
    CancellationRequest.objects.create(ticket=ticket)


def test_a_choice_twice_or_with_an_unknown_answer(ticket):
    choice = CompChoice.objects.create(ticket=ticket, role="press")
    refused(lambda: CompChoice.objects.create(ticket=ticket, role="speaker"))
    refused(lambda: CompChoice.objects.filter(pk=choice.pk).update(answer="maybe"))


def test_a_line_that_is_taken_back_twice_or_upwards(conference, full):
    line = reg.order(conference, types=[full]).lines.get()
    common = {"order": line.order, "ticket": line.ticket, "ticket_type": full}
    refused(lambda: OrderLine.objects.create(credits=line, price=Decimal("1"), **common))
    OrderLine.objects.create(credits=line, price=-line.price, **common)
    refused(lambda: OrderLine.objects.create(credits=line, price=-line.price, **common))
    refused(lambda: OrderLine.objects.filter(pk=line.pk).update(status="lost"))


@pytest.mark.django_db
def test_codes_are_kept_in_one_spelling():
    promo = PromoCode(code=" friends-24 ")
    promo.clean()
    assert promo.code == "FRIENDS24"
    with pytest.raises(ValidationError, match="letters or digits"):
        PromoCode(code="💥").clean()
