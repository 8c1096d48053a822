from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from scale.admin import EditionAdmin

from .models import CheckInList, Station


class CheckInListForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        conference = cleaned.get("conference")
        for field in ("ticket_types", "add_ons") if conference else ():
            chosen = cleaned.get(field) or []
            strangers = [one for one in chosen if one.conference_id != conference.pk]
            if strangers:
                names = ", ".join(f"“{one}”" for one in strangers)
                error = ValidationError(f"Of another edition than {conference}: {names}.")
                self.add_error(field, error)
        return cleaned


@admin.register(CheckInList)
class CheckInListAdmin(EditionAdmin):
    form = CheckInListForm
    list_display = ["name", "conference", "kind", "opens_at", "closes_at", "once_a_day"]
    list_filter = ["conference", "kind"]
    list_select_related = ["conference"]
    search_fields = ["name"]
    filter_horizontal = ["ticket_types", "add_ons"]


@admin.register(Station)
class StationAdmin(EditionAdmin):
    """To look things up; stations are made, paired and revoked on their own page."""

    list_display = [
        *("name", "conference", "kind", "checkin_list"),
        *("paired_at", "last_seen_at", "revoked_at"),
    ]
    list_filter = ["conference", "kind"]
    list_select_related = ["conference", "checkin_list"]
    search_fields = ["name"]
    fields = list_display

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
