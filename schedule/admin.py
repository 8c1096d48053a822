from django.contrib import admin

from scale.admin import EditionAdmin, EditionInline

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


@admin.register(Room)
class RoomAdmin(EditionAdmin):
    list_display = ["name", "conference", "venue", "capacity", "position"]
    list_filter = ["conference", "venue"]
    list_select_related = ["conference", "venue"]
    search_fields = ["name", "code"]
    filter_horizontal = ["equipment", "parts"]
    prepopulated_fields = {"code": ["name"]}
    inlines = [RoomSetupInline, RoomClosureInline]


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
