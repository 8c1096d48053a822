from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse

from scale.admin import EditionAdmin, EditionInline
from scale.editions import EditionClosed

from . import actions
from .models import Order, OrderLine, Payment, Quota, Refund, Ticket, TicketPrice, TicketType


@admin.register(Quota)
class QuotaAdmin(EditionAdmin):
    list_display = ["name", "conference", "size", "taken", "left"]
    list_filter = ["conference"]
    list_select_related = ["conference"]
    search_fields = ["name"]
    readonly_fields = ["taken"]
    fieldsets = [
        (
            None,
            {
                "fields": ["conference", "name", "size", "taken"],
                "description": "A number of places. Every ticket type that names it takes from "
                "the same places: name one “The building” in all types for what fits in all, "
                "and “Expo” only in the expo type. Reservations count until they run out.",
            },
        )
    ]


class TicketPriceInline(EditionInline):
    model = TicketPrice
    extra = 1
    verbose_name_plural = "Prices: the one that began last is in force; an empty start means always"


class TicketTypeForm(forms.ModelForm):
    class Meta:
        model = TicketType
        fields = [
            *("conference", "name", "code", "description", "admits_from", "admits_until"),
            *("on_sale_from", "on_sale_until", "for_minors", "is_hidden", "position", "quotas"),
        ]
        help_texts = {
            "description": "One sentence for the tickets page.",
            "admits_from": "Empty: from the first day of the conference.",
            "admits_until": "Empty: to the last day of the conference.",
            "on_sale_from": "Empty: as soon as it has a price.",
            "on_sale_until": "Empty: until places run out.",
            "is_hidden": "Neither on the tickets page nor for sale; staff can still give it.",
            "position": "Small numbers stand first.",
            "quotas": "One place is taken from each of these. None: there is no limit.",
        }

    def clean(self):
        cleaned = super().clean()
        conference = cleaned.get("conference")
        for quota in cleaned.get("quotas") or ():
            if conference and quota.conference_id != conference.pk:
                self.add_error("quotas", f"“{quota.name}” belongs to another edition.")
            elif (more := self.sold_beside(quota)) > quota.size - quota.taken:
                self.add_error(
                    "quotas",
                    f"{more} tickets of this type are sold already, more than “{quota.name}” "
                    f"has free. Make the quota larger first.",
                )
        return cleaned

    def sold_beside(self, quota):
        """How many more places the quota would have to hold."""
        if not self.instance.pk or quota in self.instance.quotas.all():
            return 0
        return self.instance.tickets.holding().count()


@admin.register(TicketType)
class TicketTypeAdmin(EditionAdmin):
    form = TicketTypeForm
    list_display = ["name", "code", "conference", "on_sale_from", "on_sale_until", "is_hidden"]
    list_filter = ["conference", "is_hidden"]
    list_select_related = ["conference"]
    search_fields = ["name", "code"]
    filter_horizontal = ["quotas"]
    inlines = [TicketPriceInline]

    def save_related(self, request, form, formsets, change):
        """Tickets that are sold already take their places from the quotas named now."""
        before = set(form.instance.quotas.values_list("pk", flat=True)) if change else set()
        super().save_related(request, form, formsets, change)
        after = set(form.instance.quotas.values_list("pk", flat=True))
        if before != after:
            actions.count_again(form.instance.conference, before ^ after)


class ReadOnly:
    """Rows that only actions write."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


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
