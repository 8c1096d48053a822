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

    def __init__(self, form, now):
        talk = form.instance
        self.form, self.now = form, now
        self.rows = list(talk.conference.call_questions.prefetch_related("tracks", "kinds"))
        said = dict(talk.answers.values_list("question_id", "value")) if talk.pk else {}
        for question in self.rows:
            form.fields[question.name] = field_of(question, now)
            form.initial[question.name] = said.get(question.pk, "")

    def shown(self):
        """Each question with its field, for the page."""
        return [(question, self.form[question.name]) for question in self.rows]

    def clean(self, cleaned):
        """What is asked of another track or kind is forgotten; what must be said is missed."""
        track, kind = cleaned.get("track"), cleaned.get("kind")
        for question in self.rows:
            if not question.is_for(track, kind):
                cleaned[question.name] = ""
            elif self.misses(question, cleaned):
                self.form.add_error(question.name, "Please answer this.")

    def misses(self, question, cleaned):
        said = cleaned.get(question.name) or question.name in self.form.errors
        return self.form.submitting and question.must_be_answered(self.now) and not said

    def answers(self, cleaned):
        return {question.pk: cleaned.get(question.name, "") for question in self.rows}
