"""Verbs about people that touch several rows."""

from django.db import transaction

from . import email
from .models import Conference, Role, StaffRole, User
from .text import canonical_email


@transaction.atomic
def give_role(conference: Conference, address: str, role: str, *, name: str = "") -> StaffRole:
    """Give somebody a role and tell them; who is new gets an account and comes in by a code."""
    address = canonical_email(address)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, name=name)
    given, is_new = StaffRole.objects.get_or_create(user=user, conference=conference, role=role)
    if is_new:
        email.send(
            "role",
            address,
            key=str(given.pk),
            to_name=user.name,
            subject=f"You are staff of {conference}",
            template="scale/mail/role.txt",
            context={"conference": conference, "role": Role(role).label, "user": user},
            conference=conference,
        )
    return given
