"""What staff narrow an export by, and files of lines."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError

from ..bulk.reading import MOST_BYTES
from ..exports import Table
from ..exports.tables import Wanted
from ..models import AddOn, Consent, Order, TicketType

ORDER_STATES = [("", "All"), *Order.Status.choices]
TICKET_STATES = [("", "All"), ("paid", "Paid"), ("pending", "Waiting"), ("given", "Given")]


class ExportForm(forms.Form):
    """Only the fields that the table heeds; what cannot be understood is said beside it."""

    ticket_type = forms.ModelChoiceField(
        TicketType.objects.none(), required=False, label="Ticket type", empty_label="All"
    )
    add_on = forms.ModelChoiceField(
        AddOn.objects.none(), required=False, label="With the extra", empty_label="Any"
    )
    state = forms.ChoiceField(required=False, label="State")
    consent = forms.ChoiceField(
        required=False, label="Agreed at least to", choices=[("", "Any"), *Consent.choices]
    )
    since = forms.DateField(
        required=False, label="From the day", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="To the day", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data, *, conference, table: Table):
        super().__init__(data)
        self.conference = conference
        self.fields["ticket_type"].queryset = conference.ticket_types.all()
        self.fields["add_on"].queryset = conference.add_ons.all()
        self.fields["state"].choices = ORDER_STATES if table.name == "orders" else TICKET_STATES
        for name in list(self.fields):
            if name not in table.filters:
                del self.fields[name]
        for field in self.fields.values():
            is_date = isinstance(field, forms.DateField)
            field.widget.attrs["class"] = "form-control" if is_date else "form-select"

    def clean(self):
        said = super().clean()
        if said.get("since") and said.get("until") and said["until"] < said["since"]:
            self.add_error("until", "This day is before the first.")
        for name, end in (("since", 0), ("until", 1)):
            if day := said.get(name):
                try:
                    said[name] = self.conference.day_bounds(day)[end].astimezone(dt.UTC)
                except OverflowError:
                    self.add_error(name, "Calendars do not go so far.")
        return said

    def wanted(self) -> Wanted:
        return Wanted(**self.cleaned_data)


class BulkForm(forms.Form):
    """A file or pasted lines; after a check the lines stand in the text field."""

    file = forms.FileField(required=False, label="CSV file")
    text = forms.CharField(
        required=False,
        label="Or paste the lines here",
        widget=forms.Textarea(attrs={"rows": 8, "class": "form-control", "spellcheck": "false"}),
        strip=False,
    )
    why = forms.CharField(
        max_length=120,
        required=False,
        label="Given because",
        help_text="Stands beside each ticket that costs nothing, such as “Volunteer”.",
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args, sheet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs |= {"class": "form-control", "accept": ".csv,text/csv"}
        if "why" not in sheet.options:
            del self.fields["why"]

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload is None:
            return ""
        if upload.size > MOST_BYTES:
            raise ValidationError("The file is larger than a megabyte. Please split it.")
        try:
            return upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(
                "The file is not in UTF-8. In a spreadsheet, choose “CSV UTF-8” when saving."
            ) from error

    def clean(self):
        said = super().clean()
        if not self.errors:
            said["lines"] = said.get("file") or said.get("text", "")
            if not said["lines"].strip():
                raise ValidationError("Choose a file or paste some lines.")
        return said
