from django.contrib import admin

from ..models import BoothApplication, BoothCall
from .booths import DrawnAdmin


@admin.register(BoothApplication)
class BoothApplicationAdmin(DrawnAdmin):
    """A look alone: the committee decides on the application's page."""

    list_display = ["name", "conference", "contact_name", "status", "asked_at"]
    list_filter = ["conference", "status"]
    list_select_related = ["conference"]
    search_fields = ["name", "contact_name", "email"]


@admin.register(BoothCall)
class BoothCallAdmin(DrawnAdmin):
    list_display = ["conference", "package", "opens_at", "closes_at"]
    list_filter = ["conference"]
    list_select_related = ["conference", "package"]
