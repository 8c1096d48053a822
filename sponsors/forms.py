from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from registration.forms.attendee import PlainTextField
from scale.forms import helper
from scale.models import Role, User
from scale.uploads import ACCEPT, PICTURES, clean_picture

from .models import (
    COMMITTEE,
    Contact,
    Conversation,
    FollowUp,
    Note,
    Organization,
    Package,
    Sponsorship,
)

LOGO_PIXELS = 640
NOTE_LENGTH = 20_000


def committee(conference, *also):
    """Who can own something here, and the people who own it now."""
    return (
        User.objects.filter(
            Q(staff_roles__conference=conference, staff_roles__role__in=[*COMMITTEE, Role.CHAIR])
            | Q(pk__in=[user.pk for user in also if user])
        )
        .distinct()
        .order_by("name", "email")
    )


def date_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def row(*columns):
    """Fields side by side where there is room."""
    fields = [Div(Field(name), css_class=css) for name, css in columns]
    return Div(*fields, css_class="row gx-3")


class SearchForm(forms.Form):
    """What the list of organizations is narrowed and ordered by."""

    q = forms.CharField(max_length=100, required=False, label="Name or contact")
    state = forms.ChoiceField(
        required=False,
        label="Deal",
        choices=[("", "any or none"), ("none", "no deal yet"), *Sponsorship.Status.choices],
    )
    sort = forms.ChoiceField(
        required=False,
        label="Order",
        choices=[("", "by name"), ("newest", "newest first"), ("next", "next step first")],
    )

    def __init__(self, *args, insider, **kwargs):
        super().__init__(*args, **kwargs)
        if not insider:  # how talks go is the committee's own
            del self.fields["state"]
            self.fields["sort"].choices = self.fields["sort"].choices[:2]
        self.fields["q"].widget.attrs = {"class": "form-control", "type": "search"}
        for name in self.fields.keys() - {"q"}:
            self.fields[name].widget.attrs = {"class": "form-select"}


class OrganizationForm(forms.ModelForm):
    website = forms.URLField(required=False, assume_scheme="https", max_length=200)
    address = forms.CharField(
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    same_name_too = forms.BooleanField(
        required=False, label="It is another one of the same name", widget=forms.HiddenInput
    )

    class Meta:
        model = Organization
        fields = ["name", "kind", "website", "address", "owner"]

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = committee(conference, self.instance.owner)
        self.fields["owner"].label = "Looked after by"
        self.fields["owner"].empty_label = "nobody yet"
        if self.instance.pk:
            del self.fields["same_name_too"]
        self.helper = helper("Save" if self.instance.pk else "Add organization")

    def offer_same_name(self):
        """Show the tick box that says: I mean another one."""
        self.fields["same_name_too"].widget = forms.CheckboxInput()


class LogoForm(forms.Form):
    logo = forms.FileField(
        label="Picture",
        help_text=f"{PICTURES} At least 300 pixels wide looks best.",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args, action="", **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Put it up", action=action, css="btn-plain")
        self.helper.inputs[0].id = "put-up"

    def clean_logo(self):
        return clean_picture(self.cleaned_data["logo"], size=LOGO_PIXELS)


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "role", "email", "phone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].label = "Whom we ask about"
        self.helper = helper("Save" if self.instance.pk else "Add contact")


class NoteForm(forms.Form):
    """The one form of the organization's page: what was said, and what comes next."""

    text = forms.CharField(
        max_length=NOTE_LENGTH,
        label="What was said or done",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    kind = forms.TypedChoiceField(
        choices=Note.Kind, required=False, empty_value=Note.Kind.NOTE, label="It was a"
    )
    contact = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="With")
    conversation = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label="In the conversation"
    )
    subject = forms.CharField(
        max_length=200,
        required=False,
        label="Its subject",
        help_text="For a new one; else its first words are.",
    )
    state = forms.ChoiceField(required=False, label="Now it is")
    follow_up_on = forms.DateField(required=False, label="Remind me on", widget=date_input())
    follow_up = forms.CharField(max_length=200, required=False, label="To do what")

    def __init__(self, *args, action, conference, contacts, conversations, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = conference.today()
        self.fields["contact"].choices = [("", "nobody"), *((c.pk, c.name) for c in contacts)]
        self.fields["conversation"].choices = [
            ("", "a new conversation"),
            *((c.pk, c.subject) for c in conversations),
        ]
        self.fields["state"].choices = [("", "as it was"), *Conversation.State.choices]
        self.helper = helper("Save note", action=action)
        self.helper.layout = Layout(
            "text",
            row(("kind", "col-6 col-md-4"), ("contact", "col-6 col-md-4"), ("state", "col-md-4")),
            row(("conversation", "col-md-6"), ("subject", "col-md-6")),
            row(("follow_up_on", "col-md-4"), ("follow_up", "col-md-8")),
        )

    def clean(self):
        data = super().clean()
        on, what = data.get("follow_up_on"), data.get("follow_up")
        if what and not on and "follow_up_on" not in self.errors:
            self.add_error("follow_up_on", "Say when, or leave both empty.")
        if on and on < self.today:
            self.add_error("follow_up_on", "This day has passed.")
        if data.get("conversation") and data.get("subject"):
            self.add_error("subject", "Only a new conversation takes a new subject.")
        return data


class NoteEditForm(forms.ModelForm):
    text = forms.CharField(max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 8}))

    class Meta:
        model = Note
        fields = ["text", "kind"]

    helper = helper("Save")


