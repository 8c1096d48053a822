"""What is for sale: places, types with dated prices, extras."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.http import HttpResponseRedirect

from scale.admin import EditionInline

from .. import actions, seats
from ..models import AddOn, Quota, TicketPrice, TicketType
from .base import SaleAdmin, SaleForm

RESERVED = ("promo", "checkout")
DATES = {
    "on_sale_from": "Empty: as soon as it has a price.",
    "on_sale_until": "Empty: until places run out.",
    "position": "Small numbers stand first.",
}


@admin.register(Quota)
class QuotaAdmin(SaleAdmin):
    list_display = ["name", "conference", "size", "taken", "left"]
    list_filter = ["conference"]
    search_fields = ["name"]
    readonly_fields = ["taken"]
    fieldsets = [
        (
            None,
            {
                "fields": ["conference", "name", "size", "taken"],
                "description": "A number of places. Every ticket type and every extra that names "
                "it takes from the same places: name one “The building” in all types for what "
                "fits in all, “Expo” only in the expo type, and make one for each T-shirt size. "
                "Reservations count until they run out.",
            },
        )
    ]

    def get_readonly_fields(self, request, obj=None):
        """The seats of a workshop follow its room; what is typed here would not."""
        sized = ["size"] if obj and seats.is_sized(obj.pk) else []
        return [*super().get_readonly_fields(request, obj), *sized]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "size" and field:
            field.label = "How many there are"
        return field

    def save_model(self, request, obj, form, change):
        """Places that are new belong to who waits for them, before anyone else sees them."""
        super().save_model(request, obj, form, change)
        if change and "size" in form.changed_data:
            actions.offer_free(obj.conference, [obj.pk])


class PriceFormSet(BaseInlineFormSet):
    def clean(self):
        super().clean()
        begins = set()
        for form in self.forms:
            if not hasattr(form, "cleaned_data") or form.cleaned_data.get("DELETE"):
                continue
            if not form.has_changed() and not form.instance.pk:
                continue
            starts_at = form.cleaned_data.get("starts_at")
            if "starts_at" not in form.errors and starts_at in begins:
                form.add_error("starts_at", "Another price begins at the same time.")
            begins.add(starts_at)


class TicketPriceInline(EditionInline):
    model = TicketPrice
    formset = PriceFormSet
    extra = 1
    verbose_name_plural = "Prices: the one that began last is in force; an empty start means always"


class TakesPlacesForm(SaleForm):
    """For what takes places: quotas that are named later must hold what is sold already."""

    def clean(self):
        cleaned = super().clean()
        self.in_order(
            cleaned, "on_sale_from", "on_sale_until", "The sale would end before it begins."
        )
        conference = self.edition(cleaned)
        for quota in cleaned.get("quotas") or ():
            if conference and quota.conference_id != conference.pk:
                self.add_error("quotas", f"“{quota.name}” belongs to another edition.")
            elif (more := self.sold_beside(quota)) > quota.size - quota.taken:
                self.add_error(
                    "quotas",
                    f"{more} {self.of_these} are sold already, more than “{quota.name}” "
                    f"has free. Make the quota larger first.",
                )
        return cleaned

    def sold_beside(self, quota):
        """How many more places the quota would have to hold."""
        if not self.instance.pk or quota in self.instance.quotas.all():
            return 0
        return self.sold()


class TicketTypeForm(TakesPlacesForm):
    of_these = "tickets of this type"

    class Meta:
        model = TicketType
        fields = [
            *("conference", "name", "code", "description", "included", "admits_from"),
            *("admits_until", "on_sale_from", "on_sale_until", "for_minors", "is_hidden"),
            *("position", "quotas"),
        ]
        labels = {"for_minors": "For people under 18"}
        help_texts = DATES | {
            "code": "A short name for addresses, such as full: tickets/?full=2.",
            "description": "One sentence for the tickets page.",
            "admits_from": "Empty: from the first day of the conference.",
            "admits_until": "Empty: to the last day of the conference.",
            "is_hidden": "Not on the tickets page. Staff can give it; a promo code that names it "
            "unlocks it.",
            "quotas": "One place is taken from each of these. None: there is no limit.",
        }

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("admits_from"), cleaned.get("admits_until")
        if first and last and last < first:
            self.add_error("admits_until", "The last day is before the first.")
        self.once(cleaned, "code", "“{value}” is another type of {conference} already.")
        return cleaned

    def clean_code(self):
        code = self.cleaned_data["code"].lower()
        if code in RESERVED:
            raise ValidationError(f"The site itself uses “{code}” in addresses.")
        return code

    def sold(self):
        return self.instance.tickets.holding().count()


class TakesPlacesAdmin(SaleAdmin):
    filter_horizontal = ["quotas"]

    def save_related(self, request, form, formsets, change):
        """What is sold already takes its places from the quotas named now."""
        before = set(form.instance.quotas.values_list("pk", flat=True)) if change else set()
        super().save_related(request, form, formsets, change)
        after = set(form.instance.quotas.values_list("pk", flat=True))
        if before != after:
            actions.count_again(form.instance.conference, before ^ after)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The last place may be sold between the form's look and the saving."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except actions.SoldOut:
            messages.error(
                request, "More was sold this moment than that quota holds. Nothing was changed."
            )
            return HttpResponseRedirect(request.get_full_path())


@admin.register(TicketType)
class TicketTypeAdmin(TakesPlacesAdmin):
    form = TicketTypeForm
    list_display = ["name", "code", "conference", "on_sale_from", "on_sale_until", "is_hidden"]
    list_filter = ["conference", "is_hidden"]
    search_fields = ["name", "code"]
    inlines = [TicketPriceInline]
    fieldsets = [
        (
            "What people buy",
            {
                "fields": ["conference", "name", "code", "description", "included"],
                "description": "One thing for sale, such as “Full access” or “Expo only”. It is on "
                "the tickets page as soon as it has a price, below.",
            },
        ),
        ("Which days it admits", {"fields": ["admits_from", "admits_until", "for_minors"]}),
        (
            "When it is sold",
            {
                "fields": ["on_sale_from", "on_sale_until", "is_hidden", "position"],
                "description": "Times are those on the clocks of the conference.",
            },
        ),
        ("How many there are", {"fields": ["quotas"]}),
    ]


class AddOnForm(TakesPlacesForm):
    of_these = "of these"

    class Meta:
        model = AddOn
        fields = [
            *("conference", "kind", "choice", "name", "description", "price"),
            *("is_discountable", "replaces_ticket_price", "ticket_types", "quotas"),
            *("on_sale_from", "on_sale_until", "is_hidden", "position"),
        ]
        labels = {
            "choice": "One of several",
            "ticket_types": "With which tickets",
            "quotas": "Places or pieces",
        }
        help_texts = DATES | {
            "on_sale_from": "Empty: at once.",
            "choice": "Extras with the same words here exclude each other: write “T-shirt” for "
            "each of its sizes. Empty: it stands alone.",
            "description": "One sentence beside its name.",
            "quotas": "One piece is taken from each of these; a size of a T-shirt has its own. "
            "None: there is no limit.",
        }

    def sold(self):
        return self.instance.lines.holding().count()


@admin.register(AddOn)
class AddOnAdmin(TakesPlacesAdmin):
    form = AddOnForm
    list_display = ["name", "choice", "kind", "price", "conference", "is_hidden"]
    list_filter = ["conference", "kind", "is_hidden"]
    search_fields = ["name", "choice"]
    filter_horizontal = ["ticket_types", "quotas"]

    def get_readonly_fields(self, request, obj=None):
        """Without its places a workshop would have seats without end."""
        own = ["quotas"] if obj and seats.is_seat(obj.pk) else []
        return [*super().get_readonly_fields(request, obj), *own]

    fieldsets = [
        (
            "What people can add",
            {
                "fields": ["conference", "kind", "choice", "name", "description"],
                "description": "An extra for one ticket: a T-shirt in one size, a tutorial, the "
                "party. Of each, a ticket has at most one.",
            },
        ),
        (
            "What it costs",
            {"fields": ["price", "is_discountable", "replaces_ticket_price"]},
        ),
        ("For whom, and how many", {"fields": ["ticket_types", "quotas"]}),
        (
            "When it is sold",
            {"fields": ["on_sale_from", "on_sale_until", "is_hidden", "position"]},
        ),
    ]
