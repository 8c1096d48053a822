import datetime as dt
import uuid

from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from scale import codes
from scale.forms import MadeIdField, helper
from scale.time import from_wall, local
from schedule.forms.seats import clock_field
from sponsors.models import Organization

from .actions import PAIRING_LETTERS
from .models import CheckInList, Scan, Station

# The longest text that a QR code can carry; whatever is scanned gets a verdict.
QR_LETTERS = 4296
CLOCK = "%Y-%m-%dT%H:%M"
STATES = {
    "": "Any state",
    "paired": "Paired",
    "silent": "Paired, but silent",
    "queue": "Scans wait on it",
    "new": "Not paired",
    "revoked": "Revoked",
}


class StationForm(forms.ModelForm):
    class Meta:
        model = Station
        fields = ["name", "kind", "checkin_list", "organization", "printer"]
        labels = {"checkin_list": "Checks people in to", "organization": "Which exhibitor"}
        help_texts = {
            "name": "What people call it, such as Door 3.",
            "printer": "Of a kiosk: the printer beside it. Empty: whichever is free.",
            "organization": "Those with a signed deal in this edition.",
        }

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.conference = conference
        self.fields["kind"].widget.attrs["data-kind"] = ""
        lists = self.fields["checkin_list"]
        lists.queryset = CheckInList.objects.filter(conference=conference)
        lists.empty_label, lists.required = "please choose", False
        if not self.instance.pk:
            lists.initial = lists.queryset.first()
        exhibitors = Organization.objects.in_edition(conference)
        if held := self.instance.organization_id:
            exhibitors = exhibitors | Organization.objects.filter(pk=held)
        self.fields["organization"].queryset = exhibitors.distinct().order_by("name")
        self.fields["organization"].empty_label = "please choose"
        printers = conference.stations.filter(kind=Station.Kind.PRINTER, revoked_at=None)
        self.fields["printer"].queryset = printers
        self.fields["printer"].empty_label = "whichever is free"
        self.helper = helper("Save" if self.instance.pk else "Make the station")
        self.helper.layout = Layout(
            *("name", "kind"),
            Div("checkin_list", css_class="for-lists"),
            Div("organization", css_class="for-exhibitors"),
            Div("printer", css_class="for-kiosks"),
        )

    def clean(self):
        """What does not go with the kind is left out; the database wants one of the two."""
        said = super().clean()
        if said.get("kind") != Station.Kind.KIOSK:
            said["printer"] = None
        if said.get("kind") == Station.Kind.EXHIBITOR:
            said["checkin_list"] = None
            if not said.get("organization") and "organization" not in self.errors:
                self.add_error("organization", "Whose phone is it? Choose the exhibitor.")
        elif "kind" in said:
            said["organization"] = None
            if not said.get("checkin_list") and "checkin_list" not in self.errors:
                self.add_error("checkin_list", "Choose the list that it checks people in to.")
        return said


class StationSearchForm(forms.Form):
    """Read from the address; what cannot be understood narrows nothing."""

    q = forms.CharField(required=False, max_length=60, label="Name or exhibitor")
    kind = forms.ChoiceField(
        required=False, label="Kind", choices=[("", "Any kind"), *Station.Kind.choices]
    )
    state = forms.ChoiceField(required=False, label="State", choices=list(STATES.items()))

    def __init__(self, *args, **kwargs):
        # The form that makes a station stands on the same page and asks for a kind too.
        super().__init__(*args, auto_id="find_%s", **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"

    def narrow(self, rows, now):
        said = self.cleaned_data if self.is_valid() else {}
        if words := " ".join(said.get("q", "").split()):
            rows = rows.filter(Q(name__icontains=words) | Q(organization__name__icontains=words))
        if kind := said.get("kind"):
            rows = rows.filter(kind=kind)
        if state := said.get("state"):
            rows = rows.in_state(state, now)
        return rows


class CheckInListForm(forms.ModelForm):
    """On the clocks of the conference."""

    opens_at = clock_field("Opens", "Empty: at any time.")
    closes_at = clock_field("Closes", "Empty: never.")

    class Meta:
        model = CheckInList
        fields = ["name", "kind", "ticket_types", "add_ons", "once_a_day"]
        widgets = {
            "ticket_types": forms.CheckboxSelectMultiple,
            "add_ons": forms.CheckboxSelectMultiple,
        }
        labels = {
            "ticket_types": "With these tickets",
            "add_ons": "Or with these extras",
            "once_a_day": "Once a day",
        }
        help_texts = {
            "name": "Such as Entry, T-shirts or Saturday’s party.",
            "add_ons": "Nothing ticked, neither tickets nor extras: every ticket qualifies.",
            "once_a_day": "Each day’s first scan counts; otherwise once in all.",
        }

    field_order = ["name", "kind", "ticket_types", "add_ons", "opens_at", "closes_at", "once_a_day"]

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.conference = self.conference = conference
        for name in ("ticket_types", "add_ons"):
            field = self.fields[name]
            field.queryset = field.queryset.filter(conference=conference)
            if not field.queryset.exists():
                del self.fields[name]
        for name in ("opens_at", "closes_at"):
            self.fields[name].help_text += f" On the clocks of {conference}."
            if at := getattr(self.instance, name):
                self.initial[name] = local(at, conference).replace(tzinfo=None)
        self.helper = helper("Save" if self.instance.pk else "Make the list")

    def clean(self):
        said = super().clean()
        for name in ("opens_at", "closes_at"):
            if wall := said.get(name):
                try:
                    said[name] = from_wall(wall.replace(tzinfo=None), self.conference)
                except (ValueError, OverflowError):
                    self.add_error(name, "There is no such time on those clocks.")
        opens, closes = said.get("opens_at"), said.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "It closes before it opens.")
        return said

    def _post_clean(self):
        super()._post_clean()
        for name in ("opens_at", "closes_at"):
            setattr(self.instance, name, self.cleaned_data.get(name))


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
    # Also where an address brought a wrong code: the one that is typed counts.
    helper = helper("Go on", action="checkin:pair-by-hand")

    def clean_code(self):
        code = codes.clean_code(self.cleaned_data["code"])
        if len(code) != PAIRING_LETTERS:
            raise ValidationError("A pairing code has ten letters and digits.")
        return code


