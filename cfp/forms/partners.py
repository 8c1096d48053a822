"""Talks that come in accepted, and the page of a partner's track."""

from email.utils import parseaddr

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email

from registration.forms.reports import BulkForm
from scale import uploads
from scale.forms import helper
from scale.text import canonical_email

from ..access import Reach
from ..actions.partners import Person
from ..models import Speaker, TalkKind, Track, new_talk_code
from ..sheets import MOST_SPEAKERS, TALKS
from .fields import LONG_TEXT, KindField, Line, Prose, usual_minutes

LOGO_PIXELS = 600
NAME, EMAIL = (Speaker._meta.get_field(name).max_length for name in ("name", "email"))


def tracks_of(reach: Reach):
    """Into which the person may write."""
    rows = reach.conference.tracks.all()
    return rows if reach.decides is None else rows.filter(pk__in=reach.decides)


class EnterTalkForm(forms.Form):
    """A keynote, or one talk of a partner: it needs no review."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)
    title = Line(max_length=250)
    kind = KindField(TalkKind.objects.none(), required=False, empty_label="Choose…")
    track = forms.ModelChoiceField(Track.objects.none(), required=False, empty_label="No track")
    minutes = forms.IntegerField(
        label="Length in minutes",
        required=False,
        min_value=5,
        max_value=1440,
        help_text="Leave it empty for the usual length.",
    )
    name = Line(max_length=NAME, label="Speaker’s name")
    email = forms.EmailField(
        max_length=EMAIL,
        label="Speaker’s e-mail address",
        help_text="Only the address tells who it is: who has a profile under it keeps that.",
    )
    organization = Line(max_length=160, required=False)
    others = Prose(
        rows=3,
        required=False,
        label="More speakers",
        help_text="One a line: Ada Lovelace &lt;ada@example.org&gt;",
    )
    abstract = Prose(
        label="Short abstract",
        required=False,
        max_length=1200,
        help_text="If you know it yet. At most 1,200 characters.",
    )
    description = Prose(
        label="Full description",
        rows=6,
        required=False,
        max_length=LONG_TEXT,
        help_text="Markdown.",
    )
    mail = forms.BooleanField(
        required=False,
        initial=True,
        label="Ask the speakers by mail to complete their profile and to confirm",
    )

    def __init__(self, *args, reach: Reach, **kwargs):
        super().__init__(*args, **kwargs)
        self.reach = reach
        conference = reach.conference
        # First what cannot be submitted: that is what comes in this way.
        self.fields["kind"].queryset = conference.talk_kinds.order_by(
            "is_offered", "position", "name"
        )
        self.fields["track"].queryset = tracks_of(reach)
        if reach.decides is not None:
            self.fields["track"].required = True
            self.fields["track"].empty_label = "Choose…"
            if len(reach.decides) == 1:
                self.fields["track"].initial = next(iter(reach.decides))
        self.fields["once"].initial = self._signer().sign(new_talk_code())

    def _signer(self):
        return Signer(salt=f"cfp.enter-talk:{self.reach.user.pk}:{self.reach.conference.pk}")

    def clean_once(self):
        """The code that the talk will have; a form that was tampered with gets another."""
        try:
            return self._signer().unsign(self.cleaned_data["once"])
        except BadSignature:
            return new_talk_code()

    def clean_others(self):
        lines = [line for line in self.cleaned_data["others"].split("\n") if line.strip()]
        if len(lines) >= MOST_SPEAKERS:
            raise ValidationError(f"A talk has at most {MOST_SPEAKERS} speakers.")
        return [one_of(line) for line in lines]

    def content(self):
        """What the action writes."""
        said = self.cleaned_data
        return {
            "title": said["title"],
            "kind": said["kind"],
            "track": said["track"],
            "minutes": said["minutes"] or usual_minutes(said["kind"]),
            "abstract": said["abstract"],
            "description": said["description"],
        }

    def people(self):
        said = self.cleaned_data
        return [Person(said["name"], said["email"], said["organization"]), *said["others"]]


def one_of(line: str) -> Person:
    """Name <address>, or a name alone."""
    name, email = parseaddr(line) if "@" in line else (line.strip(), "")
    name, email = name.strip(), canonical_email(email)
    if not name:
        raise ValidationError(f"“{line[:80]}” has no name: write Ada Lovelace <ada@example.org>.")
    if len(name) > NAME or len(email) > EMAIL:
        raise ValidationError(f"“{line[:80]}…” is too long.")
    if email:
        validate_email(email)
    return Person(name, email)


class TalkFileForm(BulkForm):
    """A file of ready-made talks, and what holds for all of its lines."""

    track = forms.ModelChoiceField(
        Track.objects.none(),
        required=False,
        empty_label="As each line says",
        help_text="For lines that name none.",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    mail = forms.BooleanField(
        required=False,
        label="Ask the speakers by mail to complete their profile and to confirm",
        widget=forms.CheckboxInput(attrs={"class": "form-check-input d-block"}),
    )
    field_order = ["track", "file", "text", "mail"]

    def __init__(self, *args, reach: Reach, **kwargs):
        super().__init__(*args, sheet=TALKS, **kwargs)
        self.reach = reach
        self.fields["track"].queryset = tracks_of(reach)
        if reach.decides is not None and len(reach.decides) == 1:
            self.fields["track"].initial = next(iter(reach.decides))

    def options(self):
        """For `sheets.TALKS`: nobody writes into a track that they do not decide on."""
        said = self.cleaned_data
        return {"track": said["track"], "mail": said["mail"], "tracks": self.reach.decides}


class TrackPageForm(forms.ModelForm):
    """What the public reads about a track."""

    name = Line(max_length=120)
    description = Prose(
        rows=8,
        required=False,
        max_length=LONG_TEXT,
        help_text="The track’s page. You can use Markdown: **bold**, lists, links.",
    )
    starts_on = forms.DateField(
        required=False, label="First day", widget=forms.DateInput(attrs={"type": "date"})
    )
    ends_on = forms.DateField(
        required=False, label="Last day", widget=forms.DateInput(attrs={"type": "date"})
    )
    logo = forms.FileField(
        required=False,
        help_text=f"{uploads.PICTURES} It is shown on white.",
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
    )
    remove_logo = forms.BooleanField(required=False, label="Take the logo away")
    helper = helper("Save")

    class Meta:
        model = Track
        fields = ("name", "description", "starts_on", "ends_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            del self.fields["remove_logo"]

    def clean_logo(self):
        upload = self.cleaned_data["logo"]
        return uploads.clean_picture(upload, size=LOGO_PIXELS) if upload else None

    def clean(self):
        said = super().clean()
        conference = self.instance.conference
        for name in ("starts_on", "ends_on"):
            day = said.get(name)
            if day and not conference.starts_on <= day <= conference.ends_on:
                self.add_error(name, f"{conference} is {conference.dates}.")
        return said

    def content(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def new_logo(self):
        """For `actions.save_track`: a picture, False to remove the old one, or None."""
        return self.cleaned_data["logo"] or (
            False if self.cleaned_data.get("remove_logo") else None
        )
