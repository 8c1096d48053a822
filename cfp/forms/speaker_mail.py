"""What the committee writes to speakers."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer

from ..models.speaker_mail import new_mail_code
from ..speaker_mail import HOLDERS, unknown_in
from .fields import SHORT_TEXT, Line, Prose

GREETING = "Dear {name},\n\n"


def known_holders(said):
    if unknown := unknown_in(said):
        words = ", ".join(f"{{{one}}}" for one in HOLDERS)
        raise ValidationError(f"{{{unknown[0][:30]}}} stands for nothing here. There is {words}.")


class SpeakerMailForm(forms.Form):
    """`seen` is the mark of the mails that were read; empty until there is a preview."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)
    subject = Line(max_length=150, validators=[known_holders])
    text = Prose(rows=12, max_length=SHORT_TEXT, validators=[known_holders], initial=GREETING)
    answers = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args, reach, **kwargs):
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.fields["text"].help_text = "; ".join(
            f"{{{name}}} is {words}" for name, words in HOLDERS.items()
        )
        self.fields["answers"].label = f"Answers come to me, at {reach.user.email}"
        self.fields["once"].initial = self._signer().sign(new_mail_code())

    def _signer(self):
        return Signer(salt=f"cfp.speaker-mail:{self.reach.user.pk}:{self.reach.conference.pk}")

    def clean_once(self):
        """The code of the mail; a form that was tampered with gets another."""
        try:
            return self._signer().unsign(self.cleaned_data["once"])
        except BadSignature:
            return new_mail_code()

    def clean_text(self):
        text = self.cleaned_data["text"]
        if text.strip() == GREETING.strip():
            raise ValidationError("Write what you want to tell them.")
        return text

    def content(self):
        """What the action takes."""
        said = self.cleaned_data
        return {
            "code": said["once"],
            "seen": said["seen"],
            "subject": said["subject"],
            "text": said["text"],
            "reply_to": self.reach.user.email if said["answers"] else "",
        }
