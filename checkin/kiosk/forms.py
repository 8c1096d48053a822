"""What is typed at a kiosk. Nothing of it is offered to the next person by the browser."""

from crispy_forms.helper import FormHelper
from django import forms

from registration.actions import Attendee, Buyer
from registration.forms import CorrectForm
from registration.forms.attendee import Asks, AttendeeForm, PlainForm
from registration.forms.details import BuyerForm
from registration.models import Quota, Terms
from scale import codes

from ..forms import QR_LETTERS

QUIET = {"autocomplete": "off", "autocorrect": "off", "spellcheck": "false"}
BADGE = ("attendee_name", "title", "organization", "pronouns", "no_photos")


def keep_quiet(form):
    """The browser is to offer nobody what somebody else typed."""
    for field in form.fields.values():
        if getattr(field.widget, "input_type", "text") not in ("checkbox", "radio", "hidden"):
            field.widget.attrs.update(QUIET)


def bare() -> FormHelper:
    """The page has the form's tag, its button and which visit it is of."""
    made = FormHelper()
    made.form_tag, made.disable_csrf = False, True
    return made


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=QR_LETTERS,
        label="Or type the code of your ticket",
        widget=forms.TextInput(attrs={**QUIET, "autocapitalize": "characters"}),
    )

    def clean_code(self):
        return codes.clean_code(self.cleaned_data["code"])


class LookUpForm(forms.Form):
    email = forms.EmailField(
        max_length=190, label="E-mail address", help_text="Yours, or that of whoever bought it."
    )
    postcode = forms.CharField(
        max_length=20, label="Postcode", help_text="The one you gave with your own ticket."
    )
    helper = bare()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        keep_quiet(self)


class BadgeForm(CorrectForm):
    """The holder's own form, less all that does not stand on the badge."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in BADGE]:
            del self.fields[name]
        keep_quiet(self)
        self.helper = bare()


class PersonForm(AttendeeForm):
    """The buyer's own ticket: their name and address were asked for above it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, is_buyer=True, **kwargs)
        for name in ("name", "email", "consent", "accessibility_needs"):
            self.fields.pop(name, None)
        keep_quiet(self)

    def clean(self):
        return {"consent": "", **super().clean()}


class SaleForm:
    """One ticket for who stands there: the shop's own questions, on one page."""

    def __init__(self, data, *, conference, ticket_type):
        self.terms = Terms.objects.in_force(conference)
        self.ticket_type = ticket_type
        self.buyer = BuyerForm(data, terms=self.terms, offers_group=False)
        for name in ("buyer_organization", "buyer_address"):
            del self.buyer.fields[name]
        keep_quiet(self.buyer)
        self.buyer.fields["buyer_email"].help_text = "The ticket and the receipt go there."
        self.person = PersonForm(
            data, prefix="ticket", asks=Asks.of(conference), ticket_type=ticket_type
        )

    @property
    def forms(self) -> tuple[PlainForm, ...]:
        return self.buyer, self.person

    def is_valid(self):
        return all([form.is_valid() for form in self.forms])  # noqa: C419

    def cleaned(self) -> tuple[Buyer, list[Attendee]]:
        said = self.buyer.cleaned_data
        buyer = Buyer(said["buyer_name"], said["buyer_email"])
        return buyer, [self.person.attendee(buyer)]

    def add_gone(self, quota_id, left):
        if not self.person.add_gone(quota_id, left):
            name = Quota.objects.get(pk=quota_id).name
            self.buyer.add_error(None, f"“{name}” was sold out a moment ago.")

    def add_not_on_sale(self, error):
        if not self.person.add_not_on_sale(error):
            self.buyer.add_error(None, str(error))
