"""Tickets at the desk, one by one: given to somebody, moved, with one more extra, taken back."""

import secrets

from django import forms

from scale import money
from scale.forms import helper
from scale.text import canonical_email

from .. import actions
from ..models import AddOn, CompAllowance, TicketType
from ..pricing import price_ticket
from .acts import ActForm, left_words
from .attendee import PlainTextField


class SourceField(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        """Volunteers: 12 of 40 given"""
        return f"{obj.source[:1].upper()}{obj.source[1:]}: {obj.given} of {obj.size} given"


class GiveForm(forms.Form):
    name = PlainTextField(max_length=120, label="Name on the badge")
    email = forms.EmailField(
        max_length=190,
        label="E-mail address",
        help_text="The ticket goes there. Who holds one already gets the ribbon on the same badge.",
    )
    type = forms.ModelChoiceField(
        TicketType.objects.none(), to_field_name="code", empty_label=None, label="Ticket"
    )
    role = forms.SlugField(
        max_length=20, required=False, label="Ribbon", help_text="Such as speaker, press or staff."
    )
    source = SourceField(
        CompAllowance.objects.none(),
        required=False,
        empty_label="no source: it is not counted",
        label="Counts for",
        help_text="Whoever may give so many free tickets; this is one of them.",
    )
    why = PlainTextField(max_length=120, label="Why")
    helper = helper("Give the ticket")

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].queryset = TicketType.objects.filter(conference=conference)
        # Those of talks and deals, such as sponsorship:12, are counted where they are given.
        sources = conference.comp_allowances.of_sources().exclude(source__contains=":")
        self.fields["source"].queryset = sources.order_by("source")

    def clean_source(self):
        chosen = self.cleaned_data["source"]
        return chosen.source if chosen else ""

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])


class TakeBackForm(forms.Form):
    why = PlainTextField(max_length=120, label="Why")
    helper = helper("Take the ticket back")


class MoveGivenForm(forms.Form):
    """`was` is the type that the ticket had when the form was shown."""

    to = forms.ModelChoiceField(
        TicketType.objects.none(),
        to_field_name="code",
        empty_label="please choose",
        label="To which",
        help_text="It stays given: nothing is to pay.",
    )
    why = PlainTextField(max_length=120, label="Why")
    was = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    helper = helper("Move it")

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, initial={"was": ticket.ticket_type.code}, **kwargs)
        types = TicketType.objects.filter(conference=ticket.conference)
        others = types.exclude(pk=ticket.ticket_type_id).prefetch_related("quotas")
        self.fields["to"].queryset = others
        self.fields["to"].label_from_instance = lambda one: f"{one}{left_words(one)}"


class AddExtraForm(forms.Form):
    """Those that the public cannot buy are there too; `token` names this filling-in."""

    extra = forms.ModelChoiceField(
        AddOn.objects.none(), label="Which extra", empty_label=None, widget=forms.RadioSelect
    )
    why = PlainTextField(max_length=120, label="Why")
    token = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    helper = helper("Add it")

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, initial={"token": secrets.token_hex(16)}, **kwargs)
        has = [line.add_on_id for line in actions.lines_in_force(ticket) if line.add_on_id]
        extras = AddOn.objects.filter(conference=ticket.conference).exclude(pk__in=has)
        fitting = extras.filter(ticket_types=None) | extras.filter(ticket_types=ticket.ticket_type)
        self.fields["extra"].queryset = fitting.distinct().prefetch_related("quotas")
        self.fields["extra"].label_from_instance = self.words
        promo = ticket.order.promo_code if ticket.order else None
        self.promo = promo if promo and promo.covers(ticket.ticket_type) else None
        self.currency = ticket.order.currency if ticket.order else ticket.conference.currency

    clean_token = ActForm.clean_token

    def words(self, extra):
        _, (price,) = price_ticket(money.ZERO, [extra], self.promo)
        return f"{extra}, {money.show(price, self.currency)}{left_words(extra)}"

    def nothing(self):
        return "" if self.fields["extra"].queryset else "There is no other extra for this ticket."
