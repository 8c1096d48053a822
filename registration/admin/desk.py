"""What people and desks did: read here, done elsewhere."""

from django.contrib import admin
from django.utils.html import format_html_join

from scale.admin import EditionAdmin

from ..models import CashDrawer, LedgerCheck, WaitlistEntry
from .base import ReadOnly


@admin.register(WaitlistEntry)
class WaitlistEntryAdmin(ReadOnly, EditionAdmin):
    list_display = ["who", "thing", "status", "joined_at"]
    list_filter = ["conference", "status", "ticket_type"]
    list_select_related = ["ticket_type", "add_on", "ticket"]
    search_fields = ["name", "email", "ticket__attendee_name", "ticket__attendee_email"]
    fields = [
        *("conference", "ticket_type", "add_on", "ticket", "name", "email", "status"),
        *("joined_at", "order"),
    ]


@admin.register(CashDrawer)
class CashDrawerAdmin(ReadOnly, EditionAdmin):
    list_display = ["name", "volunteer", "opening_float", "opened_at", "closing_count", "closed_at"]
    list_filter = ["conference"]
    search_fields = ["name", "volunteer"]
    fields = [
        *("conference", "name", "volunteer", "opened_at", "opened_by", "opening_float"),
        *("expected", "closing_count", "difference", "closed_at", "closed_by", "note"),
    ]

    @admin.display(description="should lie in it")
    def expected(self, drawer):
        return drawer.expected()

    @admin.display(description="counted less expected")
    def difference(self, drawer):
        found = drawer.difference()
        return "still open" if found is None else found


@admin.register(LedgerCheck)
class LedgerCheckAdmin(ReadOnly, EditionAdmin):
    """Each night's proof, over all editions at once."""

    edition_path = None
    list_display = ["ran_at", "errors"]
    fields = ["ran_at", "errors", "words"]
    ordering = ["-pk"]

    @admin.display(description="the first errors")
    def words(self, check):
        lines = check.report.splitlines() or ["none"]
        return format_html_join("", "{}<br>", ((line,) for line in lines))
