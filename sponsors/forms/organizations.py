from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from scale import text
from scale.forms import helper
from scale.uploads import ACCEPT, DOCUMENTS, PICTURES, check_document, clean_picture

from ..models import Contact, Organization, Sponsorship, Tag
from .fields import committee, date_input

LOGO_PIXELS = 640
MOST_TAGS = 20


class SearchForm(forms.Form):
    """What the list of organizations is narrowed and ordered by."""

    q = forms.CharField(max_length=100, required=False, label="Name, contact, tag or website")
    kind = forms.ChoiceField(
        required=False,
        label="Kind",
        choices=[("", "of any kind"), *Organization.Kind.choices],
    )
    tag = forms.ModelChoiceField(
        Tag.objects.all(),
        required=False,
        label="Tag",
        to_field_name="slug",
        empty_label="any or none",
    )
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
        self.fields["q"].widget.attrs["autocomplete"] = "off"
        for name in self.fields.keys() - {"q"}:
            self.fields[name].widget.attrs = {"class": "form-select"}


class FileForm(forms.Form):
    file = forms.FileField(
        label="Document",
        max_length=100,
        help_text="PDF, office document, text, picture or ZIP, at most 10 MB.",
        widget=forms.FileInput(attrs={"accept": ",".join(DOCUMENTS)}),
    )

    helper = helper("Keep it")

    def clean_file(self):
        upload = self.cleaned_data["file"]
        upload.name = check_document(upload)
        return upload


def ticks(choices, label, **more):
    """A box to tick for each of several that may hold at once."""
    return forms.MultipleChoiceField(
        choices=choices, label=label, widget=forms.CheckboxSelectMultiple, **more
    )


def flags(choices, chosen):
    """The columns of the ticked boxes: {"is_media": True, …}."""
    return {f"is_{value}": value in chosen for value in choices.values}


class OrganizationForm(forms.ModelForm):
    kinds = ticks(Organization.Kind.choices, "It is")
    website = forms.URLField(required=False, assume_scheme="https", max_length=200)
    address = forms.CharField(
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    tags = forms.CharField(
        required=False,
        max_length=1000,
        help_text="Words of your own to find it by, with commas between them.",
    )
    same_name_too = forms.BooleanField(
        required=False, label="It is another one of the same name", widget=forms.HiddenInput
    )
    field_order = ["name", "kinds", "website", "address", "tags", "owner"]

    class Meta:
        model = Organization
        fields = ["name", "website", "address", "owner"]

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = committee(conference, self.instance.owner)
        self.fields["owner"].label = "Looked after by"
        self.fields["owner"].empty_label = "nobody yet"
        if self.instance.pk:
            del self.fields["same_name_too"]
            self.initial["kinds"] = self.instance.kinds
            self.initial["tags"] = ", ".join(tag.name for tag in self.instance.tags.all())
        else:
            self.initial.setdefault("kinds", [Organization.Kind.COMPANY])
        self.helper = helper("Save" if self.instance.pk else "Add organization")

    def clean_tags(self):
        return read_tags(self.cleaned_data["tags"])

    def facts(self):
        """What the actions take: a column for each kind."""
        data = dict(self.cleaned_data)
        return data | flags(Organization.Kind, data.pop("kinds"))

    def offer_same_name(self):
        """Show the tick box that says: I mean another one."""
        self.fields["same_name_too"].widget = forms.CheckboxInput()


class LogoForm(forms.Form):
    logo = forms.FileField(
        label="Picture",
        help_text=f"{PICTURES} At least 300 pixels wide looks best.",
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    helper = helper("Put it up")

    def clean_logo(self):
        return clean_picture(self.cleaned_data["logo"], size=LOGO_PIXELS)


class ContactForm(forms.ModelForm):
    roles = ticks(Contact.Role.choices, "Whom we ask about", required=False)
    left_on = forms.DateField(
        required=False,
        label="Left on",
        widget=date_input(),
        help_text="Empty while they are there. Who went to another organization is moved instead.",
    )
    field_order = ["name", "roles", "email", "phone", "left_on"]

    class Meta:
        model = Contact
        fields = ["name", "email", "phone", "left_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["roles"] = self.instance.roles
        if not self.instance.pk or self.instance.moved_to_id:
            del self.fields["left_on"]
        self.helper = helper("Save" if self.instance.pk else "Add contact")

    def facts(self):
        data = dict(self.cleaned_data)
        return data | flags(Contact.Role, data.pop("roles"))


class MoveForm(forms.Form):
    """Where somebody went, and how they are reached there."""

    organization = forms.CharField(
        max_length=160,
        label="They are at",
        help_text="The name of an organization that is here already.",
        widget=forms.TextInput(attrs={"list": "organizations", "autocomplete": "off"}),
    )
    left_on = forms.DateField(label="Since", widget=date_input())
    email = forms.EmailField(
        max_length=190, required=False, label="E-mail address there", help_text="If you know it."
    )
    phone = forms.CharField(max_length=40, required=False, label="Phone there")
    roles = ticks(Contact.Role.choices, "Whom we ask there about", required=False)

    def __init__(self, *args, contact, **kwargs):
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.helper = helper("Move them")

    def clean_organization(self):
        name = text.plain(self.cleaned_data["organization"])
        found = Organization.objects.filter(Q(name=name) | Q(other_names__name=name)).distinct()
        others = list(found.exclude(pk=self.contact.organization_id)[:2])
        if not others:
            raise ValidationError("No other organization has this name. Add it first.")
        if len(others) > 1:
            raise ValidationError("Several organizations have this name. Merge or rename them.")
        return others[0]

    def facts(self):
        data = dict(self.cleaned_data)
        return data | flags(Contact.Role, data.pop("roles"))


def read_tags(typed):
    """The names between the commas, each once."""
    names = list(dict.fromkeys(filter(None, map(text.plain, typed.split(",")))))
    if len(names) > MOST_TAGS:
        raise ValidationError(f"{MOST_TAGS} tags are the most.")
    if long := next((name for name in names if len(name) > 40), None):
        raise ValidationError(f"“{long[:40]}…” is longer than 40 letters.")
    return names
