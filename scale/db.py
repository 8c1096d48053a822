"""Transactions: run again what lost a deadlock, read one snapshot, lock rows."""

import functools
import random
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction
from django.db.models import Model

F = TypeVar("F", bound=Callable[..., Any])

DEADLOCK, LOCK_WAIT = 1213, 1205
TRIES, LONGEST_PAUSE = 10, 2.0


def lost_a_race(error: OperationalError) -> bool:
    """Whether the database asks for the transaction to be run again."""
    if connection.vendor == "mysql":
        return bool(error.args) and error.args[0] in (DEADLOCK, LOCK_WAIT)
    return "database is locked" in str(error)


def retry(function: F) -> F:
    """Run the function as one transaction, again as a whole after a deadlock.

    It is the outermost: inside another transaction it raises RuntimeError, because
    the database has then rolled back more than the function could repeat.
    """

    @functools.wraps(function)
    def outermost(*args, **kwargs):
        with transaction.atomic(durable=True):
            return function(*args, **kwargs)

    return again(outermost)  # type: ignore[return-value]


def again(function: F) -> F:
    """Call the function again after a deadlock; its transactions are its own."""

    @functools.wraps(function)
    def patient(*args, **kwargs):
        for attempt in range(1, TRIES + 1):
            try:
                return function(*args, **kwargs)
            except OperationalError as error:
                if attempt == TRIES or not lost_a_race(error):
                    raise
                time.sleep(random.uniform(0, min(LONGEST_PAUSE, 0.02 * 2**attempt)))  # noqa: S311
        raise AssertionError("unreachable")

    return patient  # type: ignore[return-value]


@contextmanager
def snapshot():
    """Every read inside sees the database as it was at the first of them."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "mysql":
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with transaction.atomic():
            yield
        return
    connection.ensure_connection()
    sqlite: Any = connections[DEFAULT_DB_ALIAS]
    usual = sqlite.transaction_mode
    sqlite.transaction_mode = "DEFERRED"  # readers do not wait for the writer
    try:
        with transaction.atomic():
            yield
    finally:
        sqlite.transaction_mode = usual


def write_back(rows: Sequence[Model], fields: Sequence[str], *, batch_size: int = 500) -> None:
    """Like `bulk_update`, for rows that were read whole and are locked by their reader.

    One insert that falls back to an update, where `bulk_update` builds a CASE of every row for
    every field: a fifth of the time of a publish.
    """
    if not rows:
        return
    named = connection.features.supports_update_conflicts_with_target
    type(rows[0])._default_manager.bulk_create(
        rows,
        batch_size=batch_size,
        update_conflicts=True,
        update_fields=list(fields),
        unique_fields=["pk"] if named else None,
    )
