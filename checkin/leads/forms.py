import uuid

from django import forms
from django.core.exceptions import ValidationError

from scale import codes
from scale.forms import MadeIdField, helper

from ..badges.lookup import looks_like_badge
from ..forms import code_field
from .models import NOTE_LETTERS

NO_BADGE = "This is no badge’s code. Scan the QR code on the badge, or type what stands under it."


def note_field(**kwargs):
    return forms.CharField(
        max_length=NOTE_LETTERS,
        required=False,
        label="Your note",
        widget=forms.Textarea(attrs={"rows": 2}),
        **kwargs,
    )


class ScanBadgeForm(forms.Form):
    """One scan of a badge. The id is made once, so that sending it again is harmless."""

    code = code_field("Code of the badge", "Scan a badge or type its code here.")
    note = note_field()
    lead_id = MadeIdField(widget=forms.HiddenInput)

    def clean_code(self):
        code = codes.clean_code(self.cleaned_data["code"])
        if not looks_like_badge(code):
            raise ValidationError(NO_BADGE)
        return code

    def with_new_id(self):
        """The same form, to be sent as another scan: nothing typed is lost."""
        self.data = {**self.data.dict(), "lead_id": str(uuid.uuid4())}
        return self


class NoteForm(forms.Form):
    """`was` is the note that was on the screen, so that what others wrote meanwhile stays."""

    note = note_field()
    was = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Save the note")
