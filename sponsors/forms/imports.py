"""A list of organizations: the file, and which of its columns is what."""

from django import forms
from django.core.exceptions import ValidationError

from scale.forms import helper

from ..imports.reading import COLUMNS, ENCODINGS, MOST_BYTES, MOST_LINES


class ListForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        help_text=f"The first line names the columns. At most {MOST_LINES:,} lines.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    helper = helper("Look at it")

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
        return upload


class ColumnsForm(forms.Form):
    """A choice for each column of the file; `run` is the list that was sent."""

    encoding = forms.ChoiceField(choices=list(ENCODINGS.items()), label="Its letters are")

    def __init__(self, *args, run, **kwargs):
        super().__init__(*args, initial={"encoding": run.encoding}, **kwargs)
        self.run = run
        choices = [("", "leave out"), *((c.name, c.label) for c in COLUMNS)]
        mapping = [*run.mapping, *[""] * len(run.header)]
        for n, name in enumerate(run.header):
            self.fields[f"column{n}"] = forms.ChoiceField(
                choices=choices, required=False, label=name or f"column {n + 1}", initial=mapping[n]
            )
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select"

    @property
    def mapping(self):
        return [self.cleaned_data[f"column{n}"] for n in range(len(self.run.header))]

    def clean(self):
        data = super().clean()
        named = [data.get(f"column{n}") for n in range(len(self.run.header))]
        named = [name for name in named if name]
        if "organization" not in named:
            raise ValidationError("Say which column has the name of the organization.")
        if double := next((name for name in named if named.count(name) > 1), None):
            label = next(c.label for c in COLUMNS if c.name == double)
            raise ValidationError(f"Two columns cannot both be “{label}”.")
        return data
