"""Show and erase one person's data. Each app registers the rows it holds."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from .models import OutgoingEmail, User
from .text import canonical_email


@dataclass(frozen=True)
class Holder:
    """`show` returns lines for people; `erase` blanks personal fields and returns how many rows.

    Both take a canonical e-mail address. Erasing keeps money and counts right:
    rows stay, personal fields go.
    """

    label: str
    show: Callable[[str], list[str]]
    erase: Callable[[str], int]


HOLDERS: list[Holder] = []


def register(label: str, show: Callable[[str], list[str]], erase: Callable[[str], int]) -> None:
    HOLDERS.append(Holder(label, show, erase))


def show(email: str) -> dict[str, list[str]]:
    email = canonical_email(email)
    found = {holder.label: holder.show(email) for holder in HOLDERS}
    return {label: lines for label, lines in found.items() if lines}


@transaction.atomic
def erase(email: str) -> int:
    """Erase the person everywhere; returns how many rows changed. Cannot be undone.

    The account goes last: the apps find their rows by its address.
    """
    email = canonical_email(email)
    return sum(holder.erase(email) for holder in reversed(HOLDERS))


def erased_address(pk: int) -> str:
    """What stands where an address was: unique, canonical, and nobody's."""
    return f"erased-{pk}@invalid.invalid"


def show_account(email: str) -> list[str]:
    return [f"Account “{user.name}”, since {user.joined_at:%Y-%m-%d}" for user in _users(email)]


def erase_account(email: str) -> int:
    users = list(_users(email))
    for user in users:
        user.emailaddress_set.all().delete()
        user.authenticator_set.all().delete()
        user.staff_roles.all().delete()
        user.email, user.name, user.is_active = erased_address(user.pk), "", False
        user.set_unusable_password()
        user.save()
    return len(users)


def _users(email: str):
    return User.objects.filter(email=email)


def show_mails(email: str) -> list[str]:
    return [
        f"Mail “{row.subject}”, {row.queued_at:%Y-%m-%d}"
        for row in OutgoingEmail.objects.filter(to_address=email)
    ]


def erase_mails(email: str) -> int:
    rows = OutgoingEmail.objects.filter(to_address=email)
    for row in rows:
        row.attachments.all().delete()
    return rows.update(to_address=erased_address(0), to_name="", subject="(erased)", text="")


register("Account", show_account, erase_account)
register("Mails", show_mails, erase_mails)
