"""What of the audit trail a person does not read: each app says so for its own rows."""

from collections.abc import Callable

from django.db.models import Q

from .models import User

RULES: list[Callable[[User], Q]] = []


def hide(rule: Callable[[User], Q]) -> None:
    """`rule` gives the entries that its user does not read."""
    RULES.append(rule)


def hidden_from(user: User) -> Q:
    found = Q(pk__in=[])
    for rule in RULES:
        found |= rule(user)
    return found
