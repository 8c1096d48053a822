"""Calls and what they are about: tracks, kinds, equipment, questions, codes."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from scale.admin import EditionAdmin
from scale.models import User
from scale.text import canonical_email

from ..models import AccessCode, Budget, Call, CallQuestion, Equipment, TalkKind, Track, TrackRole
from .filters import OWN_EDITIONS


@admin.register(Call)
class CallAdmin(EditionAdmin):
    list_display = ["__str__", "conference", "opens", "closes"]
    list_filter = [OWN_EDITIONS]
    lent = ("speaker_ticket",)
    list_select_related = ["conference", "track"]


@admin.register(Track)
class TrackAdmin(EditionAdmin):
    list_display = ["name", "conference", "code", "position", "is_partner_event"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "colour":
            kwargs["widget"] = forms.TextInput(attrs={"type": "color"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class TrackRoleForm(forms.ModelForm):
    """The person is named by address: nobody needs a list of all people for that."""

    person = forms.EmailField(label="E-mail address of the person")

    class Meta:
        model = TrackRole
        fields = ["track", "role"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["person"].initial = self.instance.user.email

    def clean_person(self):
        address = canonical_email(self.cleaned_data["person"])
        user = User.objects.filter(email=address, is_active=True).first()
        if user is None:
            raise ValidationError("Nobody has signed up with this address yet.")
        self.instance.user = user
        return address

    def _get_validation_exclusions(self):
        # With the user set above, the database's “once” can be judged here too.
        excluded = super()._get_validation_exclusions()
        return excluded - {"user"} if self.instance.user_id else excluded


@admin.register(TrackRole)
class TrackRoleAdmin(EditionAdmin):
    form = TrackRoleForm
    edition_path = "track__conference"
    list_display = ["user", "track", "role"]
    list_filter = [("track", admin.RelatedOnlyFieldListFilter), "role"]
    list_select_related = ["user", "track"]
    search_fields = ["user__email", "user__name", "track__name"]


@admin.register(TalkKind)
class TalkKindAdmin(EditionAdmin):
    list_display = ["name", "conference", "minutes", "is_offered", "position"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference"]
    prepopulated_fields = {"code": ["name"]}


@admin.register(Budget)
class BudgetAdmin(EditionAdmin):
    list_display = ["__str__", "conference", "slots", "hours"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference", "track", "kind"]


@admin.register(Equipment)
class EquipmentAdmin(EditionAdmin):
    list_display = ["name", "conference", "position"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference"]
    search_fields = ["name"]


@admin.register(AccessCode)
class AccessCodeAdmin(EditionAdmin):
    list_display = ["code", "conference", "track", "taken", "size", "ends_at", "note"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference", "track"]
    search_fields = ["code", "note"]
    readonly_fields = ["taken"]


@admin.register(CallQuestion)
class CallQuestionAdmin(EditionAdmin):
    list_display = ["text", "conference", "kind", "is_required", "shown_to_reviewers", "position"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference"]
    search_fields = ["text"]
