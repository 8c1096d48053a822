"""Who changed what. Apps register their models with django-auditlog; the rows land here."""

from collections.abc import Mapping
from contextvars import ContextVar

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.http import HttpRequest

# The request being answered, if any: asked for its user only when something is written down.
current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


def edition_of(row: object, depth: int = 2) -> int | None:
    """The id of the edition a row belongs to, itself or by what it hangs on; else None."""
    if isinstance(row, models.Model) and row._meta.label == "scale.Conference":
        return row.pk
    if hasattr(row, "conference_id"):
        return row.conference_id
    if isinstance(row, models.Model) and depth:
        for field in row._meta.concrete_fields:
            if leads_to_edition(field, depth) and getattr(row, field.attname):
                return edition_of(getattr(row, field.name), depth - 1)
    return None


def leads_to_edition(field: models.Field, depth: int) -> bool:
    above = field.related_model
    if not above or not depth or isinstance(above, str):
        return False
    return hasattr(above, "conference_id") or any(
        leads_to_edition(next_field, depth - 1) for next_field in above._meta.concrete_fields
    )


class AuditEntryManager(LogEntryManager):
    def tell(self, row: models.Model, what: str, *, why: str, by: models.Model | None) -> None:
        """Write down what someone did to a row, and why; it is erased with what the row says."""
        told = {**circumstances(row), "actor": by}
        super().log_create(
            row, action=AbstractLogEntry.Action.UPDATE, changes={what: [None, why]}, **told
        )

    def moved(self, rows, name: str, before: Mapping[int, object]) -> None:
        """What saving each row would write down of one field, for who updates many at once."""
        action = AbstractLogEntry.Action.UPDATE
        self.bulk_create(
            self.model(
                content_type=ContentType.objects.get_for_model(row),
                object_pk=str(row.pk),
                object_id=row.pk,
                object_repr=str(row),
                action=action,
                changes={name: [str(before[row.pk]), str(getattr(row, name))]},
                **circumstances(row),
            )
            for row in rows
        )

    def of_rows(self, rows):
        """All that is known of these rows, newest first."""
        by_model: dict = {}
        for row in rows:
            by_model.setdefault(type(row), []).append(row.pk)
        found = Q(pk__in=[])
        for model, pks in by_model.items():
            content_type = ContentType.objects.get_for_model(model)
            found |= Q(content_type=content_type, object_id__in=pks)
        return self.filter(found).select_related("actor", "content_type").order_by("-pk")

    def hand_over(self, model, old, new):
        """What is known of a row that went into another is that one's from now on."""
        rows = self.filter(content_type=ContentType.objects.get_for_model(model), object_id=old)
        rows.update(object_id=new, object_pk=str(new))

    def log_create(self, instance, force_log=False, **kwargs):
        return super().log_create(instance, force_log, **kwargs, **circumstances(instance))

    def log_m2m_changes(self, changed_queryset, instance, operation, field_name, **kwargs):
        return super().log_m2m_changes(
            changed_queryset, instance, operation, field_name, **kwargs, **circumstances(instance)
        )


def circumstances(instance) -> dict:
    request = current_request.get()
    user = getattr(request, "user", None)
    return {
        "conference_id": edition_of(instance),
        "actor": user if user is not None and user.is_authenticated else None,
        "cid": getattr(request, "id", None),
    }


class AuditEntry(AbstractLogEntry):
    """One change of one row; `conference` is what a chair's view is limited by."""

    # Without a constraint in the database: a trail outlives what it tells of.
    conference = models.ForeignKey(
        "scale.Conference",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
    )

    objects = AuditEntryManager()

    class Meta(AbstractLogEntry.Meta):
        verbose_name = "change"
        verbose_name_plural = "changes"
        indexes = [models.Index(fields=["conference", "-timestamp"], name="audit_by_edition")]

    def says(self) -> str:
        """The changes in words: “title: Old → New; tracks: + Security”."""
        parts = []
        for name, change in (self.changes or {}).items():
            if isinstance(change, dict):
                sign = "+" if change.get("operation") == "add" else "−"
                parts.append(f"{name}: {sign} {', '.join(change.get('objects', []))}")
            else:
                old, new = (shown(value) for value in change)
                parts.append(f"{name}: {old} → {new}" if old else f"{name}: {new}")
        return "; ".join(parts)


def shown(value: object) -> str:
    return "" if value in (None, "None") else str(value)
