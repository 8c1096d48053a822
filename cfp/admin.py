import datetime as dt

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils import timezone

from scale.admin import EditionAdmin, EditionInline
from scale.auth import editions_for
from scale.models import Conference, User
from scale.text import canonical_email
from scale.time import from_wall, local

from .actions import give_tickets, invite_to_profile, remove_photo, weigh_again
from .errors import Refused
from .models import (
    AccessCode,
    Budget,
    Call,
    CallQuestion,
    ConflictOfInterest,
    Criterion,
    Decision,
    Equipment,
    Review,
    ReviewRules,
    ReviewTag,
    Speaker,
    SpeakerAvailability,
    Talk,
    TalkKind,
    TalkSpeaker,
    Track,
    TrackRole,
)

Status = Talk.Status
OWN_EDITIONS = ("conference", admin.RelatedOnlyFieldListFilter)


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


class WallTimeField(forms.SplitDateTimeField):
    """A time without a zone yet: the form knows whose clocks it is on."""

    widget = AdminSplitDateTime

    def compress(self, data_list):
        if not data_list:
            return None
        date, time = data_list
        if not date or time is None:
            raise ValidationError("Both a day and a time, please.")
        return dt.datetime.combine(date, time)


class AbsenceForm(forms.ModelForm):
    """Each row on the clocks of its own edition; the speaker's page itself has none."""

    starts_at = WallTimeField()
    ends_at = WallTimeField()

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
        *("is_first_time", "submitted_at"),
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


class HistoryAdmin(EditionAdmin):
    """Rows that are read here and never changed; nobody sees those about talks of their own."""

    edition_path = "talk__conference"

    def get_queryset(self, request):
        own = Talk.objects.own(request.user).values("pk")
        return super().get_queryset(request).exclude(talk__in=own)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Review)
class ReviewAdmin(HistoryAdmin):
    list_display = ["talk", "reviewer", "said", "changed_at"]
    list_filter = [("talk__conference", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["talk", "reviewer"]
    search_fields = ["talk__title", "talk__code", "reviewer__name", "reviewer__email"]


@admin.register(Decision)
class DecisionAdmin(HistoryAdmin):
    list_display = ["talk", "verdict", "by", "made_at", "released_at"]
    list_filter = [("talk__conference", admin.RelatedOnlyFieldListFilter), "verdict"]
    list_select_related = ["talk", "by"]
    search_fields = ["talk__title", "talk__code", "by__name", "by__email"]


@admin.register(ReviewRules)
class ReviewRulesAdmin(EditionAdmin):
    list_display = ["conference", "is_anonymous", "others", "reviews_a_talk", "shares_feedback"]
    list_select_related = ["conference"]


@admin.register(Criterion)
class CriterionAdmin(EditionAdmin):
    """Reviews that were made by criteria follow what changes here."""

    list_display = ["name", "conference", "weight", "position"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference"]

    def save_model(self, request, criterion, form, change):
        super().save_model(request, criterion, form, change)
        weigh_again(criterion.conference)

    def delete_model(self, request, criterion):
        super().delete_model(request, criterion)
        weigh_again(criterion.conference)

    def delete_queryset(self, request, queryset):
        editions = list(Conference.objects.filter(criteria__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        for conference in editions:
            weigh_again(conference)


@admin.register(ReviewTag)
class ReviewTagAdmin(EditionAdmin):
    list_display = ["name", "conference", "position"]
    list_filter = [OWN_EDITIONS]
    list_select_related = ["conference"]
    search_fields = ["name"]


@admin.register(ConflictOfInterest)
class ConflictAdmin(EditionAdmin):
    """Who has declared one; taken away where it was a slip of the hand."""

    edition_path = "talk__conference"
    list_display = ["talk", "user", "declared_at"]
    list_filter = [("talk__conference", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["talk", "user"]
    search_fields = ["talk__title", "talk__code", "user__name", "user__email"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
