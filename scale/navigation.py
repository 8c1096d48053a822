"""The staff's navigation: each app registers its links, each role sees what it may use."""

from dataclasses import dataclass

from django.urls import reverse

from .models import Conference, User


@dataclass(frozen=True)
class StaffLink:
    label: str
    url_name: str
    roles: tuple[str, ...]
    position: int


LINKS: list[StaffLink] = []


def register(label: str, url_name: str, *roles: str, position: int) -> None:
    """`url_name` takes the edition's slug; `roles` beside the chair who may open it."""
    LINKS.append(StaffLink(label, url_name, roles, position))


def links_for(user: User, conference: Conference, here: str) -> list[dict]:
    return [
        {
            "label": link.label,
            "url": reverse(link.url_name, args=[conference.slug]),
            "here": link.url_name == here,
        }
        for link in sorted(LINKS, key=lambda link: link.position)
        if user.has_role(conference, *link.roles)
    ]
