"""Facts of talks."""

from django import forms
from django.contrib import admin, messages
from django.utils import timezone

from scale.admin import EditionAdmin, EditionInline

from ..actions import give_tickets
from ..models import Talk, TalkSpeaker
from .filters import OWN_EDITIONS

Status = Talk.Status


class TalkSpeakerInline(EditionInline):
    model = TalkSpeaker
    autocomplete_fields = ["speaker"]
    fields = ["speaker", "position"]


class TalkAdminForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        conference = cleaned.get("conference") or getattr(self.instance, "conference", None)
        for thing in cleaned.get("equipment") or []:
            if conference and thing.conference_id != conference.pk:
                self.add_error("equipment", f"“{thing}” belongs to another edition.")
        return cleaned


class NewTalkForm(TalkAdminForm):
    """Invited talks and ready-made programmes of partners come in already accepted."""

    status = forms.ChoiceField(
        choices=[
            (status.value, status.label)
            for status in (Status.ACCEPTED, Status.CONFIRMED, Status.SUBMITTED)
        ]
    )


@admin.register(Talk)
class TalkAdmin(EditionAdmin):
    """Facts of talks; statuses change on the talk's page, where the rules and mails are."""

    form = TalkAdminForm
    list_display = ["title", "code", "track", "kind", "status", "conference"]
    list_filter = [
        *(OWN_EDITIONS, "status"),
        *(("track", admin.RelatedOnlyFieldListFilter), ("kind", admin.RelatedOnlyFieldListFilter)),
    ]
    list_select_related = ["track", "kind", "conference"]
    search_fields = ["title", "code", "talk_speakers__speaker__name"]
    filter_horizontal = ["equipment"]
    readonly_fields = ["code", "status", "reason", "submitted_at"]
    fields = [
        *("conference", "title", "code", "status", "reason", "track", "kind", "minutes"),
        *("abstract", "description", "notes", "level", "language", "equipment"),
        *("equipment_note", "expected_audience", "may_record", "second_track", "links"),
        *("slides_url", "recording_url", "is_first_time", "submitted_at"),
    ]
    inlines = [TalkSpeakerInline]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewTalkForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return [name for name in self.readonly_fields if name != "status"]
        return [*self.readonly_fields, "conference"]

    def get_queryset(self, request):
        return super().get_queryset(request).seen_by_committee()

    def has_delete_permission(self, request, obj=None):
        """What the committee has seen is history: it is rejected or cancelled, never deleted."""
        return False

    def save_model(self, request, talk, form, change):
        """Only what was typed: another chair may have decided on the talk meanwhile."""
        if not change:
            talk.submitted_at = timezone.now()
            talk.save()
            return
        columns = {field.name for field in Talk._meta.concrete_fields}
        if changed := [name for name in form.changed_data if name in columns]:
            talk.save(update_fields=[*changed, "changed_at"])

    def save_related(self, request, form, formsets, change):
        """Speakers of a talk that is confirmed by now get their tickets."""
        super().save_related(request, form, formsets, change)
        talk = Talk.objects.select_for_update().get(pk=form.instance.pk)
        if talk.status == Status.CONFIRMED:
            _, refused = give_tickets(talk, by=request.user)
            for why in refused:
                messages.warning(request, f"No ticket yet for {why}")
