from django.contrib import admin

from ..models import Benefit, Deliverable
from .base import AmountsAdmin, SponsorsAdmin


@admin.register(Benefit)
class BenefitAdmin(AmountsAdmin):
    """A look at all of them; they are changed in the catalogue, where rules are checked."""

    list_display = ["name", "conference", "kind", "side", "size", "taken", "price"]
    list_filter = ["conference", "kind", "side"]
    list_select_related = ["conference"]
    search_fields = ["name"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Deliverable)
class DeliverableAdmin(SponsorsAdmin):
    """A look at all promises; they are kept on the readiness board."""

    edition_path = "deal__conference"
    list_display = ["name", "deal", "side", "status", "due_on", "owner", "quantity"]
    list_filter = ["deal__conference", "side", "status", "kind"]
    list_select_related = ["deal__organization", "deal__package", "owner"]
    search_fields = ["name", "deal__organization__name"]
    exclude = ["file", "talks"]  # the file leaves through its own page

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
