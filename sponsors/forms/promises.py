from django import forms
from django.utils.text import capfirst

from registration.forms.attendee import PlainTextField
from scale.forms import helper
from scale.uploads import ACCEPT as PICTURE_KINDS
from scale.uploads import PICTURES

from ..deliveries import ACCEPT, LONGEST_TEXT, checked_proof, shown_name
from ..models import Deliverable, Package
from ..models.organizations import WEB_ADDRESS
from .fields import date_input, dealers


class AssignForm(forms.ModelForm):
    class Meta:
        model = Deliverable
        fields = ["owner", "due_on"]
        labels = {"owner": "Who sees to it", "due_on": "Due on"}
        widgets = {"due_on": date_input()}

    def __init__(self, *args, conference, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = dealers(conference, self.instance.owner)
        self.fields["owner"].empty_label = "nobody yet"
        self.helper = helper("Save", action=action, css="btn-plain")
        self.helper.inputs[0].id = "assign"


class ReceiveForm(forms.Form):
    """What was sent: a file, or words, as the promise asks; the action checks what is in it."""

    def __init__(self, *args, wanted, action="", label="It has arrived", **kwargs):
        super().__init__(*args, **kwargs)
        asks = capfirst(wanted.asks)
        if kinds := ACCEPT.get(wanted.wanted):
            widget = forms.ClearableFileInput(attrs={"accept": kinds})
            self.fields["file"] = forms.FileField(
                label=wanted.name, help_text=asks, max_length=200, widget=widget
            )
        else:
            self.fields["text"] = forms.CharField(
                label=wanted.name,
                help_text=asks,
                max_length=LONGEST_TEXT,
                initial=wanted.text,
                widget=forms.Textarea(attrs={"rows": 6}),
            )
        self.helper = helper(label, action=action)
        self.helper.inputs[0].id = "receive"


class ProofForm(forms.ModelForm):
    """What shows them that we kept it: words, a link, a picture or PDF, or all of these."""

    class Meta:
        model = Deliverable
        fields = ["proof_words", "proof_link"]
        field_classes = {"proof_words": PlainTextField}
        help_texts = {"proof_words": "Such as “on page 7 of the programme, 3,500 copies”."}

    proof_link = forms.URLField(
        label="Link",
        required=False,
        assume_scheme="https",
        max_length=500,
        validators=[WEB_ADDRESS],
        help_text="Where it can be seen.",
    )
    file = forms.FileField(
        label="Picture or PDF",
        required=False,
        max_length=200,
        help_text=f"{PICTURES} Or a PDF.",
        widget=forms.FileInput(attrs={"accept": f"{PICTURE_KINDS},application/pdf,.pdf"}),
    )
    drop = forms.BooleanField(label="Take the file away", required=False)

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.proof_file:
            del self.fields["drop"]
        done = self.instance.status != Deliverable.Status.OPEN
        label = "Save the proof" if done else "Save it: done"
        self.helper = helper(label, action=action, css="btn-plain")
        self.helper.inputs[0].id = "prove"

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if not upload:
            return None
        clean = checked_proof(upload)
        self.shown_name = shown_name(upload, clean)
        return clean

    shown_name = ""

    def said(self):
        """What the action wants."""
        found = self.cleaned_data
        return {
            "words": found["proof_words"],
            "link": found["proof_link"],
            "file": found["file"],
            "name": self.shown_name,
            "drop": found.get("drop", False),
        }


class SettleForm(forms.Form):
    STATES = Deliverable.Status
    status = forms.ChoiceField(choices=Deliverable.Status)
    why = PlainTextField(max_length=200, required=False, label="Why it is waived")


class ReleaseForm(forms.Form):
    why = PlainTextField(
        max_length=200,
        label="Why before the signature",
        help_text="Stands beside the deal wherever it is shown.",
    )

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Release early", action=action, css="btn-plain")
        self.helper.inputs[0].id = "release"


class ReadinessForm(forms.Form):
    """What the board is narrowed by; what cannot be read narrows nothing."""

    SHOWN = (
        ("", "all sponsors"),
        ("late", "with something late"),
        ("check", "with something to check"),
        ("open", "with something open"),
    )
    q = PlainTextField(max_length=100, required=False, label="Sponsor")
    tier = forms.ModelChoiceField(
        Package.objects.none(), required=False, label="Package", empty_label="all"
    )
    side = forms.ChoiceField(
        choices=[("", "both sides"), *Deliverable.Side.choices], required=False, label="Who owes"
    )
    owner = forms.ModelChoiceField(None, required=False, label="Seen to by", empty_label="anybody")
    show = forms.ChoiceField(choices=SHOWN, required=False, label="Show")

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tier"].queryset = Package.objects.filter(conference=conference)
        self.fields["owner"].queryset = dealers(conference)
        for name, field in self.fields.items():
            css = "form-control" if name == "q" else "form-select"
            field.widget.attrs["class"] = css
