"""What the committee fills in."""

from django import forms

from ..models import Decision, Talk
from .fields import SHORT_TEXT, Line, Prose


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
