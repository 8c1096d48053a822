import datetime as dt

from django import forms
from django.core.exceptions import ValidationError

from registration.forms.attendee import PlainTextField
from registration.models import TicketType
from scale.forms import helper, plain_button
from scale.text import canonical_email, plain, printable
from scale.time import from_wall, local

from ..models import Announcement, Coverage, PressRequest
from ..models.organizations import WEB_ADDRESS
from .applications import SECOND
from .fields import date_input

Status = PressRequest.Status
CLOCK = "%Y-%m-%dT%H:%M"
SORTS = {
    "": ("newest first", ("-asked_at", "-pk")),
    "oldest": ("oldest first", ("asked_at", "pk")),
    "outlet": ("by outlet", ("outlet", "pk")),
    "name": ("by name", ("name", "pk")),
}
MOST_LINKS = 20
KEPT = "its minute stays as it is."


def area(label, rows, most, *, required=False, help_text=""):
    return forms.CharField(
        required=required,
        max_length=most,
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PressRequestForm(forms.Form):
    """What a journalist writes."""

    outlet = PlainTextField(
        max_length=160,
        label="For whom do you work?",
        help_text="A paper, a station, a podcast, a blog; your own name if it is yours alone.",
    )
    website = forms.URLField(
        required=False,
        assume_scheme="https",
        max_length=200,
        label="Its website",
        validators=[WEB_ADDRESS],
    )
    name = PlainTextField(
        max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        max_length=190,
        label="Your e-mail address",
        help_text="We write to it.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    role = PlainTextField(
        max_length=80,
        required=False,
        label="What do you do there?",
        help_text="Such as reporter, photographer, host.",
    )
    covering = area("What will you cover?", 4, 3000, required=True)
    links = area(
        "Earlier work", 3, 2000, help_text="Web addresses of what you published, one a line."
    )
    wishes = area(
        "Days and equipment", 2, 1000, help_text="When you come, and what you bring or need."
    )
    keeps_embargo = forms.BooleanField(
        required=False,
        label="I keep embargoes",
        help_text="Announcements then come to you ahead of time, for you alone until the minute "
        "that stands on top of them.",
    )
    helper = helper("Ask for a press pass")

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])

    def clean_covering(self):
        return printable(self.cleaned_data["covering"])

    def clean_wishes(self):
        return printable(self.cleaned_data["wishes"])

    def clean_links(self):
        found = []
        for line in printable(self.cleaned_data["links"]).split("\n"):
            if typed := plain(line):
                address = typed if "://" in typed else f"https://{typed}"
                try:
                    WEB_ADDRESS(address)
                except ValidationError as error:
                    said = plain(typed, 60)
                    raise ValidationError(f"“{said}” is no web address.") from error
                found.append(address)
        if len(found) > MOST_LINKS:
            raise ValidationError(f"At most {MOST_LINKS} of them.")
        joined = "\n".join(found)
        if len(joined) > 2000:
            raise ValidationError("These are too many.")
        return joined


class PressDecisionForm(forms.Form):
    """`was` is what the one who decides saw; two who decide at once find out."""

    was = forms.CharField(widget=forms.HiddenInput)
    status = forms.ChoiceField(label="Decision", widget=forms.RadioSelect)
    organization = forms.ModelChoiceField(
        None,
        required=False,
        label="If approved: the outlet is this one",
        empty_label="none of them, a new media outlet",
    )
    pass_type = forms.ModelChoiceField(
        None, required=False, label="If approved: the pass", empty_label="Choose a pass"
    )
    words = area("Words of your own in the mail", 4, 3000, help_text="Who is declined is told why.")

    def __init__(self, *args, asked, call, **kwargs):
        initial = {"was": asked.status, "pass_type": call and call.pass_type_id}
        super().__init__(*args, **kwargs, initial=initial)
        names = {Status.APPROVED: "Approve", Status.DECLINED: "Decline"}
        self.fields["status"].choices = [(one, names[one]) for one in asked.next_steps]
        types = TicketType.objects.filter(conference=asked.conference).order_by("position", "pk")
        self.fields["pass_type"].queryset = types
        self.fields["organization"].queryset = likely = asked.likely()
        if likely.exists():
            # What they typed proves nothing; that somebody there has their address says more.
            known = likely.filter(contacts__email=asked.email).first()
            self.initial["organization"] = asked.organization_id or (known and known.pk)
        else:
            del self.fields["organization"]
        self.helper = helper("Decide and send the mail")
        self.helper.add_input(plain_button("look", "Look at the mail first"))

    def clean_words(self):
        return printable(self.cleaned_data["words"]).strip()

    def clean(self):
        data = super().clean()
        if data.get("status") == Status.APPROVED and not data.get("pass_type"):
            self.add_error("pass_type", "Choose the pass that they get.")
        if data.get("status") == Status.DECLINED and data.get("words") == "":
            self.add_error("words", "Tell them why.")
        return data


class PressEndForm(forms.Form):
    """Taking a pass back wants a reason, which they read."""

    words = area("Why? They read this in the mail", 4, 3000, required=True)
    helper = helper("Take the pass back", css="btn-danger")

    def clean_words(self):
        return printable(self.cleaned_data["words"]).strip()


