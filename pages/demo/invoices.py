"""What sponsors were billed: paid whole or in parts, overdue, credited, still a draft."""

import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal

from sponsors.models import Biller, Invoice, InvoiceLine, InvoicePayment, Sponsorship

from .dice import Dice
from .world import Edition

Status = Sponsorship.Status
METHODS = {"transfer": 7, "cheque": 2, "demo": 1}
HALF, TERMS = Decimal("0.5"), 30
NOTE = "Wrong address, billed again"


@dataclass
class Paper:
    """One that was issued on a day, before it has its number."""

    row: Invoice
    on: dt.date
    payments: tuple[tuple[dt.date, Decimal], ...] = ()


def add_invoices(edition: Edition) -> None:
    dice = edition.dice("invoices")
    biller = add_biller(edition)
    edition.world.writer.flush()
    deals = Sponsorship.objects.filter(
        conference=edition.conference.pk, status__in=Sponsorship.SIGNED_STATES, amount__gt=0
    )
    papers: list[Paper] = []
    waiting = itertools.count()
    for n, deal in enumerate(deals.select_related("organization", "package").order_by("pk")):
        deal.conference = edition.conference
        if deal.status == Status.PAID:
            papers += paid(edition, deal, dice, was_wrong=n % 9 == 4, in_parts=n % 7 == 2)
        else:
            papers += unpaid(edition, deal, dice, next(waiting))
    number_them(edition, biller, papers)


def add_biller(edition: Edition) -> Biller:
    return edition.add(
        Biller(
            conference=edition.conference,
            name="Penguin Conference Association",
            address="1500 Iceberg Way\nPasadena, CA 91101",
            tax_id="95-0000000",
            bank="First Bank of the Demo\nRouting 000000000, account 0000000000",
            email="treasurer@example.org",
            terms_days=TERMS,
            footer="A non-profit: no sales tax is charged.",
        )
    )


def paper(edition: Edition, deal: Sponsorship, dice: Dice, **fields) -> Invoice:
    firm = deal.organization
    contacts = sorted(firm.contacts.all(), key=lambda one: (not one.is_billing, one.pk))
    row = edition.add(
        Invoice(
            sponsorship=deal,
            code=dice.code(8, edition.world.taken("invoice")),
            nonce=dice.hexadecimal(32),
            bill_name=firm.name,
            bill_address=firm.address,
            bill_email=contacts[0].email if contacts else "",
            po_number=f"45{dice.randrange(10_000_000):08}" if dice.chance(0.4) else "",
            created_at=deal.signed_at,
            **fields,
        )
    )
    words = f"{deal.package.name} sponsorship, {edition.conference.name}"
    edition.add(InvoiceLine(invoice=row, text=words, quantity=1, unit_price=deal.amount))
    return row


def paid(edition, deal, dice, *, was_wrong, in_parts) -> list[Paper]:
    today = edition.conference.today(edition.world.now)
    on = min(today, first_day(edition, deal) + dt.timedelta(days=dice.randrange(3)))
    papers = []
    if was_wrong:
        wrong = paper(edition, deal, dice)
        note = paper(edition, deal, dice, kind="credit", credits=wrong, note=NOTE)
        papers += [Paper(wrong, on), Paper(note, on)]
    days = min(dice.randrange(6, 35), max(0, (today - on).days))
    last = on + dt.timedelta(days=days)
    if in_parts:
        half = (deal.amount * HALF).quantize(Decimal("0.01"))
        parts = ((on + dt.timedelta(days=days // 2), half), (last, deal.amount - half))
    else:
        parts = ((last, deal.amount),)
    return [*papers, Paper(paper(edition, deal, dice), on, parts)]


def unpaid(edition, deal, dice, n) -> list[Paper]:
    """Of the first some have paid a part; some wait for their invoice, or it is a draft."""
    if n % 5 == 2:
        return []
    row = paper(edition, deal, dice)
    if n % 5 == 3:
        return []
    today = edition.conference.today(edition.world.now)
    on = first_day(edition, deal)
    if n % 2 == 0 and (today - on).days > 3:
        third = (deal.amount / 3).quantize(Decimal("0.01"))
        return [Paper(row, on, ((on + dt.timedelta(days=3), third),))]
    return [Paper(row, on)]


def first_day(edition, deal) -> dt.date:
    return edition.conference.today(deal.signed_at)


def number_them(edition: Edition, biller: Biller, papers: list[Paper]) -> None:
    """In the order of their days, as they would have been."""
    dice, finance = edition.dice("payments"), edition.world.users["finance"]
    papers.sort(key=lambda one: (one.on, one.row.pk))
    for number, one in enumerate(papers, 1):
        row = one.row
        row.biller, row.number, row.issued_on, row.issued_by = biller, number, one.on, finance
        row.label = f"{edition.slug.upper()}-{number:04d}"
        row.due_on = one.on if row.is_credit else one.on + dt.timedelta(days=TERMS)
        row.currency = edition.conference.currency
        row.seller_name, row.seller_address = biller.name, biller.address
        row.seller_tax_id, row.seller_bank = biller.tax_id, biller.bank
        row.seller_footer = biller.footer
        for on, amount in one.payments:
            add_payment(edition, row, on, amount, dice)
    Biller.objects.filter(pk=biller.pk).update(last_number=len(papers))
    edition.world.writer.flush()


def add_payment(edition: Edition, row: Invoice, on: dt.date, amount: Decimal, dice: Dice) -> None:
    method = dice.weighted(METHODS)
    name = dice.hexadecimal(16)
    by_card = method == "demo"
    edition.add(
        InvoicePayment(
            invoice=row,
            method=method,
            amount=amount,
            currency=edition.conference.currency,
            received_on=on,
            reference=name if by_card else f"{method.capitalize()} {dice.randrange(1000, 9999)}",
            by=None if by_card else edition.world.users["finance"],
            made_at=edition.world.now,
            once=f"demo:{name}" if by_card else f"form:{row.pk}:{name}",
        )
    )
