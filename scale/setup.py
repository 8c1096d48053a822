"""What the kernel puts on the set-up page of an edition."""

from django.urls import reverse

from .models import Conference, Role
from .navigation import Group, register_setup
from .navigation import register as register_link


def page(name: str):
    return lambda conference: reverse(f"scale:{name}", args=[conference.slug])


def details(conference: Conference) -> str:
    return reverse("admin:scale_conference_change", args=[conference.pk])


def roles(conference: Conference) -> str:
    return f"{reverse('admin:scale_staffrole_changelist')}?conference__id__exact={conference.pk}"


def register() -> None:
    register_link("Set-up", "scale:setup", Role.COMMUNICATIONS, group=Group.EDITION, position=90)
    card = register_setup
    card("This edition", "Name, days, venue, colours, conduct contact.", details, position=10)
    card("Staff", "Who may do what in this edition.", roles, position=20)
    mail = (page("mail-doubts"), Role.COMMUNICATIONS)
    card("Mail", "What was maybe sent or could not be sent.", *mail, position=60)
    card("People’s data", "What is stored about one person.", page("person"), position=70)
    card("Next edition", "Copy the set-up, move the dates.", page("next-edition"), position=80)
    card("Close", "Make this edition read-only.", page("close-edition"), position=85)
    card("Health", "Is everything running?", page("health"), position=90)
