from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError

from ..models import Package, Sponsorship
from .base import AmountsAdmin


class PackageForm(forms.ModelForm):
    class Meta:
        model = Package
        fields = ["conference", "name", "price", "size", "position"]

    def clean_size(self):
        """Under the row's lock, which lasts until the admin has saved: nobody signs meanwhile."""
        size = self.cleaned_data["size"]
        if self.instance.pk and size is not None:
            taken = Package.objects.select_for_update().get(pk=self.instance.pk).taken
            if size < taken:
                raise ValidationError(f"{taken} are signed already.")
        return size


@admin.register(Package)
class PackageAdmin(AmountsAdmin):
    form = PackageForm
    list_display = ["name", "conference", "price", "size", "taken", "position"]
    list_filter = ["conference"]
    list_select_related = ["conference"]
    search_fields = ["name"]

    def get_readonly_fields(self, request, obj=None):
        return ["conference", "taken"] if obj else []


@admin.register(Sponsorship)
class SponsorshipAdmin(AmountsAdmin):
    """A look at all deals; they begin, move and are signed on the organization's page."""

    list_display = ["organization", "conference", "package", "status", "amount", "owner"]
    list_filter = ["conference", "status"]
    list_select_related = ["organization", "conference", "package", "owner"]
    search_fields = ["organization__name"]
    fields = [
        *("organization", "conference", "package", "status", "amount"),
        *("in_kind_value", "in_kind_what", "owner", "outcome"),
        *("signed_at", "signed_by", "released_at", "released_why"),
        *("lost_why", "lost_words", "moved_at", "previous"),
    ]
    readonly_fields = [
        *("organization", "conference", "package", "status"),
        *("signed_at", "signed_by", "released_at", "released_why"),
        *("in_kind_value", "in_kind_what", "lost_why", "lost_words", "moved_at", "previous"),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        """One by one, and never one that promises: it holds a place of its package."""
        may = super().has_delete_permission(request, obj)
        return obj is not None and not obj.is_promised and may

    def delete_model(self, request, obj):
        locked = Sponsorship.objects.select_for_update().get(pk=obj.pk)
        if locked.is_promised:
            raise PermissionDenied
        super().delete_model(request, locked)
