"""The staff's navigation: each app registers its links and set-up cards for those who may."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse

from .models import Conference, User


class Group(StrEnum):
    """The headings of the menu, in their order."""

    PROGRAM = "Program"
    ROOMS = "Rooms"
    ATTENDEES = "Attendees"
    DOOR = "Door"
    SPONSORS = "Sponsors"
    EDITION = "Edition"


FEW = 6  # links that stand side by side without headings


@dataclass(frozen=True)
class StaffLink:
    label: str
    url_name: str
    roles: tuple[str, ...]
    group: Group
    position: int
    also: tuple[str, ...]


LINKS: list[StaffLink] = []


def register(
    label: str,
    url_name: str,
    *roles: str,
    group: Group,
    position: int,
    also: tuple[str, ...] = (),
) -> None:
    """`url_name` takes the edition's slug; `roles` beside the chair who may open it.

    `also` names the pages behind it, on which it is marked as well.
    """
    LINKS.append(StaffLink(label, url_name, roles, group, position, also))


@dataclass(frozen=True)
class SetupCard:
    label: str
    says: str
    url: Callable[[Conference], str]
    roles: tuple[str, ...]
    position: int


CARDS: list[SetupCard] = []


def register_setup(
    label: str, says: str, url: Callable[[Conference], str], *roles: str, position: int
) -> None:
    """A card on the set-up page, for what is done once a year; `roles` beside the chair."""
    CARDS.append(SetupCard(label, says, url, roles, position))


def setup_for(user: User, conference: Conference) -> list[dict]:
    return [
        {"label": card.label, "says": card.says, "url": card.url(conference)}
        for card in sorted(CARDS, key=lambda card: card.position)
        if user.has_role(conference, *card.roles)
    ]


def links_for(user: User, conference: Conference, here: str) -> list[dict]:
    return [
        {
            "label": link.label,
            "url": reverse(link.url_name, args=[conference.slug]),
            "here": here in (link.url_name, *link.also),
            "group": link.group,
        }
        for link in sorted(LINKS, key=lambda link: link.position)
        if user.has_role(conference, *link.roles)
    ]


def menu_for(user: User, conference: Conference, here: str) -> list[dict]:
    """The links under their headings; a heading of one link, or of few in all, is left out."""
    links = links_for(user, conference, here)
    if len(links) <= FEW:
        return [{"label": "", "links": [link]} for link in links]
    groups = []
    for group in Group:
        if held := [link for link in links if link["group"] == group]:
            here_too = any(link["here"] for link in held)
            groups.append({"label": group, "links": held, "here": here_too})
    return groups
