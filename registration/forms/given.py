"""Free tickets at the desk: given to somebody, and taken back."""

from django import forms

from scale.forms import helper
from scale.text import canonical_email

from ..models import TicketType
from .attendee import PlainTextField


class GiveForm(forms.Form):
    name = PlainTextField(max_length=120, label="Name on the badge")
    email = forms.EmailField(
        max_length=190,
        label="E-mail address",
        help_text="The ticket goes there. Who holds one already gets the ribbon on the same badge.",
    )
    type = forms.ModelChoiceField(
        TicketType.objects.none(), to_field_name="code", empty_label=None, label="Ticket"
    )
    role = forms.SlugField(
        max_length=20, required=False, label="Ribbon", help_text="Such as speaker, press or staff."
    )
    why = PlainTextField(max_length=120, label="Why")
    helper = helper("Give the ticket")

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = TicketType.objects.filter(conference=conference)

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])


class TakeBackForm(forms.Form):
    why = PlainTextField(max_length=120, label="Why")
    helper = helper("Take the ticket back")
