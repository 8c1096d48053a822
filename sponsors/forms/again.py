from django import forms
from django.core.exceptions import ValidationError

from ..models import Package


class EarlierForm(forms.Form):
    """Of which edition the sponsors are asked again."""

    since = forms.ChoiceField(required=False, label="Sponsors of")

    def __init__(self, *args, editions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["since"].choices = [(one.slug, one.name) for one in editions]
        self.fields["since"].widget.attrs = {"class": "form-select"}


class AskAgainForm(forms.Form):
    """`chosen` are the ticked deals; its boxes stand in the table."""

    chosen = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "Tick the ones you want to ask."}
    )
    otherwise = forms.ModelChoiceField(
        Package.objects.none(),
        required=False,
        empty_label="Choose a package",
        label="Package for those whose package is not sold any more",
    )

    def __init__(self, *args, conference, deals, missing, **kwargs):
        super().__init__(*args, **kwargs)
        self.missing = {deal.pk for deal in missing}
        self.fields["chosen"].choices = [(deal.pk, str(deal.organization_id)) for deal in deals]
        self.fields["otherwise"].queryset = Package.objects.filter(conference=conference)
        self.fields["otherwise"].widget.attrs = {"class": "form-select"}

    def clean_otherwise(self):
        package = self.cleaned_data["otherwise"]
        if not package and self.missing & set(self.cleaned_data.get("chosen", [])):
            raise ValidationError("Some that you ticked need one.")
        return package
