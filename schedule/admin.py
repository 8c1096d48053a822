from django.contrib import admin, messages
from django.forms import BaseInlineFormSet
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from scale.admin import EditionAdmin, EditionInline

from .actions import WrongSeats, fit_all, lock_workshops, save_room
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
from .seats import seats_taken


@admin.register(Venue)
class VenueAdmin(EditionAdmin):
    list_display = ["name", "conference", "address"]
    list_filter = ["conference"]
    search_fields = ["name"]


class RoomClosureInline(EditionInline):
    model = RoomClosure


class SetupFormSet(BaseInlineFormSet):
    def clean(self):
        super().clean()
        taken = seats_taken(self.instance)
        for form in self.forms:
            said = getattr(form, "cleaned_data", {})
            if not said.get("DELETE") and said.get("capacity"):
                tell_too_small(form, said["capacity"], taken.get(said.get("date"), []))


class RoomSetupInline(EditionInline):
    model = RoomSetup
    formset = SetupFormSet


class SeatedRoomForm(RoomForm):
    def clean(self):
        said = super().clean()
        if self.instance.pk and said.get("capacity"):
            usual = seats_taken(self.instance)
            own = set(self.instance.setups.values_list("date", flat=True))
            for day, workshops in usual.items():
                if day not in own:
                    tell_too_small(self, said["capacity"], workshops)
        return said


def tell_too_small(form, capacity, workshops):
    for title, taken in workshops:
        if taken > capacity and "capacity" not in form.errors:
            form.add_error(
                "capacity",
                f"{taken} seats of “{title}” are taken in this room. "
                "Move the workshop to a larger one first.",
            )


MAP = ("map_now", "new_map", "map_alt", "remove_map")


@admin.register(Room)
class RoomAdmin(EditionAdmin):
    form = SeatedRoomForm
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
        lock_workshops(obj.conference_id)  # before the edition, whose pages become new
        save_room(obj, form.map_wanted() if isinstance(form, RoomForm) else None)

    def save_related(self, request, form, formsets, change):
        """Workshops in the room have as many seats as it holds now."""
        super().save_related(request, form, formsets, change)
        fit_all(form.instance.conference)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A seat may be sold between the form's look and the saving."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except WrongSeats as error:
            messages.error(request, f"{error} Nothing was changed.")
            return HttpResponseRedirect(request.get_full_path())


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
