from django import forms


class CountForm(forms.Form):
    """How many people sit in the room."""

    slot = forms.UUIDField(widget=forms.HiddenInput)
    people = forms.IntegerField(min_value=0, max_value=100_000)
    by = forms.CharField(max_length=80, required=False, label="Your name (if you like)")
