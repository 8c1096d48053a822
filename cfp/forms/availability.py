"""The days and hours at which a speaker cannot be there, on the conference's clocks."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError

from scale.time import from_wall, local

MIDNIGHT = dt.time(0)
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class AbsenceForm(forms.Form):
    """One row. Without hours it is the whole day; without a day it is no row."""

    day = forms.ChoiceField(required=False, label="I cannot be there on")
    starts = forms.TimeField(required=False, label="from", widget=TIME)
    ends = forms.TimeField(required=False, label="until", widget=TIME)

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.conference = conference
        days = [(day.isoformat(), f"{day:%A} {day.day} {day:%B}") for day in conference.days()]
        self.fields["day"].choices = [("", "–"), *days]

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if not cleaned["day"]:
            if cleaned["starts"] or cleaned["ends"]:
                raise ValidationError("Which day?")
            return cleaned
        day = dt.date.fromisoformat(cleaned["day"])
        starts, ends = cleaned["starts"] or MIDNIGHT, cleaned["ends"] or MIDNIGHT
        last = day if ends != MIDNIGHT else day + dt.timedelta(days=1)
        walls = dt.datetime.combine(day, starts), dt.datetime.combine(last, ends)
        try:
            first, end = (from_wall(wall, self.conference) for wall in walls)
        except ValueError:
            raise ValidationError("The clocks are set then: there is no such time.") from None
        if end <= first:
            raise ValidationError("It ends before it starts.")
        cleaned["span"] = first, end
        return cleaned


class AbsenceFormSet(forms.BaseFormSet):
    def spans(self):
        return [form.cleaned_data["span"] for form in self.forms if form.cleaned_data.get("span")]


ABSENCES = forms.formset_factory(AbsenceForm, AbsenceFormSet, extra=3, max_num=40, absolute_max=40)


def by_day(absences, conference):
    """Rows of the form: an absence over several days becomes one a day."""
    rows = []
    for absence in absences:
        first, end = (local(one, conference) for one in (absence.starts_at, absence.ends_at))
        for day in conference.days():
            opens = dt.datetime.combine(day, MIDNIGHT, conference.zone)
            closes = dt.datetime.combine(day + dt.timedelta(days=1), MIDNIGHT, conference.zone)
            if first >= closes or end <= opens:
                continue
            row = {"day": day.isoformat()}
            if first > opens:
                row["starts"] = first.time()
            if end < closes:
                row["ends"] = end.time()
            rows.append(row)
    return rows
