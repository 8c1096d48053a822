"""The nightly proof of the ledger, written down for the health page."""

import itertools

import structlog

from ..models import LedgerCheck
from ..proof import errors

log = structlog.get_logger()
KEPT = 100


def check_ledger() -> LedgerCheck:
    """Check every edition and keep the result: the number of errors, and the first of them."""
    found = errors()
    first = list(itertools.islice(found, KEPT))
    number = len(first) + sum(1 for _ in found)
    for error in first[:10]:
        log.error("ledger_is_wrong", check=error.check, where=error.where, says=error.says)
    return LedgerCheck.objects.create(errors=number, report="\n".join(map(str, first)))
