"""What forms of several nouns share."""

from crispy_forms.layout import Div, Field
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from scale import text, uploads
from scale.models import Role, User

from ..models import (
    COMMITTEE,
    NoteFile,
)

DEALERS = (Role.SPONSORSHIP, Role.CHAIR)


def committee(conference, *also):
    """Who can own something here, and the people who own it now."""
    return (
        User.objects.filter(
            Q(staff_roles__conference=conference, staff_roles__role__in=[*COMMITTEE, Role.CHAIR])
            | Q(pk__in=[user.pk for user in also if user])
        )
        .distinct()
        .order_by("name", "email")
    )


def dealers(conference, *also):
    """Who may keep a promise and say so, and the people who look after one now."""
    return (
        User.objects.filter(
            Q(staff_roles__conference=conference, staff_roles__role__in=DEALERS)
            | Q(pk__in=[user.pk for user in also if user])
        )
        .distinct()
        .order_by("name", "email")
    )


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several documents at once, as [(name, upload)]."""

    widget = ManyFiles(attrs={"accept": ",".join(uploads.DOCUMENTS)})

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > NoteFile.MOST:
            raise ValidationError(f"At most {NoteFile.MOST} files at once.")
        kept, faults = [], []
        for one in files:
            try:
                super().clean(one, initial)
                kept.append((uploads.check_document(one), one))
            except ValidationError as error:
                faults += [f"{text.plain(one.name, 60)}: {said}" for said in error.messages]
        if faults:
            raise ValidationError(faults)
        return kept


def date_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def row(*columns):
    """Fields side by side where there is room."""
    fields = [Div(Field(name), css_class=css) for name, css in columns]
    return Div(*fields, css_class="row gx-3")
