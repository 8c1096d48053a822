import uuid

from django import forms
from django.core.exceptions import ValidationError

from scale import codes
from scale.forms import helper

from .actions import PAIRING_LETTERS
from .models import CheckInList, Station

# The longest text that a QR code can carry; whatever is scanned gets a verdict.
QR_LETTERS = 4296


class StationForm(forms.ModelForm):
    class Meta:
        model = Station
        fields = ["name", "kind", "checkin_list"]
        labels = {"checkin_list": "Checks people in to"}
        help_texts = {"name": "What people call it, such as Door 3."}

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.conference = conference
        kinds = (*Station.SCANNING, Station.Kind.PRINTER)
        self.fields["kind"].choices = [(kind, kind.label) for kind in kinds]
        self.fields["checkin_list"].queryset = CheckInList.objects.filter(conference=conference)
        self.fields["checkin_list"].empty_label = None
        self.helper = helper("Save" if self.instance.pk else "Make the station")


class LetInForm(forms.Form):
    """Staff let somebody in; the reason is kept with the scan."""

    checkin_list = forms.ModelChoiceField(CheckInList.objects, label="Let in to", empty_label=None)
    why = forms.CharField(
        max_length=200, label="Why", help_text="Such as: paid in cash, seen by the desk."
    )

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["checkin_list"].queryset = CheckInList.objects.filter(conference=conference)
        self.helper = helper("Let in")


class TakeOutForm(forms.Form):
    why = forms.CharField(max_length=200, label="Why", help_text="Such as: scanned by mistake.")
    helper = helper("Take out")


class PairingForm(forms.Form):
    code = forms.CharField(
        max_length=200,
        label="Code",
        help_text="Ten letters and digits; your registration team shows it beside the QR.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    helper = helper("Go on")

    def clean_code(self):
        code = codes.clean_code(self.cleaned_data["code"])
        if len(code) != PAIRING_LETTERS:
            raise ValidationError("A pairing code has ten letters and digits.")
        return code


class ScanForm(forms.Form):
    """One attempt. The scan id is made once for each, so that sending it again is harmless."""

    code = forms.CharField(
        max_length=QR_LETTERS,
        label="Ticket code",
        error_messages={"required": "Scan a code or type it here."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "go",
            }
        ),
    )
    volunteer = forms.CharField(
        max_length=40,
        required=False,
        label="Your name or initials",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scan_id = forms.UUIDField(widget=forms.HiddenInput)

    def clean_code(self):
        return codes.clean_code(self.cleaned_data["code"])

    def with_new_id(self):
        """The same form, to be sent as another attempt: nothing typed is lost."""
        self.data = {**self.data.dict(), "scan_id": str(uuid.uuid4())}
        return self


class UndoForm(forms.Form):
    scan_id = forms.UUIDField()
