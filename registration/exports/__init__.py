"""Tables that leave the house: each is columns and rows, written as CSV or XLSX."""

from .attendees import ATTENDEES, MAILING_LIST
from .money import ORDERS, PAYMENTS
from .shirts import SHIRTS
from .tables import Table

TABLES: dict[str, Table] = {
    table.name: table for table in (ATTENDEES, ORDERS, PAYMENTS, SHIRTS, MAILING_LIST)
}

__all__ = ["TABLES", "Table"]
