from django.contrib import admin

from ..models import Booth, FloorPlan
from .base import SponsorsAdmin


class DrawnAdmin(SponsorsAdmin):
    """A look alone: plans and booths are drawn, given and freed on their own pages."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(FloorPlan)
class FloorPlanAdmin(DrawnAdmin):
    list_display = ["name", "conference", "width", "height"]
    list_filter = ["conference"]
    list_select_related = ["conference"]
    search_fields = ["name"]
    exclude = ["picture"]  # is cleaned and put up on the plan's page


@admin.register(Booth)
class BoothAdmin(DrawnAdmin):
    list_display = ["number", "conference", "plan", "sponsorship", "size", "power", "internet"]
    list_filter = ["conference"]
    list_select_related = [
        *("conference", "plan", "sponsorship__organization", "sponsorship__package"),
    ]
    search_fields = ["number", "sponsorship__organization__name"]
