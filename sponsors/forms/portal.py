"""What a sponsor fills in on their own page."""

import csv
import io

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from registration.forms.attendee import PlainTextField
from scale.forms import helper
from scale.text import canonical_email, plain, printable

from ..actions.passes import Person
from ..models import Benefit, Contact

MOST_LINES = 300
MOST_BYTES = 100_000


class AcceptForm(forms.Form):
    name = PlainTextField(max_length=120, label="Your name")
    title = PlainTextField(max_length=120, required=False, label="Your position")
    email = forms.EmailField(max_length=190, label="Your e-mail address")
    agrees = forms.BooleanField(
        label="I accept these terms, and may do so for my organization.",
        error_messages={"required": "Tick this to accept."},
    )
    number = forms.IntegerField(min_value=1, max_value=2**31, widget=forms.HiddenInput)

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, auto_id="accept_%s", **kwargs)
        self.helper = helper("Accept the terms", action=action)
        self.helper.inputs[0].id = "accept"


class HolderForm(forms.Form):
    """Who takes the place of somebody on a pass."""

    name = PlainTextField(max_length=120, label="Name on the badge")
    email = forms.EmailField(max_length=190, label="E-mail address")

    def __init__(self, *args, action, key, **kwargs):
        super().__init__(*args, auto_id=f"replace_{key}_%s", **kwargs)
        self.helper = helper("Put this person in place", action=action, css="btn-plain")
        self.helper.inputs[0].id = f"replace-{key}"


class PeopleForm(forms.Form):
    """Several at once: typed lines or a file, a name and an address each."""

    people = forms.CharField(
        required=False,
        label="A name and an e-mail address each line",
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "Ada Lovelace, ada@example.org"}),
    )
    file = forms.FileField(
        required=False, label="Or a CSV file", widget=forms.FileInput(attrs={"accept": ".csv,.txt"})
    )

    def __init__(self, *args, action, key, left, **kwargs):
        super().__init__(*args, auto_id=f"people_{key}_%s", **kwargs)
        self.left = left
        self.helper = helper("Name them", action=action, css="btn-plain")
        self.helper.inputs[0].id = f"people-{key}"

    def clean(self):
        data = super().clean()
        text = data.get("people") or ""
        if upload := data.get("file"):
            if upload.size > MOST_BYTES:
                self.add_error("file", "The file is larger than 100 kB.")
                return data
            text = upload.read().decode("utf-8-sig", "replace")
        field = "file" if upload else "people"
        try:
            data["persons"] = read_people(text)
        except ValidationError as error:
            self.add_error(field, error)
            return data
        if len(data["persons"]) > self.left:
            n = len(data["persons"])
            self.add_error(field, f"{n} people: {self.left} of these passes are left.")
        return data


def read_people(text):
    """Everyone in it; ValidationError with every line that cannot be read."""
    text = printable(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        raise ValidationError("Write somebody down.")
    delimiter = max(",;\t", key=text.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ValidationError("A quotation mark is open somewhere; please look.") from error
    if len(rows) > MOST_LINES:
        raise ValidationError(f"At most {MOST_LINES} lines at once.")
    found, faults, seen = [], [], {}
    for n, cells in enumerate(rows, 1):
        cells = [plain(cell) for cell in cells]
        if not any(cells) or (
            n == 1 and "@" not in "".join(cells) and "mail" in str(cells).lower()
        ):
            continue
        try:
            person = read_person(cells)
        except ValidationError as error:
            faults.append(f"Line {n}: {error.messages[0]}")
            continue
        if person.email in seen:
            faults.append(f"Line {n}: the address of line {seen[person.email]} again.")
        seen.setdefault(person.email, n)
        found.append(person)
    if faults:
        raise ValidationError(faults[:20])
    if not found:
        raise ValidationError("Write somebody down.")
    return found


def read_person(cells):
    if len(cells) < 2 or not cells[0]:
        raise ValidationError("a name and an e-mail address, please.")
    name, address = cells[0], canonical_email(cells[1])
    if len(name) > 120:
        raise ValidationError("this name is too long.")
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError("this is no e-mail address.") from error
    if len(address) > 190:
        raise ValidationError("this address is too long.")
    return Person(name, address)


class WantedForm(forms.Form):
    """An extra, at the price that stands beside it."""

    benefit = forms.ModelChoiceField(Benefit.objects.none(), widget=forms.HiddenInput)
    quantity = forms.IntegerField(min_value=1, max_value=1000, initial=1, label="How many")
    price = forms.DecimalField(max_digits=10, decimal_places=2, widget=forms.HiddenInput)

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["benefit"].queryset = Benefit.objects.extras(conference)

    def clean(self):
        data = super().clean()
        benefit = data.get("benefit")
        if benefit and "price" in data and data["price"] != benefit.price:
            raise ValidationError("The price was changed meanwhile. Please look again.")
        return data


class ReachForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["email", "phone"]

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, auto_id=f"contact_{kwargs['instance'].pk}_%s", **kwargs)
        self.fields["email"].required = True
        self.helper = helper("Save", action=action, css="btn-plain")
        self.helper.inputs[0].id = f"contact-{self.instance.pk}"
