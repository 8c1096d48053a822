from django import forms

from scale.text import canonical_email

from .fields import Line


class InviteForm(forms.Form):
    email = forms.EmailField(label="E-mail address of the co-speaker", max_length=190)
    name = Line(label="Name", max_length=200, required=False)

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])


class OrderForm(forms.Form):
    """A place for each speaker of a talk, and whom the committee asks first."""

    contact = forms.TypedChoiceField(
        label="Primary contact", coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args, links, contact_id, **kwargs):
        super().__init__(*args, **kwargs)
        self.links = links
        places = [(number, str(number)) for number in range(1, len(links) + 1)]
        people = [(link.pk, link.speaker.name) for link in links]
        self.fields["contact"].choices = [("", "Whoever comes first"), *people]
        self.initial["contact"] = next(
            (link.pk for link in links if link.speaker_id == contact_id), ""
        )
        for number, link in enumerate(links, start=1):
            self.fields[f"place-{link.pk}"] = forms.TypedChoiceField(
                choices=places, coerce=int, initial=number, label=f"Place of {link.speaker.name}"
            )

    def ordered(self):
        """Of two on the same place, who stood first before."""
        place = {link.pk: self.cleaned_data[f"place-{link.pk}"] for link in self.links}
        return sorted(place, key=place.__getitem__)
