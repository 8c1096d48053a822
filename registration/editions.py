"""What the next edition takes over from this one, and what is erased at the end."""

from . import seats
from .models import (
    AddOn,
    PromoCode,
    Question,
    Quota,
    SaleRules,
    Terms,
    TicketPrice,
    TicketType,
)
from .privacy import blank_edition, forget_needs

SALE = ("on_sale_from", "on_sale_until")
KEPT = {
    TicketType: (
        *("code", "name", "description", "included", "is_hidden", "for_minors", "position"),
    ),
    AddOn: (
        *("kind", "choice", "name", "description", "price", "replaces_ticket_price"),
        *("is_discountable", "is_hidden", "position"),
    ),
    Question: ("text", "help_text", "kind", "choices", "is_required", "position"),
    PromoCode: ("code", "note", "kind", "value", "max_uses"),
    SaleRules: (
        *("ask_title", "ask_organization", "ask_pronouns", "ask_postcode", "ask_accessibility"),
        *("invoice_days", "offers_visa_letters", "exhibitors_scan"),
        *("seller", "letter_text", "letter_signer"),
    ),
}
MOVED = {
    TicketType: ("admits_from", "admits_until", *SALE),
    AddOn: SALE,
    Question: (),
    PromoCode: ("starts_at", "ends_at"),
    SaleRules: ("corrections_until", "transfers_until", "cancel_until"),
}


def copy(old, new, shift):
    """What is sold and how, dates moved; nothing is sold yet, and no code is in use.

    Seats of workshops stay behind with their talks, and so does what is asked of nobody else.
    """
    quotas = {
        quota.pk: Quota.objects.create(conference=new, name=quota.name, size=quota.size)
        for quota in old.quotas.order_by("pk")
        if not seats.is_sized(quota.pk)
    }
    types = copy_types(old, new, shift, quotas)
    extras = copy_extras(old, new, shift, quotas, types)
    questions = Question.objects.filter(conference=old)
    for one in questions.prefetch_related("ticket_types", "add_ons"):
        asked_with = [extras[extra.pk] for extra in one.add_ons.all() if extra.pk in extras]
        if one.add_ons.all() and not asked_with:
            continue
        copied = again(one, new, shift)
        copied.ticket_types.set(types[kind.pk] for kind in one.ticket_types.all())
        copied.add_ons.set(asked_with)
    codes = PromoCode.objects.filter(conference=old, allowance=None)
    for one in codes.prefetch_related("ticket_types"):
        copied = again(one, new, shift, is_active=False)
        copied.ticket_types.set(types[kind.pk] for kind in one.ticket_types.all())
    for one in SaleRules.objects.filter(conference=old):
        again(one, new, shift)  # without its readers: rights end with an edition
    for kind, terms in Terms.objects.in_force(old).items():
        Terms.objects.create(conference=new, kind=kind, text=terms.text)


def copy_types(old, new, shift, quotas):
    types = {}
    for one in old.ticket_types.prefetch_related("prices", "quotas"):
        types[one.pk] = copied = again(one, new, shift)
        copied.quotas.set(known(one, quotas))
        for price in one.prices.all():
            TicketPrice.objects.create(
                ticket_type=copied,
                label=price.label,
                starts_at=shift(price.starts_at),
                amount=price.amount,
            )
    return types


def copy_extras(old, new, shift, quotas, types):
    rows = AddOn.objects.filter(conference=old).prefetch_related("quotas", "ticket_types")
    of_talks, extras = seats.sessions(rows), {}
    for one in rows:
        if one.pk not in of_talks:
            extras[one.pk] = copied = again(one, new, shift)
            copied.quotas.set(known(one, quotas))
            copied.ticket_types.set(types[kind.pk] for kind in one.ticket_types.all())
    return extras


def known(row, quotas):
    return [quotas[quota.pk] for quota in row.quotas.all() if quota.pk in quotas]


def again(row, new, shift, **fields):
    """The row for the next edition, its dates moved."""
    model = type(row)
    kept = {name: getattr(row, name) for name in KEPT[model]}
    moved = {name: shift(getattr(row, name)) for name in MOVED[model]}
    return model.objects.create(conference=new, **kept, **moved, **fields)


def erase(conference):
    blank_edition(conference)


def close(conference):
    """What was told to us for the days of the conference alone goes with them."""
    forget_needs(conference)
