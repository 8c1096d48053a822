from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from scale.admin import EditionAdmin, EditionInline

from .actions import save_room
from .forms import RoomForm
from .models import (
    Change,
    DayHours,
    HeadCount,
    Plan,
    PresenceHour,
    Release,
    Room,
    RoomClosure,
    RoomSetup,
    Slot,
    SlotTemplate,
    Venue,
    Walk,
)


@admin.register(Venue)
class VenueAdmin(EditionAdmin):
    list_display = ["name", "conference", "address"]
    list_filter = ["conference"]
    search_fields = ["name"]


class RoomClosureInline(EditionInline):
    model = RoomClosure


class RoomSetupInline(EditionInline):
    model = RoomSetup


MAP = ("map_now", "new_map", "map_alt", "remove_map")


@admin.register(Room)
class RoomAdmin(EditionAdmin):
    form = RoomForm
    list_display = ["name", "conference", "venue", "capacity", "position"]
    list_filter = ["conference", "venue"]
    list_select_related = ["conference", "venue"]
    search_fields = ["name", "code"]
    filter_horizontal = ["equipment", "parts"]
    prepopulated_fields = {"code": ["name"]}
    inlines = [RoomSetupInline, RoomClosureInline]
    readonly_fields = ["map_now"]

    def get_fields(self, request, obj=None):
        names = ["map_now", "new_map", "map_alt"]
        if obj and obj.map:
            names.append("remove_map")
        others = [name for name in super().get_fields(request, obj) if name not in MAP]
        return [*others, *names]

    @admin.display(description="Map now")
    def map_now(self, room):
        if not room.map:
            return "none"
        address = reverse("schedule:room-map", args=[room.map_name])
        return format_html('<img src="{}" alt="{}" width="320">', address, room.map_alt)

    def save_model(self, request, obj, form, change):
        save_room(obj, form.map_wanted() if isinstance(form, RoomForm) else None)


class ReadOnlyAdmin(EditionAdmin):
    """What only publishing may write."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Slot)
class SlotAdmin(ReadOnlyAdmin):
    list_display = ["what", "where", "starts_at", "kind", "version"]
    list_filter = ["conference", "kind"]
    list_select_related = ["room", "talk"]
    search_fields = ["talk__title", "title"]


class ChangeInline(EditionInline):
    model = Change
    fields = ("slot_uuid", "room", "starts_at", "ends_at", "talk", "removed")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ["number", "conference", "made_at", "by", "override_reason"]
    list_filter = ["conference"]
    list_select_related = ["conference", "by"]


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ["name", "conference", "created_at", "closed_at"]
    list_filter = ["conference"]


@admin.register(DayHours)
class DayHoursAdmin(EditionAdmin):
    list_display = ["date", "conference", "opens_at", "closes_at"]
    list_filter = ["conference"]


@admin.register(SlotTemplate)
class SlotTemplateAdmin(EditionAdmin):
    list_display = ["date", "conference", "first_at", "number", "minutes", "gap"]
    list_filter = ["conference"]


@admin.register(PresenceHour)
class PresenceHourAdmin(EditionAdmin):
    list_display = ["hour", "conference", "percent"]
    list_filter = ["conference"]


@admin.register(HeadCount)
class HeadCountAdmin(ReadOnlyAdmin):
    list_display = ["talk", "room", "people", "expected", "counted_at", "by"]
    list_filter = ["conference"]
    list_select_related = ["talk", "room"]
    search_fields = ["talk__title", "room__name"]


@admin.register(Walk)
class WalkAdmin(EditionAdmin):
    edition_path = "one__conference"
    list_display = ["one", "other", "minutes"]
    list_select_related = ["one", "other"]
