"""What attendees say of a BoF, and what staff say of places for them."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError

from scale.forms import helper
from scale.text import canonical_email, plain
from scale.time import from_wall, local

from ..models import BofClaim, Room

MOST_PLACES = 100


class BofForm(forms.ModelForm):
    """`place` holds what is open now: a place that was taken meanwhile is asked for anew."""

    place = forms.ChoiceField(label="Place and time")

    class Meta:
        model = BofClaim
        fields = ["title", "abstract", "expected", "name", "email"]
        widgets = {"abstract": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "title": "As it will stand on the schedule.",
            "abstract": "Who should come, and what you will talk about or do.",
            "expected": "A guess will do. It helps us to see whether the room fits.",
            "email": "For us alone: it is not shown in public.",
        }
        error_messages = {"expected": {"min_value": "At least one, and that is you."}}

    helper = helper("Ask for this place")

    def __init__(self, *args, places, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.conference = conference
        self.fields["email"].label = "E-mail address"
        self.fields["place"].choices = self.choices(places)
        self.fields["place"].error_messages["invalid_choice"] = (
            "Somebody was quicker: this place is not open any more. These are."
        )
        self.order_fields(["place", "title", "abstract", "expected", "name", "email"])

    def choices(self, places):
        return [
            (str(place.slot.uuid), place_words(place.slot, self.conference))
            for place in places
            if place.is_open
        ]

    def clean_title(self):
        title = plain(self.cleaned_data["title"])
        if not title:
            raise ValidationError("Please give it a title.")
        return title

    def clean_name(self):
        return plain(self.cleaned_data["name"])

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])

    def said(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def place_words(slot, conference):
    """Fri 6 Mar 20:00–21:00, Room 104 (60 seats)"""
    begins, ends = local(slot.starts_at, conference), local(slot.ends_at, conference)
    seats = f" ({slot.room.capacity} seats)" if slot.room and slot.room.capacity else ""
    return f"{begins:%a %-d %b %H:%M}–{ends:%H:%M}, {slot.where}{seats}"


class DeclineForm(forms.Form):
    why = forms.CharField(
        max_length=500,
        label="Why not",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands in the mail to who asked, as you write it.",
    )
    helper = helper("Decline and send the mail", css="btn-plain")


class PlacesForm(forms.Form):
    """Rooms × times of one day."""

    day = forms.ChoiceField()
    begins = forms.TimeField(
        label="From",
        widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"),
        initial=dt.time(20),
    )
    until = forms.TimeField(
        label="Until",
        widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"),
        initial=dt.time(23),
        help_text="The last one ends at this time, or before it.",
    )
    minutes = forms.IntegerField(label="Minutes each", min_value=15, max_value=240, initial=60)
    rooms = forms.ModelMultipleChoiceField(Room.objects.none(), widget=forms.CheckboxSelectMultiple)
    helper = helper("Open these places now")

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.conference = conference
        days = conference.days()
        self.fields["day"].choices = [(day.isoformat(), f"{day:%A %-d %B}") for day in days]
        if conference.is_on():
            self.fields["day"].initial = conference.today().isoformat()
        self.fields["rooms"].queryset = Room.objects.filter(conference=conference)

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        day = dt.date.fromisoformat(data["day"])
        step = dt.timedelta(minutes=data["minutes"])
        begins, until = (dt.datetime.combine(day, data[name]) for name in ("begins", "until"))
        count = max(0, (until - begins) // step)
        if count == 0:
            self.add_error("until", "Not even one fits between these times.")
        elif count * len(data["rooms"]) > MOST_PLACES:
            self.add_error("rooms", f"At most {MOST_PLACES} places at once.")
        try:
            walls = [from_wall(begins + step * n, self.conference) for n in range(count)]
        except ValueError as error:
            self.add_error("begins", f"The clocks change: {error}.")
        else:
            data["times"] = [(at, at + step) for at in walls]
        return data
