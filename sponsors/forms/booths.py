from decimal import Decimal

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.files.base import ContentFile
from PIL import Image

from registration.forms.attendee import PlainTextField
from scale import svg
from scale.codes import new_code
from scale.forms import helper
from scale.uploads import ACCEPT, PICTURES, clean_picture

from ..actions.booths import MOST_AT_ONCE
from ..models import Booth
from ..models.booths import NUMBER, in_order
from .fields import row

PLAN_PIXELS = 2400
HUNDRED = Decimal(100)


class PlanForm(forms.Form):
    """`picture` is cleaned into a file, and its sides."""

    name = PlainTextField(max_length=60, help_text="Such as Exhibit hall.")
    picture = forms.FileField(
        label="Drawing",
        help_text=f"SVG, at most {svg.MAX_BYTES // 1_000_000} MB; or {PICTURES}",
        widget=forms.FileInput(attrs={"accept": f"{svg.ACCEPT},{ACCEPT}"}),
    )

    def __init__(self, *args, plan=None, **kwargs):
        super().__init__(*args, initial={"name": plan.name} if plan else None, **kwargs)
        if plan:
            self.fields["picture"].required = False
            self.fields["picture"].label = "Another drawing"
            self.fields["picture"].help_text += " The booths keep their places on it."
        self.helper = helper("Save" if plan else "Add the plan")

    def clean_picture(self):
        upload = self.cleaned_data["picture"]
        if not upload:
            return None
        head = upload.read(400).lstrip(b"\xef\xbb\xbf \t\r\n")
        upload.seek(0)
        if head.startswith(b"<"):
            drawing = svg.clean_svg(upload)
            self.sides = svg.svg_size(drawing)
            return ContentFile(drawing, name=f"{new_code(20).lower()}.svg")
        picture = clean_picture(upload, size=PLAN_PIXELS)
        with Image.open(picture) as opened:
            self.sides = opened.size
        picture.seek(0)
        return picture

    def clean(self):
        data = super().clean()
        if data.get("picture"):
            width, height = self.sides
            if not 1 / 20 <= width / height <= 20:
                self.add_error("picture", "This drawing is too long and thin for a floor plan.")
            data["width"], data["height"] = max(1, round(width)), max(1, round(height))
        return data


def percent(label):
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )


class BoothForm(forms.Form):
    """Where a booth lies, in hundredths of the plan's sides, and what it has."""

    SIDES = ("x", "y", "w", "h")
    number = forms.CharField(max_length=10, help_text="Such as 12 or A-3.")
    x, y = percent("From the left, %"), percent("From the top, %")
    w, h = percent("Width, %"), percent("Height, %")
    size = PlainTextField(required=False, max_length=40, help_text="Such as 10 × 10 ft.")
    power = PlainTextField(required=False, max_length=60, help_text="Such as 5 A.")
    internet = PlainTextField(required=False, max_length=60, help_text="Such as wired.")
    notes = forms.CharField(
        required=False,
        max_length=1000,
        label="Notes of the committee",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, booth=None, **kwargs):
        if booth:
            kwargs["initial"] = self.as_typed(booth)
        super().__init__(*args, **kwargs)
        self.helper = helper("Save" if booth else "Add to the plan")
        self.helper.layout = Layout(*self.lines())

    def lines(self):
        half = "col-6"
        return [
            Field("number"),
            row(("x", half), ("y", half)),
            row(("w", half), ("h", half)),
            Field("size"),
            row(("power", half), ("internet", half)),
            Field("notes"),
        ]

    @classmethod
    def as_typed(cls, booth):
        plain = ("number", "size", "power", "internet", "notes")
        sides = {
            name: (getattr(booth, name) * HUNDRED).quantize(Decimal("0.01")) for name in cls.SIDES
        }
        return sides | {name: getattr(booth, name) for name in plain}

    def clean_number(self):
        number = self.cleaned_data["number"].strip().upper()
        NUMBER(number)
        return number

    def clean(self):
        data = super().clean()
        for name in self.SIDES:
            if name in data:
                data[name] = data[name] / HUNDRED
        for side in ("w", "h"):
            if data.get(side) == 0:
                self.add_error(side, "More than nothing, please.")
        for start, side in (("x", "w"), ("y", "h")):
            if {start, side} <= data.keys() and data[start] + data[side] > 1:
                self.add_error(side, "It would lie beside the plan.")
        return data


class NewBoothsForm(BoothForm):
    """One booth, or a row of them."""

    count = forms.IntegerField(
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1,
        label="How many in a row",
        help_text="Numbered on from the first, each beside the one before.",
    )
    down = forms.TypedChoiceField(
        label="They go on",
        required=False,
        choices=[("", "to the right"), ("1", "downwards")],
        coerce=bool,
        empty_value=False,
    )

    def lines(self):
        lines = super().lines()
        return [*lines[:3], row(("count", "col-6"), ("down", "col-6")), *lines[3:]]


class GiveForm(forms.Form):
    """Which free booth goes to which deal that has none."""

    booth = forms.ModelChoiceField(Booth.objects.none(), empty_label="Choose a booth")
    deal = forms.ModelChoiceField(None, label="For", empty_label="Choose an exhibitor")

    def __init__(self, *args, free, waiting, action="", **kwargs):
        """`free` and `waiting` are the querysets to choose from."""
        super().__init__(*args, **kwargs)
        self.fields["booth"].queryset = free
        self.fields["deal"].queryset = waiting
        self.fields["booth"].choices = [
            ("", "Choose a booth"),
            *(
                (one.pk, f"{one.number} ({one.facts})" if one.facts else one.number)
                for one in in_order(free)
            ),
        ]
        self.fields["deal"].label_from_instance = lambda deal: deal.organization.name
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "This cannot be chosen any more."
        self.helper = helper("Give the booth", action=action)
        self.helper.inputs[0].id = "give"


class SwapForm(forms.Form):
    other = forms.ModelChoiceField(Booth.objects.none(), label="Exchange with, or move to")

    def __init__(self, *args, booth, others, action="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = others
        self.fields["other"].choices = [
            ("", "Choose a booth"),
            *(
                (one.pk, f"{one.number}: {one.organization or 'free'}")
                for one in in_order(others)
                if one.pk != booth.pk
            ),
        ]
        self.helper = helper("Exchange", action=action, css="btn-plain")
        self.helper.inputs[0].id = "swap"
