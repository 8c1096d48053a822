"""What the desk may do to one order: one small form each, which always asks why."""

import re
import secrets
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from scale import money
from scale.forms import helper
from scale.text import canonical_email

from ..models import CashDrawer, Ticket, TicketType
from .attendee import PlainTextField

CENT = Decimal("0.01")


def amount_field(label, **kwargs):
    """An amount of money as people type it."""
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01", "min": "0"})
    return forms.DecimalField(
        label=label, max_digits=8, decimal_places=2, min_value=0, widget=widget, **kwargs
    )


class ActForm(forms.Form):
    """`seen` is the order as its user saw it; `token` names this filling-in of the form."""

    button = "Do it"
    why = PlainTextField(
        max_length=120,
        label="Why",
        help_text="It stays in the history of the order.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    seen = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    token = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, order, chosen=None):
        initial = {"seen": order.state_key(), "token": secrets.token_hex(16)}
        super().__init__(data, initial=initial | (chosen or {}))
        self.order = order
        self.helper = helper(self.button)
        self.prepare()

    def prepare(self):
        """Fill in what may be chosen."""

    def nothing(self):
        """Why there is nothing to choose from, so that the page says it; else empty."""
        return ""

    def clean_token(self):
        token = self.cleaned_data["token"]
        return token if re.fullmatch("[0-9a-f]{32}", token) else secrets.token_hex(16)

    def live_tickets(self):
        return self.order.tickets.live().select_related("ticket_type").order_by("pk")


class TicketChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(Ticket.objects.none(), to_field_name="code", **kwargs)

    def label_from_instance(self, ticket):
        name = ticket.attendee_name or "no name yet"
        return f"{name}, {ticket.ticket_type} ({ticket.code})"


class TicketsChoice(forms.ModelMultipleChoiceField):
    label_from_instance = TicketChoice.label_from_instance


class CancelForm(ActForm):
    button = "Cancel the tickets"
    tickets = TicketsChoice(
        Ticket.objects.none(),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        label="Which tickets",
    )
    keep = amount_field(
        "Fee that we keep", required=False, help_text="Empty: everything they cost is owed back."
    )

    field_order = ["tickets", "keep", "why"]

    def prepare(self):
        tickets = self.fields["tickets"]
        tickets.queryset = self.live_tickets()
        if "tickets" not in self.initial:
            self.initial["tickets"] = [one.code for one in tickets.queryset]

    def nothing(self):
        return "" if self.fields["tickets"].queryset else "It has no ticket that is still good."

    def clean_keep(self):
        return self.cleaned_data["keep"] or money.ZERO


class CancelUnpaidForm(ActForm):
    button = "Cancel the order"


class LineChoice(forms.ModelChoiceField):
    def label_from_instance(self, line):
        who = line.ticket.attendee_name if line.ticket else ""
        price = money.show(line.price, self.currency)
        return f"{line.thing()}, {price}{f' ({who})' if who else ''}"


class ExtraForm(ActForm):
    button = "Take it back"
    line = LineChoice(None, label="Which extra", empty_label=None, widget=forms.RadioSelect)

    field_order = ["line", "why"]

    def prepare(self):
        field = self.fields["line"]
        field.currency = self.order.currency
        extras = self.order.lines.filter(status="live", credits=None).exclude(add_on=None)
        field.queryset = extras.select_related("add_on", "ticket").order_by("pk")

    def nothing(self):
        return "" if self.fields["line"].queryset else "It has no extra that is still in force."


class KindnessForm(ActForm):
    button = "Owe it back"
    amount = amount_field("How much is given back")

    field_order = ["amount", "why"]

    def prepare(self):
        most = money.show(self.order.charged(), self.order.currency)
        self.fields["amount"].help_text = f"At most {most}. All tickets stay good."


class FreeForm(ActForm):
    button = "Make it free of charge"
    ticket = TicketChoice(label="Which ticket", empty_label=None, widget=forms.RadioSelect)

    field_order = ["ticket", "why"]

    def prepare(self):
        self.fields["ticket"].queryset = self.live_tickets()

    def nothing(self):
        return "" if self.fields["ticket"].queryset else "It has no ticket that is still good."


class MoveForm(FreeForm):
    button = "Move it"
    to = forms.ModelChoiceField(
        TicketType.objects.none(),
        to_field_name="code",
        empty_label="please choose",
        label="To which",
        help_text="What it costs more is paid first: you take the money or send the link.",
    )
    waive = forms.BooleanField(
        required=False,
        label="Leave the money as it is",
        help_text="Neither is the difference paid nor sent back.",
    )

    field_order = ["ticket", "to", "waive", "why"]

    def prepare(self):
        super().prepare()
        types = TicketType.objects.filter(conference=self.order.conference)
        self.fields["to"].queryset = types.prefetch_related("prices", "quotas", "conference")
        self.fields["to"].label_from_instance = self.words

    def words(self, ticket_type):
        price = ticket_type.price_at()
        costs = money.show(price.amount, self.order.currency) if price else "no price yet"
        return f"{ticket_type}, {costs}{left_words(ticket_type)}"


def left_words(thing):
    left = thing.left()
    return "" if left is None else f", {left} left"


class BuyerForm(ActForm):
    button = "Save"
    name = PlainTextField(max_length=120, label="Name of the buyer")
    email = forms.EmailField(
        max_length=190, required=False, label="E-mail address", help_text="All mails go there."
    )

    field_order = ["name", "email", "why"]

    def prepare(self):
        self.initial |= {"name": self.order.buyer_name, "email": self.order.buyer_email}

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])


