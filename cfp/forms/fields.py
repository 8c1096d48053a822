"""Fields that several forms share."""

import datetime as dt
import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from scale import text

from ..models import Talk

# Characters that no keyboard types and that break feeds; NUL is refused aloud instead.
INVISIBLE = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONG_TEXT = 20_000
SHORT_TEXT = 5_000


def posted(request):
    """A form's data, also where every field was left empty; None while it is only shown."""
    return request.POST if request.method == "POST" else None


class Line(forms.CharField):
    """One line of text."""

    def to_python(self, value):
        return text.plain(INVISIBLE.sub("", super().to_python(value)))


class Prose(forms.CharField):
    """Text of several lines. A browser sends a line break as two characters; it counts as one.

    Without `maxlength` in the page: browsers would cut what is pasted without a word.
    """

    def __init__(self, *, rows=4, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return INVISIBLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))

    def widget_attrs(self, widget):
        return {name: v for name, v in super().widget_attrs(widget).items() if name != "maxlength"}


class Links(Prose):
    """Addresses, one a line."""

    MOST = 10

    def __init__(self, **kwargs):
        super().__init__(rows=2, required=False, max_length=SHORT_TEXT, **kwargs)

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).split("\n") if line.strip()]
        if len(lines) > self.MOST:
            raise ValidationError(f"At most {self.MOST} addresses, please.")
        for number, line in enumerate(lines):
            lines[number] = line = line if "://" in line else f"https://{line}"
            try:
                URLValidator(schemes=["http", "https"])(line)
            except ValidationError:
                raise ValidationError(f"“{line[:80]}” is no address of a page.") from None
        return "\n".join(lines)


class WallTimeField(forms.SplitDateTimeField):
    """A day and a time without a zone yet: the form knows whose clocks it is on."""

    widget = forms.SplitDateTimeWidget(
        date_attrs={"type": "date", "class": "form-control"},
        time_attrs={"type": "time", "step": 1, "class": "form-control mt-1"},
        date_format="%Y-%m-%d",
        time_format="%H:%M:%S",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for part, words in zip(self.widget.widgets, ("day", "time"), strict=True):
            part.attrs["aria-label"] = f"{self.label}: {words}"

    def compress(self, data_list):
        if not data_list:
            return None
        date, time = data_list
        if not date or time is None:
            raise ValidationError("Both a day and a time, please.")
        return dt.datetime.combine(date, time)


class KindField(forms.ModelChoiceField):
    def label_from_instance(self, kind):
        return f"{kind.name} ({kind.minutes} minutes)"


def usual_minutes(kind):
    return kind.minutes if kind else Talk._meta.get_field("minutes").default
