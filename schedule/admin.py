from django.contrib import admin

from scale.admin import EditionAdmin, EditionInline

from .models import Change, Plan, Release, Room, RoomClosure, Slot, Venue


@admin.register(Venue)
class VenueAdmin(EditionAdmin):
    list_display = ["name", "conference", "address"]
    list_filter = ["conference"]
    search_fields = ["name"]


class RoomClosureInline(EditionInline):
    model = RoomClosure


@admin.register(Room)
class RoomAdmin(EditionAdmin):
    list_display = ["name", "conference", "venue", "capacity", "position"]
    list_filter = ["conference", "venue"]
    list_select_related = ["conference", "venue"]
    search_fields = ["name", "code"]
    filter_horizontal = ["equipment", "parts"]
    prepopulated_fields = {"code": ["name"]}
    inlines = [RoomClosureInline]


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
