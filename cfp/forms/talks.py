"""A talk and its profile as speakers write them; what they say later."""

from django import forms
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from scale import uploads
from scale.forms import helper

from ..models import Calls, Equipment, Speaker, Talk, TalkKind, TalkSpeaker, Track, new_talk_code
from ..steps import NEEDED, asked
from .fields import LONG_TEXT, SHORT_TEXT, KindField, Line, Links, Prose, usual_minutes
from .questions import Questions


class StepForm(forms.ModelForm):
    """Some fields of a talk as its speaker writes them. `seen` marks what they began to change."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, calls: Calls, **kwargs):
        super().__init__(*args, **kwargs)
        self.calls = calls
        self.set_up()
        if self.instance.pk:
            self.fields["seen"].initial = self.mark_of(self.instance)
        else:
            del self.fields["seen"]

    def set_up(self):
        """Fit the fields to the talk."""

    def written(self):
        """The names of what an action writes."""
        return [name for name in self.fields if name in self._meta.fields]

    def mark_of(self, talk):
        return talk.content_mark(self.written())

    def content(self):
        """What an action writes."""
        return {name: self.cleaned_data[name] for name in self.written()}

    def show_changes(self, error):
        """Beside what was typed, what is saved by now; sent again, this form replaces it."""
        self.add_error(None, str(error))
        self.data = self.data.copy()
        self.data["seen"] = self.mark_of(error.talk)
        self.saved_now = [(self[name].label, error.talk.said_of(name)) for name in error.differs]

    @property
    def is_draft(self):
        return self.instance.status == Talk.Status.DRAFT

    def _leave_out_what_offers_nothing(self, *names):
        for name in names:
            if not self.fields[name].queryset.exists():
                del self.fields[name]


class TalkForm(StepForm):
    """What the talk is. A draft needs a title; what is handed in needs the rest too."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)
    title = Line(max_length=250)
    abstract = Prose(
        label="Short abstract",
        max_length=1200,
        help_text="For the schedule: what is it about, and for whom? At most 1,200 characters.",
    )
    description = Prose(
        label="Full description",
        rows=10,
        max_length=LONG_TEXT,
        help_text="The page of your talk. You can use Markdown: **bold**, lists, links.",
    )
    track = forms.ModelChoiceField(Track.objects.none(), empty_label="Choose…")
    second_track = forms.ModelChoiceField(
        Track.objects.none(),
        required=False,
        empty_label="None",
        label="Second choice of track",
        help_text="Where it would fit too.",
    )
    kind = KindField(TalkKind.objects.none(), empty_label="Choose…")
    minutes = forms.IntegerField(
        label="Length in minutes",
        required=False,
        help_text="Leave it empty for the usual length.",
    )
    language = Line(max_length=20)

    class Meta:
        model = Talk
        fields = [
            *("title", "abstract", "description", "track", "second_track", "kind", "minutes"),
            *("level", "language"),
        ]

    def __init__(self, *args, user, access=None, **kwargs):
        self.user, self.access = user, access
        super().__init__(*args, **kwargs)

    def set_up(self):
        self.fields["description"].widget.attrs["data-preview"] = reverse("cfp:preview")
        self._choices()
        if self.instance.pk:
            del self.fields["once"]
        else:
            self.fields["once"].initial = self._signer().sign(new_talk_code())
        if self.instance.is_public:
            self._fix_what_was_agreed()
        elif not self.instance.pk or self.instance.minutes == usual_minutes(self.instance.kind):
            self.initial["minutes"] = None  # so that it follows when the kind changes
        if self.instance.is_public or (self.is_bound and self.is_draft):
            self._require(False)

    def _require(self, is_required):
        for name in set(NEEDED) & set(self.fields):
            self.fields[name].required = is_required

    def _choices(self):
        """Of this edition; of the tracks, those that take submissions now."""
        talk = self.instance
        conference = talk.conference
        kept = [one.pk for one in self.calls.tracks_for(talk, self.access or talk.access_now())]
        self.fields["track"].queryset = conference.tracks.filter(pk__in=kept)
        self.fields["second_track"].queryset = conference.tracks.filter(
            pk__in=[*kept, talk.second_track_id]
        )
        kinds = conference.talk_kinds.filter(is_offered=True)
        if talk.kind_id:
            kinds = kinds | conference.talk_kinds.filter(pk=talk.kind_id)
        self.fields["kind"].queryset = kinds
        self._leave_out_what_offers_nothing("track", "second_track", "kind")

    def _fix_what_was_agreed(self):
        for name in {"track", "second_track", "kind", "minutes"} & set(self.fields):
            self.fields[name].disabled = True
            self.fields[name].help_text = "Agreed with the committee; ask them to change it."

    def _signer(self):
        return Signer(salt=f"cfp.new-talk:{self.user.pk}:{self.instance.conference_id}")

    def clean_once(self):
        """The code that the new talk will have; a form that was tampered with gets another."""
        try:
            return self._signer().unsign(self.cleaned_data["once"])
        except BadSignature:
            return new_talk_code()

    def clean(self):
        cleaned = super().clean()
        if "minutes" in cleaned and cleaned["minutes"] is None:
            cleaned["minutes"] = usual_minutes(cleaned.get("kind"))
        if cleaned.get("second_track") and cleaned["second_track"] == cleaned.get("track"):
            cleaned["second_track"] = None
        self._require(not self.instance.is_public)  # shown again, the page marks them as before
        return cleaned


