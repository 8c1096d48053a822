"""One line's cells as clean values; what cannot be is said in words."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from scale.text import canonical_email, plain

from ..forms.organizations import read_tags
from ..models import Contact
from ..models.organizations import WEB_ADDRESS

KINDS = {
    **dict.fromkeys(("company", "firm", "business", "corporate", "sponsor"), "company"),
    **dict.fromkeys(
        ("project", "nonprofit", "nonprofitproject", "community", "ngo", "foundation"), "project"
    ),
    **dict.fromkeys(("media", "mediaoutlet", "press", "outlet", "podcast", "magazine"), "media"),
}
ROLES = {role: role for role in Contact.Role.values} | {
    **dict.fromkeys(("main", "first"), "primary"),
    **dict.fromkeys(("finance", "accounting", "invoices"), "billing"),
    **dict.fromkeys(("shipping", "booth"), "logistics"),
    **dict.fromkeys(("pr", "media"), "press"),
}
LONGEST = {"organization": 160, "address": 1000, "contact": 120, "phone": 40, "email": 190}
LONGEST["website"] = 200
is_address = EmailValidator()


class Fault(Exception):
    """What is wrong with a line, for people."""


@dataclass(frozen=True)
class Facts:
    name: str
    kinds: frozenset[str] = frozenset()
    website: str = ""
    address: str = ""
    tags: tuple[str, ...] = ()
    owner: int | None = None
    contact: str = ""
    email: str = ""
    phone: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def key(self) -> str:
        return name_of(self.name)


def name_of(name: str) -> str:
    """How two names are compared: white space and case do not matter."""
    return plain(name).casefold()


def facts_of(cells: dict[str, str], owners: dict[str, int]) -> Facts:
    """`owners` are the colleagues by address and by name. Raises Fault."""
    cells = {name: cells.get(name, "") for name in (*LONGEST, "kinds", "tags", "owner", "roles")}
    for name, longest in LONGEST.items():
        if len(cells[name]) > longest:
            raise Fault(f"The {name} is longer than {longest:,} letters.")
    name, person = plain(cells["organization"]), plain(cells["contact"])
    email, phone = canonical_email(cells["email"]), plain(cells["phone"])
    roles = words_in(cells["roles"], ROLES, "role")
    if not name:
        raise Fault("The name of the organization is missing.")
    if email:
        check(is_address, email, f"“{cells['email'][:80]}” is no e-mail address.")
    if (phone or roles) and not (person or email):
        raise Fault("The contact has neither a name nor an e-mail address.")
    return Facts(
        name=name,
        kinds=words_in(cells["kinds"], KINDS, "kind"),
        website=website_of(cells["website"]),
        address=cells["address"],
        tags=tags_of(cells["tags"]),
        owner=owner_of(cells["owner"], owners),
        contact=person or email[:120],
        email=email,
        phone=phone,
        roles=roles,
    )


def check(validator, value, says):
    try:
        validator(value)
    except ValidationError as error:
        raise Fault(says) from error


def words_in(cell: str, known: dict[str, str], what: str) -> frozenset[str]:
    found = set()
    for word in filter(None, (part.strip() for part in re.split(r"[,;/|+&\n]", cell))):
        plain_word = "".join(c for c in word.lower() if c.isalnum())
        if plain_word not in known:
            raise Fault(f"“{word[:40]}” is no {what} that we know.")
        found.add(known[plain_word])
    return frozenset(found)


def website_of(cell: str) -> str:
    if not cell:
        return ""
    address = cell if "//" in cell else f"https://{cell}"
    check(WEB_ADDRESS, address, f"“{cell[:80]}” is no web address.")
    return address


def tags_of(cell: str) -> tuple[str, ...]:
    try:
        return tuple(read_tags(cell.replace(";", ",")))
    except ValidationError as error:
        raise Fault(" ".join(error.messages)) from error


def owner_of(cell: str, owners: dict[str, int]) -> int | None:
    if not cell:
        return None
    found = owners.get(name_of(cell)) or owners.get(canonical_email(cell))
    if found is None:
        raise Fault(f"“{cell[:80]}” is nobody of the committees.")
    return found
