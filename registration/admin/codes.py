"""Codes that people type, and how many free tickets others may give."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html

from scale import codes
from scale.admin import EditionAdmin

from ..models import CompAllowance, GroupCode, Order, PromoCode
from .base import ReadOnly, SaleAdmin, SaleForm


class PromoCodeForm(SaleForm):
    class Meta:
        model = PromoCode
        fields = [
            *("conference", "code", "note", "kind", "value", "ticket_types"),
            *("starts_at", "ends_at", "max_uses", "is_active"),
        ]
        labels = {
            "kind": "What it does",
            "value": "How much",
            "is_active": "In use",
            "starts_at": "Valid from",
            "ends_at": "Valid until",
        }
        help_texts = {
            "code": "Letters and digits, such as FRIENDS24; people may type it in lower case.",
            "value": "Percent from 0 to 100, or an amount in the edition’s currency. 0 percent "
            "only unlocks hidden types. Not used for free tickets.",
            "starts_at": "Empty: at once.",
            "ends_at": "Empty: to the end of the sale.",
        }

    def clean_code(self):
        code = codes.clean_code(self.cleaned_data["code"])[:40]
        if not code:
            raise ValidationError("A code has letters or digits.")
        return code

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == PromoCode.Kind.PERCENT and (cleaned.get("value") or 0) > 100:
            self.add_error("value", "Percent goes from 0 to 100.")
        self.in_order(cleaned, "starts_at", "ends_at", "It would end before it begins.")
        self.once(cleaned, "code", "{conference} has the code {value} already.")
        return cleaned


@admin.register(PromoCode)
class PromoCodeAdmin(SaleAdmin):
    form = PromoCodeForm
    list_display = ["code", "note", "what", "used", "ends_at", "is_active", "conference"]
    list_filter = ["conference", "is_active", "kind"]
    search_fields = ["code", "note"]
    filter_horizontal = ["ticket_types"]
    readonly_fields = ["used", "link"]
    fieldsets = [
        (
            "The code",
            {
                "fields": ["conference", "code", "note", "link"],
                "description": "Whoever types it at checkout, or follows its link, pays less. It "
                "counts for each ticket of the order that it covers.",
            },
        ),
        ("What it gives", {"fields": ["kind", "value", "ticket_types"]}),
        (
            "When, and how often",
            {"fields": ["starts_at", "ends_at", "max_uses", "used", "is_active"]},
        ),
    ]

    def has_change_permission(self, request, obj=None):
        """A code for somebody's free tickets is theirs to make and to end."""
        return super().has_change_permission(request, obj) and not (obj and obj.allowance_id)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.allowance_id)

    @admin.display(description="what it does")
    def what(self, promo):
        return promo.words()

    @admin.display(description="used so far")
    def used(self, promo):
        return f"{promo.uses} of {promo.max_uses}" if promo.max_uses is not None else promo.uses

    @admin.display(description="link to copy")
    def link(self, promo):
        if not promo.pk:
            return "It is here once the code is saved."
        page = reverse("registration:tickets", args=[promo.conference.slug])
        address = f"{settings.SITE_URL}{page}?promo={promo.code}"
        return format_html('<a href="{0}">{0}</a>', address)


class OrderByCodeField(forms.ModelChoiceField):
    """An order is named by its code: nobody needs a list of all orders for that."""

    widget = forms.TextInput
    default_error_messages = {"invalid_choice": "There is no order with this code."}

    def to_python(self, value):
        return super().to_python(codes.clean_code(value) if isinstance(value, str) else value)


class GroupCodeForm(SaleForm):
    order = OrderByCodeField(
        queryset=Order.objects.select_related("conference"),
        to_field_name="code",
        label="Code of the order that pays",
        help_text="Its tickets without a name are the places.",
    )

    class Meta:
        model = GroupCode
        fields = ["conference", "name", "code", "order", "ends_at", "is_active"]
        labels = {"name": "Who pays", "ends_at": "Names can be given until", "is_active": "In use"}
        help_texts = {
            "code": "Letters and digits, such as HARBOR24. It is passed on within the company; "
            "no two editions share one.",
            "ends_at": "Empty: to the end of the edition.",
        }

    def clean_code(self):
        code = codes.clean_code(self.cleaned_data["code"])[:40]
        if not code:
            raise ValidationError("A code has letters or digits.")
        if GroupCode.objects.filter(code=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"{code} is another group’s code already.")
        return code

    def clean_order(self):
        order = self.cleaned_data["order"]
        if order.status not in (Order.Status.PAID, Order.Status.PENDING):
            raise ValidationError(f"Order {order.code} is {order.get_status_display()}.")
        if not order.tickets.unnamed().exists():
            raise ValidationError(f"Every ticket of order {order.code} has a name already.")
        if GroupCode.objects.filter(order=order).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"Order {order.code} has a group code already.")
        return order


@admin.register(GroupCode)
class GroupCodeAdmin(SaleAdmin):
    form = GroupCodeForm
    list_display = ["name", "code", "order", "places", "ends_at", "is_active", "conference"]
    list_filter = ["conference", "is_active"]
    list_select_related = ["conference", "order"]
    search_fields = ["name", "code", "order__code"]
    readonly_fields = ["places"]
    fieldsets = [
        (
            None,
            {
                "fields": ["conference", "name", "code", "order", "ends_at", "is_active", "places"],
                "description": "Somebody paid for several places; whoever has the code puts a name "
                "on one of them, until none is left.",
            },
        )
    ]

    def get_queryset(self, request):
        live = Q(order__tickets__status="live")
        unnamed = live & Q(order__tickets__attendee_name="")
        return (
            super()
            .get_queryset(request)
            .annotate(
                all_places=Count("order__tickets", filter=live),
                free_places=Count("order__tickets", filter=unnamed),
            )
        )

    def get_readonly_fields(self, request, obj=None):
        """People redeem the places of one order; another order would be another code."""
        return [*super().get_readonly_fields(request, obj), *(["order"] if obj else [])]

    @admin.display(description="places with a name")
    def places(self, group):
        if not group.pk:
            return "–"
        return f"{group.all_places - group.free_places} of {group.all_places}"


@admin.register(CompAllowance)
class CompAllowanceAdmin(ReadOnly, EditionAdmin):
    """How many free tickets each source may give: set by what was agreed with it."""

    list_display = ["source", "given", "size", "conference"]
    list_filter = ["conference"]
    list_select_related = ["conference"]
    search_fields = ["source"]

    def get_queryset(self, request):
        return super().get_queryset(request).of_sources()
