"""Speakers, and when they cannot be there."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime

from scale.admin import EditionAdmin, EditionInline
from scale.auth import editions_for
from scale.models import Conference
from scale.time import from_wall, local

from ..actions import invite_to_profile, remove_photo
from ..errors import Refused
from ..forms.fields import WallTimeField
from ..models import Speaker, SpeakerAvailability


class AdminWallTime(WallTimeField):
    widget = AdminSplitDateTime


class AbsenceForm(forms.ModelForm):
    """Each row on the clocks of its own edition; the speaker's page itself has none."""

    starts_at = AdminWallTime()
    ends_at = AdminWallTime()

    class Meta:
        model = SpeakerAvailability
        fields = ["conference", "starts_at", "ends_at"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("starts_at", "ends_at"):
                instant = getattr(self.instance, name)
                self.initial[name] = local(instant, self.instance.conference).replace(tzinfo=None)

    def clean(self):
        cleaned = super().clean()
        for name in ("starts_at", "ends_at"):
            wall = cleaned.pop(name, None)
            if wall and (conference := cleaned.get("conference")):
                try:
                    cleaned[name] = from_wall(wall, conference)
                except ValueError:
                    self.add_error(name, "The clocks are set forward then: there is no such time.")
        return cleaned


class AbsenceInline(EditionInline):
    model = SpeakerAvailability
    form = AbsenceForm
    verbose_name = "absence"
    verbose_name_plural = "cannot be there (on the clocks of the conference)"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "conference":
            kwargs["queryset"] = open_editions(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def open_editions(user):
    """The editions whose speakers the user looks after."""
    allowed = editions_for(user, "cfp.change_speaker")
    rows = Conference.objects.filter(closed_at=None)
    return rows if allowed is None else rows.filter(pk__in=allowed)


@admin.register(Speaker)
class SpeakerAdmin(EditionAdmin):
    """Speakers belong to no edition: whoever looks after talks somewhere sees them all.

    Only the editions in which they speak may change them: the address decides who
    can claim an unclaimed profile, and its talks with it.
    """

    edition_path = None
    list_display = ["name", "organization", "email", "is_claimed"]
    list_select_related = ["user"]
    search_fields = ["name", "email", "organization", "code", "user__email"]
    fields = [
        *("name", "pronouns", "organization", "email", "user", "biography", "website"),
        "code",
    ]
    readonly_fields = ["code", "user"]
    inlines = [AbsenceInline]
    actions = ["take_photo_away", "invite"]

    def has_change_permission(self, request, obj=None):
        if not super().has_change_permission(request, obj):
            return False
        editions = self.allowed_editions(request, "change")
        if obj is None or editions is None:
            return True
        talks = obj.talk_speakers.all()
        return not talks.exists() or talks.filter(talk__conference__in=editions).exists()

    @admin.action(description="Take the photo away", permissions=["change"])
    def take_photo_away(self, request, queryset):
        with_photo = queryset.exclude(photo="")
        for speaker in with_photo:
            remove_photo(speaker)
        messages.success(request, f"Photos taken away: {len(with_photo)}.")

    @admin.action(description="Invite to take over the profile", permissions=["change"])
    def invite(self, request, queryset):
        invited = []
        for speaker in queryset:
            try:
                invited.append(invite_to_profile(speaker, by=request.user))
            except Refused as error:
                messages.warning(request, f"{speaker}: {error}")
        messages.success(request, f"Invited by mail: {len(invited)}.")

    @admin.display(boolean=True, description="claimed")
    def is_claimed(self, speaker):
        return speaker.user_id is not None
