"""Where and when a line of the schedule goes, and publishing."""

import datetime as dt
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer

from cfp.models import Talk
from scale.forms import helper, plain_button
from scale.time import from_wall, local

from ..models import Kind, Placement, Room

LONGEST = dt.timedelta(hours=24)


class PlacementForm(forms.Form):
    """Where and when, on the clocks of the conference."""

    talk = forms.ModelChoiceField(
        Talk.objects.none(), required=False, empty_label="No talk: it has a title of its own"
    )
    title = forms.CharField(
        max_length=250, required=False, label="Own title", help_text="Such as Lunch."
    )
    room = forms.ModelChoiceField(Room.objects.none(), required=False)
    place = forms.CharField(
        max_length=120, required=False, label="Place, if it is none of the rooms"
    )
    day = forms.ChoiceField()
    begins = forms.TimeField(
        label="Begins at",
        widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"),
    )
    minutes = forms.IntegerField(min_value=5, max_value=1440, label="Minutes")
    kind = forms.ChoiceField(choices=Kind.choices, initial=Kind.MAIN)
    part = forms.IntegerField(
        min_value=1, max_value=20, required=False, label="Which part, if it has several"
    )
    why = forms.CharField(max_length=250, required=False, label="Why (for your colleagues)")
    once = forms.CharField(widget=forms.HiddenInput, required=False)
    notify = forms.BooleanField(
        required=False, initial=True, label="Mail the speakers, if it is published now"
    )
    helper = helper("Note it in the working plan")
    helper.add_input(plain_button("now", "Publish it now, alone"))

    def __init__(self, *args, conference, slot=None, move=None, talk=None, **kwargs):
        self.conference = conference
        start = move or slot
        super().__init__(*args, initial=self.initial_of(start, talk), **kwargs)
        talks = Talk.objects.filter(conference=conference).placeable()
        if start and start.talk_id:  # a cancelled talk may still be moved or replaced
            talks = talks | Talk.objects.filter(pk=start.talk_id)
        self.fields["talk"].queryset = talks.order_by("title")
        self.fields["room"].queryset = Room.objects.filter(conference=conference)
        days = list(conference.days())
        if start and (day := local(start.starts_at, conference).date()) not in days:
            days.append(day)
        self.fields["once"].initial = self._signer().sign(str(uuid.uuid4()))
        self.fields["day"].choices = [(day.isoformat(), f"{day:%A %-d %B}") for day in sorted(days)]

    def initial_of(self, start, talk):
        if start is None:
            return {"talk": talk, "minutes": talk.minutes if talk else 45}
        begins = local(start.starts_at, self.conference)
        return {
            "talk": start.talk_id,
            "title": start.title,
            "room": start.room_id,
            "place": start.place,
            "day": begins.date().isoformat(),
            "begins": begins.time(),
            "minutes": round((start.ends_at - start.starts_at).total_seconds() / 60),
            "kind": start.kind,
            "part": start.part,
        }

    def _signer(self):
        return Signer(salt=f"schedule.new-slot:{self.conference.pk}")

    def clean_once(self):
        """The uuid that a new slot will have; a form that was tampered with gets another."""
        try:
            return uuid.UUID(self._signer().unsign(self.cleaned_data["once"]))
        except (BadSignature, ValueError):
            return uuid.uuid4()

    def clean(self):
        data = super().clean()
        if not data.get("talk") and not data.get("title") and "talk" not in self.errors:
            self.add_error("title", "Choose a talk above, or say what it is.")
        if data.get("talk") and data.get("title"):
            self.add_error("title", "A talk has its title already; leave this empty.")
        if bool(data.get("room")) == bool(data.get("place")) and not {"room", "place"} & set(
            self.errors
        ):
            self.add_error("room", "Choose a room, or name a place below (not both).")
        if "day" in data and "begins" in data:
            wall = dt.datetime.combine(dt.date.fromisoformat(data["day"]), data["begins"])
            try:
                data["starts_at"] = from_wall(wall, self.conference)
            except ValueError as error:
                self.add_error("begins", ValidationError(f"The clocks change: {error}."))
        return data

    def placement(self):
        """The clean values as `Placement.FIELDS`."""
        data = self.cleaned_data
        values = {
            "room_id": data["room"].pk if data["room"] else None,
            "place": data["place"],
            "starts_at": data["starts_at"],
            "ends_at": data["starts_at"] + dt.timedelta(minutes=data["minutes"]),
            "talk_id": data["talk"].pk if data["talk"] else None,
            "title": data["title"],
            "kind": data["kind"],
            "part": data["part"] if data["kind"] == Kind.PART else None,
        }
        return {name: values[name] for name in Placement.FIELDS}


class PublishForm(forms.Form):
    notify = forms.BooleanField(
        required=False, initial=True, label="Mail each speaker whose place or time changes"
    )
    notify_holders = forms.BooleanField(
        required=False, initial=True, label="Mail everyone with a seat in a workshop that moves"
    )
    override_reason = forms.CharField(
        max_length=250,
        required=False,
        label="Publish in spite of conflicts, because",
        help_text="Only a chair; the reason is kept with the version.",
    )
