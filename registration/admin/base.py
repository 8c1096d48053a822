from django import forms

from scale.admin import EditionAdmin
from scale.admin.base import MOST_DIGITS
from scale.models import Conference
from scale.models.audit import edition_of


class ReadOnly:
    """Rows that only actions write."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class SaleAdmin(EditionAdmin):
    """Tables of the sale's set-up: about one edition, named in the link or by the row."""

    list_select_related = ["conference"]

    def get_changeform_initial_data(self, request):
        edition = self._at_hand(request)
        return super().get_changeform_initial_data(request) | (
            {"conference": edition.pk} if edition else {}
        )

    def _at_hand(self, request):
        """The edition that a new row is for: named in the link, else the one to come."""
        mine = Conference.objects.filter(closed_at=None).order_by("starts_on")
        allowed = self.allowed_editions(request, "add")
        if allowed is not None:
            mine = mine.filter(pk__in=allowed)
        named = request.GET.get("conference", "")
        if named.isdecimal() and len(named) < MOST_DIGITS:
            return mine.filter(pk=named).first()
        return mine.last()

    def get_readonly_fields(self, request, obj=None):
        """A row stays with its edition: what hangs on it belongs there too."""
        fixed = ["conference"] if obj else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Only rows of the edition at hand are shown; what is sent is judged, and told by name."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is None or not hasattr(db_field.related_model, "conference_id"):
            return field
        field.label_from_instance = self._label(request)
        if request.method == "GET":
            number = request.resolver_match.kwargs.get("object_id")
            row = self.get_object(request, number) if number else None
            edition = edition_of(row) if row else getattr(self._at_hand(request), "pk", None)
            field.queryset = field.queryset.filter(conference=edition)
        return field

    def _label(self, request):
        """With the edition behind it where rows of several can be seen."""
        if request.method == "GET":
            return str
        names = dict(Conference.objects.values_list("pk", "name"))
        return lambda row: f"{row} · {names[row.conference_id]}"


class SaleForm(forms.ModelForm):
    """What forms of the sale check alike, told beside the field."""

    def in_order(self, cleaned, first, last, words):
        begins, ends = cleaned.get(first), cleaned.get(last)
        if begins and ends and ends <= begins:
            self.add_error(last, words)

    def once(self, cleaned, field, words):
        """Refuse what another row of the edition has in this field already."""
        value = cleaned.get(field)
        conference = self.edition(cleaned)
        if not value or conference is None:
            return
        rows = self._meta.model.objects.filter(conference=conference, **{field: value})
        if rows.exclude(pk=self.instance.pk).exists():
            self.add_error(field, words.format(value=value, conference=conference))

    def edition(self, cleaned):
        if self.instance.pk:
            return self.instance.conference
        return cleaned.get("conference")
