import datetime as dt

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model, QuerySet, URLField
from django.utils import timezone

from ..auth import editions_for
from ..models import Conference, User
from ..models.audit import edition_of
from ..text import canonical_email

MOST_DIGITS = 19  # of an id; what is longer is none


class EditionAdmin(admin.ModelAdmin):
    """Base of every table in the admin: one sees and chooses rows of one's own editions only.

    `edition_path` is the lookup from a row to its Conference; None for tables
    that all editions share.
    """

    edition_path: str | None = "conference"
    # Foreign keys to tables of other roles whose rows are chosen here all the same.
    lent: tuple[str, ...] = ()
    list_per_page = 50
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    show_full_result_count = False

    def allowed_editions(self, request, verb="view"):
        """Ids of the editions whose rows the user may handle, None for all."""
        return editions_for(request.user, f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        allowed = self.allowed_editions(request)
        if allowed is None or self.edition_path is None:
            return rows
        return rows.filter(**{f"{self.edition_path}__in": allowed})

    def edition_id_of(self, obj):
        for part in (self.edition_path or "").split("__"):
            obj = getattr(obj, part, None)
        return obj.pk if obj else None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Times are read and typed on the clocks of the row's edition."""
        with timezone.override(self._zone(request, object_id)):
            return rendered(super().changeform_view(request, object_id, form_url, extra_context))

    def changelist_view(self, request, extra_context=None):
        with timezone.override(self._zone(request, None)):
            return rendered(super().changelist_view(request, extra_context))

    def _zone(self, request, object_id):
        """The row's, else that of the edition posted or filtered by, else the current one's."""
        obj = object_id and self.get_object(request, unquote(object_id))
        given = request.POST.get("conference") or request.GET.get("conference__id__exact") or ""
        is_number = given.isdecimal() and len(given) < MOST_DIGITS
        pk = self.edition_id_of(obj) if obj else int(given) if is_number else 0
        edition = Conference.objects.filter(pk=pk or 0).first() or Conference.objects.current()
        return edition.zone if edition else dt.UTC

    def _may(self, request, verb, obj):
        allowed = self.allowed_editions(request, verb)
        if allowed is None or obj is None or self.edition_path is None:
            return allowed is None or bool(allowed)
        return self.edition_id_of(obj) in allowed

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view", obj) or self._may(request, "change", obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change", obj) and not is_closed(self, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "delete", obj) and not is_closed(self, obj)

    def has_add_permission(self, request):
        return self._may(request, "add", None)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return with_clocks(super().formfield_for_dbfield(db_field, request, **kwargs), request)

    def get_list_filter(self, request):
        """The filter by edition offers one's own editions only."""
        return [
            (item, admin.RelatedOnlyFieldListFilter) if item == self.edition_path else item
            for item in super().get_list_filter(request)
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        made = super().get_form(request, obj, change=change, **kwargs)
        return judged_form(made, self, self.allowed_editions(request, "change" if obj else "add"))

    def get_changelist_form(self, request, **kwargs):
        made = super().get_changelist_form(request, **kwargs)
        return judged_form(made, self, self.allowed_editions(request, "change"))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(
            db_field, request, **self._limited(db_field, request, kwargs)
        )

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(
            db_field, request, **self._limited(db_field, request, kwargs)
        )

    def _limited(self, db_field, request, kwargs):
        """Choices limited to what the user sees in the related table."""
        allowed = self.allowed_editions(request, "change")
        if db_field.related_model is Conference and allowed is not None:
            kwargs.setdefault("queryset", Conference.objects.filter(pk__in=allowed, closed_at=None))
        if db_field.name in self.lent:
            rows = self._lent(db_field.related_model, request, allowed)
            return kwargs | {"queryset": rows, "form_class": LentField}
        return limited_choices(self, db_field, request, kwargs)

    def _lent(self, model, request, allowed):
        """Of the edition whose row is looked at; for a new row, of all of one's own."""
        rows = model._default_manager.select_related("conference")
        number = request.resolver_match.kwargs.get("object_id")
        if number and request.method == "GET":
            row = self.get_object(request, unquote(number))
            return rows.filter(conference=self.edition_id_of(row) if row else None)
        rows = rows.filter(conference__closed_at=None)
        return rows if allowed is None else rows.filter(conference__in=allowed)


def with_clocks(field, request):
    """Says beside a time whose clocks it is on: `changeform_view` has set their zone.

    Django's own note, of hours ahead of a server, is hidden by admin.css.
    """
    if isinstance(field, forms.SplitDateTimeField):
        words = "On the clocks of the conference"
        if request.resolver_match.kwargs.get("object_id"):
            words += f" ({timezone.get_current_timezone_name()})"
        field.help_text = f"{field.help_text} {words}.".strip()
    return field


def limited_choices(model_admin, db_field, request, kwargs):
    """Fills in what may be chosen, where the caller has not: people are typed, not listed."""
    model = db_field.related_model
    if "queryset" in kwargs or "form_class" in kwargs:
        return kwargs
    if model is User:
        return kwargs | {"form_class": UserByEmailField, "queryset": User.objects.all()}
    if related := model_admin.admin_site._registry.get(model):
        return kwargs | {"queryset": related.get_queryset(request)}
    if hasattr(model, "conference_id"):
        allowed = editions_for(
            request.user, f"{model._meta.app_label}.view_{model._meta.model_name}"
        )
        if allowed is not None:
            return kwargs | {"queryset": model._default_manager.filter(conference__in=allowed)}
    return kwargs


class LentField(forms.ModelChoiceField):
    """Each row with its edition behind it: several have types of the same name."""

    def label_from_instance(self, obj):
        return f"{obj} · {obj.conference}"


class UserByEmailField(forms.ModelChoiceField):
    """A person, named by the address of the account: nobody needs a list of all people for that."""

    widget = forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"})
    default_error_messages = {"invalid_choice": "There is no account with this address."}

    def __init__(self, queryset, **kwargs):
        kwargs |= {"to_field_name": "email", "widget": self.widget, "empty_label": None}
        kwargs.pop("blank", None)
        super().__init__(queryset, **kwargs)

    def to_python(self, value):
        return super().to_python(canonical_email(value) if value else value)

    def prepare_value(self, value):
        if isinstance(value, int):
            value = self.queryset.filter(pk=value).first() if self.queryset is not None else None
        return super().prepare_value(value)


def is_closed(model_admin, obj):
    """Whether the row belongs to a closed edition, which can only be read."""
    if obj is None or model_admin.edition_path is None:
        return False
    closed = Conference.objects.filter(pk=model_admin.edition_id_of(obj) or 0)
    return closed.exclude(closed_at=None).exists()


def judged_form(made, model_admin, allowed):
    """The form, refusing rows of editions that are not the user's, closed, or mixed up."""

    class Judged(made):  # type: ignore[misc, valid-type]
        def clean(self):
            cleaned = super().clean() or self.cleaned_data
            edition = self._edition(cleaned)
            if edition is not None:
                if allowed is not None and edition not in allowed:
                    self.add_error(None, "You have no say in this edition.")
                elif Conference.objects.filter(pk=edition).exclude(closed_at=None).exists():
                    self.add_error(None, "This edition is closed and can only be read.")
                refuse_strangers(self, edition)
            return cleaned

        def _edition(self, cleaned):
            """Of the row as it will be: what was chosen, else what it has."""
            if model_admin.edition_path in (None, "pk"):
                return None
            first, _, rest = model_admin.edition_path.partition("__")
            chosen = cleaned.get(first) or getattr(self.instance, first, None)
            if not rest:
                return chosen.pk if chosen else None
            return edition_of(chosen)

    Judged.__name__ = made.__name__
    return Judged


def refuse_strangers(form, edition):
    """An error beside each field in which rows of another edition were chosen."""
    for name, value in list(form.cleaned_data.items()):
        if isinstance(value, QuerySet):
            strangers = [f"“{row}”" for row in value if edition_of(row) not in (None, edition)]
            if strangers:
                form.add_error(name, f"{', '.join(strangers)} belongs to another edition.")
        elif isinstance(value, Model) and edition_of(value) not in (None, edition):
            form.add_error(name, f"This {value._meta.verbose_name} belongs to another edition.")


class EditionInline(admin.TabularInline):
    """Rows inside a row of an EditionAdmin, judged by the rights to their own table."""

    extra = 0

    def _may(self, request, parent, *verbs):
        return any(self._may_verb(request, parent, verb) for verb in verbs)

    def _may_verb(self, request, parent, verb):
        name = f"{self.opts.app_label}.{verb}_{self.opts.model_name}"
        allowed = editions_for(request.user, name)
        edition = self.edition_id_of(parent)
        return allowed is None or (bool(allowed) if edition is None else edition in allowed)

    def edition_id_of(self, parent):
        above = self.admin_site._registry.get(self.parent_model)
        if parent is None or not isinstance(above, EditionAdmin) or above.edition_path is None:
            return None
        return above.edition_id_of(parent)

    def _is_open(self, parent):
        above = self.admin_site._registry.get(self.parent_model)
        return not (isinstance(above, EditionAdmin) and is_closed(above, parent))

    def has_view_permission(self, request, obj=None):
        return self._may(request, obj, "view", "change")

    def has_add_permission(self, request, obj=None):
        return self._may(request, obj, "add") and self._is_open(obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, obj, "change") and self._is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return self._may(request, obj, "delete") and self._is_open(obj)

    def get_formset(self, request, obj=None, **kwargs):
        made = super().get_formset(request, obj, **kwargs)
        inline = self

        class Judged(made):  # type: ignore[misc, valid-type]
            def clean(self):
                super().clean()
                edition = inline.edition_id_of(self.instance)
                for form in self.forms:
                    if edition is not None and hasattr(form, "cleaned_data"):
                        refuse_strangers(form, edition)

        return Judged

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return with_clocks(super().formfield_for_dbfield(db_field, request, **kwargs), request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(
            db_field, request, **limited_choices(self, db_field, request, kwargs)
        )

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(
            db_field, request, **limited_choices(self, db_field, request, kwargs)
        )


def rendered(response):
    """A template answer rendered now, while the time zone it was made in still holds."""
    return response.render() if hasattr(response, "render") else response
