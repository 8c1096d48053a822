"""Show and erase one person's data. Each app registers the rows it holds."""

from collections.abc import Callable
from dataclasses import dataclass

from auditlog.context import disable_auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from .db import retry
from .models import AuditEntry, EmailAttachment, OutgoingEmail, StaffRole, User
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
    found = {holder.label: holder.show(email) for holder in reversed(HOLDERS)}
    return {label: lines for label, lines in found.items() if lines}


@retry
def erase(email: str) -> int:
    """Erase the person everywhere; returns how many rows changed. Cannot be undone.

    From the top floor down, as apps get ready: what stands above finds its rows by the addresses
    of what lies below. The account goes last.
    """
    email = canonical_email(email)
    return sum(holder.erase(email) for holder in HOLDERS)


def erased_address(pk: int) -> str:
    """What stands where an address was: unique, canonical, and nobody's."""
    return f"erased-{pk}@invalid.invalid"


def show_account(email: str) -> list[str]:
    lines = []
    for user in _users(email):
        addresses = ", ".join(a.email for a in user.emailaddress_set.all()) or user.email
        lines.append(f"Account “{user.name}” ({addresses}), since {user.joined_at:%Y-%m-%d}")
    return lines


def erase_account(email: str) -> int:
    users = list(_users(email))
    for user in users:
        for told in (AuditEntry.objects.get_for_object(user), _told_of_roles(user)):
            told.update(object_repr="(erased)", changes={})
        with disable_auditlog():  # else the trail would keep what goes
            user.emailaddress_set.all().delete()
            user.authenticator_set.all().delete()
            user.staff_roles.all().delete()
            user.email, user.name = erased_address(user.pk), ""
            user.is_active = user.is_superuser = False
            user.set_unusable_password()
            user.save()
    return len(users)


def _told_of_roles(user: User):
    """What the trail says of roles given to and taken from the user, under whatever name."""
    kind = ContentType.objects.get_for_model(StaffRole)
    given, taken = Q(changes__user__1=str(user.pk)), Q(changes__user__0=str(user.pk))
    return AuditEntry.objects.filter(given | taken, content_type=kind)


def _users(email: str):
    """The account with the address, and the one that has confirmed it as a further one."""
    further = Q(emailaddress__email=email, emailaddress__verified=True)
    return User.objects.filter(Q(email=email) | further).distinct()


def show_mails(email: str) -> list[str]:
    return [f"Mail “{row.subject}”, {row.queued_at:%Y-%m-%d}" for row in _mails(email)]


def erase_mails(email: str) -> int:
    EmailAttachment.objects.filter(email__in=_mails(email).order_by()).delete()
    blank = {"to_name": "", "reply_to": "", "last_error": ""}
    waiting = OutgoingEmail.Status.QUEUED
    _mails(email).filter(status=waiting).update(status=OutgoingEmail.Status.DROPPED)
    return _mails(email).update(to_address=erased_address(0), subject="(erased)", text="", **blank)


def _mails(email: str):
    return OutgoingEmail.objects.filter(Q(to_address=email) | Q(reply_to=email))


def show_trail(email: str) -> list[str]:
    count = _trail(email).count()
    return [f"Named in {count} changes of other rows"] if count else []


def erase_trail(email: str) -> int:
    return _trail(email).update(object_repr="(erased)", changes={}, actor_email=None)


def _trail(email: str):
    named = Q(object_repr__icontains=email) | Q(words__icontains=email) | Q(actor_email=email)
    return AuditEntry.objects.annotate(words=Cast("changes", TextField())).filter(named)


def register_own() -> None:
    register("Audit trail", show_trail, erase_trail)
    register("Mails", show_mails, erase_mails)
    register("Account", show_account, erase_account)
