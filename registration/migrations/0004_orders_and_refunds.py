"""Tickets learn their order, lines their ticket; money that was marked to go back gets its row."""

import secrets

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def move(apps, schema_editor):
    ticket_model = apps.get_model("registration", "Ticket")
    line_model = apps.get_model("registration", "OrderLine")
    order = line_model.objects.filter(pk=OuterRef("line")).values("order")
    ticket_model.objects.exclude(line=None).update(order=Subquery(order))
    ticket = ticket_model.objects.filter(line=OuterRef("pk")).values("pk")[:1]
    line_model.objects.update(ticket=Subquery(ticket), list_price=F("price"))
    for status in ("expired", "cancelled"):
        line_model.objects.filter(order__status=status).update(status="lapsed")
    for pk in ticket_model.objects.values_list("pk", flat=True).iterator():
        ticket_model.objects.filter(pk=pk).update(nonce=secrets.token_hex(16))
    apps.get_model("registration", "Order").objects.update(filled_in_at=F("created_at"))


def owe_back(apps, schema_editor):
    payment_model = apps.get_model("registration", "Payment")
    refund_model = apps.get_model("registration", "Refund")
    refund_model.objects.update(status="done", sent_at=F("made_at"))
    cancelled = payment_model.objects.filter(order__status="cancelled")
    for payment in (payment_model.objects.exclude(refund_due="") | cancelled).filter(refunds=None):
        refund_model.objects.create(
            order_id=payment.order_id,
            payment=payment,
            reference=f"due-{payment.pk}",
            amount=payment.amount,
            why=payment.refund_due or "The order was cancelled.",
        )


class Migration(migrations.Migration):
    dependencies = [("registration", "0003_money_codes_and_wishes")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RunPython(owe_back, migrations.RunPython.noop),
    ]