class PressSearchForm(forms.Form):
    q = forms.CharField(max_length=100, required=False, label="Outlet or person")
    status = forms.ChoiceField(
        required=False, label="State", choices=[("", "all"), *Status.choices]
    )
    sort = forms.ChoiceField(
        required=False, label="Order", choices=[(key, said) for key, (said, _) in SORTS.items()]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs = {"class": "form-control", "type": "search"}
        for name in ("status", "sort"):
            self.fields[name].widget.attrs = {"class": "form-select"}

    def narrow(self, rows):
        """What was asked for, in its order; what cannot be understood finds nothing."""
        if not self.is_valid():
            return rows.none()
        if status := self.cleaned_data["status"]:
            rows = rows.filter(status=status)
        if typed := self.cleaned_data["q"]:
            rows = rows.search(typed)
        return rows.order_by(*SORTS[self.cleaned_data["sort"]][1])


class PressCallForm(forms.Form):
    """Days on the clocks of the conference, both included."""

    opens_on = forms.DateField(label="Open from", widget=date_input())
    closes_on = forms.DateField(label="Last day", widget=date_input())
    pass_type = forms.ModelChoiceField(
        None,
        label="Press pass",
        empty_label="Choose a ticket type",
        help_text="A ticket type of the shop; it may be hidden there.",
    )
    contact = forms.EmailField(
        max_length=190, label="E-mail of the press team", help_text="On the public page."
    )
    introduction = area("Text above the form", 6, 4000, help_text="Markdown.")

    def __init__(self, *args, conference, call=None, **kwargs):
        if call:
            kwargs["initial"] = {
                "opens_on": local(call.opens_at, conference).date(),
                "closes_on": local(call.closes_at, conference).date(),
                "pass_type": call.pass_type_id,
                "contact": call.contact,
                "introduction": call.introduction,
            }
        super().__init__(*args, **kwargs)
        self.conference = conference
        types = TicketType.objects.filter(conference=conference).order_by("position", "pk")
        self.fields["pass_type"].queryset = types
        self.helper = helper("Save")

    def clean(self):
        data = super().clean()
        first, last = data.get("opens_on"), data.get("closes_on")
        for name, day in (("opens_on", first), ("closes_on", last)):
            if day and not 2000 <= day.year <= 2999:
                self.add_error(name, "A day of this millennium, please.")
        if first and last and last < first:
            self.add_error("closes_on", "This is before the first day.")
        return data

    @property
    def facts(self):
        data = self.cleaned_data
        same = {name: data[name] for name in ("pass_type", "contact", "introduction")}
        # A second before midnight, so that the last day is the one that was typed.
        closes_at = self.conference.day_bounds(data["closes_on"])[1] - SECOND
        opens_at = self.conference.day_bounds(data["opens_on"])[0]
        return {**same, "opens_at": opens_at, "closes_at": closes_at}


class AnnouncementForm(forms.Form):
    was = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    title = PlainTextField(max_length=160)
    text = forms.CharField(
        max_length=20_000, help_text="Markdown.", widget=forms.Textarea(attrs={"rows": 14})
    )
    embargo_until = forms.DateTimeField(
        required=False,
        label="Embargo until",
        input_formats=[CLOCK],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=CLOCK),
    )

    def __init__(self, *args, conference, announcement=None, **kwargs):
        until = announcement and announcement.embargo_until
        if announcement:
            kwargs["initial"] = {
                "was": announcement.seen,
                "title": announcement.title,
                "text": announcement.text,
                "embargo_until": until and local(until, conference).replace(tzinfo=None),
            }
        super().__init__(*args, **kwargs)
        self.conference, self.before = conference, until
        if announcement is None:
            del self.fields["was"]
        if announcement and announcement.status != Announcement.Status.DRAFT:
            del self.fields["embargo_until"]
        else:
            zone = conference.zone_at(until) if until else conference.zone_name
            self.fields["embargo_until"].help_text = f"{zone}. Empty: public as soon as it is sent."
        self.helper = helper("Save")

    @classmethod
    def over(cls, typed, announcement):
        """The form with what was typed, over what somebody else saved meanwhile.

        That is shown beside; sent once more it means: mine, knowingly. No embargo goes because a
        form was old.
        """
        conference, until = announcement.conference, announcement.embargo_until
        data = typed.copy()
        data["was"] = announcement.seen
        had = data.get("embargo_until", "").strip()
        saved = local(until, conference).strftime(CLOCK) if until else ""
        data["embargo_until"] = had or saved
        form = cls(data, conference=conference, announcement=announcement)
        form.add_error(None, "Somebody saved this meanwhile. Save once more if yours shall stand.")
        if "embargo_until" in form.fields:
            if problem := cls.embargoes_differ(had, saved):
                form.add_error("embargo_until", problem)
        elif "embargo_until" in typed:
            form.add_error(None, f"It is {announcement.get_status_display()} by now: {KEPT}")
        return form

    @staticmethod
    def embargoes_differ(typed, saved):
        if typed == saved:
            return ""
        if not typed:
            return "Saved meanwhile. Empty it again if there shall be none."
        return f"What is saved has another one: {saved.replace('T', ' ') or 'none'}."

    def clean_text(self):
        return printable(self.cleaned_data["text"])

    def clean_embargo_until(self):
        until = self.cleaned_data["embargo_until"]
        if until is None:
            return None
        if not 2000 <= until.year <= 2999:
            raise ValidationError("A day of this millennium, please.")
        try:
            wall = until.replace(tzinfo=None, second=0, microsecond=0)
            return from_wall(wall, self.conference, near=self.before)
        except ValueError as error:
            raise ValidationError(f"{error}.") from error


class CoverageForm(forms.ModelForm):
    url = forms.URLField(
        assume_scheme="https", max_length=300, label="Address", validators=[WEB_ADDRESS]
    )
    title = PlainTextField(max_length=200)
    published_on = forms.DateField(required=False, label="Published on", widget=date_input())

    class Meta:
        model = Coverage
        fields = ["url", "title", "published_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper("Add it")

    def clean_published_on(self):
        day = self.cleaned_data["published_on"]
        if day and not 1990 <= day.year <= dt.date.max.year - 1:
            raise ValidationError("A day of our times, please.")
        return day
