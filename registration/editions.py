"""What the next edition takes over from this one, and what is erased at the end."""

from .models import Order, Quota, Ticket, TicketPrice, TicketType
from .privacy import blank


def copy(old, new, shift):
    """Quotas, types and prices, dates moved; nothing is sold yet."""
    quotas = {
        quota.pk: Quota.objects.create(conference=new, name=quota.name, size=quota.size)
        for quota in old.quotas.order_by("pk")
    }
    for one in old.ticket_types.prefetch_related("prices", "quotas"):
        copied = TicketType.objects.create(
            conference=new,
            **{
                name: getattr(one, name)
                for name in ("code", "name", "description", "is_hidden", "for_minors", "position")
            },
            **{
                name: shift(getattr(one, name))
                for name in ("admits_from", "admits_until", "on_sale_from", "on_sale_until")
            },
        )
        copied.quotas.set(quotas[quota.pk] for quota in one.quotas.all())
        for price in one.prices.all():
            TicketPrice.objects.create(
                ticket_type=copied,
                label=price.label,
                starts_at=shift(price.starts_at),
                amount=price.amount,
            )


def erase(conference):
    blank(Order.objects.filter(conference=conference), Ticket.objects.filter(conference=conference))
