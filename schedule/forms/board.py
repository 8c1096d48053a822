"""What the board sends, and plans by name."""

import datetime as dt
from dataclasses import replace

from django import forms

from cfp.models import Talk
from scale.forms import helper
from scale.time import from_wall, local

from ..arranging import Spot
from ..models import Kind, Placement, Room

VERBS = (
    *("move", "new", "swap", "push", "copy", "remove", "drop", "confirm"),
    *("lock", "unlock", "undo", "redo", "expect", "clear"),
)


class BoardForm(forms.Form):
    """One thing done on the board. Times are the clocks of the conference, without an offset."""

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS])
    slot = forms.UUIDField(required=False)
    seen = forms.CharField(max_length=40, required=False)
    other = forms.UUIDField(required=False)
    other_seen = forms.CharField(max_length=40, required=False)
    room = forms.ModelChoiceField(Room.objects.none(), required=False)
    place = forms.CharField(max_length=120, required=False)
    starts = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M"], required=False)
    ends = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M"], required=False)
    minutes = forms.IntegerField(min_value=-1440, max_value=1440, required=False)
    talk = forms.ModelChoiceField(Talk.objects.none(), to_field_name="code", required=False)
    title = forms.CharField(max_length=250, required=False)
    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    part = forms.IntegerField(min_value=1, max_value=20, required=False)
    people = forms.IntegerField(min_value=0, max_value=100_000, required=False)
    why = forms.CharField(max_length=250, required=False)
    now = forms.BooleanField(required=False)
    notify = forms.BooleanField(required=False)

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.conference = conference
        self.fields["room"].queryset = Room.objects.filter(conference=conference)
        talks = Talk.objects.filter(conference=conference)
        self.fields["talk"].queryset = talks.defer("abstract", "description", "notes")

    def clean(self):
        data = super().clean()
        for name in ("starts", "ends"):
            if data.get(name):
                wall = data[name].replace(tzinfo=None)
                try:
                    data[name] = from_wall(wall, self.conference)
                except ValueError as error:
                    self.add_error(name, f"The clocks change: {error}.")
        if data.get("starts") and data.get("ends") and not self.errors:
            length = data["ends"] - data["starts"]
            if not dt.timedelta(minutes=5) <= length <= dt.timedelta(hours=24):
                self.add_error("ends", "It lasts from 5 minutes to 24 hours.")
        if data.get("verb") in ("move", "new") and not self.errors:
            self._has_a_spot(data)
        return data

    def _has_a_spot(self, data):
        if not (data["starts"] and data["ends"]):
            self.add_error("starts", "Say when it begins and ends.")
        if bool(data["room"]) == bool(data["place"]):
            self.add_error("room", "Choose a room, or name a place (not both).")

    @property
    def spot(self) -> Spot:
        data = self.cleaned_data
        room = data["room"].pk if data["room"] else None
        return Spot(room, data["place"], data["starts"], data["ends"])

    def spot_of(self, shown: Placement) -> Spot:
        """Where a line goes that is there now: of an hour that comes twice, where it was."""
        spot = self.spot
        walls, were = (
            [local(at, self.conference).replace(tzinfo=None) for at in (one.starts_at, one.ends_at)]
            for one in (spot, shown)
        )
        starts = from_wall(walls[0], self.conference, shown.starts_at)
        ends = from_wall(walls[1], self.conference, shown.ends_at)
        if were[1] <= were[0]:  # the board draws how long it lasts, not when it ends
            ends = starts + (walls[1] - walls[0])
        return replace(spot, starts_at=starts, ends_at=ends)

    @property
    def says(self) -> str:
        """What is wrong, for the one line that the board has for it."""
        return " ".join(error for errors in self.errors.values() for error in errors)


class PlanForm(forms.Form):
    name = forms.CharField(max_length=80, label="Name of the plan")
    helper = helper("Make the plan")
