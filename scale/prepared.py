"""Queries whose SQL is made once, for where making it costs more than answering it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Field, QuerySet
from django.db.models.query import get_related_populators


class Prepared:
    """A queryset of which only some values change from call to call.

    `build` gets a stand-in for each of them and returns the queryset; each stand-in, of a
    value that nothing else in the query has, comes with the field that it is compared with.
    """

    def __init__(self, build: Callable[..., QuerySet], **stand_ins: tuple[Field, Any]) -> None:
        self.build, self.stand_ins = build, stand_ins
        self.made: dict[str, Made] = {}

    def rows(self, **values: Any) -> Iterator[tuple]:
        """What a `values_list()` gives."""
        made = self._made()
        given = {name: self._spelled(name, value) for name, value in values.items()}
        params = [given[p.name] if isinstance(p, Place) else p for p in made.params]
        with connection.cursor() as cursor:
            cursor.execute(made.sql, params)
            rows = cursor.fetchall()
        return (converted(row, made.converters) for row in rows)

    def instances(self, **values: Any) -> list[Any]:
        """What any other queryset gives, with its annotations and `select_related`."""
        model, begin, end, names, populators, annotated = self._made().shape
        found = []
        for row in self.rows(**values):
            one = model.from_db(connection.alias, names, row[begin:end])
            for populator in populators:
                populator.populate(row, one)
            for name, place in annotated.items():
                setattr(one, name, row[place])
            found.append(one)
        return found

    def _made(self) -> "Made":
        if connection.vendor not in self.made:
            self.made[connection.vendor] = self._make()
        return self.made[connection.vendor]

    def _make(self) -> "Made":
        queryset = self.build(**{name: value for name, (_, value) in self.stand_ins.items()})
        places = {self._spelled(name, v): Place(name) for name, (_, v) in self.stand_ins.items()}
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return Made(
            sql,
            [places.get(param, param) for param in params],
            converters_of(compiler),
            shape_of(compiler),
        )

    def _spelled(self, name: str, value: Any) -> Any:
        """As the database gets it."""
        return self.stand_ins[name][0].get_db_prep_value(value, connection, prepared=False)


class Made(NamedTuple):
    sql: str
    params: list[Any]
    converters: list[tuple[int, list, Any]]
    shape: "Shape"


class Shape(NamedTuple):
    """How Django makes objects of rows: the columns of the model itself, and what is beside it."""

    model: Any
    begin: int
    end: int
    names: list[str]
    populators: list
    annotated: dict[str, int]


class Place:
    """Where a value goes."""

    def __init__(self, name: str) -> None:
        self.name = name


def shape_of(compiler: Any) -> Shape:
    info = compiler.klass_info
    if info is None:  # a values_list
        return Shape(None, 0, 0, [], [], {})
    begin, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[begin:end]]
    # Django 6.1 and the stubs want a fetch mode too.
    populators = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]
    return Shape(info["model"], begin, end, names, populators, compiler.annotation_col_map or {})


def converters_of(compiler: Any) -> list[tuple[int, list, Any]]:
    """(column, functions, expression) for columns that the database answers in words of its own."""
    found = compiler.get_converters([column[0] for column in compiler.select])
    return [(place, functions, column) for place, (functions, column) in found.items()]


def converted(row: tuple, converters: list) -> tuple:
    if not converters:
        return row
    values = list(row)
    for place, functions, column in converters:
        for function in functions:
            values[place] = function(values[place], column, connection)
    return tuple(values)
