"""A sale at the desk on one screen: who, what, with which extras, how it is paid."""

import re
import secrets
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.functional import cached_property

from scale import money
from scale.forms import helper
from scale.text import canonical_email

from ..actions import Attendee, Buyer
from ..models import CashDrawer, Lapsed, Order, PromoCode, Quota, TicketType
from ..pricing import price_ticket
from .acts import amount_field
from .attendee import Asks, ExtrasForm, PlainTextField

PEOPLE = 6
TOKEN = re.compile("[0-9a-f]{32}")


def part(*rows):
    """A piece of a larger form: no tag and no button of its own."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    made.template = "registration/_part.html"
    made.layout = Layout(*rows)
    return made


OFF = {"autocomplete": "off"}


class TypeSelect(forms.Select):
    """Marks the types that ask for a guardian, so that the page asks only then."""

    minors: frozenset[str] = frozenset()

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value in self.minors:
            option["attrs"]["data-minor"] = True
        return option


class PersonForm(ExtrasForm):
    """One person and what they get; an empty one of the further rows is passed over.

    Extras and questions are those of the type that is chosen. The page tells with `shown`
    which of them it has, so that it gets others only when there are others.
    """

    tells_left = ("few", "on_sale")
    name = PlainTextField(max_length=120, label="Name", widget=forms.TextInput(attrs=OFF))
    type = forms.TypedChoiceField(label="Ticket", empty_value=None, widget=TypeSelect)

    def __init__(self, data, *, types, is_first, prefix, **kwargs):
        first = next(iter(types.values()), None) if is_first else None
        chosen = first if data is None else types.get(data.get(f"{prefix}-type"))
        super().__init__(
            data,
            prefix=prefix,
            ticket_type=chosen,
            empty_permitted=not is_first,
            use_required_attribute=False,
            **kwargs,
        )
        field = self.fields["type"]
        field.coerce = types.get
        choices = [(code, type_words(one)) for code, one in types.items()]
        field.choices = choices if is_first else [("", "–"), *choices]
        field.widget.minors = frozenset(code for code, one in types.items() if one.for_minors)
        if is_first:
            self.fields["name"].widget.attrs["autofocus"] = True
        for name, question in self.asked.items():
            self.fields[name].required = question.is_required

    @cached_property
    def asked(self):
        """Field name → question, for what is chosen now."""
        chosen = self.chosen_add_ons()
        found = self.questions.items()
        return {name: one for name, one in found if one.is_for(self.ticket_type, chosen)}

    # What the template lays out.

    def needed_fields(self):
        """What has to be answered whatever is taken along: it stands open."""
        return [self[name] for name, one in self.asked.items() if self._is_needed(one)]

    def further_fields(self):
        more = [self[name] for name, one in self.asked.items() if not self._is_needed(one)]
        return [*self.extra_fields(), *more]

    def _is_needed(self, question):
        return question.is_required and not question.extra_ids

    def shape(self):
        """Names the type and the fields that it brings; empty when it brings none."""
        names = [*self.extras, *self.asked]
        return " ".join([self.ticket_type.code, *names]) if names else ""

    def shown(self):
        return self.data.get(self.add_prefix("shown"), "")

    def is_open(self):
        """Whether the further fields are in use: also when one of them changed what is asked."""
        in_use = any(one.errors or one.value() for one in self.further_fields())
        same_type = self.shown().split(" ")[0] == self.ticket_type.code
        return in_use or (same_type and self.shown() != self.shape())

    def cost(self, promo):
        price = self.ticket_type.price_at() if self.ticket_type else None
        if price is None:
            return money.ZERO
        code = promo if promo and promo.covers(self.ticket_type) else None
        own, extras = price_ticket(price.amount, self.chosen_add_ons(), code)
        return own + sum(extras, money.ZERO)


def type_words(ticket_type):
    price, left = ticket_type.price_at(), ticket_type.left()
    costs = money.show(price.amount, ticket_type.conference.currency) if price else "no price yet"
    return f"{ticket_type}, {costs}{'' if left is None else f', {max(left, 0)} left'}"


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
    # Stands in the sum, whose template writes it, so that the two are always the same.
    shown_total = forms.DecimalField(required=False, max_digits=10, decimal_places=2)

    helper = part("email", "promo")
    guardian = part("guardian_name", "guardian_phone")
    paying = part("way", "given", "reference", "drawer", "token")

    def __init__(self, data, *, conference, drawer=None):
        super().__init__(data, initial={"token": secrets.token_hex(16), "drawer": drawer})
        self.conference = conference
        self.fields["drawer"].queryset = CashDrawer.objects.open_in(conference)
        lapsed = Lapsed(conference)
        types = {one.code: one for one in TicketType.objects.on_offer(conference, lapsed=lapsed)}
        asks = Asks.of(conference, lapsed)
        self.people = [
            PersonForm(data, prefix=f"person{n}", types=types, asks=asks, is_first=n == 1)
            for n in range(1, PEOPLE + 1)
        ]
        self.promo_note = ""
        self.costs_other = False

    def clean_token(self):
        token = self.cleaned_data["token"]
        return token if TOKEN.fullmatch(token) else secrets.token_hex(16)

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])

    def clean(self):
        said, total = super().clean(), self.total()
        if said.get("shown_total") != total:
            self.add_other_price(total)
        return said

    def done(self):
        """The order that this form made when it was sent before, unless it waits for money."""
        token = self.data.get("token", "")
        order = self.conference.orders.made_by(token) if TOKEN.fullmatch(token) else None
        return order if order and order.status != Order.Status.PENDING else None

    def more_filled(self):
        """Whether one of the further rows is in use, so that the page shows them."""
        return any(one.has_changed() for one in self.people[1:])

    @cached_property
    def code(self):
        """The promo code, if it has an effect; why it has none is said, never an error."""
        typed = self.cleaned_data.get("promo") if self.is_bound else ""
        if not typed:
            return None
        found = PromoCode.objects.typed(self.conference, typed)
        problem = f"There is no code “{typed}”." if found is None else found.problem()
        self.promo_note = f"{problem} The full price counts." if problem else found.words()
        return None if problem else found

    def total(self):
        """What is chosen costs with the code; of a form that was sent, after is_valid."""
        return sum((person.cost(self.code) for person in self.people), money.ZERO)

    def keep_quiet(self):
        """Show what was typed without complaining about it yet."""
        self.costs_other = False
        for form in (self, *self.people):
            form.errors.clear()

    def add_gone(self, quota_id, left):
        """Beside each extra that is gone, else above all."""
        if not any([person.add_gone(quota_id, left) for person in self.people]):  # noqa: C419
            name = Quota.objects.get(pk=quota_id).name
            self.add_error(None, f"“{name}” has {left} left: it cannot be sold.")

    def add_other_price(self, total):
        """Nobody pays what nobody has seen: the new sum is looked at, and the form sent again."""
        self.costs_other = True
        now, shown = self._words(total), self.cleaned_data.get("shown_total")
        known = "" if shown is None else f" now; {self._words(shown)} was shown"
        self.add_error(None, f"This costs {now}{known}. Look at the sum and sell again.")

    def _words(self, amount):
        return money.show_sum(amount, self.conference.currency)

    def add_used_up(self, error):
        """The code was good when the form was read; without it, the sum is another."""
        del self.code
        if self.total() == self.cleaned_data["shown_total"]:
            self.add_error(None, str(error))
        else:
            self.add_other_price(self.total())

    def add_not_on_sale(self, error):
        if not any([person.add_not_on_sale(error) for person in self.people]):  # noqa: C419
            self.add_error(None, str(error))

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
        filled = [(one, one.cleaned_data) for one in self.people if one.cleaned_data]
        buyer = Buyer(self.people[0].cleaned_data["name"], said["email"])
        return buyer, [
            Attendee(
                ticket_type=row["type"],
                name=row["name"],
                email=said["email"] if n == 0 else "",
                is_minor=row["type"].for_minors,
                guardian_name=said["guardian_name"] if row["type"].for_minors else "",
                guardian_phone=said["guardian_phone"] if row["type"].for_minors else "",
                add_ons=person.chosen_add_ons(),
                answers=person.answers,
            )
            for n, (person, row) in enumerate(filled)
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
