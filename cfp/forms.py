import re

from django import forms
from django.core.signing import BadSignature, Signer

from scale import text, uploads
from scale.forms import helper

from .models import (
    Calls,
    Decision,
    Equipment,
    Review,
    Speaker,
    Talk,
    TalkKind,
    Track,
    new_talk_code,
)

# Characters that no keyboard types and that break feeds; NUL is refused aloud instead.
INVISIBLE = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONG_TEXT = 20_000
SHORT_TEXT = 5_000


def posted(request):
    """A form's data, also where every field was left empty; None while it is only shown."""
    return request.POST if request.method == "POST" else None


class Line(forms.CharField):
    """One line of text."""

    def to_python(self, value):
        return text.plain(INVISIBLE.sub("", super().to_python(value)))


class Prose(forms.CharField):
    """Text of several lines. A browser sends a line break as two characters; it counts as one.

    Without `maxlength` in the page: browsers would cut what is pasted without a word.
    """

    def __init__(self, *, rows=4, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return INVISIBLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))

    def widget_attrs(self, widget):
        return {name: v for name, v in super().widget_attrs(widget).items() if name != "maxlength"}


class KindField(forms.ModelChoiceField):
    def label_from_instance(self, kind):
        return f"{kind.name} ({kind.minutes} minutes)"


def usual_minutes(kind):
    return kind.minutes if kind else Talk._meta.get_field("minutes").default


class TalkForm(forms.ModelForm):
    """A talk as its speaker writes it. A draft needs a title; `submitting` needs the rest too."""

    NEEDED = ("abstract", "description", "track", "kind")

    once = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
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
    notes = Prose(
        label="Notes to the committee",
        required=False,
        max_length=SHORT_TEXT,
        help_text="Only the people who review see this.",
    )
    track = forms.ModelChoiceField(Track.objects.none(), empty_label="Choose…")
    kind = KindField(TalkKind.objects.none(), empty_label="Choose…")
    minutes = forms.IntegerField(
        label="Length in minutes",
        required=False,
        help_text="Leave it empty for the usual length.",
    )
    language = Line(max_length=20)
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
    may_record = forms.BooleanField(required=False, label="My talk may be recorded and published")

    class Meta:
        model = Talk
        fields = [
            *("title", "abstract", "description", "notes", "track", "kind", "minutes", "level"),
            *("language", "equipment", "equipment_note", "expected_audience", "may_record"),
        ]

    def __init__(self, *args, calls: Calls, user, submitting=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.submitting, self.user = submitting, user
        self._choices(calls)
        if self.instance.pk:
            del self.fields["once"]
            self.fields["seen"].initial = self.instance.content_mark()
            if self.instance.is_public:
                self._fix_what_was_agreed()
            elif self.instance.minutes == usual_minutes(self.instance.kind):
                self.initial["minutes"] = None  # so that it follows when the kind changes
        else:
            del self.fields["seen"]
            self.initial["minutes"] = None
            self.fields["once"].initial = self._signer().sign(new_talk_code())
        if self.instance.is_public or (self.is_bound and not submitting):
            for name in set(self.NEEDED) & set(self.fields):
                self.fields[name].required = False

    def _choices(self, calls):
        """Of this edition; of the tracks, those that take submissions now."""
        conference = self.instance.conference
        tracks = calls.open_tracks(conference) or list(conference.tracks.all())
        kept = [track.pk for track in tracks] + [self.instance.track_id]
        self.fields["track"].queryset = conference.tracks.filter(pk__in=kept)
        kinds = conference.talk_kinds.filter(is_offered=True)
        if self.instance.kind_id:
            kinds = kinds | conference.talk_kinds.filter(pk=self.instance.kind_id)
        self.fields["kind"].queryset = kinds
        self.fields["equipment"].queryset = conference.equipment.all()
        for name in ("track", "kind", "equipment"):
            if not self.fields[name].queryset.exists():
                del self.fields[name]

    def _fix_what_was_agreed(self):
        for name in {"track", "kind", "minutes"} & set(self.fields):
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
        return cleaned

    def content(self):
        """What an action writes."""
        return {n: v for n, v in self.cleaned_data.items() if n not in ("once", "seen")}

    def show_changes(self, error):
        """Beside what was typed, what is saved by now; sent again, this form replaces it."""
        self.add_error(None, str(error))
        self.data = self.data.copy()
        self.data["seen"] = error.talk.content_mark()
        self.saved_now = [(self[name].label, error.talk.said_of(name)) for name in error.differs]


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

    PROFILE = ("name", "pronouns", "organization", "biography", "website")

    class Meta:
        model = Speaker
        fields = ("name", "pronouns", "organization", "biography", "website")


class ProfilePageForm(ProfileForm):
    photo = forms.FileField(
        required=False,
        label="Photo",
        help_text="PNG, JPEG, WebP or GIF, at most 5 MB. It is shown in public.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    remove_photo = forms.BooleanField(required=False, label="Take my photo away")
    helper = helper("Save")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.photo:
            del self.fields["remove_photo"]

    def clean_photo(self):
        upload = self.cleaned_data["photo"]
        return uploads.clean_picture(upload, size=800) if upload else None

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
    may_record = forms.BooleanField(required=False, label="My talk may be recorded and published")


class ReviewForm(forms.ModelForm):
    SCORES = [
        (1, "No"),
        (2, "Rather not"),
        (3, "Maybe"),
        (4, "Yes"),
        (5, "Must have"),
    ]
    score = forms.TypedChoiceField(
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a score from 1 to 5."},
    )
    comment = Prose(
        rows=5, required=False, max_length=SHORT_TEXT, help_text="For the committee only."
    )

    class Meta:
        model = Review
        fields = ["score", "comment"]


class DecisionForm(forms.Form):
    """`seen` is the status that the chair looked at while deciding."""

    seen = forms.ChoiceField(choices=Talk.Status, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=Decision.Verdict)
    why = Prose(
        label="Why?",
        rows=3,
        required=False,
        max_length=SHORT_TEXT,
        help_text="For the committee only; the mail to the speakers does not say it.",
    )


class CancelForm(forms.Form):
    reason = Prose(
        rows=3,
        max_length=SHORT_TEXT,
        help_text="The speakers read this in the mail they get.",
    )


class RenameForm(forms.Form):
    title = Line(max_length=250)


class PutBackForm(forms.Form):
    WORDS = {
        Talk.Status.SUBMITTED: "back to the committee",
        Talk.Status.CONFIRMED: "confirmed (a yes by telephone counts)",
    }
    status = forms.ChoiceField(label="The talk is")

    def __init__(self, *args, talk, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [
            (status, words) for status, words in self.WORDS.items() if talk.can_become(status)
        ]


class Filter(forms.Form):
    """Words, track and state in the link of a list; what makes no sense counts as not given."""

    q = Line(max_length=100, required=False, label="Search")

    def __init__(self, data, *, conference, **choices):
        super().__init__(data)
        tracks = [(track.code, track.name) for track in conference.tracks.all()]
        if tracks:
            choices = {"track": [("", "Every track"), *tracks], **choices}
        for name, values in choices.items():
            self.fields[name] = forms.ChoiceField(choices=values, required=False)

    def chosen(self):
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}