def code_field(label, missing):
    """What a QR holds, scanned or typed."""
    return forms.CharField(
        max_length=QR_LETTERS,
        label=label,
        error_messages={"required": missing},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "go",
            }
        ),
    )


class ScanForm(forms.Form):
    """One attempt. The scan id is made once for each, so that sending it again is harmless."""

    code = code_field("Ticket code", "Scan a code or type it here.")
    volunteer = forms.CharField(
        max_length=40,
        required=False,
        label="Your name or initials",
        # It stands above the form that it is sent with.
        widget=forms.TextInput(attrs={"autocomplete": "off", "form": "scan"}),
    )
    scan_id = MadeIdField(widget=forms.HiddenInput)

    def clean_code(self):
        return codes.clean_code(self.cleaned_data["code"])

    def with_new_id(self):
        """The same form, to be sent as another attempt: nothing typed is lost."""
        self.data = {**self.data.dict(), "scan_id": str(uuid.uuid4())}
        return self


class UndoForm(forms.Form):
    scan_id = MadeIdField()


class LeftoversForm(forms.Form):
    open = forms.BooleanField(required=False)


class FailedForm(forms.Form):
    """Narrows the scans that let nobody in; each field may stay empty."""

    q = forms.CharField(required=False, max_length=120, label="Name, ticket code or volunteer")
    verdict = forms.ChoiceField(required=False, label="Verdict")
    station = forms.ModelChoiceField(Station.objects, required=False, empty_label="Any station")
    checkin_list = forms.ModelChoiceField(
        CheckInList.objects, required=False, label="List", empty_label="Any list"
    )

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        verdicts = [one for one in Scan.Verdict.choices if one[0] != Scan.Verdict.ADMITTED]
        self.fields["verdict"].choices = [("", "Any verdict"), *verdicts]
        self.fields["station"].queryset = Station.objects.filter(conference=conference)
        self.fields["checkin_list"].queryset = CheckInList.objects.filter(conference=conference)


class PaperForm(forms.Form):
    """When and by whom names were ticked on paper; the times are the conference's."""

    at = forms.DateTimeField(
        label="When, about",
        help_text="On lists that count each day, it is entered for that day.",
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "form-control"}, format=CLOCK
        ),
        input_formats=[CLOCK],
        error_messages={"required": "Say when, about.", "invalid": "That is no day and time."},
    )
    ticked_by = forms.CharField(
        max_length=40,
        label="Ticked by whom",
        error_messages={"required": "Say who ticked them."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )

    def __init__(self, *args, conference, typed, **kwargs):
        """`typed` is what stands in the fields where nothing is to be checked yet."""
        now = local(timezone.now(), conference).replace(tzinfo=None)
        known = {name: typed[name] for name in ("at", "ticked_by") if name in typed}
        super().__init__(*args, initial={"at": now} | known, **kwargs)
        self.conference = conference

    def clean_at(self):
        shown, now = self.cleaned_data["at"].replace(tzinfo=None), timezone.now()
        try:
            at = from_wall(shown, self.conference)
        except ValueError as error:
            raise ValidationError("The clocks did not show that time.") from error
        # A rehearsal may be before the first day.
        begins = min(now, self.conference.day_bounds(self.conference.starts_on)[0])
        if at > now:
            raise ValidationError("That is still to come.")
        if at < begins - dt.timedelta(days=1):
            raise ValidationError("That is before the conference.")
        return at
