import datetime as dt

from django import forms

from registration.forms.attendee import PlainTextField
from scale.forms import helper, plain_button
from scale.text import canonical_email, printable
from scale.time import local

from ..models import BoothApplication, Package
from ..models.organizations import WEB_ADDRESS
from .fields import date_input

Status = BoothApplication.Status
SECOND = dt.timedelta(seconds=1)


class ApplicationForm(forms.Form):
    """What a project writes."""

    name = PlainTextField(max_length=160, label="Name of the project")
    website = forms.URLField(
        required=False, assume_scheme="https", max_length=200, validators=[WEB_ADDRESS]
    )
    about = forms.CharField(
        max_length=3000,
        label="What is it, and what will you show?",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    needs = forms.CharField(
        required=False,
        max_length=1000,
        label="What do you need?",
        help_text="Such as power, a second table, internet.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contact_name = PlainTextField(
        max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        max_length=190,
        label="Your e-mail address",
        help_text="We write to it.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    conduct = forms.BooleanField(label="We all keep to the code of conduct")
    helper = helper("Ask for a booth")

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])

    def clean_about(self):
        return printable(self.cleaned_data["about"])

    def clean_needs(self):
        return printable(self.cleaned_data["needs"])

    @property
    def facts(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "conduct"}


class DecisionForm(forms.Form):
    """`was` is what the one who decides saw; two who decide at once find out."""

    was = forms.CharField(widget=forms.HiddenInput)
    status = forms.ChoiceField(label="Decision", widget=forms.RadioSelect)
    organization = forms.ModelChoiceField(
        None,
        required=False,
        label="If accepted: it is this one",
        empty_label="none of them, a new organization",
    )
    words = forms.CharField(
        required=False,
        max_length=3000,
        label="Words of your own in the mail",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, application, **kwargs):
        kwargs["initial"] = {"was": application.status}
        super().__init__(*args, **kwargs)
        words = {
            Status.ACCEPTED: "Accept",
            Status.WAITLISTED: "Waiting list",
            Status.DECLINED: "Decline",
        }
        self.fields["status"].choices = [(one, words[one]) for one in application.next_steps]
        self.fields["organization"].queryset = likely = application.likely()
        if first := likely.first():
            self.initial["organization"] = first.pk
        else:
            del self.fields["organization"]
        self.helper = helper("Decide and send the mail")
        self.helper.add_input(plain_button("look", "Look at the mail first"))

    def clean_words(self):
        return printable(self.cleaned_data["words"]).strip()


class ApplicationSearchForm(forms.Form):
    q = forms.CharField(max_length=100, required=False, label="Project or person")
    status = forms.ChoiceField(
        required=False, label="State", choices=[("", "all"), *Status.choices]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs = {"class": "form-control", "type": "search"}
        self.fields["status"].widget.attrs = {"class": "form-select"}

    def narrow(self, rows):
        """What was asked for; what cannot be understood finds nothing."""
        if not self.is_valid():
            return rows.none()
        if status := self.cleaned_data["status"]:
            rows = rows.filter(status=status)
        return rows.search(self.cleaned_data["q"]) if self.cleaned_data["q"] else rows


class BoothCallForm(forms.Form):
    """Days on the clocks of the conference, both included."""

    opens_on = forms.DateField(label="Open from", widget=date_input())
    closes_on = forms.DateField(label="Last day", widget=date_input())
    package = forms.ModelChoiceField(
        None, label="Package of accepted projects", empty_label="Choose a package"
    )
    introduction = forms.CharField(
        required=False,
        max_length=4000,
        label="Text above the form",
        help_text="Markdown.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args, conference, call=None, **kwargs):
        if call:
            kwargs["initial"] = {
                "opens_on": local(call.opens_at, conference).date(),
                "closes_on": local(call.closes_at, conference).date(),
                "package": call.package_id,
                "introduction": call.introduction,
            }
        super().__init__(*args, **kwargs)
        self.conference = conference
        self.fields["package"].queryset = Package.objects.filter(conference=conference)
        self.helper = helper("Save")

    def clean(self):
        data = super().clean()
        first, last = data.get("opens_on"), data.get("closes_on")
        for name, day in (("opens_on", first), ("closes_on", last)):
            if day and not 2000 <= day.year <= 2999:
                self.add_error(name, "A day of this millennium, please.")
        if first and last and last < first:
            self.add_error("closes_on", "This is before the first day.")
        return data

    @property
    def facts(self):
        data = self.cleaned_data
        first = self.conference.day_bounds(data["opens_on"])[0]
        # A second before midnight, so that the last day is the one that was typed.
        last = self.conference.day_bounds(data["closes_on"])[1]
        return {
            "opens_at": first,
            "closes_at": last - SECOND,
            "package": data["package"],
            "introduction": data["introduction"],
        }
