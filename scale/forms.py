import uuid

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from .models import Conference
from .text import canonical_email


def helper(label: str, *, action: str = "", css: str = "btn-main") -> FormHelper:
    """The one look of every form: labels above, one filled button below."""
    made = FormHelper()
    made.form_action = action
    made.attrs = {"novalidate": True}
    button = Submit("submit", label, css_class=css)
    button.field_classes = f"btn {css}"
    made.add_input(button)
    return made


def plain_button(name: str, label: str) -> Submit:
    """Another way to send the form, beside the filled button."""
    button = Submit(name, label, css_class="btn-plain")
    button.field_classes = "btn btn-plain"
    return button


class MadeIdField(forms.UUIDField):
    """An id that a device or a page made once, for what it sends.

    MariaDB refuses to keep some of those that RFC 4122 does not know, such as
    358f6720-3461-ed83-6656-d0b0fcda845d; nobody has a reason to make any.
    """

    def to_python(self, value):
        found = super().to_python(value)
        if found and found.variant != uuid.RFC_4122:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class SignupNameForm(forms.Form):
    """Asked beside address and password when someone signs up."""

    name = forms.CharField(
        max_length=120,
        label="Your name",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ["name", "email", "password1"]

    def signup(self, request, user):
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class NextEditionForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Such as SCALE 25x.")
    slug = forms.CharField(
        max_length=20,
        label="Address",
        help_text="The first part of its addresses, such as 25x.",
        validators=Conference._meta.get_field("slug").validators,
    )
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    helper = helper("Make the next edition")

    def clean_slug(self):
        if Conference.objects.filter(slug=self.cleaned_data["slug"]).exists():
            raise ValidationError("There is an edition at this address already.")
        return self.cleaned_data["slug"]

    def clean_starts_on(self):
        """Years that no calendar of ours reaches are slips of the finger."""
        day = self.cleaned_data["starts_on"]
        if not 2000 <= day.year <= 2999:
            raise ValidationError("A day of this millennium, please.")
        return day


class PersonForm(forms.Form):
    email = forms.EmailField(max_length=190, label="E-mail address of the person")
    helper = helper("Look")

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])


class ConfirmForm(forms.Form):
    """For what cannot be undone: the word has to be typed."""

    word = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args, word, **kwargs):
        super().__init__(*args, **kwargs)
        self.wanted = word
        self.fields["word"].label = f"Type {word} to go on"

    def clean_word(self):
        if self.cleaned_data["word"].strip() != self.wanted:
            raise ValidationError(f"This is not {self.wanted}.")
        return self.wanted


class EraseForm(ConfirmForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, word="erase", **kwargs)


class EraseDateForm(forms.Form):
    """When the personal data of a closed edition goes."""

    erase_on = forms.DateField(
        label="Erase personal data on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: it stays until someone sets a day. What is erased does not come back.",
    )

    def __init__(self, *args, conference, **kwargs):
        initial = {"erase_on": conference.erase_personal_data_on}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.conference = conference
        self.helper = helper("Save the day")

    def clean_erase_on(self):
        day = self.cleaned_data["erase_on"]
        if day and day <= max(self.conference.today(), self.conference.ends_on):
            raise ValidationError("This must be a day after the edition, and not yet come.")
        return day


class CloseForm(EraseDateForm, ConfirmForm):
    field_order = ["erase_on", "word"]

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, conference=conference, word=conference.slug, **kwargs)
        self.helper = helper("Close this edition")


class MailSearchForm(forms.Form):
    q = forms.CharField(max_length=100, required=False, label="Name, address or subject")
    status = forms.ChoiceField(
        required=False,
        label="Which",
        choices=[("", "All of them"), ("in_doubt", "Maybe sent"), ("failed", "Not sent")],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["class"] = "form-control"
        self.fields["status"].widget.attrs["class"] = "form-select"

    def narrow(self, rows):
        """The rows that were asked for; what cannot be understood finds nothing."""
        if not self.is_valid():
            return rows.none()
        if status := self.cleaned_data["status"]:
            rows = rows.filter(status=status)
        if q := self.cleaned_data["q"]:
            hit = Q(to_address__icontains=q) | Q(to_name__icontains=q) | Q(subject__icontains=q)
            rows = rows.filter(hit)
        return rows
