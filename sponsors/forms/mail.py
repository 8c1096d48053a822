from django import forms
from django.core.exceptions import ValidationError

from registration.forms.attendee import PlainTextField
from scale.forms import helper
from scale.uploads import DOCUMENTS, check_document

from ..models import Contact, Mail
from .organizations import flags, ticks

TEXT_LENGTH = 100_000
FILES, FILES_BYTES = 10, 20_000_000


class MailSearchForm(forms.Form):
    """What the list of mails is narrowed and ordered by."""

    q = forms.CharField(max_length=100, required=False, label="Sender or subject")
    box = forms.ChoiceField(
        required=False,
        label="Show",
        choices=[
            ("", "to be sorted"),
            ("attached", "in conversations"),
            ("ignored", "ignored"),
            ("auto", "automatic replies"),
            ("bounce", "not delivered"),
            ("all", "all mail"),
        ],
    )
    sort = forms.ChoiceField(
        required=False,
        label="Order",
        choices=[("", "newest first"), ("oldest", "oldest first"), ("sender", "by sender")],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs = {"class": "form-control", "type": "search"}
        for name in ("box", "sort"):
            self.fields[name].widget.attrs = {"class": "form-select"}


class FindForm(forms.Form):
    q = forms.CharField(
        max_length=100,
        required=False,
        label="Organization or contact",
        widget=forms.TextInput(attrs={"class": "form-control", "type": "search"}),
    )


class MailContactForm(forms.Form):
    """Whoever wrote a mail becomes a contact."""

    organization = PlainTextField(
        max_length=120,
        label="At which organization",
        help_text="One that is known, by its name, or a new one.",
        widget=forms.TextInput(attrs={"list": "organizations", "autocomplete": "off"}),
    )
    name = PlainTextField(max_length=120)
    email = forms.EmailField(max_length=190, label="E-mail")
    roles = ticks(Contact.Role.choices, "Whom we ask about", required=False)

    helper = helper("Add contact")

    def facts(self):
        data = dict(self.cleaned_data)
        return data | flags(Contact.Role, data.pop("roles"))


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """[(name, content type, bytes)] of documents."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        given = data if isinstance(data, list | tuple) else [data]
        uploads = [super(SeveralFilesField, self).clean(one, initial) for one in given if one]
        if len(uploads) > FILES:
            raise ValidationError(f"At most {FILES} files.")
        if sum(one.size for one in uploads) > FILES_BYTES:
            raise ValidationError(f"More than {FILES_BYTES // 1_000_000} MB together.")
        found = []
        for one in uploads:
            name = check_document(one)
            kind = one.content_type or "application/octet-stream"
            found.append((name, kind[:120], one.read()))
        return found


class WriteForm(forms.Form):
    """A mail to a contact."""

    contact = forms.TypedChoiceField(coerce=int, label="To")
    subject = PlainTextField(max_length=200)
    text = forms.CharField(
        max_length=TEXT_LENGTH, label="Text", widget=forms.Textarea(attrs={"rows": 12})
    )
    files = SeveralFilesField(
        required=False,
        label="Files",
        help_text="Documents and pictures, at most 20 MB together.",
        widget=SeveralFilesInput(attrs={"accept": ",".join(DOCUMENTS)}),
    )

    def __init__(self, *args, contacts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].choices = [
            (one.pk, f"{one.name} <{one.email}>{' (bounced)' if one.bounces else ''}")
            for one in contacts
            if one.email
        ]
        self.helper = helper("Send")

    @staticmethod
    def answer_to(mail: Mail) -> dict:
        """What the form begins with when it answers a mail."""
        subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
        quoted = "\n".join(f"> {line}" for line in mail.said[:20_000].splitlines())
        who = mail.party_name or mail.party_address
        words = f"\n\nOn {mail.sent_at:%d %B %Y} {who} wrote:\n{quoted}\n"
        return {"contact": mail.contact_id, "subject": subject[:200], "text": words}
