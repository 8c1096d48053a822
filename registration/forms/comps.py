from django import forms

from scale.forms import helper
from scale.text import canonical_email

from ..models import CompChoice
from .attendee import PlainTextField

Answer = CompChoice.Answer


class CompChoiceForm(forms.Form):
    """What becomes of a bought ticket, now that its holder has a free one."""

    answer = forms.ChoiceField(
        label="What shall become of the ticket that you bought?",
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one."},
    )
    name = PlainTextField(
        max_length=120,
        required=False,
        label="Name of the person who gets it",
        help_text="Only if you pass it on.",
    )
    email = forms.EmailField(
        max_length=190,
        required=False,
        label="E-mail address of that person",
        help_text="The ticket goes there. What you bought with it (T-shirt, tutorials) goes along.",
    )

    def __init__(self, *args, cost, may_pass_on, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [(Answer.REFUND, f"Send back {cost}; I keep my ticket, and it is free")]
        if may_pass_on:
            offered.append((Answer.PASS_ON, "Pass it on to somebody else; I get a free one"))
        else:
            del self.fields["name"], self.fields["email"]
        offered.append((Answer.NOTHING, "Leave it as it is; think of it as a gift"))
        self.fields["answer"].choices = offered
        self.helper = helper("This is my decision")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == Answer.PASS_ON:
            for field, words in (("name", "name"), ("email", "e-mail address")):
                if not cleaned.get(field) and field not in self.errors:
                    self.add_error(field, f"Whose ticket shall it be? The {words} is missing.")
        return cleaned

    def clean_email(self):
        return canonical_email(self.cleaned_data["email"])
