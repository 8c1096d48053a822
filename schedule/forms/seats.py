"""What staff say of the seats in a workshop."""

import datetime as dt

from django import forms
from django.core.validators import MinValueValidator

from registration.models import TicketType
from scale import money
from scale.forms import helper
from scale.text import plain
from scale.time import from_wall, local

from ..actions import Offer
from ..models import Workshop

CLOCK = "%Y-%m-%dT%H:%M"
MOST = 10_000


def clock_field(label: str, help_text: str) -> forms.DateTimeField:
    """An instant on the clocks of the conference."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=CLOCK)
    return forms.DateTimeField(
        label=label, help_text=help_text, required=False, input_formats=[CLOCK], widget=widget
    )


class SeatsForm(forms.Form):
    wanted = forms.IntegerField(
        label="Seats to offer",
        min_value=1,
        max_value=MOST,
        help_text="Never more are sold than the room holds, whatever stands here.",
    )
    price = forms.DecimalField(
        label="Price of a seat",
        max_digits=10,
        decimal_places=2,
        initial=money.ZERO,
        validators=[MinValueValidator(money.ZERO)],
        help_text="0: free, for who has a ticket.",
    )
    name = forms.CharField(max_length=80, label="Name in the shop and on the ticket")
    description = forms.CharField(
        max_length=250, required=False, help_text="One sentence beside its name in the shop."
    )
    ticket_types = forms.ModelMultipleChoiceField(
        TicketType.objects.none(),
        required=False,
        label="With which tickets",
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: with every ticket.",
    )
    on_sale_from = clock_field("On sale from", "Empty: at once.")
    on_sale_until = clock_field("On sale until", "Empty: as long as tickets are.")
    is_hidden = forms.BooleanField(
        required=False, label="Not in the shop", help_text="The registration desk can give seats."
    )
    helper = helper("Save the seats")

    def __init__(self, *args, talk, workshop: Workshop | None, **kwargs):
        self.conference = talk.conference
        super().__init__(*args, initial=self._initial(talk, workshop), **kwargs)
        types = TicketType.objects.filter(conference=self.conference)
        self.fields["ticket_types"].queryset = types

    def _initial(self, talk, workshop):
        if workshop is None:
            return {"name": talk.title[:80]}
        add_on = workshop.add_on
        names = ("price", "name", "description", "is_hidden")
        return {
            "wanted": workshop.wanted,
            **{name: getattr(add_on, name) for name in names},
            "ticket_types": [one.pk for one in add_on.ticket_types.all()],
            "on_sale_from": self._shown(add_on.on_sale_from),
            "on_sale_until": self._shown(add_on.on_sale_until),
        }

    def _shown(self, instant: dt.datetime | None) -> str:
        return local(instant, self.conference).strftime(CLOCK) if instant else ""

    def clean_name(self):
        return plain(self.cleaned_data["name"])

    def clean(self):
        said = super().clean()
        for name in ("on_sale_from", "on_sale_until"):
            if said.get(name):
                try:
                    said[name] = from_wall(said[name].replace(tzinfo=None), self.conference)
                except ValueError as error:
                    self.add_error(name, f"The clocks change: {error}.")
        begins, ends = said.get("on_sale_from"), said.get("on_sale_until")
        if begins and ends and ends <= begins:
            self.add_error("on_sale_until", "The sale would end before it begins.")
        return said

    def offer(self) -> Offer:
        return Offer(**self.cleaned_data)
