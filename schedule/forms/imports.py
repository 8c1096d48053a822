"""A schedule file."""

from django import forms
from django.core.exceptions import ValidationError

from scale.forms import helper

from ..imports.item import BadFile
from ..imports.read import check_size, sniff


class ImportForm(forms.Form):
    """A schedule file, and how to treat it."""

    file = forms.FileField(
        label="Schedule file",
        max_length=200,
        help_text="The sign feed (JSON), frab or Pentabarf XML, or pretalx JSON; at most 50 MB.",
    )
    dry_run = forms.BooleanField(
        required=False,
        initial=True,
        label="Try it first: show what would change, change nothing",
    )
    prune = forms.BooleanField(
        required=False,
        label="Cancel talks that came from an earlier file and are not in this one",
    )
    helper = helper("Send the file")

    def clean_file(self):
        upload = self.cleaned_data["file"]
        try:
            check_size(upload.size)
            sniff(upload.read(4096))
        except BadFile as error:
            raise ValidationError(str(error)) from error
        finally:
            upload.seek(0)
        return upload

    def options(self):
        return {name: self.cleaned_data[name] for name in ("dry_run", "prune")}
