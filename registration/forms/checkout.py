import re
import secrets

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from scale.text import canonical_email, plain

from ..actions import Attendee, Buyer
from .choice import Choice, places_left


class PlainTextField(forms.CharField):
    """One line as people mean it, without surplus white space."""

    def clean(self, value):
        return plain(super().clean(value))


def part(*rows):
    """A piece of a larger form: no tag and no button of its own."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*rows)
    return helper


def pair(left, right):
    return Row(Column(left, css_class="col-md-6"), Column(right, css_class="col-md-6"))


class BuyerForm(forms.Form):
    buyer_name = PlainTextField(
        max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    buyer_email = forms.EmailField(
        max_length=190,
        label="Your e-mail address",
        help_text="The tickets go there.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # Names this filling-in of the form: sent twice, it makes one order.
    form_token = forms.Field(required=False, widget=forms.HiddenInput)
    # What the page said it costs, so that nobody pays more than they saw.
    shown_total = forms.Field(required=False, widget=forms.HiddenInput)

    helper = part(pair("buyer_name", "buyer_email"), "form_token", "shown_total")

    def clean_form_token(self):
        token = self.cleaned_data["form_token"] or ""
        return token if re.fullmatch("[0-9a-f]{32}", token) else secrets.token_hex(16)

    def clean_buyer_email(self):
        return canonical_email(self.cleaned_data["buyer_email"])


class AttendeeForm(forms.Form):
    """One ticket's person. The first one is the buyer where nothing else is said."""

    name = PlainTextField(max_length=120, label="Name on the badge")
    email = forms.EmailField(max_length=190, label="E-mail address", required=False)
    organization = PlainTextField(max_length=120, required=False)
    pronouns = PlainTextField(max_length=40, required=False)
    guardian_name = PlainTextField(max_length=120, label="Guardian’s name")
    guardian_phone = PlainTextField(
        max_length=40,
        label="Guardian’s phone",
        help_text="We call it if something happens on the day.",
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    def __init__(self, *args, ticket_type, is_buyer, **kwargs):
        super().__init__(*args, **kwargs)
        self.ticket_type = ticket_type
        self.is_buyer = is_buyer and not ticket_type.for_minors
        rows = [pair("name", "email"), pair("organization", "pronouns")]
        if ticket_type.for_minors:
            rows.append(pair("guardian_name", "guardian_phone"))
        else:
            del self.fields["guardian_name"], self.fields["guardian_phone"]
        if self.is_buyer:
            self.fields["name"].required = False
            self.fields["name"].help_text = "Leave it empty if the ticket is for you."
        self.helper = part(*rows)

    def clean_guardian_phone(self):
        phone = self.cleaned_data["guardian_phone"]
        if sum(letter.isdigit() for letter in phone) < 6:
            raise ValidationError("A phone number has at least six digits.")
        return phone

    def attendee(self, buyer: Buyer) -> Attendee:
        said = dict(self.cleaned_data)
        if self.is_buyer and not said["name"]:
            said |= {"name": buyer.name, "email": said["email"] or buyer.email}
        return Attendee(ticket_type=self.ticket_type, **said)


class CheckoutForm:
    """The buyer and a block for each ticket, sent together as one form."""

    def __init__(self, data, *, choice: Choice, user):
        self.choice, self.user = choice, user if user.is_authenticated else None
        initial = {
            "form_token": secrets.token_hex(16),
            "shown_total": str(choice.total()),
        }
        if self.user:
            initial |= {"buyer_name": user.name, "buyer_email": user.email}
        self.buyer = BuyerForm(data, initial=initial)
        self.attendees = [
            AttendeeForm(data, prefix=f"ticket{n}", ticket_type=one, is_buyer=n == 1)
            for n, one in enumerate(choice.types, 1)
        ]

    def is_valid(self):
        return all([form.is_valid() for form in (self.buyer, *self.attendees)])  # noqa: C419

    def cleaned(self) -> tuple[Buyer, list[Attendee]]:
        said = self.buyer.cleaned_data
        buyer = Buyer(said["buyer_name"], said["buyer_email"], self.user)
        return buyer, [form.attendee(buyer) for form in self.attendees]

    def saw_another_total(self):
        """Whether the page had shown another total; it shows today's from now on."""
        shown, total = self.buyer.cleaned_data["shown_total"], str(self.choice.total())
        self.buyer.data = self.buyer.data.copy()
        self.buyer.data["shown_total"] = total
        return bool(shown) and shown != total

    def add_error_for(self, ticket_type, sentence):
        """Say it beside the first ticket of the type."""
        first = next(form for form in self.attendees if form.ticket_type == ticket_type)
        first.add_error("name", sentence)

    def add_sold_out(self, quota_id, left):
        sharing = [
            (one, n)
            for one, n, _ in self.choice.counted()
            if any(quota.pk == quota_id for quota in one.quotas.all())
        ]
        names = " and ".join(one.name for one, _ in sharing)
        self.add_error_for(sharing[0][0], places_left(names, left, sum(n for _, n in sharing)))
