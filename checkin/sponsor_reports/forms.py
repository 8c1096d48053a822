from django import forms

from registration.forms.attendee import PlainTextField


class ReportsForm(forms.Form):
    """What the list is narrowed by; what cannot be read narrows nothing."""

    SHOWN = (("", "all"), ("waiting", "who has not had it"), ("sent", "who has had it"))
    SORTS = (("", "package"), ("name", "name"))
    q = PlainTextField(max_length=100, required=False, label="Sponsor")
    show = forms.ChoiceField(choices=SHOWN, required=False, label="Show")
    sort = forms.ChoiceField(choices=SORTS, required=False, label="By")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            css = "form-control" if name == "q" else "form-select"
            field.widget.attrs["class"] = css

    def value(self, name):
        return getattr(self, "cleaned_data", {}).get(name) or ""
