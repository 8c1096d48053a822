"""What exhibitors who scan a badge may have: nothing that its owner did not tick."""

from crispy_forms.layout import Div, Layout
from django import forms

from scale.forms import helper

from ..models import Ticket

PHONE = "phone"
WORDS = [
    ("name", "my name"),
    ("organization", "my organization"),
    ("email", "my e-mail address"),
    (PHONE, "my phone number"),
]
LABEL = "An exhibitor who scans my badge gets"
TOO_YOUNG = "Nothing of anybody under 18 goes to exhibitors. Please untick it."
NO_PHONE = "Type the number that they may have, or untick the phone."


def shares_field():
    return forms.MultipleChoiceField(
        choices=WORDS,
        required=False,
        label=LABEL,
        help_text="Nothing, unless you tick it. You can change it any time on the ticket’s page.",
        widget=forms.CheckboxSelectMultiple(attrs={"data-shares": ""}),
    )


def phone_number(phone):
    if phone and sum(letter.isdigit() for letter in phone) < 6:
        raise forms.ValidationError("A phone number has at least six digits.")
    return phone


class PhoneField(forms.CharField):
    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def __init__(self, **kwargs):
        super().__init__(max_length=40, required=False, label="Your phone number", **kwargs)

    def clean(self, value):
        return phone_number(super().clean(value))


def phone_missing(said, errors):
    """Whether the phone is ticked and no number is known."""
    return PHONE in said.get("shares", ()) and not said.get("phone") and "phone" not in errors


class SharingForm(forms.Form):
    shares = shares_field()
    phone = PhoneField(help_text="Used for nothing else.")

    def __init__(self, *args, ticket: Ticket, **kwargs):
        known = {"shares": ticket.shares(), "phone": ticket.phone}
        super().__init__(*args, initial=known, **kwargs)
        self.fields["shares"].help_text = "Nothing, unless you tick it."
        self.helper = helper("Save")
        self.helper.layout = Layout(
            Div("shares", Div("phone", css_class="with-phone"), css_class="shares")
        )

    def clean(self):
        said = super().clean()
        if phone_missing(said, self.errors):
            self.add_error("phone", NO_PHONE)
        return said
