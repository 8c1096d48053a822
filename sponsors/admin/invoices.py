from django.contrib import admin

from registration.admin.base import ReadOnly

from ..models import Biller, Invoice, InvoiceLine, InvoicePayment
from .base import SponsorsAdmin


class AuditAdmin(ReadOnly, SponsorsAdmin):
    """Money to look at: for finance and sponsorship, not for all who may view here.

    Nothing is written here; what was issued or received is never changed at all.
    """

    def allowed_editions(self, request, verb="view"):
        return super().allowed_editions(request, "audit")


class LinesInline(ReadOnly, admin.TabularInline):
    model = InvoiceLine
    fields = ["text", "quantity", "unit_price"]

    def has_view_permission(self, request, obj=None):
        return True  # who sees the invoice


class PaymentsInline(ReadOnly, admin.TabularInline):
    model = InvoicePayment
    fields = ["received_on", "method", "amount", "currency", "reference", "by"]

    def has_view_permission(self, request, obj=None):
        return True


@admin.register(Invoice)
class InvoiceAdmin(AuditAdmin):
    edition_path = "sponsorship__conference"
    list_display = ["__str__", "kind", "bill_name", "issued_on", "due_on", "po_number"]
    list_filter = ["sponsorship__conference", "kind"]
    list_select_related = ["sponsorship"]
    search_fields = ["label", "bill_name", "po_number"]
    exclude = ["nonce", "once"]
    inlines = [LinesInline, PaymentsInline]


@admin.register(InvoicePayment)
class InvoicePaymentAdmin(AuditAdmin):
    edition_path = "invoice__sponsorship__conference"
    list_display = ["received_on", "amount", "currency", "method", "invoice", "reference"]
    list_filter = ["invoice__sponsorship__conference", "method"]
    list_select_related = ["invoice"]
    search_fields = ["invoice__label", "reference"]


@admin.register(Biller)
class BillerAdmin(AuditAdmin):
    list_display = ["name", "conference", "tax_id", "terms_days", "last_number"]
    list_select_related = ["conference"]
