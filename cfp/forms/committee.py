"""What the committee fills in."""

from django import forms

from ..models import Decision, ReviewTag, Talk, TalkKind, Track
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


class TrackAndKind(forms.Form):
    """Into which track, among those that the person decides on, and of which kind."""

    track = forms.ModelChoiceField(
        Track.objects.none(), required=False, empty_label="Track as it is", to_field_name="code"
    )
    kind = forms.ModelChoiceField(
        TalkKind.objects.none(), required=False, empty_label="Kind as it is", to_field_name="code"
    )

    def __init__(self, *args, reach, **kwargs):
        super().__init__(*args, **kwargs)
        tracks = reach.conference.tracks.all()
        if reach.decides is not None:
            tracks = tracks.filter(pk__in=reach.decides)
        self.fields["track"].queryset = tracks
        self.fields["kind"].queryset = reach.conference.talk_kinds.all()


class BulkForm(TrackAndKind):
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
    add_tag = forms.ModelChoiceField(
        ReviewTag.objects.none(), required=False, empty_label="Tags as they are"
    )
    drop_tag = forms.ModelChoiceField(
        ReviewTag.objects.none(), required=False, empty_label="Tags as they are", label="Take off"
    )
    verdict = forms.ChoiceField(
        label="Decision",
        choices=[("", "Decision as it is"), *Decision.Verdict.choices],
        required=False,
    )
    why = Line(max_length=250, required=False, label="Why? (for the committee)")

    def __init__(self, *args, reach, **kwargs):
        super().__init__(*args, reach=reach, **kwargs)
        self.fields["talk"].queryset = reach.to_decide()
        tags = ReviewTag.objects.filter(conference=reach.conference)
        for name in ("add_tag", "drop_tag"):
            field = self.fields[name]
            field.queryset = tags
            field.choices = [("", field.empty_label), *((tag.pk, tag.name) for tag in tags)]

    def clean(self):
        cleaned = super().clean()
        wanted = ("track", "kind", "verdict", "add_tag", "drop_tag")
        if not any(cleaned.get(name) for name in wanted):
            raise forms.ValidationError("Say what to change: a track, a kind, a tag or a decision.")
        return cleaned


class RowForm(TrackAndKind):
    """One row of the table: it holds what the row shows, and `seen` is the mark of that."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    tags = forms.ModelMultipleChoiceField(
        ReviewTag.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    verdict = forms.ChoiceField(label="Decision", required=False)
    why = Line(max_length=250, required=False, label="Why? (for the committee)")

    def __init__(self, *args, reach, talk, **kwargs):
        super().__init__(*args, reach=reach, **kwargs)
        self.fields["tags"].queryset = ReviewTag.objects.filter(conference=reach.conference)
        for name in ("track", "kind"):
            if getattr(talk, name):
                self.fields[name].empty_label = None
                self.fields[name].required = True
            else:
                self.fields[name].empty_label = f"No {name}"
        verdicts = [(v.value, v.label) for v in Decision.Verdict if self._may(talk, v)]
        if talk.is_kept_away or not verdicts:
            del self.fields["verdict"], self.fields["why"]
        else:
            self.fields["verdict"].choices = [("", "No decision"), *verdicts]

    def _may(self, talk, verdict):
        held = talk.pending and talk.pending.verdict == verdict
        return held or talk.can_become(Decision.BECOMES[verdict])


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
