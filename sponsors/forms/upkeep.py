"""What is asked beside a finding."""

from django import forms
from django.core.exceptions import ValidationError

from .fields import committee


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(None, label="Looked after by")

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = committee(conference)


class StepForm(forms.Form):
    due_on = forms.DateField(label="On")
    what = forms.CharField(max_length=200, label="To do what")

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = conference.today()

    def clean_due_on(self):
        if self.cleaned_data["due_on"] < self.today:
            raise ValidationError("This day has passed.")
        return self.cleaned_data["due_on"]
