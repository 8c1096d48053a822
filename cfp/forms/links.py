from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from scale.forms import helper
from scale.text import plain

from ..models import Talk
from .fields import INVISIBLE


class WebAddress(forms.CharField):
    """One address of a page; who leaves out the beginning means https."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://…"})
        super().__init__(required=False, max_length=500, widget=widget, **kwargs)

    def clean(self, value):
        found = plain(INVISIBLE.sub("", super().clean(value)))
        if not found:
            return ""
        found = found if "://" in found else f"https://{found}"
        try:
            URLValidator(schemes=["http", "https"])(found)
        except ValidationError:
            raise ValidationError("This is no address of a page.") from None
        if len(found) > self.max_length:
            raise ValidationError(f"At most {self.max_length} characters, please.")
        # The scheme counts the same in capitals; the database wants it small.
        scheme, rest = found.split("://", 1)
        return f"{scheme.lower()}://{rest}"


class LinksForm(forms.Form):
    """Where slides and recording are; `seen` tells whether somebody changed them meanwhile."""

    slides_url = WebAddress(label="Slides", help_text="On any site that opens without an account.")
    recording_url = WebAddress(label="Recording")
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    helper = helper("Save the links")

    def __init__(self, *args, talk: Talk, **kwargs):
        initial = {name: getattr(talk, name) for name in Talk.AFTERWARDS}
        initial["seen"] = talk.content_mark(Talk.AFTERWARDS)
        super().__init__(*args, initial=initial, **kwargs)
