"""What the organisers of a track say about its call, and what it asks."""

from django import forms

from scale.forms import helper
from scale.time import from_wall, local

from ..models import Call, CallQuestion
from .fields import LONG_TEXT, SHORT_TEXT, Line, Prose, WallTimeField


class TrackCallForm(forms.ModelForm):
    """On the clocks of the conference."""

    opens_at = WallTimeField(label="Opens")
    closes_at = WallTimeField(label="Closes")
    text = Prose(
        label="What is expected",
        rows=8,
        required=False,
        max_length=LONG_TEXT,
        help_text="Shown on the call’s page. Markdown.",
    )
    helper = helper("Save")
    field_order = ("opens_at", "closes_at", "text")

    class Meta:
        model = Call
        fields = ("text",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        conference = self.instance.conference
        for name in ("opens_at", "closes_at"):
            instant = getattr(self.instance, name)
            self.initial[name] = local(instant, conference).replace(tzinfo=None)
            zone = conference.zone_at(instant)
            self.fields[name].help_text = f"On the clocks of {conference}: {zone}."

    def clean(self):
        said = super().clean()
        for name in ("opens_at", "closes_at"):
            if wall := said.pop(name, None):
                try:
                    said[name] = from_wall(wall, self.instance.conference)
                except (ValueError, OverflowError):
                    self.add_error(name, "There is no such time on those clocks.")
        opens, closes = said.get("opens_at"), said.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "It closes before it opens.")
        return said

    def content(self):
        return {name: self.cleaned_data[name] for name in ("text", "opens_at", "closes_at")}


class QuestionForm(forms.ModelForm):
    text = Line(max_length=200, label="Question")
    help_text = Line(max_length=250, required=False, label="A word of help")
    choices = Prose(
        rows=4,
        required=False,
        max_length=SHORT_TEXT,
        help_text="One choice a line, where the answer is one of several.",
    )

    class Meta:
        model = CallQuestion
        fields = (
            *("text", "help_text", "kind", "choices", "kinds", "is_required"),
            *("shown_to_reviewers", "is_personal"),
        )
        widgets = {"kinds": forms.CheckboxSelectMultiple}
        labels = {"kind": "Answer", "kinds": "Only for"}
        help_texts = {"kinds": "Nothing ticked: for every kind of talk."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kinds"].queryset = self.instance.conference.talk_kinds.all()

    def content(self):
        said = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return said | {"kinds": list(said["kinds"])}
