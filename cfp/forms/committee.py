"""What the committee fills in."""

from django import forms

from ..models import Decision, Talk, TalkKind, Track
from .fields import SHORT_TEXT, Line, Prose

# Every status, alone and with a decision that is not released: what `actions.stands` says.
STANDS = [
    *Talk.Status.values,
    *(f"{status}+{verdict}" for status in Talk.Status.values for verdict in Decision.Verdict),
]


class DecisionForm(forms.Form):
    """`seen` is how the talk stood when the chair looked, while deciding."""

    seen = forms.ChoiceField(choices=[(one, one) for one in STANDS], widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=Decision.Verdict)
    why = Prose(
        label="Why?",
        rows=3,
        required=False,
        max_length=SHORT_TEXT,
        help_text="For the committee only; the mail to the speakers does not say it.",
    )


class SeenForm(forms.Form):
    """The mark of what a page showed: `letters.mark`."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class BulkForm(forms.Form):
    """What happens to the talks that are ticked; what stays empty stays as it is."""

    talk = forms.ModelMultipleChoiceField(
        Talk.objects.none(),
        to_field_name="code",
        error_messages={
            "required": "Tick the talks first.",
            "invalid_choice": "One of the talks is not there any more.",
            "invalid_pk_value": "One of the talks is not there any more.",
        },
    )
    track = forms.ModelChoiceField(
        Track.objects.none(), required=False, empty_label="Track as it is", to_field_name="code"
    )
    kind = forms.ModelChoiceField(
        TalkKind.objects.none(), required=False, empty_label="Kind as it is", to_field_name="code"
    )
    verdict = forms.ChoiceField(
        label="Decision",
        choices=[("", "Decision as it is"), *Decision.Verdict.choices],
        required=False,
    )
    why = Line(max_length=250, required=False, label="Why? (for the committee)")

    def __init__(self, *args, reach, **kwargs):
        super().__init__(*args, **kwargs)
        tracks = reach.conference.tracks.all()
        if reach.decides is not None:
            tracks = tracks.filter(pk__in=reach.decides)
        self.fields["talk"].queryset = reach.to_decide()
        self.fields["track"].queryset = tracks
        self.fields["kind"].queryset = reach.conference.talk_kinds.all()

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in ("track", "kind", "verdict")):
            raise forms.ValidationError("Say what to change: a track, a kind or a decision.")
        return cleaned


class SavedViewForm(forms.Form):
    name = Line(max_length=60, label="Name of this view")


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
