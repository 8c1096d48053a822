"""Queries whose SQL is made once, for where making it costs more than answering it."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.db.models import Field, QuerySet


class Prepared:
    """A `values_list()` of which only some values change from call to call.

    `build` gets a stand-in for each of them and returns the queryset; each stand-in, of a
    value that nothing else in the query has, comes with the field that it is compared with.
    """

    def __init__(self, build: Callable[..., QuerySet], **stand_ins: tuple[Field, Any]) -> None:
        self.build, self.stand_ins = build, stand_ins
        self.made: dict[str, tuple[str, list, list]] = {}

    def rows(self, **values: Any) -> Iterator[tuple]:
        if connection.vendor not in self.made:
            self.made[connection.vendor] = self._make()
        sql, params, converters = self.made[connection.vendor]
        given = {name: self._spelled(name, value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[p.name] if isinstance(p, Place) else p for p in params])
            rows = cursor.fetchall()
        return (converted(row, converters) for row in rows)

    def _make(self) -> tuple[str, list, list]:
        queryset = self.build(**{name: value for name, (_, value) in self.stand_ins.items()})
        places = {self._spelled(name, v): Place(name) for name, (_, v) in self.stand_ins.items()}
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return (
            sql,
            [places.get(param, param) for param in params],
            converters_of(compiler),
        )

    def _spelled(self, name: str, value: Any) -> Any:
        """As the database gets it."""
        return self.stand_ins[name][0].get_db_prep_value(value, connection, prepared=False)


class Place:
    """Where a value goes."""

    def __init__(self, name: str) -> None:
        self.name = name


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
