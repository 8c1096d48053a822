"""How an edition sells: what it asks, until when things may change, its terms."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from scale.models import Conference, StaffRole, User
from scale.text import canonical_email, render_markdown

from ..models import SaleRules, Terms
from .base import SaleAdmin, SaleForm


class PeopleByEmailField(forms.ModelMultipleChoiceField):
    """People, named by the addresses of their accounts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})

    def clean(self, value):
        addresses = {canonical_email(line) for line in str(value or "").split() if line.strip()}
        if self.required and not addresses:
            raise ValidationError(self.error_messages["required"])
        found = self.queryset.filter(email__in=addresses)
        if strange := addresses - {user.email for user in found}:
            raise ValidationError(f"There is no account with {', '.join(sorted(strange))[:200]}.")
        return found

    def prepare_value(self, value):
        if isinstance(value, str) or value is None:
            return value
        people = [one if isinstance(one, User) else User.objects.get(pk=one) for one in value]
        return "\n".join(person.email for person in people)

    def has_changed(self, initial, data):
        return self.prepare_value(initial or []) != (data or "")


class SaleRulesForm(SaleForm):
    accessibility_readers = PeopleByEmailField(
        queryset=User.objects.all(),
        required=False,
        label="Who sees accessibility needs",
        help_text="E-mail addresses of staff of this edition, one a line. Nobody else sees them, "
        "neither chairs nor this admin; they are erased after the edition.",
    )

    class Meta:
        model = SaleRules
        fields = [
            *("conference", "ask_title", "ask_organization", "ask_pronouns", "ask_postcode"),
            *("ask_accessibility", "accessibility_readers", "corrections_until"),
            *("transfers_until", "cancel_until", "invoice_days", "offers_visa_letters"),
            *("exhibitors_scan", "seller", "letter_text", "letter_signer"),
        ]

    def clean(self):
        cleaned = super().clean()
        conference, readers = self.edition(cleaned), cleaned.get("accessibility_readers")
        if conference and readers:
            staff = StaffRole.objects.filter(conference=conference).values("user")
            if strangers := readers.exclude(pk__in=staff):
                names = ", ".join(person.email for person in strangers)
                self.add_error("accessibility_readers", f"Not staff of {conference}: {names}.")
        return cleaned


@admin.register(SaleRules)
class SaleRulesAdmin(SaleAdmin):
    form = SaleRulesForm
    list_display = ["conference", "corrections_until", "transfers_until", "cancel_until"]
    fieldsets = [
        (
            "What is asked for each badge",
            {
                "fields": [
                    *("conference", "ask_title", "ask_organization", "ask_pronouns"),
                    "ask_postcode",
                ],
                "description": "Name and e-mail are always asked. Ask for the postcode if the desk "
                "shall find people by it.",
            },
        ),
        ("Exhibitors", {"fields": ["exhibitors_scan"]}),
        ("Accessibility", {"fields": ["ask_accessibility", "accessibility_readers"]}),
        (
            "What people may still change by themselves",
            {
                "fields": ["corrections_until", "transfers_until", "cancel_until"],
                "description": "The day that is named is the last one, in the edition’s zone.",
            },
        ),
        ("Paying", {"fields": ["invoice_days", "seller"]}),
        ("Visa letters", {"fields": ["offers_visa_letters", "letter_text", "letter_signer"]}),
    ]

    def has_delete_permission(self, request, obj=None):
        return False


class TermsForm(SaleForm):
    class Meta:
        model = Terms
        fields = ["conference", "kind", "text"]
        labels = {"kind": "Which text"}
        help_texts = {
            "text": "Markdown. Saved, it is in force at once; who bought before has accepted the "
            "version of their day, which stays."
        }

    def clean(self):
        cleaned = super().clean()
        conference, kind = cleaned.get("conference"), cleaned.get("kind")
        if conference and kind and "text" in cleaned:
            newest = Terms.objects.in_force(conference).get(kind)
            if newest and newest.text.strip() == cleaned["text"].strip():
                self.add_error("text", f"This is version {newest.number}, in force already.")
        return cleaned


@admin.register(Terms)
class TermsAdmin(SaleAdmin):
    """A change is a new version; what buyers accepted stays as it was."""

    form = TermsForm
    list_display = ["kind", "number", "written_at", "conference"]
    list_filter = ["conference", "kind"]

    def get_changeform_initial_data(self, request):
        """Begins with the text in force."""
        given = super().get_changeform_initial_data(request)
        kind = given.setdefault("kind", Terms.Kind.CONDUCT)
        newest = Terms.objects.filter(conference=given.get("conference"), kind=kind).first()
        return given | ({"text": newest.text} if newest else {})

    def get_fieldsets(self, request, obj=None):
        if obj:
            return [(None, {"fields": ["conference", "kind", "number", "written_at", "shown"]})]
        words = "Buyers accept it at checkout. To change a text, write a new version of it."
        return [
            (None, {"fields": ["conference", "kind", "text"], "description": words}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return ["conference", "kind", "number", "written_at", "shown"] if obj else []

    @admin.display(description="text")
    def shown(self, terms):
        return format_html('<div class="readonly">{}</div>', render_markdown(terms.text))

    def has_change_permission(self, request, obj=None):
        return False if obj else super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Two people who write at once get two versions."""
        Conference.objects.select_for_update().get(pk=obj.conference_id)
        super().save_model(request, obj, form, change)