class NeedsForm(StepForm):
    """What the talk needs, and what its call asks beside the usual."""

    equipment = forms.ModelMultipleChoiceField(
        Equipment.objects.none(),
        required=False,
        label="What you need in the room",
        widget=forms.CheckboxSelectMultiple,
    )
    equipment_note = Line(max_length=250, required=False, label="Other needs")
    expected_audience = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100_000,
        label="How many people do you expect?",
        help_text="A guess helps us to choose a room.",
    )
    links = Links(
        label="Links",
        help_text="Earlier talks, slides or code: one address a line, ten at most.",
    )
    notes = Prose(
        label="Notes to the committee",
        required=False,
        max_length=SHORT_TEXT,
        help_text="Only the people who review see this.",
    )
    is_first_time = forms.BooleanField(
        required=False, label="I have not given a talk at a conference before"
    )
    may_record = forms.BooleanField(required=False, label="My talk may be recorded and published")

    class Meta:
        model = Talk
        fields = [
            *("equipment", "equipment_note", "expected_audience", "links", "notes"),
            *("is_first_time", "may_record"),
        ]

    def set_up(self):
        self.fields["equipment"].queryset = self.instance.conference.equipment.all()
        self._leave_out_what_offers_nothing("equipment")
        self.questions = Questions(self, asked(self.instance), self.calls.now)

    def written(self):
        return [*super().written(), *(["answers"] if self.questions.rows else [])]

    def clean(self):
        cleaned = super().clean()
        cleaned["answers"] = self.questions.answers(cleaned)
        return cleaned


class ProfileForm(forms.ModelForm):
    """What the public reads about a speaker."""

    name = Line(max_length=200, help_text="As the schedule and your badge show it.")
    pronouns = Line(max_length=40, required=False)
    organization = Line(max_length=160, required=False)
    biography = Prose(
        rows=5,
        required=False,
        max_length=SHORT_TEXT,
        help_text="A few sentences for the page of your talk. You can use Markdown.",
    )
    website = forms.URLField(required=False, max_length=200, assume_scheme="https")
    photo = forms.FileField(
        required=False,
        label="Photo",
        help_text=f"{uploads.PICTURES} It is shown in public.",
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
    )
    remove_photo = forms.BooleanField(required=False, label="Take my photo away")
    helper = helper("Save")

    class Meta:
        model = Speaker
        fields = ("name", "pronouns", "organization", "biography", "website")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.photo:
            del self.fields["remove_photo"]

    def clean_photo(self):
        upload = self.cleaned_data["photo"]
        return uploads.clean_picture(upload, size=800, square=True) if upload else None

    def content(self):
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def new_photo(self):
        """For `actions.save_profile`: a picture, False to remove the old one, or None."""
        return self.cleaned_data["photo"] or (
            False if self.cleaned_data.get("remove_photo") else None
        )


class LeaveForm(forms.Form):
    """Why a talk is declined or withdrawn."""

    reason = Prose(
        label="Why? (if you like)",
        rows=3,
        required=False,
        max_length=SHORT_TEXT,
        help_text="Only the committee reads this.",
    )


class ConfirmForm(LeaveForm):
    """Yes with what the day needs, or no with a reason."""

    day_phone = Line(
        max_length=40,
        required=False,
        label="Phone for the day",
        help_text="Should you be missed. Only the committee sees it; it is erased afterwards.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    may_record = forms.BooleanField(required=False, label="My talk may be recorded and published")
    licence = forms.ChoiceField(
        required=False,
        label="Licence of the recording",
        choices=[("", "Choose…"), *Talk.Licence.choices],
    )

    def __init__(self, *args, talk, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {name: getattr(talk, name) for name in ("may_record", "licence")}
        self.links = list(talk.talk_speakers.all())
        for link in self.links:
            self.fields[f"shirt-{link.pk}"] = forms.ChoiceField(
                required=False,
                label=f"Shirt size of {link.speaker.name}",
                choices=[("", "Choose…"), *TalkSpeaker.Shirt.choices],
            )

    def shirts(self):
        """For the template: the fields of everyone's shirt."""
        return [self[f"shirt-{link.pk}"] for link in self.links]

    def yes(self):
        """What `actions.confirm_talk` takes."""
        said = self.cleaned_data
        shirts = {link.pk: said[f"shirt-{link.pk}"] for link in self.links}
        names = ("may_record", "licence", "day_phone")
        return {name: said[name] for name in names} | {"shirts": shirts}
