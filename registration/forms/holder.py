"""What a ticket's holder changes or asks for, and joining a waiting list."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from scale.forms import helper
from scale.text import canonical_email, plain

from ..models import Asked, Consent, SaleRules, Ticket, VisaRequest
from .attendee import PlainTextField
from .sharing import phone_number

NOTED = "We have noted what you told us. What you write here takes its place."


class CorrectForm(forms.ModelForm):
    """Badge facts. What someone needs is never shown again: others may have the link."""

    needs = forms.CharField(
        max_length=1000,
        required=False,
        label="What should we know so that you can take part?",
        help_text="Step-free ways, a seat in front, an interpreter … Seen by few, erased later.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    forget_needs = forms.BooleanField(required=False, label="Erase what you told us about this")

    class Meta:
        model = Ticket
        fields = (
            *("attendee_name", "attendee_email", "title", "organization", "pronouns"),
            *("postcode", "guardian_name", "guardian_phone", "no_photos", "consent"),
        )
        labels = {  # noqa: RUF012
            "attendee_name": "Name on the badge",
            "attendee_email": "E-mail address",
            "title": "Job title",
            "guardian_name": "Guardian’s name",
            "guardian_phone": "Guardian’s phone",
            "no_photos": "Please take no photos of me",
            "consent": "You may write to me about",
        }
        field_classes = dict.fromkeys(  # noqa: RUF012
            ("attendee_name", "title", "organization", "pronouns", "postcode", "guardian_name"),
            PlainTextField,
        )

    def __init__(self, *args, rules: SaleRules, **kwargs):
        super().__init__(*args, **kwargs)
        ticket = self.instance
        self.fields["attendee_name"].required = True
        for name in ("title", "organization", "pronouns", "postcode"):
            asked = getattr(rules, f"ask_{name}")
            if asked == Asked.NO and not getattr(ticket, name):
                del self.fields[name]
            else:
                self.fields[name].required = asked == Asked.REQUIRED
        self.is_minor = ticket.is_for_minor
        for name in ("guardian_name", "guardian_phone"):
            if self.is_minor:
                self.fields[name].required = True
            else:
                del self.fields[name]
        if self.is_minor:
            self.fields["consent"].choices = [
                one for one in Consent.choices if one[0] != Consent.OFFERS
            ]
        if ticket.accessibility_needs:
            self.fields["needs"].help_text = NOTED
        else:
            del self.fields["forget_needs"]
        if not rules.ask_accessibility and not ticket.accessibility_needs:
            del self.fields["needs"]
        self.helper = helper("Save")

    def clean_attendee_email(self):
        return canonical_email(self.cleaned_data["attendee_email"])

    def clean_guardian_phone(self):
        return phone_number(self.cleaned_data["guardian_phone"])

    def corrected(self) -> Ticket:
        """The ticket with what was typed, not saved."""
        ticket, said = self.instance, self.cleaned_data
        if said.get("forget_needs"):
            ticket.accessibility_needs = ""
        if said.get("needs"):
            ticket.accessibility_needs = said["needs"]
        if self.is_minor and not ticket.guardian_agreed_at:
            ticket.guardian_agreed_at = timezone.now()
        return ticket


class PassOnForm(forms.Form):
    name = PlainTextField(
        max_length=120,
        label="Who will have it?",
        help_text="The name as it is to stand on the badge.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        max_length=190,
        label="Their e-mail address",
        help_text="The ticket goes there, with a new code.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    guardian_name = PlainTextField(max_length=120, label="Guardian’s name")
    guardian_phone = PlainTextField(max_length=40, label="Guardian’s phone")

    def __init__(self, *args, ticket: Ticket, **kwargs):
        super().__init__(*args, **kwargs)
        if not ticket.ticket_type.for_minors:
            del self.fields["guardian_name"], self.fields["guardian_phone"]
        self.helper = helper("Pass it on")

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])

    def clean_guardian_phone(self):
        return phone_number(self.cleaned_data["guardian_phone"])


class GiveBackForm(forms.Form):
    why = forms.CharField(
        max_length=500,
        required=False,
        label="Why, if you want to say",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    helper = helper("Ask for it")

    def clean_why(self):
        return plain(self.cleaned_data["why"])


class LetterForm(forms.ModelForm):
    """What the embassy wants to read; all of it is erased afterwards."""

    class Meta:
        model = VisaRequest
        fields = ("full_name", "nationality", "passport_number", "born_on", "address")
        widgets = {  # noqa: RUF012
            "born_on": forms.DateInput(attrs={"type": "date"}),
            "address": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {"address": "Your address"}  # noqa: RUF012
        field_classes = dict.fromkeys(  # noqa: RUF012
            ("full_name", "nationality", "passport_number"), PlainTextField
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True
        self.helper = helper("Ask for the letter")

    def clean_born_on(self):
        day, today = self.cleaned_data["born_on"], dt.datetime.now(dt.UTC).date()
        if not today - dt.timedelta(days=130 * 366) <= day <= today:
            raise ValidationError("This cannot be a date of birth.")
        return day


class JoinForm(forms.Form):
    name = PlainTextField(
        max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        max_length=190,
        label="Your e-mail address",
        help_text="We write to it when a place is free.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    helper = helper("Put me on the list")

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])
