"""Choosing what a ticket is to become. The choice is in the address, so it can be looked at."""

import secrets
from decimal import Decimal

from django import forms
from django.utils import timezone

from scale import money

from .. import actions
from ..models import AddOn, Ticket, TicketType

BUYABLE = ("on_sale", "few")


class Upgrade:
    """What one may choose for a ticket, what is chosen now, and what it would cost."""

    def __init__(self, ticket: Ticket, query):
        self.ticket, self.now = ticket, timezone.now()
        self.problem = ""
        self.lines = lines = actions.lines_in_force(ticket)
        self.has = {line.add_on_id: line for line in lines if line.add_on_id}
        self.types = self._types()
        self.add_ons = self._add_ons()
        self.chosen_type = self._chosen_type(query.get("type", ""))
        self.chosen = self._chosen_add_ons(query)
        self.quote = self._quote()

    def _types(self) -> list[TicketType]:
        promo = self.ticket.order.promo_code if self.ticket.order else None
        own = self.ticket.ticket_type_id
        found = TicketType.objects.filter(conference=self.ticket.conference)
        types = []
        for one in found.prefetch_related("prices", "quotas"):
            one.conference = self.ticket.conference
            shown = not one.is_hidden or (promo and promo.counts_for(self.ticket, one))
            is_for_sale = self.ticket.order and shown and one.state(self.now) in BUYABLE
            if one.pk == own or is_for_sale:
                types.append(one)
        return types

    def _add_ons(self) -> list[AddOn]:
        found = AddOn.objects.filter(conference=self.ticket.conference)
        extras = []
        for one in found.prefetch_related("quotas", "ticket_types"):
            one.conference = self.ticket.conference
            if one.pk in self.has or (not one.is_hidden and one.state(self.now) in BUYABLE):
                extras.append(one)
        return extras

    def _chosen_type(self, code: str) -> TicketType:
        own = next(one for one in self.types if one.pk == self.ticket.ticket_type_id)
        return next((one for one in self.types if one.code == code), own)

    def _chosen_add_ons(self, query) -> list[AddOn]:
        if "type" not in query:
            return [one for one in self.add_ons if one.pk in self.has]
        wanted = set(query.getlist("extra"))
        chosen = [one for one in self.add_ons if str(one.pk) in wanted]
        unfit = actions.why_unfit(self.chosen_type, chosen, chosen)
        new = [one for one in chosen if one.pk not in self.has]
        self.problem = unfit or actions.why_no_seat(new, chosen)
        return chosen

    def _quote(self):
        try:
            return actions.quote(self.ticket, self.chosen_type, self.chosen, self.now, self.lines)
        except (actions.CannotUpgrade, actions.NotOnSale) as error:
            self.problem = str(error)
            return None

    @property
    def cost(self) -> Decimal:
        return self.quote.cost if self.quote else money.ZERO

    @property
    def is_less(self) -> bool:
        return self.cost < money.ZERO

    @property
    def is_change(self) -> bool:
        return bool(self.quote and self.quote.is_change)

    def rows(self):
        """(type, what it would cost with the extras chosen or None, whether it is chosen)."""
        rows = []
        for one in self.types:
            try:
                cost = actions.quote(self.ticket, one, self.chosen, self.now, self.lines).cost
            except (actions.CannotUpgrade, actions.NotOnSale):
                cost = None
            rows.append((one, cost, one == self.chosen_type))
        return rows

    def extras(self):
        """(add-on, price to show, whether it is chosen, whether the ticket has it)."""
        return [
            (
                one,
                self.has[one.pk].price if one.pk in self.has else one.price,
                one in self.chosen,
                one.pk in self.has,
            )
            for one in self.add_ons
            if one.pk in self.has or one.goes_with(self.chosen_type)
        ]


class ConfirmUpgradeForm(forms.Form):
    """Names this filling-in, and what the page said it costs."""

    form_token = forms.RegexField("^[0-9a-f]{32}$", widget=forms.HiddenInput)
    shown_cost = forms.DecimalField(max_digits=10, decimal_places=2, widget=forms.HiddenInput)

    @classmethod
    def showing(cls, cost: Decimal):
        return cls(initial={"form_token": secrets.token_hex(16), "shown_cost": cost})
