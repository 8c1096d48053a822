"""What MariaDB has to find at once. Not on SQLite: Django cannot read these tables there."""

import pytest
from django.db import connection

from checkin.models import Badge, Scan
from registration.models import RetiredCode, Ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("model", "column"),
    [(Ticket, "code_key"), (Badge, "code"), (RetiredCode, "code"), (Scan, "scan_id")],
)
def test_what_a_scan_looks_for_stands_in_an_index(model, column):
    """Without one each scan reads and locks every row of the table, unseen where rows are few."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert [one for one in found.values() if one["unique"] and one["columns"] == [column]]
