"""Staff's answer to what a holder asked for."""

from django import forms

from scale import money
from scale.forms import helper

from .acts import amount_field


class AnswerForm(forms.Form):
    """Yes or no, with a sentence for whoever asked."""

    says = forms.ChoiceField(
        label="Answer", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect
    )
    answer = forms.CharField(
        max_length=500,
        required=False,
        label="A sentence for them",
        help_text="It stands in the mail that tells them.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Answer", css="btn-plain")

    @property
    def is_yes(self):
        return self.cleaned_data["says"] == "yes"


class CancellationAnswerForm(AnswerForm):
    keep = amount_field(
        "Fee that we keep", required=False, help_text="Empty: everything it cost is owed back."
    )

    field_order = ["says", "keep", "answer"]

    def clean_keep(self):
        return self.cleaned_data["keep"] or money.ZERO