class SendAgainForm(ActForm):
    button = "Send the tickets again"

    def prepare(self):
        to = self.order.buyer_email or "nobody: there is no address"
        self.fields["why"].help_text = f"It goes to {to}."


class SendLinkForm(ActForm):
    button = "Send the link to pay"

    def prepare(self):
        to = self.order.buyer_email or "nobody: there is no address"
        self.fields["why"].help_text = f"It goes to {to}. The places are kept for a day."


class NoteForm(ActForm):
    button = "Keep the note"
    why = None
    text = forms.CharField(
        max_length=2000,
        label="Note",
        help_text="Staff see it, the buyer never does.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BadgeForm(forms.ModelForm):
    """What stands on the badge; the code stays the same, whatever is corrected."""

    why = PlainTextField(max_length=120, label="Why")
    seen = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    class Meta:
        model = Ticket
        fields = [
            *("attendee_name", "attendee_email", "title", "organization", "pronouns"),
            *("postcode", "guardian_name", "guardian_phone", "no_photos"),
        ]
        labels = {"attendee_name": "Name on the badge", "attendee_email": "E-mail address"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attendee_name"].required = True
        self.fields["seen"].initial = self.instance.holder_key()
        if not self.instance.is_minor:
            del self.fields["guardian_name"], self.fields["guardian_phone"]
        self.helper = helper("Save")

    def clean_attendee_email(self):
        return canonical_email(self.cleaned_data["attendee_email"])

    def facts(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}

    def _post_clean(self):
        """The action writes under a lock; the instance stays as it was read."""


class CashForm(ActForm):
    """Banknotes for just what the order costs; what is given beyond it is change."""

    button = "Take the money"
    given = amount_field("Amount given", required=False)

    why = None
    field_order = ["given"]

    def prepare(self):
        total = money.show(self.order.total(), self.order.currency)
        self.fields["given"].help_text = f"The order costs {total}. Empty: just that."

    def clean_given(self):
        given, total = self.cleaned_data["given"], self.order.total()
        if given is not None and given < total:
            short = money.show(total - given, self.order.currency)
            raise ValidationError(f"That is {short} too little.")
        return given

    def handed_over(self):
        given = self.cleaned_data["given"]
        return self.order.total() if given is None else given

    def change(self):
        return self.handed_over() - self.order.total()


class PayForm(CashForm):
    """Money that staff have in their hands, or see on the account: just what the order costs."""

    button = "Write the money down"
    WAYS = (("cash", "Cash"), ("cheque", "Cheque"), ("invoice", "Bank transfer for an invoice"))
    way = forms.ChoiceField(choices=WAYS, label="How it came", widget=forms.RadioSelect)
    drawer = forms.ModelChoiceField(
        CashDrawer.objects.none(), required=False, label="Into which drawer"
    )
    reference = PlainTextField(
        max_length=80,
        required=False,
        label="Number of the cheque or of the transfer",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    field_order = ["way", "given", "drawer", "reference"]

    def prepare(self):
        super().prepare()
        self.fields["drawer"].queryset = CashDrawer.objects.open_in(self.order.conference)
        self.initial["drawer"] = self.fields["drawer"].queryset.first()
        self.initial.setdefault("way", "invoice" if self.order.due_on else "cash")

    def clean(self):
        said = super().clean()
        total, given, way = self.order.total(), said.get("given"), said.get("way")
        if way != "cash" and given is not None and given > total:
            self.add_error("given", "Only cash gives change. Write down exactly what it costs.")
        if way in ("cash", "cheque") and not said.get("drawer") and "drawer" not in self.errors:
            self.add_error("drawer", "Cash and cheques go into an open drawer.")
        if way in ("cheque", "invoice") and not said.get("reference"):
            self.add_error("reference", "Type its number, so that the treasurer finds it again.")
        return said


class SendRefundForm(ActForm):
    button = "Send the money back"
    refund = forms.ModelChoiceField(
        None, label="Which", empty_label=None, to_field_name="reference", widget=forms.RadioSelect
    )
    drawer = forms.ModelChoiceField(
        CashDrawer.objects.none(), required=False, label="Out of which drawer"
    )
    why = None
    field_order = ["refund", "drawer"]

    def prepare(self):
        waiting = self.order.refunds.exclude(status="done").select_related("payment")
        self.fields["refund"].queryset = waiting.order_by("pk")
        self.fields["refund"].label_from_instance = lambda one: (
            f"{money.show(one.amount, self.order.currency)} by {one.payment.provider}: {one.why}"
        )
        self.fields["drawer"].queryset = CashDrawer.objects.open_in(self.order.conference)

    def nothing(self):
        return "" if self.fields["refund"].queryset else "Nothing waits to be sent back."

    def clean(self):
        said = super().clean()
        refund = said.get("refund")
        if refund and refund.payment.provider == "cash" and not said.get("drawer"):
            self.add_error("drawer", "What was paid in cash goes back in cash: name the drawer.")
        if refund and refund.payment.provider != "cash" and said.get("drawer"):
            raise ValidationError("Only what was paid in cash comes out of a drawer.")
        return said
