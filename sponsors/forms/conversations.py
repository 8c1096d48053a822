from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from scale.forms import helper

from ..models import (
    Conversation,
    Digest,
    FollowUp,
    Note,
)
from .fields import FilesField, committee, date_input, row

NOTE_LENGTH = 20_000


class NoteForm(forms.Form):
    """The one form of the organization's page: what was said, and what comes next."""

    text = forms.CharField(
        max_length=NOTE_LENGTH,
        label="What was said or done",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    kind = forms.TypedChoiceField(
        choices=Note.Kind, required=False, empty_value=Note.Kind.NOTE, label="It was a"
    )
    contact = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, label="With")
    conversation = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label="In the conversation"
    )
    subject = forms.CharField(
        max_length=200,
        required=False,
        label="Its subject",
        help_text="For a new one; else its first words are.",
    )
    state = forms.ChoiceField(required=False, label="Now it is")
    follow_up_on = forms.DateField(required=False, label="Remind me on", widget=date_input())
    follow_up = forms.CharField(max_length=200, required=False, label="To do what")
    files = FilesField(
        required=False,
        label="Files",
        help_text="PDF, office documents, text, ZIP, PNG or JPEG, at most 10 MB each.",
    )

    def __init__(self, *args, action, conference, contacts, conversations, **kwargs):
        """`conversations` to choose from; None where the page is of one already."""
        super().__init__(*args, **kwargs)
        self.today = conference.today()
        self.fields["contact"].choices = [("", "nobody"), *((c.pk, c.name) for c in contacts)]
        place = [row(("conversation", "col-md-6"), ("subject", "col-md-6"))]
        if conversations is None:
            del self.fields["conversation"], self.fields["subject"]
            place = []
        else:
            self.fields["conversation"].choices = [
                ("", "a new conversation"),
                *((c.pk, c.subject) for c in conversations),
            ]
        self.fields["state"].choices = [("", "as it was"), *Conversation.State.choices]
        self.helper = helper("Save note", action=action)
        self.helper.layout = Layout(
            "text",
            row(("kind", "col-6 col-md-4"), ("contact", "col-6 col-md-4"), ("state", "col-md-4")),
            *place,
            row(("follow_up_on", "col-md-4"), ("follow_up", "col-md-8")),
            "files",
        )

    def clean(self):
        data = super().clean()
        on, what = data.get("follow_up_on"), data.get("follow_up")
        if what and not on and "follow_up_on" not in self.errors:
            self.add_error("follow_up_on", "Say when, or leave both empty.")
        if on and on < self.today:
            self.add_error("follow_up_on", "This day has passed.")
        if data.get("conversation") and data.get("subject"):
            self.add_error("subject", "Only a new conversation takes a new subject.")
        return data


class ConversationsForm(forms.Form):
    """What the list of conversations is narrowed and ordered by."""

    q = forms.CharField(max_length=100, required=False, label="Subject, organization or words")
    state = forms.ChoiceField(
        required=False,
        label="State",
        choices=[("", "going on"), ("all", "any"), *Conversation.State.choices],
    )
    who = forms.ChoiceField(required=False, label="Handled by")
    when = forms.ChoiceField(
        required=False,
        label="When",
        choices=[("", "any time"), ("overdue", "overdue"), ("due", "due by today")],
    )
    sort = forms.ChoiceField(
        required=False,
        label="Order",
        choices=[("", "newest first"), ("next", "next step first"), ("name", "organization")],
    )

    def __init__(self, *args, conference, silent_days, **kwargs):
        super().__init__(*args, **kwargs)
        people = [(str(user.pk), str(user)) for user in committee(conference)]
        own = [("", "anybody"), ("mine", "me"), ("none", "nobody"), ("named", "whoever named me")]
        self.fields["who"].choices = [*own, *people]
        self.fields["when"].choices += [("silent", f"silent for {silent_days} days")]
        self.fields["q"].widget.attrs = {"class": "form-control", "type": "search"}
        for name in self.fields.keys() - {"q"}:
            self.fields[name].widget.attrs = {"class": "form-select"}


class DigestForm(forms.ModelForm):
    class Meta:
        model = Digest
        fields = ["is_wanted", "silent_days"]
        labels = {
            "is_wanted": "Send me a mail on days when something waits for me",
            "silent_days": "Tell me of conversations of mine without a word for so many days",
        }

    helper = helper("Save")


class NoteEditForm(forms.ModelForm):
    text = forms.CharField(max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 8}))

    class Meta:
        model = Note
        fields = ["text", "kind"]

    helper = helper("Save")


class ConversationForm(forms.ModelForm):
    class Meta:
        model = Conversation
        fields = ["subject", "state", "owner"]

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = committee(conference, self.instance.owner)
        self.fields["owner"].label = "Handled by"
        self.fields["owner"].empty_label = "nobody"
        self.helper = helper("Save")


class FollowUpForm(forms.ModelForm):
    class Meta:
        model = FollowUp
        fields = ["what", "due_on", "owner"]
        labels = {"what": "To do what", "due_on": "On", "owner": "Who"}
        widgets = {"due_on": date_input()}

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = conference.today()
        present = self.instance.owner if self.instance.pk else None
        self.fields["owner"].queryset = committee(conference, present)
        self.fields["owner"].empty_label = None
        self.helper = helper("Save" if self.instance.pk else "Add follow-up")

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on < self.today and "due_on" in self.changed_data:
            raise ValidationError("This day has passed.")
        return due_on
