import secrets

from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from registration.forms.attendee import PlainTextField
from scale import money
from scale.forms import helper

from ..actions import TO_CARD
from ..models import Biller, Invoice, InvoicePayment
from .fields import date_input, row

MOST_LINES, SPARE_LINES = 40, 3
STATES = [
    ("", "all of them"),
    ("draft", "drafts"),
    ("open", "open"),
    ("overdue", "overdue"),
    ("paid", "paid"),
    ("credited", "credited"),
    ("overpaid", "we owe them"),
    ("note", "credit notes"),
]
SORTS = [("", "newest first"), ("due", "first due"), ("open", "most open"), ("name", "by name")]


class InvoiceSearchForm(forms.Form):
    """What the list of invoices is narrowed and ordered by."""

    q = forms.CharField(max_length=100, required=False, label="Number, name or PO")
    state = forms.ChoiceField(required=False, label="Which", choices=STATES)
    sort = forms.ChoiceField(required=False, label="Order", choices=SORTS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs = {"class": "form-control", "type": "search"}
        for name in ("state", "sort"):
            self.fields[name].widget.attrs = {"class": "form-select"}


def text_area(rows=3):
    return forms.Textarea(attrs={"rows": rows})


class InvoiceForm(forms.ModelForm):
    """The head of a draft; its lines are a formset below."""

    bill_name = PlainTextField(max_length=160, label="Bill to")
    po_number = PlainTextField(max_length=60, required=False, label="Their PO number")
    due_on = forms.DateField(
        required=False,
        label="Due on",
        widget=date_input(),
        help_text="Empty: by our terms of payment.",
    )

    class Meta:
        model = Invoice
        fields = ["bill_name", "bill_address", "bill_email", "po_number", "due_on", "note"]
        widgets = {"bill_address": text_area(), "note": text_area(2)}

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.conference = conference
        self.helper = helper("Save the draft")
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "bill_name",
            "bill_address",
            row(("bill_email", "col-md-6"), ("po_number", "col-md-6")),
            row(("due_on", "col-md-4"), ("note", "col-md-8")),
        )

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        today = self.conference.today()
        if day and not 0 <= (day - today).days <= 3 * 365:
            raise ValidationError("A day from today on, at most three years ahead.")
        return day


class LineForm(forms.Form):
    """One line; all of it empty is no line."""

    text = PlainTextField(max_length=200, required=False, label="What")
    quantity = forms.IntegerField(min_value=1, max_value=9999, required=False, label="How many")
    unit_price = forms.DecimalField(
        max_digits=10, decimal_places=2, required=False, label="Price of one"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control"
            if name != "text":
                field.widget.attrs["inputmode"] = "decimal"

    def clean(self):
        data = super().clean()
        if self.errors or self.is_blank:
            return data
        if not data["text"]:
            self.add_error("text", "Say what is charged.")
        if data["unit_price"] is None:
            self.add_error("unit_price", "What does one cost?")
        data["quantity"] = data["quantity"] or 1
        return data

    @property
    def is_blank(self):
        data = getattr(self, "cleaned_data", {})
        return not data.get("text") and data.get("unit_price") is None


class BaseLineFormSet(forms.BaseFormSet):
    def filled(self):
        return [
            {name: form.cleaned_data[name] for name in ("text", "quantity", "unit_price")}
            for form in self.forms
            if form.cleaned_data and not form.is_blank
        ]


LineFormSet = forms.formset_factory(
    LineForm,
    formset=BaseLineFormSet,
    extra=SPARE_LINES,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES,
    validate_max=True,
)


def lines_of(invoice):
    return list(invoice.lines.values("text", "quantity", "unit_price"))


class OnceForm(forms.Form):
    """Carries an id made with the form: sent twice, it does its work once."""

    once = forms.CharField(widget=forms.HiddenInput, validators=[RegexValidator("^[0-9a-f]{32}$")])

    def __init__(self, *args, action, words, **kwargs):
        initial = {"once": secrets.token_hex(16)} | kwargs.pop("initial", {})
        super().__init__(*args, initial=initial, **kwargs)
        self.helper = helper(words, action=action, css="btn-plain")
        self.helper.inputs[0].id = f"{self.prefix}-button"


def amount_field(label="Amount"):
    return forms.DecimalField(
        min_value=money.CENT, max_digits=10, decimal_places=2, label=label, localize=False
    )


class PaymentForm(OnceForm):
    amount = amount_field()
    beyond = forms.BooleanField(
        required=False, label="They paid more than is open: note it, we owe them the rest"
    )
    method = forms.ChoiceField(label="How")
    received_on = forms.DateField(label="Received on", widget=date_input())
    reference = PlainTextField(
        max_length=120,
        required=False,
        label="Reference",
        help_text="Of the bank, or on the cheque.",
    )
    note = PlainTextField(max_length=160, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        by_hand = InvoicePayment.BY_HAND
        self.fields["method"].choices = [(one.value, one.label) for one in by_hand]


class RefundForm(PaymentForm):
    """Also of a payment by card, which is sent when this form is."""

    beyond = None
    received_on = forms.DateField(label="Sent on", widget=date_input())

    def __init__(self, *args, cards=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["method"].choices += [
            (
                f"{TO_CARD}{one.pk}",
                f"to the card that paid {money.show(one.amount, one.currency)} "
                f"on {one.received_on:%-d %B}",
            )
            for one in cards
        ]


class CreditForm(OnceForm):
    amount = forms.DecimalField(
        min_value=money.CENT,
        max_digits=10,
        decimal_places=2,
        required=False,
        help_text="Empty: all of it that is not credited yet.",
    )
    why = PlainTextField(max_length=300, label="Why", help_text="Stands on the credit note.")


class MailForm(forms.Form):
    to = forms.EmailField(max_length=190, label="To")

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Mail it", action=action, css="btn-plain")
        self.helper.inputs[0].id = "mail-button"


class BillerForm(forms.ModelForm):
    class Meta:
        model = Biller
        fields = ["name", "address", "tax_id", "email", "bank", "terms_days", "footer"]
        widgets = {"address": text_area(), "bank": text_area(), "footer": text_area(2)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Save")
