from crispy_forms.layout import HTML, Layout
from django import forms
from django.core.exceptions import ValidationError

from registration.models import TicketType
from scale.forms import helper

from ..models import Benefit, Package, SponsorshipExtra
from ..models.catalogue import check_reminder_days, reminder_days
from .fields import dealers, row

MOST = 1000


class BenefitForm(forms.ModelForm):
    class Meta:
        model = Benefit
        fields = [
            *("name", "kind", "side", "description", "pass_type", "wanted", "min_pixels"),
            *("page_width", "page_height", "days_before", "due_on", "reminders", "owner"),
            *("size", "price", "position"),
        ]
        labels = {"owner": "Seen to by"}
        help_texts = {"owner": ""}
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        types = TicketType.objects.filter(conference=conference).order_by("position", "name", "pk")
        self.fields["pass_type"].queryset = types
        self.fields["pass_type"].empty_label = "no ticket"
        self.fields["owner"].queryset = dealers(conference, self.instance.owner)
        self.fields["owner"].empty_label = "who looks after the deal"
        self.helper = helper("Save" if self.instance.pk else "Add the benefit")
        self.helper.layout = Layout(
            "name",
            row(("kind", "col-sm-6"), ("side", "col-sm-6")),
            "description",
            "pass_type",
            HTML('<h2 class="h5 mt-4">What they send</h2>'),
            "wanted",
            row(
                *(("min_pixels", "col-sm-6"), ("page_width", "col-sm-3")),
                ("page_height", "col-sm-3"),
            ),
            HTML('<h2 class="h5 mt-4">By when</h2>'),
            row(("days_before", "col-sm-6"), ("due_on", "col-sm-6")),
            "reminders",
            "owner",
            HTML('<h2 class="h5 mt-4">How many, and for how much</h2>'),
            row(("size", "col-sm-4"), ("price", "col-sm-4"), ("position", "col-sm-4")),
        )

    def clean_reminders(self):
        """As `14, 7, 1`, however it was typed."""
        check_reminder_days(self.cleaned_data["reminders"])
        return ", ".join(str(day) for day in reminder_days(self.cleaned_data["reminders"]))

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        data = super().clean()
        kind, side = data.get("kind"), data.get("side")
        if kind == Benefit.Kind.PASSES and not data.get("pass_type"):
            self.say("pass_type", "Say which ticket the passes are.")
        if kind and kind != Benefit.Kind.PASSES:
            data["pass_type"] = None
        if data.get("wanted") and side == Benefit.Side.US:
            self.say("wanted", "What we owe, they do not send. Add a second benefit for that.")
        if (data.get("page_width") is None) != (data.get("page_height") is None):
            self.say("page_width", "A page size has a width and a height.")
        if data.get("days_before") is not None and data.get("due_on"):
            self.say("due_on", "Days before, or a date: not both.")
        has_day = data.get("days_before") is not None or data.get("due_on")
        if data.get("reminders") and not has_day:
            self.say("reminders", "Reminders need a day on which it is due.")
        if data.get("reminders") and side == Benefit.Side.US:
            self.say("reminders", "Reminders go to them: they are for what they owe.")
        return data

    def say(self, name, words):
        if name not in self.errors:
            self.add_error(name, words)


class QuantitiesForm(forms.Form):
    """The whole matrix: a field `q-<package>-<benefit>` for each pair."""

    def __init__(self, *args, packages, benefits, known, **kwargs):
        super().__init__(*args, **kwargs)
        self.pairs = {}
        for package in packages:
            for benefit in benefits:
                pair = (package.pk, benefit.pk)
                name = f"q-{package.pk}-{benefit.pk}"
                self.pairs[name] = pair
                label = f"{benefit} in {package}"
                field = forms.IntegerField(required=False, min_value=0, max_value=MOST, label=label)
                field.initial = known.get(pair)
                field.widget.attrs |= {"aria-label": label, "class": "form-control"}
                self.fields[name] = field
        self.known = known

    def wanted(self):
        """{(package, benefit): how many} of those that were changed."""
        found = {pair: self.cleaned_data.get(name) or 0 for name, pair in self.pairs.items()}
        return {pair: n for pair, n in found.items() if n != self.known.get(pair, 0)}


class ConflictForm(forms.Form):
    benefit = forms.ModelChoiceField(Benefit.objects.none(), empty_label="Choose a benefit")
    other = forms.ChoiceField(label="Not together with")

    def __init__(self, *args, conference, action, **kwargs):
        super().__init__(*args, **kwargs)
        benefits = list(Benefit.objects.listed(conference))
        packages = list(Package.objects.filter(conference=conference))
        self.fields["benefit"].queryset = Benefit.objects.listed(conference)
        self.others = {f"b{one.pk}": one for one in benefits}
        self.others |= {f"p{one.pk}": one for one in packages}
        self.fields["other"].choices = [
            ("", "Choose a benefit or package"),
            ("Benefits", [(f"b{one.pk}", one.name) for one in benefits]),
            ("Packages", [(f"p{one.pk}", one.name) for one in packages]),
        ]
        self.helper = helper("They exclude each other", action=action, css="btn-plain")
        self.helper.inputs[0].id = "conflict"

    def clean_other(self):
        return self.others[self.cleaned_data["other"]]


class ExtraForm(forms.ModelForm):
    class Meta:
        model = SponsorshipExtra
        fields = ["benefit", "quantity", "price"]
        help_texts = {"price": "For all of them. Empty: the catalogue's price."}

    def __init__(self, *args, conference, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["benefit"].queryset = Benefit.objects.extras(conference)
        self.fields["benefit"].empty_label = "Choose an extra"
        self.fields["benefit"].label_from_instance = said
        self.fields["price"].required = False
        self.helper = helper("Add the extra", action=action, css="btn-plain")
        self.helper.inputs[0].id = "extra"

    def clean_quantity(self):
        quantity = self.cleaned_data["quantity"]
        if not 1 <= quantity <= MOST:
            raise ValidationError(f"From 1 to {MOST:,}.")
        return quantity


def said(benefit):
    left = "" if benefit.left is None else f", {benefit.left} left"
    return f"{benefit}: {benefit.price}{left}"
