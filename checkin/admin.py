from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from registration.admin.base import ReadOnly
from scale.admin import EditionAdmin

from .models import (
    Badge,
    BadgeLayout,
    CheckIn,
    CheckInList,
    PrinterReport,
    PrintJob,
    Scan,
    Station,
)


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
class StationAdmin(ReadOnly, EditionAdmin):
    """To look things up; stations are made, paired and revoked on their own page."""

    list_display = [
        *("name", "conference", "kind", "checkin_list"),
        *("paired_at", "last_seen_at", "revoked_at"),
    ]
    list_filter = ["conference", "kind"]
    list_select_related = ["conference", "checkin_list"]
    search_fields = ["name"]
    fields = [*list_display, "app_version", "queued", "drawer"]


@admin.register(CheckIn)
class CheckInAdmin(ReadOnly, EditionAdmin):
    """Who is in; let in and taken out on the pages of the door."""

    edition_path = "checkin_list__conference"
    list_display = ["ticket", "checkin_list", "day", "at", "station", "undone_at"]
    list_filter = [
        *("checkin_list__conference", "day", "checkin_list__kind"),
        ("checkin_list", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["ticket", "checkin_list", "station"]
    search_fields = ["ticket__attendee_name", "=ticket__code"]
    search_help_text = "Name on the ticket, or its code."
    fields = [*list_display, "undone_by", "undone_why"]
    ordering = ["-pk"]


@admin.register(Scan)
class ScanAdmin(ReadOnly, EditionAdmin):
    """Every attempt, the failed ones too."""

    edition_path = "checkin_list__conference"
    list_display = ["scanned_at", "verdict", "ticket", "checkin_list", "station", "volunteer"]
    list_filter = ["checkin_list__conference", "verdict", "was_offline"]
    list_select_related = ["ticket", "checkin_list", "station"]
    search_fields = ["ticket__attendee_name", "=ticket__code", "volunteer", "=scan_id"]
    search_help_text = "Name on the ticket, its code, or who scanned."
    fields = [
        *("scan_id", "scanned_at", "received_at", "verdict", "said", "was_offline"),
        *("checkin_list", "station", "volunteer", "by", "why", "ticket", "badge", "checkin"),
        *("conflict_with", "settled_at", "settled_by"),
    ]
    ordering = ["-pk"]


@admin.register(Badge)
class BadgeAdmin(ReadOnly, EditionAdmin):
    """Its code is searched for, and never shown: it lets somebody in."""

    edition_path = "ticket__conference"
    list_display = ["ticket", "status", "created_at", "printed_at", "station", "asked_by"]
    list_filter = ["ticket__conference", "status"]
    list_select_related = ["ticket", "station", "by"]
    search_fields = ["ticket__attendee_name", "=ticket__code", "=code"]
    search_help_text = "Name on the ticket, its code, or the whole code of a badge."
    fields = [*list_display, "voided_at", "why_void"]
    ordering = ["-pk"]

    @admin.display(description="asked for by")
    def asked_by(self, badge):
        return badge.by or badge.asked


@admin.register(PrintJob)
class PrintJobAdmin(ReadOnly, EditionAdmin):
    """The queue; sent again and dropped under “Printers”."""

    list_display = ["id", "name", "status", "queued_at", "wanted", "printer", "ended_at", "why"]
    list_filter = ["conference", "status"]
    list_select_related = ["badge__ticket", "wanted", "printer"]
    search_fields = ["badge__ticket__attendee_name", "=badge__ticket__code"]
    search_help_text = "Name on the ticket, or its code."
    fields = [
        *("conference", "badge", "status", "queued_at", "wanted", "printer", "attempt"),
        *("fetched_at", "lease_ends_at", "ended_at", "why"),
    ]
    ordering = ["-pk"]

    @admin.display(description="name")
    def name(self, job):
        return job.badge.ticket.attendee_name


@admin.register(PrinterReport)
class PrinterReportAdmin(ReadOnly, EditionAdmin):
    edition_path = "station__conference"
    list_display = ["station", "trouble", "since"]
    list_filter = ["station__conference"]
    list_select_related = ["station"]
    search_fields = ["station__name", "trouble"]
    fields = list_display
    ordering = ["station"]


@admin.register(BadgeLayout)
class BadgeLayoutAdmin(ReadOnly, EditionAdmin):
    """What an edition's badges look like; changed, with a preview, under “Badges”."""

    list_display = ["conference", "width_mm", "height_mm", "paper", "gap_mm", "crop_marks"]
    list_select_related = ["conference"]
    list_filter = ["paper"]
    search_fields = ["conference__name"]
    fields = [*list_display, "places", "colours", "logo"]
