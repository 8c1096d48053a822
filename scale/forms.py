from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError

from .models import Conference
from .models.conference import validate_slug_free


def helper(label: str, *, action: str = "", css: str = "btn-main") -> FormHelper:
    """The one look of every form: labels above, one filled button below."""
    made = FormHelper()
    made.form_action = action
    made.attrs = {"novalidate": True}
    button = Submit("submit", label, css_class=css)
    button.field_classes = f"btn {css}"
    made.add_input(button)
    return made


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
    slug = forms.SlugField(
        max_length=20,
        label="Address",
        help_text="The first part of its addresses, such as 25x.",
        validators=[validate_slug_free],
    )
    starts_on = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    helper = helper("Make the next edition")

    def clean_slug(self):
        slug = self.cleaned_data["slug"].lower()
        if Conference.objects.filter(slug=slug).exists():
            raise ValidationError("There is an edition at this address already.")
        return slug


class PersonForm(forms.Form):
    email = forms.EmailField(max_length=190, label="E-mail address of the person")
    helper = helper("Look")
    helper.form_method = "get"


class ConfirmForm(forms.Form):
    """For what cannot be undone: the word has to be typed."""

    word = forms.CharField(max_length=40)

    def __init__(self, *args, word, label, **kwargs):
        super().__init__(*args, **kwargs)
        self.wanted = word
        self.fields["word"].label = f"Type {word} to go on"
        self.helper = helper(label, css="btn-danger")

    def clean_word(self):
        if self.cleaned_data["word"].strip() != self.wanted:
            raise ValidationError(f"This is not {self.wanted}.")
        return self.wanted
