from django.contrib import admin

from ..models import Question
from .base import SaleAdmin, SaleForm


class QuestionForm(SaleForm):
    class Meta:
        model = Question
        fields = [
            *("conference", "text", "help_text", "kind", "choices", "is_required"),
            *("ticket_types", "add_ons", "position"),
        ]
        labels = {
            "help_text": "A hint below it",
            "kind": "What one can answer",
            "choices": "The choices",
            "is_required": "Must be answered",
            "ticket_types": "Only with these tickets",
            "add_ons": "Only with these extras",
        }
        help_texts = {
            "choices": "One a line; only for “one of several” and “any of several”.",
            "ticket_types": "None: with every ticket.",
            "add_ons": "None: whatever extras are taken.",
            "position": "Small numbers are asked first.",
        }


@admin.register(Question)
class QuestionAdmin(SaleAdmin):
    form = QuestionForm
    list_display = ["text", "kind", "is_required", "position", "conference"]
    list_filter = ["conference", "kind"]
    search_fields = ["text"]
    filter_horizontal = ["ticket_types", "add_ons"]
    fieldsets = [
        (
            "The question",
            {
                "fields": ["conference", "text", "help_text", "kind", "choices", "is_required"],
                "description": "Asked for each ticket at checkout. Name, e-mail, organization, "
                "pronouns and accessibility needs are asked by the sale rules, not here. Answers "
                "that were given keep their words when you change the choices.",
            },
        ),
        ("Of whom it is asked", {"fields": ["ticket_types", "add_ons", "position"]}),
    ]
