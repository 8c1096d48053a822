from django import forms

from ..models import Talk
from .fields import LONG_TEXT, SHORT_TEXT, Line, Prose


class ChangeForm(forms.ModelForm):
    """What a speaker may change or ask for when the call is closed."""

    title = Line(max_length=250)
    abstract = Prose(label="Short abstract", max_length=1200, required=False)
    description = Prose(label="Full description", rows=10, max_length=LONG_TEXT, required=False)
    language = Line(max_length=20)
    equipment_note = Line(max_length=250, required=False, label="Other needs")
    expected_audience = forms.IntegerField(
        required=False, min_value=0, max_value=100_000, label="How many people do you expect?"
    )
    why = Prose(label="Why? (if you like)", rows=2, required=False, max_length=SHORT_TEXT)

    class Meta:
        model = Talk
        fields = [
            *("title", "abstract", "description", "level", "language", "equipment_note"),
            "expected_audience",
        ]

    def wanted(self):
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class ChangeAnswerForm(forms.Form):
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    do = forms.ChoiceField(choices=[("accept", "Accept"), ("refuse", "Refuse")])
    answer = Prose(
        label="A sentence for the speaker", rows=2, required=False, max_length=SHORT_TEXT
    )
