"""Orders and tickets: read here, changed by the desk; single facts can be corrected."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse

from scale.admin import EditionAdmin, EditionInline
from scale.editions import EditionClosed

from .. import actions
from ..models import Order, OrderLine, Payment, Refund, Ticket
from .base import ReadOnly


class OrderLineInline(ReadOnly, EditionInline):
    model = OrderLine
    fk_name = "order"
    fields = ["thing", "ticket", "price", "status"]
    readonly_fields = ["thing"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("ticket_type", "add_on", "ticket")


class PaymentInline(ReadOnly, EditionInline):
    model = Payment


class RefundInline(ReadOnly, EditionInline):
    model = Refund


@admin.register(Order)
class OrderAdmin(ReadOnly, EditionAdmin):
    list_display = ["code", "buyer_name", "buyer_email", "status", "created_at", "conference"]
    list_filter = ["status", "conference"]
    list_select_related = ["conference"]
    search_fields = ["code", "buyer_name", "buyer_email", "tickets__attendee_name"]
    search_help_text = "Order code, name or e-mail of the buyer, or name on a ticket."
    fields = [
        *("conference", "code", "status", "buyer_name", "buyer_email", "user"),
        *("currency", "created_at", "expires_at", "paid_at", "link"),
    ]
    inlines = [OrderLineInline, PaymentInline, RefundInline]
    actions = ["cancel"]

    def has_cancel_permission(self, request):
        return self._may(request, "change", None)

    @admin.display(description="the buyer's page")
    def link(self, order):
        return order.get_absolute_url()

    @admin.action(description="Cancel: tickets admit nobody", permissions=["cancel"])
    def cancel(self, request, queryset):
        chosen = list(queryset.select_related("conference"))
        if not all(self._may(request, "change", order) for order in chosen):
            raise PermissionDenied
        if "sure" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": "Cancel these orders?",
                "orders": chosen,
                "opts": self.opts,
            }
            return TemplateResponse(request, "registration/admin_cancel.html", context)
        for order in chosen:
            try:
                actions.cancel_order(order, by=request.user)
            except (actions.CannotCancel, EditionClosed) as error:
                messages.error(request, f"{order.code}: {error}")
            else:
                messages.success(request, f"{order.code} is cancelled.")
        return None


@admin.register(Ticket)
class TicketAdmin(EditionAdmin):
    list_display = ["attendee_name", "attendee_email", "code", "ticket_type", "status"]
    list_filter = ["conference", "status", "ticket_type"]
    list_select_related = ["ticket_type", "order"]
    search_fields = ["attendee_name", "attendee_email", "code", "order__code"]
    search_help_text = "Name, e-mail, ticket code or order code."
    readonly_fields = [
        *("conference", "ticket_type", "code", "status", "of_order", "user", "why_free"),
        "created_at",
    ]
    fieldsets = [
        (
            "On the badge",
            {
                "fields": [
                    *("attendee_name", "attendee_email", "title", "organization", "pronouns"),
                    *("postcode", "no_photos", "guardian_name", "guardian_phone"),
                ],
                "description": "Corrections never change the code: QR codes that were sent "
                "stay valid, badges that were printed keep the old name.",
            },
        ),
        ("The ticket", {"fields": readonly_fields}),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "attendee_name":
            field.required = True  # only places of a group code have none, and staff leave those
        return field

    @admin.display(description="order")
    def of_order(self, ticket):
        return ticket.order.code if ticket.order else "given, without an order"

    def save_model(self, request, obj, form, change):
        actions.correct_attendee(obj)
