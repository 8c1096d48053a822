"""A sale at the desk on one screen: who, what, how it is paid."""

import re
import secrets
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from scale import money
from scale.forms import helper
from scale.text import canonical_email

from ..actions import Attendee, Buyer
from ..models import CashDrawer, PromoCode, TicketType
from ..pricing import price_ticket
from .acts import amount_field
from .attendee import PlainTextField

PEOPLE = 6


def part(*rows):
    """A piece of a larger form: no tag and no button of its own."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    made.layout = Layout(*rows)
    return made


OFF = {"autocomplete": "off"}


class PersonForm(forms.Form):
    """One person and what they get; an empty one of the further rows is passed over."""

    name = PlainTextField(max_length=120, label="Name", widget=forms.TextInput(attrs=OFF))
    type = forms.ModelChoiceField(TicketType.objects.none(), to_field_name="code", label="Ticket")

    def __init__(self, *args, types, currency, is_first, **kwargs):
        super().__init__(
            *args, **kwargs, empty_permitted=not is_first, use_required_attribute=False
        )
        self.currency = currency
        field = self.fields["type"]
        field.queryset, field.label_from_instance = types, self.words
        self.is_first = is_first
        if is_first:
            field.empty_label = None
            self.fields["name"].widget.attrs["autofocus"] = True
        else:
            field.empty_label = "–"

    def words(self, ticket_type):
        price, left = ticket_type.price_at(), ticket_type.left()
        costs = money.show(price.amount, self.currency) if price else "no price yet"
        return f"{ticket_type}, {costs}{'' if left is None else f', {max(left, 0)} left'}"

    def chosen_type(self):
        """The type, even while there is no name yet."""
        return getattr(self, "cleaned_data", {}).get("type")


class SaleForm(forms.Form):
    WAYS = (("cash", "Cash"), ("cheque", "Cheque"))
    email = forms.EmailField(
        max_length=190,
        required=False,
        label="E-mail address",
        help_text="Empty: no mail; print the ticket instead.",
        widget=forms.EmailInput(attrs=OFF),
    )
    promo = PlainTextField(
        max_length=40, required=False, label="Promo code", widget=forms.TextInput(attrs=OFF)
    )
    guardian_name = PlainTextField(max_length=120, required=False, label="Guardian’s name")
    guardian_phone = PlainTextField(max_length=40, required=False, label="Guardian’s phone")
    way = forms.ChoiceField(choices=WAYS, initial="cash", label="Paid by", widget=forms.RadioSelect)
    given = amount_field("Amount given", required=False)
    reference = PlainTextField(
        max_length=80, required=False, label="Number of the cheque", widget=forms.TextInput(OFF)
    )
    drawer = forms.ModelChoiceField(
        CashDrawer.objects.none(), empty_label=None, label="Into which drawer"
    )
    token = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    helper = part("email", "promo")
    guardian = part("guardian_name", "guardian_phone")
    paying = part("way", "given", "reference", "drawer", "token")

    def __init__(self, data, *, conference, drawer=None):
        super().__init__(data, initial={"token": secrets.token_hex(16), "drawer": drawer})
        self.conference = conference
        self.fields["drawer"].queryset = CashDrawer.objects.open_in(conference)
        on_offer = TicketType.objects.filter(conference=conference, is_hidden=False)
        types = on_offer.prefetch_related("prices", "quotas").select_related("conference")
        self.people = [
            PersonForm(
                data,
                prefix=f"person{n}",
                types=types,
                currency=conference.currency,
                is_first=n == 1,
            )
            for n in range(1, PEOPLE + 1)
        ]
        self.promo_note = ""

    def clean_token(self):
        token = self.cleaned_data["token"]
        return token if re.fullmatch("[0-9a-f]{32}", token) else secrets.token_hex(16)

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])

    def more_filled(self):
        """Whether one of the further rows is in use, so that the page shows them."""
        return any(one.has_changed() for one in self.people[1:])

    def code(self):
        """The promo code, if it has an effect; why it has none is said, never an error."""
        typed = self.cleaned_data.get("promo")
        if not typed:
            return None
        found = PromoCode.objects.typed(self.conference, typed)
        problem = f"There is no code “{typed}”." if found is None else found.problem()
        self.promo_note = f"{problem} The full price counts." if problem else found.words()
        return None if problem else found

    def total(self):
        """What the chosen types cost with the code; call after is_valid."""
        promo, total = self.code(), money.ZERO
        for one in filter(None, (person.chosen_type() for person in self.people)):
            price = one.price_at()
            code = promo if promo and promo.covers(one) else None
            total += price_ticket(price.amount, (), code)[0] if price else money.ZERO
        return total

    def is_valid(self):
        rows = [person.is_valid() for person in self.people]
        return super().is_valid() and all(rows) and self._enough()

    def _enough(self):
        """Never sold for less than it costs; what is not typed is just the price."""
        said, total = self.cleaned_data, self.total()
        given = said["given"]
        if any(one.for_minors for one in self._types()) and not (
            said["guardian_name"] and said["guardian_phone"]
        ):
            self.add_error("guardian_name", "A child's ticket needs the guardian's name and phone.")
        if given is not None and given < total:
            short = money.show(total - given, self.conference.currency)
            self.add_error("given", f"That is {short} too little.")
        if said["way"] == "cheque" and total:
            if given is not None and given > total:
                self.add_error("given", "A cheque must be over just the price; it gives no change.")
            if not said["reference"]:
                self.add_error("reference", "Type its number: the treasurer looks for it.")
        return not self.errors

    def _types(self):
        return [person.cleaned_data["type"] for person in self.people if person.cleaned_data]

    def sale(self) -> tuple[Buyer, list[Attendee]]:
        said = self.cleaned_data
        rows = [person.cleaned_data for person in self.people if person.cleaned_data]
        buyer = Buyer(rows[0]["name"], said["email"])
        return buyer, [
            Attendee(
                ticket_type=row["type"],
                name=row["name"],
                email=said["email"] if n == 0 else "",
                is_minor=row["type"].for_minors,
                guardian_name=said["guardian_name"] if row["type"].for_minors else "",
                guardian_phone=said["guardian_phone"] if row["type"].for_minors else "",
            )
            for n, row in enumerate(rows)
        ]

    def handed_over(self) -> Decimal:
        given = self.cleaned_data["given"]
        return self.total() if given is None else given


class OpenDrawerForm(forms.Form):
    name = PlainTextField(max_length=40, label="Name", help_text="Such as “Desk 2”.")
    volunteer = PlainTextField(max_length=80, label="Who sits there")
    opening_float = amount_field("Money in it now")
    helper = helper("Open the drawer")


class CloseDrawerForm(forms.Form):
    closing_count = amount_field("Counted", help_text="All banknotes and coins in the drawer.")
    note = PlainTextField(max_length=250, required=False, label="Note")
    helper = helper("Close the drawer")
