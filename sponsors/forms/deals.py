from django import forms
from django.core.exceptions import ValidationError

from registration.forms.attendee import PlainTextField
from registration.models import TicketType
from scale import money
from scale.forms import helper
from scale.uploads import check_document

from ..models import (
    Package,
    Sponsorship,
)
from .fields import committee


class SponsorshipForm(forms.ModelForm):
    amount = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        help_text="Empty: the package's price. 0 when they give no money.",
    )

    in_kind_value = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        label="Worth of what they give in kind",
    )
    in_kind_what = PlainTextField(
        max_length=200,
        required=False,
        label="What that is",
        help_text="Such as coffee for two days, or the projectors.",
    )

    class Meta:
        model = Sponsorship
        fields = ["package", "amount", "in_kind_value", "in_kind_what", "owner", "outcome"]
        help_texts = {"outcome": "For whoever asks them next year."}

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["outcome"].widget.attrs["rows"] = 3
        else:
            del self.fields["outcome"]
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
        if "in_kind_value" not in self.errors:
            data["in_kind_value"] = data.get("in_kind_value") or money.ZERO
            if data["in_kind_value"] and not data.get("in_kind_what"):
                self.add_error("in_kind_what", "Say what they give.")
        return data


class SignForm(forms.Form):
    """With the signed contract, where none was uploaded or accepted before."""

    signed_by = forms.CharField(max_length=120, label="Who signed for them")
    contract = forms.FileField(
        label="The signed contract",
        help_text="A PDF of at most 10 MB. Only the sponsorship committee can open it.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def __init__(self, *args, action, contract=None, **kwargs):
        super().__init__(*args, **kwargs)
        if contract:
            del self.fields["contract"]
            self.fields["signed_by"].initial = contract.accepted_name
        self.helper = helper("Sign", action=action, css="btn-plain")
        self.helper.inputs[0].id = "sign"

    def clean_contract(self):
        return checked_pdf(self.cleaned_data["contract"])


class ContractForm(forms.Form):
    """The paper in place of what bound before."""

    contract = SignForm.base_fields["contract"]

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Keep this contract", action=action, css="btn-plain")
        self.helper.inputs[0].id = "keep-contract"

    def clean_contract(self):
        return checked_pdf(self.cleaned_data["contract"])


def checked_pdf(upload):
    """The upload under the name it is kept by."""
    upload.name = check_document(upload)
    if not upload.name.endswith(".pdf"):
        raise ValidationError("A contract is kept as a PDF.")
    return upload


class LostForm(forms.Form):
    lost_why = forms.ChoiceField(
        choices=Sponsorship.Why, label="Why it came to nothing", widget=forms.RadioSelect
    )
    lost_words = PlainTextField(
        max_length=300,
        required=False,
        label="What they said",
        help_text="For whoever asks them next year.",
    )
    expected = forms.CharField(max_length=10, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("It is lost")


class TermsForm(forms.Form):
    text = forms.CharField(
        max_length=50_000,
        required=False,
        label="Terms that a sponsor accepts with a click",
        help_text="Markdown. A change counts for whoever accepts from then on. "
        "Empty: contracts are made on paper alone.",
        widget=forms.Textarea(attrs={"rows": 18}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Save the terms")

    def clean_text(self):
        return self.cleaned_data["text"].replace("\r\n", "\n")


class BoardForm(forms.Form):
    """What the board of deals is narrowed by."""

    q = forms.CharField(max_length=100, required=False, label="Organization")
    package = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    owner = forms.ChoiceField(required=False, label="Looked after by")

    def __init__(self, *args, packages, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["package"].choices = [("", "any"), *((one.pk, one.name) for one in packages)]
        self.fields["owner"].choices = [
            *(("", "anyone"), ("none", "nobody yet")),
            *((str(one.pk), str(one)) for one in owners),
        ]
        self.fields["q"].widget.attrs = {"class": "form-control", "type": "search"}
        for name in ("package", "owner"):
            self.fields[name].widget.attrs = {"class": "form-select"}

    def narrow(self, cards):
        """The cards that were asked for; what cannot be read narrows nothing."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            cards = cards.filter(organization__name__icontains=asked["q"])
        if asked.get("package"):
            cards = cards.filter(package=asked["package"])
        if owner := asked.get("owner"):
            cards = cards.filter(owner=None if owner == "none" else owner)
        return cards


class PassForm(forms.Form):
    name = PlainTextField(max_length=120, label="Name on the badge")
    email = forms.EmailField(
        max_length=190, label="E-mail address", help_text="The ticket goes there."
    )
    role = forms.ChoiceField(
        choices=[("sponsor", "sponsor"), ("exhibitor", "exhibitor")], label="Ribbon on the badge"
    )

    def __init__(self, *args, action, kinds, **kwargs):
        """Which pass is asked only where there are several."""
        super().__init__(*args, **kwargs)
        if len(kinds) > 1:
            types = TicketType.objects.filter(pk__in=[kind.pk for kind in kinds])
            choice = forms.Select(attrs={"id": "pass-kind"})  # notes have a kind on the same page
            self.fields["kind"] = forms.ModelChoiceField(
                types, label="Pass", empty_label=None, widget=choice
            )
            self.order_fields(["kind"])
        self.helper = helper("Give a pass", action=action, css="btn-plain")
        self.helper.inputs[0].id = "give-pass"
