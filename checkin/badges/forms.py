"""What staff say about badges: whom to print, why again, and what they look like."""

import re

from django import forms
from django.core.exceptions import ValidationError

from registration.models import TicketType
from scale.forms import helper
from scale.uploads import ACCEPT, PICTURES, clean_picture

from ..models import Station
from .layouts import ALIGNS, PIECES, Design, Place
from .models import BadgeLayout

STATES = [
    ("", "all tickets"),
    ("none", "without a badge"),
    ("waiting", "on their way to a printer"),
    ("printed", "printed"),
]
LOGO_PIXELS = 1000
ALIGN_WORDS = {"left": "left", "center": "middle", "right": "right"}


def printers_of(conference):
    return conference.stations.filter(kind=Station.Kind.PRINTER, revoked_at=None)


class FilterForm(forms.Form):
    """What of the edition's tickets is shown; whatever is wrong counts as not said."""

    q = forms.CharField(max_length=100, required=False, label="Name, organization or code")
    kind = forms.ModelChoiceField(
        TicketType.objects.none(), required=False, label="Ticket type", empty_label="all types"
    )
    state = forms.ChoiceField(choices=STATES, required=False, label="Badge")

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = conference.ticket_types.order_by("pk")

    def wanted(self):
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}


class WhereForm(forms.Form):
    """Where a badge comes out."""

    printer = forms.ModelChoiceField(
        Station.objects.none(), required=False, empty_label="whichever printer is free"
    )

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["printer"].queryset = printers_of(conference)


class ReprintForm(WhereForm):
    why = forms.CharField(
        max_length=120,
        label="Why again",
        help_text="The old badge stops working at once.",
        error_messages={"required": "Say why: somebody may ask for it later."},
    )
    field_order = ["why", "printer"]


class DropForm(forms.Form):
    why = forms.CharField(
        max_length=120,
        label="Why",
        help_text="Such as: wrong type, does not come. It is kept with the badge.",
    )
    helper = helper("Take it out of the queue")


class LayoutForm(forms.ModelForm):
    """Size and paper of an edition's badges, and for each piece whether and where it stands."""

    class Meta:
        model = BadgeLayout
        fields = ["width_mm", "height_mm", "paper", "gap_mm", "crop_marks"]
        labels = {
            "width_mm": "Width in mm",
            "height_mm": "Height in mm",
            "gap_mm": "Gap between two on a sheet, in mm",
            "crop_marks": "Crop marks on sheets",
        }

    new_logo = forms.FileField(
        label="Logo",
        required=False,
        help_text=PICTURES,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args, design: Design, types, **kwargs):
        super().__init__(*args, **kwargs)
        self.design, self.types = design, list(types)
        for kind in self.types:
            self.fields[f"colour_{kind.pk}"] = forms.CharField(
                label=kind.name,
                required=False,
                initial=design.colours.get(kind.code) or kind.conference.accent,
                widget=forms.TextInput(attrs={"type": "color"}),
            )
        for key in PIECES:
            self._add_piece(key, design.places.get(key))
        self.helper = helper("Save the layout")

    def _add_piece(self, key: str, place: Place | None) -> None:
        shown = place or Place(5, 5, 40, 10)
        self.fields[f"{key}_on"] = forms.BooleanField(required=False, initial=place is not None)
        for side, most in (("x", 200), ("y", 270), ("w", 200), ("h", 270), ("size", 120)):
            self.fields[f"{key}_{side}"] = forms.FloatField(
                min_value=0 if side in "xy" else 3,
                max_value=most,
                initial=getattr(shown, side),
                widget=forms.NumberInput(attrs={"step": "any"}),
                required=False,
            )
        self.fields[f"{key}_align"] = forms.ChoiceField(
            choices=[(one, ALIGN_WORDS[one]) for one in ALIGNS],
            initial=shown.align,
            required=False,
        )

    def rows(self):
        """(words, box to tick, [fields]) for the table on the page."""
        for key, words in PIECES.items():
            sides = ("x", "y", "w", "h", "size", "align")
            fields = [self[f"{key}_{side}"] for side in sides]
            errors = [error for field in fields for error in field.errors]
            yield words, self[f"{key}_on"], fields, errors

    def colours(self):
        return [self[f"colour_{kind.pk}"] for kind in self.types]

    def clean_new_logo(self):
        upload = self.cleaned_data["new_logo"]
        return clean_picture(upload, size=LOGO_PIXELS) if upload else None

    def clean(self):
        cleaned = super().clean()
        self.instance.colours = {}
        for kind in self.types:
            name = f"colour_{kind.pk}"
            colour = (cleaned.get(name) or "").lower()
            if colour and not re.fullmatch(r"#[0-9a-f]{6}", colour):
                self.add_error(name, "A colour like #b4400a, please.")
            elif colour and colour != kind.conference.accent.lower():
                self.instance.colours[kind.code] = colour
        self.instance.places = self._places(cleaned)
        if not self.instance.places and not self.errors:
            raise ValidationError("An empty badge helps nobody: tick what stands on it.")
        return cleaned

    def _places(self, cleaned):
        wide, high = cleaned.get("width_mm"), cleaned.get("height_mm")
        found = {}
        for key in PIECES:
            if not cleaned.get(f"{key}_on"):
                continue
            values = {side: cleaned.get(f"{key}_{side}") for side in ("x", "y", "w", "h", "size")}
            if None in values.values():
                if not any(self.errors.get(f"{key}_{side}") for side in values):
                    self.add_error(f"{key}_x", "Five numbers, please.")
                continue
            if (
                wide
                and high
                and (
                    values["x"] + values["w"] > float(wide) + 0.05
                    or values["y"] + values["h"] > float(high) + 0.05
                )
            ):
                self.add_error(f"{key}_x", "This reaches over the edge of the badge.")
            found[key] = values | {"align": cleaned.get(f"{key}_align") or "center"}
        return found
