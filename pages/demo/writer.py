"""Rows are numbered here and written in bulk, so that they can name each other before that."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import contextmanager

from django.apps import apps
from django.db.models import DateField, Max, Model

BATCH = 1000


class Writer:
    """Holds rows until `flush`, which writes those that others refer to first."""

    def __init__(self):
        self.waiting: dict[type[Model], list] = defaultdict(list)
        self.last: dict[type[Model], int] = {}
        self.written = 0

    def add(self, row):
        row.pk = self.next_number(type(row))
        self.waiting[type(row)].append(row)
        return row

    def next_number(self, model) -> int:
        if model not in self.last:
            self.last[model] = model._base_manager.aggregate(pk=Max("pk"))["pk"] or 0
        self.last[model] += 1
        return self.last[model]

    def link(self, field, **ids) -> None:
        """One row of a many-to-many table: `link(Room.parts, from_room_id=1, to_room_id=2)`."""
        self.add(field.through(**ids))

    def flush(self) -> None:
        for model in parents_first(self.waiting):
            rows = self.waiting[model]
            model._base_manager.bulk_create(rows, batch_size=BATCH)
            self.written += len(rows)
            rows.clear()


def parents_first(waiting: Mapping[type[Model], list]) -> list[type[Model]]:
    """In an order that foreign keys allow; a table that refers to itself is added in order.

    Only a foreign key that some row uses counts: tables may refer to each other.
    """
    wanted, ordered = list(waiting), []

    def visit(model):
        if model in ordered:
            return
        for field in model._meta.local_fields:
            parent = field.related_model if field.is_relation else None
            used = parent in wanted and any(getattr(row, field.attname) for row in waiting[model])
            if used and parent is not model:
                visit(parent)
        ordered.append(model)

    for model in wanted:
        visit(model)
    return ordered


@contextmanager
def dates_as_given():
    """`auto_now` would date every row today; the demo says itself when something was."""
    fields = [
        (field, field.auto_now, field.auto_now_add)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, DateField) and (field.auto_now or field.auto_now_add)
    ]
    for field, _, _ in fields:
        field.auto_now = field.auto_now_add = False
    try:
        yield
    finally:
        for field, auto_now, auto_now_add in fields:
            field.auto_now, field.auto_now_add = auto_now, auto_now_add
