"""The questions of a call as fields of the talk's form."""

from django import forms

from ..models import CallQuestion
from .fields import SHORT_TEXT, Prose

YES_NO = [("", "Choose…"), ("yes", "Yes"), ("no", "No")]


def field_of(question, now):
    words = {"label": question.text, "help_text": question.help_text, "required": False}
    if question.is_required and not question.must_be_answered(now):
        words["help_text"] = f"{question.help_text} You can answer this later.".strip()
    match question.kind:
        case CallQuestion.Kind.CHOICE:
            choices = [("", "Choose…"), *((one, one) for one in question.options())]
            return forms.ChoiceField(choices=choices, **words)
        case CallQuestion.Kind.YES_NO:
            return forms.ChoiceField(choices=YES_NO, **words)
    return Prose(rows=2, max_length=SHORT_TEXT, **words)


class Questions:
    """The part of a talk's form that its call asks for."""

    def __init__(self, form, rows, now):
        self.form, self.rows, self.now = form, rows, now
        said = dict(form.instance.answers.values_list("question_id", "value"))
        for question in rows:
            form.fields[question.name] = field_of(question, now)
            form.initial[question.name] = said.get(question.pk, "")

    def shown(self):
        """Their fields, for the page."""
        return [self.form[question.name] for question in self.rows]

    def answers(self, cleaned):
        """By question; what must be said and is not is missed, except in a draft."""
        for question in self.rows:
            said = cleaned.get(question.name) or question.name in self.form.errors
            if question.must_be_answered(self.now) and not said and not self.form.is_draft:
                self.form.add_error(question.name, "Please answer this.")
        return {question.pk: cleaned.get(question.name, "") for question in self.rows}
