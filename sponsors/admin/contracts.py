from django.contrib import admin

from ..models import Contract, ContractTerms
from .base import AmountsAdmin


class LookOnly(AmountsAdmin):
    """Rows are only added, by the pages for it; nothing is corrected or thrown away here."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in self.model._meta.fields if field.name != "file"]


@admin.register(ContractTerms)
class ContractTermsAdmin(LookOnly):
    list_display = ["__str__", "conference", "written_at", "written_by"]
    list_filter = ["conference"]
    list_select_related = ["conference", "written_by"]
    search_fields = ["text"]


@admin.register(Contract)
class ContractAdmin(LookOnly):
    edition_path = "deal__conference"
    exclude = ["file"]  # leaves on the deal's page alone
    list_display = ["deal", "__str__", "at", "ended_at"]
    list_filter = ["deal__conference"]
    list_select_related = ["deal__organization", "deal__package", "terms"]
    search_fields = ["deal__organization__name", "file_name", "accepted_name"]