class ConversationForm(forms.ModelForm):
    class Meta:
        model = Conversation
        fields = ["subject", "state", "owner"]

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = committee(conference, self.instance.owner)
        self.fields["owner"].label = "Handled by"
        self.fields["owner"].empty_label = "nobody"
        self.helper = helper("Save")


class FollowUpForm(forms.ModelForm):
    class Meta:
        model = FollowUp
        fields = ["what", "due_on", "owner"]
        labels = {"what": "To do what", "due_on": "On", "owner": "Who"}
        widgets = {"due_on": date_input()}

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = conference.today()
        present = self.instance.owner if self.instance.pk else None
        self.fields["owner"].queryset = committee(conference, present)
        self.fields["owner"].empty_label = None
        self.helper = helper("Save" if self.instance.pk else "Add follow-up")

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on < self.today and "due_on" in self.changed_data:
            raise ValidationError("This day has passed.")
        return due_on


class SponsorshipForm(forms.ModelForm):
    amount = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        help_text="Empty: the package's price. 0 when they give no money.",
    )

    class Meta:
        model = Sponsorship
        fields = ["package", "amount", "owner"]

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["package"].queryset = Package.objects.filter(conference=conference)
        self.fields["package"].empty_label = "Choose a package"
        self.fields["owner"].queryset = committee(conference, self.instance.owner)
        self.fields["owner"].label = "Looked after by"
        self.fields["owner"].empty_label = "nobody yet"
        self.helper = helper("Save" if self.instance.pk else "Begin the deal")

    def clean(self):
        data = super().clean()
        if data.get("amount") is None and "amount" not in self.errors and data.get("package"):
            data["amount"] = data["package"].price
        return data


class SignForm(forms.Form):
    signed_by = forms.CharField(max_length=120, label="Who signed for them")

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Sign", action=action, css="btn-plain")
        self.helper.inputs[0].id = "sign"


class PassForm(forms.Form):
    name = PlainTextField(max_length=120, label="Name on the badge")
    email = forms.EmailField(
        max_length=190, label="E-mail address", help_text="The ticket goes there."
    )
    role = forms.ChoiceField(
        choices=[("sponsor", "sponsor"), ("exhibitor", "exhibitor")], label="Ribbon on the badge"
    )

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Give a pass", action=action, css="btn-plain")
        self.helper.inputs[0].id = "give-pass"
