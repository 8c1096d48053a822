"""The form at an order's link: the buyer, a block for each ticket, the terms."""

from collections import Counter

from django import forms

from scale import money
from scale.text import canonical_email

from ..actions import Attendee, Buyer
from ..models import Answer, Terms
from ..pricing import price_ticket
from .attendee import Asks, AttendeeForm, PlainForm, PlainTextField
from .choice import places_left

NOT_FOR_OTHERS = (
    "Only the person themself can agree to this, on the ticket’s page. Please untick it here."
)


class BuyerForm(PlainForm):
    buyer_name = PlainTextField(
        max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    buyer_email = forms.EmailField(
        max_length=190,
        label="Your e-mail address",
        help_text="The tickets go there.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    buyer_organization = PlainTextField(
        max_length=120,
        label="Organization",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    buyer_address = forms.CharField(
        max_length=500,
        label="Address",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    group = forms.BooleanField(
        required=False, label="My people fill in their own names: give me a code for them"
    )
    terms = forms.BooleanField(
        error_messages={"required": "We can only sell to who accepts these."}
    )
    # Which versions the page showed; the accepted ones are stored with the order.
    terms_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, terms, offers_group, **kwargs):
        super().__init__(*args, **kwargs)
        self.versions = "-".join(str(one.pk) for one in terms.values())
        self.initial["terms_seen"] = self.versions
        if not terms:
            del self.fields["terms"], self.fields["terms_seen"]
        if not offers_group:
            del self.fields["group"]

    def clean_buyer_email(self):
        return canonical_email(self.cleaned_data["buyer_email"])

    def clean_terms_seen(self):
        if self.cleaned_data["terms_seen"] != self.versions:
            self.add_error("terms", "The terms changed meanwhile. Please look at them again.")
            self.data = self.data.copy()
            self.data["terms_seen"] = self.versions
            self.data.pop("terms", None)
        return self.versions


class DetailsForm:
    """All of it together, sent as one form."""

    def __init__(self, data, *, order, user):
        self.order, self.conference = order, order.conference
        self.user = user if user.is_authenticated else None
        self.run_out = order.has_run_out()
        self.terms = Terms.objects.in_force(self.conference)
        self.lines = list(order.lines.order_by("pk"))
        tickets = list(order.tickets.live().select_related("ticket_type").order_by("pk"))
        of_types = Counter(ticket.ticket_type_id for ticket in tickets)
        self.buyer = BuyerForm(
            data,
            initial=self._about_buyer(),
            terms=self.terms,
            offers_group=max(of_types.values(), default=0) > 1,
        )
        asks = Asks.of(self.conference)
        answers = self._answers(asks, tickets) if order.filled_in_at else {}
        for_group = bool(self.buyer["group"].value()) if "group" in self.buyer.fields else False
        self.attendees = [
            self._block(n, ticket, data, asks, answers.get(ticket.pk, {}), for_group)
            for n, ticket in enumerate(tickets, 1)
        ]

    def _about_buyer(self):
        if self.order.filled_in_at:
            names = ("buyer_name", "buyer_email", "buyer_organization", "buyer_address")
            known = {name: getattr(self.order, name) for name in names}
            return known | {"group": hasattr(self.order, "group_code")}
        if self.user:
            return {"buyer_name": self.user.name, "buyer_email": self.user.email}
        return {}

    def _answers(self, asks, tickets):
        """Ticket pk → {field name: what was answered}."""
        kinds = {question.pk: question.kind for question in asks.questions}
        found = {ticket.pk: {} for ticket in tickets}
        rows = Answer.objects.filter(ticket__in=tickets)
        for ticket, question, value in rows.values_list("ticket", "question", "value"):
            several = kinds.get(question) == "several"
            found[ticket][f"question-{question}"] = value.split("\n") if several else value
        return found

    def _block(self, n, ticket, data, asks, answers, for_group):
        ticket.ticket_type.conference = self.conference
        names = (
            *("title", "organization", "pronouns", "postcode", "consent", "no_photos"),
            *("is_minor", "guardian_name", "guardian_phone", "accessibility_needs"),
        )
        initial = {name: getattr(ticket, name) for name in names} | answers
        initial |= {"name": ticket.attendee_name, "email": ticket.attendee_email}
        initial["guardian_agrees"] = ticket.guardian_agreed_at is not None
        initial |= {"shares": ticket.shares(), "phone": ticket.phone}
        held = [one.add_on_id for one in self.lines if one.ticket_id == ticket.pk and one.add_on_id]
        form = AttendeeForm(
            data,
            prefix=f"ticket{n}",
            initial=initial,
            asks=asks,
            ticket_type=ticket.ticket_type,
            is_buyer=n == 1,
            may_stay_open=for_group,
            held=held,
            run_out=self.run_out,
        )
        form.line = next(
            one for one in self.lines if one.ticket_id == ticket.pk and one.ticket_type_id
        )
        return form

    def is_valid(self):
        fine = all([form.is_valid() for form in (self.buyer, *self.attendees)])  # noqa: C419
        if not fine:
            return False
        for form in self.attendees:
            if form.cleaned_data.get("shares") and form.is_somebody_else(self.buyer.cleaned_data):
                form.add_error("shares", NOT_FOR_OTHERS)
                return False
        return True

    def faulty(self):
        """The fields that need another look, in the order of the page."""
        forms = (self.buyer, *self.attendees)
        return [form[name] for form in forms for name in form.fields if name in form.errors]

    def keep_quiet(self):
        """Show what was typed without complaining about it yet."""
        for form in (self.buyer, *self.attendees):
            form.full_clean()
            form.errors.clear()

    def cleaned(self) -> tuple[Buyer, list[Attendee]]:
        said = self.buyer.cleaned_data
        buyer = Buyer(
            said["buyer_name"],
            said["buyer_email"],
            self.user,
            said["buyer_organization"],
            said["buyer_address"],
        )
        return buyer, [form.attendee(buyer) for form in self.attendees]

    def sums(self):
        """What it costs with the extras chosen now: rows, the discount, the total."""
        rows: Counter = Counter()
        costs: Counter = Counter()
        listed = total = money.ZERO
        promo = self.order.promo_code
        for form in self.attendees:
            extras = form.chosen_add_ons()
            full, each = price_ticket(form.line.list_price, extras, None)
            code = promo if form.line.promo_code_id else None
            own, own_each = price_ticket(form.line.list_price, extras, code)
            words = (form.ticket_type.name, *(str(one) for one in extras))
            for word, cost in zip(words, (full, *each), strict=True):
                rows[word] += 1
                costs[word] += cost
            listed += full + sum(each, money.ZERO)
            total += own + sum(own_each, money.ZERO)
        return {
            "rows": [(word, n, costs[word]) for word, n in rows.items()],
            "promo": promo,
            "discount": total - listed,
            "total": total,
        }

    def add_sold_out(self, quota_id, left):
        """Beside each extra that is gone, else beside the first ticket whose place is."""
        if any([form.add_gone(quota_id, left) for form in self.attendees]):  # noqa: C419
            return
        sharing = [
            form
            for form in self.attendees
            if any(quota.pk == quota_id for quota in form.ticket_type.quotas.all())
        ]
        names = " and ".join(dict.fromkeys(form.ticket_type.name for form in sharing))
        sharing[0].add_error("name", places_left(names, left, len(sharing)))

    def add_not_on_sale(self, error):
        if not any([form.add_not_on_sale(error) for form in self.attendees]):  # noqa: C419
            self.buyer.add_error(None, str(error))
