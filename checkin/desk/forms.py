"""What a volunteer types at a desk."""

from django import forms

from registration.forms.acts import BadgeForm, CashForm, amount_field
from registration.forms.attendee import PlainTextField
from registration.forms.selling import SaleForm, part
from registration.models import CashDrawer
from scale.forms import helper

from ..badges.forms import ReprintForm, WhereForm


class ShiftForm(WhereForm):
    volunteer = PlainTextField(
        max_length=40,
        label="Your initials",
        help_text="They are kept with all that is done here.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    field_order = ["volunteer", "printer"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["printer"].label = "Badges come out of"
        self.helper = helper("Begin")


class DrawerForm(forms.Form):
    opening_float = amount_field("Money in it now", help_text="Count it before the first sale.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opening_float"].widget.attrs["autofocus"] = True
        self.helper = helper("Open the drawer")


class DeskBadgeForm(BadgeForm):
    """Registration's form without the e-mail address: whose ticket it is stays as it is."""

    class Meta(BadgeForm.Meta):
        fields = [name for name in BadgeForm.Meta.fields if name != "attendee_email"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attendee_name"].widget.attrs["autofocus"] = True
        self.fields["why"].required = False
        self.fields["why"].help_text = "If it is more than a slip of the pen."


class DeskCashForm(CashForm):
    def prepare(self):
        super().prepare()
        self.fields["seen"].required = True
        self.fields["given"].widget.attrs["autofocus"] = True


class DeskSaleForm(SaleForm):
    """A sale for cash into the desk's own drawer."""

    paying = part("given", "token")

    def __init__(self, data, *, drawer):
        super().__init__(data, conference=drawer.conference, drawer=drawer)
        self.fields["drawer"].queryset = CashDrawer.objects.filter(pk=drawer.pk)
        for name in ("way", "drawer"):  # nothing to choose, whatever is sent
            self.fields[name].disabled = True
        del self.fields["reference"]


class DeskReprintForm(ReprintForm):
    """`seen` is the badge that is to be replaced: a double click replaces it once."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].widget.attrs |= {"autofocus": True, "autocomplete": "off"}


class DrawerOfStationForm(forms.Form):
    """Staff choose which open drawer a desk sells from."""

    drawer = forms.ModelChoiceField(
        CashDrawer.objects.none(), required=False, empty_label="none", label="Cash drawer"
    )

    def __init__(self, *args, station, **kwargs):
        super().__init__(*args, initial={"drawer": station.drawer_id}, **kwargs)
        self.fields["drawer"].queryset = CashDrawer.objects.open_in(station.conference)
        self.helper = helper("Save")
